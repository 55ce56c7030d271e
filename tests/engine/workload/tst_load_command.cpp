#include "engine/launcher/cluster_folder.h"
#include "engine/workload/cluster_reach.h"
#include "engine/workload/load_command.h"
#include "engine/workload/load_report.h"
#include "tests/support/test_main.h"

#include "engine/modeling/import.h"

#include <boost/json.hpp>

#include <QTemporaryDir>

#include <cmath>
#include <fstream>

using namespace engine;
using namespace engine::workload;
namespace json = boost::json;

namespace {

const char* const kModel = RINGWRIGHT_SOURCE "/resources/models/iot.rwmodel";

LoadSurroundings nothingAround()
{
    LoadSurroundings made;
    made.clustersFolder = "/nonexistent/clusters";
    made.progress = [](const std::string&) {};
    return made;
}

/// Two tables: one measured a tenth below, one that has no rows.
LoadReport sampleReport(const modeling::Model& model)
{
    LoadReport report;
    report.model = "shop";
    report.cluster = "workshop";
    report.rows = 1000;
    report.seed = 7;
    report.seconds = 2.5;
    report.loaded.push_back({.table = model.tables[0].id, .name = "k.t", .rows = 1000});
    MeasuredTable good;
    good.table = model.tables[0].id;
    good.name = "k.t";
    good.measurement.source = "SSTable statistics of 3 nodes";
    good.measurement.partitions = 10;
    good.measurement.rows = 1000;
    good.measurement.meanPartitionBytes = 2000;
    good.comparison = *modeling::compareSizes(model, good.table, good.measurement);
    report.measured.push_back(good);
    return report;
}

modeling::Model oneTable()
{
    return *modeling::modelOfCql(
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};"
        "CREATE TABLE k.t (p int, c int, v int, PRIMARY KEY (p, c));");
}

} // namespace

class TstLoadCommand : public QObject {
    Q_OBJECT
private slots:
    void wrongWordsAreOneSentence_data();
    void wrongWordsAreOneSentence();
    void aClusterThatIsNotThereIsNamed();
    void aModelWithoutTablesIsNotLoaded();
    void anAddressLeadsToItsBundledCluster();
    void theReportAsTextShowsEachTable();
    void theReportAsJsonHasStableMembers();
    void aTableFarOffIsAFinding();
};

void TstLoadCommand::wrongWordsAreOneSentence_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("part");
    QTest::newRow("no file") << QStringList{"load", "--to", "127.0.0.1"} << "wants one file";
    QTest::newRow("two files") << QStringList{"load", "a", "b", "--to", "h"} << "wants one file";
    QTest::newRow("no cluster") << QStringList{"measure", kModel} << "--to HOST[:PORT]";
    QTest::newRow("rows") << QStringList{"load", kModel, "--to", "h", "--rows", "many"}
                          << "--rows wants a number";
    QTest::newRow("no rows") << QStringList{"load", kModel, "--to", "h", "--rows", "0"}
                             << "--rows wants at least one";
    QTest::newRow("no value") << QStringList{"load", kModel, "--to"} << "--to wants a value";
    QTest::newRow("port") << QStringList{"measure", kModel, "--to", "h", "--jolokia", "70000"}
                          << "up to 65535";
    QTest::newRow("option") << QStringList{"load", kModel, "--fast"} << "unknown option --fast";
    QTest::newRow("missing file") << QStringList{"load", "/nonexistent.rwmodel", "--to", "h"}
                                  << "/nonexistent.rwmodel";
}

void TstLoadCommand::wrongWordsAreOneSentence()
{
    QFETCH(QStringList, words);
    QFETCH(QString, part);
    std::vector<std::string> given;
    for (const QString& word : words)
        given.push_back(word.toStdString());
    const auto outcome = runLoadCommand(given, nothingAround());
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY(outcome.out.empty());
    QVERIFY2(outcome.err.starts_with("ringwright model: ") && outcome.err.ends_with("\n"),
             outcome.err.c_str());
    QVERIFY2(outcome.err.find(part.toStdString()) != std::string::npos, outcome.err.c_str());
    QCOMPARE(std::ranges::count(outcome.err, '\n'), 1);
}

