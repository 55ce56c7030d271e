#include "engine/modeling/coverage.h"
#include "engine/modeling/document.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/notation.h"
#include "engine/modeling/query_cql.h"
#include "engine/modeling/samples.h"
#include "tests/support/test_main.h"

#include <algorithm>

using namespace engine::modeling;

namespace {

Model hotelModel()
{
    auto model =
        loadSample(std::filesystem::path(RINGWRIGHT_SOURCE) / "resources" / "models", "hotel");
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    return *model;
}

const Query& queryOf(const Model& model, const std::string& label)
{
    return *std::ranges::find(model.queries, label, &Query::label);
}

ModelTable& tableOf(Model& model, const std::string& name)
{
    return *std::ranges::find(model.tables, name, &ModelTable::name);
}

TableColumn& columnOf(ModelTable& table, const std::string& name)
{
    return *std::ranges::find(table.columns, name, &TableColumn::name);
}

Model modelOf(const char* text)
{
    auto model = readModel(text);
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    return *model;
}

/// "K, C↑" marks of a step's table.
QString marks(const ModelTable& table)
{
    QStringList list;
    for (const ColumnNotation& line : tableNotation(table))
        list << QString::fromStdString(line.name + (line.mark.empty() ? "" : " " + line.mark));
    return list.join(", ");
}

/// The hotel material's own key, which lets two stays overwrite each other.
ModelTable materialReservationsByGuest(Model& model)
{
    ModelTable table = tableOf(model, "reservations_by_guest");
    columnOf(table, "start_date").role = ColumnRole::Regular;
    columnOf(table, "room_number").role = ColumnRole::Regular;
    std::ranges::stable_sort(table.columns, {}, &TableColumn::role);
    return table;
}

const char* const kFollows = R"(ringwright-model: 1
name: social
entities:
  - name: User
    attributes:
      - {name: id, key: true, type: uuid}
      - {name: name, type: text}
relationships:
  - name: follows
    ends:
      - {entity: User, cardinality: many, role: follower}
      - {entity: User, cardinality: many, role: followed}
    attributes:
      - {name: since, type: date}
queries:
  - {label: Q1, finds: User, equality: [User.id], via: [follows], given role: followed, table name: followers}
  - {label: Q2, finds: User, equality: [User.id], via: [follows], given role: follower, table name: following}
)";

} // namespace

class TstMapping : public QObject {
    Q_OBJECT
private slots:
    void theRulesAreTracedOneByOne()
    {
        const Model model = hotelModel();
        const auto mapped = mapQuery(model, queryOf(model, "Q8"));
        QVERIFY(mapped);
        QCOMPARE(mapped->steps.size(), 5U);
        for (std::size_t i = 0; i < 5; ++i)
            QCOMPARE(
                mapped->steps[i].rule,
                static_cast<MappingRule>(static_cast<int>(MappingRule::MR1) + static_cast<int>(i)));
        QCOMPARE(marks(mapped->steps[0].table),
                 QString("guest_last_name, start_date, hotel_id, room_number, end_date, "
                         "confirm_number, guest_id"));
        QCOMPARE(marks(mapped->steps[1].table),
                 QString("guest_last_name K, start_date, hotel_id, room_number, end_date, "
                         "confirm_number, guest_id"));
        QCOMPARE(marks(mapped->steps[3].table),
                 QString("guest_last_name K, start_date C↓, hotel_id, room_number, end_date, "
                         "confirm_number, guest_id"));
        QCOMPARE(marks(mapped->steps[4].table),
                 QString("guest_last_name K, start_date C↓, hotel_id C↑, room_number C↑, end_date, "
                         "confirm_number, guest_id"));
        QCOMPARE(mapped->steps[2].text, std::string("Q8 has no range: nothing to do."));
        QCOMPARE(mapped->steps[4].columns, (std::vector<std::string>{"hotel_id", "room_number"}));
        QVERIFY(mapped->steps[4].text.find("silently overwrite") != std::string::npos);
        for (const TableColumn& column : mapped->table.columns)
            QVERIFY2(!column.reason.empty(), column.name.c_str());
    }

