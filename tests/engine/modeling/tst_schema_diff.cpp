#include "engine/cql/parser.h"
#include "engine/modeling/apply_ddl.h"
#include "engine/modeling/buckets.h"
#include "engine/modeling/import.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/schema_diff.h"
#include "engine/schema/describe.h"
#include "tests/engine/modeling/random_schema.h"
#include "tests/support/test_main.h"

#include <algorithm>

using namespace engine;
using namespace engine::modeling;

namespace {

std::string described(const schema::Schema& schema)
{
    std::string text;
    for (const auto& element : schema::describeSchema(schema, false, false))
        text += element.createStatement + "\n";
    return text;
}

schema::SchemaPtr schemaFrom(const std::string& cql)
{
    const auto schema = schemaOfCql(cql);
    if (!schema)
        qFatal("%s\n%s", schema.error().detail().c_str(), cql.c_str());
    return *schema;
}

Model modelFrom(const std::string& cql)
{
    const auto model = modelOfCql(cql);
    if (!model)
        qFatal("%s\n%s", model.error().detail().c_str(), cql.c_str());
    return *model;
}

/// Runs what a server would run of the steps.
Result<schema::SchemaPtr> applied(const SchemaDiff& diff, schema::SchemaPtr schema)
{
    Arena arena;
    const auto context = ddlContext({}, {"datacenter1"});
    for (const MigrationStep& step : diff.steps) {
        if (step.kind != StepKind::SchemaChange && step.kind != StepKind::Destructive)
            continue;
        const auto parsed = cql::parseStatement(step.cql, arena);
        if (!parsed)
            return parsed.error().within(step.cql);
        auto next = applyStatement(**parsed, schema, context, step.cql);
        if (!next)
            return next.error().within(step.cql);
        schema = *next;
    }
    return schema;
}

const char* const kHotel =
    "CREATE KEYSPACE hotel WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3};"
    "CREATE TYPE hotel.address (street text, city text);"
    "CREATE TABLE hotel.hotels (hotel_id text PRIMARY KEY, name text, address frozen<address>);"
    "CREATE TABLE hotel.rooms (hotel_id text, date date, room_number smallint, free boolean, "
    "PRIMARY KEY (hotel_id, date, room_number));"
    "CREATE TABLE hotel.reservations (hotel_id text, start date, room smallint, confirm text, "
    "PRIMARY KEY ((hotel_id, start), room));"
    "CREATE INDEX confirm_idx ON hotel.reservations (confirm) USING 'sai';";

const Difference& named(const SchemaDiff& diff, const std::string& name)
{
    const auto found = std::ranges::find(diff.differences, name, &Difference::name);
    if (found == diff.differences.end())
        qFatal("no difference about %s", name.c_str());
    return *found;
}

std::size_t stepTitled(const SchemaDiff& diff, const std::string& title)
{
    const auto found = std::ranges::find(diff.steps, title, &MigrationStep::title);
    if (found == diff.steps.end())
        qFatal("no step %s", title.c_str());
    return static_cast<std::size_t>(found - diff.steps.begin());
}

} // namespace

class TstSchemaDiff : public QObject {
    Q_OBJECT
private slots:
    void aModelAgainstItsOwnSchemaIsTheSame();
    void applyingTheStepsGivesTheWantedSchema_data();
    void applyingTheStepsGivesTheWantedSchema();
    void cqlOfAnImportedSchemaMakesThatSchema_data();
    void cqlOfAnImportedSchemaMakesThatSchema();
    void collectionsAreRecoveredAsAttributesWithSeveralValues();
    void aChangedKeyBecomesNewTableCopyVerifySwitchDrop();
    void anInterruptedRebuildIsTakenUp();
    void addedColumnsAreAltersAndDroppedOnesAreRisky();
    void aTypeThatCannotBeAlteredTakesItsTablesAlong();
    void anIndexThatGoesIsDropped();
    void untickingAStepUnticksWhatNeedsIt();
    void withoutDropWhatIsNotWantedStays();
    void replicationIsAlteredWithAWarning();
    void theScriptSaysWhatTheStepsAre();
};

