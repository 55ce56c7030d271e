#pragma once

#include "engine/query/select/selection.h"

#include <span>
#include <vector>

namespace engine::query {

/// Folds input rows into one result row a group: of GROUP BY, or of the whole query if it has
/// aggregates only. Columns outside of aggregates show the group's first row
/// (GroupBySpecification, ResultSetBuilder).
class GroupFold {
public:
    /// `groupSlots`: what rows of one group have in common. Both outlive the fold.
    GroupFold(const Selection& selection, std::span<const std::size_t> groupSlots);

    [[nodiscard]] bool isOpen() const noexcept { return m_isOpen; }
    /// Whether a row with these values belongs to another group than the open one.
    [[nodiscard]] bool differs(SlotValues row) const;
    /// Begins a group with its first row, which is not added yet. Copies what it needs.
    void open(SlotValues row);
    /// Begins the group of no rows at all.
    void openEmpty(std::size_t slotCount);
    /// The values of the open group's first row.
    [[nodiscard]] SlotValues first() const noexcept { return m_values; }
    /// Adds a row to the aggregates.
    [[nodiscard]] Result<void> add(SlotValues row, BindContext& context);
    /// Ends the open group and gives the values of its result row, in the context's arena or
    /// valid until the next open().
    [[nodiscard]] Result<std::vector<MaybeValue>> close(BindContext& context);

private:
    /// A SlotValue that owns its bytes.
    struct Kept {
        std::optional<Bytes> value;
        std::vector<std::int64_t> timestamps;
        std::vector<std::int64_t> expiries;
        Bytes paths;
        std::vector<ByteView> pathViews;
    };
    void resetAggregates();

    const Selection& m_selection;
    std::span<const std::size_t> m_groupSlots;
    std::vector<AggregateState> m_states;
    std::vector<Kept> m_first;       ///< by slot
    std::vector<SlotValue> m_values; ///< views of m_first
    bool m_isOpen = false;
};

} // namespace engine::query
