#include "app/status_strip.h"

#include "app/kind_look.h"
#include "widgets/studio/session.h"
#include "widgets/studio/task_list.h"
#include "widgets/theme/small_widgets.h"

#include <QHBoxLayout>
#include <QStatusBar>
#include <QToolButton>

namespace app {

StatusStrip::StatusStrip(const theme::Theme& theme, studio::Session& session,
                         studio::TaskList& tasks, QStatusBar* bar)
    : QObject(bar),
      m_theme(theme),
      m_session(session),
      m_bar(bar),
      m_kind(new theme::Badge(theme)),
      m_name(new QLabel),
      m_health(new QToolButton),
      m_protocol(new QLabel),
      m_context(new QLabel),
      m_tasks(new QToolButton)
{
    bar->setSizeGripEnabled(false);
    auto* first = new QWidget;
    auto* layout = new QHBoxLayout(first);
    layout->setContentsMargins(theme::kSpace2, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_kind);
    layout->addWidget(m_name);
    m_health->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_health->setToolTip(tr("Show the nodes"));
    m_tasks->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_tasks->setIcon(theme.icon(QStringLiteral("tasks")));
    m_tasks->setToolTip(tr("Show the tasks"));
    bar->addWidget(first);
    bar->addWidget(m_health);
    bar->addWidget(m_protocol);
    bar->addPermanentWidget(m_context);
    bar->addPermanentWidget(m_tasks);
    connect(m_health, &QToolButton::clicked, this, &StatusStrip::healthClicked);
    connect(m_tasks, &QToolButton::clicked, this, &StatusStrip::tasksClicked);
    const auto count = [this](int running) {
        m_tasks->setText(running > 0 ? tr("%n task(s)", nullptr, running) : tr("No tasks"));
    };
    connect(&tasks, &studio::TaskList::runningCountChanged, this, count);
    count(tasks.runningCount());
    connect(&session, &studio::Session::sourceChanged, this, &StatusStrip::attach);
    attach();
}

void StatusStrip::attach()
{
    if (auto* source = m_session.source()) {
        connect(source, &studio::ClusterSource::topologyChanged, this, &StatusStrip::update,
                Qt::UniqueConnection);
        connect(source, &studio::ClusterSource::entryChanged, this, &StatusStrip::update,
                Qt::UniqueConnection);
    }
    update();
}

void StatusStrip::update()
{
    auto* source = m_session.source();
    m_health->setVisible(source);
    m_protocol->setVisible(source);
    if (!source) {
        m_kind->set({}, theme::Ink::Text2);
        m_name->setText(tr("No cluster is open"));
        return;
    }
    const KindLook look = kindLook(source->entry());
    m_kind->set(look.word, look.ink, look.icon);
    m_name->setText(source->entry().name);
    const auto& topology = source->topology();
    const int all = static_cast<int>(topology.nodes.size());
    const int up = topology.upCount();
    m_health->setText(tr("%1 of %n node(s) up", nullptr, all).arg(up));
    m_health->setIcon(m_theme.icon(
        QStringLiteral("dot"), up == all && all > 0 ? theme::Ink::Success : theme::Ink::Warning));
    m_protocol->setText(source->protocolText());
    m_protocol->setVisible(!source->protocolText().isEmpty());
}

void StatusStrip::setContext(const QString& text)
{
    m_context->setText(text);
}

} // namespace app
