#include "widgets/studio/engine_bridge.h"

#include <mutex>

namespace studio {

struct EngineBridge::Gate::Mutex {
    std::mutex mutex;
};

EngineBridge::Gate::Gate(QObject* target) : m_mutex(std::make_shared<Mutex>()), m_target(target) {}

void EngineBridge::Gate::close()
{
    Lock lock{*this};
    m_target = nullptr;
}

EngineBridge::Gate::Lock::Lock(Gate& g) : gate(g)
{
    gate.m_mutex->mutex.lock();
}

EngineBridge::Gate::Lock::~Lock()
{
    gate.m_mutex->mutex.unlock();
}

EngineBridge::EngineBridge(QObject* parent) : QObject(parent), m_gate(std::make_shared<Gate>(this))
{
}

EngineBridge::~EngineBridge()
{
    m_gate->close();
}

} // namespace studio