    void bothEndsOfARecursiveRelationshipAreKeptApart()
    {
        const Model model = modelOf(kFollows);
        const LogicalResult result = generateLogical(model);
        QCOMPARE(result.model.tables.size(), 2U);
        QCOMPARE(marks(result.model.tables[0]), QString("followed_id K, user_id C↑, name, since"));
        QCOMPARE(marks(result.model.tables[1]), QString("follower_id K, user_id C↑, name, since"));
        const CoverageMatrix matrix = coverage(result.model);
        QCOMPARE(*matrix.bestTable(0), 0U);
        QCOMPARE(*matrix.bestTable(1), 1U);
        for (const ModelTable& table : result.model.tables)
            QVERIFY2(uniquenessProof(result.model, table).unique, table.name.c_str());
    }

    void twoWaysToTheSameTypeAreSaidAndViaChooses()
    {
        Model model = modelOf(R"(ringwright-model: 1
name: m
entities:
  - name: User
    attributes: [{name: id, key: true, type: text}]
  - name: Post
    attributes: [{name: id, key: true, type: text}, {name: text, type: text}]
relationships:
  - name: writes
    ends: [{entity: User, cardinality: one}, {entity: Post, cardinality: many}]
  - name: likes
    ends: [{entity: User, cardinality: many}, {entity: Post, cardinality: many}]
queries:
  - {label: Q1, finds: User, equality: [Post.id]}
)");
        const auto two = mapQuery(model, model.queries[0]);
        QVERIFY(two);
        QVERIFY(std::ranges::any_of(two->verdicts, [](const Verdict& verdict) {
            return verdict.judgement == Judgement::Warning &&
                   verdict.text.find("two ways") != std::string::npos;
        }));
        // A post is written by one user, and liked by many.
        QCOMPARE(keyNotation(two->table), std::string("((post_id))"));
        model.queries[0].via = {model.relationships[1].id};
        const auto likes = mapQuery(model, model.queries[0]);
        QCOMPARE(keyNotation(likes->table), std::string("((post_id), user_id ↑)"));
        QCOMPARE(likes->pattern, std::string("m:n relationship"));
    }

    void whatCannotBeMappedIsRefusedWithASentence()
    {
        const Model model = hotelModel();
        Query query = queryOf(model, "Q1");
        query.finds = ElementId::None;
        QVERIFY(mapQuery(model, query).error().detail().find("does not say what it finds") !=
                std::string::npos);
        Model apart = model;
        EntityType lonely{.id = apart.newId(), .name = "Weather"};
        lonely.attributes.push_back({.id = apart.newId(), .name = "day", .key = true});
        query = queryOf(model, "Q1");
        query.equality = {lonely.attributes[0].id};
        apart.entities.push_back(lonely);
        QVERIFY(mapQuery(apart, query)
                    .error()
                    .detail()
                    .find("no relationship leads from there to "
                          "Weather") != std::string::npos);
        query = queryOf(model, "Q4");
        query.partitionKey = query.range;
        QVERIFY(mapQuery(model, query).error().detail().find("cannot be in the partition key") !=
                std::string::npos);
    }

    void aSecondRangeAndAnOrderAgainstTheRangeAreBroken()
    {
        const Model model = hotelModel();
        Query query = queryOf(model, "Q4");
        query.range.push_back(attributeByPath(model, "Room.room_number"));
        const auto isBroken = [](const MappingResult& result, MappingRule rule) {
            return std::ranges::any_of(result.verdicts, [&](const Verdict& verdict) {
                return verdict.judgement == Judgement::Broken && verdict.rule == rule;
            });
        };
        QVERIFY(isBroken(*mapQuery(model, query), MappingRule::MR3));
        query = queryOf(model, "Q4");
        query.order[0].attribute = attributeByPath(model, "Room.room_number");
        QVERIFY(isBroken(*mapQuery(model, query), MappingRule::MR4));
    }

