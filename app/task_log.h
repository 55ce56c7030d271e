#pragma once

#include "engine/workspace/workspace.h"

#include <QObject>

#include <map>

namespace studio {
class TaskList;
} // namespace studio

namespace app {

/// Writes each task to the workspace as it begins and ends, so that what was done to a cluster can
/// still be read after the studio has been closed or has crashed. GUI thread; both outlive it.
class TaskLog : public QObject {
public:
    TaskLog(studio::TaskList& tasks, engine::workspace::Workspace& workspace);

private:
    void write(int index);

    studio::TaskList& m_tasks;
    engine::workspace::Workspace& m_workspace;
    std::map<quint64, int> m_written; ///< of each task the state that the file has
};

} // namespace app
