#include "engine/modeling/document.h"
#include "engine/modeling/import.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/value_sizes.h"
#include "engine/workload/model_data.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <map>
#include <set>

using namespace engine;
using namespace engine::workload;

namespace {

const char* const kModels[] = {"hotel", "iot", "library", "messaging", "portfolio"};

modeling::ModelPtr mapped(const std::string& name)
{
    const auto model =
        modeling::loadModel(RINGWRIGHT_SOURCE "/resources/models/" + name + ".rwmodel");
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    return std::make_shared<modeling::Model>(modeling::generateLogical(*model).model);
}

ModelData dataOf(const modeling::ModelPtr& model, std::uint64_t rows = 1500, std::uint64_t seed = 1)
{
    auto data = ModelData::make(model, {seed, rows, 2e7});
    if (!data)
        qFatal("%s", data.error().detail().c_str());
    return std::move(*data);
}

} // namespace

class TstModelData : public QObject {
    Q_OBJECT
private slots:
    void everyValueIsValidForItsColumn_data() { models(); }
    void everyValueIsValidForItsColumn();
    void primaryKeysAreUniqueAndWhole_data() { models(); }
    void primaryKeysAreUniqueAndWhole();
    void theSameEntityLooksTheSameInEveryTable_data() { models(); }
    void theSameEntityLooksTheSameInEveryTable();
    void theSameSeedGivesTheSameRowsAndAnotherOthers();
    void rowsComeAsManyAsSaid();
    void aTableWithoutAConceptualModelFollowsItsSizing();
    void bucketsFollowTheColumnTheyAreMadeOf();
    void whatOneTableSaysOfAnAttributeHoldsForAll();
    void tablesOfLargeValuesAreCutByBytes();

private:
    static void models()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : kModels)
            QTest::newRow(name) << QString(name);
    }
};

void TstModelData::everyValueIsValidForItsColumn()
{
    QFETCH(QString, name);
    const auto model = mapped(name.toStdString());
    ModelData data = dataOf(model);
    QVERIFY(data.tables().size() > 2);
    std::vector<std::vector<cql::TypePtr>> types;
    for (const ModelDataTable& table : data.tables()) {
        const modeling::ModelTable& of = *modeling::findTable(*model, table.table);
        auto& list = types.emplace_back();
        for (const std::string& column : table.columns) {
            const auto at = std::ranges::find(of.columns, column, &modeling::TableColumn::name);
            list.push_back(*modeling::typeOf(*model, of.keyspace, at->type));
        }
    }
    ModelDataRow row;
    std::set<std::size_t> seen;
    while (data.next(row)) {
        seen.insert(row.table);
        QCOMPARE(row.values.size(), types[row.table].size());
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            if (!row.values[i])
                continue;
            const auto valid = types[row.table][i]->validate(*row.values[i]);
            QVERIFY2(valid.has_value(), (data.tables()[row.table].columns[i] + ": " +
                                         (valid ? "" : valid.error().detail()))
                                            .c_str());
        }
    }
    QCOMPARE(seen.size(), data.tables().size());
}

void TstModelData::primaryKeysAreUniqueAndWhole()
{
    QFETCH(QString, name);
    const auto model = mapped(name.toStdString());
    ModelData data = dataOf(model);
    std::set<std::pair<std::size_t, std::vector<Bytes>>> keys;
    std::map<std::size_t, std::size_t> doubled;
    std::map<std::size_t, std::size_t> rows;
    ModelDataRow row;
    while (data.next(row)) {
        const ModelDataTable& table = data.tables()[row.table];
        const modeling::ModelTable& of = *modeling::findTable(*model, table.table);
        std::vector<Bytes> key;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const auto column =
                std::ranges::find(of.columns, table.columns[i], &modeling::TableColumn::name);
            if (column->role != modeling::ColumnRole::PartitionKey &&
                column->role != modeling::ColumnRole::Clustering)
                continue;
            QVERIFY2(row.values[i].has_value(), table.columns[i].c_str());
            key.push_back(*row.values[i]);
        }
        ++rows[row.table];
        doubled[row.table] += keys.emplace(row.table, std::move(key)).second ? 0 : 1;
    }
    // Links are drawn: that two reviews are of one user and one artifact may happen, rarely.
    for (const auto& [table, count] : doubled)
        QVERIFY2(count * 100 <= rows[table],
                 qPrintable(QString("%1: %2 of %3 rows overwrite another; %4")
                                .arg(data.tables()[table].name.c_str())
                                .arg(count)
                                .arg(rows[table])
                                .arg(data.tables()[table].source.c_str())));
}