void TstSchemaDiff::aModelAgainstItsOwnSchemaIsTheSame()
{
    const Model model = modelFrom(kHotel);
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel));
    QCOMPARE(diff.steps.size(), 0U);
    QVERIFY(std::ranges::all_of(diff.differences, [](const Difference& difference) {
        return difference.kind == DifferenceKind::Same;
    }));
    QCOMPARE(named(diff, "hotels").element, findTable(model, "hotel", "hotels")->id);
}

void TstSchemaDiff::applyingTheStepsGivesTheWantedSchema_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 300; ++seed)
        QTest::newRow(qPrintable(QString("seed %1").arg(seed))) << seed;
}

void TstSchemaDiff::applyingTheStepsGivesTheWantedSchema()
{
    QFETCH(int, seed);
    tests::Dice dice{static_cast<std::uint64_t>(seed)};
    tests::RandomSchema random = tests::RandomSchema::make(dice);
    const schema::SchemaPtr before = schemaFrom(random.cql());
    const std::string beforeCql = random.cql();
    random.mutate(dice);
    const Model wanted = modelFrom(random.cql());
    const SchemaDiff diff = *diffToModel(wanted, *before);
    const auto after = applied(diff, before);
    QVERIFY2(after.has_value(), qPrintable(QString("%1\nbefore:\n%2\nwanted:\n%3")
                                               .arg(after ? "" : after.error().detail().c_str(),
                                                    beforeCql.c_str(), random.cql().c_str())));
    const auto expected = schemaOf(withNewNames(wanted, diff));
    QVERIFY(expected.has_value());
    QCOMPARE(QString::fromStdString(described(**after)),
             QString::fromStdString(described(**expected)));
}

void TstSchemaDiff::cqlOfAnImportedSchemaMakesThatSchema_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 100; ++seed)
        QTest::newRow(qPrintable(QString("seed %1").arg(seed))) << seed;
}

void TstSchemaDiff::cqlOfAnImportedSchemaMakesThatSchema()
{
    QFETCH(int, seed);
    tests::Dice dice{static_cast<std::uint64_t>(seed) + 1000};
    const schema::SchemaPtr schema = schemaFrom(tests::RandomSchema::make(dice).cql());
    const std::string cql = cqlOf(*modelOf(*schema));
    QCOMPARE(QString::fromStdString(described(*schemaFrom(cql))),
             QString::fromStdString(described(*schema)));
}

void TstSchemaDiff::collectionsAreRecoveredAsAttributesWithSeveralValues()
{
    const Model model = withRecoveredQueries(
        modelFrom("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', "
                  "'replication_factor': 1};"
                  "CREATE TABLE k.guests (tags frozen<set<text>> PRIMARY KEY, emails set<text>, "
                  "phones list<text>, seen map<text, date>, groups set<frozen<list<int>>>, "
                  "fixed frozen<set<int>>, name text);"));
    const EntityType& guests = model.entities.at(0);
    const auto notation = [&](const char* name) {
        const Attribute& found = *std::ranges::find(guests.attributes, name, &Attribute::name);
        return QString(found.kind == AttributeKind::MultiValued ? "several " : "one ") +
               found.type.c_str();
    };
    QCOMPARE(notation("emails"), "several text");
    QCOMPARE(notation("phones"), "several list<text>");
    QCOMPARE(notation("seen"), "several map<text, date>");
    QCOMPARE(notation("groups"), "several set<frozen<list<int>>>");
    QCOMPARE(notation("fixed"), "several frozen<set<int>>");
    QCOMPARE(notation("name"), "one text");
    QCOMPARE(notation("tags"), "one frozen<set<text>>");
    // Mapped again they are the columns that they came from.
    const Model again = generateLogical(model).model;
    for (const TableColumn& column : model.tables.at(0).columns) {
        const auto& columns = again.tables.at(0).columns;
        const auto same = std::ranges::find(columns, column.name, &TableColumn::name);
        QVERIFY2(same != columns.end(), column.name.c_str());
        QCOMPARE(QString::fromStdString(same->type), QString::fromStdString(column.type));
    }
}