    void aBrokenMr5IsShownAsTwoRowsThatOverwriteEachOther()
    {
        Model model = hotelModel();
        const ModelTable table = materialReservationsByGuest(model);
        const UniquenessProof proof = uniquenessProof(model, table);
        QVERIFY(!proof.unique);
        QCOMPARE(proof.missing, (std::vector<std::string>{"room_number", "start_date"}));
        QVERIFY2(proof.text.find("((guest_last_name), hotel_id ↑)") != std::string::npos,
                 proof.text.c_str());
        QCOMPARE(proof.columns.size(), proof.first.size());
        bool differs = false;
        for (std::size_t i = 0; i < proof.columns.size(); ++i) {
            const bool key =
                proof.columns[i] == "guest_last_name" || proof.columns[i] == "hotel_id";
            QVERIFY(!key || proof.first[i] == proof.second[i]);
            differs = differs || proof.first[i] != proof.second[i];
        }
        QVERIFY(differs);
        QCOMPARE(proof.first[0], std::string("'Nguyen'"));
        QCOMPARE(proof.first[1], std::string("'AZ123'"));
    }

    void aChangeByHandSaysWhichRuleAndWhichQueryItBreaks()
    {
        Model model = hotelModel();
        const std::vector<Verdict> verdicts =
            checkOverride(model, materialReservationsByGuest(model));
        QVERIFY(verdicts.size() >= 2);
        QVERIFY(std::ranges::any_of(verdicts, [](const Verdict& verdict) {
            return verdict.rule == MappingRule::MR5 && verdict.judgement == Judgement::Broken;
        }));
        QVERIFY(std::ranges::any_of(verdicts, [](const Verdict& verdict) {
            return verdict.rule == MappingRule::MR4 &&
                   verdict.text.find(
                       "Order by is currently only supported on the clustered columns "
                       "of the PRIMARY KEY, got start_date") != std::string::npos;
        }));
        QVERIFY(checkOverride(model, tableOf(model, "reservations_by_guest")).empty());
    }

    void aBrokenMr3IsShownAsTheStatementThatFails()
    {
        Model model = hotelModel();
        ModelTable table = tableOf(model, "available_rooms_by_hotel_date");
        std::swap(columnOf(table, "date"), columnOf(table, "room_number"));
        const auto failing = failingStatement(model, queryOf(model, "Q4"), table);
        QVERIFY(failing);
        QCOMPARE(failing->rule, MappingRule::MR3);
        QCOMPARE(failing->error,
                 std::string("PRIMARY KEY column \"date\" cannot be restricted as preceding column "
                             "\"room_number\" is not restricted"));
        QCOMPARE(failing->cql,
                 std::string("SELECT room_number, is_available FROM "
                             "hotel.available_rooms_by_hotel_date WHERE hotel_id = ? AND date >= ? "
                             "AND date < ? ORDER BY date ASC;"));
        QVERIFY(!failingStatement(model, queryOf(model, "Q4"),
                                  tableOf(model, "available_rooms_by_hotel_date")));
    }

    void alternativesShowEachSplitWithItsSizeAndSpread()
    {
        const Model model = hotelModel();
        const auto all = alternatives(model, queryOf(model, "Q7"));
        QVERIFY(all);
        QCOMPARE(all->size(), 3U);
        QVERIFY((*all)[0].isDefault);
        QCOMPARE((*all)[0].key, std::string("((hotel_id, start_date), room_number ↑)"));
        QCOMPARE((*all)[0].maximumRows, std::optional(410.0));
        QCOMPARE((*all)[1].key, std::string("((hotel_id), start_date ↑, room_number ↑)"));
        QCOMPARE((*all)[1].partitions, std::optional(5000.0));
        QCOMPARE((*all)[1].rows, std::optional(6000.0));
        QVERIFY(std::ranges::any_of((*all)[1].verdicts, [](const Verdict& verdict) {
            return verdict.judgement == Judgement::Warning &&
                   verdict.text.find("149,650 rows") != std::string::npos;
        }));
        for (const Alternative& alternative : *all)
            QVERIFY(uniquenessProof(model, alternative.table).unique);
    }

