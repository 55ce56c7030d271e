#include "engine/modeling/advice.h"
#include "engine/modeling/document.h"
#include "engine/modeling/edit.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/designer/advice_help.h"
#include "widgets/designer/conceptual_scene.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/inspector.h"
#include "widgets/designer/model_panels.h"
#include "widgets/designer/stage_views.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/tokens.h"

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainterPath>
#include <QPainterPathStroker>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <algorithm>
#include <map>

using namespace engine::modeling;
using studio::DesignContext;
using studio::DesignStage;
using studio::ModelDocument;
using views::DesignerPage;
using views::NodeItem;
using views::Tool;

namespace {

/// A ModelStore in memory, which outlives documents as the workspace does.
class MemoryStore final : public studio::ModelStore {
public:
    QList<studio::ModelRecord> models() override { return m_records.values(); }
    qint64 saveModel(const studio::ModelRecord& model) override
    {
        studio::ModelRecord stored = model;
        if (stored.id == 0)
            stored.id = ++m_last;
        m_records[stored.id] = stored;
        return stored.id;
    }
    void removeModel(qint64 id) override { m_records.remove(id); }
    bool appendStates(qint64 model, qint64 after,
                      const QList<studio::NewModelState>& states) override
    {
        auto& mine = m_states[model];
        mine.resize(after + 1);
        mine += states;
        return true;
    }
    void setCursor(qint64 model, qint64 sequence) override { m_records[model].cursor = sequence; }
    QList<studio::ModelStateRecord> states(qint64 model) override
    {
        QList<studio::ModelStateRecord> out;
        for (const auto& state : m_states[model])
            out.append({out.size(), state.description, state.at});
        return out;
    }
    std::optional<QByteArray> stateText(qint64 model, qint64 sequence) override
    {
        if (m_damaged.contains(sequence))
            return std::nullopt;
        return m_states[model].value(sequence).text;
    }
    QMap<qint64, studio::ModelRecord> m_records;
    QMap<qint64, QList<studio::NewModelState>> m_states;
    QList<qint64> m_damaged;
    qint64 m_last = 0;
};

ModelDocument::Edit adds(const char* name)
{
    return [name](const Model& model) { return addEntity(model, name, {0, 0}); };
}

struct Desk {
    theme::Theme theme{*qApp, theme::Theme::Mode::Light};
    studio::Session session;
    DesignContext context{session};
    MemoryStore store;
    std::unique_ptr<studio::OpenModels> models;
    std::unique_ptr<DesignerPage> page;
    Desk() { open(); }
    void open()
    {
        page.reset();
        models.reset();
        models = std::make_unique<studio::OpenModels>(&store);
        page = std::make_unique<DesignerPage>(theme, context, *models);
        page->resize(1200, 900);
        page->show();
    }
    void type(QWidget* target, const char* text) { QTest::keyClicks(target, text); }
};

} // namespace

class TstDesigner : public QObject {
    Q_OBJECT
private slots:
    void editsAreUndoneInTheNextSession();
    void stateIsStoredSoonAfterItsEdit();
    void undoKeepsWhatWasDeployed();
    void stepsOfOneKindBecomeOne();
    void refusedEditChangesNothingAndSaysWhy();
    void damagedLastStateFallsBackToTheOneBefore();
    void entityIsDrawnNamedAndConnectedWithTheKeyboard();
    void attributesAreWrittenOneAfterAnother();
    void canvasStaysStillWhileItIsDrawnOn();
    void attributesOfAQueryAreFoundByTheirNames();
    void oneEditTouchesOnlyItsItems();
    void largeModelIsEditedQuickly();
    void markOfAColumnIsClicked();
    void everySampleOpens();
    void flowsKeepClearOfBoxesInEverySample();
    void attributesKeepClearOfDiamondsAndLinesInEverySample();
    void damagedFileIsRefusedAndLeavesNothingOpen();
    void lastGoodVersionOfADamagedFileIsOffered();
    void queryShowsItsCqlAndHowItFails();
    void everyRuleOfTheChecksHasItsPageOfHelp();
    void queryOfATypeWithItselfSaysWhichEndIsGiven();
    void overrideNamesTheRuleAndTheQueryThatItBreaks();
};

