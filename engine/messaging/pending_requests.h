#pragma once

#include "engine/base/inet.h"
#include "engine/messaging/envelope.h"
#include "engine/protocol/error_extras.h"

#include <memory>
#include <vector>

namespace engine::messaging {

/// What waits for the answers to one request, which may have gone to several nodes. Called on the
/// node's thread. Returning true ends the request: the table forgets it.
class ResponseHandler {
public:
    virtual ~ResponseHandler() = default;
    virtual bool onResponse(const InetEndpoint& from, const Envelope& response) = 0;
    virtual bool onFailure(const InetEndpoint& from, protocol::FailureReason reason) = 0;
    /// The deadline has passed; the request is forgotten.
    virtual void onDeadline() = 0;
};

/// The requests that a node has open: one entry each, whatever the number of nodes asked. Slots
/// are reused, so a steady load allocates nothing; an id names slot and generation, so a late
/// answer finds nothing.
class PendingRequests {
public:
    /// `firstGeneration` is random, so that answers to an earlier life of the process miss.
    explicit PendingRequests(std::uint32_t firstGeneration) : m_generation(firstGeneration) {}

    [[nodiscard]] MessageId open(std::shared_ptr<ResponseHandler> handler);
    /// nullptr if the request has ended.
    [[nodiscard]] std::shared_ptr<ResponseHandler> find(MessageId id) const;
    /// The handler that was there, or nullptr.
    std::shared_ptr<ResponseHandler> close(MessageId id);
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }

private:
    struct Slot {
        std::uint32_t generation = 0;
        std::shared_ptr<ResponseHandler> handler;
    };
    std::vector<Slot> m_slots;
    std::vector<std::uint32_t> m_free;
    std::uint32_t m_generation;
    std::size_t m_size = 0;
};

} // namespace engine::messaging
