#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/studio/trace.h"
#include "widgets/studio/trace_reader.h"
#include "widgets/studio/trace_reads.h"
#include "widgets/theme/theme.h"
#include "widgets/trace/sequence_canvas.h"
#include "widgets/trace/trace_page.h"
#include "widgets/trace/trace_reads_model.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QApplication>
#include <QSignalSpy>

using studio::Trace;

namespace {

/// A read at QUORUM as Cassandra 5.0 traces it: the replica counts from when it began.
Trace quorumRead()
{
    Trace trace;
    trace.session.id = "5b1d6c20-bfb9-11f0-8de9-0242ac120002";
    trace.session.coordinator = "127.0.0.1";
    trace.session.durationUs = 4860;
    trace.session.request = "Execute CQL3 query";
    const auto add = [&](const char* source, qint64 us, const char* activity) {
        trace.events.push_back({source, activity, "t", us, 0, -1});
    };
    add("127.0.0.2", 30, "READ_REQ message received from /127.0.0.1:7000");
    add("127.0.0.2", 700, "Enqueuing response to /127.0.0.1:7000");
    add("127.0.0.2", 750, "Sending READ_RSP message to /127.0.0.1:7000 message size 90 bytes");
    add("127.0.0.1", 20, "Parsing SELECT * FROM hotels");
    add("127.0.0.1", 400, "Sending READ_REQ message to /127.0.0.2:7000 message size 150 bytes");
    add("127.0.0.1", 1300, "READ_RSP message received from /127.0.0.2:7000");
    add("127.0.0.1", 1400, "Processing response from /127.0.0.2:7000");
    studio::placeOnOneClock(trace);
    return trace;
}

} // namespace

class TstTrace : public QObject {
    Q_OBJECT
private slots:
    void replicasAreOnTheCoordinatorsClock();
    void messagesAreFoundBothWays();
    void messagesOfBundledNodesAreFoundToo();
    void aNodeThatWasNotWrittenToIsPlacedByItsIdsAndSaidToBe();
    void stepsLastUntilTheSameNodesNext();
    void sentencesAreExplained();
    void readsTellWhatRuledOutSSTables();
    void readsOfCassandraAreUnderstoodToo();
    void theStorageTableSaysItInWords();
    void timeRunsDownwards();
    void theReaderAsksAgainUntilTheTraceIsWhole();
    void nothingButAnIdGoesIntoTheStatement();
    void theCanvasTellsItsMessages();
};

void TstTrace::replicasAreOnTheCoordinatorsClock()
{
    const Trace trace = quorumRead();
    QVERIFY(!trace.estimated);
    QCOMPARE(trace.events.front().activity, QString("Parsing SELECT * FROM hotels"));
    for (const auto& event : trace.events)
        if (event.source == "127.0.0.2")
            QCOMPARE(event.atUs, 400 + event.elapsedUs);
    QVERIFY(std::is_sorted(trace.events.begin(), trace.events.end(),
                           [](const auto& a, const auto& b) { return a.atUs < b.atUs; }));
    QCOMPARE(trace.nodes(), QStringList({"127.0.0.1", "127.0.0.2"}));
    QCOMPARE(trace.endUs(), 4860);
}

void TstTrace::messagesAreFoundBothWays()
{
    const Trace trace = quorumRead();
    QStringList found;
    for (const auto& message : trace.messages)
        found += QString("%1 %2>%3 %4-%5")
                     .arg(message.verb, message.from.right(1), message.to.right(1))
                     .arg(message.sentUs)
                     .arg(message.receivedUs);
    QVERIFY2(found.contains("READ_REQ 1>2 400-430"), qPrintable(found.join(", ")));
    QVERIFY2(found.contains("READ_RSP 2>1 1150-1300"), qPrintable(found.join(", ")));
}

void TstTrace::messagesOfBundledNodesAreFoundToo()
{
    Trace trace;
    trace.session.coordinator = "127.0.1.3";
    trace.events = {
        {"127.0.1.3", "Sending READ_REQ to 127.0.1.1:7000 (113 bytes)", "t", 615, 0, -1},
        {"127.0.1.1", "Received READ_REQ from 127.0.1.3:7000", "t", 13, 0, -1}};
    studio::placeOnOneClock(trace);
    QCOMPARE(trace.messages.size(), std::size_t(1));
    QCOMPARE(trace.messages[0].receivedEvent, 1);
    QCOMPARE(trace.messages[0].receivedUs, 628);
}

