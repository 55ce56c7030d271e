#include "engine/query/select/select_run.h"

#include <algorithm>

namespace engine::query {

namespace {

/// Ordering so many rows takes longer than a step of the node thread may: the pool does it.
constexpr std::size_t kRowsSortedInline = 256;

/// What ordering needs, by value: it may run on the pool.
struct SortJob {
    struct Key {
        cql::TypePtr type;
        bool descending = false;
    };
    std::vector<Key> keys;
    std::vector<SortedRow> rows;
    RecycledBytes content;
    std::size_t limit = 0;
};

bool sortsBefore(const SortJob& job, const SortedRow& a, const SortedRow& b)
{
    for (std::size_t i = 0; i < job.keys.size(); ++i) {
        if (!a.keys[i] || !b.keys[i]) {
            if (a.keys[i].has_value() != b.keys[i].has_value())
                return !a.keys[i].has_value();
            continue;
        }
        const int order = job.keys[i].type->compare(*a.keys[i], *b.keys[i]);
        if (order != 0)
            return job.keys[i].descending ? order > 0 : order < 0;
    }
    return false;
}

/// The encoded rows in order, cut after the limit.
Result<RecycledBytes> sortedContent(SortJob& job)
{
    std::stable_sort(job.rows.begin(), job.rows.end(), [&](const SortedRow& a, const SortedRow& b) {
        return sortsBefore(job, a, b);
    });
    RecycledBytes content;
    const std::size_t count = std::min(job.rows.size(), job.limit);
    for (std::size_t i = 0; i < count; ++i)
        content.append(job.content, job.rows[i].begin, job.rows[i].end - job.rows[i].begin);
    return content;
}

} // namespace

Task<void> SelectRun::sort()
{
    SortJob job;
    const auto slots = m_selection.slots();
    for (const auto& key : m_statement.m_sort)
        job.keys.push_back({slots[key.slot].column->type, key.descending});
    const std::size_t count = m_sorted.size();
    job.rows = std::move(m_sorted);
    job.content = std::move(m_rows.content);
    job.limit = m_limit;
    m_sorted.clear();
    if (count <= kRowsSortedInline) {
        RW_CO_ASSIGN(m_rows.content, sortedContent(job));
    } else {
        auto shared = std::make_shared<SortJob>(std::move(job));
        auto task = m_environment.runtime.onPool(
            "select-sort",
            [shared]() mutable -> Result<RecycledBytes> { return sortedContent(*shared); });
        RW_CO_ASSIGN(m_rows.content, co_await task);
    }
    m_sortedCount = std::min<std::size_t>(count, m_limit);
    co_return ok();
}

} // namespace engine::query
