#include "widgets/theme/accessible_items.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QWidget>

#include <vector>

namespace theme {

namespace {

class CanvasInterface;

/// One item; exists as long as its canvas' interface.
class ItemInterface final : public QAccessibleInterface {
public:
    ItemInterface(QWidget& canvas, int item) : m_canvas(canvas), m_item(item) {}

    bool isValid() const override { return m_item < items().accessibleItemCount(); }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_canvas.window()->windowHandle(); }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override
    {
        return QAccessible::queryAccessibleInterface(&m_canvas);
    }
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QString text(QAccessible::Text what) const override
    {
        return what == QAccessible::Name && isValid() ? items().accessibleItemName(m_item)
                                                      : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect local = items().accessibleItemRect(m_item);
        return {m_canvas.mapToGlobal(local.topLeft()), local.size()};
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.selectable = true;
        state.focusable = true;
        const bool current = isValid() && items().accessibleCurrentItem() == m_item;
        state.selected = current;
        state.focused = current && m_canvas.hasFocus();
        return state;
    }

private:
    const AccessibleItems& items() const { return dynamic_cast<const AccessibleItems&>(m_canvas); }

    QWidget& m_canvas;
    int m_item;
};

class CanvasInterface final : public QAccessibleWidget {
public:
    explicit CanvasInterface(QWidget& canvas) : QAccessibleWidget(&canvas, QAccessible::List) {}
    ~CanvasInterface() override
    {
        for (const QAccessible::Id id : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return items().accessibleItemCount(); }
    QAccessibleInterface* child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        while (static_cast<int>(m_children.size()) <= index)
            m_children.push_back(QAccessible::registerAccessibleInterface(
                new ItemInterface(*widget(), static_cast<int>(m_children.size()))));
        return QAccessible::accessibleInterface(m_children[static_cast<std::size_t>(index)]);
    }
    int indexOfChild(const QAccessibleInterface* child) const override
    {
        for (std::size_t i = 0; i < m_children.size(); ++i)
            if (QAccessible::accessibleInterface(m_children[i]) == child)
                return static_cast<int>(i);
        return -1;
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        const QPoint local = widget()->mapFromGlobal(QPoint(x, y));
        for (int i = 0; i < childCount(); ++i)
            if (items().accessibleItemRect(i).contains(local))
                return child(i);
        return nullptr;
    }
    QAccessibleInterface* focusChild() const override
    {
        return widget()->hasFocus() ? child(items().accessibleCurrentItem()) : nullptr;
    }

private:
    const AccessibleItems& items() const { return dynamic_cast<const AccessibleItems&>(*widget()); }

    mutable std::vector<QAccessible::Id> m_children;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* widget = qobject_cast<QWidget*>(object);
    return widget && dynamic_cast<AccessibleItems*>(widget) ? new CanvasInterface(*widget)
                                                            : nullptr;
}

} // namespace

void installAccessibleItems()
{
    // Qt refuses a factory that it has.
    QAccessible::installFactory(&makeInterface);
}

void announceCurrentItem(QWidget& canvas)
{
    const auto* items = dynamic_cast<AccessibleItems*>(&canvas);
    if (!items || items->accessibleCurrentItem() < 0 || !canvas.hasFocus())
        return;
    QAccessibleEvent event(&canvas, QAccessible::Focus);
    event.setChild(items->accessibleCurrentItem());
    QAccessible::updateAccessibility(&event);
}

} // namespace theme
