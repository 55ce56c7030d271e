#include "widgets/studio/engine_bridge.h"

#include <mutex>

namespace studio {

#ifdef __SANITIZE_THREAD__
namespace {
/// Stands for the lock of Qt's queue of events. One for all bridges: one of its own would have to
/// be read from what was handed over, and that is what has to be ordered.
std::mutex g_eventQueue;
} // namespace
#endif

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

EngineBridge::Gate::HandOver::HandOver()
{
#ifdef __SANITIZE_THREAD__
    g_eventQueue.lock();
#endif
}

EngineBridge::Gate::HandOver::~HandOver()
{
#ifdef __SANITIZE_THREAD__
    g_eventQueue.unlock();
#endif
}

EngineBridge::EngineBridge(QObject* parent) : QObject(parent), m_gate(std::make_shared<Gate>(this))
{
}

EngineBridge::~EngineBridge()
{
    m_gate->close();
}

} // namespace studio