    void rowsAPartitionAreDerivedFromAveragesAndLargest()
    {
        Model model = hotelModel();
        const DerivedRows rooms =
            derivedRows(model, tableOf(model, "available_rooms_by_hotel_date"));
        QCOMPARE(rooms.average, std::optional(73000.0));
        QCOMPARE(rooms.maximum, std::optional(299300.0));
        QCOMPARE(rooms.partitions, std::optional(5000.0));
        QCOMPARE(rooms.text, std::string("730 Availability for one Room × 100 Room for one Hotel"));
        // 30 million stays over 400,000 names; each guest has five.
        const DerivedRows guests = derivedRows(model, tableOf(model, "reservations_by_guest"));
        QCOMPARE(guests.average, std::optional(75.0));
        QCOMPARE(guests.partitions, std::optional(400000.0));
        columnOf(tableOf(model, "reservations_by_guest"), "guest_last_name").sizing = {};
        const DerivedRows unknown = derivedRows(model, tableOf(model, "reservations_by_guest"));
        QVERIFY(!unknown.average);
        QVERIFY2(unknown.text.find("how many different guest_last_name") != std::string::npos,
                 unknown.text.c_str());
        QCOMPARE(derivedRows(model, tableOf(model, "hotels")).average, std::optional(1.0));
    }

    void anIndexAScanAndAMissingColumnAreToldApart()
    {
        Model model = hotelModel();
        const Query& query = queryOf(model, "Q6");
        ModelTable table = tableOf(model, "reservations_by_hotel_date");
        QCOMPARE(answers(model, query, table).kind, AnswerKind::Scan);
        table.indexes.push_back({.name = "confirm_idx", .target = "confirm_number"});
        QCOMPARE(answers(model, query, table).kind, AnswerKind::Index);
        QVERIFY(coverageReason(model, query, table).find("by the index on confirm_number") !=
                std::string::npos);
        std::erase_if(table.columns,
                      [](const TableColumn& column) { return column.name == "guest_id"; });
        QCOMPARE(answers(model, query, table).kind, AnswerKind::None);
        QVERIFY(coverageReason(model, query, table).find("no column for Guest.guest_id") !=
                std::string::npos);
        // A table of rooms answers no question for hotels, whatever its columns.
        QCOMPARE(answers(model, queryOf(model, "Q2"), tableOf(model, "pois_by_hotel")).kind,
                 AnswerKind::None);
    }

    void aBucketMakesARangeReadSeveralPartitions()
    {
        Model model = hotelModel();
        ModelTable& table = tableOf(model, "available_rooms_by_hotel_date");
        table.columns.insert(table.columns.begin() + 1, {.id = model.newId(),
                                                         .name = "month",
                                                         .role = ColumnRole::PartitionKey,
                                                         .rule = MappingRule::Bucket,
                                                         .bucketOf = "month(date)"});
        const CoverageCell cell = answers(model, queryOf(model, "Q4"), table);
        QCOMPARE(cell.kind, AnswerKind::Partitions);
        QCOMPARE(cell.partitions, 2);
        QVERIFY(uniquenessProof(model, table).unique);
        QVERIFY(selectCql(model, queryOf(model, "Q4"), table).find("month = :month") !=
                std::string::npos);
        // 730 days in 24 months: the largest hotel's partition becomes small.
        QVERIFY(*derivedRows(model, table).maximum < 12600);
        // And generating again keeps the bucket.
        const LogicalResult again = generateLogical(model);
        QVERIFY(again.changed.empty() && again.added.empty());
        QCOMPARE(again.model.tables, model.tables);
    }

