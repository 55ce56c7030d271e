#include "widgets/theme/tokens.h"

#include <QFontDatabase>
#include <QPalette>

namespace theme {

QColor mix(const QColor& a, const QColor& b, double share)
{
    const auto blend = [share](int x, int y) {
        return static_cast<int>(x * share + y * (1 - share) + 0.5);
    };
    return QColor(blend(a.red(), b.red()), blend(a.green(), b.green()), blend(a.blue(), b.blue()));
}

QColor Tokens::node(int number) const
{
    return nodes[static_cast<std::size_t>(std::max(0, number - 1)) % nodes.size()];
}

QColor Tokens::nodeInk(int number) const
{
    // The WCAG luminance at which both inks have the same contrast; the dark one is not quite
    // black.
    const QColor c = node(number);
    const auto linear = [](double v) {
        return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    const double luminance =
        0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    return luminance > 0.1936 ? QColor(0x10, 0x13, 0x1C) : QColor(Qt::white);
}

QColor Tokens::soft(const QColor& strong) const
{
    return mix(strong, panel, dark ? 0.20 : 0.12);
}

QPalette Tokens::palette() const
{
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, panel);
    p.setColor(QPalette::AlternateBase, alternate);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, text3);
    p.setColor(QPalette::Button, chrome);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, error);
    p.setColor(QPalette::Light, panel);
    p.setColor(QPalette::Midlight, hover);
    p.setColor(QPalette::Mid, line);
    p.setColor(QPalette::Dark, edge);
    p.setColor(QPalette::Shadow, dark ? QColor(0, 0, 0) : QColor(0x9A, 0xA3, 0xB2));
    p.setColor(QPalette::Highlight, selection);
    p.setColor(QPalette::HighlightedText, text);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::LinkVisited, accent);
    p.setColor(QPalette::ToolTipBase, dark ? QColor(0x2C, 0x32, 0x3E) : QColor(0x1A, 0x1F, 0x2B));
    p.setColor(QPalette::ToolTipText, QColor(0xF5, 0xF6, 0xF8));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, mix(text3, panel, 0.65));
    return p;
}

const Tokens& lightTokens()
{
    static const Tokens tokens = [] {
        Tokens t;
        t.window = 0xECEEF2, t.chrome = 0xF5F6F8, t.panel = 0xFFFFFF, t.alternate = 0xFAFBFC;
        t.hover = 0xEEF0F4, t.line = 0xDFE3E9, t.edge = 0xC4CAD4;
        t.text = 0x1A1F2B, t.text2 = 0x515B6E, t.text3 = 0x667085;
        t.accent = 0x3D52CC, t.onAccent = 0xFFFFFF, t.selection = 0xE6EAFB;
        t.success = 0x18794E, t.warning = 0x8F5400, t.error = 0xBF2E39, t.info = 0x1F62A8;
        t.bundled = 0x0B7468, t.simulated = 0x7A3FC4, t.remote = 0x1F62A8;
        t.production = 0xB42318;
        t.nodes = {QColor(0x224AC0), QColor(0xBD871C), QColor(0x387F53), QColor(0x8F4C88),
                   QColor(0xC5420E), QColor(0x007AC4), QColor(0x451C8A), QColor(0x8394A5),
                   QColor(0x0C5952), QColor(0x442501), QColor(0x863709), QColor(0x202955)};
        return t;
    }();
    return tokens;
}

const Tokens& darkTokens()
{
    static const Tokens tokens = [] {
        Tokens t;
        t.dark = true;
        t.window = 0x101218, t.chrome = 0x1C2029, t.panel = 0x171A21, t.alternate = 0x1A1E26;
        t.hover = 0x262C38, t.line = 0x2C323E, t.edge = 0x434B5B;
        t.text = 0xE6E9F0, t.text2 = 0xA8B0C0, t.text3 = 0x8A93A6;
        t.accent = 0x93A4FF, t.onAccent = 0x10131C, t.selection = 0x28305A;
        t.success = 0x4CC38A, t.warning = 0xF2B04B, t.error = 0xFF7B80, t.info = 0x7DB9F5;
        t.bundled = 0x3FCBB5, t.simulated = 0xC4A2FF, t.remote = 0x7DB9F5;
        t.production = 0xFF8A7A;
        t.nodes = {QColor(0x3789FD), QColor(0xC2BC50), QColor(0xA1F25B), QColor(0xCC5884),
                   QColor(0xD73721), QColor(0x8DC4F5), QColor(0x8E54BF), QColor(0x9DA6AD),
                   QColor(0x73EEF3), QColor(0xEDC9B0), QColor(0xE37725), QColor(0x7B89BD)};
        return t;
    }();
    return tokens;
}

QFont typeFont(Type type)
{
    // Pixels at 96 dpi as points, so that the user's DPI setting still counts.
    const auto sized = [](const char* family, double pixels, QFont::Weight weight) {
        QFont f(QString::fromLatin1(family));
        f.setPointSizeF(pixels * 0.75);
        f.setWeight(weight);
        f.setHintingPreference(QFont::PreferVerticalHinting);
        return f;
    };
    switch (type) {
    case Type::PageTitle:
        return sized("Inter", 24, QFont::DemiBold);
    case Type::PanelValue:
        return sized("Inter", 22, QFont::DemiBold);
    case Type::Heading:
        return sized("Inter", 15, QFont::DemiBold);
    case Type::Body:
        return sized("Inter", 12.5, QFont::Normal);
    case Type::Emphasis:
        return sized("Inter", 12, QFont::DemiBold);
    case Type::Label:
        return sized("Inter", 11.5, QFont::Normal);
    case Type::Small:
        return sized("Inter", 10.5, QFont::Normal);
    case Type::Code:
        break;
    }
    QFont code = sized("JetBrains Mono", 13, QFont::Normal);
    code.setStyleHint(QFont::Monospace);
    code.setFixedPitch(true);
    // CQL's ">=" is two characters: a programming font would join them into one sign.
    code.setStyleStrategy(QFont::PreferNoShaping);
    return code;
}

} // namespace theme