void TstDesigner::editsAreUndoneInTheNextSession()
{
    MemoryStore store;
    {
        ModelDocument document(&store, Model{});
        for (const char* name : {"A", "B", "C"})
            QVERIFY(document.edit(name, adds(name)));
        document.undoStack().undo();
    }
    ModelDocument again(&store, store.models().first());
    QVERIFY2(again.problem().isEmpty(), qPrintable(again.problem()));
    QCOMPARE(again.model()->entities.size(), 2U);
    QCOMPARE(again.undoStack().undoText(), QString("B"));
    again.undoStack().redo();
    QCOMPARE(again.model()->entities.size(), 3U);
    again.undoStack().setIndex(0);
    QVERIFY(again.model()->entities.empty());
}

void TstDesigner::stateIsStoredSoonAfterItsEdit()
{
    MemoryStore store;
    ModelDocument document(&store, Model{});
    QVERIFY(document.edit("A", adds("A")));
    QVERIFY(document.edit("B", adds("B")));
    QTRY_COMPARE(store.m_states.value(1).size(), 3);
    document.undoStack().undo();
    QVERIFY(document.edit("C", adds("C")));
    QVERIFY(document.edit("D", adds("D")));
    QTRY_COMPARE(store.m_states.value(1).size(), 4);
    QVERIFY(store.m_states[1][2].text.contains("name: C"));
    QTRY_COMPARE(store.m_records[1].cursor, 3);
}

void TstDesigner::undoKeepsWhatWasDeployed()
{
    const auto deploys = [](const char* at) {
        return [at](const Model& model) -> engine::Result<Model> {
            Model changed = model;
            changed.deployments = {{.cluster = "one", .at = at}};
            return changed;
        };
    };
    MemoryStore store;
    {
        ModelDocument document(&store, Model{});
        document.edit("A", adds("A"));
        document.edit("B", adds("B"));
        document.undoStack().undo();
        document.edit("deploy", deploys("2026-01-01T00:00:00Z"));
        QCOMPARE(document.undoStack().count(), 2); // no step, and B can still be done again
        QCOMPARE(document.undoStack().index(), 1);
        document.undoStack().redo();
        QCOMPARE(document.model()->entities.size(), 2U);
        QCOMPARE(document.model()->deployments.size(), 1U);
        document.edit("deploy and add", [&](const Model& model) -> engine::Result<Model> {
            return addEntity(*deploys("2026-01-02T00:00:00Z")(model), "C", {0, 0});
        });
        QCOMPARE(document.undoStack().count(), 3);
        document.undoStack().setIndex(0);
        QVERIFY(document.model()->entities.empty());
        QCOMPARE(document.model()->deployments.at(0).at, std::string("2026-01-02T00:00:00Z"));
    }
    ModelDocument again(&store, store.models().first());
    QVERIFY(again.model()->entities.empty());
    QCOMPARE(again.model()->deployments.size(), 1U);
    QCOMPARE(again.model()->deployments.at(0).at, std::string("2026-01-02T00:00:00Z"));
}

void TstDesigner::stepsOfOneKindBecomeOne()
{
    ModelDocument document(nullptr, Model{});
    for (const char* name : {"A", "B", "C"})
        document.edit("type", adds(name), "typing");
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(document.model()->entities.size(), 3U);
    document.undoStack().undo();
    QVERIFY(document.model()->entities.empty());
}

void TstDesigner::refusedEditChangesNothingAndSaysWhy()
{
    ModelDocument document(nullptr, Model{});
    document.edit("add", adds("A"));
    QSignalSpy refused(&document, &ModelDocument::refused);
    QVERIFY(!document.edit("add", adds("A")));
    QCOMPARE(refused.size(), 1);
    QVERIFY(refused[0][0].toString().contains("A"));
    QCOMPARE(document.undoStack().count(), 1);
}

