#include "engine/messaging/pending_requests.h"

namespace engine::messaging {

MessageId PendingRequests::open(std::shared_ptr<ResponseHandler> handler)
{
    std::uint32_t index = 0;
    if (m_free.empty()) {
        index = static_cast<std::uint32_t>(m_slots.size());
        m_slots.emplace_back();
    } else {
        index = m_free.back();
        m_free.pop_back();
    }
    Slot& slot = m_slots[index];
    slot.generation = ++m_generation;
    slot.handler = std::move(handler);
    ++m_size;
    return std::uint64_t{slot.generation} << 32 | index;
}

std::shared_ptr<ResponseHandler> PendingRequests::find(MessageId id) const
{
    const auto index = static_cast<std::uint32_t>(id);
    if (index >= m_slots.size() || m_slots[index].generation != id >> 32)
        return nullptr;
    return m_slots[index].handler;
}

std::shared_ptr<ResponseHandler> PendingRequests::close(MessageId id)
{
    const auto index = static_cast<std::uint32_t>(id);
    if (index >= m_slots.size() || m_slots[index].generation != id >> 32 || !m_slots[index].handler)
        return nullptr;
    m_free.push_back(index);
    --m_size;
    return std::move(m_slots[index].handler);
}

} // namespace engine::messaging
