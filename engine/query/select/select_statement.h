#pragma once

#include "engine/query/restrictions.h"
#include "engine/query/select/paging_state.h"
#include "engine/query/select/selection.h"
#include "engine/query/statement.h"

namespace engine::query {

/// What a SELECT means. See select_prepare.cpp and select_execute.cpp.
class SelectStatement final : public PreparedStatement {
public:
    using PreparedStatement::PreparedStatement;
    [[nodiscard]] Result<void> prepare(const cql::ParsedSelect& parsed, PrepareContext& context);

    [[nodiscard]] Task<QueryResult> execute(Environment& environment,
                                            RequestContext request) const override;
    [[nodiscard]] std::vector<std::uint16_t> keyMarkers() const
    {
        return m_restrictions.keyMarkers();
    }
    [[nodiscard]] protocol::ColumnSpecsPtr resultColumns() const override
    {
        return m_selection.columns();
    }

private:
    friend class SelectRun;
    Result<void> prepareOrder(const cql::ParsedSelect& parsed, PrepareContext& context);
    Result<void> prepareGroups(const cql::ParsedSelect& parsed, PrepareContext& context);
    Result<void> prepareLimits(const cql::ParsedSelect& parsed, PrepareContext& context);
    [[nodiscard]] Result<void> checkDistinct(const cql::ParsedSelect& parsed,
                                             const schema::Table& table) const;
    void fetchProofOfRows(const schema::Table& table);

    Selection m_selection;
    Restrictions m_restrictions;
    std::optional<PreparedTerm> m_limit;
    std::optional<PreparedTerm> m_perPartitionLimit;
    std::vector<std::size_t> m_groupSlots;
    struct SortKey {
        std::size_t slot;
        bool descending;
    };
    std::vector<SortKey> m_sort; ///< only when partitions must be merged in order
    RecycledVector<const schema::Column*> m_fetched;
    bool m_isReversed = false;
    bool m_isDistinct = false;
};

} // namespace engine::query
