#include "engine/query/select/group_fold.h"

namespace engine::query {

GroupFold::GroupFold(const Selection& selection, std::span<const std::size_t> groupSlots)
    : m_selection(selection), m_groupSlots(groupSlots)
{
    resetAggregates();
}

void GroupFold::resetAggregates()
{
    m_states.clear();
    for (const Expression* aggregate : m_selection.aggregates())
        m_states.emplace_back(aggregate->aggregate, aggregate->arguments.empty()
                                                        ? aggregate->type
                                                        : aggregate->arguments[0].type);
}

bool GroupFold::differs(SlotValues row) const
{
    for (const std::size_t slot : m_groupSlots) {
        const std::optional<Bytes>& kept = m_first[slot].value;
        if (kept.has_value() != row[slot].value.has_value() || (kept && *kept != *row[slot].value))
            return true;
    }
    return false;
}

void GroupFold::open(SlotValues row)
{
    m_isOpen = true;
    m_first.assign(row.size(), {});
    for (std::size_t i = 0; i < row.size(); ++i) {
        Kept& kept = m_first[i];
        if (row[i].value)
            kept.value = Bytes{*row[i].value};
        kept.timestamps.assign(row[i].timestamps.begin(), row[i].timestamps.end());
        kept.expiries.assign(row[i].expiries.begin(), row[i].expiries.end());
        std::size_t size = 0;
        for (const ByteView path : row[i].paths)
            size += path.size();
        kept.paths.reserve(size); // views of it are kept
        for (const ByteView path : row[i].paths) {
            const std::size_t begin = kept.paths.size();
            kept.paths += path;
            kept.pathViews.emplace_back(kept.paths.data() + begin, path.size());
        }
    }
    m_values.assign(row.size(), {});
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (m_first[i].value)
            m_values[i].value = *m_first[i].value;
        m_values[i].timestamps = m_first[i].timestamps;
        m_values[i].expiries = m_first[i].expiries;
        m_values[i].paths = m_first[i].pathViews;
    }
}

void GroupFold::openEmpty(std::size_t slotCount)
{
    m_isOpen = true;
    m_first.assign(slotCount, {});
    m_values.assign(slotCount, {});
}

Result<void> GroupFold::add(SlotValues row, BindContext& context)
{
    const auto aggregates = m_selection.aggregates();
    for (std::size_t i = 0; i < aggregates.size(); ++i) {
        MaybeValue argument;
        if (!aggregates[i]->arguments.empty()) {
            RW_ASSIGN(argument, evaluate(aggregates[i]->arguments[0], context, row));
        }
        RW_TRY(m_states[i].add(argument));
    }
    return ok();
}

Result<std::vector<MaybeValue>> GroupFold::close(BindContext& context)
{
    m_isOpen = false;
    std::vector<MaybeValue> results;
    for (const AggregateState& state : m_states) {
        RW_ASSIGN(const MaybeValue result, state.result(context.arena));
        results.push_back(result);
    }
    resetAggregates();
    std::vector<MaybeValue> values;
    for (const Expression& expression : m_selection.expressions()) {
        RW_ASSIGN(const MaybeValue value, evaluate(expression, context, m_values, results));
        values.push_back(value);
    }
    return values;
}

} // namespace engine::query