void TstTrace::aNodeThatWasNotWrittenToIsPlacedByItsIdsAndSaidToBe()
{
    Trace trace;
    trace.session.coordinator = "10.0.0.1";
    trace.session.startedAt = QDateTime::fromMSecsSinceEpoch(1'000'000);
    trace.events = {{"10.0.0.1", "Parsing", "t", 10, 0, 1'000'000'010},
                    {"10.0.0.9", "Executing", "t", 100, 0, 1'000'002'100}};
    studio::placeOnOneClock(trace);
    QVERIFY(trace.estimated);
    QCOMPARE(trace.events[1].atUs, 2100);
}

void TstTrace::stepsLastUntilTheSameNodesNext()
{
    const Trace trace = quorumRead();
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
        if (trace.events[i].activity.startsWith("Parsing"))
            QCOMPARE(studio::stepUs(trace, i), 380);
        if (trace.events[i].activity.startsWith("Processing response"))
            QCOMPARE(studio::stepUs(trace, i), 4860 - 1400);
    }
}

void TstTrace::sentencesAreExplained()
{
    QVERIFY(studio::explainActivity("Bloom filter allows skipping sstable 5").contains("no disk"));
    QVERIFY(studio::explainActivity("Read 15 live rows and 2 tombstone cells").contains("Deleted"));
    QVERIFY(
        !studio::explainActivity("Read 15 live rows and 0 tombstone cells").contains("Deleted"));
    QCOMPARE(studio::explainActivity("something that nobody wrote yet"), QString());
}

namespace {

Trace traceOf(std::initializer_list<std::pair<const char*, const char*>> events)
{
    Trace trace;
    trace.session.coordinator = "127.0.0.1";
    for (const auto& [source, activity] : events)
        trace.events.push_back({source, activity, "t", 0, 0, -1});
    return trace;
}

Trace bundledReads()
{
    return traceOf({{"127.0.0.1", "Executing single-partition query on rooms"},
                    {"127.0.0.2", "Row cache hit"},
                    {"127.0.0.1", "Acquiring sstable references"},
                    {"127.0.0.1", "Bloom filter allows skipping sstable 9"},
                    {"127.0.0.1", "Key cache hit for sstable 8, size = 0"},
                    {"127.0.0.1", "Least and greatest clustering allow skipping sstable 7"},
                    {"127.0.0.1", "A newer deletion of the partition allows skipping sstable 6"},
                    {"127.0.0.1", "Partition index lookup complete (bloom filter false positive) "
                                  "for sstable 5"},
                    {"127.0.0.1", "Skipped 1/5 non-slice-intersecting sstables, included 0 due to "
                                  "tombstones"},
                    {"127.0.0.1", "Found the partition in 1 of 2 memtables"},
                    {"127.0.0.1", "Merged data from memtables and 1 sstables"},
                    {"127.0.0.1", "Read 4 live rows and 2 tombstone cells"},
                    {"127.0.0.1", "Took 3 chunks from the chunk cache, 1 from the kernel's memory, "
                                  "1 from disk; 32768 bytes"}});
}

} // namespace

void TstTrace::readsTellWhatRuledOutSSTables()
{
    const auto reads = studio::readsOf(bundledReads());
    QCOMPARE(reads.size(), std::size_t(2));
    studio::TraceRead wanted;
    wanted.node = "127.0.0.1";
    wanted.table = "rooms";
    wanted.tables = 5;
    wanted.tablesRead = wanted.byBloomFilter = wanted.outsideRows = wanted.shadowed = 1;
    wanted.falsePositives = wanted.keyCacheHits = wanted.memtables = 1;
    wanted.liveRows = 4;
    wanted.tombstones = 2;
    wanted.chunkHits = 3;
    wanted.chunksRead = 2;
    wanted.bytesRead = 32768;
    QVERIFY(reads[0] == wanted);
    QVERIFY(reads[1].rowCacheHit);
    QCOMPARE(reads[1].tablesRead, 0);
}

void TstTrace::readsOfCassandraAreUnderstoodToo()
{
    const auto reads = studio::readsOf(traceOf(
        {{"10.0.0.1", "Row cache miss"},
         {"10.0.0.1", "Executing single-partition query on t"},
         {"10.0.0.1", "Partition index with 0 entries found for sstable 3gj4"},
         {"10.0.0.1", "Partition index found for sstable 3gj5, size = 0"},
         {"10.0.0.1", "Skipped 2/4 non-slice-intersecting sstables, included 1 due to tombstones"},
         {"10.0.0.1", "Merged data from memtables and 3 sstables"},
         {"10.0.0.1", "Read 1 live rows and 0 tombstone cells"},
         {"10.0.0.1", "Executing single-partition query on t"},
         {"10.0.0.1", "Executing seq scan across 7 sstables for (min(-9223372036854775808)]"}}));
    QCOMPARE(reads.size(), std::size_t(3));
    QVERIFY(reads[0].rowCacheMissed);
    QCOMPARE(reads[0].indexLookups, 2);
    QCOMPARE(reads[0].outsideRows, 1);
    QCOMPARE(reads[0].tables, 4);
    QCOMPARE(reads[0].chunkHits, -1); // it does not say
    QCOMPARE(reads[1].liveRows, -1);
    QVERIFY(reads[2].isRange);
    QCOMPARE(reads[2].tables, 7);
}

void TstTrace::theStorageTableSaysItInWords()
{
    views::TraceReadsModel model;
    QAbstractItemModelTester tester(&model);
    const Trace trace = bundledReads();
    model.set(studio::readsOf(trace), views::traceNodes(trace, tests::FakeSource(3, 4).topology()));
    using Model = views::TraceReadsModel;
    const auto text = [&](int row, int column) {
        return model.index(row, column).data().toString();
    };
    QCOMPARE(text(0, Model::SSTables), QString("1 of 5"));
    QCOMPARE(text(0, Model::RuledOut),
             QString("1 by bloom filter, 1 by clustering, 1 deleted since, 1 by index (the bloom "
                     "filter was wrong)"));
    QCOMPARE(text(0, Model::Places), QString("key cache 1, memtables 1"));
    QVERIFY(text(0, Model::Chunks).startsWith("3 cached, 2 read (32"));
    QCOMPARE(text(0, Model::Tombstones), QString("2"));
    QCOMPARE(text(1, Model::SSTables), QString("none: row cache hit"));
    QCOMPARE(text(1, Model::Rows), QString("–"));
}

void TstTrace::timeRunsDownwards()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    views::SequenceCanvas canvas(theme);
    const Trace trace = quorumRead();
    canvas.set(trace, views::traceNodes(trace, tests::FakeSource(3, 4).topology()));
    double before = -1;
    for (qint64 us = 0; us <= trace.endUs(); us += 60) {
        QVERIFY(canvas.yOf(us) >= before);
        before = canvas.yOf(us);
    }
    QVERIFY(canvas.yOf(430) - canvas.yOf(400) >= 20); // close moments can be told apart
}

void TstTrace::theReaderAsksAgainUntilTheTraceIsWhole()
{
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    studio::TraceReader reader;
    reader.setSource(source);
    QSignalSpy failed(&reader, &studio::TraceReader::failed);
    int asked = 0;
    source->onRun = [&](tests::FakeRun* run, const QString& statement) {
        ++asked;
        QVERIFY(statement.contains("5b1d6c20-bfb9-11f0-8de9-0242ac120002"));
        studio::StatementOutcome outcome;
        outcome.kind = asked < 3 ? studio::StatementOutcome::Kind::Rows
                                 : studio::StatementOutcome::Kind::Failed;
        outcome.problem.summary = "gone";
        run->answer({}, outcome);
    };
    reader.readTrace("5b1d6c20-bfb9-11f0-8de9-0242ac120002");
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(asked, 3);
    QCOMPARE(failed[0][0].toString(), QString("gone"));
}

void TstTrace::nothingButAnIdGoesIntoTheStatement()
{
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    studio::TraceReader reader;
    reader.setSource(source);
    reader.readTrace("x; DROP TABLE y");
    QVERIFY(source->statements.isEmpty());
}

void TstTrace::theCanvasTellsItsMessages()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    views::SequenceCanvas canvas(theme);
    const Trace trace = quorumRead();
    canvas.set(trace, views::traceNodes(trace, tests::FakeSource(3, 4).topology()));
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(&canvas);
    QVERIFY(interface);
    // The client's question and its answer, and what the trace's nodes sent.
    QCOMPARE(interface->childCount(), static_cast<int>(trace.messages.size()) + 2);
    QVERIFY(interface->child(1)->text(QAccessible::Name).contains("READ_REQ from n1 to n2"));
    QSignalSpy chosen(&canvas, &views::SequenceCanvas::eventChosen);
    QTest::keyClick(&canvas, Qt::Key_Down);
    QTest::keyClick(&canvas, Qt::Key_Down);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(canvas.accessibleCurrentItem(), 1);
}

RW_TEST(TstTrace)
#include "tst_trace.moc"
