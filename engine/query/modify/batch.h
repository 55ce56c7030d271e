#pragma once

#include "engine/query/modify/modification_statement.h"

namespace engine::query {

/// One statement of a batch with its values by position.
struct BatchPart {
    const ModificationStatement* statement = nullptr;
    std::span<const protocol::Value> values;
};

/// Runs the statements of a batch as one write (BatchStatement). `parts` and what it points to
/// outlive the task. `timestamp`: of the whole batch, if it was given one in its text.
[[nodiscard]] Task<QueryResult> executeBatch(Environment& environment, protocol::BatchType type,
                                             std::vector<BatchPart> parts, RequestContext request);
/// Invalid in Cassandra's words if the statements may not stand together.
[[nodiscard]] Result<void> checkBatch(protocol::BatchType type,
                                      std::span<const ModificationStatement* const> statements,
                                      bool hasTimestamp);

/// BEGIN BATCH … APPLY BATCH.
class BatchStatement final : public PreparedStatement {
public:
    using PreparedStatement::PreparedStatement;
    [[nodiscard]] Result<void> prepare(const cql::ParsedBatch& parsed,
                                       std::string_view sessionKeyspace, PrepareContext& context);
    [[nodiscard]] Task<QueryResult> execute(Environment& environment,
                                            RequestContext request) const override;

private:
    protocol::BatchType m_type = protocol::BatchType::Logged;
    std::vector<std::shared_ptr<ModificationStatement>> m_statements;
    std::optional<PreparedTerm> m_timestamp;
};

} // namespace engine::query
