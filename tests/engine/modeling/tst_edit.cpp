#include "engine/modeling/edit.h"
#include "engine/modeling/edit_cql.h"
#include "engine/modeling/layout.h"
#include "engine/modeling/mapping.h"
#include "tests/support/test_main.h"

#include <QRectF>
#include <QTest>

using namespace engine::modeling;
namespace mo = engine::modeling;

namespace {

template <class T>
T good(engine::Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail().c_str());
    return std::move(*result);
}

/// Hotel 1 — has — n Room, with hotel_id and room_number as keys.
struct Hotel {
    Model model;
    ElementId hotel, room, has, hotelId, roomNumber;
    Hotel()
    {
        model = good(addEntity(model, "Hotel", {0, 0}));
        hotel = ElementId{model.lastId};
        model = good(addAttribute(model, hotel, "hotel_id"));
        hotelId = ElementId{model.lastId};
        model = good(addEntity(model, "Room", {300, 0}));
        room = ElementId{model.lastId};
        model = good(addAttribute(model, room, "room_number"));
        roomNumber = ElementId{model.lastId};
        model = good(addRelationship(model, "has", {hotel, room}, {150, 0}));
        has = ElementId{model.lastId};
    }
};

} // namespace

class TstEdit : public QObject {
    Q_OBJECT
private slots:
    void newElementHasTheNextId();
    void namesAreUniqueAmongEntitiesAndRelationships();
    void removingAnEntityTakesItsLinesAndSearchAttributes();
    void renamingAnAttributeRenamesItsColumns();
    void renamingATypeRenamesItWhereItIsUsed();
    void lastPartitionKeyColumnStays();
    void markerCyclesThroughTheRoles();
    void movedColumnTakesTheRoleOfItsPlace();
    void pasteMakesNewNamesAndKeepsLines();
    void renumberFollowsTheWorkflow();
    void attributeWithPartsThatBecomesSimpleLosesThem();
    void subtypesMakeNoCircle();
    void cardinalitiesAreReadFromAFewWords();
    void editedCqlKeepsWhatCqlDoesNotSay();
    void brokenCqlChangesNothing();
    void layeredBoxesDoNotOverlap();
    void longChainIsFoldedIntoAPage();
    void manyLooseBoxesMakeAPage();
    void tableTakesTheNameThatItsQueryWants();
    void layoutIsTheSameEveryTime();
    void plainAnswerOfDotGivesCentres();
};

void TstEdit::newElementHasTheNextId()
{
    const Hotel h;
    const Model made = good(addScreen(h.model, "Page", {1, 2}));
    QCOMPARE(static_cast<std::uint32_t>(made.screens.back().id), h.model.lastId + 1);
    QVERIFY(made.positions.at(made.screens.back().id) == (Point{1, 2}));
}

void TstEdit::namesAreUniqueAmongEntitiesAndRelationships()
{
    const Hotel h;
    const auto second = addEntity(h.model, "has", {0, 0});
    QVERIFY(!second);
    QCOMPARE(second.error().code(), engine::ErrorCode::AlreadyExists);
    QCOMPARE(QString::fromStdString(freeTypeName(h.model, "Hotel")), QString("Hotel 2"));
}

void TstEdit::removingAnEntityTakesItsLinesAndSearchAttributes()
{
    Hotel h;
    h.model = good(addQuery(h.model, "Rooms", ElementId::None, ElementId::None));
    mo::Query query = h.model.queries.back();
    query.equality = {h.hotelId};
    query.finds = h.room;
    h.model = good(setQuery(h.model, query));
    const Model left = good(mo::remove(h.model, {h.hotel}));
    QCOMPARE(left.entities.size(), 1U);
    QVERIFY(left.relationships.empty());
    QVERIFY(left.queries.front().equality.empty());
    QVERIFY(left.queries.front().finds == h.room);
    QVERIFY(!left.positions.contains(h.has));
}

void TstEdit::renamingAnAttributeRenamesItsColumns()
{
    Hotel h;
    h.model = good(addTable(h.model, "hotel", "rooms", {0, 0}));
    h.model.tables.front().columns.front().name = "hotel_id";
    h.model.tables.front().columns.front().attribute = h.hotelId;
    h.model = good(addColumn(h.model, h.model.tables.front().id, "bucket", "text"));
    h.model.tables.front().columns.back().bucketOf = "hash(hotel_id, 16)";
    const Model after = good(mo::rename(h.model, h.hotelId, "Hotel code"));
    QCOMPARE(QString::fromStdString(after.tables.front().columns.front().name),
             QString("hotel_code"));
    QCOMPARE(QString::fromStdString(after.tables.front().columns.back().bucketOf),
             QString("hash(hotel_code, 16)"));
    QVERIFY(!mo::rename(h.model, h.hotelId, "  "));
}

