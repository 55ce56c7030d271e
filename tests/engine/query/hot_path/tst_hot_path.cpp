// Counts the heap allocations of executing prepared statements, apart from the coordinator's.
#include "tests/support/allocation_counter.h"
#include "tests/support/query_fixture.h"
#include "tests/support/test_main.h"

#include <QElapsedTimer>

using namespace engine;

namespace {

/// Drops writes and answers every read with one row that it keeps.
class NullCoordinator final : public coordination::Coordinator {
public:
    explicit NullCoordinator(tests::MemoryCoordinator& source) : m_source(source)
    {
        m_written->decide(ok());
    }
    Result<std::shared_ptr<coordination::Decision>>
    startWrite(const rows::Mutation& mutation, const coordination::RequestOptions&) override
    {
        written += mutation.updates.size();
        return m_written;
    }
    Task<void> write(rows::Mutations, coordination::RequestOptions) override { co_return ok(); }
    Task<void> writeLogged(rows::Mutations, coordination::RequestOptions) override
    {
        co_return ok();
    }
    Task<void> writeCounters(rows::Mutations, coordination::RequestOptions) override
    {
        co_return ok();
    }
    Task<coordination::ReadOutcome> read(rows::ReadCommand command,
                                         coordination::RequestOptions options) override
    {
        const std::uint64_t before = tests::allocationCount();
        auto reading = m_source.read(std::move(command), std::move(options));
        auto result = co_await reading;
        ownAllocations += tests::allocationCount() - before;
        co_return result;
    }
    Task<void> truncate(schema::TablePtr, coordination::RequestOptions) override { co_return ok(); }

    std::uint64_t written = 0;
    std::uint64_t ownAllocations = 0;

private:
    tests::MemoryCoordinator& m_source;
    tests::ManualRuntime m_runtime;
    std::shared_ptr<tests::HeldWrite> m_written = std::make_shared<tests::HeldWrite>(m_runtime);
};

struct Measured {
    double allocations = 0;
    double microseconds = 0;
};

template <class Step>
Measured measure(int count, NullCoordinator& coordinator, Step step)
{
    for (int i = 0; i < 100; ++i)
        step();
    coordinator.ownAllocations = 0;
    const std::uint64_t before = tests::allocationCount();
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < count; ++i)
        step();
    const double nanos = static_cast<double>(timer.nsecsElapsed());
    return {static_cast<double>(tests::allocationCount() - before - coordinator.ownAllocations) /
                count,
            nanos / 1000 / count};
}

} // namespace

class TstHotPath : public QObject {
    Q_OBJECT
private slots:
    void preparedStatementsAllocateLittle();
};

void TstHotPath::preparedStatementsAllocateLittle()
{
    tests::QueryFixture fixture;
    QVERIFY(fixture.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                        "'replication_factor': 1}"));
    QVERIFY(fixture.run("CREATE TABLE ks.t (k bigint, c int, a text, b int, PRIMARY KEY (k, c))"));
    QVERIFY(fixture.run("INSERT INTO ks.t (k, c, a, b) VALUES (1, 2, 'some text here', 4)"));
    NullCoordinator coordinator{fixture.coordinator};
    query::QueryProcessor processor{fixture.runtime, coordinator, fixture.schemaOwner,
                                    &fixture.virtualTables};
    const auto insert = processor.prepare("INSERT INTO ks.t (k, c, a, b) VALUES (?, ?, ?, ?)", "");
    const auto select = processor.prepare("SELECT a, b FROM ks.t WHERE k = ? AND c = ?", "");
    QVERIFY(insert && select);
    Bytes key;
    ByteWriter{key}.i64(1);
    Bytes two;
    ByteWriter{two}.i32(2);
    const protocol::Value values[] = {protocol::Value::of(key), protocol::Value::of(two),
                                      protocol::Value::of("some text here"),
                                      protocol::Value::of(two)};
    const auto run = [&](const Bytes& id, std::size_t count) {
        query::RequestContext context;
        context.options.values = {values, count};
        auto task = processor.execute(id, {}, std::move(context));
        task.start();
        ENGINE_ASSERT(task.done() && task.outcome().has_value(), "the statement runs at once");
    };
    constexpr int count = 20000;
    const Measured writing = measure(count, coordinator, [&] { run(insert->id, 4); });
    const Measured reading = measure(count, coordinator, [&] { run(select->id, 2); });
    qInfo() << "INSERT:" << writing.allocations << "allocations" << writing.microseconds << "us;"
            << "SELECT:" << reading.allocations << "allocations," << reading.microseconds
            << "us with the memory coordinator";
    QVERIFY(coordinator.written > count);
    QVERIFY2(writing.allocations <= 14, qPrintable(QString::number(writing.allocations)));
    QVERIFY2(reading.allocations <= 28, qPrintable(QString::number(reading.allocations)));
}

RW_TEST(TstHotPath)
#include "tst_hot_path.moc"
