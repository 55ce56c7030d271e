#include "engine/modeling/buckets.h"
#include "engine/modeling/document.h"
#include "engine/modeling/edit.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/designer/physical/cql_pane.h"
#include "widgets/designer/physical/deploy_panel.h"
#include "widgets/designer/physical/differences_panel.h"
#include "widgets/designer/physical/physical_stage.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QListWidget>
#include <QPushButton>
#include <QTabBar>
#include <QTreeWidget>

#include <algorithm>

using namespace engine::modeling;
using studio::DesignContext;
using studio::DesignStage;
using studio::MigrationRun;
using views::CqlLine;

namespace {

/// A migration that does what the test says.
class ScriptedRun final : public MigrationRun {
    Q_OBJECT
public:
    void cancel() override { cancelled = true; }
    bool cancelled = false;
};

/// A FakeSource that can be migrated.
class MigratingSource final : public studio::ClusterSource {
    Q_OBJECT
public:
    MigratingSource()
    {
        connect(&m_fake, &FakeSource::schemaChanged, this, &ClusterSource::schemaChanged);
    }
    const studio::ClusterEntry& entry() const override { return m_fake.entry(); }
    const studio::ClusterTopology& topology() const override { return m_fake.topology(); }
    const studio::GossipState& gossip() const override { return m_fake.gossip(); }
    studio::SchemaPtr schema() const override { return m_fake.schema(); }
    QString protocolText() const override { return m_fake.protocolText(); }
    studio::Placement place(const studio::PlacementQuery& query) const override
    {
        return m_fake.place(query);
    }
    studio::Ability ability(studio::NodeAction action, int node) const override
    {
        return m_fake.ability(action, node);
    }
    void perform(const studio::NodeActionRequest& request) override { m_fake.perform(request); }
    std::unique_ptr<studio::StatementRun> run(const QString& statement,
                                              const studio::StatementOptions& options) override
    {
        return m_fake.run(statement, options);
    }
    void refreshSchema() override { m_fake.refreshSchema(); }
    void watchGossip(bool watched) override { m_fake.watchGossip(watched); }
    std::unique_ptr<MigrationRun> migrate(studio::MigrationRequest request) override
    {
        requests.push_back(std::move(request));
        auto run = std::make_unique<ScriptedRun>();
        last = run.get();
        return run;
    }
    void setSchema(studio::SchemaPtr schema) { m_fake.setSchema(std::move(schema)); }

    std::vector<studio::MigrationRequest> requests;
    ScriptedRun* last = nullptr;

private:
    using FakeSource = tests::FakeSource;
    FakeSource m_fake{3, 8};
};

Model readings()
{
    Model model = *addTable({}, "lab", "readings", {0, 0});
    const ElementId table = model.tables[0].id;
    model = *rename(model, model.tables[0].columns[0].id, "sensor");
    model = *addColumn(model, table, "at", "timestamp");
    model = *setRole(model, model.tables[0].columns[1].id, ColumnRole::Clustering, true);
    model = *addColumn(model, table, "value", "double");
    return model;
}

struct Bench {
    theme::Theme theme{*qApp, theme::Theme::Mode::Light};
    studio::Session session;
    tests::FakeCatalog catalog;
    DesignContext context{session};
    views::PhysicalContext physical{context};
    views::PhysicalStage stage{theme, physical};
    views::DifferencesPanel differences{theme, physical};
    views::DeployPanel deploy{theme, physical, catalog};
    studio::ModelDocument document;
    std::shared_ptr<MigratingSource> source = std::make_shared<MigratingSource>();

    explicit Bench(Model model) : document(nullptr, std::move(model))
    {
        stage.resize(900, 600);
        context.setDocument(&document);
        context.setStage(DesignStage::Physical);
    }
    ~Bench() { context.setDocument(nullptr); }
    /// The cluster has what this model says.
    void connectTo(const Model& model)
    {
        auto schema = std::make_shared<studio::SchemaSnapshot>();
        schema->definitions = *schemaOf(model);
        source->setSchema(schema);
        session.setSource(source);
    }
    [[nodiscard]] const views::PhysicalComparison& now() const { return *physical.comparison(); }
    [[nodiscard]] bool matches() const
    {
        return now().model && *now().model == context.model() &&
               now().target == (session.source() ? session.source()->entry().name : QString());
    }
};

int count(const std::vector<CqlLine>& lines, CqlLine::State state)
{
    return static_cast<int>(std::ranges::count(lines, state, &CqlLine::state));
}

} // namespace

class TstPhysical : public QObject {
    Q_OBJECT
private slots:
    void equalModelsHaveNoDifferentLines();
    void keyChangeIsATableThatIsCopied();
    void untickingTakesAlongWhatNeedsTheStep();
    void editedCqlBecomesTheModel();
    void wrongCqlMakesTheModelWait();
    void dryRunSaysWhichStepWouldFail();
    void deployRunsTheTickedStepsAndTakesNewNames();
    void whatWasDeployedIsRememberedToCompareWith();
    void failedStepCanBeTriedAgainOrSkipped();
    void withoutAClusterEverythingIsNew();
};

