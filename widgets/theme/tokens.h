#pragma once

#include <QColor>
#include <QFont>

#include <array>

class QPalette;

/// Look shared by all views: colours, type, spacing, icons, small widgets.
namespace theme {

/// The colours of one theme (design/ui-spec.md, section 7). Immutable.
struct Tokens {
    bool dark = false;
    QColor window, chrome, panel, alternate, hover;
    QColor line, edge;
    QColor text, text2, text3;
    QColor accent, onAccent, selection;
    QColor success, warning, error, info;
    QColor bundled, simulated, remote, production;
    std::array<QColor, 12> nodes;

    /// The colour of the node with this number (from 1); numbers past 12 repeat.
    [[nodiscard]] QColor node(int number) const;
    /// Black or white, whichever reads better on node(number).
    [[nodiscard]] QColor nodeInk(int number) const;
    /// A quiet background for text in `strong`: badges, banners.
    [[nodiscard]] QColor soft(const QColor& strong) const;
    [[nodiscard]] QPalette palette() const;
};

[[nodiscard]] const Tokens& lightTokens();
[[nodiscard]] const Tokens& darkTokens();

/// `a` with `share` (0 … 1) of it mixed into `b`.
[[nodiscard]] QColor mix(const QColor& a, const QColor& b, double share);

inline constexpr int kSpace1 = 4;
inline constexpr int kSpace2 = 8;
inline constexpr int kSpace3 = 12;
inline constexpr int kSpace4 = 16;
inline constexpr int kSpace5 = 24;
inline constexpr int kSpace6 = 32;

inline constexpr int kRadiusBadge = 4;
inline constexpr int kRadiusControl = 5;
inline constexpr int kRadiusCard = 6;

inline constexpr int kTreeRow = 24;
inline constexpr int kTableRow = 26;
inline constexpr int kControl = 28;
inline constexpr int kDockTitle = 30;
inline constexpr int kTabBar = 32;
inline constexpr int kToolBar = 42;

/// Type sizes by use; logical pixels at 96 dpi.
enum class Type { PageTitle, PanelValue, Heading, Body, Emphasis, Label, Small, Code };
[[nodiscard]] QFont typeFont(Type type);

} // namespace theme
