#pragma once

#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <functional>

class QAction;

namespace studio {

/// Every command of the program, once: id, text, shortcut, enabling rule. Menus, tool bars and
/// the "go to anything" palette take their actions from here.
///
/// GUI thread. Owns its actions.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    explicit ActionRegistry(QObject* parent = nullptr);

    /// Adds to one action, step by step.
    class Builder {
    public:
        Builder& text(const QString& text);
        Builder& tip(const QString& tip);
        Builder& shortcut(const QKeySequence& keys);
        Builder& icon(const QString& name);
        Builder& checkable(bool checked = false);
        /// Asked by refresh() as long as `receiver` lives, after which the action is disabled.
        /// Without a rule the action is always enabled.
        Builder& enabledWhen(QObject* receiver, std::function<bool()> rule);
        /// `receiver` bounds the life of the connection.
        Builder& onTriggered(QObject* receiver, std::function<void()> run);
        QAction* action() const { return m_action; }

    private:
        friend class ActionRegistry;
        Builder(ActionRegistry& registry, QAction* action) : m_registry(registry), m_action(action)
        {
        }
        ActionRegistry& m_registry;
        QAction* m_action;
    };

    /// Requires an id that is not taken ("query.run").
    Builder add(const QString& id);
    /// nullptr if there is none.
    [[nodiscard]] QAction* find(const QString& id) const;
    /// In order of addition.
    [[nodiscard]] QList<QAction*> all() const { return m_order; }
    /// The icon name given to Builder::icon(), for the theme to draw.
    [[nodiscard]] QString iconName(const QAction* action) const;

    /// Gives the action other keys than the usual ones; whoever had them loses them.
    void setShortcut(QAction* action, const QKeySequence& keys);
    void resetShortcut(QAction* action);
    /// "id=keys" of each action whose keys are not the usual ones, in order of addition.
    [[nodiscard]] QStringList changedShortcuts() const;
    /// What changedShortcuts() gave; ids that are unknown are ignored.
    void applyShortcuts(const QStringList& changed);

public slots:
    /// Asks every enabling rule again.
    void refresh();

private:
    QHash<QString, QAction*> m_byId;
    QList<QAction*> m_order;
    struct Rule {
        QPointer<const QObject> receiver;
        std::function<bool()> ask;
    };
    QHash<const QAction*, Rule> m_rules;
    QHash<const QAction*, QKeySequence> m_usualKeys;
};

} // namespace studio
