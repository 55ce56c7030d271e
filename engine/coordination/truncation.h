#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/coordinator.h"

namespace engine::coordination {

/// TRUNCATE: every node of the ring empties its part of a table; all must be up
/// (StorageProxy.truncateBlocking). Node thread only.
class Truncation {
public:
    explicit Truncation(Context& context);
    /// TruncateError with Cassandra's sentences.
    [[nodiscard]] Task<void> truncate(schema::TablePtr table, RequestOptions options);

private:
    void onTruncate(const messaging::Envelope& message);
    Task<void> truncateAndAnswer(messaging::ReplyTo to, schema::TableId table);

    Context& m_context;
};

} // namespace engine::coordination
