#include "widgets/editor/option_bar.h"

#include "widgets/theme/small_widgets.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QToolBar>
#include <QToolButton>

namespace views {

using engine::protocol::Consistency;

namespace {

QString nameOf(Consistency consistency)
{
    const std::string_view name = engine::protocol::consistencyName(consistency);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

QToolButton* makeMenuButton(const QString& accessibleName)
{
    auto* button = new QToolButton;
    button->setPopupMode(QToolButton::InstantPopup);
    button->setProperty("chevron", true);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(accessibleName);
    button->setToolTip(accessibleName);
    button->setMenu(new QMenu(button));
    return button;
}

} // namespace

OptionBar::OptionBar(const theme::Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_run(theme::makeButton(theme, QStringLiteral("play"), tr("Run"), true)),
      m_runAll(theme::makeButton(theme, QStringLiteral("play-all"), tr("Run all"))),
      m_keyspace(makeMenuButton(tr("Keyspace"))),
      m_consistency(makeMenuButton(tr("Consistency level"))),
      m_serial(makeMenuButton(tr("Serial consistency level"))),
      m_page(makeMenuButton(tr("Rows in a page"))),
      m_tracing(new QToolButton)
{
    setProperty("bar", true);
    setAttribute(Qt::WA_StyledBackground);
    m_run->setToolTip(tr("Run the statement at the caret, or the selection (Ctrl+Enter)"));
    m_runAll->setToolTip(tr("Run every statement; stops at the first error (Ctrl+Shift+Enter)"));
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_running)
            emit cancelClicked();
        else
            emit runClicked();
    });
    connect(m_runAll, &QPushButton::clicked, this, &OptionBar::runAllClicked);
    m_keyspace->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_keyspace->setIcon(theme.icon(QStringLiteral("database")));
    m_tracing->setText(tr("Tracing"));
    m_tracing->setIcon(theme.icon(QStringLiteral("coordinator")));
    m_tracing->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_tracing->setCheckable(true);
    m_tracing->setFocusPolicy(Qt::StrongFocus);
    m_runAll->setAccessibleName(tr("Run all"));
    m_tracing->setAccessibleName(tr("Tracing"));
    m_tracing->setToolTip(tr("Tracing: let the cluster record how each statement is executed"));
    connect(m_tracing, &QToolButton::toggled, this, [this](bool on) {
        if (m_options.tracing == on)
            return;
        m_options.tracing = on;
        emit optionsChanged();
    });
    auto* wand = theme::makeFlatButton(theme, QStringLiteral("wand"), tr("Format (Ctrl+Shift+F)"));
    connect(wand, &QToolButton::clicked, this, &OptionBar::formatClicked);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme::kSpace2, 5, theme::kSpace2, 5);
    layout->setSpacing(6);
    layout->addWidget(m_run);
    layout->addWidget(m_runAll);
    // In a window too narrow for all of them the last ones fold behind an arrow.
    auto* choices = new QToolBar;
    choices->setAccessibleName(tr("Options of the tab"));
    choices->setIconSize({16, 16});
    for (QToolButton* button : {m_keyspace, m_consistency, m_serial, m_page, m_tracing})
        choices->addWidget(button);
    layout->addWidget(choices, 1);
    layout->addWidget(wand);
    buildMenus();
    showOptions();
}

void OptionBar::buildMenus()
{
    const auto addLevels = [this](QToolButton* button, const QList<Consistency>& levels,
                                  Consistency studio::StatementOptions::*field) {
        auto* group = new QActionGroup(button);
        for (const Consistency level : levels) {
            QAction* action = button->menu()->addAction(nameOf(level), this, [this, level, field] {
                m_options.*field = level;
                showOptions();
                emit optionsChanged();
            });
            action->setCheckable(true);
            action->setData(static_cast<int>(level));
            group->addAction(action);
        }
    };
    addLevels(m_consistency,
              {Consistency::LocalQuorum, Consistency::Quorum, Consistency::EachQuorum,
               Consistency::LocalOne, Consistency::One, Consistency::Two, Consistency::Three,
               Consistency::All, Consistency::Any, Consistency::Serial, Consistency::LocalSerial},
              &studio::StatementOptions::consistency);
    addLevels(m_serial, {Consistency::Serial, Consistency::LocalSerial},
              &studio::StatementOptions::serialConsistency);
    for (const int size : {20, 100, 500, 1000, 5000})
        m_page->menu()
            ->addAction(QString::number(size), this,
                        [this, size] {
                            m_options.pageSize = size;
                            showOptions();
                            emit optionsChanged();
                        })
            ->setCheckable(true);
    connect(m_keyspace->menu(), &QMenu::aboutToShow, this, [this] {
        QMenu* menu = m_keyspace->menu();
        menu->clear();
        const auto choose = [this](const QString& name) {
            m_options.keyspace = name;
            showOptions();
            emit optionsChanged();
        };
        menu->addAction(tr("none"), this, [choose] { choose({}); });
        for (const QString& name : m_keyspaces) {
            QAction* action = menu->addAction(name, this, [choose, name] { choose(name); });
            action->setCheckable(true);
            action->setChecked(name == m_options.keyspace);
        }
    });
}

void OptionBar::showOptions()
{
    m_keyspace->setText(m_options.keyspace.isEmpty() ? tr("keyspace") : m_options.keyspace);
    m_consistency->setText(tr("CL %1").arg(nameOf(m_options.consistency)));
    m_serial->setText(tr("SCL %1").arg(nameOf(m_options.serialConsistency)));
    m_page->setText(tr("Page %1").arg(m_options.pageSize));
    m_tracing->setChecked(m_options.tracing);
    const auto check = [](QToolButton* button, int value) {
        for (QAction* action : button->menu()->actions())
            action->setChecked(action->data().toInt() == value);
    };
    check(m_consistency, static_cast<int>(m_options.consistency));
    check(m_serial, static_cast<int>(m_options.serialConsistency));
    for (QAction* action : m_page->menu()->actions())
        action->setChecked(action->text().remove(u'&').toInt() == m_options.pageSize);
}

void OptionBar::resizeEvent(QResizeEvent* event)
{
    // Beside two docks in a window of 1440 everything stays in reach, two buttons as icons.
    const int width = event->size().width();
    m_tracing->setToolButtonStyle(width < 770 ? Qt::ToolButtonIconOnly
                                              : Qt::ToolButtonTextBesideIcon);
    m_runAll->setText(width < 840 ? QString() : tr("Run all"));
    QWidget::resizeEvent(event);
}

void OptionBar::setOptions(const studio::StatementOptions& options)
{
    m_options = options;
    showOptions();
}

void OptionBar::changeOptions(const studio::StatementOptions& options)
{
    setOptions(options);
    emit optionsChanged();
}

void OptionBar::setKeyspaces(const QStringList& names)
{
    m_keyspaces = names;
}

void OptionBar::setRunning(bool running)
{
    m_running = running;
    m_run->setText(running ? tr("Cancel") : tr("Run"));
    m_run->setIcon(m_theme.icon(running ? QStringLiteral("stop") : QStringLiteral("play"),
                                theme::Ink::OnAccent));
    m_run->setEnabled(running || m_runnable);
    m_runAll->setEnabled(!running && m_runnable);
}

void OptionBar::setRunnable(bool runnable, const QString& reason)
{
    m_runnable = runnable;
    m_run->setToolTip(runnable ? tr("Run the statement at the caret, or the selection (Ctrl+Enter)")
                               : reason);
    setRunning(m_running);
}

} // namespace views
