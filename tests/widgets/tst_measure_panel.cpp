#include "engine/modeling/document.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/sizing/measure_panel.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTimer>
#include <QUndoStack>

using namespace engine::modeling;
using engine::workload::MeasuredTable;

namespace {

class FakeWorkload final : public studio::ModelWorkload {
    Q_OBJECT
public:
    QString problemWith(const studio::ClusterSource&, bool load) const override
    {
        return load ? loadProblem : QString();
    }
    void start(const studio::ClusterSourcePtr&, const studio::ModelWork& work) override
    {
        started.append(work);
    }
    QString loadProblem;
    QList<studio::ModelWork> started;
};

/// A table with 300 bytes a row where the model says what it says.
MeasuredTable measuredTable(const Model& model, const ModelTable& table, double ratio)
{
    MeasuredTable made;
    made.table = table.id;
    made.name = table.keyspace + "." + table.name;
    made.measurement.keyspace = table.keyspace;
    made.measurement.table = table.name;
    made.measurement.source = "SSTable statistics of 3 nodes";
    made.measurement.partitions = 40;
    made.measurement.rows = 400;
    made.measurement.meanPartitionBytes = 1000;
    made.measurement.compressionRatio = 0.5;
    made.comparison = *compareSizes(model, table.id, made.measurement);
    made.comparison->sameRowsRatio = ratio;
    made.calibrated = made.comparison;
    made.calibrated->ratio = 1.001;
    return made;
}

struct MeasureBench {
    MeasureBench()
        : theme(*qApp, theme::Theme::Mode::Light),
          context(session),
          document(nullptr, *loadModel(RINGWRIGHT_SOURCE "/resources/models/hotel.rwmodel")),
          panel((context.setDocument(&document), theme), context, &workload)
    {
    }
    studio::MeasuredModelPtr result(bool generated)
    {
        auto made = std::make_shared<studio::MeasuredModel>();
        made->model = std::make_shared<Model>(context.model());
        made->cluster = "workshop";
        made->generated = generated;
        made->tables.push_back(measuredTable(context.model(), context.model().tables[0], 1.05));
        made->tables.push_back(measuredTable(context.model(), context.model().tables[1], 0.6));
        MeasuredTable missing;
        missing.name = context.model().tables[2].keyspace + "." + context.model().tables[2].name;
        missing.problem = "the cluster has no such table";
        made->tables.push_back(missing);
        return made;
    }

    theme::Theme theme;
    studio::Session session;
    studio::DesignContext context;
    studio::ModelDocument document;
    FakeWorkload workload;
    views::MeasurePanel panel;
};

} // namespace

class TstMeasurePanel : public QObject {
    Q_OBJECT
private slots:
    void withoutAClusterItSaysWhatIsMissing();
    void loadingAsksForRowsAndSeed();
    void aProductionClusterIsMeasuredOnly();
    void eachTableStandsBesideItsEstimate();
    void narrowDockDoesNotScrollSideways();
    void calibratingIsOneUndoStepAndKeepsRowsOfGeneratedData();
    void theSelectedTableAloneIsCalibrated();
};

void TstMeasurePanel::withoutAClusterItSaysWhatIsMissing()
{
    MeasureBench bench;
    QVERIFY(!bench.panel.loadButton()->isEnabled());
    QVERIFY(!bench.panel.measureButton()->isEnabled());
    QVERIFY(!bench.panel.calibrateButton()->isEnabled());
    QVERIFY(bench.panel.loadButton()->toolTip().contains("Open a cluster"));
}

void TstMeasurePanel::loadingAsksForRowsAndSeed()
{
    MeasureBench bench;
    bench.session.setSource(std::make_shared<tests::FakeSource>(3, 4));
    QVERIFY(bench.panel.loadButton()->isEnabled());
    QTimer::singleShot(0, [] {
        auto* dialog = qobject_cast<views::LoadDataDialog*>(QApplication::activeModalWidget());
        QVERIFY(dialog);
        dialog->rows()->setValue(1'000'000);
        dialog->seed()->setValue(7);
        dialog->accept();
    });
    bench.panel.loadButton()->click();
    QCOMPARE(bench.workload.started.size(), 1);
    QVERIFY(bench.workload.started[0].load);
    QCOMPARE(bench.workload.started[0].rows, 1'000'000U);
    QCOMPARE(bench.workload.started[0].seed, 7U);
    QCOMPARE(bench.workload.started[0].model->tables.size(), bench.context.model().tables.size());
}

