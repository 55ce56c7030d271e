#include "engine/node/compaction_history.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::node;

class TstCompactionHistory : public QObject {
    Q_OBJECT
private slots:
    void aRecordComesBackFromItsRowUntilItExpires()
    {
        storage::CompactionRecord record;
        record.id = "5c7b6b80-c7a1-11ef-8000-0123456789ab";
        record.keyspace = "hotel";
        record.table = "rooms";
        record.kind = "Cleanup";
        record.endedAt = WallTime{std::chrono::milliseconds{1'700'000'000'123}};
        record.bytesIn = 123456789012;
        record.bytesOut = 42;
        record.partitionsMerged = {0, 7, 0, 9};
        auto mutation = compactionHistoryRow(record, {5});
        QCOMPARE(mutation.keyspace, std::string("system"));
        rows::Partitions partitions;
        partitions.push_back(std::move(mutation.updates.at(0)));

        const auto read = compactionHistory(partitions, 1'700'000'001);
        QCOMPARE(read.size(), std::size_t{1});
        QCOMPARE(read[0].id, record.id);
        QCOMPARE(read[0].keyspace, record.keyspace);
        QCOMPARE(read[0].table, record.table);
        QCOMPARE(read[0].kind, record.kind);
        QCOMPARE(read[0].endedAt.millis(), record.endedAt.millis());
        QCOMPARE(read[0].bytesIn, record.bytesIn);
        QCOMPARE(read[0].bytesOut, record.bytesOut);
        QCOMPARE(read[0].partitionsMerged, record.partitionsMerged);
        QVERIFY(compactionHistory(partitions, 1'700'000'000 + 604'800).empty());
    }
};

RW_TEST(TstCompactionHistory)
#include "tst_compaction_history.moc"
