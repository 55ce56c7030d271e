#include "widgets/studio/action_registry.h"

#include <QAction>

namespace studio {

namespace {
constexpr auto kIconProperty = "ringwrightIcon";
}

ActionRegistry::ActionRegistry(QObject* parent) : QObject(parent) {}

ActionRegistry::Builder ActionRegistry::add(const QString& id)
{
    Q_ASSERT(!m_byId.contains(id));
    auto* action = new QAction(this);
    action->setObjectName(id);
    m_byId.insert(id, action);
    m_order.append(action);
    return Builder{*this, action};
}

QAction* ActionRegistry::find(const QString& id) const
{
    return m_byId.value(id);
}

QString ActionRegistry::iconName(const QAction* action) const
{
    return action->property(kIconProperty).toString();
}

void ActionRegistry::refresh()
{
    for (QAction* action : m_order)
        if (const auto rule = m_rules.constFind(action); rule != m_rules.constEnd())
            action->setEnabled(rule->receiver && rule->ask());
}

void ActionRegistry::setShortcut(QAction* action, const QKeySequence& keys)
{
    for (QAction* other : m_order)
        if (other != action && !keys.isEmpty() && other->shortcut() == keys)
            other->setShortcut({});
    action->setShortcut(keys);
}

void ActionRegistry::resetShortcut(QAction* action)
{
    setShortcut(action, m_usualKeys.value(action));
}

QStringList ActionRegistry::changedShortcuts() const
{
    QStringList changed;
    for (const QAction* action : m_order)
        if (action->shortcut() != m_usualKeys.value(action))
            changed += action->objectName() + u'=' +
                       action->shortcut().toString(QKeySequence::PortableText);
    return changed;
}

void ActionRegistry::applyShortcuts(const QStringList& changed)
{
    for (QAction* action : std::as_const(m_order))
        action->setShortcut(m_usualKeys.value(action));
    for (const QString& line : changed)
        if (QAction* action = find(line.section(u'=', 0, 0)))
            action->setShortcut(QKeySequence(line.section(u'=', 1), QKeySequence::PortableText));
}

ActionRegistry::Builder& ActionRegistry::Builder::text(const QString& text)
{
    m_action->setText(text);
    return *this;
}

ActionRegistry::Builder& ActionRegistry::Builder::tip(const QString& tip)
{
    m_action->setToolTip(tip);
    return *this;
}

ActionRegistry::Builder& ActionRegistry::Builder::shortcut(const QKeySequence& keys)
{
    m_action->setShortcut(keys);
    m_registry.m_usualKeys.insert(m_action, m_action->shortcut());
    return *this;
}

ActionRegistry::Builder& ActionRegistry::Builder::icon(const QString& name)
{
    m_action->setProperty(kIconProperty, name);
    return *this;
}

ActionRegistry::Builder& ActionRegistry::Builder::checkable(bool checked)
{
    m_action->setCheckable(true);
    m_action->setChecked(checked);
    return *this;
}

ActionRegistry::Builder& ActionRegistry::Builder::enabledWhen(QObject* receiver,
                                                              std::function<bool()> rule)
{
    m_action->setEnabled(rule());
    m_registry.m_rules.insert(m_action, {receiver, std::move(rule)});
    return *this;
}

ActionRegistry::Builder& ActionRegistry::Builder::onTriggered(QObject* receiver,
                                                              std::function<void()> run)
{
    QObject::connect(m_action, &QAction::triggered, receiver, [run = std::move(run)] { run(); });
    return *this;
}

} // namespace studio
