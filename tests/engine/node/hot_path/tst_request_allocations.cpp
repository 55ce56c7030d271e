// What requests take from the heap on their way through a whole node (DESIGN.md, "Hot path").
#include "tests/support/allocation_counter.h"
#include "tests/support/hot_node.h"
#include "tests/support/test_main.h"

#include <algorithm>

using namespace engine;

namespace {

constexpr int kRequests = 16; ///< at once
constexpr int kRounds = 200;
constexpr int kRunsMax = 200;
/// Gossip and the commit log's timer tick meanwhile, and take a few blocks a second.
constexpr double kTimersShare = 0.05;

template <class T>
Bytes big(T value)
{
    Bytes bytes(sizeof(T), '\0');
    storeBigEndian(bytes.data(), value);
    return bytes;
}

/// Allocations a request of what `next` gives, once a first run has filled pools and caches. The
/// least of many runs, until one has no more than the timers' share: on a busy machine a slow write
/// sends the log to its lane for a second, which takes more, but what a request takes it takes in
/// each.
template <class Next>
double allocationsOf(tests::HotNode& node, Next next, int atOnce = kRequests)
{
    std::vector<Bytes> sent;
    for (int i = 0; i < kRounds; ++i) {
        Bytes all;
        for (int k = 0; k < atOnce; ++k)
            all += next();
        sent.push_back(std::move(all));
    }
    for (const Bytes& all : sent)
        node.send(all);
    std::uint64_t least = UINT64_MAX;
    const auto most = static_cast<std::uint64_t>(kTimersShare * kRounds * atOnce);
    for (int run = 0; run < kRunsMax && least >= most; ++run) {
        const std::uint64_t before = tests::allocationCount();
        for (const Bytes& all : sent)
            node.send(all);
        least = std::min(least, tests::allocationCount() - before);
    }
    return static_cast<double>(least) / (kRounds * atOnce);
}

} // namespace

class TstRequestAllocations : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aPreparedInsertTakesNothingFromTheHeapButMemtableBlocks();
    void insertsOfEightBusyConnectionsDoNeither();
    void aPointReadOfACachedSstableTakesNothingFromTheHeap();
    void aPointReadOfAMemtableTakesNothingFromTheHeap();
    void aSliceOfACachedSstableTakesNothingFromTheHeap();
    void cleanupTestCase() { m_node.reset(); }

private:
    std::unique_ptr<tests::HotNode> m_node;
    Bytes m_insert;
    std::int64_t m_counter = 0;

    [[nodiscard]] Bytes insert(std::int64_t sensor, std::int64_t ts) const
    {
        return m_node->execute(m_insert, {big<std::int64_t>(sensor), big<std::int32_t>(0),
                                          big<std::int64_t>(ts), big<std::int64_t>(ts * 31),
                                          "nineteen characters"});
    }
    [[nodiscard]] Bytes pointRead(const Bytes& select, std::int64_t sensors)
    {
        ++m_counter;
        return m_node->execute(select,
                               {big<std::int64_t>(m_counter % sensors), big<std::int32_t>(0),
                                big<std::int64_t>(m_counter * 7 % 200)});
    }
};

void TstRequestAllocations::initTestCase()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("under sanitizers nothing is recycled, so that they see every use after its end");
#endif
    m_node = std::make_unique<tests::HotNode>();
    m_node->query("CREATE KEYSPACE k WITH replication = {'class': 'NetworkTopologyStrategy', "
                  "'datacenter1': 1}");
    m_node->query(
        "CREATE TABLE k.readings (sensor bigint, bucket int, ts bigint, value double, "
        "note text, PRIMARY KEY ((sensor, bucket), ts)) WITH CLUSTERING ORDER BY (ts DESC)");
    m_insert = m_node->prepare(
        "INSERT INTO k.readings (sensor, bucket, ts, value, note) VALUES (?, ?, ?, ?, ?)");
    for (std::int64_t ts = 0; ts < 200; ++ts) {
        Bytes all;
        for (std::int64_t sensor = 0; sensor < 20; ++sensor)
            all += insert(sensor, ts);
        m_node->send(all);
    }
    m_node->compact("k", "readings");
}

void TstRequestAllocations::aPointReadOfACachedSstableTakesNothingFromTheHeap()
{
    const Bytes select =
        m_node->prepare("SELECT value FROM k.readings WHERE sensor = ? AND bucket = ? AND ts = ?");
    const double count = allocationsOf(*m_node, [&] { return pointRead(select, 20); });
    QVERIFY2(count < kTimersShare, qPrintable(QString::number(count)));
}

void TstRequestAllocations::aSliceOfACachedSstableTakesNothingFromTheHeap()
{
    const Bytes select = m_node->prepare(
        "SELECT ts, value FROM k.readings WHERE sensor = ? AND bucket = ? LIMIT 100");
    const double count = allocationsOf(*m_node, [&] {
        ++m_counter;
        return m_node->execute(select, {big<std::int64_t>(m_counter % 20), big<std::int32_t>(0)});
    });
    QVERIFY2(count < kTimersShare, qPrintable(QString::number(count)));
}

void TstRequestAllocations::aPreparedInsertTakesNothingFromTheHeapButMemtableBlocks()
{
    const double count = allocationsOf(*m_node, [&] {
        ++m_counter;
        return insert(100 + m_counter % 100, m_counter / 100);
    });
    // A memtable takes a block of 64 KiB for about 400 rows; the commit log's buffers grow.
    QVERIFY2(count < kTimersShare, qPrintable(QString::number(count)));
}

void TstRequestAllocations::insertsOfEightBusyConnectionsDoNeither()
{
    // More than the commit log answers in one step.
    const double count = allocationsOf(
        *m_node,
        [&] {
            ++m_counter;
            return insert(100 + m_counter % 100, m_counter / 100);
        },
        128);
    QVERIFY2(count < kTimersShare, qPrintable(QString::number(count)));
}

void TstRequestAllocations::aPointReadOfAMemtableTakesNothingFromTheHeap()
{
    Bytes all;
    for (std::int64_t ts = 0; ts < 16; ++ts)
        all += insert(500, ts);
    m_node->send(all);
    const Bytes select =
        m_node->prepare("SELECT value FROM k.readings WHERE sensor = ? AND bucket = ? AND ts = ?");
    const double count = allocationsOf(*m_node, [&] {
        ++m_counter;
        return m_node->execute(select, {big<std::int64_t>(500), big<std::int32_t>(0),
                                        big<std::int64_t>(m_counter % 16)});
    });
    QVERIFY2(count < kTimersShare, qPrintable(QString::number(count)));
}

RW_TEST(TstRequestAllocations)
#include "tst_request_allocations.moc"
