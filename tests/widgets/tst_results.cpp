#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/results/export.h"
#include "widgets/results/result_model.h"
#include "widgets/results/results_panel.h"
#include "widgets/results/value_model.h"
#include "widgets/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTableView>

using namespace views;

class TstResults : public QObject {
    Q_OBJECT
private slots:
    void nullIsToldFromEmpty();
    void pagesArriveWithoutDecoding();
    void scrollingToTheEndAsksForOnePage();
    void onlyVisibleCellsAreDecoded();
    void userTypesAndCollectionsUnfold();
    void csvQuotesAndTellsNullFromEmpty();
    void jsonIsJson();
    void selectionIsCopiedAsTabbedText();
    void failureShowsTheServersSentence();
    void rowsOfAnEarlierStatementDoNotStay();
};

void TstResults::nullIsToldFromEmpty()
{
    ResultModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.addPage(tests::roomsPage(4));
    const auto kind = [&](int row) {
        return model.index(row, 4).data(ResultModel::KindRole).toInt();
    };
    QCOMPARE(kind(0), int(CellKind::Null));
    QCOMPARE(kind(1), int(CellKind::Empty));
    QCOMPARE(kind(2), int(CellKind::Text));
    QVERIFY(model.index(0, 4).data().toString() != model.index(1, 4).data().toString());
    QCOMPARE(model.index(0, 0).data().toString(), QString("2025-11-14"));
    QCOMPARE(model.index(0, 1).data().toString(), QString("101"));
    QCOMPARE(model.index(0, 2).data().toString(), QString("false"));
}

void TstResults::pagesArriveWithoutDecoding()
{
    ResultModel model;
    model.addPage(tests::roomsPage(500));
    model.addPage(tests::roomsPage(500, 500));
    QCOMPARE(model.rowCount(), 1000);
    QCOMPARE(model.cellsDecoded(), 0u);
    // A row of the second page is found there.
    QCOMPARE(model.index(501, 3).data().toString(),
             QString::number(1762953600114000LL + 37000LL * 501));
}

void TstResults::scrollingToTheEndAsksForOnePage()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    ResultsPanel panel(theme);
    panel.resize(800, 400);
    panel.show();
    QSignalSpy wanted(&panel, &ResultsPanel::moreWanted);
    panel.beginScript();
    panel.beginStatement("SELECT");
    panel.addPage(tests::roomsPage(100));
    studio::StatementOutcome outcome;
    outcome.kind = studio::StatementOutcome::Kind::Rows;
    outcome.morePages = true;
    panel.showOutcome("SELECT", outcome);
    QCOMPARE(wanted.size(), 0);
    panel.grid()->scrollToBottom();
    QTRY_COMPARE(wanted.size(), 1);
    panel.grid()->scrollToBottom();
    QCoreApplication::processEvents();
    QCOMPARE(wanted.size(), 1);
    panel.addPage(tests::roomsPage(100, 100));
    outcome.morePages = false;
    panel.showOutcome("SELECT", outcome);
    QCOMPARE(panel.model()->rowCount(), 200);
    QVERIFY(!panel.model()->canFetchMore({}));
}

