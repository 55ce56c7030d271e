#include "tests/support/query_fixture.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

using namespace engine;

/// Statements that real Cassandra refused, on its own schema: we refuse them with the same code.
class TstErrors : public QObject {
    Q_OBJECT
private slots:
    void statementsFailWithCassandrasCodes();
};

namespace {

ErrorCode codeNamed(const QString& name)
{
    static const std::map<QString, ErrorCode> codes{{"SYNTAX_ERROR", ErrorCode::SyntaxError},
                                                    {"INVALID", ErrorCode::Invalid},
                                                    {"CONFIG_ERROR", ErrorCode::ConfigError},
                                                    {"ALREADY_EXISTS", ErrorCode::AlreadyExists},
                                                    {"UNAUTHORIZED", ErrorCode::Unauthorized},
                                                    {"FUNCTION_FAILURE", ErrorCode::FunctionFailure},
                                                    {"SERVER_ERROR", ErrorCode::ServerError}};
    const auto at = codes.find(name);
    return at == codes.end() ? ErrorCode::None : at->second;
}

} // namespace

void TstErrors::statementsFailWithCassandrasCodes()
{
    QFile file{RINGWRIGHT_FIXTURES "/errors.json"};
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject all = QJsonDocument::fromJson(file.readAll()).object();
    tests::QueryFixture fixture;
    for (const QJsonValue& statement : all["setup"].toArray()) {
        const auto result = fixture.run(statement.toString().toStdString());
        if (!result && !statement.toString().contains("INDEX"))
            QFAIL(qPrintable(statement.toString() + ": " +
                             QString::fromStdString(result.error().detail())));
    }
    int total = 0;
    int codes = 0;
    int messages = 0;
    const bool verbose = qEnvironmentVariableIsSet("SHOW_ERRORS");
    for (const QJsonValue& value : all["runs"].toArray()[0].toObject()["errors"].toArray()) {
        const QJsonObject expected = value.toObject();
        fixture.keyspace = "err";
        ++total;
        const auto result = fixture.run(expected["statement"].toString().toStdString());
        const ErrorCode code = result ? ErrorCode::None : result.error().code();
        const bool sameCode = code == codeNamed(expected["name"].toString());
        const bool sameMessage =
            !result && QString::fromStdString(result.error().detail()) == expected["message"].toString();
        codes += sameCode;
        messages += sameMessage;
        if (verbose && (!sameCode || !sameMessage))
            qInfo().noquote() << (sameCode ? "message" : "CODE   ") << expected["statement"].toString()
                              << "\n   theirs:" << expected["name"].toString()
                              << expected["message"].toString() << "\n   ours:  "
                              << QString::fromStdString(tests::QueryFixture::show(result));
    }
    qInfo() << total << "statements;" << codes << "codes and" << messages << "messages as Cassandra's";
}

RW_TEST(TstErrors)
#include "tst_errors.moc"