void TstDesigner::damagedLastStateFallsBackToTheOneBefore()
{
    MemoryStore store;
    {
        ModelDocument document(&store, Model{});
        document.edit("A", adds("A"));
        document.edit("B", adds("B"));
    }
    store.m_damaged = {2};
    ModelDocument again(&store, store.models().first());
    QVERIFY(again.problem().isEmpty());
    QCOMPARE(again.model()->entities.size(), 1U);
    QCOMPARE(again.undoStack().index(), 1);
}

void TstDesigner::entityIsDrawnNamedAndConnectedWithTheKeyboard()
{
    Desk desk;
    desk.page->newModel();
    views::DiagramView* view = desk.page->conceptual().entities();
    view->setFocus();
    const auto draw = [&](const char* name) {
        QTest::keyClick(view, Qt::Key_E);
        QTest::keyClick(view, Qt::Key_Return);
        QTRY_VERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
        QTest::keyClicks(QApplication::focusWidget(), name);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QCoreApplication::processEvents();
        QCOMPARE(QApplication::focusWidget(), view); // the name is taken, not asked again
        QTest::keyClick(view, Qt::Key_Right, Qt::AltModifier);
    };
    draw("Hotel");
    draw("Room");
    const Model& model = desk.context.model();
    QCOMPARE(model.entities.size(), 2U);
    QCOMPARE(QString::fromStdString(model.entities[1].name), QString("Room"));
    desk.context.select({model.entities[0].id, model.entities[1].id});
    QTest::keyClick(view, Qt::Key_R);
    QCOMPARE(desk.context.model().relationships.size(), 1U);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    desk.context.select({desk.context.model().entities[0].id});
    QTest::keyClick(view, Qt::Key_A);
    QCOMPARE(desk.context.model().entities[0].attributes.size(), 1U);
    desk.context.select({desk.context.model().entities[1].id});
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Delete);
    QCOMPARE(desk.context.model().entities.size(), 1U);
    QVERIFY(desk.context.model().relationships.empty());
}

void TstDesigner::attributesAreWrittenOneAfterAnother()
{
    Desk desk;
    desk.page->newModel();
    views::DiagramView* view = desk.page->conceptual().entities();
    QVERIFY(desk.context.edit("", adds("Hotel")) && desk.context.edit("", adds("Room")));
    const auto name = [](const char* words) {
        QTRY_VERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
        QTest::keyClicks(QApplication::focusWidget(), words);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    };
    const ElementId hotel = desk.context.model().entities[0].id;
    const ElementId room = desk.context.model().entities[1].id;
    desk.context.select({hotel});
    view->setFocus();
    QTest::keyClick(view, Qt::Key_A);
    name("hotel_id: text");
    QTest::keyClick(view, Qt::Key_K);
    QTest::keyClick(view, Qt::Key_A, Qt::ShiftModifier);
    name("phones: text");
    QTest::keyClick(view, Qt::Key_M);
    desk.context.select({room});
    QTest::keyClick(view, Qt::Key_W);
    desk.context.select({hotel, room});
    QTest::keyClick(view, Qt::Key_R);
    name("has: 1:n 100..410");
    QTest::keyClick(view, Qt::Key_W);
    const Model& model = desk.context.model();
    const auto& attributes = model.entities[0].attributes;
    QCOMPARE(attributes.size(), 2U);
    QCOMPARE(QString::fromStdString(attributes[0].name), QString("hotel_id"));
    QVERIFY(attributes[0].key && !attributes[1].key);
    QVERIFY(attributes[1].kind == AttributeKind::MultiValued);
    QVERIFY(model.entities[1].weak);
    QCOMPARE(QString::fromStdString(model.relationships[0].name), QString("has"));
    QCOMPARE(model.relationships[0].ends[1].maximum, std::optional(410.0));
    QVERIFY(model.relationships[0].identifying);
}

