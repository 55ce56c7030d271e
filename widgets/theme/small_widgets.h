#pragma once

#include "widgets/theme/theme.h"

#include <QFrame>
#include <QLabel>
#include <QWidget>

class QButtonGroup;
class QHBoxLayout;
class QPushButton;
class QToolButton;

namespace theme {

/// A short word on a quiet background: state codes, cluster kinds, counts.
class Badge : public QWidget {
    Q_OBJECT
public:
    Badge(const Theme& theme, QWidget* parent = nullptr);
    /// An icon name may stand before the text.
    void set(const QString& text, Ink ink, const QString& iconName = {});
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    QString m_text;
    QString m_icon;
    Ink m_ink = Ink::Text2;
};

/// A node's number in its colour.
class NodeDot : public QWidget {
    Q_OBJECT
public:
    NodeDot(const Theme& theme, int diameter, QWidget* parent = nullptr);
    void set(int number, bool down, const QString& accessibleName);
    [[nodiscard]] QSize sizeHint() const override { return {m_diameter, m_diameter}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    int m_diameter;
    int m_number = 1;
    bool m_down = false;
};

/// Some exclusive choices in a row.
class SegmentedControl : public QWidget {
    Q_OBJECT
public:
    explicit SegmentedControl(QWidget* parent = nullptr);
    /// Returns the index of the new segment; the first one added is chosen.
    int addSegment(const QString& text, const QString& tip = {});
    [[nodiscard]] int current() const;
    void setCurrent(int index);

signals:
    void currentChanged(int index);

private:
    QHBoxLayout* m_layout;
    QButtonGroup* m_group;
};

/// What stands where there is nothing yet: an icon, what this is, and what to do.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const Theme& theme, const QString& iconName, const QString& title,
               const QString& text, QWidget* parent = nullptr);
    /// Returns the button; callers connect it.
    QPushButton* addButton(const QString& text, bool primary = true);
    void setTexts(const QString& title, const QString& text);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateIcon();
    const Theme& m_theme;
    QString m_iconName;
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_text;
};

/// What a view without a cluster offers; every such view says it in the same words.
enum class ClusterButton { Start, Connect };
[[nodiscard]] QString clusterButtonText(ClusterButton button);

/// A label in one of the theme's type sizes and tones ("2", "3", "error", …; empty: text).
[[nodiscard]] QLabel* makeLabel(const QString& text, Type type, const char* tone = nullptr,
                                QWidget* parent = nullptr);
/// A push button with an icon; `primary` fills it.
[[nodiscard]] QPushButton* makeButton(const Theme& theme, const QString& iconName,
                                      const QString& text, bool primary = false,
                                      QWidget* parent = nullptr);
/// An icon-only button without border; `tip` is its accessible name too.
[[nodiscard]] QToolButton* makeFlatButton(const Theme& theme, const QString& iconName,
                                          const QString& tip, QWidget* parent = nullptr);
/// A thin line.
[[nodiscard]] QFrame* makeRule(QWidget* parent = nullptr);

} // namespace theme
