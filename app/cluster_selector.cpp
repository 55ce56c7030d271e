#include "app/cluster_selector.h"

#include "app/kind_look.h"
#include "widgets/studio/cluster_source.h"
#include "widgets/studio/session.h"
#include "widgets/theme/paint.h"

#include <QCoreApplication>
#include <QMenu>
#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace app {

namespace {
struct KindTr {
    Q_DECLARE_TR_FUNCTIONS(app::KindLook)
};
} // namespace

KindLook kindLook(const studio::ClusterEntry& entry)
{
    switch (entry.kind) {
    case studio::ClusterKind::Bundled:
        return {KindTr::tr("BUNDLED"), QStringLiteral("box"), theme::Ink::Bundled};
    case studio::ClusterKind::Simulated:
        return {KindTr::tr("SIMULATED"), QStringLiteral("timer"), theme::Ink::Simulated};
    case studio::ClusterKind::Remote:
        break;
    }
    if (entry.production)
        return {KindTr::tr("PRODUCTION"), QStringLiteral("shield"), theme::Ink::Production};
    return {KindTr::tr("REMOTE"), QStringLiteral("cloud"), theme::Ink::Remote};
}

ClusterSelector::ClusterSelector(const theme::Theme& theme, studio::ClusterCatalog& catalog,
                                 studio::Session& session, QWidget* parent)
    : QToolButton(parent), m_theme(theme), m_catalog(catalog), m_session(session)
{
    setPopupMode(InstantPopup);
    setProperty("chevron", true);
    setFocusPolicy(Qt::StrongFocus);
    setToolTip(tr("The cluster that this window works on"));
    auto* menu = new QMenu(this);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &ClusterSelector::fillMenu);
    connect(&session, &studio::Session::sourceChanged, this, &ClusterSelector::updateName);
    updateName();
}

void ClusterSelector::updateName()
{
    const auto* source = m_session.source();
    setAccessibleName(source ? tr("Cluster %1").arg(source->entry().name) : tr("No cluster"));
    updateGeometry();
    update();
}

QSize ClusterSelector::sizeHint() const
{
    const auto* source = m_session.source();
    QFont bold = theme::typeFont(theme::Type::Emphasis);
    bold.setPointSizeF(bold.pointSizeF() * 1.05);
    const QFontMetrics metrics(bold);
    if (!source)
        return {metrics.horizontalAdvance(tr("No cluster")) + 44, 28};
    const KindLook look = kindLook(source->entry());
    return {static_cast<int>(theme::badgeWidth(look.word)) + 17 +
                metrics.horizontalAdvance(source->entry().name) + 50,
            28};
}

void ClusterSelector::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    option.text.clear();
    option.icon = QIcon();
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
    const auto* source = m_session.source();
    const auto& t = m_theme.tokens();
    int x = 10;
    QString name = tr("No cluster");
    if (source) {
        const KindLook look = kindLook(source->entry());
        const QColor color = m_theme.ink(look.ink);
        name = source->entry().name;
        const int width = static_cast<int>(theme::badgeWidth(look.word)) + 17;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.soft(color));
        painter.drawRoundedRect(QRect(x - 3, (height() - 18) / 2, width, 18), 4, 4);
        painter.drawPixmap(x + 2, (height() - 13) / 2,
                           theme::iconPixmap(look.icon, color, 13, devicePixelRatioF()));
        painter.setPen(color);
        QFont small = theme::typeFont(theme::Type::Small);
        small.setWeight(QFont::DemiBold);
        painter.setFont(small);
        painter.drawText(QRect(x + 19, 0, width, height()), Qt::AlignVCenter, look.word);
        x += width + 4;
    }
    QFont bold = theme::typeFont(theme::Type::Emphasis);
    bold.setPointSizeF(bold.pointSizeF() * 1.05);
    painter.setFont(bold);
    painter.setPen(source ? t.text : t.text2);
    painter.drawText(QRect(x, 0, width() - x - 20, height()), Qt::AlignVCenter, name);
}

void ClusterSelector::fillMenu()
{
    menu()->clear();
    const auto entries = m_catalog.entries();
    for (const studio::ClusterEntry& entry : entries) {
        const KindLook look = kindLook(entry);
        const bool running = entry.phase == studio::ClusterPhase::Running;
        QAction* action = menu()->addAction(
            m_theme.icon(look.icon, look.ink),
            running ? tr("%1  ·  %n node(s)", nullptr, entry.nodeCount).arg(entry.name)
                    : tr("%1  ·  stopped").arg(entry.name),
            this, [this, id = entry.id] { m_catalog.open(id); });
        action->setCheckable(true);
        action->setChecked(m_session.source() && m_session.source()->entry().id == entry.id);
    }
    if (entries.isEmpty())
        menu()->addAction(tr("No cluster yet: start one on the Home page"))->setEnabled(false);
}

} // namespace app
