#include "engine/modeling/command.h"
#include "engine/modeling/cql.h"
#include "engine/modeling/deployment.h"
#include "engine/modeling/document.h"
#include "engine/modeling/import.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace engine;
using namespace engine::modeling;

namespace {

const char* const kScript =
    "CREATE KEYSPACE k WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3};\n"
    "CREATE TABLE k.t (p text, c int, v text, PRIMARY KEY (p, c));\n";

Result<schema::SchemaPtr> nowhere(const std::string& contact)
{
    return Error{ErrorCode::ConnectionRefused, contact + ": nobody listens"};
}

} // namespace

class TstCommand : public QObject {
    Q_OBJECT
private slots:
    void init();
    void helpNamesEveryCommand();
    void whatItDoesNotUnderstandEndsWithTwo_data();
    void whatItDoesNotUnderstandEndsWithTwo();
    void checkEndsWithOneOnAnError();
    void cqlPrintsWhatMakesTheSchema();
    void sizesTellsTheLightOfEachTable();
    void diffAgainstAFileAndAClusterAgree();
    void diffSaysWhatChangedSinceTheLastDeployment();
    void everyCommandSpeaksJson_data();
    void everyCommandSpeaksJson();
    void figuresInJsonAreWrittenOut();

private:
    std::string write(const char* name, const std::string& text)
    {
        const QString path = m_folder.filePath(name);
        QFile file{path};
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(path));
        file.write(text.data(), qint64(text.size()));
        return path.toStdString();
    }
    QTemporaryDir m_folder;
    std::string m_file;
};

void TstCommand::init()
{
    m_file = write("model.cql", kScript);
}

void TstCommand::helpNamesEveryCommand()
{
    const CommandOutcome outcome = runModelCommand({"--help"}, nowhere);
    QCOMPARE(outcome.exitCode, 0);
    for (const char* word : {"check", "cql", "sizes", "diff", "--contact", "--json"})
        QVERIFY(outcome.out.find(word) != std::string::npos);
}

void TstCommand::whatItDoesNotUnderstandEndsWithTwo_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing") << QStringList{} << "a command is missing";
    QTest::newRow("unknown command") << QStringList{"bake", "x"} << "unknown command bake";
    QTest::newRow("unknown option")
        << QStringList{"check", "x", "--fast"} << "unknown option --fast";
    QTest::newRow("no file") << QStringList{"check"} << "one file";
    QTest::newRow("one file to diff") << QStringList{"diff", "x"} << "two files";
    QTest::newRow("nodes") << QStringList{"sizes", "x", "--nodes", "many"} << "number of nodes";
    QTest::newRow("missing file") << QStringList{"check", "/nowhere/x.cql"} << "/nowhere/x.cql";
    QTest::newRow("missing model") << QStringList{"check", "/nowhere/x.rwmodel"} << "/nowhere/x";
}

void TstCommand::whatItDoesNotUnderstandEndsWithTwo()
{
    QFETCH(QStringList, words);
    QFETCH(QString, says);
    std::vector<std::string> given;
    for (const QString& word : words)
        given.push_back(word.toStdString());
    const CommandOutcome outcome = runModelCommand(given, nowhere);
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(QString::fromStdString(outcome.err).contains(says), outcome.err.c_str());
    QVERIFY(outcome.out.empty());
}

void TstCommand::checkEndsWithOneOnAnError()
{
    QCOMPARE(runModelCommand({"check", m_file}, nowhere).exitCode, 0);
    const std::string bad = write("bad.cql", "CREATE TABLE k.t (p text, PRIMARY KEY (q));");
    QCOMPARE(runModelCommand({"check", bad}, nowhere).exitCode, 2); // it is no schema at all
    const CommandOutcome outcome = runModelCommand(
        {"check", write("queue.cql", std::string{kScript} +
                                         "CREATE TABLE k.c (p int PRIMARY KEY, l list<int>);")},
        nowhere);
    QCOMPARE(outcome.exitCode, 0); // an info is no error
    QVERIFY(outcome.out.find("list") != std::string::npos);
}

void TstCommand::cqlPrintsWhatMakesTheSchema()
{
    const CommandOutcome outcome = runModelCommand({"cql", m_file, "--if-not-exists"}, nowhere);
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.out.find("CREATE TABLE IF NOT EXISTS k.t (") != std::string::npos);
    QVERIFY(schemaOfCql(outcome.out).has_value());
}

void TstCommand::sizesTellsTheLightOfEachTable()
{
    const CommandOutcome outcome = runModelCommand({"sizes", m_file}, nowhere);
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY2(outcome.out.find("k.t") != std::string::npos &&
                 outcome.out.find("green") != std::string::npos,
             outcome.out.c_str());
}

