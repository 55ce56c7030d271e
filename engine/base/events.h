#pragma once

#include "engine/base/bytes.h"

#include <cstdint>
#include <string_view>

namespace engine {

/// Kinds of the node event stream. `node/EVENTS.md` documents each with its data.
enum class EventKind : std::uint8_t {
    Gossip,   ///< a round: syn, ack, ack2 sent or received, with digests
    Endpoint, ///< an endpoint's state, liveness or phi changed
    Message,  ///< an internode message was sent, received or dropped
    Request,  ///< a client request began or ended
    Storage,  ///< flush, compaction, snapshot, memtable switch
    Hint,     ///< hints stored, dispatched, expired
    Repair,   ///< a repair session's progress
    Schema,   ///< the schema version changed
    Fault,    ///< a fault hook was set or cleared
};

/// Takes what happens in a node to whoever watches. Node thread only.
///
/// Callers ask `wants()` first: without subscribers nothing is encoded.
class EventSink {
public:
    virtual ~EventSink() = default;
    [[nodiscard]] virtual bool wants(EventKind kind) const noexcept = 0;
    /// `name` is the event's name within the kind ("syn_sent"); `json` its data, an object.
    /// `cause` names the event of another node that led to this one ("node/seq"), or is empty.
    virtual void emit(EventKind kind, std::string_view name, Bytes json,
                      std::string_view cause) = 0;
    /// The sequence of the last event emitted, which a message carries as its cause; 0: none.
    [[nodiscard]] virtual std::uint64_t lastSequence() const noexcept { return 0; }
};

/// Wants nothing.
class NullEventSink final : public EventSink {
public:
    [[nodiscard]] bool wants(EventKind) const noexcept override { return false; }
    void emit(EventKind, std::string_view, Bytes, std::string_view) override {}
};

} // namespace engine