void TstSchemaDiff::aChangedKeyBecomesNewTableCopyVerifySwitchDrop()
{
    Model model = modelFrom(kHotel);
    const ModelTable rooms = *findTable(model, "hotel", "rooms");
    model = *applyBucket(model, rooms.id,
                         {Bucket::Kind::Time, rooms.columns[1].id, TimeUnit::Month, 0});
    for (ModelTable& table : model.tables) {
        if (table.name == "rooms")
            table.options["default_time_to_live"] = "63072000";
    }
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel));
    const Difference& difference = named(diff, "rooms");
    QCOMPARE(difference.kind, DifferenceKind::Rebuild);
    QVERIFY(difference.risky);
    QCOMPARE(difference.sentence,
             std::string("Partition key gains month. Keys cannot be altered in place: new table, "
                         "copy, verify, switch. Default TTL becomes 730 days, for what is written "
                         "from then on."));
    std::vector<StepKind> kinds;
    for (const MigrationStep& step : diff.steps)
        kinds.push_back(step.kind);
    QCOMPARE(kinds, (std::vector{StepKind::SchemaChange, StepKind::Copy, StepKind::Verify,
                                 StepKind::Switch, StepKind::Destructive}));
    const MigrationStep& copy = diff.steps[1];
    QCOMPARE(copy.from, std::string("rooms"));
    QCOMPARE(copy.to, std::string("rooms_v2"));
    QCOMPARE(copy.computedColumns.size(), 1U);
    QCOMPARE(copy.computedColumns[0].second, std::string("month(date)"));
    QVERIFY(copy.missingColumns.empty());
    QVERIFY(copy.warning.starts_with("Writes that arrive meanwhile reach only rooms."));
    QCOMPARE(diff.steps[4].needs, std::vector<std::size_t>{3});
    QCOMPARE(findTable(withNewNames(model, diff), "hotel", "rooms_v2")->id, rooms.id);
}

void TstSchemaDiff::anInterruptedRebuildIsTakenUp()
{
    Model model = modelFrom(kHotel);
    const ModelTable rooms = *findTable(model, "hotel", "rooms");
    model = *applyBucket(model, rooms.id,
                         {Bucket::Kind::Time, rooms.columns[1].id, TimeUnit::Month, 0});
    const schema::SchemaPtr live = schemaFrom(kHotel);
    const SchemaDiff first = *diffToModel(model, *live);
    QCOMPARE(first.steps[0].kind, StepKind::SchemaChange);
    const schema::SchemaPtr interrupted = *schemaOfCql(first.steps[0].cql, live);
    const SchemaDiff again = *diffToModel(model, *interrupted);
    QCOMPARE(again.steps[0].kind, StepKind::Copy);
    QCOMPARE(again.steps[0].to, std::string("rooms_v2"));
    QVERIFY(named(again, "rooms").sentence.ends_with("the copy is taken up."));
    QVERIFY(std::ranges::none_of(again.differences, [](const Difference& difference) {
        return difference.name == "rooms_v2"; // it is neither unknown nor dropped
    }));
    // One that somebody made otherwise is left alone.
    const schema::SchemaPtr other =
        *schemaOfCql("CREATE TABLE hotel.rooms_v2 (a int PRIMARY KEY)", live);
    const SchemaDiff beside = *diffToModel(model, *other);
    const auto copy = std::ranges::find(beside.steps, StepKind::Copy, &MigrationStep::kind);
    QCOMPARE(copy->to, std::string("rooms_v3"));
}

void TstSchemaDiff::addedColumnsAreAltersAndDroppedOnesAreRisky()
{
    Model model = modelFrom(kHotel);
    ModelTable& hotels = model.tables[0];
    QCOMPARE(hotels.name, std::string("hotels"));
    hotels.columns.pop_back(); // name
    hotels.columns.push_back({.id = model.newId(), .name = "Stars", .type = "int"});
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel));
    const Difference& difference = named(diff, "hotels");
    QCOMPARE(difference.kind, DifferenceKind::Alter);
    QVERIFY(difference.risky);
    QCOMPARE(difference.sentence,
             std::string("Adds column Stars int. Drops column name with its data."));
    QCOMPARE(diff.steps[0].cql, std::string("ALTER TABLE hotel.hotels ADD \"Stars\" int"));
    QCOMPARE(diff.steps[1].kind, StepKind::Destructive);
}