void TstEdit::renamingATypeRenamesItWhereItIsUsed()
{
    Model model = good(addTable({}, "hotel", "hotels", {0, 0}));
    model = good(addType(model, "hotel", "address", {0, 0}));
    const ElementId type{model.lastId};
    model = good(addColumn(model, model.tables.front().id, "a", "list<frozen<address>>"));
    model = good(mo::rename(model, type, "place"));
    QCOMPARE(QString::fromStdString(model.tables.front().columns.back().type),
             QString("list<frozen<place>>"));
}

void TstEdit::lastPartitionKeyColumnStays()
{
    const Model model = good(addTable({}, "k", "t", {0, 0}));
    const ElementId id = model.tables.front().columns.front().id;
    QVERIFY(!setRole(model, id, ColumnRole::Regular, false));
    QVERIFY(!mo::remove(model, {id}));
}

void TstEdit::markerCyclesThroughTheRoles()
{
    Model model = good(addTable({}, "k", "t", {0, 0}));
    const ElementId table = model.tables.front().id;
    model = good(addColumn(model, table, "c", "int"));
    const ElementId c{model.lastId};
    model = good(setRole(model, c, ColumnRole::PartitionKey, false));
    model = good(cycleRole(model, c));
    QCOMPARE(findColumn(model, c)->role, ColumnRole::Clustering);
    model = good(cycleRole(model, c));
    QVERIFY(findColumn(model, c)->descending);
    // Without another clustering column nothing can be static.
    model = good(cycleRole(model, c));
    QCOMPARE(findColumn(model, c)->role, ColumnRole::Regular);
    model = good(cycleRole(model, c));
    QCOMPARE(findColumn(model, c)->role, ColumnRole::PartitionKey);
    QVERIFY(model.tables.front().edited);
}

void TstEdit::movedColumnTakesTheRoleOfItsPlace()
{
    Model model = good(addTable({}, "k", "t", {0, 0}));
    const ElementId table = model.tables.front().id;
    for (const char* name : {"a", "b", "c"})
        model = good(addColumn(model, table, name, "int"));
    const ElementId a = model.tables.front().columns[1].id;
    const ElementId b = model.tables.front().columns[2].id;
    const ElementId c = model.tables.front().columns[3].id;
    model = good(setRole(model, a, ColumnRole::Clustering, true));
    model = good(setRole(model, b, ColumnRole::Clustering, false));
    model = good(reorderColumn(model, c, 2));
    QCOMPARE(findColumn(model, c)->role, ColumnRole::Clustering);
    QVERIFY(model.tables.front().columns[2].id == c);
}

void TstEdit::pasteMakesNewNamesAndKeepsLines()
{
    const Hotel h;
    const Model piece = fragment(h.model, {h.hotel, h.room, h.has});
    const Model after = good(mo::paste(h.model, piece, {10, 20}));
    QCOMPARE(after.entities.size(), 4U);
    QCOMPARE(QString::fromStdString(after.entities[2].name), QString("Hotel 2"));
    QVERIFY(after.relationships.back().ends[0].entity == after.entities[2].id);
    QVERIFY(after.positions.at(after.entities[3].id) == (Point{310, 20}));
    // A relationship type without its entity types has nothing to hold on to.
    QVERIFY(fragment(h.model, {h.hotel, h.has}).relationships.empty());
}

void TstEdit::renumberFollowsTheWorkflow()
{
    Model model = good(addScreen({}, "A", {0, 0}));
    const ElementId a{model.lastId};
    model = good(addScreen(model, "B", {0, 0}));
    const ElementId b{model.lastId};
    model = good(addQuery(model, "second", a, b));
    model = good(addQuery(model, "first", ElementId::None, a));
    model = good(renumberQueries(model));
    QCOMPARE(QString::fromStdString(model.queries[0].question), QString("first"));
    QCOMPARE(QString::fromStdString(model.queries[1].label), QString("Q2"));
}

