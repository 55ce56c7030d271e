#include "engine/modeling/edit.h"
#include "tests/support/test_main.h"
#include "tests/widgets/design_desk.h"
#include "widgets/designer/diagram_print.h"
#include "widgets/designer/stage_views.h"
#include "widgets/designer/table_scene.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/tokens.h"

#include <QApplication>
#include <QFile>
#include <QFontMetricsF>
#include <QImage>
#include <QPrinter>
#include <QTemporaryDir>

#include <algorithm>

using namespace engine::modeling;
using studio::DesignStage;
using tests::DesignDesk;
using views::NodeItem;

class TstPaper : public QObject {
    Q_OBJECT
private slots:
    void textOnPaperHasTheWidthThatItsBoxWasLaidOutFor();
    void printedDiagramExplainsItsQueries();
    void pictureOfEachKindIsWritten();
    void physicalDiagramOnPaperHasTypesAndArrows();
};

void TstPaper::textOnPaperHasTheWidthThatItsBoxWasLaidOutFor()
{
    DesignDesk desk;
    desk.page.openModel(*addTable({}, "k", "readings", {0, 0}));
    desk.context.setStage(studio::DesignStage::Logical);
    QPrinter printer(QPrinter::HighResolution);
    printer.setOutputFormat(QPrinter::PdfFormat);
    views::DiagramPrint(desk.page.canvas()->diagram()).prepare(printer);
    const QFont font = theme::typeFont(theme::Type::Code);
    const QString text = QStringLiteral("available_rooms_by_hotel_date");
    const qreal onPaper = QFontMetricsF(font, &printer).horizontalAdvance(text);
    const qreal onScreen = QFontMetricsF(font).horizontalAdvance(text);
    QVERIFY2(std::abs(onPaper / onScreen - 1) < 0.03, qPrintable(QString::number(onPaper)));
}

void TstPaper::printedDiagramExplainsItsQueries()
{
    DesignDesk desk;
    desk.page.openSample("hotel");
    desk.context.setStage(studio::DesignStage::Logical);
    views::DiagramScene& scene = desk.page.canvas()->diagram();
    views::DiagramPrint print(scene);
    // Nine queries of the diagram below it; at least three rows whatever the columns.
    QVERIFY(print.size().height() > scene.contentRect().height() + 3 * 20);
    QTemporaryDir folder;
    QCOMPARE(print.write(folder.filePath("d.svg")), QString());
    QFile file(folder.filePath("d.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray svg = file.readAll();
    QVERIFY(svg.contains("Hotels near a POI"));
    QVERIFY(svg.contains("available_rooms_by_hotel_date"));
    QVERIFY(!svg.contains("Book a room")); // a write has no arrow into a table
}

void TstPaper::pictureOfEachKindIsWritten()
{
    DesignDesk desk;
    desk.page.openSample("iot");
    QTemporaryDir folder;
    for (const auto stage : {studio::DesignStage::Conceptual, studio::DesignStage::Logical}) {
        desk.context.setStage(stage);
        views::DiagramPrint print(desk.page.canvas()->diagram());
        for (const char* name : {"d.svg", "d.png", "d.pdf"}) {
            QCOMPARE(print.write(folder.filePath(name)), QString());
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(file.size() > 4000, name);
        }
        for (const char* name : {"no/such/folder.png", "no/such/folder.svg", "no/such/folder.pdf"})
            QVERIFY2(print.write(folder.filePath(name)).contains("No such file"), name);
        const QImage picture(folder.filePath("d.png"));
        QCOMPARE(picture.size(), (print.size() * 2).toSize());
        QCOMPARE(picture.pixelColor(0, 0), QColor(Qt::white));
    }
}

void TstPaper::physicalDiagramOnPaperHasTypesAndArrows()
{
    DesignDesk desk;
    desk.page.openSample("hotel");
    auto* beside = new views::DiagramView(
        desk.theme, *new views::TableScene(desk.theme, desk.context, true, &desk.page), "p");
    desk.page.addStage(DesignStage::Physical, "Physical", beside, beside);
    desk.context.setStage(DesignStage::Physical);
    views::DiagramScene* paper = desk.page.paper();
    QVERIFY(paper && paper != &beside->diagram());
    paper->finishRouting();
    const QSizeF extent = paper->contentRect().size();
    QVERIFY(extent.width() > 0.5 * extent.height()); // no column
    const QList<NodeItem*> nodes = paper->nodes();
    for (const NodeItem* node : nodes)
        for (const NodeItem* other : nodes)
            QVERIFY(node == other || !node->sceneRect().intersects(other->sceneRect()));
    QTemporaryDir folder;
    QCOMPARE(views::DiagramPrint(*paper).write(folder.filePath("d.svg")), QString());
    QFile file(folder.filePath("d.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray svg = file.readAll();
    QVERIFY(svg.contains("smallint") && svg.contains("Hotels near a POI"));
}

RW_TEST(TstPaper)
#include "tst_paper.moc"
