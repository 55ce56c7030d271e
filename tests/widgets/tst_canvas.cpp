#include "engine/modeling/edit.h"
#include "tests/support/test_main.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/edge_router.h"
#include "widgets/designer/far_painter.h"
#include "widgets/designer/free_place.h"
#include "widgets/designer/stage_views.h"
#include "widgets/designer/table_scene.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QApplication>

using namespace engine::modeling;
using studio::DesignStage;
using views::EdgeRouter;
using views::Route;
using views::RouterWork;

namespace {

constexpr QSizeF kLabel(36, 20);

/// Boxes in a square of `side` by `side`, each with a line to the next one right and below.
struct Town {
    EdgeRouter router;
    int side;
    explicit Town(int side) : side(side)
    {
        for (int i = 0; i < side * side; ++i)
            router.setBox(id(i), box(i));
        for (int i = 0; i < side * side; ++i) {
            if (i % side + 1 < side)
                lead(i, i + 1);
            if (i + side < side * side)
                lead(i, i + side);
        }
    }
    static EdgeRouter::Id id(int i) { return static_cast<EdgeRouter::Id>(i + 1); }
    [[nodiscard]] QRectF box(int i) const
    {
        return {i % side * 290.0, static_cast<double>(i / side) * 210, 220, 140};
    }
    Route lead(int from, int to)
    {
        return router.route(1000000 + static_cast<EdgeRouter::Id>(from) * 1000 +
                                static_cast<EdgeRouter::Id>(to),
                            box(from), box(to), kLabel);
    }
    /// What one more line costs, from the middle to two rows and columns further.
    RouterWork oneMore()
    {
        const RouterWork before = router.work();
        const int middle = side / 2 * side + side / 2;
        lead(middle, middle + 2 + 2 * side);
        RouterWork after = router.work();
        after.routed -= before.routed;
        after.paths -= before.paths;
        after.compared -= before.compared;
        after.searched -= before.searched;
        return after;
    }
};

/// 200 tables with 8 columns, 300 queries, of which those of a screen lead to the next screen's.
Model largeModel()
{
    Model model;
    model.name = "large";
    model.keyspaces.push_back({.id = model.newId(), .name = "k"});
    for (int i = 0; i < 200; ++i)
        model.screens.push_back({.id = model.newId(), .name = "Screen" + std::to_string(i)});
    for (std::size_t i = 0; i < 200; ++i) {
        ModelTable table{.id = model.newId(), .keyspace = "k", .name = "t" + std::to_string(i)};
        for (int c = 0; c < 8; ++c)
            table.columns.push_back({.id = model.newId(),
                                     .name = "c" + std::to_string(c),
                                     .type = "text",
                                     .role = c == 0   ? ColumnRole::PartitionKey
                                             : c == 1 ? ColumnRole::Clustering
                                                      : ColumnRole::Regular});
        model.positions[table.id] = {static_cast<double>(i % 20) * 280.0,
                                     static_cast<double>(i / 20) * 290.0};
        model.tables.push_back(table);
    }
    for (std::size_t i = 0; i < 300; ++i) {
        Query query{.id = model.newId(), .label = "Q" + std::to_string(i + 1), .question = "q"};
        const std::size_t at = i % 200;
        query.to = model.screens[at].id;
        if (at > 0)
            query.from = model.screens[at - 1].id;
        model.tables[at].queries.push_back(query.id);
        model.queries.push_back(query);
    }
    return model;
}

struct Canvas {
    theme::Theme theme{*qApp, theme::Theme::Mode::Light};
    studio::Session session;
    studio::DesignContext context{session};
    studio::OpenModels models{nullptr};
    views::DesignerPage page{theme, context, models};
    explicit Canvas(const Model& model, DesignStage stage = DesignStage::Logical)
    {
        page.resize(1200, 900);
        page.show();
        page.openModel(model);
        context.setStage(stage);
        scene().finishRouting();
    }
    [[nodiscard]] views::DiagramScene& scene() { return page.logical().diagram()->diagram(); }
    [[nodiscard]] QList<const views::EdgeItem*> flows()
    {
        QList<const views::EdgeItem*> out;
        for (const QGraphicsItem* item : scene().items())
            if (const auto* edge = qgraphicsitem_cast<const views::EdgeItem*>(item);
                edge && edge->isFlow())
                out.append(edge);
        return out;
    }
};

} // namespace