void TstEdit::attributeWithPartsThatBecomesSimpleLosesThem()
{
    Hotel h;
    h.model = good(addAttribute(h.model, h.hotel, "address"));
    const ElementId address{h.model.lastId};
    h.model = good(addAttribute(h.model, address, "city"));
    QCOMPARE(findAttribute(h.model, address).attribute->kind, AttributeKind::Composite);
    Attribute simple = *findAttribute(h.model, address).attribute;
    simple.kind = AttributeKind::Simple;
    h.model = good(setAttribute(h.model, simple));
    QVERIFY(findAttribute(h.model, address).attribute->parts.empty());
}

void TstEdit::cardinalitiesAreReadFromAFewWords()
{
    Hotel h;
    const auto ends = [&](const char* words) {
        return good(setCardinalities(h.model, h.has, words)).relationships.front().ends;
    };
    auto got = ends("n : m");
    QVERIFY(got[0].cardinality == Cardinality::Many && got[1].cardinality == Cardinality::Many);
    QVERIFY(!got[1].average && !got[1].maximum);
    got = ends("1:n 100..410");
    QVERIFY(got[0].cardinality == Cardinality::One && got[1].cardinality == Cardinality::Many);
    QCOMPARE(got[1].average, std::optional(100.0));
    QCOMPARE(got[1].maximum, std::optional(410.0));
    got = ends("1:n 730");
    QCOMPARE(got[1].maximum, std::optional(730.0));
    for (const char* wrong : {"", "1", "1:n:m", "1:x", "2:n", "1:n 10..", "1:n 9..3", "1:n -4",
                              "1:n inf", "1:n 1..2..3"})
        QVERIFY2(!setCardinalities(h.model, h.has, wrong), wrong);
}

void TstEdit::subtypesMakeNoCircle()
{
    Hotel h;
    h.model = good(addSubtype(h.model, h.hotel, h.room));
    QVERIFY(!addSubtype(h.model, h.room, h.hotel));
    QVERIFY(!addSubtype(h.model, h.hotel, h.hotel));
}

void TstEdit::editedCqlKeepsWhatCqlDoesNotSay()
{
    Model model = good(addTable({}, "k", "t", {5, 6}));
    const ElementId table = model.tables.front().id;
    model = good(addColumn(model, table, "v", "text"));
    model.tables.front().columns.back().sizing.averageBytes = 77;
    const char* const script =
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', "
        "'replication_factor': 1};\n"
        "CREATE TABLE k.t (id uuid, at timestamp, v blob, PRIMARY KEY (id, at));";
    const Model after = good(withCql(model, script));
    QVERIFY(after.tables.front().id == table);
    QVERIFY(after.positions.contains(table));
    const TableColumn& v = after.tables.front().columns.back();
    QCOMPARE(QString::fromStdString(v.type), QString("blob"));
    QCOMPARE(v.sizing.averageBytes.value_or(0), 77.0);
    QVERIFY(v.id == model.tables.front().columns.back().id);
    QCOMPARE(after.tables.front().columns[1].role, ColumnRole::Clustering);
    QVERIFY(after.tables.front().edited);
}

void TstEdit::brokenCqlChangesNothing()
{
    const auto after = withCql({}, "CREATE TABLE k.t (id uuid PRIMARY");
    QVERIFY(!after);
    QVERIFY(!after.error().detail().empty());
}

void TstEdit::layeredBoxesDoNotOverlap()
{
    std::vector<LayoutNode> nodes;
    std::vector<LayoutEdge> edges;
    for (std::uint32_t i = 1; i <= 60; ++i)
        nodes.push_back({ElementId{i}, 80.0 + i % 7 * 20, 40.0 + i % 5 * 15});
    for (std::uint32_t i = 2; i <= 50; ++i)
        edges.push_back({ElementId{i / 2}, ElementId{i}});
    edges.push_back({ElementId{40}, ElementId{1}}); // a cycle
    edges.push_back({ElementId{3}, ElementId{3}});
    for (const LayoutDirection direction :
         {LayoutDirection::LeftToRight, LayoutDirection::TopToBottom}) {
        LayoutOptions options;
        options.direction = direction;
        const Centres centres = layered(nodes, edges, options);
        QCOMPARE(centres.size(), nodes.size());
        for (std::size_t i = 0; i < nodes.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                const Point a = centres.at(nodes[i].id);
                const Point b = centres.at(nodes[j].id);
                const bool apart =
                    std::abs(a.x - b.x) >= (nodes[i].width + nodes[j].width) / 2 - 0.01 ||
                    std::abs(a.y - b.y) >= (nodes[i].height + nodes[j].height) / 2 - 0.01;
                QVERIFY2(apart, qPrintable(QString("%1 and %2").arg(i).arg(j)));
            }
    }
}