void TstPhysical::equalModelsHaveNoDifferentLines()
{
    Bench bench(readings());
    bench.connectTo(readings());
    QTRY_VERIFY(bench.matches());
    QCOMPARE(bench.now().problem, QString());
    QCOMPARE(count(bench.now().differences, CqlLine::State::Added), 0);
    QCOMPARE(count(bench.now().differences, CqlLine::State::Removed), 0);
    QCOMPARE(bench.now().changes(), 0);
    QVERIFY(!bench.deploy.deployButton()->isEnabled());
}

void TstPhysical::keyChangeIsATableThatIsCopied()
{
    Bench bench(readings());
    bench.connectTo(readings());
    const ModelTable table = bench.context.model().tables[0];
    Bucket bucket;
    bucket.kind = Bucket::Kind::Time;
    bucket.column = table.columns[1].id;
    bench.context.edit("bucket",
                       [&](const Model& model) { return applyBucket(model, table.id, bucket); });
    QTRY_VERIFY(bench.matches());
    QCOMPARE(bench.now().count(DifferenceKind::Rebuild), 1);
    // The new column and key are there, the old key is not.
    QVERIFY(count(bench.now().differences, CqlLine::State::Added) >= 2);
    QVERIFY(count(bench.now().differences, CqlLine::State::Removed) >= 1);
    const auto& steps = bench.now().diff.steps;
    const auto copy = std::ranges::find(steps, StepKind::Copy, &MigrationStep::kind);
    QVERIFY(copy != steps.end());
    QCOMPARE(copy->computedColumns.size(), std::size_t(1));
    QCOMPARE(copy->computedColumns[0].second, std::string("month(at)"));
    QCOMPARE(bench.deploy.steps()->topLevelItemCount(), static_cast<int>(steps.size()));
    // The old table goes only when somebody says so: the application must have switched.
    for (std::size_t i = 0; i < steps.size(); ++i)
        QCOMPARE(bench.physical.isTicked(i), steps[i].kind != StepKind::Destructive);
    QVERIFY(bench.differences.list()->count() >= 1);
}

void TstPhysical::untickingTakesAlongWhatNeedsTheStep()
{
    Bench bench(readings());
    bench.connectTo(readings());
    const ModelTable table = bench.context.model().tables[0];
    Bucket bucket{Bucket::Kind::Time, table.columns[1].id, TimeUnit::Day, 0};
    bench.context.edit("bucket",
                       [&](const Model& model) { return applyBucket(model, table.id, bucket); });
    QTRY_VERIFY(bench.matches());
    QVERIFY(bench.physical.ticked().size() >= 3);
    bench.deploy.steps()->topLevelItem(0)->setCheckState(0, Qt::Unchecked);
    QVERIFY(bench.physical.ticked().empty());
    // Ticking the copy needs its table again.
    const auto& steps = bench.now().diff.steps;
    const auto copy = std::ranges::find(steps, StepKind::Copy, &MigrationStep::kind);
    bench.physical.setTicked(static_cast<std::size_t>(copy - steps.begin()), true);
    QVERIFY(bench.physical.isTicked(0));
}

void TstPhysical::editedCqlBecomesTheModel()
{
    Bench bench(readings());
    QTRY_VERIFY(bench.matches());
    bench.stage.show();
    bench.stage.tabs()->setCurrentIndex(1);
    auto* pane = bench.stage.modelCql();
    pane->setFocus();
    QTRY_VERIFY(pane->hasFocus());
    QTRY_VERIFY(pane->toPlainText().contains("double"));
    pane->setPlainText(pane->toPlainText().replace("double", "float"));
    const auto typeOfValue = [&] {
        const auto& columns = bench.context.model().tables[0].columns;
        return std::ranges::find(columns, "value", &TableColumn::name)->type;
    };
    QTRY_COMPARE(typeOfValue(), std::string("float"));
    QCOMPARE(bench.document.undoStack().count(), 1);
    bench.document.undoStack().undo();
    QCOMPARE(typeOfValue(), std::string("double"));
}

void TstPhysical::wrongCqlMakesTheModelWait()
{
    Bench bench(readings());
    QTRY_VERIFY(bench.matches());
    bench.stage.show();
    bench.stage.tabs()->setCurrentIndex(1);
    auto* pane = bench.stage.modelCql();
    pane->setFocus();
    QTRY_VERIFY(pane->hasFocus());
    const Model before = bench.context.model();
    pane->setPlainText(pane->toPlainText().replace("double", "dubble"));
    QTRY_VERIFY(bench.stage.problemText().contains("dubble"));
    QVERIFY(bench.context.model() == before);
    pane->setPlainText(pane->toPlainText().replace("dubble", "double"));
    QTRY_VERIFY(bench.stage.problemText().isEmpty());
}

