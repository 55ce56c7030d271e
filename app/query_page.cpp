#include "app/query_page.h"

#include "widgets/editor/editor_tab.h"
#include "widgets/editor/option_bar.h"
#include "widgets/results/result_model.h"
#include "widgets/results/results_panel.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/script_runner.h"
#include "widgets/theme/small_widgets.h"

#include <QFile>
#include <QFileDialog>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace app {

using studio::StatementOutcome;
using views::EditorTab;
using views::ResultsPanel;

/// One tab: the editor over its results, and the runner between them.
struct QueryPage::Page : public QSplitter {
    Page(const theme::Theme& theme, studio::WorkspaceStore& store, const studio::SavedTab& saved)
        : QSplitter(Qt::Vertical),
          tab(new EditorTab(theme, store, saved)),
          results(new ResultsPanel(theme)),
          runner(new studio::ScriptRunner(this))
    {
        addWidget(tab);
        addWidget(results);
        setStretchFactor(0, 1);
        setStretchFactor(1, 1);
        setHandleWidth(1);
        setChildrenCollapsible(false);
        setFocusProxy(tab);
    }
    EditorTab* tab;
    ResultsPanel* results;
    studio::ScriptRunner* runner;
    QList<views::TextPart> parts;
};

QueryPage::QueryPage(const theme::Theme& theme, studio::Session& session,
                     studio::WorkspaceStore& store, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_store(store),
      m_tabs(new QTabWidget(this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setAccessibleName(tr("Editor tabs"));
    auto* plus = theme::makeFlatButton(theme, QStringLiteral("plus"), tr("New query tab (Ctrl+T)"));
    connect(plus, &QToolButton::clicked, this, [this] { newTab(); });
    m_tabs->setCornerWidget(plus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);

    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &QueryPage::closeTab);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        updateTitles();
        if (EditorTab* tab = currentTab())
            setFocusProxy(tab);
    });
    connect(&session, &studio::Session::sourceChanged, this, &QueryPage::attachSchema);
    connect(&session, &studio::Session::insertTextRequested, this, [this](const QString& text) {
        if (EditorTab* tab = currentTab()) {
            tab->editor()->insert(text);
            int line = 0;
            int column = 0;
            tab->editor()->getCursorPosition(&line, &column);
            tab->editor()->setCursorPosition(line, column + static_cast<int>(text.size()));
            tab->editor()->setFocus();
        }
    });

    const auto saved = store.tabs();
    int current = 0;
    for (const studio::SavedTab& tab : saved) {
        if (tab.current)
            current = m_tabs->count();
        addTab(tab);
    }
    if (saved.isEmpty())
        newTab();
    m_tabs->setCurrentIndex(current);
    attachSchema();
}

QueryPage::~QueryPage() = default;

QueryPage::Page* QueryPage::pageAt(int index) const
{
    return static_cast<Page*>(m_tabs->widget(index));
}

EditorTab* QueryPage::currentTab() const
{
    const Page* page = pageAt(m_tabs->currentIndex());
    return page ? page->tab : nullptr;
}

ResultsPanel* QueryPage::currentResults() const
{
    const Page* page = pageAt(m_tabs->currentIndex());
    return page ? page->results : nullptr;
}

void QueryPage::addTab(const studio::SavedTab& saved)
{
    auto* page = new Page(m_theme, m_store, saved);
    connectPage(page);
    m_tabs->addTab(page, m_theme.icon(QStringLiteral("terminal")), saved.title);
    page->setSizes({500, 420});
    updateTitles();
}