class TstCanvas : public QObject {
    Q_OBJECT
private slots:
    void flowsDoNotRunAlongEachOther();
    void queriesFromAScreenToItselfHideNoOther();
    void wayIsFoundRoundWhatStandsBetween();
    void lineGoesBackToTheStraightWayWhenItIsFree();
    void releasedLineLeavesNothingBehind();
    void workForOneLineDoesNotGrowWithTheCanvas();
    void everyLineOfALargeModelHasItsWay();
    void moveInALargeModelLeadsOnlyTheLinesThatItTouches();
    void renameInALargeModelLeadsNoLine();
    void newBoxGoesToTheNearestFreePlace();
    void newAttributeKeepsOffDiamondsAndLines();
    void linesOfTheSelectedTableStandOut();
    void namesAreBrokenBetweenWords();
    void boxesAreAlignedAndSpreadAsOneStep();
    void anotherDocumentIsSeenAsAWhole();
    void clickFromAfarChangesNoKey();
};

void TstCanvas::clickFromAfarChangesNoKey()
{
    Canvas canvas(largeModel());
    views::DiagramView& view = *canvas.page.logical().diagram();
    view.fit();
    QVERIFY(view.zoom() < views::kFarScale);
    const ModelTable table = canvas.context.model().tables[40];
    const views::NodeItem* box = canvas.scene().node(table.id);
    for (int row = 0; row < 8; ++row) {
        const QPointF mark =
            views::markRect(box->spec(), row).center() + canvas.scene().node(table.id)->pos();
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.mapFromScene(mark));
        QCOMPARE(canvas.context.model().tables[40], table);
        QCOMPARE(canvas.context.selection(), QList<ElementId>{table.id});
    }
}

void TstCanvas::anotherDocumentIsSeenAsAWhole()
{
    Model small;
    small.entities.push_back({.id = small.newId(), .name = "A"});
    Model large;
    for (int i = 0; i < 60; ++i)
        large.entities.push_back({.id = large.newId(), .name = "Entity" + std::to_string(i)});
    Canvas canvas(small, DesignStage::Conceptual);
    views::DiagramView& view = *canvas.page.conceptual().entities();
    for (const Model* model : {&large, &small, &large}) {
        canvas.page.openModel(*model);
        canvas.context.setStage(DesignStage::Conceptual);
        const QRect seen = view.mapFromScene(view.diagram().contentRect()).boundingRect();
        QVERIFY(view.viewport()->rect().adjusted(-2, -2, 2, 2).contains(seen));
    }
}

void TstCanvas::boxesAreAlignedAndSpreadAsOneStep()
{
    Canvas canvas(largeModel());
    const std::vector<ModelTable>& tables = canvas.context.model().tables;
    const QList<ElementId> ids{tables[0].id, tables[1].id, tables[2].id};
    canvas.context.edit("", [&](const Model& model) {
        return place(model, {{ids[0], {0, 0}}, {ids[1], {90, 400}}, {ids[2], {500, 500}}});
    });
    canvas.context.select(ids);
    const auto at = [&](int i) { return canvas.scene().node(ids[i])->pos(); };
    canvas.scene().align(views::Alignment::Left);
    QCOMPARE(at(1).x(), at(0).x());
    QCOMPARE(at(2).x(), at(0).x());
    QCOMPARE(at(1).y(), 400.0);
    canvas.scene().align(views::Alignment::SpreadDown);
    QCOMPARE(at(1).y(), 250.0);
    canvas.context.document()->undoStack().undo();
    canvas.context.document()->undoStack().undo();
    QCOMPARE(at(2), QPointF(500, 500));
    // One box has nothing to be in line with.
    canvas.context.select({ids[0]});
    const auto before = canvas.context.document()->model();
    canvas.scene().align(views::Alignment::Top);
    QCOMPARE(canvas.context.document()->model(), before);
}

void TstCanvas::newBoxGoesToTheNearestFreePlace()
{
    views::RectIndex taken;
    taken.insert(1, {0, 0, 200, 100});
    const QSizeF size(100, 40);
    const QPointF free(400, 50);
    QCOMPARE(views::freePlace(taken, size, free, 10), free);
    const QPointF at = views::freePlace(taken, size, {100, 60}, 10);
    const QRectF box(at.x() - 50, at.y() - 20, 100, 40);
    QVERIFY(!box.adjusted(-10, -10, 10, 10).intersects(QRectF(0, 0, 200, 100)));
    QVERIFY(QLineF(at, {100, 60}).length() < 120);
}