void TstResults::onlyVisibleCellsAreDecoded()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    ResultsPanel panel(theme);
    panel.resize(900, 400);
    panel.show();
    panel.beginStatement("SELECT");
    panel.addPage(tests::roomsPage(20'000));
    QImage image(panel.size(), QImage::Format_RGB32);
    panel.render(&image);
    // Sizing looks at some hundred rows; 100,000 cells are never touched.
    QVERIFY2(panel.model()->cellsDecoded() < 30'000,
             qPrintable(QString::number(panel.model()->cellsDecoded())));
}

void TstResults::userTypesAndCollectionsUnfold()
{
    const auto page = tests::guestsPage();
    ResultModel rows;
    rows.addPage(page);
    engine::ByteView value;
    QVERIFY(rows.cell(0, 1, value));
    ValueModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setValue("addresses", (*rows.columns())[1].type, true, value);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(model.rowCount(root), 2);
    const QModelIndex home = model.index(0, 0, root);
    QCOMPARE(home.data().toString(), QString("home"));
    QCOMPARE(model.rowCount(home), 3);
    QCOMPARE(model.index(1, ValueModel::Name, home).data().toString(), QString("city"));
    QCOMPARE(model.index(1, ValueModel::Value, home).data().toString(), QString("Phoenix"));
    QCOMPARE(model.index(2, ValueModel::Value, home).data().toString(), QString("null"));
    const QModelIndex work = model.index(1, 0, root);
    QCOMPARE(model.index(1, ValueModel::Value, work).data().toString(), QString("empty"));
}

void TstResults::csvQuotesAndTellsNullFromEmpty()
{
    ResultModel model;
    model.addPage(tests::roomsPage(3));
    QBuffer out;
    QVERIFY(out.open(QIODevice::WriteOnly));
    QVERIFY(exportRows(model, 0, 2, ExportFormat::Csv, out).isEmpty());
    const auto lines = out.data().split('\n');
    QCOMPARE(lines[0].trimmed(),
             QByteArray("date,room_number,is_available,writetime(is_available),note"));
    QVERIFY2(lines[1].trimmed().endsWith(","), lines[1].constData());
    QVERIFY2(lines[2].trimmed().endsWith(",\"\""), lines[2].constData());
    QVERIFY(lines[3].trimmed().endsWith(",sea view"));

    ResultModel guests;
    guests.addPage(tests::guestsPage());
    QBuffer quoted;
    QVERIFY(quoted.open(QIODevice::WriteOnly));
    QVERIFY(exportRows(guests, 0, 0, ExportFormat::Csv, quoted).isEmpty());
    QVERIFY(quoted.data().contains("\"Ada, \"\"the\"\" guest\""));
}

void TstResults::jsonIsJson()
{
    ResultModel guests;
    guests.addPage(tests::guestsPage());
    QBuffer out;
    QVERIFY(out.open(QIODevice::WriteOnly));
    QVERIFY(exportRows(guests, 0, 0, ExportFormat::Json, out).isEmpty());
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(out.data(), &error);
    QCOMPARE(error.error, QJsonParseError::NoError);
    const QJsonObject row = document.array().at(0).toObject();
    QCOMPARE(row["first_name"].toString(), QString("Ada, \"the\" guest"));
    QCOMPARE(row["phone_numbers"].toArray().size(), 2);
    QCOMPARE(row["addresses"].toObject()["home"].toObject()["city"].toString(), QString("Phoenix"));
}

void TstResults::selectionIsCopiedAsTabbedText()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    ResultsPanel panel(theme);
    panel.beginStatement("SELECT");
    panel.addPage(tests::roomsPage(3));
    panel.grid()->selectionModel()->select(
        QItemSelection(panel.model()->index(0, 0), panel.model()->index(1, 1)),
        QItemSelectionModel::ClearAndSelect);
    panel.copySelection();
    QCOMPARE(QApplication::clipboard()->text(), QString("2025-11-14\t101\n2025-11-14\t102"));
}

void TstResults::failureShowsTheServersSentence()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    ResultsPanel panel(theme);
    panel.beginScript();
    panel.beginStatement("SELECT 1");
    studio::StatementOutcome outcome;
    outcome.kind = studio::StatementOutcome::Kind::Failed;
    outcome.problem.summary = "Cannot achieve consistency level QUORUM";
    outcome.problem.advice = "Start the nodes that are down.";
    panel.showOutcome("SELECT 1", outcome);
    QVERIFY(panel.messages().contains("Cannot achieve consistency level QUORUM"));
    QVERIFY(panel.messages().contains("Start the nodes"));
}

void TstResults::rowsOfAnEarlierStatementDoNotStay()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    ResultsPanel panel(theme);
    panel.beginStatement("SELECT");
    panel.addPage(tests::roomsPage(3));
    panel.beginStatement("INSERT");
    studio::StatementOutcome done;
    panel.showOutcome("INSERT", done);
    QCOMPARE(panel.model()->rowCount(), 0);
}

RW_TEST(TstResults)
#include "tst_results.moc"
