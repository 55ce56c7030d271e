#include "widgets/sizing/size_cards.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace views {

using engine::modeling::Light;

QString lightText(Light light)
{
    switch (light) {
    case Light::Green:
        return QCoreApplication::translate("views::SizeCard", "Within");
    case Light::Amber:
        return QCoreApplication::translate("views::SizeCard", "Over half");
    case Light::Red:
        break;
    }
    return QCoreApplication::translate("views::SizeCard", "Over");
}

SizeCard::SizeCard(const theme::Theme& theme, const QString& name, const QString& symbol,
                   QWidget* parent)
    : QWidget(parent), m_theme(theme), m_name(name), m_symbol(symbol)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SizeCard::set(const engine::modeling::SizeVerdict& verdict, const QString& value,
                   const QString& limit)
{
    m_verdict = verdict;
    m_value = value;
    m_limit =
        verdict.share < 10
            ? tr("%1% of %2")
                  .arg(QLocale().toString(verdict.share * 100, 'f', verdict.share < 0.1 ? 1 : 0),
                       limit)
            : tr("%1 times %2").arg(QLocale().toString(verdict.share, 'f', 0), limit);
    setAccessibleName(tr("%1: %2, %3, %4").arg(m_name, value, lightText(verdict.light), m_limit));
    update();
}

void SizeCard::paintEvent(QPaintEvent*)
{
    const theme::Tokens& t = m_theme.tokens();
    const QColor strong = m_verdict.light == Light::Green   ? t.success
                          : m_verdict.light == Light::Amber ? t.warning
                                                            : t.error;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(theme::mix(strong, t.panel, 0.35), 1));
    painter.setBrush(theme::mix(strong, t.panel, t.dark ? 0.14 : 0.09));
    painter.drawRoundedRect(box, 6, 6);
    const QRectF inner = box.adjusted(10, 7, -10, -7);
    painter.setFont(theme::typeFont(theme::Type::Label));
    painter.setPen(t.text2);
    QFont verdictFont = theme::typeFont(theme::Type::Small);
    verdictFont.setWeight(QFont::DemiBold);
    const QString verdict = lightText(m_verdict.light);
    constexpr qreal kApart = 8;
    const qreal left =
        inner.width() - QFontMetricsF(verdictFont).horizontalAdvance(verdict) - kApart;
    // In a narrow card the symbol gives way: the formulas below have it again.
    const QFontMetricsF metrics(painter.font());
    const QString both = m_name + u' ' + m_symbol;
    const QString name = metrics.horizontalAdvance(both) <= left ? both : m_name;
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignTop,
                     metrics.elidedText(name, Qt::ElideRight, std::max<qreal>(left, 0)));
    painter.setFont(verdictFont);
    painter.setPen(strong);
    painter.drawText(inner, Qt::AlignRight | Qt::AlignTop, verdict);
    QFont large = theme::typeFont(theme::Type::Heading);
    large.setPointSizeF(large.pointSizeF() > 0 ? large.pointSizeF() * 1.22 : 14);
    const qreal wide = QFontMetricsF(large).horizontalAdvance(m_value);
    // Widths do not shrink quite as sizes do: a little room keeps the last digit whole.
    constexpr qreal kSpare = 5;
    if (wide > inner.width() - kSpare)
        large.setPointSizeF(large.pointSizeF() * (inner.width() - kSpare) / wide);
    painter.setFont(large);
    painter.setPen(t.text);
    painter.drawText(inner.adjusted(0, 19, 0, 0), Qt::AlignLeft | Qt::AlignTop, m_value);
    const QRectF bar(inner.left(), inner.bottom() - 23, inner.width(), 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.panel);
    painter.drawRoundedRect(bar, 3, 3);
    painter.setBrush(strong);
    const qreal share =
        std::clamp(std::isfinite(m_verdict.share) ? m_verdict.share : 1.0, 0.0, 1.0);
    painter.drawRoundedRect(
        QRectF(bar.left(), bar.top(), std::max<qreal>(4, bar.width() * share), 6), 3, 3);
    QFont small = theme::typeFont(theme::Type::Label);
    const qreal needed = QFontMetricsF(small).horizontalAdvance(m_limit);
    if (needed > inner.width())
        small.setPointSizeF(small.pointSizeF() * inner.width() / needed);
    painter.setFont(small);
    painter.setPen(t.text2);
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignBottom, m_limit);
}

} // namespace views