void TstCanvas::newAttributeKeepsOffDiamondsAndLines()
{
    // One entity type above another, the diamond between them: where the fan has its places.
    Model model;
    model.entities = {{.id = model.newId(), .name = "Hotel"},
                      {.id = model.newId(), .name = "Room"}};
    model.relationships.push_back({.id = model.newId(),
                                   .name = "has",
                                   .ends = {{model.entities[0].id, Cardinality::One},
                                            {model.entities[1].id, Cardinality::Many}}});
    model.positions = {{model.entities[0].id, {0, 0}},
                       {model.relationships[0].id, {0, 90}},
                       {model.entities[1].id, {0, 180}}};
    for (EntityType& entity : model.entities)
        for (const char* name : {"id", "name", "phone", "street", "city"})
            entity.attributes.push_back({.id = model.newId(), .name = name});
    Canvas canvas(model, DesignStage::Conceptual);
    views::DiagramScene& scene = canvas.page.conceptual().entities()->diagram();
    const QList<views::NodeItem*> nodes = scene.nodes();
    QCOMPARE(nodes.size(), 13);
    for (qsizetype i = 0; i < nodes.size(); ++i)
        for (qsizetype j = 0; j < i; ++j)
            QVERIFY2(!nodes[i]->sceneRect().intersects(nodes[j]->sceneRect()),
                     qPrintable(nodes[i]->spec().text + " on " + nodes[j]->spec().text));
    const QRectF line(-1, 0, 2, 180);
    for (const views::NodeItem* node : nodes)
        QVERIFY2(node->spec().owner == ElementId::None || !node->sceneRect().intersects(line),
                 qPrintable(node->spec().text));
}

void TstCanvas::linesOfTheSelectedTableStandOut()
{
    Canvas canvas(largeModel());
    views::DiagramScene& scene = canvas.scene();
    const ElementId table = canvas.context.model().tables[3].id;
    canvas.context.select({table});
    int lit = 0, dark = 0;
    for (QGraphicsItem* item : scene.items())
        if (const auto* line = qgraphicsitem_cast<const views::EdgeItem*>(item)) {
            const bool own = line->spec().from == table || line->spec().to == table;
            QCOMPARE(line->isLit(), own);
            (own ? lit : dark) += 1;
        }
    QVERIFY(lit > 0 && dark > 0);
}

void TstCanvas::namesAreBrokenBetweenWords()
{
    QCOMPARE(views::brokenName("reservations_by_hotel_date", 14),
             QStringList({"reservations_", "by_hotel_date"}));
    QCOMPARE(views::brokenName("AvailableRooms", 9), QStringList({"Available", "Rooms"}));
    QCOMPARE(views::brokenName("abcdefgh", 3), QStringList({"abc", "def", "gh"}));
}

void TstCanvas::flowsDoNotRunAlongEachOther()
{
    const QRectF left(0, 0, 100, 60), right(300, 0, 100, 60);
    EdgeRouter router;
    router.setBox(1, left);
    router.setBox(2, right);
    const Route there = router.route(11, left, right, kLabel);
    const Route back = router.route(12, right, left, kLabel);
    QCOMPARE(there.points.size(), 2); // straight
    for (const QPointF& point : back.points)
        QVERIFY(std::abs(point.y() - there.points[0].y()) >= 9);
    QVERIFY(QLineF(there.label, back.label).length() >= 20);
}

void TstCanvas::queriesFromAScreenToItselfHideNoOther()
{
    const QRectF box(0, 0, 220, 80);
    EdgeRouter router;
    router.setBox(1, box);
    QList<QRectF> labels;
    for (EdgeRouter::Id edge = 10; edge < 16; ++edge) {
        const Route route = router.route(edge, box, box, kLabel);
        QRectF label(QPointF(), kLabel);
        label.moveCenter(route.label);
        QVERIFY(!label.intersects(box));
        for (const QRectF& other : labels)
            QVERIFY(!label.intersects(other));
        labels += label;
    }
}

void TstCanvas::wayIsFoundRoundWhatStandsBetween()
{
    // Between the two stand walls that no line with two bends goes round.
    const QRectF from(0, 0, 200, 100), to(1200, 0, 200, 100);
    EdgeRouter router;
    router.setBox(1, from);
    router.setBox(2, to);
    router.setBox(3, {350, -600, 200, 900});
    router.setBox(4, {800, -250, 200, 1000});
    router.setBox(5, {-300, 300, 850, 100});
    router.setBox(6, {-300, -300, 600, 100});
    const Route way = router.route(11, from, to, kLabel);
    QVERIFY(way.points.size() > 4);
    QVERIFY(!router.passesBox(way.points));
    for (qsizetype i = 1; i < way.points.size(); ++i)
        QVERIFY(way.points[i].x() == way.points[i - 1].x() ||
                way.points[i].y() == way.points[i - 1].y());
    QVERIFY(from.adjusted(-1, -1, 1, 1).contains(way.points.first()));
    QVERIFY(to.adjusted(-1, -1, 1, 1).contains(way.points.last()));
}

