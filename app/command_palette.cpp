#include "app/command_palette.h"

#include "widgets/studio/action_registry.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace app {

namespace {
constexpr int kActionRole = Qt::UserRole;
constexpr int kTableRole = Qt::UserRole + 1;

bool matches(const QString& text, const QStringList& words)
{
    for (const QString& word : words)
        if (!text.contains(word, Qt::CaseInsensitive))
            return false;
    return true;
}
} // namespace

CommandPalette::CommandPalette(const theme::Theme& theme, studio::ActionRegistry& actions,
                               const QStringList& tables, QWidget* parent)
    : QDialog(parent, Qt::Popup),
      m_theme(theme),
      m_actions(actions),
      m_tables(tables),
      m_search(new QLineEdit(this)),
      m_list(new QListWidget(this))
{
    setWindowTitle(tr("Go to anything"));
    resize(560, 380);
    m_search->setPlaceholderText(tr("Actions and tables"));
    m_search->setAccessibleName(windowTitle());
    m_search->addAction(theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("What was found"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_search, &QLineEdit::returnPressed, this, &CommandPalette::choose);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::choose);
    fill();
    m_search->setFocus();
}

void CommandPalette::fill()
{
    m_list->clear();
    const QStringList words = m_search->text().split(u' ', Qt::SkipEmptyParts);
    for (QAction* action : m_actions.all()) {
        const QString text = QString(action->text()).remove(u'&');
        if (!action->isEnabled() || !matches(text, words))
            continue;
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        auto* item = new QListWidgetItem(
            action->icon(), keys.isEmpty() ? text : tr("%1    (%2)").arg(text, keys), m_list);
        item->setData(kActionRole, action->objectName());
    }
    for (const QString& table : m_tables) {
        if (!matches(table, words))
            continue;
        auto* item = new QListWidgetItem(m_theme.icon(QStringLiteral("table")), table, m_list);
        item->setData(kTableRole, table);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const QString action = item->data(kActionRole).toString();
    const QString table = item->data(kTableRole).toString();
    accept();
    if (QAction* found = m_actions.find(action))
        found->trigger();
    else if (!table.isEmpty())
        emit tableChosen(table);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int row = m_list->currentRow();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            m_list->setCurrentRow(
                std::clamp(row + (key == Qt::Key_Down ? 1 : -1), 0, m_list->count() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace app