void TstSchemaDiff::aTypeThatCannotBeAlteredTakesItsTablesAlong()
{
    Model model = modelFrom(kHotel);
    model.types[0].fields[0].type = "int";
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel));
    QCOMPARE(named(diff, "address").kind, DifferenceKind::Rebuild);
    QCOMPARE(named(diff, "hotels").kind, DifferenceKind::Rebuild);
    QCOMPARE(named(diff, "rooms").kind, DifferenceKind::Same);
    const auto create = stepTitled(diff, "Create hotels_v2");
    QVERIFY(diff.steps[create].cql.find("frozen<address_v2>") != std::string::npos);
    QVERIFY(stepTitled(diff, "Drop type address") > stepTitled(diff, "Drop hotels"));
}

void TstSchemaDiff::anIndexThatGoesIsDropped()
{
    Model model = modelFrom(kHotel);
    for (ModelTable& table : model.tables)
        table.indexes.clear();
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel));
    QCOMPARE(diff.steps.size(), 1U);
    QCOMPARE(diff.steps[0].cql, std::string("DROP INDEX hotel.confirm_idx"));
    QCOMPARE(named(diff, "confirm_idx").kind, DifferenceKind::Drop);
}

void TstSchemaDiff::untickingAStepUnticksWhatNeedsIt()
{
    Model model = modelFrom(kHotel);
    for (ModelTable& table : model.tables) {
        if (table.name == "rooms")
            std::swap(table.columns[1], table.columns[2]);
    }
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel));
    const std::size_t copy = stepTitled(diff, "Copy rows to rooms_v2");
    const auto gone = dependents(diff, copy);
    QCOMPARE(gone.size(), 3U); // verify, switch, drop
    QVERIFY(dependents(diff, stepTitled(diff, "Drop rooms")).empty());
    QCOMPARE(dependents(diff, stepTitled(diff, "Create rooms_v2")).size(), 4U);
}

void TstSchemaDiff::withoutDropWhatIsNotWantedStays()
{
    Model model = modelFrom(kHotel);
    model.tables.erase(model.tables.begin());
    DiffOptions options;
    options.drop = false;
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel), options);
    QVERIFY(diff.steps.empty());
    QVERIFY(named(diff, "hotels").sentence.ends_with("It is left alone."));
}

void TstSchemaDiff::replicationIsAlteredWithAWarning()
{
    Model model = modelFrom(kHotel);
    model.keyspaces[0].replication = {{"class", "NetworkTopologyStrategy"}, {"dc1", "3"}};
    const SchemaDiff diff = *diffToModel(model, *schemaFrom(kHotel));
    QCOMPARE(diff.steps.size(), 1U);
    QVERIFY2(diff.steps[0].cql.starts_with("ALTER KEYSPACE hotel WITH replication = "),
             diff.steps[0].cql.c_str());
    QVERIFY(diff.steps[0].warning.find("repaired") != std::string::npos);
}

void TstSchemaDiff::theScriptSaysWhatTheStepsAre()
{
    Model model = modelFrom(kHotel);
    const SchemaDiff diff = *diffModels(model, Model{});
    const std::string script = scriptOf(diff);
    QVERIFY2(script.starts_with("-- 1. Create keyspace hotel (schema change)\nCREATE KEYSPACE"),
             script.c_str());
    QCOMPARE(QString::fromStdString(described(*schemaFrom(script))),
             QString::fromStdString(described(*schemaFrom(kHotel))));
    QVERIFY(scriptOf(diff, {0}).find("CREATE TABLE") == std::string::npos);
}

RW_TEST(TstSchemaDiff)
#include "tst_schema_diff.moc"
