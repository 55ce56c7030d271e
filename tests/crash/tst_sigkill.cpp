#include "engine/base/random.h"
#include "engine/base/real_runtime.h"
#include "engine/storage/local_store.h"
#include "tests/crash/crash_table.h"
#include "tests/support/test_main.h"

#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <vector>

using namespace tests;

class TstSigkill : public QObject {
    Q_OBJECT
private slots:
    void everyAcknowledgedWriteIsThereAfterSigkill_data();
    void everyAcknowledgedWriteIsThereAfterSigkill();
};

namespace {

struct Found {
    std::vector<std::int64_t> numbers; ///< sorted
    std::string error;
};

Task<void> readAll(RealRuntime& runtime, std::string folder, storage::CommitLogSync sync,
                   Found& found)
{
    const auto table = makeNumbersTable();
    auto opening = storage::LocalStore::open(runtime, crashOptions(folder, sync), {});
    auto store = co_await opening;
    if (!store) {
        found.error = store.error().detail();
        runtime.stop();
        co_return ok();
    }
    auto starting = (*store)->start(makeNumbersSchema(table));
    if (auto started = co_await starting; !started)
        found.error = started.error().detail();
    rows::ReadCommand command;
    command.table = table;
    command.nowSeconds = 1;
    auto reading = (*store)->read(command);
    auto read = co_await reading;
    if (!read)
        found.error = read.error().detail();
    else
        for (const auto& partition : read->partitions) {
            const auto n = loadBigEndian<std::int64_t>(partition.key().data());
            if (partition.unfiltereds.size() != 1 ||
                partition.unfiltereds[0].row.cells.size() != 1 ||
                partition.unfiltereds[0].row.cells[0].value != numberValue(n))
                found.error = "wrong content of " + std::to_string(n);
            found.numbers.push_back(n);
        }
    std::sort(found.numbers.begin(), found.numbers.end());
    auto draining = (*store)->drain();
    if (auto drained = co_await draining; !drained && found.error.empty())
        found.error = drained.error().detail();
    runtime.stop();
    co_return ok();
}

Found readStore(const std::string& folder, storage::CommitLogSync sync)
{
    Found found;
    const auto runtime = RealRuntime::make({});
    runtime->spawn(Priority::Request, "read all", readAll(*runtime, folder, sync, found));
    runtime->run();
    return found;
}

} // namespace

void TstSigkill::everyAcknowledgedWriteIsThereAfterSigkill_data()
{
    QTest::addColumn<int>("sync");
    QTest::addColumn<int>("rounds");
    QTest::newRow("periodic") << static_cast<int>(storage::CommitLogSync::Periodic) << 10;
    QTest::newRow("batch") << static_cast<int>(storage::CommitLogSync::Batch) << 6;
    QTest::newRow("group") << static_cast<int>(storage::CommitLogSync::Group) << 4;
}

void TstSigkill::everyAcknowledgedWriteIsThereAfterSigkill()
{
    QFETCH(int, sync);
    QFETCH(int, rounds);
    const auto mode = static_cast<storage::CommitLogSync>(sync);
    QTemporaryDir folder;
    SeededRandom random{static_cast<std::uint64_t>(sync) + 1};
    std::vector<std::int64_t> acknowledged;
    std::int64_t next = 0;
    for (int round = 0; round < rounds; ++round) {
        QProcess writer;
        writer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        writer.start(RINGWRIGHT_CRASH_WRITER,
                     {folder.path(), QString::number(sync), QString::number(next)});
        const auto wanted = static_cast<qint64>(
            8 * (1 + random.below(mode == storage::CommitLogSync::Periodic ? 4000 : 200)));
        QByteArray said;
        while (said.size() < wanted && writer.waitForReadyRead(20000))
            said += writer.readAllStandardOutput();
        writer.kill(); // SIGKILL
        writer.waitForFinished();
        QCOMPARE(writer.exitStatus(), QProcess::CrashExit);
        said += writer.readAllStandardOutput();
        QVERIFY(said.size() >= wanted);
        for (qsizetype at = 0; at + 8 <= said.size(); at += 8) {
            acknowledged.push_back(loadBigEndian<std::int64_t>(said.constData() + at));
            next = std::max(next, acknowledged.back() + 32);
        }
        std::sort(acknowledged.begin(), acknowledged.end());
        // Reading back drains, so only every other round goes on from the raw state of a crash.
        if (round % 2 == 0 && round + 1 < rounds)
            continue;
        const Found found = readStore(folder.path().toStdString(), mode);
        QCOMPARE(found.error, std::string{});
        std::vector<std::int64_t> lost;
        std::set_difference(acknowledged.begin(), acknowledged.end(), found.numbers.begin(),
                            found.numbers.end(), std::back_inserter(lost));
        QVERIFY2(
            lost.empty(),
            qPrintable(QString("round %1: %2 of %3 acknowledged writes are lost, the first is %4")
                           .arg(round)
                           .arg(lost.size())
                           .arg(acknowledged.size())
                           .arg(lost.empty() ? 0 : lost.front())));
    }
}

RW_TEST(TstSigkill)
#include "tst_sigkill.moc"