void TstDesigner::canvasStaysStillWhileItIsDrawnOn()
{
    Desk desk;
    desk.page->newModel();
    views::DiagramView* view = desk.page->conceptual().entities();
    QVERIFY(QTest::qWaitForWindowExposed(desk.page.get()));
    for (const QPoint at : {QPoint(90, 70), QPoint(view->viewport()->width() - 90, 200),
                            QPoint(400, view->viewport()->height() - 60)}) {
        QTest::keyClick(view, Qt::Key_E);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
        QTRY_VERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        const ElementId made = desk.context.model().entities.back().id;
        const QPoint there = view->mapFromScene(view->diagram().node(made)->pos());
        QVERIFY2((there - at).manhattanLength() <= 2,
                 qPrintable(QString("%1,%2").arg(there.x()).arg(there.y())));
    }
}

void TstDesigner::attributesOfAQueryAreFoundByTheirNames()
{
    Desk desk;
    desk.page->openSample("hotel");
    views::DesignInspector inspector(desk.theme, desk.context);
    inspector.show();
    inspector.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&inspector));
    desk.context.select({desk.context.model().queries.front().id});
    inspector.edit();
    QVERIFY(QApplication::focusWidget());
    const auto tab = [](int times) {
        for (int i = 0; i < times; ++i)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    };
    QCOMPARE(QApplication::focusWidget()->accessibleName(), QString("Question"));
    tab(4); // read or write, finds, POI.name, the button that adds
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
    const auto words = [&](const char* text) {
        QTest::keyClicks(QApplication::focusWidget(), text);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    };
    words("hotel.address.CITY"); // case does not count
    words("room_number");        // the only one of this name
    words("name");               // several: offered, not taken
    auto equality = [&] { return desk.context.model().queries.front().equality; };
    const auto path = [&](std::size_t i) {
        return QString::fromStdString(attributePath(desk.context.model(), equality()[i]));
    };
    QCOMPARE(equality().size(), 3U);
    QCOMPARE(path(1), QString("Hotel.address.city"));
    QCOMPARE(path(2), QString("Room.room_number"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QCOMPARE(equality().size(), 3U);
}

void TstDesigner::oneEditTouchesOnlyItsItems()
{
    Desk desk;
    desk.page->openSample("hotel");
    views::DiagramScene& scene = desk.page->conceptual().entities()->diagram();
    const ElementId hotel = desk.context.model().entities.front().id;
    QVERIFY(desk.context.edit("rename", [hotel](const Model& model) {
        return engine::modeling::rename(model, hotel, "Inn");
    }));
    // The entity, its attributes and its relationships, whose spoken names say its name.
    const Model& model = desk.context.model();
    int expected = 1 + static_cast<int>(model.entities.front().attributes.size());
    for (const RelationshipType& relationship : model.relationships)
        expected += std::ranges::count(relationship.ends, hotel, &Participation::entity) > 0;
    QCOMPARE(scene.lastChangedItems(), expected);
    QVERIFY(scene.nodes().size() > 2 * expected);
    QCOMPARE(scene.node(hotel)->spec().text, QString("Inn"));
}

void TstDesigner::largeModelIsEditedQuickly()
{
    Model model;
    model.name = "large";
    for (int i = 0; i < 200; ++i) {
        model = *addTable(model, "k", "t" + std::to_string(i), {i % 20 * 260.0, i / 20 * 240.0});
        for (int c = 0; c < 8; ++c)
            model = *addColumn(model, model.tables.back().id, "c" + std::to_string(c), "text");
    }
    for (int i = 0; i < 300; ++i) {
        model = *addQuery(model, "q", ElementId::None, ElementId::None);
        model.tables[static_cast<std::size_t>(i % 200)].queries.push_back(model.queries.back().id);
    }
    Desk desk;
    desk.page->openModel(model);
    desk.context.setStage(DesignStage::Logical);
    views::DiagramScene& scene = desk.page->logical().diagram()->diagram();
    QCOMPARE(scene.nodes().size(), 200);
    const ElementId column = desk.context.model().tables[7].columns[3].id;
    QElapsedTimer timer;
    timer.start();
    QVERIFY(desk.context.edit("key", [column](const Model& m) { return cycleRole(m, column); }));
    const qint64 ms = timer.elapsed();
    QCOMPARE(scene.lastChangedItems(), 1);
    qInfo("an edit of 200 tables and 300 queries took %lld ms", ms);
}

void TstDesigner::markOfAColumnIsClicked()
{
    Desk desk;
    desk.page->openModel(*addColumn(*addTable({}, "k", "t", {0, 0}), ElementId{1}, "c", "int"));
    desk.context.setStage(DesignStage::Logical);
    views::DiagramView* view = desk.page->logical().diagram();
    const NodeItem* box = view->diagram().node(ElementId{1});
    QVERIFY(box);
    const QPoint at = view->mapFromScene(box->pos() + views::markRect(box->spec(), 1).center());
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(desk.context.model().tables[0].columns[1].role, ColumnRole::PartitionKey);
    desk.context.document()->undoStack().undo();
    QCOMPARE(desk.context.model().tables[0].columns[1].role, ColumnRole::Regular);
}

void TstDesigner::everySampleOpens()
{
    Desk desk;
    for (const char* id : {"hotel", "iot", "library", "messaging", "portfolio"}) {
        desk.page->openSample(id);
        QVERIFY(desk.context.document());
        QVERIFY2(!desk.context.model().entities.empty(), id);
    }
}

void TstDesigner::flowsKeepClearOfBoxesInEverySample()
{
    Desk desk;
    for (const char* id : {"hotel", "iot", "library", "messaging", "portfolio"}) {
        desk.page->openSample(id);
        for (const DesignStage stage : {DesignStage::Conceptual, DesignStage::Logical}) {
            desk.context.setStage(stage);
            views::DiagramScene& scene = stage == DesignStage::Conceptual
                                             ? desk.page->conceptual().workflow()->diagram()
                                             : desk.page->logical().diagram()->diagram();
            scene.finishRouting();
            int flows = 0;
            for (const QGraphicsItem* item : scene.items()) {
                const auto* edge = qgraphicsitem_cast<const views::EdgeItem*>(item);
                if (!edge || !edge->isFlow() || !scene.node(edge->spec().to))
                    continue;
                ++flows;
                const QList<QPointF> points = edge->route().points;
                QVERIFY(points.size() >= 2);
                for (qsizetype i = 1; i < points.size(); ++i)
                    for (const NodeItem* node : scene.nodes())
                        QVERIFY2(!QRectF(points[i - 1], points[i])
                                      .normalized()
                                      .adjusted(-0.1, -0.1, 0.1, 0.1)
                                      .intersects(node->sceneRect().adjusted(2, 2, -2, -2)),
                                 qPrintable(QStringLiteral("%1: %2 runs through %3")
                                                .arg(id, edge->spec().label, node->spec().text)));
            }
            QVERIFY(flows > 0);
        }
    }
}

void TstDesigner::attributesKeepClearOfDiamondsAndLinesInEverySample()
{
    Desk desk;
    for (const char* id : {"hotel", "iot", "library", "messaging", "portfolio"}) {
        desk.page->openSample(id);
        desk.context.setStage(DesignStage::Conceptual);
        views::DiagramScene& scene = desk.page->conceptual().entities()->diagram();
        for (const NodeItem* node : scene.nodes()) {
            const QRectF box = node->sceneRect().adjusted(2, 2, -2, -2);
            for (const NodeItem* other : scene.nodes())
                QVERIFY2(node == other || !box.intersects(other->sceneRect()),
                         qPrintable(QStringLiteral("%1: %2 stands on %3")
                                        .arg(id, node->spec().text, other->spec().text)));
            if (node->spec().owner == ElementId::None)
                continue;
            QPainterPath oval;
            oval.addEllipse(box);
            for (const QGraphicsItem* item : scene.items()) {
                const auto* line = qgraphicsitem_cast<const views::EdgeItem*>(item);
                if (!line || line->spec().kind != views::EdgeKind::Chen)
                    continue;
                QPainterPath way;
                way.addPolygon(QPolygonF(line->route().points));
                QPainterPathStroker pen;
                pen.setWidth(2);
                QVERIFY2(!oval.intersects(pen.createStroke(way)),
                         qPrintable(
                             QStringLiteral("%1: %2 stands on a line").arg(id, node->spec().text)));
            }
        }
    }
}

void TstDesigner::damagedFileIsRefusedAndLeavesNothingOpen()
{
    QTemporaryDir dir;
    QFile file(dir.filePath("m.rwmodel"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("ringwright-model: 1\nname: x\nentities:\n  - nonsense: [1\n");
    file.close();
    Desk desk;
    QString told;
    QTimer::singleShot(50, qApp, [&told] {
        if (auto* box = qobject_cast<QDialog*>(QApplication::activeModalWidget())) {
            told = box->property("informativeText").toString();
            box->reject();
        }
    });
    QVERIFY(!desk.page->openFile(file.fileName()));
    QVERIFY(!desk.context.document());
    QVERIFY2(told.contains("4") || told.contains("5"), qPrintable(told));
}

void TstDesigner::lastGoodVersionOfADamagedFileIsOffered()
{
    QTemporaryDir dir;
    const QString path = dir.filePath("m.rwmodel");
    {
        Desk desk;
        desk.page->openModel(*addEntity({}, "Hotel", {0, 0}));
        QCOMPARE(desk.context.document()->save(path), QString());
        QVERIFY(desk.context.edit("add", adds("Room")));
        QCOMPARE(desk.context.document()->save(path), QString());
    }
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("ringwright-model: 1\nname: [");
    file.close();
    Desk desk;
    desk.store.m_records.clear();
    QTimer::singleShot(50, qApp, [] {
        if (QWidget* box = QApplication::activeModalWidget())
            for (QPushButton* button : box->findChildren<QPushButton*>())
                if (button->text().remove(QChar(38)) == "Open the last good version")
                    button->click();
    });
    (void)desk.page->openFile(path);
    QVERIFY(desk.context.document());
    QCOMPARE(desk.context.model().entities.size(), 1U);
    QCOMPARE(desk.context.model().entities[0].name, std::string("Hotel"));
}

void TstDesigner::queryOfATypeWithItselfSaysWhichEndIsGiven()
{
    Model model;
    model.entities.push_back({.id = model.newId(), .name = "Person"});
    const ElementId person = model.entities[0].id;
    model.entities[0].attributes = {{.id = model.newId(), .name = "id", .key = true}};
    model.relationships.push_back(
        {.id = model.newId(),
         .name = "follows",
         .ends = {{.entity = person, .role = "follower"}, {.entity = person, .role = "followed"}}});
    model.queries.push_back({.id = model.newId(),
                             .label = "Q1",
                             .question = "Whom a person follows",
                             .equality = {model.entities[0].attributes[0].id},
                             .finds = person});
    Desk desk;
    desk.page->openModel(model);
    views::DesignInspector inspector(desk.theme, desk.context);
    inspector.show();
    desk.context.select({model.queries[0].id});
    const auto role = [&inspector]() -> QComboBox* {
        for (auto* box : inspector.findChildren<QComboBox*>())
            if (box->accessibleName() == "Given is the" && box->isVisibleTo(&inspector))
                return box;
        return nullptr;
    };
    QTRY_VERIFY(role());
    QCOMPARE(role()->findText("follower"), 1);
    role()->setCurrentIndex(1);
    emit role()->activated(1);
    QCOMPARE(desk.context.model().queries[0].givenRole, std::string("follower"));
    desk.page->openSample("hotel");
    desk.context.select({desk.context.model().queries[0].id});
    QTRY_VERIFY(!role());
}

void TstDesigner::everyRuleOfTheChecksHasItsPageOfHelp()
{
    Desk desk;
    views::AdviceHelp help(desk.theme);
    QCOMPARE(help.rules()->count(), static_cast<int>(adviceRules().size()));
    for (const Rule& rule : adviceRules()) {
        help.showRule(QString::fromUtf8(rule.id.data(), static_cast<qsizetype>(rule.id.size())));
        QVERIFY2(help.shownText().size() > 200, rule.id.data());
    }
    // From a finding to the page about it.
    desk.page->openSample("hotel");
    views::ChecksPanel checks(desk.theme, desk.context);
    const auto finding = [&checks]() -> QLabel* {
        for (auto* label : checks.findChildren<QLabel*>())
            if (label->accessibleName().startsWith("available_rooms"))
                return label;
        return nullptr;
    };
    QTRY_VERIFY(finding());
    QVERIFY(finding()->text().contains("href=\"why\""));
    emit finding()->linkActivated("why");
    const auto* opened = checks.findChild<views::AdviceHelp*>();
    QVERIFY(opened && opened->isVisible());
    QCOMPARE(opened->rules()->currentItem()->toolTip(), QString("unbounded-partition"));
}

void TstDesigner::queryShowsItsCqlAndHowItFails()
{
    Desk desk;
    desk.page->openSample("hotel");
    views::DesignInspector inspector(desk.theme, desk.context);
    inspector.show();
    const Model& model = desk.context.model();
    const auto query = std::ranges::find(model.queries, "Q4", &Query::label)->id;
    desk.context.select({query});
    const auto shown = [&inspector] {
        QString all;
        for (const QLabel* label : inspector.findChildren<QLabel*>())
            all += label->isVisibleTo(&inspector) ? label->text() + u'\n' : QString();
        return all;
    };
    QTRY_VERIFY2(shown().contains("SELECT") && shown().contains("available_rooms_by_hotel_date"),
                 qPrintable(shown()));
    QVERIFY(!shown().contains("it fails"));
    // A range of dates is asked for: before the date no other clustering column may stand.
    const ModelTable* rooms = findTable(model, "hotel", "available_rooms_by_hotel_date");
    const ElementId room = std::ranges::find(rooms->columns, "room_number", &TableColumn::name)->id;
    desk.context.edit("key", [room](const Model& m) { return reorderColumn(m, room, 1); });
    desk.context.select({});
    desk.context.select({query});
    QTRY_VERIFY2(shown().contains("MR3 is broken, it fails"), qPrintable(shown()));
    desk.context.select({std::ranges::find(model.queries, "Q10", &Query::label)->id});
    QTRY_VERIFY2(shown().contains("BEGIN BATCH"), qPrintable(shown()));
}

void TstDesigner::overrideNamesTheRuleAndTheQueryThatItBreaks()
{
    Desk desk;
    desk.page->openSample("hotel");
    QStringList told;
    connect(&desk.context, &DesignContext::overrideBroke, this,
            [&told](ElementId, const QStringList& sentences) { told = sentences; });
    const Model& model = desk.context.model();
    const ModelTable* rooms = findTable(model, "hotel", "available_rooms_by_hotel_date");
    QVERIFY(rooms);
    const auto column = [rooms](const char* name) {
        return std::ranges::find(rooms->columns, name, &TableColumn::name)->id;
    };
    // Without room_number in the key, one room overwrites the other.
    QVERIFY(desk.context.edit("key", [id = column("room_number")](const Model& m) {
        return setRole(m, id, ColumnRole::Regular, false);
    }));
    QVERIFY2(told.join(' ').contains("MR5"), qPrintable(told.join(' ')));
    desk.context.document()->undoStack().undo();
    told.clear();
    // With date in the partition key, Q4 cannot ask for a range of it.
    rooms = findTable(desk.context.model(), "hotel", "available_rooms_by_hotel_date");
    QVERIFY(desk.context.edit("key", [id = column("date")](const Model& m) {
        return setRole(m, id, ColumnRole::PartitionKey, false);
    }));
    QVERIFY2(told.join(' ').contains("Q4"), qPrintable(told.join(' ')));
}

RW_TEST(TstDesigner)
#include "tst_designer.moc"