void TstMeasurePanel::aProductionClusterIsMeasuredOnly()
{
    MeasureBench bench;
    bench.workload.loadProblem = "prod is marked as production";
    bench.session.setSource(std::make_shared<tests::FakeSource>(3, 4));
    QVERIFY(!bench.panel.loadButton()->isEnabled());
    QCOMPARE(bench.panel.loadButton()->toolTip(), QString("prod is marked as production"));
    bench.panel.measureButton()->click();
    QCOMPARE(bench.workload.started.size(), 1);
    QVERIFY(!bench.workload.started[0].load);
}

void TstMeasurePanel::eachTableStandsBesideItsEstimate()
{
    MeasureBench bench;
    bench.session.setSource(std::make_shared<tests::FakeSource>(3, 4));
    emit bench.workload.measured(bench.result(true));
    const QTableWidget& table = *bench.panel.table();
    QCOMPARE(table.rowCount(), 3);
    QCOMPARE(table.item(0, 1)->text(), QString("40"));
    QCOMPARE(table.item(0, 2)->text(), QString("10"));
    QCOMPARE(table.item(0, 6)->text(), QString("+5.0 %"));
    QVERIFY(table.item(0, 6)->icon().isNull());
    QCOMPARE(table.item(1, 6)->text(), QString::fromUtf8("−40.0 %"));
    QVERIFY(!table.item(1, 6)->icon().isNull());
    QVERIFY(table.item(2, 1)->toolTip().contains("no such table"));

    QSignalSpy texts(&bench.panel, &views::MeasurePanel::measuredText);
    bench.context.select({bench.context.model().tables[1].id});
    QVERIFY(!texts.isEmpty());
    QVERIFY(texts.last().at(0).toString().contains("measured"));
    QCOMPARE(texts.last().at(1).toBool(), true);
}

void TstMeasurePanel::narrowDockDoesNotScrollSideways()
{
    MeasureBench bench;
    emit bench.workload.measured(bench.result(true));
    bench.panel.show();
    const QTableWidget& table = *bench.panel.table();
    const auto shownWidth = [&] {
        int width = 0;
        for (int column = 0; column < table.columnCount(); ++column)
            width += table.isColumnHidden(column) ? 0 : table.columnWidth(column);
        return width;
    };
    bench.panel.resize(1000, 300);
    QVERIFY(!table.isColumnHidden(1));
    bench.panel.resize(580, 300); // as beside the docks of a window of 1280
    QVERIFY2(shownWidth() <= table.viewport()->width(), qPrintable(QString::number(shownWidth())));
    QVERIFY(table.columnWidth(0) >= 130);
    // What gave way is still told.
    QVERIFY(table.isColumnHidden(1));
    QVERIFY(table.item(0, 0)->toolTip().contains("Partitions: 40"));
}

void TstMeasurePanel::calibratingIsOneUndoStepAndKeepsRowsOfGeneratedData()
{
    MeasureBench bench;
    emit bench.workload.measured(bench.result(true));
    const Model before = bench.context.model();
    bench.panel.calibrateButton()->click();
    const Model& after = bench.context.model();
    QCOMPARE(after.tables[0].sizing.compressionRatio, std::optional<double>(0.5));
    QCOMPARE(after.tables[1].sizing.compressionRatio, std::optional<double>(0.5));
    QCOMPARE(after.tables[0].sizing.rows, before.tables[0].sizing.rows);
    bench.document.undoStack().undo();
    QVERIFY(bench.context.model() == before);

    emit bench.workload.measured(bench.result(false));
    bench.panel.calibrateButton()->click();
    QCOMPARE(bench.context.model().tables[0].sizing.rows, std::string("10"));
    QCOMPARE(bench.context.model().tables[0].sizing.partitions, std::optional<double>(40));
}

void TstMeasurePanel::theSelectedTableAloneIsCalibrated()
{
    MeasureBench bench;
    emit bench.workload.measured(bench.result(true));
    bench.panel.table()->selectRow(1);
    bench.panel.calibrateButton()->click();
    QVERIFY(bench.context.model().tables[0].sizing.compressionRatio != std::optional<double>(0.5));
    QCOMPARE(bench.context.model().tables[1].sizing.compressionRatio, std::optional<double>(0.5));
}

RW_TEST(TstMeasurePanel)
#include "tst_measure_panel.moc"
