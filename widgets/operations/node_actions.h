#pragma once

#include "widgets/studio/cluster_types.h"

#include <QList>
#include <QObject>

class QAction;
class QWidget;

namespace studio {
class ActionRegistry;
class Session;
} // namespace studio

namespace views {

/// The actions on the selected node: Start, Stop, Kill -9, Pause, Resume; Flush, Compact,
/// Snapshot, Repair. An action that is not possible now is disabled and says why as its tool tip.
class NodeActions : public QObject {
    Q_OBJECT
public:
    /// `dialogParent` carries the dialogs of Snapshot and Repair.
    NodeActions(studio::ActionRegistry& actions, studio::Session& session, QWidget* dialogParent);

    /// Flush, Compact, Snapshot, Repair.
    [[nodiscard]] QList<QAction*> maintenance() const { return m_maintenance; }
    /// Start, Stop, Kill -9, Pause, Resume.
    [[nodiscard]] QList<QAction*> process() const { return m_process; }

private:
    struct Entry {
        studio::NodeAction action;
        QAction* control;
        QString tip;
    };
    QAction* add(studio::ActionRegistry& actions, const char* id, const QString& text,
                 const char* icon, const QString& tip, studio::NodeAction action);
    void attach();
    void refresh();
    void trigger(studio::NodeAction action);
    bool askSnapshot(studio::NodeActionRequest& request);
    bool askRepair(studio::NodeActionRequest& request);
    QStringList userKeyspaces() const;

    studio::Session& m_session;
    QWidget* m_dialogParent;
    QList<Entry> m_entries;
    QList<QAction*> m_maintenance;
    QList<QAction*> m_process;
};

} // namespace views
