#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/editor/completion_popup.h"
#include "widgets/editor/cql_editor.h"
#include "widgets/editor/cql_lexer.h"
#include "widgets/editor/editor_tab.h"
#include "widgets/editor/option_bar.h"
#include "widgets/theme/theme.h"

#include <QSignalSpy>

using namespace views;

class TstEditor : public QObject {
    Q_OBJECT
private slots:
    void runTakesTheStatementAtTheCaret();
    void runTakesTheSelectionAndRunAllEverything();
    void errorsAppearWhileTyping();
    void completionOffersColumns();
    void typedTextReachesTheWorkspaceWithinASecond();
    void closedTabLeavesTheWorkspace();
    void lexingStartsAtTheStatementBefore();
};

namespace {
studio::SavedTab tabWith(const QString& text)
{
    studio::SavedTab tab;
    tab.title = "query 1";
    tab.text = text;
    return tab;
}
} // namespace

void TstEditor::runTakesTheStatementAtTheCaret()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeStore store;
    EditorTab tab(theme, store, tabWith("SELECT 1;\nSELECT 2\n  FROM t;\n"));
    QSignalSpy run(&tab, &EditorTab::runRequested);
    tab.editor()->setCursorPosition(2, 1);
    tab.run();
    QCOMPARE(run.size(), 1);
    const auto parts = run[0][0].value<QList<TextPart>>();
    QCOMPARE(parts.size(), 1);
    QCOMPARE(parts[0].text, QString("SELECT 2\n  FROM t"));
    QCOMPARE(parts[0].line, 1);
}

void TstEditor::runTakesTheSelectionAndRunAllEverything()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeStore store;
    EditorTab tab(theme, store, tabWith("USE a;\nUSE b;\nUSE c;\n"));
    QSignalSpy run(&tab, &EditorTab::runRequested);
    tab.editor()->setSelection(1, 0, 3, 0);
    tab.run();
    QCOMPARE(run[0][0].value<QList<TextPart>>().size(), 2);
    tab.runAll();
    QCOMPARE(run[1][0].value<QList<TextPart>>().size(), 3);
}

void TstEditor::errorsAppearWhileTyping()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    CqlEditor editor(theme);
    editor.setSchema(tests::hotelSchema(), "hotel");
    QSignalSpy changed(&editor, &CqlEditor::diagnosticsChanged);
    editor.setText("SELEC * FROM hotels;");
    QTRY_VERIFY(!changed.isEmpty() && !editor.diagnostics().empty());
    editor.setText("SELECT * FROM hotels;");
    QTRY_VERIFY(editor.diagnostics().empty());
}

void TstEditor::completionOffersColumns()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    CqlEditor editor(theme);
    editor.resize(600, 300);
    editor.show();
    editor.setSchema(tests::hotelSchema(), "hotel");
    editor.setText("SELECT * FROM hotels WHERE ");
    editor.setCursorPosition(0, 27);
    editor.complete();
    QVERIFY(editor.completionPopup()->isVisible());
    QVERIFY(editor.completionPopup()->count() > 0);
    QTest::keyClick(&editor, Qt::Key_Return);
    QVERIFY2(editor.text().startsWith("SELECT * FROM hotels WHERE id"), qPrintable(editor.text()));
}

void TstEditor::typedTextReachesTheWorkspaceWithinASecond()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeStore store;
    EditorTab tab(theme, store, tabWith({}));
    QTest::keyClicks(tab.editor(), "SELECT");
    QTRY_COMPARE_WITH_TIMEOUT(store.saved.size(), 1, 1000);
    QCOMPARE(store.saved.first().text, QString("SELECT"));
    const int writes = store.writes;
    QTest::keyClicks(tab.editor(), " now");
    QTRY_COMPARE_WITH_TIMEOUT(store.saved.first().text, QString("SELECT now"), 1000);
    QCOMPARE(store.writes, writes + 1); // one write a pause, not one a key
}

void TstEditor::closedTabLeavesTheWorkspace()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeStore store;
    {
        EditorTab tab(theme, store, tabWith("text"));
        tab.store();
        QCOMPARE(store.saved.size(), 1);
        tab.forget();
    }
    QVERIFY(store.saved.isEmpty());
}

void TstEditor::lexingStartsAtTheStatementBefore()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    CqlEditor editor(theme);
    QString text;
    for (int i = 0; i < 10'000; ++i)
        text += QStringLiteral("SELECT * FROM hotels WHERE id = '%1';\n").arg(i);
    editor.setText(text);
    editor.resize(600, 300);
    editor.show();
    editor.setCursorPosition(9'990, 0);
    editor.ensureLineVisible(9'990);
    QImage image(editor.size(), QImage::Format_RGB32);
    editor.render(&image);
    auto* lexer = qobject_cast<CqlLexer*>(editor.lexer());
    QTest::keyClicks(&editor, "x");
    editor.render(&image);
    QVERIFY2(lexer->bytesLexed() < 100'000, qPrintable(QString::number(lexer->bytesLexed())));
}

RW_TEST(TstEditor)
#include "tst_editor.moc"