    void generatingNeverOverwritesWhatWasEditedUnlessAsked()
    {
        Model model = hotelModel();
        ModelTable& edited = tableOf(model, "reservations_by_guest");
        edited = materialReservationsByGuest(model);
        edited.edited = true;
        edited.options["compaction"] = "{'class': 'LeveledCompactionStrategy'}";
        const LogicalResult kept = generateLogical(model);
        QCOMPARE(kept.keptEdited.size(), 1U);
        QCOMPARE(kept.keptEdited[0].name, std::string("hotel.reservations_by_guest"));
        QCOMPARE(kept.model.tables, model.tables);
        const LogicalResult renewed = generateLogical(model, {.overwriteEdited = true});
        QCOMPARE(renewed.changed.size(), 1U);
        Model after = renewed.model;
        const ModelTable& table = tableOf(after, "reservations_by_guest");
        QCOMPARE(keyNotation(table),
                 std::string("((guest_last_name), start_date ↓, hotel_id ↑, room_number ↑)"));
        QCOMPARE(table.id, edited.id);
        QCOMPARE(table.options, edited.options);
    }

    void aQueryThatGoesLeavesItsTableUnused()
    {
        Model model = hotelModel();
        std::erase_if(model.queries, [](const Query& query) { return query.label == "Q3"; });
        const LogicalResult result = generateLogical(model);
        QCOMPARE(result.unused.size(), 1U);
        QCOMPARE(result.unused[0].name, std::string("hotel.pois_by_hotel"));
        QCOMPARE(coverage(result.model).unused.size(), 1U);
    }

    void duplicatesAreMappedAndWrittenInOneBatch()
    {
        const Model model = hotelModel();
        const auto duplicates = duplicateMap(model);
        const auto confirm =
            std::ranges::find(duplicates, attributeByPath(model, "Reservation.confirm_number"),
                              &DuplicateAttribute::attribute);
        QVERIFY(confirm != duplicates.end());
        QCOMPARE(confirm->copies.size(), 3U);
        QVERIFY(confirm->copies[0].inKey && !confirm->copies[1].inKey);
        const std::string batch = queryStatements(model, queryOf(model, "Q10"));
        QVERIFY2(
            batch.starts_with("BEGIN BATCH\n    INSERT INTO hotel.reservations_by_confirmation"),
            batch.c_str());
        QCOMPARE(QString::fromStdString(batch).count("INSERT INTO"), 3);
        const auto plans = writePlans(model);
        const auto plan = std::ranges::find_if(plans, [&](const WritePlan& each) {
            return elementName(model, each.of) == "Reservation";
        });
        QVERIFY2(plan->advice.find("To change confirm_number") != std::string::npos,
                 plan->advice.c_str());
        QCOMPARE(plan->rows, 3.0);
        QCOMPARE(plan->replicaRows, 9.0);
        QCOMPARE(plan->callsPerSecond, 15.0);
    }

    void copiesInRowsOfAnotherTypeAreNotForgotten()
    {
        const Model model = hotelModel();
        for (const WritePlan& plan : writePlans(model)) {
            if (elementName(model, plan.of) == "Guest")
                QVERIFY2(plan.advice.find("reservations_by_guest.guest_last_name (in the key)") !=
                             std::string::npos,
                         plan.advice.c_str());
        }
    }

