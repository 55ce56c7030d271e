#include "app/query_page.h"

#include "widgets/editor/editor_tab.h"
#include "widgets/editor/option_bar.h"
#include "widgets/editor/statement_facts.h"
#include "widgets/results/result_model.h"
#include "widgets/results/results_panel.h"
#include "widgets/studio/script_runner.h"
#include "widgets/studio/settings.h"
#include "widgets/theme/small_widgets.h"

#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>
#include <QTabBar>
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
                     studio::WorkspaceStore& store, studio::Settings& settings,
                     const QList<studio::SavedTab>& tabs, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_store(store),
      m_settings(settings),
      m_noCluster(buildNoCluster()),
      m_tabs(new QTabWidget(this))
{
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setAccessibleName(tr("Editor tabs"));
    auto* plus = theme::makeFlatButton(theme, QStringLiteral("plus"), tr("New query tab (Ctrl+T)"));
    connect(plus, &QToolButton::clicked, this, [this] { newTab(); });
    m_tabs->setCornerWidget(plus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_noCluster);
    layout->addWidget(m_tabs);
    for (studio::SettingSignal* look :
         {static_cast<studio::SettingSignal*>(&settings.editorFont),
          static_cast<studio::SettingSignal*>(&settings.editorFontSize),
          static_cast<studio::SettingSignal*>(&settings.tabSize)})
        connect(look, &studio::SettingSignal::changed, this, &QueryPage::applyLook);

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

    int current = 0;
    for (const studio::SavedTab& tab : tabs) {
        if (tab.current)
            current = m_tabs->count();
        addTab(tab);
    }
    if (tabs.isEmpty())
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
    if (QWidget* close = m_tabs->tabBar()->tabButton(m_tabs->count() - 1, QTabBar::RightSide))
        close->setAccessibleName(tr("Close tab"));
    applyLook();
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
            QStringList statements;
            for (const views::TextPart& part : parts)
                statements += part.text;
            if (!mayRun(statements, options.keyspace))
                return;
            page->parts = parts;
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
    connect(page->results, &ResultsPanel::traceWanted, &m_session,
            &studio::Session::showTraceRequested);
    page->results->setFetchLimit(m_settings.fetchAllLimit.value());
    connect(&m_settings.fetchAllLimit, &studio::SettingSignal::changed, page->results,
            [this, page] { page->results->setFetchLimit(m_settings.fetchAllLimit.value()); });
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
                if (const auto* source = m_session.source()) {
                    entry.cluster = source->entry().name;
                    entry.clusterKind = source->entry().kind;
                }
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
    m_noCluster->setVisible(!source);
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

QWidget* QueryPage::buildNoCluster()
{
    auto* bar = new QFrame(this);
    bar->setProperty("banner", "info");
    auto* text = theme::makeLabel(tr("No cluster is open: statements are checked while you type, "
                                     "but cannot run."),
                                  theme::Type::Body);
    text->setWordWrap(true);
    auto* start = new QPushButton(theme::clusterButtonText(theme::ClusterButton::Start));
    start->setProperty("primary", true);
    auto* remote = new QPushButton(theme::clusterButtonText(theme::ClusterButton::Connect));
    connect(start, &QPushButton::clicked, &m_session, &studio::Session::startClusterRequested);
    connect(remote, &QPushButton::clicked, &m_session, &studio::Session::connectRequested);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(theme::kSpace3, 6, theme::kSpace3, 6);
    layout->addWidget(text, 1);
    layout->addWidget(start);
    layout->addWidget(remote);
    return bar;
}

void QueryPage::applyLook()
{
    for (int i = 0; i < m_tabs->count(); ++i)
        pageAt(i)->tab->editor()->setLook(m_settings.editorFont.value(),
                                          m_settings.editorFontSize.value(),
                                          m_settings.tabSize.value());
}

bool QueryPage::mayRun(const QStringList& statements, const QString& keyspace)
{
    if (!m_settings.confirmDestructive.value())
        return true;
    QStringList lines;
    QString verb;
    for (const QString& statement : statements)
        if (const auto found = views::destructionOf(statement, keyspace)) {
            lines += found->verb + u' ' + found->object;
            verb = found->verb;
        }
    if (lines.isEmpty())
        return true;
    const QString cluster = m_session.source()->entry().name;
    QMessageBox ask(QMessageBox::Warning, tr("Destructive statement"),
                    tr("Run %1 on %2?").arg(lines.join(QLatin1String(", ")), cluster),
                    QMessageBox::Cancel, this);
    ask.setInformativeText(tr("It cannot be undone. A snapshot taken before keeps the files."));
    QPushButton* run =
        ask.addButton(lines.size() == 1 ? verb : tr("Run them"), QMessageBox::DestructiveRole);
    ask.exec();
    return ask.clickedButton() == run;
}

void QueryPage::showKeyOnRing()
{
    const Page* page = pageAt(m_tabs->currentIndex());
    auto* source = m_session.source();
    if (!page || !source)
        return;
    const studio::SchemaPtr schema = source->schema();
    QString problem;
    std::optional<studio::PlacementQuery> query;
    if (page->results->isAncestorOf(focusWidget()))
        query = page->results->currentPartition(*schema, problem);
    else if (const auto statement = page->tab->editor()->statementAtCaret())
        query = views::partitionOf(statement->text, *schema, page->tab->bar()->options().keyspace,
                                   problem);
    else
        problem = tr("There is no statement at the caret.");
    if (query)
        emit m_session.showKeyOnRingRequested(*query);
    else
        QMessageBox::information(this, tr("Show key on ring"), problem);
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
    saved.options.pageSize = m_settings.pageSize.value();
    if (const auto level =
            engine::protocol::parseConsistency(m_settings.consistency.value().toStdString()))
        saved.options.consistency = *level;
    if (EditorTab* tab = currentTab())
        saved.options = tab->bar()->options();
    addTab(saved);
    m_tabs->setCurrentIndex(m_tabs->count() - 1);
    attachSchema();
    currentTab()->setFocus();
}

void QueryPage::offerScript(const QString& script, const QString& title)
{
    const EditorTab* only = m_tabs->count() == 1 ? currentTab() : nullptr;
    if (!only || !only->filePath().isEmpty() || only->editor()->length() > 0)
        return;
    newTab(script, title);
    closeTab(0);
}

void QueryPage::runStatement(const QString& statement, const QString& title)
{
    newTab(statement, title);
    currentTab()->runAll();
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

QList<studio::SavedTab> QueryPage::takeTabs()
{
    QList<studio::SavedTab> tabs;
    for (int i = 0; i < m_tabs->count(); ++i)
        tabs.append(pageAt(i)->tab->handOver());
    return tabs;
}

void QueryPage::adopt(const QList<studio::SavedTab>& tabs)
{
    for (const studio::SavedTab& tab : tabs) {
        if (tab.text.isEmpty() && tab.filePath.isEmpty())
            m_store.removeTab(tab.id);
        else
            addTab(tab);
    }
    attachSchema();
}

void QueryPage::storeAll()
{
    for (int i = 0; i < m_tabs->count(); ++i)
        pageAt(i)->tab->store();
}

} // namespace app
