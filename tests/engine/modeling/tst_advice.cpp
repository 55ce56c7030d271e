#include "engine/modeling/advice.h"
#include "engine/modeling/document.h"
#include "engine/modeling/import.h"
#include "engine/modeling/mapping.h"
#include "tests/support/test_main.h"

#include <QFile>

#include <algorithm>

using namespace engine;
using namespace engine::modeling;

namespace {

const char* const kKeyspace = "CREATE KEYSPACE k WITH replication = {'class': "
                              "'NetworkTopologyStrategy', 'datacenter1': 3};";

Model modelOfTable(const std::string& cql)
{
    auto model = modelOfCql(kKeyspace + cql);
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    return *model;
}

const Finding* found(const std::vector<Finding>& findings, const std::string& rule)
{
    const auto at = std::ranges::find(findings, rule, &Finding::rule);
    return at == findings.end() ? nullptr : &*at;
}

} // namespace

class TstAdvice : public QObject {
    Q_OBJECT
private slots:
    void aRuleFiresAndItsFixRemovesIt_data();
    void aRuleFiresAndItsFixRemovesIt();
    void aSoundModelHasNoErrors();
    void twoStaysThatOverwriteEachOtherAreFoundAndMended();
    void aQueryAnsweredByAnIndexGetsItsTable();
    void everyRuleHasAPageOfHelp();
    void workloadCountsDuplicatesAndReplicas();
    void compactionFollowsTheAccessPattern();
};

using Change = std::function<void(Model&)>;
Q_DECLARE_METATYPE(Change)

