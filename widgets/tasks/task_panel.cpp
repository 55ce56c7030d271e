#include "widgets/tasks/task_panel.h"

#include "widgets/studio/task_list.h"
#include "widgets/tasks/task_model.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QShortcut>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTableView>

namespace views {

namespace {

/// Paints the state dot and the progress bar with its text.
class TaskDelegate final : public QStyledItemDelegate {
public:
    TaskDelegate(const theme::Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const auto& t = m_theme.tokens();
        const auto state = static_cast<studio::TaskState>(index.data(TaskModel::StateRole).toInt());
        if (index.column() == TaskModel::State) {
            QStyledItemDelegate::paint(painter, option, index);
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(stateColor(state));
            painter->drawEllipse(QRectF(option.rect).center(), 3.5, 3.5);
            painter->restore();
            return;
        }
        if (index.column() != TaskModel::Text || state != studio::TaskState::Running) {
            QStyledItemDelegate::paint(painter, option, index);
            return;
        }
        QStyleOptionViewItem empty = option;
        initStyleOption(&empty, index);
        const QString text = std::exchange(empty.text, QString());
        empty.widget->style()->drawControl(QStyle::CE_ItemViewItem, &empty, painter, empty.widget);
        const int percent = index.data(TaskModel::PercentRole).toInt();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        QRectF bar(option.rect.left() + 8, option.rect.center().y() - 2,
                   std::min(150, option.rect.width() / 3), 5);
        painter->setBrush(t.line);
        painter->drawRoundedRect(bar, 2.5, 2.5);
        painter->setBrush(t.accent);
        QRectF done = bar;
        if (percent >= 0)
            done.setWidth(bar.width() * percent / 100);
        else
            done = QRectF(bar.left() + bar.width() * 0.35, bar.top(), bar.width() * 0.3, 5);
        painter->drawRoundedRect(done, 2.5, 2.5);
        painter->setPen(t.text);
        const QRect textRect = option.rect.adjusted(static_cast<int>(bar.width()) + 18, 0, -4, 0);
        const QString shown = percent >= 0 ? TaskModel::tr("%1%, %2").arg(percent).arg(text) : text;
        painter->drawText(textRect, Qt::AlignVCenter,
                          option.fontMetrics.elidedText(shown, Qt::ElideRight, textRect.width()));
        painter->restore();
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto& t = m_theme.tokens();
        if (index.column() == TaskModel::Title)
            option->font.setWeight(QFont::DemiBold);
        else if (index.column() == TaskModel::Scope || index.column() == TaskModel::Elapsed)
            option->palette.setColor(QPalette::Text, t.text2);
    }

private:
    QColor stateColor(studio::TaskState state) const
    {
        const auto& t = m_theme.tokens();
        switch (state) {
        case studio::TaskState::Running:
            return t.accent;
        case studio::TaskState::Done:
            return t.success;
        case studio::TaskState::Failed:
            return t.error;
        case studio::TaskState::Cancelled:
            return t.text3;
        }
        return t.text3;
    }

    const theme::Theme& m_theme;
};

} // namespace

TaskPanel::TaskPanel(const theme::Theme& theme, studio::TaskList& tasks, QWidget* parent)
    : QWidget(parent),
      m_tasks(tasks),
      m_model(new TaskModel(tasks, this)),
      m_table(new QTableView(this))
{
    m_table->setModel(m_model);
    m_table->setItemDelegate(new TaskDelegate(theme, m_table));
    m_table->setAccessibleName(tr("Tasks"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    // A sentence is cut at the column's edge, not at the last word that fits.
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(TaskModel::Text, QHeaderView::Stretch);
    m_table->setColumnWidth(TaskModel::State, 26);
    for (const int column : {TaskModel::Title, TaskModel::Scope})
        m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    m_table->setColumnWidth(TaskModel::Elapsed, 64);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_table, &QWidget::customContextMenuRequested, this, &TaskPanel::showMenu);

    auto* cancel = new QShortcut(Qt::Key_Escape, m_table, nullptr, nullptr, Qt::WidgetShortcut);
    connect(cancel, &QShortcut::activated, this, &TaskPanel::cancelCurrent);

    auto* empty = new theme::EmptyState(
        theme, QStringLiteral("tasks"), tr("No tasks yet"),
        tr("Starting a cluster, repair, snapshots and exports show their progress here."), this);
    auto* stack = new QStackedLayout(this);
    stack->addWidget(m_table);
    stack->addWidget(empty);
    const auto choose = [this, stack] { stack->setCurrentIndex(m_tasks.count() > 0 ? 0 : 1); };
    connect(m_model, &QAbstractItemModel::rowsInserted, this, choose);
    connect(m_model, &QAbstractItemModel::modelReset, this, choose);
    choose();
    setFocusProxy(m_table);
}

void TaskPanel::cancelCurrent()
{
    const QModelIndex index = m_table->currentIndex();
    if (index.isValid())
        m_tasks.cancel(index.data(TaskModel::IdRole).toULongLong());
}

void TaskPanel::showMenu(const QPoint& at)
{
    QMenu menu(this);
    const QModelIndex index = m_table->indexAt(at);
    QAction* cancel = menu.addAction(tr("Cancel task"), this, &TaskPanel::cancelCurrent);
    cancel->setEnabled(index.isValid() && index.data(TaskModel::CancellableRole).toBool());
    menu.addAction(tr("Clear ended tasks"), this, [this] { m_tasks.clearEnded(); });
    menu.exec(m_table->viewport()->mapToGlobal(at));
}

} // namespace views
