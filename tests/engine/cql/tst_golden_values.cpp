#include "engine/cql/literals.h"
#include "engine/cql/parser.h"
#include "engine/cql/script.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <map>

using namespace engine;
using namespace engine::cql;

namespace {

TypePtr resolved(const ParsedType& parsed)
{
    std::vector<TypePtr> parameters;
    for (const auto& parameter : parsed.parameters)
        parameters.push_back(resolved(parameter));
    TypePtr type;
    switch (parsed.kind) {
    case ParsedType::Kind::List:
        type = Type::list(parameters[0]);
        break;
    case ParsedType::Kind::Set:
        type = Type::set(parameters[0]);
        break;
    case ParsedType::Kind::Map:
        type = Type::map(parameters[0], parameters[1]);
        break;
    case ParsedType::Kind::Tuple:
        type = Type::tuple(parameters);
        break;
    case ParsedType::Kind::Vector:
        type = Type::vector(parameters[0], parsed.dimension);
        break;
    default:
        type = Type::native(parsed.native);
    }
    return parsed.frozen ? Type::frozen(type) : type;
}

/// Any JSON text as a value; QJsonDocument reads only arrays and objects.
QJsonValue jsonValue(const std::string& json)
{
    return QJsonDocument::fromJson("[" + QByteArray::fromStdString(json) + "]").array()[0];
}

} // namespace

/// Literals that were sent to real Cassandra against what SELECT JSON of it answered.
class TstGoldenValues : public QObject {
    Q_OBJECT
private slots:
    void insertedLiteralsComeBackAsCassandraShowedThem_data();
    void insertedLiteralsComeBackAsCassandraShowedThem();
};

void TstGoldenValues::insertedLiteralsComeBackAsCassandraShowedThem_data()
{
    QTest::addColumn<int>("valuesMin");
    QTest::newRow("simple_types") << 130;
    QTest::newRow("vectors") << 8;
    QTest::newRow("frozen_collections") << 9;
}

void TstGoldenValues::insertedLiteralsComeBackAsCassandraShowedThem()
{
    QFETCH(int, valuesMin);
    const QString name = QTest::currentDataTag();
    QFile script{RINGWRIGHT_FIXTURES "/cql/written_by_sstable_cases.cql"};
    QFile answers{RINGWRIGHT_FIXTURES "/cql/values/" + name + ".json"};
    QVERIFY(script.open(QIODevice::ReadOnly) && answers.open(QIODevice::ReadOnly));
    const auto rows = QJsonDocument::fromJson(answers.readAll()).array();
    const std::string text = script.readAll().toStdString();
    std::map<std::string, TypePtr, std::less<>> types;
    int compared = 0;
    for (const auto& statement : splitStatements(text)) {
        Arena arena;
        const auto parsed = parseStatement(statement.textIn(text), arena);
        QVERIFY(parsed.has_value());
        if ((*parsed)->kind == StatementKind::CreateTable) {
            const auto& table = (*parsed)->as<ParsedCreateTable>();
            if (table.table.name == name.toStdString())
                for (const auto& column : table.columns)
                    types[std::string{column.name}] = resolved(column.type);
            continue;
        }
        if ((*parsed)->kind != StatementKind::Insert ||
            (*parsed)->as<ParsedInsert>().table.name != name.toStdString())
            continue;
        const auto& insert = (*parsed)->as<ParsedInsert>();
        QJsonObject row;
        for (std::size_t i = 0; i < insert.columns.size(); ++i) {
            const std::string column{insert.columns[i]};
            const TypePtr type = types.at(column);
            const auto bytes = serializeLiteral(insert.values[i], *type, column);
            QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().detail().c_str());
            const QJsonValue shown =
                bytes->has_value() ? jsonValue(type->toJson(**bytes)) : QJsonValue{};
            const QString key = QString::fromStdString(column);
            if (i == 0) {
                // The first column is the whole key.
                for (const auto& candidate : rows)
                    if (candidate.toObject()[key] == shown)
                        row = candidate.toObject();
                QVERIFY2(!row.isEmpty(), type->toJson(**bytes).c_str());
            }
            QVERIFY2(
                row[key] == shown,
                (column + " " + (bytes->has_value() ? type->toJson(**bytes) : "null")).c_str());
            // And the literal that we show means the same bytes.
            if (bytes->has_value()) {
                const std::string literal = type->toCqlLiteral(**bytes);
                Arena again;
                const auto term = parseTerm(literal, again);
                QVERIFY2(term.has_value(), literal.c_str());
                const auto same = serializeLiteral(**term, *type, column);
                QVERIFY2(same.has_value() && **same == **bytes, literal.c_str());
            }
            ++compared;
        }
    }
    QVERIFY2(compared >= valuesMin, qPrintable(QString::number(compared)));
}

RW_TEST(TstGoldenValues)
#include "tst_golden_values.moc"
