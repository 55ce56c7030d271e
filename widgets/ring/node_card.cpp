#include "widgets/ring/node_card.h"

#include "widgets/studio/format.h"
#include "widgets/studio/node_table_model.h"
#include "widgets/studio/session.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QScrollArea>
#include <QStackedLayout>
#include <QToolButton>

namespace views {

NodeCard::NodeCard(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_stack(new QStackedLayout(this)),
      m_dot(new theme::NodeDot(theme, 36)),
      m_name(theme::makeLabel({}, theme::Type::Heading)),
      m_badge(new theme::Badge(theme)),
      m_place(theme::makeLabel({}, theme::Type::Label, "2")),
      m_banner(new QFrame),
      m_bannerText(theme::makeLabel({}, theme::Type::Body)),
      m_facts(new QGridLayout),
      m_actions(new QGridLayout)
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(theme::kSpace3, theme::kSpace3, theme::kSpace3, theme::kSpace3);
    layout->setSpacing(theme::kSpace3);
    auto* head = new QHBoxLayout;
    head->setSpacing(theme::kSpace3);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    first->addWidget(m_name);
    first->addWidget(m_badge);
    first->addStretch(1);
    texts->addLayout(first);
    m_place->setWordWrap(true);
    texts->addWidget(m_place);
    head->addWidget(m_dot);
    head->addLayout(texts, 1);
    layout->addLayout(head);

    auto* bannerLayout = new QVBoxLayout(m_banner);
    bannerLayout->setContentsMargins(theme::kSpace3, theme::kSpace2, theme::kSpace3,
                                     theme::kSpace2);
    m_bannerText->setWordWrap(true);
    bannerLayout->addWidget(m_bannerText);
    m_banner->setProperty("banner", "error");
    layout->addWidget(m_banner);

    m_facts->setHorizontalSpacing(theme::kSpace4);
    m_facts->setVerticalSpacing(6);
    m_facts->setColumnStretch(1, 1);
    m_hostId = addFact(tr("Host ID"), true, true);
    m_owns = addFact(tr("Owns"));
    m_load = addFact(tr("Load"));
    m_memory = addFact(tr("Memory"));
    m_uptime = addFact(tr("Uptime"));
    m_process = addFact(tr("Process"));
    m_generation = addFact(tr("Generation"), true);
    m_schema = addFact(tr("Schema version"), true, true);
    m_release = addFact(tr("Release"));
    layout->addLayout(m_facts);
    layout->addWidget(theme::makeRule());
    m_actions->setSpacing(6);
    layout->addLayout(m_actions);
    layout->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    page->setProperty("surface", "panel");
    scroll->setWidget(page);
    m_stack->addWidget(scroll);
    auto* empty = theme::makeLabel(tr("Select a node on the ring or in the list of clusters."),
                                   theme::Type::Body, "2");
    empty->setWordWrap(true);
    empty->setAlignment(Qt::AlignCenter);
    empty->setMargin(theme::kSpace4);
    m_stack->addWidget(empty);

    connect(&session, &studio::Session::sourceChanged, this, &NodeCard::attach);
    connect(&session, &studio::Session::nodeSelected, this, &NodeCard::reload);
    attach();
}

QLabel* NodeCard::addFact(const QString& name, bool code, bool isLong)
{
    const int row = m_facts->rowCount();
    m_facts->addWidget(theme::makeLabel(name, theme::Type::Body, "2"), row, 0, Qt::AlignTop);
    auto* value = theme::makeLabel({}, code ? theme::Type::Code : theme::Type::Body);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    value->setWordWrap(true);
    value->setAccessibleName(name);
    // A UUID has a line of its own, in smaller letters: no line may break between its hyphen and a
    // digit.
    if (isLong) {
        QFont font = value->font();
        font.setPointSizeF(font.pointSizeF() * 0.92);
        value->setFont(font);
        m_facts->addWidget(value, row + 1, 0, 1, 2, Qt::AlignTop);
    } else {
        m_facts->addWidget(value, row, 1, Qt::AlignTop);
    }
    return value;
}

void NodeCard::setActions(const QList<QAction*>& actions)
{
    int at = 0;
    for (QAction* action : actions) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        m_actions->addWidget(button, at / 2, at % 2);
        ++at;
    }
}

void NodeCard::attach()
{
    if (auto* source = m_session.source())
        connect(source, &studio::ClusterSource::topologyChanged, this, &NodeCard::reload,
                Qt::UniqueConnection);
    reload();
}

void NodeCard::reload()
{
    const auto* source = m_session.source();
    const int index = m_session.selectedNode();
    const bool known =
        source && index >= 0 && index < static_cast<int>(source->topology().nodes.size());
    m_stack->setCurrentIndex(known ? 0 : 1);
    if (!known)
        return;
    const studio::NodeRow& node = source->topology().nodes[static_cast<std::size_t>(index)];
    const QString none = QStringLiteral("–");
    const QString code = node.stateCode();
    m_dot->set(node.number, !node.isUp(), node.name);
    m_name->setText(node.name);
    m_badge->set(tr("%1 %2").arg(code, studio::stateWords(node)),
                 code.startsWith(u'D')         ? theme::Ink::Error
                 : code == QLatin1String("UN") ? theme::Ink::Success
                                               : theme::Ink::Warning);
    m_place->setText(
        tr("%1:%2 · %3 / %4").arg(node.address).arg(node.cqlPort).arg(node.datacenter, node.rack));
    QString banner;
    if (node.liveness == studio::Liveness::Down)
        banner = node.process == studio::ProcessState::Stopped
                     ? tr("The process is not running. Its peers hold hints for it; starting it "
                          "replays the commit log and then the hints.")
                     : tr("Its peers have convicted it.");
    else if (const QString remark = studio::nodeRemark(node); !remark.isEmpty())
        banner = tr("Peers suspect it: %1.").arg(remark);
    m_bannerText->setText(banner);
    m_banner->setVisible(!banner.isEmpty());
    m_hostId->setText(node.hostId);
    m_owns->setText(node.owns ? tr("%1%, %n token(s)", nullptr, node.tokenCount)
                                    .arg(QLocale().toString(*node.owns * 100, 'f', 1))
                              : tr("%n token(s)", nullptr, node.tokenCount));
    m_load->setText(node.loadBytes ? studio::formatBytes(*node.loadBytes) : none);
    m_memory->setText(node.memoryBytes ? studio::formatBytes(*node.memoryBytes) : none);
    m_uptime->setText(node.uptime ? studio::formatSpan(std::chrono::milliseconds(*node.uptime))
                                  : none);
    m_process->setText(node.pid ? tr("pid %1").arg(node.pid) : none);
    m_generation->setText(node.generation ? QString::number(node.generation) : none);
    m_schema->setText(node.schemaVersion);
    m_release->setText(node.releaseVersion);
}

} // namespace views
