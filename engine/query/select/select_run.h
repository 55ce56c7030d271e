#pragma once

#include "engine/query/select/group_fold.h"
#include "engine/query/select/select_statement.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::query {

/// A row of a result whose rows are ordered after they have been read: its place in the content.
struct SortedRow {
    std::vector<std::optional<Bytes>> keys;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// One execution of a SELECT: reads in chunks of a few hundred rows and turns them into the
/// result, giving way to other requests between them, so that neither a huge page nor a result
/// that is not paged holds up the node. Internal to engine/query/select.
class SelectRun {
public:
    SelectRun(const SelectStatement& statement, Environment& environment, RequestContext request);

    [[nodiscard]] Result<void> bind();
    [[nodiscard]] Task<void> run();
    /// Ends the group that is open when everything has been read.
    [[nodiscard]] Result<void> closeLastGroup();
    /// Whether sort() must come before finish(): rows of several partitions are ordered together.
    [[nodiscard]] bool mustSort() const noexcept { return !m_sorted.empty(); }
    [[nodiscard]] Task<void> sort();
    [[nodiscard]] Result<QueryResult> finish();

private:
    /// What to read next; none: everything that the page wants has been read.
    [[nodiscard]] std::optional<rows::ReadCommand> nextCommand();
    [[nodiscard]] rows::ReadCommand command() const;
    /// `resumes`: the read went on inside of a partition. `staticCounts`: whether a static row
    /// alone is a result, in a partition that it began and in the one that it went on in.
    struct ReadKind {
        bool resumes = false;
        bool staticCounts = false;
        bool staticCountsResumed = false;
    };
    [[nodiscard]] Result<void> beginPartition(const rows::Partition& partition, bool goesOn);
    void endPartition(const rows::Row* last);
    [[nodiscard]] Result<void> takeRow(const rows::Row* row);
    [[nodiscard]] Result<void> emit();
    [[nodiscard]] Result<void> fold();
    [[nodiscard]] Result<void> closeGroup();
    [[nodiscard]] Result<void> encode(std::span<const MaybeValue> values);
    [[nodiscard]] Result<void> encodeCurrent();
    [[nodiscard]] Result<void> settleRead(const coordination::ReadOutcome& outcome, bool isRange);
    [[nodiscard]] std::vector<std::optional<Bytes>> sortKeys(SlotValues row) const;
    [[nodiscard]] bool sorts() const noexcept { return !m_statement.m_sort.empty(); }
    void seekPage();
    void adaptChunk();
    [[nodiscard]] PagingState position() const;
    [[nodiscard]] std::optional<Bytes> pagingState();

    const SelectStatement& m_statement;
    const Selection& m_selection;
    Environment& m_environment;
    RequestContext m_request;
    Lease<Arena> m_lease;    ///< of bound values: lives as long as the run
    Lease<Arena> m_rowLease; ///< of what one chunk's rows evaluate to
    BindContext m_bind;
    BindContext m_rowBind;
    RowReader m_reader;
    GroupFold m_fold;
    Rows m_rows;
    protocol::RowsEncoder m_encoder;
    std::vector<std::string> m_warnings;

    PartitionSelection m_partitions;
    rows::ClusteringFilter m_clustering;
    std::vector<rows::RowFilterExpression> m_filters;
    std::uint32_t m_perPartitionLimit = UINT32_MAX; ///< of result rows
    std::uint32_t m_rowsPerPartition = UINT32_MAX;  ///< of rows to read
    std::uint32_t m_limit = UINT32_MAX;             ///< result rows left
    std::uint32_t m_pageSize = 0;                   ///< 0: no paging
    std::uint32_t m_pageLeft = UINT32_MAX;
    bool m_folds = false; ///< aggregates or groups: input rows are not result rows

    std::uint32_t m_chunk;         ///< rows to read at a time
    std::uint64_t m_chunkRows = 0; ///< of the read that is being taken, and their bytes
    std::uint64_t m_chunkBytes = 0;
    std::uint64_t m_work = 0; ///< since the last yield, in units of about a plain row
    std::size_t m_nextKey = 0;
    bool m_resumes = false; ///< the next read goes on in m_at's partition
    bool m_rangeStarted = false;
    PagingState m_at;                      ///< where the last read ended
    PagingState m_before;                  ///< where the partition before this one ended
    const rows::Row* m_previous = nullptr; ///< the row of this read before the current one
    std::optional<PagingState> m_groupAt;  ///< the last row of the last group that was closed
    bool m_isDone = false;
    bool m_isStopped = false; ///< a group begins that is not on this page
    bool m_isCut = false;     ///< the page ends early: it is large enough

    std::vector<SortedRow> m_sorted;
    std::size_t m_sortedCount = 0; ///< rows that sort() left
};

} // namespace engine::query
