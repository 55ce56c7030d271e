#pragma once

#include "widgets/theme/tokens.h"

#include <QIcon>
#include <QObject>

class QAction;
class QApplication;
class QWidget;

namespace theme {

/// What an icon's lines are drawn in when it is neither disabled nor checked.
enum class Ink {
    Text2,
    Text,
    Accent,
    OnAccent,
    Success,
    Warning,
    Error,
    Bundled,
    Simulated,
    Remote,
    Production
};

/// The theme in use. One for the program; views keep a reference. GUI thread.
///
/// Switching is one signal: palette and style sheet change first, then changed() tells canvases
/// and editors to read tokens() again. Icons made by icon() follow by themselves.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    /// Sets Fusion, fonts, palette and style sheet on the application.
    explicit Theme(QApplication& app, Mode mode = Mode::System);

    [[nodiscard]] const Tokens& tokens() const noexcept { return *m_tokens; }
    [[nodiscard]] Mode mode() const noexcept { return m_mode; }
    void setMode(Mode mode);
    /// What the desktop prefers, by the lightness of its window colour at start.
    [[nodiscard]] bool systemIsDark() const noexcept { return m_systemDark; }

    /// One of resources/icons, drawn in the theme's colours at the size and scale asked for.
    [[nodiscard]] QIcon icon(const QString& name, Ink ink = Ink::Text2) const;
    [[nodiscard]] QColor ink(Ink ink) const;
    /// Gives the action the icon with this name.
    void setIcon(QAction* action, const QString& name) const;

signals:
    void changed();

private:
    void apply();

    QApplication& m_app;
    Mode m_mode;
    bool m_systemDark = false;
    const Tokens* m_tokens;
};

/// "light", "dark"; anything else is the desktop's.
[[nodiscard]] Theme::Mode modeNamed(const QString& name);

/// The pixmap of an icon in one colour, `size` logical pixels wide.
[[nodiscard]] QPixmap iconPixmap(const QString& name, const QColor& color, int size, double scale);

} // namespace theme