void TstModelData::theSameEntityLooksTheSameInEveryTable()
{
    QFETCH(QString, name);
    const auto model = mapped(name.toStdString());
    ModelData data = dataOf(model);
    // An entity's attributes in two tables: where its whole key is equal, all of it is.
    std::map<std::pair<modeling::ElementId, Bytes>, std::map<modeling::ElementId, Bytes>> known;
    std::size_t compared = 0;
    ModelDataRow row;
    while (data.next(row)) {
        const ModelDataTable& table = data.tables()[row.table];
        const modeling::ModelTable& of = *modeling::findTable(*model, table.table);
        std::map<modeling::ElementId, std::map<modeling::ElementId, Bytes>> entities;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const auto column =
                std::ranges::find(of.columns, table.columns[i], &modeling::TableColumn::name);
            const auto owner = modeling::findAttribute(*model, column->attribute);
            if (owner.entity && !owner.entity->weak && row.values[i] &&
                column->type == owner.attribute->type)
                entities[owner.entity->id][column->attribute] = *row.values[i];
        }
        for (const auto& [entityId, attributes] : entities) {
            Bytes key;
            bool whole = true;
            for (const auto& attribute : modeling::findEntity(*model, entityId)->attributes) {
                if (!attribute.key)
                    continue;
                const auto at = attributes.find(attribute.id);
                whole &= at != attributes.end();
                if (at != attributes.end())
                    key += at->second + "|";
            }
            if (!whole || key.empty())
                continue;
            auto& before = known[{entityId, key}];
            for (const auto& [attribute, value] : attributes) {
                const auto [at, isNew] = before.emplace(attribute, value);
                compared += isNew ? 0 : 1;
                QVERIFY2(at->second == value, modeling::attributePath(*model, attribute).c_str());
            }
        }
    }
    QVERIFY(compared > 10);
}

void TstModelData::theSameSeedGivesTheSameRowsAndAnotherOthers()
{
    const auto model = mapped("hotel");
    ModelData a = dataOf(model, 500);
    ModelData b = dataOf(model, 500);
    ModelData c = dataOf(model, 500, 2);
    ModelDataRow rowA;
    ModelDataRow rowB;
    ModelDataRow rowC;
    bool differs = false;
    while (a.next(rowA)) {
        QVERIFY(b.next(rowB) && c.next(rowC));
        QVERIFY(rowA.table == rowB.table && rowA.values == rowB.values);
        differs |= rowA.values != rowC.values;
    }
    QVERIFY(differs);
}

void TstModelData::rowsComeAsManyAsSaid()
{
    for (const std::uint64_t wanted : {100U, 20'000U}) {
        ModelData data = dataOf(mapped("hotel"), wanted);
        std::vector<std::uint64_t> counts(data.tables().size());
        ModelDataRow row;
        while (data.next(row))
            ++counts[row.table];
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            QCOMPARE(counts[i], data.tables()[i].rows);
            sum += counts[i];
        }
        QCOMPARE(sum, data.rowCount());
        QVERIFY2(sum >= wanted / 2 && sum <= wanted * 2, std::to_string(sum).c_str());
    }
}