namespace {

/// Width and height of all boxes, each 200 × 100.
QSizeF extentOf(const Centres& centres)
{
    QRectF all;
    for (const auto& [id, at] : centres)
        all |= QRectF(at.x - 100, at.y - 50, 200, 100);
    return all.size();
}

} // namespace

void TstEdit::longChainIsFoldedIntoAPage()
{
    std::vector<LayoutNode> nodes;
    std::vector<LayoutEdge> edges;
    for (std::uint32_t i = 1; i <= 100; ++i) {
        nodes.push_back({ElementId{i}, 200, 100});
        if (i > 1)
            edges.push_back({ElementId{i - 1}, ElementId{i}});
    }
    const Centres centres = layered(nodes, edges, {});
    QCOMPARE(centres.size(), 100U);
    const QSizeF extent = extentOf(centres);
    QVERIFY2(extent.width() < 2.5 * extent.height() && extent.height() < 2.5 * extent.width(),
             qPrintable(QString("%1 × %2").arg(extent.width()).arg(extent.height())));
    // What follows is near: beside it, or below it at the end of a line.
    for (std::uint32_t i = 2; i <= 100; ++i) {
        const Point a = centres.at(ElementId{i - 1});
        const Point b = centres.at(ElementId{i});
        QVERIFY2(std::hypot(a.x - b.x, a.y - b.y) < 500, qPrintable(QString::number(i)));
    }
}

void TstEdit::manyLooseBoxesMakeAPage()
{
    std::vector<LayoutNode> nodes;
    for (std::uint32_t i = 1; i <= 200; ++i)
        nodes.push_back({ElementId{i}, 200, 100});
    LayoutOptions options;
    options.widthMax = 1000;
    const QSizeF extent = extentOf(layered(nodes, {}, options));
    QVERIFY2(extent.width() < 2.5 * extent.height() && extent.height() < 2.5 * extent.width(),
             qPrintable(QString("%1 × %2").arg(extent.width()).arg(extent.height())));
}

void TstEdit::tableTakesTheNameThatItsQueryWants()
{
    Hotel h;
    h.model = good(addQuery(h.model, "Rooms", ElementId::None, ElementId::None));
    Query query = h.model.queries.back();
    query.finds = h.room;
    query.equality = {h.hotelId};
    h.model = good(setQuery(h.model, query));
    h.model = good(nameTableOf(h.model, query.id, "rooms_wanted"));
    Model model = generateLogical(h.model).model;
    QCOMPARE(model.tables.size(), 1U);
    QCOMPARE(model.tables[0].name, std::string("rooms_wanted"));
    // It has a table now, which is renamed, and is still called so when it is generated again.
    model = good(nameTableOf(model, query.id, "rooms_2"));
    QCOMPARE(model.tables[0].name, std::string("rooms_2"));
    model = good(rename(model, model.tables[0].id, "rooms_3"));
    QCOMPARE(findQuery(model, query.id)->tableName, std::string("rooms_3"));
    QVERIFY(generateLogical(model).changed.empty());
    model = good(nameTableOf(model, query.id, ""));
    QCOMPARE(model.tables[0].name, std::string("rooms_by_hotel"));
    QVERIFY(!nameTableOf(model, query.id, "Rooms of a hotel"));
}

void TstEdit::layoutIsTheSameEveryTime()
{
    const Hotel h;
    QVERIFY(layoutConceptual(h.model) == layoutConceptual(h.model));
    QCOMPARE(layoutConceptual(h.model).size(), 5U);
    QVERIFY(layoutConceptual(h.model)[h.hotel].x < layoutConceptual(h.model)[h.room].x);
}

void TstEdit::plainAnswerOfDotGivesCentres()
{
    const auto centres =
        centresOfPlain("graph 1 4 2\nnode n7 1 0.5 1 1 \"\" solid box black lightgrey\nstop\n");
    QVERIFY(centres.has_value());
    QCOMPARE(centres->at(ElementId{7}).x, 72.0);
    QCOMPARE(centres->at(ElementId{7}).y, 108.0);
    QVERIFY(!centresOfPlain("nonsense"));
}

RW_TEST(TstEdit)
#include "tst_edit.moc"