void TstAdvice::aRuleFiresAndItsFixRemovesIt_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("create");
    QTest::addColumn<Change>("change");
    QTest::addColumn<bool>("fixable");
    const auto row = [](const char* rule, const char* create, Change change, bool fixable) {
        QTest::newRow(qPrintable(QString("%1: %2").arg(rule).arg(QString(create).left(40))))
            << QString(rule) << QString(create) << std::move(change) << fixable;
    };
    const char* series = "CREATE TABLE k.t (p text, c timestamp, v int, PRIMARY KEY (p, c))";
    row(
        "unbounded-partition", series,
        [](Model& m) {
            m.tables[0].sizing.rowsPerDay = 1000;
            m.tables[0].sizing.ttlSeconds = 365.0 * 86400;
        },
        true);
    row(
        "unbounded-partition", series, [](Model& m) { m.tables[0].sizing.rowsPerDay = 1000; },
        true);
    row(
        "partition-near-limit", series, [](Model& m) { m.tables[0].sizing.rows = "60000"; }, true);
    row(
        "low-cardinality-key",
        "CREATE TABLE k.t (active boolean, id uuid, PRIMARY KEY (active, id))", [](Model&) {},
        false);
    row(
        "hot-partition", "CREATE TABLE k.t (p text, c int, PRIMARY KEY (p, c))",
        [](Model& m) {
            Query query{.id = m.newId(), .label = "Q1", .callsPerSecond = 500'000};
            m.tables[0].sizing.partitions = 100;
            m.tables[0].queries = {query.id};
            m.queries.push_back(query);
        },
        false);
    row(
        "queue-table", "CREATE TABLE k.job_queue (p int, c timeuuid, v text, PRIMARY KEY (p, c))",
        [](Model&) {}, false);
    row(
        "tombstones", "CREATE TABLE k.t (p int PRIMARY KEY, v text)",
        [](Model& m) { m.tables[0].sizing.deletedCells = 0.4; }, false);
    row(
        "growing-collection", "CREATE TABLE k.t (p int PRIMARY KEY, v set<text>)",
        [](Model& m) { m.tables[0].columns[1].sizing.maximumElements = 50'000; }, false);
    row(
        "list-read-before-write", "CREATE TABLE k.t (p int PRIMARY KEY, v list<text>)",
        [](Model&) {}, true);
    row(
        "counter-ttl", "CREATE TABLE k.t (p int PRIMARY KEY, n counter)",
        [](Model& m) { m.tables[0].options["default_time_to_live"] = "60"; }, true);
    row(
        "large-value", "CREATE TABLE k.t (p int PRIMARY KEY, photo blob)",
        [](Model& m) { m.tables[0].columns[1].sizing.maximumBytes = 5e6; }, false);
    row(
        "index-cardinality",
        "CREATE TABLE k.t (p int PRIMARY KEY, active boolean);"
        "CREATE INDEX ON k.t (active) USING 'sai'",
        [](Model&) {}, false);
    row(
        "index-kind", "CREATE TABLE k.t (p int PRIMARY KEY, v int); CREATE INDEX ON k.t (v)",
        [](Model&) {}, true);
    row(
        "view-experimental",
        "CREATE TABLE k.t (p int PRIMARY KEY, v int); CREATE MATERIALIZED VIEW k.w AS SELECT p, v "
        "FROM k.t WHERE v IS NOT NULL AND p IS NOT NULL PRIMARY KEY (v, p)",
        [](Model&) {}, false);
    row(
        "compaction", series, [](Model& m) { m.tables[0].sizing.ttlSeconds = 86400; }, true);
    row(
        "time-window-misuse", series,
        [](Model& m) {
            m.tables[0].options["compaction"] = "{'class': 'TimeWindowCompactionStrategy'}";
        },
        false);
    row(
        "gc-grace", series, [](Model& m) { m.tables[0].options["gc_grace_seconds"] = "0"; }, true);
    row(
        "replication", series,
        [](Model& m) {
            m.keyspaces[0].replication = {{"class", "SimpleStrategy"}, {"replication_factor", "3"}};
        },
        true);
    row(
        "cannot-be-created", series, [](Model& m) { m.tables[0].columns[2].type = "strng"; },
        false);
    row(
        "many-tables", series,
        [](Model& m) {
            while (m.tables.size() <= 200) {
                ModelTable table = m.tables[0];
                table.id = m.newId();
                table.name += std::to_string(m.tables.size());
                m.tables.push_back(table);
            }
        },
        false);
}

void TstAdvice::aRuleFiresAndItsFixRemovesIt()
{
    QFETCH(QString, rule);
    QFETCH(QString, create);
    QFETCH(Change, change);
    QFETCH(bool, fixable);
    Model model = modelOfTable(create.toStdString() + ";");
    QVERIFY(rule.contains("index") || rule.contains("list") || rule.contains("queue") ||
            rule.contains("low-") || rule.contains("view") ||
            !found(advise(model), rule.toStdString()) || rule == "unbounded-partition");
    change(model);
    const auto findings = advise(model);
    const Finding* finding = found(findings, rule.toStdString());
    QVERIFY(finding);
    QVERIFY(finding->sentence.ends_with('.') && !finding->explanation.empty());
    QCOMPARE(!finding->fix.label.empty(), fixable);
    if (!fixable)
        return;
    const auto fixed = finding->fix.apply(model);
    QVERIFY2(fixed.has_value(), fixed ? "" : fixed.error().detail().c_str());
    QVERIFY(*fixed != model);
    QVERIFY2(!found(advise(*fixed), rule.toStdString()), finding->sentence.c_str());
}

void TstAdvice::aSoundModelHasNoErrors()
{
    for (const char* name : {"hotel", "iot", "library", "messaging", "portfolio"}) {
        const auto model =
            loadModel(std::string{RINGWRIGHT_SOURCE "/resources/models/"} + name + ".rwmodel");
        QVERIFY2(model.has_value(), model ? "" : model.error().detail().c_str());
        const Model mapped = generateLogical(*model).model;
        QVERIFY(!mapped.tables.empty());
        for (const Finding& finding : advise(mapped)) {
            if (finding.severity == Severity::Error && finding.rule != "unbounded-partition")
                QFAIL((std::string{name} + ": " + finding.sentence).c_str());
        }
    }
}

void TstAdvice::twoStaysThatOverwriteEachOtherAreFoundAndMended()
{
    Model model =
        generateLogical(*loadModel(RINGWRIGHT_SOURCE "/resources/models/hotel.rwmodel")).model;
    QVERIFY(!found(advise(model), "missing-uniqueness"));
    for (ModelTable& table : model.tables) {
        if (table.name != "reservations_by_guest")
            continue;
        // As the material keys it: guest_last_name, hotel_id only.
        for (TableColumn& column : table.columns) {
            if (column.role == ColumnRole::Clustering && column.name != "hotel_id")
                column.role = ColumnRole::Regular;
        }
        std::ranges::stable_sort(table.columns, {}, &TableColumn::role);
    }
    const auto findings = advise(model);
    const Finding* finding = found(findings, "missing-uniqueness");
    QVERIFY(finding);
    QCOMPARE(elementName(model, finding->element)
                 .substr(elementName(model, finding->element).find('.') + 1),
             std::string("reservations_by_guest"));
    QVERIFY2(!finding->fix.label.empty(), finding->explanation.c_str());
    const Model mended = *finding->fix.apply(model);
    QVERIFY(!found(advise(mended), "missing-uniqueness"));
}

void TstAdvice::aQueryAnsweredByAnIndexGetsItsTable()
{
    Model model = withRecoveredQueries(
        modelOfTable("CREATE TABLE k.reservations (hotel text, day date, confirm text, PRIMARY KEY "
                     "(hotel, day)); CREATE INDEX ON k.reservations (confirm) USING 'sai';"));
    const auto findings = advise(model);
    const Finding* finding = found(findings, "index-scan");
    QVERIFY(finding);
    QVERIFY2(finding->fix.label.starts_with("Make "), finding->fix.label.c_str());
    const Model fixed = *finding->fix.apply(model);
    QCOMPARE(fixed.tables.size(), 2U);
    QVERIFY(!found(advise(fixed), "index-scan"));
    QVERIFY(schemaOf(fixed).has_value());
}

void TstAdvice::everyRuleHasAPageOfHelp()
{
    for (const Rule& rule : adviceRules()) {
        QFile page{QString(RINGWRIGHT_SOURCE "/resources/help/%1.md")
                       .arg(QString::fromUtf8(rule.helpPage.data(), int(rule.helpPage.size())))};
        QVERIFY2(page.open(QIODevice::ReadOnly), qPrintable(page.fileName()));
        const QByteArray text = page.readAll();
        QVERIFY2(text.startsWith("# ") && text.size() > 400, qPrintable(page.fileName()));
    }
}

void TstAdvice::workloadCountsDuplicatesAndReplicas()
{
    Model model = modelOfTable("CREATE TABLE k.a (p int PRIMARY KEY, v int);"
                               "CREATE TABLE k.b (v int, p int, PRIMARY KEY (v, p));");
    EntityType entity{.id = model.newId(), .name = "Thing"};
    entity.attributes = {{.id = model.newId(), .name = "p"}, {.id = model.newId(), .name = "v"}};
    for (ModelTable& table : model.tables) {
        for (TableColumn& column : table.columns)
            column.attribute = entity.attributes[column.name == "p" ? 0 : 1].id;
    }
    Query read{.id = model.newId(), .label = "Q1", .callsPerSecond = 50};
    Query write{.id = model.newId(),
                .label = "Q2",
                .access = Access::Write,
                .finds = entity.id,
                .callsPerSecond = 10};
    model.tables[0].queries = {read.id};
    model.entities = {entity};
    model.queries = {read, write};
    const WorkloadTotals totals = workloadTotals(model);
    QCOMPARE(totals.readsPerSecond, 50.0);
    QCOMPARE(totals.writesPerSecond, 10.0);
    QCOMPARE(totals.tableWritesPerSecond, 20.0);
    QCOMPARE(totals.replicaWritesPerSecond, 60.0);
    QCOMPARE(totals.writeAmplification, 6.0);
    QCOMPARE(totals.tables[0].readsPerSecond, 50.0);
}

void TstAdvice::compactionFollowsTheAccessPattern()
{
    Model model =
        modelOfTable("CREATE TABLE k.t (p text, c timestamp, v int, PRIMARY KEY (p, c));");
    QCOMPARE(compactionAdvice(model, model.tables[0]).strategy,
             std::string("UnifiedCompactionStrategy"));
    model.tables[0].sizing.ttlSeconds = 90.0 * 86400;
    const CompactionAdvice windows = compactionAdvice(model, model.tables[0]);
    QCOMPARE(windows.cql, std::string("{'class': 'TimeWindowCompactionStrategy', "
                                      "'compaction_window_unit': 'DAYS', "
                                      "'compaction_window_size': '3'}"));
    model.tables[0].sizing.ttlSeconds.reset();
    Query read{.id = model.newId(), .label = "Q1", .callsPerSecond = 100};
    Query write{.id = model.newId(), .label = "Q2", .access = Access::Write, .callsPerSecond = 4};
    model.tables[0].queries = {read.id, write.id};
    model.queries = {read, write};
    QCOMPARE(compactionAdvice(model, model.tables[0]).strategy,
             std::string("LeveledCompactionStrategy"));
}

RW_TEST(TstAdvice)
#include "tst_advice.moc"
