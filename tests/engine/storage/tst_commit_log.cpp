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
    void whatARecycledFileHeldBeforeIsNotRead();
    void aRecycledFileThatNobodyBeganHoldsNothing();
    void filesOfCleanSegmentsAreRecycled();
    void damageInASyncedPartIsRefusedWithFileAndOffset();
    void everyFlippedBitIsNoticed();
    void oneTurnIsOneWrite();
    void aRecordLargerThanHalfASegmentIsInvalid();
    void storeRefusesToStartOnADamagedSyncedSegment();
    void compressedSegmentsHoldTheSameRecords_data();
    void compressedSegmentsHoldTheSameRecords();
    void aTornOrDamagedSectionIsNoticed();
    void aCompressedLogIsReplayed_data();
    void aCompressedLogIsReplayed();
    void aCompressionThatDoesNotExistIsRefused();
    void answersWaitWhileTheDiskLagsBehind();
    void aSmallAppendNeedsNoOtherThread_data();
    void aSmallAppendNeedsNoOtherThread();
};

namespace {

constexpr std::int64_t kSegment = 77;

/// A segment with `count` records; after the third a note that all before was synced.
Bytes makeSegment(int count, std::vector<std::size_t>* ends = nullptr, std::int64_t id = kSegment,
                  std::uint32_t version = storage::kLogVersion)
{
    Bytes bytes;
    storage::writeLogFileHead(id, bytes, version);
    for (int i = 0; i < count; ++i) {
        std::size_t start = storage::beginLogRecord(bytes);
        bytes.push_back(static_cast<char>(storage::LogRecordKind::Mutation));
        bytes += "mutation " + std::to_string(i);
        storage::endLogRecord(bytes, start, id, start);
        if (ends != nullptr)
            ends->push_back(bytes.size());
        if (i == 2) {
            const auto synced = static_cast<std::uint32_t>(bytes.size());
            start = storage::beginLogRecord(bytes);
            bytes.push_back(static_cast<char>(storage::LogRecordKind::SyncMarker));
            ByteWriter{bytes}.u32(synced);
            storage::endLogRecord(bytes, start, id, start);
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

void TstCommitLog::whatARecycledFileHeldBeforeIsNotRead()
{
    std::vector<std::size_t> ends;
    const Bytes older = makeSegment(40, nullptr, kSegment - 1);
    Bytes bytes = makeSegment(5, &ends, kSegment, storage::kLogVersionRecycled);
    const std::size_t end = bytes.size();
    bytes += older.substr(end);
    const auto read = readSegment(bytes);
    QVERIFY(read.has_value());
    QCOMPARE(read->records.size(), std::size_t{5});
    QCOMPARE(read->bytesLost, std::uint64_t{0}); // it was not this segment's
    // Torn by a loss of power: the older bytes stand where a record should.
    Bytes torn = bytes;
    std::copy_n(older.begin() + static_cast<std::ptrdiff_t>(ends[3]), end - ends[3],
                torn.begin() + static_cast<std::ptrdiff_t>(ends[3]));
    QCOMPARE(readSegment(torn)->records.size(), std::size_t{4});
    // A hole before a record is still a loss, and one that had been synced an error.
    torn = bytes;
    torn[ends[3] - 5] ^= 1;
    QCOMPARE(readSegment(torn)->records.size(), std::size_t{4});
    QCOMPARE(readSegment(torn)->bytesLost, std::uint64_t{ends[4] - ends[3]});
    torn[ends[0] + 10] ^= 1;
    QCOMPARE(readSegment(torn).error().code(), ErrorCode::Corrupt);
}

void TstCommitLog::aRecycledFileThatNobodyBeganHoldsNothing()
{
    const auto read = readSegment(makeSegment(6, nullptr, kSegment - 1));
    QVERIFY(read.has_value());
    QVERIFY(read->records.empty());
    // The file of a later segment was never recycled for this one.
    QCOMPARE(readSegment(makeSegment(6, nullptr, kSegment + 1)).error().code(), ErrorCode::Corrupt);
}

void TstCommitLog::filesOfCleanSegmentsAreRecycled()
{
    StoreHarness harness{4};
    harness.options.commitLogSegmentBytes = 4096;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 4};
    std::vector<rows::Partition> all;
    const auto write = [&](int count) {
        for (int i = 0; i < count; ++i) {
            all.push_back(updates.next(int32Bytes(i % 9), nullptr, 8));
            RW_OK(harness.apply(all.back()));
        }
    };
    const auto spares = [&] {
        const auto files = harness.disk.files();
        return std::count_if(files.begin(), files.end(), [](const auto& file) {
            return file.first.starts_with("/node/commitlog/CommitLog-spare-");
        });
    };
    write(80);
    RW_OK(harness.flush());
    harness.world.runFor(std::chrono::seconds{1});
    const auto kept = spares();
    QVERIFY2(kept > 1 && kept <= 4, qPrintable(QString::number(kept)));
    QCOMPARE(harness.store->metrics().commitLogRecycled, std::uint64_t{0});
    write(60);
    QVERIFY(harness.store->metrics().commitLogRecycled > 1);
    QVERIFY(spares() < kept);
    // Whether the process or the machine dies, nothing comes back and nothing is missing.
    harness.world.runFor(std::chrono::seconds{11});
    const auto content = [&] {
        std::string text;
        for (int i = 0; i < 9; ++i) {
            const auto read = harness.readKey(int32Bytes(i));
            if (read && !read->partitions.empty())
                text += describe(read->partitions[0], kStoreNow);
        }
        return text;
    };
    const std::string before = content();
    RW_OK(harness.restart());
    QCOMPARE(content(), before);
    QCOMPARE(spares(), 0); // an earlier run's are taken away
    RW_OK(harness.crash());
    QCOMPARE(content(), before);
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

namespace {

sstable::CompressionParams paramsOf(const char* className)
{
    return *sstable::CompressionParams::fromOptions({{"class", className}});
}

/// makeSegment(6) in compressed sections of one record each.
Bytes makeCompressed(const sstable::CompressionParams& params, Bytes* plain = nullptr)
{
    std::vector<std::size_t> ends;
    const Bytes records = makeSegment(6, &ends);
    ends.back() = records.size();
    Bytes bytes;
    storage::writeCompressedLogFileHead(kSegment, params.compressor, bytes);
    std::size_t at = storage::kLogFileHeadBytes;
    for (const std::size_t end : ends) {
        (void)storage::writeLogSection(params, kSegment, bytes.size(), at,
                                       ByteView{records}.substr(at, end - at), bytes);
        at = end;
    }
    if (plain != nullptr)
        *plain = records;
    return bytes;
}

void addCompressors()
{
    QTest::addColumn<QByteArray>("className");
    for (const char* name :
         {"LZ4Compressor", "SnappyCompressor", "DeflateCompressor", "ZstdCompressor"})
        QTest::newRow(name) << QByteArray{name};
}

} // namespace

void TstCommitLog::compressedSegmentsHoldTheSameRecords_data()
{
    addCompressors();
}

void TstCommitLog::compressedSegmentsHoldTheSameRecords()
{
    QFETCH(QByteArray, className);
    Bytes plain;
    const Bytes bytes = makeCompressed(paramsOf(className.constData()), &plain);
    const auto expected = readSegment(plain);
    const auto read = readSegment(bytes);
    QVERIFY(expected.has_value() && read.has_value());
    QCOMPARE(read->bytesLost, std::uint64_t{0});
    QCOMPARE(read->records.size(), expected->records.size());
    for (std::size_t i = 0; i < read->records.size(); ++i) {
        QVERIFY(read->records[i].mutation == expected->records[i].mutation);
        QVERIFY(read->records[i].position == expected->records[i].position);
    }
}

void TstCommitLog::aTornOrDamagedSectionIsNoticed()
{
    Bytes plain;
    const Bytes bytes = makeCompressed(paramsOf("LZ4Compressor"), &plain);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto read = readSegment(ByteView{bytes}.substr(0, size));
        QVERIFY(read.has_value());
        QVERIFY(read->records.size() < 6);
    }
    bool isRefused = false;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        Bytes damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        const auto read = readSegment(damaged);
        QVERIFY(!read || read->bytesLost > 0);
        isRefused = isRefused || (!read && read.error().code() == ErrorCode::Corrupt);
        for (const auto& record : read ? read->records : std::vector<storage::CommitLogRecord>{})
            QVERIFY(plain.find(record.mutation) != Bytes::npos);
    }
    QVERIFY(isRefused); // what lies before the synced offset must be readable
}

void TstCommitLog::aCompressedLogIsReplayed_data()
{
    addCompressors();
}

void TstCommitLog::aCompressedLogIsReplayed()
{
    QFETCH(QByteArray, className);
    StoreHarness harness{1};
    harness.options.commitLogCompression = {{"class", className.toStdString()}};
    harness.options.commitLogSegmentBytes = 2048;
    QVERIFY(harness.start());
    RandomUpdates updates{harness.table, 1};
    StoreModel model{harness.table};
    // In two lives, and the third without compression: the file says how it is to be read.
    for (int life = 0; life < 3; ++life) {
        if (life == 2)
            harness.options.commitLogCompression.clear();
        for (int i = 0; i < 60; ++i) {
            const auto update = updates.next(int32Bytes(i % 20), nullptr, 6);
            model.add(update);
            QVERIFY(harness.apply(update));
        }
        QVERIFY(harness.store->metrics().commitLogSegments > 2);
        std::uint64_t onDisk = 0;
        for (const auto& [name, size] : harness.disk.files())
            onDisk += name.starts_with("/node/commitlog/") ? size : 0;
        QCOMPARE(harness.store->metrics().commitLogBytes, onDisk);
        QVERIFY(harness.restart());
        QVERIFY(samePartitions(harness.read(harness.command())->partitions,
                               model.scan(harness.command())));
    }
}

void TstCommitLog::aCompressionThatDoesNotExistIsRefused()
{
    StoreHarness harness{1};
    harness.options.commitLogCompression = {{"class", "BestCompressor"}};
    const auto started = harness.start();
    QVERIFY(!started && started.error().code() == ErrorCode::ConfigError);
    QVERIFY(started.error().detail().find("commitlog_compression") != std::string::npos);
}

void TstCommitLog::answersWaitWhileTheDiskLagsBehind()
{
    // A sync that never ends: periodic mode promises to lose no more than the period and the lag.
    StoreHarness harness{1};
    harness.options.commitLogSyncPeriod = std::chrono::seconds{10};
    harness.options.commitLogSyncLag = std::chrono::seconds{2};
    QVERIFY(harness.start());
    RandomUpdates updates{harness.table, 1};
    harness.runtime->setWorkDurationOf("commit log sync", std::chrono::seconds{30});
    QVERIFY(harness.apply(updates.next(int32Bytes(0), nullptr, 4)));
    const auto write = [&](int key, int& answered) {
        const auto mutation = StoreHarness::mutationOf(updates.next(int32Bytes(key), nullptr, 4));
        QVERIFY(harness.store->tryApply(
            mutation, [&answered](Result<void> result) { answered += result.has_value(); }));
    };
    int early = 0;
    int late = 0;
    harness.world.runFor(std::chrono::seconds{11}); // the sync is under way
    write(1, early);
    harness.world.runFor(std::chrono::milliseconds{500});
    QCOMPARE(early, 1);
    harness.world.runFor(std::chrono::seconds{2}); // period and lag are over
    write(2, late);
    harness.world.runFor(std::chrono::seconds{10});
    QCOMPARE(late, 0);
    QVERIFY(harness.store->metrics().commitLogLags > 0);
    harness.world.runFor(std::chrono::seconds{60}); // that sync ends, and the next
    QCOMPARE(late, 1);
}

void TstCommitLog::aSmallAppendNeedsNoOtherThread_data()
{
    QTest::addColumn<storage::CommitLogSync>("sync");
    QTest::addColumn<bool>("onLane");
    QTest::addColumn<int>("valueBytes");
    QTest::addColumn<bool>("isAnsweredAtOnce");
    using enum storage::CommitLogSync;
    QTest::newRow("periodic") << Periodic << false << 10 << true;
    QTest::newRow("periodic, too large for a step of the loop")
        << Periodic << false << 200'000 << false;
    QTest::newRow("periodic, by the lane") << Periodic << true << 10 << false;
    QTest::newRow("batch: a sync blocks") << Batch << false << 10 << false;
}

void TstCommitLog::aSmallAppendNeedsNoOtherThread()
{
    QFETCH(storage::CommitLogSync, sync);
    QFETCH(bool, onLane);
    QFETCH(int, valueBytes);
    StoreHarness harness{1};
    harness.options.commitLogSync = sync;
    harness.options.commitLogOnLane = onLane;
    QVERIFY(harness.start());
    RandomUpdates updates{harness.table, 1};
    QVERIFY(harness.apply(updates.next(int32Bytes(0), nullptr, 4))); // opens the file
    harness.runtime->setWorkDurationOf("commit log", std::chrono::milliseconds{200});
    bool answered = false;
    const Bytes key(static_cast<std::size_t>(valueBytes), 'k');
    const auto mutation = StoreHarness::mutationOf(updates.next(key, nullptr, 4));
    QVERIFY(harness.store->tryApply(
        mutation, [&answered](Result<void> result) { answered = result.has_value(); }));
    QVERIFY(!answered); // not before the end of the turn
    harness.world.runFor(std::chrono::milliseconds{50});
    QTEST(answered, "isAnsweredAtOnce");
    harness.world.runFor(std::chrono::seconds{1});
    QVERIFY(answered);
}

RW_TEST(TstCommitLog)
#include "tst_commit_log.moc"