void TstCanvas::lineGoesBackToTheStraightWayWhenItIsFree()
{
    const QRectF from(0, 0, 200, 100), to(800, 0, 200, 100), between(400, -50, 200, 200);
    EdgeRouter router;
    router.setBox(1, from);
    router.setBox(2, to);
    const Route straight = router.route(11, from, to, kLabel);
    router.setBox(3, between);
    QCOMPARE(router.edgesAt(between), std::vector<EdgeRouter::Id>{11});
    const Route round = router.route(11, from, to, kLabel);
    QVERIFY(!router.passesBox(round.points));
    QVERIFY(router.edgesAt(between).empty());
    router.removeBox(3);
    QCOMPARE(router.route(11, from, to, kLabel).points, straight.points);
}

void TstCanvas::releasedLineLeavesNothingBehind()
{
    Town town(4);
    const QRectF everything(-100, -100, 2000, 2000);
    const std::vector<EdgeRouter::Id> lines = town.router.edgesAt(everything);
    QCOMPARE(lines.size(), 24U);
    for (const EdgeRouter::Id each : lines)
        town.router.release(each);
    QVERIFY(town.router.edgesAt(everything).empty());
}

void TstCanvas::workForOneLineDoesNotGrowWithTheCanvas()
{
    const RouterWork few = Town(6).oneMore();
    const RouterWork many = Town(24).oneMore();
    QCOMPARE(many.routed, 1);
    QVERIFY(few.compared > 0);
    const auto told = [](const RouterWork& work) {
        return QStringLiteral("%1 paths, %2 compared, %3 searched")
            .arg(work.paths)
            .arg(work.compared)
            .arg(work.searched)
            .toUtf8();
    };
    qInfo("among 36 boxes %s, among 576 %s", told(few).constData(), told(many).constData());
    QVERIFY(many.compared <= 2 * few.compared + 200);
    QVERIFY(many.searched <= 2 * few.searched + 200);
}

void TstCanvas::everyLineOfALargeModelHasItsWay()
{
    Canvas canvas(largeModel());
    const auto flows = canvas.flows();
    QVERIFY2(flows.size() > 250, qPrintable(QString::number(flows.size())));
    EdgeRouter boxes;
    EdgeRouter::Id id = 0;
    for (const views::NodeItem* node : canvas.scene().nodes())
        boxes.setBox(++id, node->sceneRect());
    int through = 0;
    for (const views::EdgeItem* edge : flows) {
        QVERIFY(edge->route().points.size() >= 2);
        through += boxes.passesBox(edge->route().points) ? 1 : 0;
    }
    QCOMPARE(through, 0);
}

void TstCanvas::moveInALargeModelLeadsOnlyTheLinesThatItTouches()
{
    Canvas canvas(largeModel());
    const ElementId table = canvas.context.model().tables[90].id;
    int atTable = 0;
    QHash<quint32, Route> far;
    for (const views::EdgeItem* edge : canvas.flows()) {
        atTable += edge->spec().from == table || edge->spec().to == table ? 1 : 0;
        if (edge->route().points[0].y() > 2000)
            far.insert(static_cast<quint32>(edge->spec().id), edge->route());
    }
    QVERIFY(atTable > 0 && !far.isEmpty());
    const RouterWork before = canvas.scene().routerWork();
    const QPointF was = canvas.scene().node(table)->pos();
    QVERIFY(canvas.context.edit("move", [&](const Model& m) {
        return place(m, {{table, {was.x() + 20, was.y() + 12}}});
    }));
    canvas.scene().finishRouting();
    const RouterWork after = canvas.scene().routerWork();
    qInfo("a move led %lld lines, %lld paths, %lld compared; %d end at the table",
          after.routed - before.routed, after.paths - before.paths,
          after.compared - before.compared, atTable);
    QVERIFY(after.routed - before.routed >= atTable);
    QVERIFY(after.routed - before.routed <= atTable + 30);
    QVERIFY(after.compared - before.compared < 200000);
    for (const views::EdgeItem* edge : canvas.flows())
        if (const auto found = far.constFind(static_cast<quint32>(edge->spec().id));
            found != far.constEnd())
            QCOMPARE(edge->route(), *found);
}

void TstCanvas::renameInALargeModelLeadsNoLine()
{
    Canvas canvas(largeModel());
    const qint64 before = canvas.scene().routerWork().routed;
    QVERIFY(canvas.context.edit(
        "name", [](const Model& m) { return rename(m, m.tables[90].id, "another"); }));
    QCOMPARE(canvas.scene().routerWork().routed, before);
    QCOMPARE(canvas.scene().lastChangedItems(), 1);
}

RW_TEST(TstCanvas)
#include "tst_canvas.moc"