void QueryPage::connectPage(Page* page)
{
    connect(page->tab, &EditorTab::titleChanged, this, &QueryPage::updateTitles);
    connect(page->tab, &EditorTab::cancelRequested, page->runner, &studio::ScriptRunner::cancel);
    connect(
        page->tab, &EditorTab::runRequested, this,
        [this, page](const QList<views::TextPart>& parts, const studio::StatementOptions& options) {
            if (!m_session.source() || page->runner->isRunning())
                return;
            page->parts = parts;
            QStringList statements;
            for (const views::TextPart& part : parts)
                statements += part.text;
            page->runner->start(m_session.sourcePtr(), statements, options);
        });
    connect(page->tab->editor(), &QsciScintilla::cursorPositionChanged, this,
            [this](int line, int column) {
                emit caretMoved(tr("Ln %1, Col %2").arg(line + 1).arg(column + 1));
            });
    auto* runner = page->runner;
    connect(runner, &studio::ScriptRunner::started, this, [page] {
        page->tab->bar()->setRunning(true);
        page->tab->editor()->showServerProblem(-1, {});
        page->results->beginScript();
    });
    connect(runner, &studio::ScriptRunner::statementStarted, this,
            [page](int, const QString& statement) { page->results->beginStatement(statement); });
    connect(runner, &studio::ScriptRunner::pageArrived, page->results, &ResultsPanel::addPage);
    connect(page->results, &ResultsPanel::moreWanted, runner, &studio::ScriptRunner::fetchMore);
    connect(runner, &studio::ScriptRunner::answered, this,
            [this, page](int index, const QString& statement, const StatementOutcome& outcome) {
                const bool further = !page->runner->isRunning();
                page->results->showOutcome(statement, outcome);
                if (outcome.kind == StatementOutcome::Kind::Failed) {
                    const int line =
                        page->parts.value(index).line + std::max(0, outcome.problem.line - 1);
                    page->tab->editor()->showServerProblem(line, outcome.problem.summary);
                }
                if (further)
                    return;
                studio::HistoryEntry entry;
                entry.at = QDateTime::currentDateTime();
                entry.cluster = m_session.source() ? m_session.source()->entry().name : QString();
                entry.keyspace = page->tab->bar()->options().keyspace;
                entry.statement = statement;
                entry.failed = outcome.kind == StatementOutcome::Kind::Failed;
                entry.elapsedUs = outcome.elapsed.count();
                entry.node = outcome.coordinator;
                if (outcome.kind == StatementOutcome::Kind::Rows)
                    entry.rows = page->results->model()->rowCount();
                if (entry.failed)
                    entry.outcome = outcome.problem.summary.simplified();
                else if (outcome.kind == StatementOutcome::Kind::Rows)
                    entry.outcome = tr("%n row(s)", nullptr, static_cast<int>(entry.rows));
                else if (outcome.kind == StatementOutcome::Kind::Cancelled)
                    entry.outcome = tr("cancelled");
                else
                    entry.outcome = tr("done");
                m_store.addHistory(entry);
                emit statementFinished(entry);
            });
    connect(runner, &studio::ScriptRunner::finished, this, [page](int, const QString& keyspace) {
        page->tab->bar()->setRunning(false);
        auto options = page->tab->bar()->options();
        if (options.keyspace == keyspace)
            return;
        options.keyspace = keyspace;
        page->tab->bar()->setOptions(options);
    });
}

void QueryPage::attachSchema()
{
    auto* source = m_session.source();
    if (source)
        connect(source, &studio::ClusterSource::schemaChanged, this, &QueryPage::attachSchema,
                Qt::UniqueConnection);
    const studio::SchemaPtr schema = source ? source->schema() : nullptr;
    QStringList keyspaces;
    if (schema)
        for (const auto& keyspace : schema->keyspaces)
            keyspaces += keyspace.name;
    for (int i = 0; i < m_tabs->count(); ++i) {
        EditorTab* tab = pageAt(i)->tab;
        tab->bar()->setKeyspaces(keyspaces);
        tab->bar()->setRunnable(source != nullptr,
                                tr("Open a cluster first: start one on the Home page"));
        tab->editor()->setSchema(schema, tab->bar()->options().keyspace);
    }
}

void QueryPage::updateTitles()
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        EditorTab* tab = pageAt(i)->tab;
        m_tabs->setTabText(i,
                           tab->isModified() ? tab->title() + QStringLiteral(" •") : tab->title());
        m_tabs->setTabToolTip(i, tab->filePath().isEmpty()
                                     ? tr("Kept in the workspace, not in a file")
                                     : tab->filePath());
        tab->setPlace(i, i == m_tabs->currentIndex());
    }
}

QString QueryPage::freeTitle() const
{
    // Tabs of the last session keep their names.
    for (int number = 1;; ++number) {
        const QString title = tr("query %1").arg(number);
        bool isTaken = false;
        for (int i = 0; i < m_tabs->count(); ++i)
            isTaken = isTaken || m_tabs->tabText(i) == title;
        if (!isTaken)
            return title;
    }
}

void QueryPage::newTab(const QString& text, const QString& title)
{
    studio::SavedTab saved;
    saved.text = text;
    saved.title = title.isEmpty() ? freeTitle() : title;
    if (EditorTab* tab = currentTab())
        saved.options = tab->bar()->options();
    addTab(saved);
    m_tabs->setCurrentIndex(m_tabs->count() - 1);
    attachSchema();
    currentTab()->setFocus();
}

void QueryPage::runStatement(const QString& statement, const QString& title)
{
    newTab(statement, title);
    currentTab()->runAll();
}

void QueryPage::openFile()
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open CQL"), {}, tr("CQL (*.cql);;All files (*)"));
    if (path.isEmpty())
        return;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        QMessageBox::warning(this, tr("Open CQL"),
                             tr("%1 could not be read: %2").arg(path, file.errorString()));
        return;
    }
    newTab(QString::fromUtf8(file.readAll()));
    currentTab()->setFile(path);
}

bool QueryPage::save()
{
    EditorTab* tab = currentTab();
    if (tab->filePath().isEmpty())
        return saveAs();
    QSaveFile file(tab->filePath());
    const QByteArray text = tab->editor()->utf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        QMessageBox::warning(
            this, tr("Save CQL"),
            tr("%1 could not be written: %2").arg(tab->filePath(), file.errorString()));
        return false;
    }
    tab->setFile(tab->filePath());
    return true;
}

