#pragma once

#include "engine/query/modify/mutation_collector.h"
#include "engine/query/modify/operation.h"
#include "engine/query/restrictions.h"
#include "engine/query/statement.h"

namespace engine::query {

/// What an INSERT, UPDATE or DELETE means. See modification_prepare.cpp and
/// modification_execute.cpp.
class ModificationStatement final : public PreparedStatement {
public:
    using PreparedStatement::PreparedStatement;
    [[nodiscard]] Result<void> prepare(const cql::Statement& parsed, PrepareContext& context);

    /// The same for a statement of a batch: sets the table from the context.
    [[nodiscard]] Result<void> prepareWithin(const cql::Statement& parsed, PrepareContext& context)
    {
        m_table = context.table;
        return prepare(parsed, context);
    }

    [[nodiscard]] Task<QueryResult> execute(Environment& environment,
                                            RequestContext request) const override;

    /// Whether it writes one row by = alone, no counter, and reads nothing before.
    [[nodiscard]] bool isSingleRowWrite() const noexcept { return m_isSingleRow && !m_isCounter; }
    /// Executes such a one.
    [[nodiscard]] Result<StartedWrite> startSingleRow(Environment& environment,
                                                      const RequestContext& request) const;
    [[nodiscard]] bool isCounter() const noexcept { return m_isCounter; }
    [[nodiscard]] bool hasTimestamp() const noexcept { return m_timestamp.has_value(); }
    [[nodiscard]] bool needsRead() const noexcept { return m_needsRead; }
    [[nodiscard]] std::vector<std::uint16_t> keyMarkers() const;

    /// Adds what the statement writes with these values. `existing`: what read() gave, if
    /// needsRead().
    [[nodiscard]] Result<void> collect(BindContext& context, MutationCollector& to,
                                       std::span<const rows::Partition> existing) const;
    /// The rows that must be known first.
    [[nodiscard]] Task<rows::Partitions> read(Environment& environment, BindContext* context,
                                              RequestContext request) const;

private:
    enum class Kind : std::uint8_t { Insert, InsertJson, Update, Delete };

    Result<void> prepareInsert(const cql::ParsedInsert& parsed, PrepareContext& context);
    Result<void> prepareInsertJson(const cql::ParsedInsertJson& parsed, PrepareContext& context);
    Result<void> prepareUpdate(const cql::ParsedUpdate& parsed, PrepareContext& context);
    Result<void> prepareDelete(const cql::ParsedDelete& parsed, PrepareContext& context);
    Result<void> prepareUsing(const cql::UsingClause& usings, PrepareContext& context);
    Result<void> checkRows(PrepareContext& context);
    void addOperation(ColumnOperation operation);
    void sortOperations();

    struct Attributes {
        WriteTimestamp timestamp;
        std::int32_t ttl = 0;
    };
    [[nodiscard]] Task<QueryResult> write(Environment& environment, const RequestContext& request,
                                          std::span<const rows::Partition> existing) const;
    [[nodiscard]] Task<QueryResult> readAndWrite(Environment& environment,
                                                 RequestContext request) const;
    [[nodiscard]] Result<Attributes> attributes(BindContext& context) const;
    [[nodiscard]] Result<void> collectJson(BindContext& context, const Attributes& attributes,
                                           MutationCollector& to) const;
    [[nodiscard]] Result<void> collectKey(ByteView key, const rows::ClusteringFilter& filter,
                                          BindContext& context, const Attributes& attributes,
                                          MutationCollector& to,
                                          std::span<const rows::Partition> existing) const;
    /// Into a PartitionBuilder, or what stands for one.
    template <class Partition>
    [[nodiscard]] Result<void> writeSingleRow(Partition& to, BindContext& context,
                                              const Attributes& attributes) const;
    template <class Partition>
    [[nodiscard]] Result<void> writeRow(std::span<ByteView> clustering, Partition& to,
                                        BindContext& context, const Attributes& attributes,
                                        ExistingRow existing) const;

    Kind m_kind = Kind::Insert;
    Restrictions m_restrictions;
    std::vector<ColumnOperation> m_operations;
    std::optional<PreparedTerm> m_timestamp;
    std::optional<PreparedTerm> m_ttl;
    std::optional<PreparedTerm> m_json;
    bool m_jsonDefaultUnset = false;
    bool m_isCounter = false;
    bool m_needsRead = false;
    bool m_touchesStatics = false;
    bool m_touchesRegulars = false;
    bool m_isSingleRow = false; ///< by = alone, and nothing must be read before
};

} // namespace engine::query
