#include "engine/storage/commit_log.h"
#include "engine/storage/commit_log_format.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;

class TstCommitLog : public QObject {
    Q_OBJECT
private slots:
    void recordsAreReadWhereTheyWereWritten();
    void aTornTailIsLeftOut();
    void damageInASyncedPartIsRefusedWithFileAndOffset();
    void everyFlippedBitIsNoticed();
    void oneTurnIsOneWrite();
    void aRecordLargerThanHalfASegmentIsInvalid();
    void storeRefusesToStartOnADamagedSyncedSegment();
};

namespace {

constexpr std::int64_t kSegment = 77;

/// A segment with `count` records; after the third a note that all before was synced.
Bytes makeSegment(int count, std::vector<std::size_t>* ends = nullptr)
{
    Bytes bytes;
    storage::writeLogFileHead(kSegment, bytes);
    for (int i = 0; i < count; ++i) {
        std::size_t start = storage::beginLogRecord(bytes);
        bytes.push_back(static_cast<char>(storage::LogRecordKind::Mutation));
        bytes += "mutation " + std::to_string(i);
        storage::endLogRecord(bytes, start, kSegment, start);
        if (ends != nullptr)
            ends->push_back(bytes.size());
        if (i == 2) {
            const auto synced = static_cast<std::uint32_t>(bytes.size());
            start = storage::beginLogRecord(bytes);
            bytes.push_back(static_cast<char>(storage::LogRecordKind::SyncMarker));
            ByteWriter{bytes}.u32(synced);
            storage::endLogRecord(bytes, start, kSegment, start);
        }
    }
    return bytes;
}

auto readSegment(ByteView bytes, bool ignoreErrors = false)
{
    return storage::readCommitLogSegment("/log/" + storage::commitLogFileName(kSegment), kSegment,
                                         bytes, ignoreErrors);
}

} // namespace

void TstCommitLog::recordsAreReadWhereTheyWereWritten()
{
    std::vector<std::size_t> ends;
    const Bytes bytes = makeSegment(6, &ends);
    const auto read = readSegment(bytes);
    QVERIFY(read.has_value());
    QCOMPARE(read->bytesLost, std::uint64_t{0});
    QCOMPARE(read->records.size(), std::size_t{6});
    for (std::size_t i = 0; i < 6; ++i) {
        QCOMPARE(Bytes{read->records[i].mutation}, "mutation " + std::to_string(i));
        QCOMPARE(read->records[i].position.segment, kSegment);
        QCOMPARE(static_cast<std::size_t>(read->records[i].position.offset), ends[i]);
    }
}

void TstCommitLog::aTornTailIsLeftOut()
{
    std::vector<std::size_t> ends;
    const Bytes bytes = makeSegment(6, &ends);
    for (std::size_t size = ends[3]; size < bytes.size(); ++size) {
        const auto read = readSegment(ByteView{bytes}.substr(0, size));
        QVERIFY(read.has_value());
        QCOMPARE(read->records.size(), size < ends[4] ? std::size_t{4} : std::size_t{5});
    }
    // A hole of zeros before a whole record: the record is used.
    Bytes holed = bytes;
    std::fill(holed.begin() + static_cast<std::ptrdiff_t>(ends[3]),
              holed.begin() + static_cast<std::ptrdiff_t>(ends[4]), '\0');
    const auto read = readSegment(holed);
    QVERIFY(read.has_value());
    QCOMPARE(read->records.size(), std::size_t{5});
    QCOMPARE(read->bytesLost, std::uint64_t{ends[4] - ends[3]});
    QVERIFY(readSegment({})->records.empty());
    QVERIFY(readSegment(ByteView{bytes}.substr(0, 7))->records.empty());
}

void TstCommitLog::damageInASyncedPartIsRefusedWithFileAndOffset()
{
    std::vector<std::size_t> ends;
    Bytes bytes = makeSegment(6, &ends);
    bytes[ends[0] + 10] ^= 1; // in the second record
    const auto read = readSegment(bytes);
    QVERIFY(!read);
    QCOMPARE(read.error().code(), ErrorCode::Corrupt);
    QVERIFY(read.error().detail().find("CommitLog-1-77.log") != std::string::npos);
    QVERIFY(read.error().detail().find("offset " + std::to_string(ends[0])) != std::string::npos);
    const auto forced = readSegment(bytes, true);
    QVERIFY(forced.has_value());
    QCOMPARE(forced->records.size(), std::size_t{5});
}

void TstCommitLog::everyFlippedBitIsNoticed()
{
    const Bytes bytes = makeSegment(6);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
            const auto read = readSegment(damaged);
            QVERIFY(!read || read->bytesLost > 0);
            if (!read)
                continue;
            for (const auto& record : read->records)
                QVERIFY(bytes.find(record.mutation) != Bytes::npos);
        }
    }
}

void TstCommitLog::oneTurnIsOneWrite()
{
    StoreHarness harness{1};
    QVERIFY(harness.start());
    RandomUpdates updates{harness.table, 1};
    int answered = 0;
    const auto before = harness.store->metrics().commitLogWrites;
    for (int i = 0; i < 100; ++i) {
        const auto mutation = StoreHarness::mutationOf(updates.next(int32Bytes(i), nullptr, 4));
        QVERIFY(harness.store->tryApply(
            mutation, [&answered](Result<void> result) { answered += result.has_value(); }));
    }
    QCOMPARE(answered, 0); // nothing is acknowledged before it is in the kernel
    harness.world.runFor(std::chrono::seconds{1});
    QCOMPARE(answered, 100);
    QCOMPARE(harness.store->metrics().commitLogWrites, before + 1);
    QCOMPARE(harness.store->metrics().commitLogRecords, std::uint64_t{100});
}

void TstCommitLog::aRecordLargerThanHalfASegmentIsInvalid()
{
    StoreHarness harness{1};
    harness.options.commitLogSegmentBytes = 1024;
    QVERIFY(harness.start());
    RandomUpdates updates{harness.table, 1};
    const auto refused = harness.apply(updates.next(Bytes(600, 'k'), nullptr, 4));
    QVERIFY(!refused && refused.error().code() == ErrorCode::Invalid);
    QVERIFY(harness.apply(updates.next(int32Bytes(1), nullptr, 2)));
}

void TstCommitLog::storeRefusesToStartOnADamagedSyncedSegment()
{
    StoreHarness harness{1};
    harness.options.commitLogSync = storage::CommitLogSync::Batch;
    QVERIFY(harness.start());
    RandomUpdates updates{harness.table, 1};
    for (int i = 0; i < 5; ++i)
        QVERIFY(harness.apply(updates.next(int32Bytes(i), nullptr, 6)));
    harness.stop(simulation::SimulatedRuntime::Death::Process);
    std::string path;
    for (const auto& [name, size] : harness.disk.files()) {
        if (name.starts_with("/node/commitlog/"))
            path = name;
    }
    harness.disk.flipBit(path, 60, 3);
    const auto started = harness.start();
    QVERIFY(!started && started.error().code() == ErrorCode::Corrupt);
    QVERIFY(started.error().detail().find(path) != std::string::npos);
    harness.stop(simulation::SimulatedRuntime::Death::Process);
    harness.options.ignoreCommitLogErrors = true;
    QVERIFY(harness.start());
    QVERIFY(harness.read(harness.command())->partitions.size() >= 3);
}

RW_TEST(TstCommitLog)
#include "tst_commit_log.moc"