void TstCommand::diffAgainstAFileAndAClusterAgree()
{
    const std::string other =
        write("other.cql", std::string{kScript} + "ALTER TABLE k.t ADD w int;");
    QCOMPARE(runModelCommand({"diff", m_file, m_file}, nowhere).exitCode, 0);
    const CommandOutcome file = runModelCommand({"diff", other, m_file}, nowhere);
    QCOMPARE(file.exitCode, 1);
    QVERIFY2(file.out.find("alter    table k.t: Adds column w int.") != std::string::npos,
             file.out.c_str());
    std::string asked;
    const LiveSchema live = [&](const std::string& contact) {
        asked = contact;
        return schemaOfCql(kScript);
    };
    const CommandOutcome cluster =
        runModelCommand({"diff", other, "--contact", "10.0.0.1:9042"}, live);
    QCOMPARE(cluster.out, file.out);
    QCOMPARE(asked, std::string("10.0.0.1:9042"));
    QCOMPARE(runModelCommand({"diff", other, m_file, "--script"}, nowhere).out,
             std::string("-- 1. Alter t, add w (schema change)\nALTER TABLE k.t ADD w int;\n"));
    const CommandOutcome refused = runModelCommand({"diff", other, "--contact", "x"}, nowhere);
    QCOMPARE(refused.exitCode, 2);
    QVERIFY(refused.err.find("nobody listens") != std::string::npos);
}

void TstCommand::diffSaysWhatChangedSinceTheLastDeployment()
{
    Model model = *modelOfCql(kScript);
    const schema::SchemaPtr empty = std::make_shared<schema::Schema>();
    const std::string before = write("before.rwmodel", writeModel(model));
    const CommandOutcome never = runModelCommand({"diff", before, "--deployed"}, nowhere);
    QCOMPARE(never.exitCode, 2);
    QVERIFY2(never.err.find("has not been deployed yet") != std::string::npos, never.err.c_str());

    const SchemaDiff diff = *diffToModel(model, *empty);
    const auto remember = [&](const char* cluster, std::vector<std::size_t> steps) {
        Deployment done = *deploymentOf(model, diff, steps, empty, {"datacenter1"});
        done.cluster = cluster;
        done.identity = std::string("bundled:") + cluster;
        done.at = "2026-11-21T12:00:00Z";
        model = withDeployment(model, done);
    };
    remember("shop", {0}); // the keyspace alone
    remember("lab", {0, 1});
    model.tables[0].columns.push_back({.id = model.newId(), .name = "w", .type = "int"});
    const std::string file = write("after.rwmodel", writeModel(model));
    QCOMPARE(*readModelFile(file), *readModel(writeModel(model), "again"));
    QCOMPARE(readModelFile(file)->deployments, model.deployments);

    const CommandOutcome last = runModelCommand({"diff", file, "--deployed"}, nowhere);
    QCOMPARE(last.exitCode, 1);
    QVERIFY2(last.out.find("Adds column w int.") != std::string::npos, last.out.c_str());
    const CommandOutcome shop = runModelCommand({"diff", file, "--deployed=shop"}, nowhere);
    QVERIFY2(shop.out.find("create   table k.t") != std::string::npos, shop.out.c_str());
    const CommandOutcome other = runModelCommand({"diff", file, "--deployed=prod"}, nowhere);
    QVERIFY2(other.err.find("has not been deployed to prod, only to lab and shop") !=
                     std::string::npos ||
                 other.err.find("only to lab, shop") != std::string::npos,
             other.err.c_str());
}

void TstCommand::everyCommandSpeaksJson_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("list");
    QTest::newRow("check") << "check"
                           << "findings";
    QTest::newRow("cql") << "cql"
                         << "statements";
    QTest::newRow("sizes") << "sizes"
                           << "tables";
    QTest::newRow("diff") << "diff"
                          << "differences";
}

void TstCommand::everyCommandSpeaksJson()
{
    QFETCH(QString, command);
    QFETCH(QString, list);
    std::vector<std::string> words{command.toStdString(), m_file};
    if (command == "diff")
        words.push_back(m_file);
    words.push_back("--json");
    const CommandOutcome outcome = runModelCommand(words, nowhere);
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(outcome.out));
    QVERIFY(document.isObject());
    QVERIFY(document[list].isArray());
    if (command != "check")
        QVERIFY(!document[list].toArray().isEmpty());
}

void TstCommand::figuresInJsonAreWrittenOut()
{
    const std::string out = runModelCommand({"sizes", m_file, "--json"}, nowhere).out;
    QVERIFY2(out.find("\"nodes\":3,") != std::string::npos, out.c_str());
    const QString text = QString::fromStdString(out);
    QVERIFY2(!QRegularExpression("[0-9][eE]").match(text).hasMatch(), out.c_str());
    QVERIFY2(QRegularExpression("\":[0-9]+\\.[0-9]+[,}]").match(text).hasMatch(), out.c_str());
    QVERIFY(QJsonDocument::fromJson(text.toUtf8()).isObject());
}

RW_TEST(TstCommand)
#include "tst_command.moc"