void TstPhysical::dryRunSaysWhichStepWouldFail()
{
    Bench bench(readings());
    bench.connectTo(readings());
    bench.context.edit("add", [](const Model& model) {
        return addColumn(model, model.tables[0].id, "note", "text");
    });
    QTRY_VERIFY(bench.matches());
    views::PhysicalComparison changed = bench.now();
    QVERIFY(views::dryRun(changed, {0}, {})[0].isEmpty());
    // The cluster got that column meanwhile.
    changed.live = *schemaOf(bench.context.model());
    QVERIFY(views::dryRun(changed, {0}, {})[0].contains("note"));
    bench.deploy.tryDry();
    QVERIFY(bench.source->requests.empty());
    QVERIFY(!bench.deploy.resultText().isEmpty());
}

void TstPhysical::deployRunsTheTickedStepsAndTakesNewNames()
{
    Bench bench(readings());
    bench.connectTo(readings());
    const ModelTable table = bench.context.model().tables[0];
    Bucket bucket{Bucket::Kind::Time, table.columns[1].id, TimeUnit::Month, 0};
    bench.context.edit("bucket",
                       [&](const Model& model) { return applyBucket(model, table.id, bucket); });
    QTRY_VERIFY(bench.matches());
    const std::vector<std::size_t> ticked = bench.physical.ticked();
    bench.deploy.deployButton()->click();
    QCOMPARE(bench.source->requests.size(), std::size_t(1));
    QCOMPARE(bench.source->requests[0].ticked, ticked);
    for (const std::size_t step : ticked)
        emit bench.source->last->stepChanged(static_cast<int>(step), MigrationRun::State::Done, {});
    emit bench.source->last->finished({});
    QCOMPARE(bench.context.model().tables[0].name, std::string("readings_v2"));
    QCOMPARE(bench.context.model().tables[0].id, table.id);
}

void TstPhysical::whatWasDeployedIsRememberedToCompareWith()
{
    Bench bench(readings());
    bench.connectTo(Model{});
    QTRY_VERIFY(bench.matches());
    auto* tabs = bench.stage.findChild<QTabBar*>();
    QVERIFY(!tabs->isTabVisible(3));
    bench.deploy.deploy();
    emit bench.source->last->finished({});
    const auto& deployments = bench.context.model().deployments;
    QCOMPARE(deployments.size(), std::size_t(1));
    QCOMPARE(deployments[0].cluster, bench.source->entry().name.toStdString());
    QCOMPARE(deployments[0].identity, bench.source->entry().id.toStdString());
    QVERIFY(deployments[0].at.ends_with("Z"));
    QVERIFY(deployments[0].cql.find("lab.readings") != std::string::npos);
    QTRY_VERIFY(tabs->isTabVisible(3));
    QVERIFY(
        std::ranges::none_of(bench.physical.comparison()->sinceDeployed, [](const CqlLine& line) {
            return line.state != CqlLine::State::Same;
        }));
    bench.context.edit("column", [&](const Model& model) {
        return addColumn(model, model.tables[0].id, "unit", "text");
    });
    const auto added = [&] {
        return std::ranges::count(bench.physical.comparison()->sinceDeployed, CqlLine::State::Added,
                                  &CqlLine::state);
    };
    QTRY_COMPARE(added(), 1);
}

void TstPhysical::failedStepCanBeTriedAgainOrSkipped()
{
    Bench bench(readings());
    bench.connectTo(Model{});
    QTRY_VERIFY(bench.matches());
    const std::vector<std::size_t> ticked = bench.physical.ticked();
    QVERIFY(ticked.size() >= 2);
    bench.deploy.deploy();
    QCOMPARE(bench.source->requests.size(), std::size_t(1));
    emit bench.source->last->stepChanged(0, MigrationRun::State::Done, {});
    emit bench.source->last->stepChanged(1, MigrationRun::State::Failed, "no replica answers");
    emit bench.source->last->finished("no replica answers");
    QVERIFY(bench.deploy.resultText().contains("no replica answers"));
    QPushButton* again = nullptr;
    for (QPushButton* button : bench.deploy.findChildren<QPushButton*>())
        if (button->text() == "Try again")
            again = button;
    QVERIFY(again && !again->isHidden());
    again->click();
    QCOMPARE(bench.source->requests.size(), std::size_t(2));
    QCOMPARE(bench.source->requests[1].ticked.front(), std::size_t(1));
}

void TstPhysical::withoutAClusterEverythingIsNew()
{
    Bench bench(readings());
    QTRY_VERIFY(bench.matches());
    QVERIFY(bench.now().count(DifferenceKind::Create) >= 2); // keyspace and table
    QVERIFY(!bench.deploy.deployButton()->isEnabled());
    QVERIFY(bench.deploy.dryRunButton()->isEnabled());
    bench.deploy.tryDry();
    QVERIFY2(bench.deploy.resultText().contains("went well"),
             qPrintable(bench.deploy.resultText()));
}

RW_TEST(TstPhysical)
#include "tst_physical.moc"