void TstLoadCommand::aClusterThatIsNotThereIsNamed()
{
    const auto outcome = runLoadCommand({"load", kModel, "--to", "127.9.7.1:1"}, nothingAround());
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.err.find("127.9.7.1:1") != std::string::npos, outcome.err.c_str());
}

void TstLoadCommand::aModelWithoutTablesIsNotLoaded()
{
    QTemporaryDir folder;
    const std::string file = folder.filePath("empty.rwmodel").toStdString();
    std::ofstream{file} << "ringwright-model: 1\nname: empty\n";
    const auto outcome = runLoadCommand({"load", file, "--to", "127.9.7.1:1"}, nothingAround());
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.err.find("no tables yet") != std::string::npos, outcome.err.c_str());
}

void TstLoadCommand::anAddressLeadsToItsBundledCluster()
{
    QTemporaryDir folder;
    const std::string clusters = folder.path().toStdString();
    const launcher::ClusterFolder cluster{clusters, "workshop"};
    const auto spec = cluster.create(launcher::ClusterRequest::withNodes("workshop", 2));
    QVERIFY2(spec.has_value(), spec ? "" : spec.error().detail().c_str());
    const auto reach = bundledReach(clusters, spec->nodes[1].address.toString());
    QVERIFY2(reach.has_value(), reach ? "" : reach.error().detail().c_str());
    QCOMPARE(reach->nodes.size(), std::size_t{2});
    QVERIFY(reach->hasAdmin() && reach->hasFolders());
    QCOMPARE(reach->nodes[0].dataFolder, clusters + "/workshop/n1/data");
    QCOMPARE(reach->nodes[0].admin.password, *cluster.secret());
    const auto other = bundledReach(clusters, "10.1.2.3");
    QVERIFY(!other && other.error().code() == ErrorCode::NotFound);
}

void TstLoadCommand::theReportAsTextShowsEachTable()
{
    const modeling::Model model = oneTable();
    LoadReport report = sampleReport(model);
    MeasuredTable missing;
    missing.name = "k.gone";
    missing.problem = "the cluster has no such table";
    report.measured.push_back(missing);
    const std::string text = reportText(report);
    for (const char* part :
         {"1,000 rows of shop loaded into workshop in 2.5 s, seed 7", "k.t", "2 kB", "k.gone",
          "the cluster has no such table", "SSTable statistics of 3 nodes"})
        QVERIFY2(text.find(part) != std::string::npos, (std::string{part} + "\n" + text).c_str());
}

void TstLoadCommand::theReportAsJsonHasStableMembers()
{
    const modeling::Model model = oneTable();
    LoadReport report = sampleReport(model);
    report.measured[0].calibrated = report.measured[0].comparison;
    const json::object made = json::parse(reportJson(model, report)).as_object();
    QCOMPARE(made.at("model").as_string(), "shop");
    QCOMPARE(made.at("loaded").at("rows").to_number<int>(), 1000);
    const json::object& table = made.at("measured").at(0).as_object();
    for (const char* member :
         {"table", "source", "partitions", "rows", "bytes", "maximumBytes", "compressionRatio",
          "sampledRows", "estimate", "calibrated", "worstColumn", "sentence"})
        QVERIFY2(table.contains(member), member);
    QCOMPARE(table.at("rows").as_double(), 100.0);
    QVERIFY(table.at("compressionRatio").is_null());
    for (const char* member :
         {"estimatedBytes", "ratio", "estimatedRows", "sameRowsBytes", "sameRowsRatio"})
        QVERIFY2(table.at("estimate").as_object().contains(member), member);
}

void TstLoadCommand::aTableFarOffIsAFinding()
{
    const modeling::Model model = oneTable();
    LoadReport report = sampleReport(model);
    QVERIFY2(!report.hasFindings(), report.measured[0].comparison->sentence.c_str());
    // The rows are others than the model's, which says nothing; then the columns are.
    report.measured[0].measurement.meanPartitionBytes = 9000;
    report.measured[0].comparison =
        *modeling::compareSizes(model, report.measured[0].table, report.measured[0].measurement);
    QVERIFY(report.hasFindings());
}

RW_TEST(TstLoadCommand)
#include "tst_load_command.moc"
