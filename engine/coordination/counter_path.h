#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/write_path.h"

#include <deque>
#include <map>
#include <memory>

namespace engine::coordination {

/// Counter updates (CounterMutation): one replica, the leader, turns the deltas into the new value
/// of its own shard under a lock, applies it, and sends the result to the others like any write.
/// The shard travels as a whole, so applying it twice changes nothing. Node thread only.
class CounterPath {
public:
    CounterPath(Context& context, WritePath& writes);

    [[nodiscard]] Task<void> write(rows::Mutations mutations, RequestOptions options);

private:
    using Trace = std::shared_ptr<TraceSession>;
    Task<void> writeOne(rows::Mutation mutation, protocol::Consistency consistency,
                        MonoTime deadline, Trace trace);
    Task<void> lead(rows::Mutation mutation, protocol::Consistency consistency, MonoTime deadline,
                    Trace trace);
    Task<rows::Mutation> resolve(rows::Mutation mutation);
    Task<rows::Partition> resolveUpdate(rows::Partition update);
    void onCounterMutation(const messaging::Envelope& message);
    Task<void> leadAndAnswer(messaging::ReplyTo to, rows::Mutation mutation,
                             protocol::Consistency consistency, MonoTime deadline);
    Task<void> lock(Bytes key);
    void unlock(const Bytes& key);

    Context& m_context;
    WritePath& m_writes;
    std::map<Bytes, std::deque<OneShot<void>::Completer>> m_locks; ///< held keys and who waits
};

} // namespace engine::coordination