    void aSelectIsWrittenInTheOrderOfTheKey()
    {
        Model model = hotelModel();
        QCOMPARE(
            selectCql(model, queryOf(model, "Q4"), tableOf(model, "available_rooms_by_hotel_date")),
            std::string("SELECT room_number, is_available\n"
                        "FROM hotel.available_rooms_by_hotel_date\n"
                        "WHERE hotel_id = :hotel_id\n"
                        "  AND date >= :date_from\n"
                        "  AND date < :date_to;"));
        Query turned = queryOf(model, "Q4");
        turned.order[0].descending = true;
        QVERIFY(selectCql(model, turned, tableOf(model, "available_rooms_by_hotel_date"))
                    .find("ORDER BY date DESC") != std::string::npos);
    }

    void notationHasAllMarksOfChebotko()
    {
        ModelTable table;
        const auto add = [&](const char* name, const char* type, ColumnRole role,
                             bool descending = false) {
            table.columns.push_back(
                {.name = name, .type = type, .role = role, .descending = descending});
        };
        add("a", "text", ColumnRole::PartitionKey);
        add("b", "date", ColumnRole::Clustering, true);
        add("c", "int", ColumnRole::Clustering);
        add("d", "list<text>", ColumnRole::Static);
        add("e", "set<text>", ColumnRole::Regular);
        add("f", "map<text, int>", ColumnRole::Regular);
        add("g", "frozen<address>", ColumnRole::Regular);
        add("h", "tuple<int, text>", ColumnRole::Regular);
        add("i", "counter", ColumnRole::Regular);
        add("j", "frozen<list<int>>", ColumnRole::Regular);
        table.indexes.push_back({.target = "values(e)"});
        QCOMPARE(marks(table),
                 QString("a K, b C↓, c C↑, [d] S, {e} IDX, <f>, *g*, (h), i ++, [j]"));
        QCOMPARE(columnNotation(table, table.columns[2], true).mark, std::string("C2↑"));
        QCOMPARE(columnNotation(table, table.columns[1]).spoken,
                 std::string("clustering column, descending"));
        QCOMPARE(keyNotation(table), std::string("((a), b ↓, c ↑)"));
        const Model model = hotelModel();
        QCOMPARE(relationshipNotation(model, model.relationships[1]),
                 std::string("Hotel 1 — has — n Room (weak)"));
    }

    void manyQueriesAndTablesTakeLittleWork()
    {
        // 200 tables and 300 queries over 100 entity types in a chain.
        Model model;
        model.keyspaces.push_back({.id = model.newId(), .name = "ks"});
        for (int i = 0; i < 100; ++i) {
            EntityType entity{.id = model.newId(), .name = "E" + std::to_string(i)};
            for (const char* name : {"id", "a", "b", "c", "d", "e"})
                entity.attributes.push_back(
                    {.id = model.newId(), .name = name, .key = name[0] == 'i'});
            model.entities.push_back(entity);
            if (i > 0)
                model.relationships.push_back(
                    {.id = model.newId(),
                     .name = "r" + std::to_string(i),
                     .ends = {
                         {model.entities[static_cast<std::size_t>(i) - 1].id, Cardinality::One},
                         {entity.id, Cardinality::Many}}});
        }
        for (std::size_t i = 0; i < 300; ++i) {
            const EntityType& entity = model.entities[i % 100];
            Query query{.id = model.newId(), .label = "Q" + std::to_string(i), .finds = entity.id};
            const std::size_t kind = i / 100;
            query.equality = {kind == 0 ? entity.attributes[0].id
                              : kind == 1 && i % 100 > 0
                                  ? model.entities[i % 100 - 1].attributes[0].id
                                  : entity.attributes[1].id};
            model.queries.push_back(query);
        }
        const LogicalResult result = generateLogical(model);
        QVERIFY(result.model.tables.size() >= 200);
        const CoverageMatrix matrix = coverage(result.model);
        QVERIFY(matrix.unanswered.empty());
        // Of 90,000 pairs only those that share attributes are looked at closely.
        QVERIFY2(matrix.pairsExamined < 3000, qPrintable(QString::number(matrix.pairsExamined)));
    }
};

RW_TEST(TstMapping)
#include "tst_mapping.moc"
