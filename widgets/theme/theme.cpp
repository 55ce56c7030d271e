#include "widgets/theme/theme.h"

#include "widgets/theme/accessible_items.h"

#include <QAction>
#include <QApplication>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QPointer>
#include <QProxyStyle>
#include <QSvgRenderer>

static void initThemeResources()
{
    Q_INIT_RESOURCE(widgets_theme_icons);
    Q_INIT_RESOURCE(widgets_theme_themes);
}

namespace theme {

namespace {

/// Draws one SVG in a colour of the theme of the moment, so icons survive a change of theme.
class TintedIconEngine final : public QIconEngine {
public:
    TintedIconEngine(const Theme& theme, QString name, Ink ink)
        : m_theme(&theme), m_name(std::move(name)), m_ink(ink)
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        const double scale = painter->device()->devicePixelRatioF();
        const int size = std::min(rect.width(), rect.height());
        const QPixmap pixmap = iconPixmap(m_name, color(mode, state), size, scale);
        painter->drawPixmap(rect.x() + (rect.width() - size) / 2,
                            rect.y() + (rect.height() - size) / 2, pixmap);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1);
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state,
                         qreal scale) override
    {
        // `size` is in device pixels here.
        const int side = std::min(size.width(), size.height());
        QPixmap result = iconPixmap(m_name, color(mode, state), side, 1);
        result.setDevicePixelRatio(scale);
        return result;
    }

    QIconEngine* clone() const override { return new TintedIconEngine(*this); }

private:
    QColor color(QIcon::Mode mode, QIcon::State state) const
    {
        if (!m_theme)
            return Qt::gray;
        const Tokens& t = m_theme->tokens();
        if (mode == QIcon::Disabled)
            return mix(t.text3, t.panel, 0.55);
        if (state == QIcon::On && m_ink == Ink::Text2)
            return t.accent;
        return m_theme->ink(m_ink);
    }

    QPointer<const Theme> m_theme;
    QString m_name;
    Ink m_ink;
};

/// Fusion, but message boxes show icons of the theme instead of Fusion's bitmaps.
class StudioStyle final : public QProxyStyle {
public:
    explicit StudioStyle(const Theme& theme)
        : QProxyStyle(QStringLiteral("Fusion")), m_theme(&theme)
    {
    }

    QIcon standardIcon(StandardPixmap which, const QStyleOption* option,
                       const QWidget* widget) const override
    {
        if (!m_theme)
            return QProxyStyle::standardIcon(which, option, widget);
        switch (which) {
        case SP_MessageBoxQuestion:
            return m_theme->icon(QStringLiteral("question"), Ink::Accent);
        case SP_MessageBoxInformation:
            return m_theme->icon(QStringLiteral("info"), Ink::Accent);
        case SP_MessageBoxWarning:
            return m_theme->icon(QStringLiteral("alert"), Ink::Warning);
        case SP_MessageBoxCritical:
            return m_theme->icon(QStringLiteral("circle-x"), Ink::Error);
        default:
            return QProxyStyle::standardIcon(which, option, widget);
        }
    }

private:
    QPointer<const Theme> m_theme;
};

QString styleSheet(const Tokens& t)
{
    QFile file(QStringLiteral(":/themes/studio.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const QList<std::pair<const char*, QColor>> names = {
        {"@window", t.window},
        {"@chrome", t.chrome},
        {"@panel", t.panel},
        {"@alternate", t.alternate},
        {"@hover", t.hover},
        {"@line", t.line},
        {"@edge", t.edge},
        {"@tip", t.dark ? QColor(0x2C323E) : QColor(0x1A1F2B)},
        {"@onTip", QColor(0xF5F6F8)},
        {"@text2", t.text2},
        {"@text3", t.text3},
        {"@text", t.text},
        {"@accentHover", mix(t.accent, t.text, 0.85)},
        {"@accentPressed", mix(t.accent, t.text, 0.7)},
        {"@accent", t.accent},
        {"@onAccent", t.onAccent},
        {"@selection", t.selection},
        {"@errorSoft", t.soft(t.error)},
        {"@error", t.error},
        {"@disabled", mix(t.text3, t.panel, 0.6)},
        {"@bundledSoft", t.soft(t.bundled)},
        {"@bundled", t.bundled},
        {"@warningSoft", t.soft(t.warning)},
        {"@warning", t.warning},
        {"@successSoft", t.soft(t.success)},
        {"@success", t.success},
        {"@remoteSoft", t.soft(t.remote)},
        {"@remote", t.remote},
        {"@simulatedSoft", t.soft(t.simulated)},
        {"@simulated", t.simulated},
    };
    // Longer names stand before their prefixes, so plain replacement is enough.
    for (const auto& [name, color] : names)
        sheet.replace(QLatin1String(name), color.name());
    sheet.replace(QLatin1String("@theme"), t.dark ? QLatin1String("dark") : QLatin1String("light"));
    return sheet;
}

} // namespace

QPixmap iconPixmap(const QString& name, const QColor& color, int size, double scale)
{
    const int pixels = std::max(1, static_cast<int>(size * scale + 0.5));
    const QString key = QStringLiteral("rw/%1/%2/%3").arg(name, color.name()).arg(pixels);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
        pixmap = QPixmap(pixels, pixels);
        pixmap.fill(Qt::transparent);
        if (file.open(QIODevice::ReadOnly)) {
            QByteArray svg = file.readAll();
            svg.replace("currentColor", color.name().toLatin1());
            QSvgRenderer renderer(svg);
            QPainter painter(&pixmap);
            painter.setRenderHint(QPainter::Antialiasing);
            renderer.render(&painter);
        }
        QPixmapCache::insert(key, pixmap);
    }
    pixmap.setDevicePixelRatio(scale);
    return pixmap;
}

Theme::Mode modeNamed(const QString& name)
{
    if (name == QLatin1String("light"))
        return Theme::Mode::Light;
    return name == QLatin1String("dark") ? Theme::Mode::Dark : Theme::Mode::System;
}

Theme::Theme(QApplication& app, Mode mode) : m_app(app), m_mode(mode), m_tokens(&lightTokens())
{
    initThemeResources();
    installAccessibleItems();
    m_systemDark = app.palette().color(QPalette::Window).lightness() < 128;
    app.setStyle(new StudioStyle(*this));
    app.setFont(typeFont(Type::Body));
    apply();
}

void Theme::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    apply();
    emit changed();
}

void Theme::apply()
{
    const bool dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_systemDark);
    m_tokens = dark ? &darkTokens() : &lightTokens();
    m_app.setPalette(m_tokens->palette());
    m_app.setStyleSheet(styleSheet(*m_tokens));
}

QColor Theme::ink(Ink ink) const
{
    const Tokens& t = *m_tokens;
    switch (ink) {
    case Ink::Text2:
        return t.text2;
    case Ink::Text:
        return t.text;
    case Ink::Accent:
        return t.accent;
    case Ink::OnAccent:
        return t.onAccent;
    case Ink::Success:
        return t.success;
    case Ink::Warning:
        return t.warning;
    case Ink::Error:
        return t.error;
    case Ink::Bundled:
        return t.bundled;
    case Ink::Simulated:
        return t.simulated;
    case Ink::Remote:
        return t.remote;
    case Ink::Production:
        return t.production;
    }
    return t.text2;
}

QIcon Theme::icon(const QString& name, Ink ink) const
{
    return QIcon(new TintedIconEngine(*this, name, ink));
}

void Theme::setIcon(QAction* action, const QString& name) const
{
    action->setIcon(icon(name));
}

} // namespace theme
