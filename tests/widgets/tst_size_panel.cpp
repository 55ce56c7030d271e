#include "engine/modeling/edit.h"
#include "tests/support/test_main.h"
#include "tests/widgets/design_desk.h"
#include "widgets/designer/physical/cql_pane.h"
#include "widgets/designer/writes_dialog.h"
#include "widgets/sizing/column_sizes.h"
#include "widgets/sizing/size_cards.h"
#include "widgets/sizing/size_panel.h"
#include "widgets/theme/small_widgets.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/tokens.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTableWidget>

#include <algorithm>

using namespace engine::modeling;
using studio::DesignStage;
using tests::DesignDesk;

class TstSizePanel : public QObject {
    Q_OBJECT
private slots:
    void bucketIsAppliedAsOneStep();
    void figuresOfColumnsFollowTheTheme();
    void whatIsKnownOfAColumnIsTypedIntoItsRow();
    void whoHasNotMeasuredIsLedToWhereOneDoes();
    void theCostOfWritesNamesTablesRowsAndStatements();
};

void TstSizePanel::bucketIsAppliedAsOneStep()
{
    Model model = *addTable({}, "k", "readings", {0, 0});
    const ElementId table = model.tables[0].id;
    model = *addColumn(model, table, "at", "timestamp");
    model = *setRole(model, ElementId{model.lastId}, ColumnRole::Clustering, false);
    model = *addColumn(model, table, "value", "double");
    model.tables[0].sizing.maximumRows = "1000×365";
    model.tables[0].sizing.rowsPerDay = 1000;
    DesignDesk desk;
    desk.page.openModel(model);
    views::SizePanel panel(desk.theme, desk.context);
    desk.context.select({table});
    QCOMPARE(panel.cellsCard()->light(), Light::Red);
    QVERIFY(panel.bucketSlider()->maximum() > 0);
    const int before = desk.context.document()->undoStack().count();
    for (int i = 1; i <= panel.bucketSlider()->maximum(); ++i) {
        panel.bucketSlider()->setValue(i);
        if (panel.applyButton()->text().contains("month"))
            break;
    }
    panel.applyButton()->click();
    QCOMPARE(desk.context.document()->undoStack().count(), before + 1);
    QVERIFY(!desk.context.model().tables[0].columns[1].bucketOf.empty());
    QVERIFY(panel.cellsCard()->light() != Light::Red);
}

void TstSizePanel::figuresOfColumnsFollowTheTheme()
{
    const Model model = *addTable({}, "k", "readings", {0, 0});
    DesignDesk desk;
    desk.page.openModel(model);
    views::SizePanel panel(desk.theme, desk.context);
    desk.context.select({model.tables[0].id});
    const auto* columns = panel.findChild<QTableWidget*>();
    QVERIFY(columns && columns->rowCount() > 0);
    desk.theme.setMode(theme::Theme::Mode::Dark);
    QCOMPARE(columns->item(0, 3)->foreground().color(), desk.theme.tokens().text2);
}

void TstSizePanel::whatIsKnownOfAColumnIsTypedIntoItsRow()
{
    Model model = *addTable({}, "k", "readings", {0, 0});
    const ElementId table = model.tables[0].id;
    model = *addColumn(model, table, "tags", "set<text>");
    model = *addColumn(model, table, "note", "text");
    DesignDesk desk;
    desk.page.openModel(model);
    views::SizePanel panel(desk.theme, desk.context);
    desk.context.select({table});
    auto* columns = panel.findChild<QTableWidget*>();
    QVERIFY(columns);
    const auto sizing = [&](const char* name) {
        const auto& all = desk.context.model().tables[0].columns;
        return std::ranges::find(all, name, &TableColumn::name)->sizing;
    };
    const auto row = [&](const char* name) {
        for (int i = 0; i < columns->rowCount(); ++i)
            if (columns->item(i, 0)->text() == QLatin1String(name))
                return i;
        return -1;
    };
    using views::ColumnSizes;
    // The largest partition is what is shown first.
    columns->item(row("note"), ColumnSizes::Size)->setText("400");
    QCOMPARE(*sizing("note").maximumBytes, 400.0);
    QVERIFY(!sizing("note").averageBytes);
    columns->item(row("note"), ColumnSizes::Nulls)->setText("25 %");
    QCOMPARE(*sizing("note").nullShare, 0.25);
    columns->item(row("tags"), ColumnSizes::Elements)->setText("50");
    QCOMPARE(*sizing("tags").maximumElements, 50.0);
    columns->item(row("note"), ColumnSizes::Nulls)->setText("");
    QVERIFY(!sizing("note").nullShare);
    // What is no number changes nothing, and is not left standing.
    const auto before = desk.context.document()->model();
    columns->item(row("note"), ColumnSizes::Nulls)->setText("250");
    columns->item(row("note"), ColumnSizes::Size)->setText("long");
    QCOMPARE(desk.context.document()->model(), before);
    QVERIFY(columns->item(row("note"), ColumnSizes::Size)->text().contains("400"));
    QVERIFY(!(columns->item(row("id"), ColumnSizes::Nulls)->flags() & Qt::ItemIsEditable));
}

void TstSizePanel::whoHasNotMeasuredIsLedToWhereOneDoes()
{
    DesignDesk desk;
    desk.page.openSample("hotel");
    views::SizePanel panel(desk.theme, desk.context);
    desk.context.select({desk.context.model().tables.at(0).id});
    QSignalSpy wanted(&panel, &views::SizePanel::measureWanted);
    const auto labels = panel.findChildren<QLabel*>();
    const auto link = std::ranges::find_if(
        labels, [](const QLabel* label) { return label->text().contains("href"); });
    QVERIFY(link != labels.end() && (*link)->text().startsWith("Not measured."));
    emit(*link)->linkActivated("measure");
    QCOMPARE(wanted.count(), 1);
    panel.setMeasured("4 < 5 MB", false);
    QCOMPARE((*link)->text(), "4 &lt; 5 MB");
}

void TstSizePanel::theCostOfWritesNamesTablesRowsAndStatements()
{
    DesignDesk desk;
    desk.page.openSample("hotel");
    views::WritesDialog dialog(desk.theme, desk.context);
    const int row = dialog.list()->currentRow(); // what costs most
    const auto text = [&](int column) { return dialog.list()->item(row, column)->text(); };
    QCOMPARE(text(0), "Reservation");
    QCOMPARE(text(1) + ' ' + text(2) + ' ' + text(3) + ' ' + text(4), "3 3 9 15");
    QCOMPARE(dialog.statements()->toPlainText().count("INSERT INTO"), 3);
    dialog.kinds()->setCurrent(2);
    QCOMPARE(dialog.statements()->toPlainText().count("DELETE FROM"), 3);
    QVERIFY(dialog.statements()->isReadOnly());
}

RW_TEST(TstSizePanel)
#include "tst_size_panel.moc"
