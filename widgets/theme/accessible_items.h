#pragma once

#include <QRect>
#include <QString>

class QWidget;

namespace theme {

/// What a canvas that paints its items itself tells screen readers: a list of items with names and
/// places. Widgets inherit it beside QWidget; the theme makes Qt ask them. GUI thread.
class AccessibleItems {
public:
    virtual ~AccessibleItems() = default;
    [[nodiscard]] virtual int accessibleItemCount() const = 0;
    /// "n3, down, rack3, replica 2 of AZ123"
    [[nodiscard]] virtual QString accessibleItemName(int item) const = 0;
    /// In the widget's coordinates.
    [[nodiscard]] virtual QRect accessibleItemRect(int item) const = 0;
    /// The item that the keyboard is at; -1: none.
    [[nodiscard]] virtual int accessibleCurrentItem() const { return -1; }
};

/// Makes QAccessible know AccessibleItems. Called by Theme; more than once does nothing.
void installAccessibleItems();
/// Tells a screen reader that another item has the keyboard.
void announceCurrentItem(QWidget& canvas);

} // namespace theme