bool QueryPage::saveAs()
{
    EditorTab* tab = currentTab();
    QString suggestion = tab->filePath().isEmpty() ? tab->title() : tab->filePath();
    if (!suggestion.endsWith(QLatin1String(".cql")))
        suggestion += QLatin1String(".cql");
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save CQL"), suggestion, tr("CQL (*.cql)"));
    if (path.isEmpty())
        return false;
    tab->setFile(path);
    return save();
}

void QueryPage::closeTab(int index)
{
    Page* page = pageAt(index);
    if (!page)
        return;
    const bool unsaved = page->tab->isModified() ||
                         (page->tab->filePath().isEmpty() && page->tab->editor()->length() > 0);
    if (unsaved) {
        QMessageBox ask(QMessageBox::Question, tr("Close tab"),
                        tr("Close %1 and forget its text?").arg(page->tab->title()),
                        QMessageBox::Cancel, this);
        QPushButton* close = ask.addButton(tr("Close tab"), QMessageBox::DestructiveRole);
        ask.exec();
        if (ask.clickedButton() != close)
            return;
    }
    page->runner->cancel();
    page->tab->forget();
    m_tabs->removeTab(index);
    page->deleteLater();
    if (m_tabs->count() == 0)
        newTab();
    updateTitles();
}

void QueryPage::storeAll()
{
    for (int i = 0; i < m_tabs->count(); ++i)
        pageAt(i)->tab->store();
}

void QueryPage::addActions(studio::ActionRegistry& actions)
{
    const auto inEditor = [this](auto run) {
        return [this, run] {
            if (EditorTab* tab = currentTab())
                run(tab);
        };
    };
    actions.add("file.newTab")
        .text(tr("&New query tab"))
        .icon("file-plus")
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_T))
        .onTriggered(this, [this] { newTab(); });
    actions.add("file.open")
        .text(tr("&Open…"))
        .icon("folder-open")
        .shortcut(QKeySequence::Open)
        .onTriggered(this, [this] { openFile(); });
    actions.add("file.save")
        .text(tr("&Save"))
        .icon("save")
        .shortcut(QKeySequence::Save)
        .onTriggered(this, [this] { save(); });
    actions.add("file.saveAs")
        .text(tr("Save &as…"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S))
        .onTriggered(this, [this] { saveAs(); });
    actions.add("file.closeTab")
        .text(tr("&Close tab"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_W))
        .onTriggered(this, [this] { closeTab(m_tabs->currentIndex()); });
    actions.add("edit.undo")
        .text(tr("&Undo"))
        .icon("undo")
        .shortcut(QKeySequence::Undo)
        .onTriggered(this, inEditor([](EditorTab* t) { t->editor()->undo(); }));
    actions.add("edit.redo")
        .text(tr("&Redo"))
        .icon("redo")
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z))
        .onTriggered(this, inEditor([](EditorTab* t) { t->editor()->redo(); }));
    const auto canRun = [this] { return m_session.source() != nullptr; };
    actions.add("query.run")
        .text(tr("&Run statement"))
        .icon("play")
        .enabledWhen(canRun)
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_Return))
        .onTriggered(this, inEditor([](EditorTab* t) { t->run(); }));
    actions.add("query.runAll")
        .text(tr("Run &all"))
        .icon("play-all")
        .enabledWhen(canRun)
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return))
        .onTriggered(this, inEditor([](EditorTab* t) { t->runAll(); }));
    actions.add("query.cancel")
        .text(tr("&Cancel"))
        .icon("stop")
        .enabledWhen(canRun)
        .onTriggered(this, inEditor([](EditorTab* t) { emit t->cancelRequested(); }));
    actions.add("query.format")
        .text(tr("&Format"))
        .icon("wand")
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F))
        .onTriggered(this, inEditor([](EditorTab* t) { t->editor()->format(); }));
    // For "Go to anything"; the tab's own menu lists them too. The level that people look for most
    // comes first: a search for "quorum" finds the local one as well.
    using engine::protocol::Consistency;
    for (const Consistency level :
         {Consistency::Quorum, Consistency::LocalQuorum, Consistency::EachQuorum, Consistency::One,
          Consistency::LocalOne, Consistency::Two, Consistency::Three, Consistency::All}) {
        const std::string name(engine::protocol::consistencyName(level));
        actions.add(QStringLiteral("query.consistency.") + QString::fromStdString(name))
            .text(tr("Consistency level %1").arg(QString::fromStdString(name)))
            .onTriggered(this, inEditor([level](EditorTab* t) {
                             auto options = t->bar()->options();
                             options.consistency = level;
                             t->bar()->changeOptions(options);
                         }));
    }
    actions.add("query.complete")
        .text(tr("Com&plete"))
        .onTriggered(this, inEditor([](EditorTab* t) { t->editor()->complete(); }));
    actions.add("query.fix").text(tr("&Quick fix")).onTriggered(this, inEditor([](EditorTab* t) {
                                                                    t->editor()->applyFix();
                                                                }));
}

} // namespace app