void TstModelData::aTableWithoutAConceptualModelFollowsItsSizing()
{
    auto model = *modeling::modelOfCql(
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};"
        "CREATE TABLE k.t (p uuid, c timestamp, s text static, v text, n int, "
        "PRIMARY KEY (p, c)) WITH CLUSTERING ORDER BY (c DESC);"
        "CREATE TABLE k.hits (p text, n counter, PRIMARY KEY (p));");
    const auto at = std::ranges::find(model.tables, "t", &modeling::ModelTable::name);
    at->sizing.partitions = 20;
    at->sizing.rows = "30";
    for (auto& column : at->columns) {
        if (column.name == "v")
            column.sizing.averageBytes = 80;
        if (column.name == "n")
            column.sizing.nullShare = 0.5;
    }
    ModelData data = dataOf(std::make_shared<modeling::Model>(model), 100'000);
    std::map<Bytes, std::set<Bytes>> partitions;
    std::map<Bytes, std::set<Bytes>> statics;
    double bytes = 0;
    double nulls = 0;
    double rows = 0;
    ModelDataRow row;
    while (data.next(row)) {
        const ModelDataTable& table = data.tables()[row.table];
        if (table.name == "k.hits") {
            QVERIFY(table.insert.starts_with("UPDATE k.hits SET n = n + ?"));
            continue;
        }
        const auto value = [&](const char* name) {
            return row.values[static_cast<std::size_t>(std::ranges::find(table.columns, name) -
                                                       table.columns.begin())];
        };
        partitions[*value("p")].insert(*value("c"));
        statics[*value("p")].insert(*value("s"));
        bytes += static_cast<double>(value("v")->size());
        nulls += value("n") ? 0 : 1;
        ++rows;
    }
    QCOMPARE(partitions.size(), 20U);
    for (const auto& [key, clusterings] : partitions)
        QCOMPARE(clusterings.size(), 30U);
    for (const auto& [key, values] : statics)
        QCOMPARE(values.size(), 1U);
    QVERIFY(std::abs(bytes / rows - 80) < 5);
    QVERIFY(std::abs(nulls / rows - 0.5) < 0.08);
}

void TstModelData::bucketsFollowTheColumnTheyAreMadeOf()
{
    auto model = *modeling::modelOfCql(
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};"
        "CREATE TABLE k.t (p text, month text, day date, PRIMARY KEY ((p, month), day));");
    for (auto& column : model.tables[0].columns) {
        if (column.name == "month")
            column.bucketOf = "month(day)";
    }
    model.tables[0].sizing.rows = "400";
    model.tables[0].sizing.partitions = 2;
    ModelData data = dataOf(std::make_shared<modeling::Model>(model));
    const auto date = cql::Type::native(cql::TypeKind::Date);
    std::set<Bytes> months;
    ModelDataRow row;
    while (data.next(row)) {
        const auto& columns = data.tables()[0].columns;
        const auto at = [&](const char* name) {
            return *row.values[static_cast<std::size_t>(std::ranges::find(columns, name) -
                                                        columns.begin())];
        };
        QVERIFY(date->getString(at("day")).starts_with(at("month")));
        months.insert(at("month"));
    }
    QVERIFY(months.size() >= 13); // 400 days
}

void TstModelData::whatOneTableSaysOfAnAttributeHoldsForAll()
{
    auto model = *mapped("messaging");
    const auto body = modeling::attributeByPath(model, "Email.body");
    QVERIFY(body != modeling::ElementId::None);
    for (auto& table : model.tables) {
        for (auto& column : table.columns) {
            if (column.attribute == body)
                column.sizing.averageBytes = 900;
        }
    }
    ModelData data = dataOf(std::make_shared<modeling::Model>(model), 3000);
    double bytes = 0;
    double values = 0;
    ModelDataRow row;
    while (data.next(row)) {
        const auto& columns = data.tables()[row.table].columns;
        const auto at = std::ranges::find(columns, "body");
        if (at == columns.end() || !row.values[static_cast<std::size_t>(at - columns.begin())])
            continue;
        bytes +=
            static_cast<double>(row.values[static_cast<std::size_t>(at - columns.begin())]->size());
        ++values;
    }
    QVERIFY(values > 100);
    QVERIFY2(std::abs(bytes / values - 900) < 45, std::to_string(bytes / values).c_str());
}

void TstModelData::tablesOfLargeValuesAreCutByBytes()
{
    // Attachments of 200 kB: their share of ten megabytes is ten of them.
    auto data = ModelData::make(mapped("messaging"), {.rows = 1'000'000, .bytes = 10e6});
    QVERIFY(data.has_value());
    const auto find = [&](const char* name) {
        return *std::ranges::find(data->tables(), name, &ModelDataTable::name);
    };
    QCOMPARE(find("messaging.attachments").rows, std::uint64_t{10});
    QVERIFY(find("messaging.folders_by_user").rows > 1000);
    QVERIFY(find("messaging.attachments").source.find("the first 10 of") != std::string::npos);
}

RW_TEST(TstModelData)
#include "tst_model_data.moc"
