#include "widgets/tasks/history_panel.h"

#include "widgets/studio/format.h"
#include "widgets/studio/workspace_store.h"
#include "widgets/theme/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QStandardItemModel>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace views {

namespace {
constexpr int kHistoryRowsMax = 500;
constexpr int kStatementRole = Qt::UserRole;
} // namespace

HistoryPanel::HistoryPanel(const theme::Theme& theme, studio::WorkspaceStore& store,
                           QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_store(store),
      m_search(new QLineEdit(this)),
      m_table(new QTableView(this)),
      m_model(new QStandardItemModel(0, 5, this)),
      m_delay(new QTimer(this))
{
    m_search->setPlaceholderText(tr("Search history"));
    m_search->setAccessibleName(tr("Search history"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);

    m_model->setHorizontalHeaderLabels(
        {tr("When"), tr("Cluster"), tr("Statement"), tr("Outcome"), tr("Took")});
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Statements that were run"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_table->horizontalHeader()->setSectionResizeMode(2, QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setColumnWidth(0, 130);
    m_table->setColumnWidth(1, 110);
    m_table->setColumnWidth(3, 220);
    m_table->setColumnWidth(4, 80);

    auto* bar = new QWidget(this);
    bar->setProperty("bar", true);
    auto* barLayout = new QHBoxLayout(bar);
    barLayout->setContentsMargins(theme::kSpace2, theme::kSpace1, theme::kSpace2, theme::kSpace1);
    barLayout->addWidget(m_search);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(m_table);
    setFocusProxy(m_search);

    m_delay->setSingleShot(true);
    m_delay->setInterval(150);
    connect(m_delay, &QTimer::timeout, this, &HistoryPanel::read);
    connect(m_search, &QLineEdit::textChanged, m_delay, qOverload<>(&QTimer::start));
    connect(&theme, &theme::Theme::changed, this, &HistoryPanel::refresh);
    connect(m_table, &QTableView::activated, this, &HistoryPanel::chooseCurrent);
}

void HistoryPanel::refresh()
{
    if (isVisible())
        m_delay->start();
}

void HistoryPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    read();
}

bool HistoryPanel::event(QEvent* event)
{
    if (event->type() == QEvent::WindowActivate)
        refresh();
    return QWidget::event(event);
}

void HistoryPanel::read()
{
    const auto entries = m_store.searchHistory(m_search->text(), kHistoryRowsMax);
    const QDateTime now = QDateTime::currentDateTime();
    m_model->setRowCount(static_cast<int>(entries.size()));
    const QFont code = theme::typeFont(theme::Type::Code);
    int row = 0;
    for (const studio::HistoryEntry& entry : entries) {
        const auto put = [&](int column, const QString& text) {
            auto* item = new QStandardItem(text);
            item->setData(entry.statement, kStatementRole);
            item->setToolTip(column == 2 ? entry.statement : text);
            m_model->setItem(row, column, item);
            return item;
        };
        put(0, entry.at.date() == now.date()
                   ? QLocale().toString(entry.at.time(), QStringLiteral("HH:mm:ss"))
                   : QLocale().toString(entry.at, QStringLiteral("d MMM HH:mm")))
            ->setForeground(m_theme.tokens().text2);
        put(1, entry.cluster);
        put(2, entry.statement.simplified())->setFont(code);
        auto* outcome = put(3, entry.outcome);
        if (entry.failed)
            outcome->setForeground(m_theme.tokens().error);
        put(4, studio::formatLatency(std::chrono::microseconds(entry.elapsedUs)));
        ++row;
    }
}

void HistoryPanel::chooseCurrent()
{
    const QModelIndex index = m_table->currentIndex();
    if (index.isValid())
        emit statementChosen(index.data(kStatementRole).toString());
}

} // namespace views
