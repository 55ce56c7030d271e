#include "engine/protocol/envelope.h"
#include "engine/query/select/select_run.h"
#include "engine/ring/token.h"
#include "engine/rows/filter.h"

#include <algorithm>

namespace engine::query {

namespace {

/// Rows read at a time: few enough that reading and encoding them stays far below a step's limit
/// of 500 µs, and as many bytes. A slice of 100 rows still is one read.
constexpr std::uint32_t kFirstChunk = 128;
constexpr std::uint32_t kChunkMax = 512;
constexpr std::uint64_t kChunkBytes = 256 * 1024;
/// Work between two yields, in units of about a plain row.
constexpr std::uint64_t kWorkPerStep = 512;
constexpr std::uint64_t kWorkPerRead = 16;
constexpr std::uint64_t kWorkPerEvaluatedRow = 8;
constexpr std::uint64_t kBytesPerWork = 512;
/// A page ends early when it has this many bytes; clients ask on, as the protocol says they must.
constexpr std::size_t kPageBytesMax = 8 * 1024 * 1024;
/// What one response can carry, with room for its head.
constexpr std::size_t kResultBytesMax = protocol::kBodyBytesMax - 1024 * 1024;

Result<std::uint32_t> boundLimit(const std::optional<PreparedTerm>& term, BindContext& context)
{
    if (!term)
        return UINT32_MAX;
    RW_ASSIGN(const protocol::Value value, term->bind(context));
    if (value.kind == protocol::Value::Kind::Unset)
        return UINT32_MAX;
    if (value.kind == protocol::Value::Kind::Null || value.bytes.size() != 4)
        return invalidRequest("Invalid null value of LIMIT");
    const auto limit = loadBigEndian<std::int32_t>(value.bytes.data());
    if (limit <= 0)
        return invalidRequest("LIMIT must be strictly positive");
    return static_cast<std::uint32_t>(limit);
}

void countDown(std::uint32_t& limit) noexcept
{
    if (limit != UINT32_MAX)
        --limit;
}

std::size_t cellBytes(const rows::Row& row) noexcept
{
    std::size_t size = 0;
    for (const rows::Cell& cell : row.cells)
        size += cell.value.size() + cell.path.size() + 16;
    return size;
}

} // namespace

SelectRun::SelectRun(const SelectStatement& statement, Environment& environment,
                     RequestContext request)
    : m_statement(statement),
      m_selection(statement.m_selection),
      m_environment(environment),
      m_request(std::move(request)),
      m_lease(environment.leaseArena()),
      m_rowLease(environment.leaseArena()),
      m_bind(bindContext(environment, *m_lease, m_request, false)),
      m_rowBind(bindContext(environment, *m_rowLease, m_request, false)),
      m_reader(*statement.m_table, statement.m_selection.slots(), *m_rowLease),
      m_fold(statement.m_selection, statement.m_groupSlots),
      m_encoder(m_rows.content),
      m_chunk(kFirstChunk)
{
}

Result<void> SelectRun::bind()
{
    const Restrictions& restrictions = m_statement.m_restrictions;
    const schema::Table& table = *m_statement.m_table;
    if (restrictions.isSingleKey()) {
        RW_ASSIGN(const ByteView key, restrictions.singleKey(m_bind));
        m_partitions.isKeys = true;
        m_partitions.keys.emplace_back(key);
    } else {
        RW_ASSIGN(m_partitions, restrictions.partitions(table, m_bind));
    }
    RW_ASSIGN(m_clustering, restrictions.clusteringFilter(table, m_bind));
    m_clustering.reversed = m_statement.m_isReversed;
    RW_ASSIGN(m_filters, restrictions.filters(m_bind));
    RW_ASSIGN(m_limit, boundLimit(m_statement.m_limit, m_bind));
    RW_ASSIGN(m_perPartitionLimit, boundLimit(m_statement.m_perPartitionLimit, m_bind));
    const bool hasGroups = !m_statement.m_groupSlots.empty();
    m_folds = m_selection.isAggregate() || hasGroups;
    if (m_statement.m_isDistinct)
        m_rowsPerPartition = 1;
    else if (!m_folds)
        m_rowsPerPartition = m_perPartitionLimit;
    const protocol::QueryOptions& options = m_request.options;
    if (options.pageSize && *options.pageSize > 0 && (!m_folds || hasGroups))
        m_pageSize = static_cast<std::uint32_t>(*options.pageSize);
    if (m_pageSize != 0 && sorts())
        return invalidRequest(
            "Cannot page queries with both ORDER BY and a IN restriction on the "
            "partition key; you must either remove the ORDER BY or the IN and sort "
            "client side, or disable paging for this query");
    m_pageLeft = m_pageSize == 0 ? UINT32_MAX : m_pageSize;
    m_isDone = m_partitions.isEmpty || (m_partitions.isKeys && m_partitions.keys.empty()) ||
               (m_clustering.isNames && m_clustering.names.empty());
    if (options.pagingState && m_pageSize != 0) {
        RW_ASSIGN(m_at, decodePagingState(*options.pagingState));
        seekPage();
    }
    if (m_folds && !restrictions.restrictsPartitionKey())
        m_warnings.emplace_back("Aggregation query used without partition key");
    else if (m_folds && restrictions.keyHasIn())
        m_warnings.emplace_back(
            "Aggregation query used on multiple partition keys (IN restriction)");
    return ok();
}

/// Goes on where the page before ended.
void SelectRun::seekPage()
{
    m_limit = m_at.remaining;
    m_resumes = m_at.clustering.has_value();
    m_rangeStarted = true;
    if (!m_partitions.isKeys)
        return;
    const auto& keys = m_partitions.keys;
    const auto at = std::find(keys.begin(), keys.end(), m_at.key);
    // With other values than the page before (a client's mistake) there is nothing to go on in.
    m_nextKey = at == keys.end() ? keys.size() : static_cast<std::size_t>(at - keys.begin()) + 1;
}

rows::ReadCommand SelectRun::command() const
{
    rows::ReadCommand out;
    out.table = m_statement.m_table;
    out.clustering = m_clustering;
    out.columns = m_statement.m_fetched;
    out.filter = m_filters;
    for (const rows::RowFilterExpression& expression : m_filters) {
        // The replica needs the filtered columns too.
        const schema::Column* column = out.table->column(expression.column);
        if (!out.columns.empty() && !column->isPrimaryKey() &&
            std::find(out.columns.begin(), out.columns.end(), column) == out.columns.end())
            out.columns.push_back(column);
    }
    out.limits.rows = m_folds || sorts() ? m_chunk : std::min({m_limit, m_pageLeft, m_chunk});
    out.limits.rowsPerPartition = m_rowsPerPartition;
    out.nowSeconds = m_bind.nowSeconds;
    return out;
}

std::optional<rows::ReadCommand> SelectRun::nextCommand()
{
    if (m_isDone || m_isStopped || m_isCut || (m_limit == 0 && !sorts()) || m_pageLeft == 0)
        return std::nullopt;
    rows::ReadCommand next = command();
    if (m_resumes) {
        m_resumes = false;
        if (m_at.remainingInPartition > 0) {
            next.key = m_at.key;
            next.resumeAfter = m_at.clustering;
            if (!m_folds)
                next.limits.rowsPerPartition = m_at.remainingInPartition;
            return next;
        }
    }
    if (m_partitions.isKeys) {
        if (m_nextKey == m_partitions.keys.size()) {
            m_isDone = true;
            return std::nullopt;
        }
        next.key = m_partitions.keys[m_nextKey++];
        return next;
    }
    next.range = m_partitions.range;
    if (m_rangeStarted)
        next.range.start =
            rows::PartitionBound{ring::murmur3Token(m_at.key).value, Bytes{m_at.key}, false};
    m_rangeStarted = true;
    return next;
}

Task<void> SelectRun::run()
{
    if (m_request.options.consistency == protocol::Consistency::Any)
        co_return invalidRequest("ANY ConsistencyLevel is only supported for writes");
    if (protocol::isSerial(m_request.options.consistency))
        co_return notSupportedYet("Reading at consistency SERIAL");
    const Priority priority = m_partitions.isKeys ? Priority::Request : Priority::Scan;
    while (std::optional<rows::ReadCommand> next = nextCommand()) {
        const bool isRange = !next->key.has_value();
        const ReadKind kind{next->resumeAfter.has_value(), rows::staticRowCounts(*next, false),
                            rows::staticRowCounts(*next, true)};
        coordination::RequestOptions options = requestOptions(m_request);
        auto reading = m_environment.read(std::move(*next), std::move(options));
        RW_CO_ASSIGN(coordination::ReadOutcome outcome, co_await reading);
        m_work += kWorkPerRead;
        m_chunkRows = 0;
        m_chunkBytes = 0;
        for (std::size_t p = 0; p < outcome.partitions.size() && !m_isStopped; ++p) {
            const rows::Partition& partition = outcome.partitions[p];
            const bool goesOn = kind.resumes && m_at.key == partition.key();
            RW_CO_TRY(beginPartition(partition, goesOn));
            const std::size_t count = partition.unfiltereds.size();
            const rows::Row* last = nullptr;
            for (std::size_t i = 0; i < count && !m_isStopped; ++i) {
                const rows::Unfiltered& unfiltered =
                    partition.unfiltereds[m_clustering.reversed ? count - 1 - i : i];
                if (unfiltered.kind != rows::Unfiltered::Kind::Row)
                    continue;
                last = &unfiltered.row;
                RW_CO_TRY(takeRow(last));
                if (m_work >= kWorkPerStep) {
                    m_work = 0;
                    auto yielding = m_environment.runtime.yield(priority, "select-rows");
                    RW_CO_TRY(co_await yielding);
                }
            }
            const bool hasStatic = goesOn ? kind.staticCountsResumed : kind.staticCounts;
            if (last == nullptr && !partition.staticRow.isEmpty() && hasStatic)
                RW_CO_TRY(takeRow(nullptr));
            endPartition(last);
        }
        RW_CO_TRY(settleRead(outcome, isRange));
        // The next read is a step's worth of work itself.
        if (m_work >= kWorkPerStep / 2) {
            m_work = 0;
            auto yielding = m_environment.runtime.yield(priority, "select-rows");
            RW_CO_TRY(co_await yielding);
        }
    }
    co_return ok();
}

/// Looks at how a read ended: what comes next, and whether the result is large enough.
Result<void> SelectRun::settleRead(const coordination::ReadOutcome& outcome, bool isRange)
{
    m_warnings.insert(m_warnings.end(), outcome.warnings.begin(), outcome.warnings.end());
    adaptChunk();
    if (!outcome.limited || outcome.partitions.empty()) {
        if (isRange)
            m_isDone = true;
    } else {
        // A limit ended it: go on in the same partition if it may have more rows.
        const bool hasGroupsLeft = !m_folds || m_fold.isOpen() || m_at.remainingInPartition > 0;
        m_resumes = m_at.clustering.has_value() && hasGroupsLeft;
    }
    if (m_rows.content.size() > kResultBytesMax)
        return invalidRequest("The result has more than 255 MiB, which is more than one response "
                              "can carry: read it in pages (set a page size), or select less");
    m_isCut = m_pageSize != 0 && m_rows.content.size() >= kPageBytesMax && !m_isDone;
    return ok();
}

/// The next read brings about kChunkBytes, judged by the rows so far.
void SelectRun::adaptChunk()
{
    if (m_chunkRows == 0)
        return;
    const std::uint64_t rowBytes = m_chunkBytes / m_chunkRows + 1;
    m_chunk =
        static_cast<std::uint32_t>(std::clamp<std::uint64_t>(kChunkBytes / rowBytes, 1, kChunkMax));
}

Result<void> SelectRun::beginPartition(const rows::Partition& partition, bool goesOn)
{
    m_rowLease->clear(); // nothing of the rows before is needed any more
    m_previous = nullptr;
    if (!goesOn) {
        m_before = std::move(m_at);
        m_at = {};
        m_at.key = RecycledBytes{partition.key()};
        m_at.remainingInPartition = m_perPartitionLimit;
    }
    m_chunkBytes += cellBytes(partition.staticRow);
    return m_reader.beginPartition(partition.key(), partition.staticRow, m_bind.nowSeconds);
}

void SelectRun::endPartition(const rows::Row* last)
{
    if (last == nullptr || m_statement.m_table->clustering().empty() || m_statement.m_isDistinct)
        return;
    m_at.clustering.emplace();
    for (const ByteView value : last->clustering.values)
        m_at.clustering->emplace_back(value);
}

Result<void> SelectRun::takeRow(const rows::Row* row)
{
    const std::size_t bytes = row != nullptr ? cellBytes(*row) : 0;
    ++m_chunkRows;
    m_chunkBytes += bytes;
    m_work +=
        (m_selection.isPlain() && !m_folds ? 1 : kWorkPerEvaluatedRow) + bytes / kBytesPerWork;
    m_reader.setRow(row, m_bind.nowSeconds);
    if (m_folds)
        RW_TRY(fold());
    else
        RW_TRY(emit());
    m_previous = row;
    return ok();
}

Result<void> SelectRun::emit()
{
    countDown(m_at.remainingInPartition);
    if (sorts()) {
        SortedRow sorted;
        sorted.keys = sortKeys(m_reader.values());
        sorted.begin = m_rows.content.size();
        RW_TRY(encodeCurrent());
        sorted.end = m_rows.content.size();
        m_sorted.push_back(std::move(sorted));
        return ok();
    }
    if (m_limit == 0)
        return ok();
    countDown(m_limit);
    if (m_pageSize != 0)
        --m_pageLeft;
    return encodeCurrent();
}

std::vector<std::optional<Bytes>> SelectRun::sortKeys(SlotValues row) const
{
    std::vector<std::optional<Bytes>> keys;
    for (const auto& key : m_statement.m_sort) {
        const MaybeValue& value = row[key.slot].value;
        keys.push_back(value ? std::optional<Bytes>{Bytes{*value}} : std::nullopt);
    }
    return keys;
}

Result<void> SelectRun::encodeCurrent()
{
    const SlotValues row = m_reader.values();
    if (m_selection.isPlain()) {
        for (const Expression& expression : m_selection.expressions()) {
            const MaybeValue& value = row[expression.slot].value;
            if (value)
                m_encoder.value(*value);
            else
                m_encoder.null();
        }
        m_encoder.endRow();
        return ok();
    }
    std::vector<MaybeValue> values;
    for (const Expression& expression : m_selection.expressions()) {
        RW_ASSIGN(const MaybeValue value, evaluate(expression, m_rowBind, row));
        values.push_back(value);
    }
    return encode(values);
}

Result<void> SelectRun::encode(std::span<const MaybeValue> values)
{
    if (m_selection.isJson()) {
        m_encoder.value(m_selection.json(values));
    } else {
        for (const MaybeValue& value : values) {
            if (value)
                m_encoder.value(*value);
            else
                m_encoder.null();
        }
    }
    m_encoder.endRow();
    return ok();
}

/// Adds the current row to its group, which ends the one before.
Result<void> SelectRun::fold()
{
    const SlotValues row = m_reader.values();
    if (m_fold.isOpen() && m_fold.differs(row))
        RW_TRY(closeGroup());
    if (!m_fold.isOpen()) {
        if ((m_limit == 0 && !sorts()) || m_pageLeft == 0) {
            m_isStopped = true;
            return ok();
        }
        if (m_at.remainingInPartition == 0)
            return ok(); // its partition has given all the groups it may
        countDown(m_at.remainingInPartition);
        m_fold.open(row);
    }
    return m_fold.add(row, m_rowBind);
}

/// Where the row before the current one stands.
PagingState SelectRun::position() const
{
    if (m_previous == nullptr)
        return m_at.clustering ? m_at : m_before;
    PagingState at = m_at;
    at.clustering.emplace();
    for (const ByteView value : m_previous->clustering.values)
        at.clustering->emplace_back(value);
    return at;
}

Result<void> SelectRun::closeGroup()
{
    SortedRow sorted;
    if (sorts())
        sorted.keys = sortKeys(m_fold.first());
    else
        countDown(m_limit);
    if (m_pageSize != 0) {
        --m_pageLeft;
        m_groupAt = position();
    }
    RW_ASSIGN(const std::vector<MaybeValue> values, m_fold.close(m_rowBind));
    sorted.begin = m_rows.content.size();
    RW_TRY(encode(values));
    sorted.end = m_rows.content.size();
    if (sorts())
        m_sorted.push_back(std::move(sorted));
    if (m_pageSize != 0 && m_rows.content.size() >= kPageBytesMax)
        m_pageLeft = 0;
    return ok();
}

std::optional<Bytes> SelectRun::pagingState()
{
    if (m_pageSize == 0 || m_limit == 0)
        return std::nullopt;
    if (m_folds) {
        if (!m_isStopped || !m_groupAt)
            return std::nullopt;
        m_groupAt->remaining = m_limit;
        return encodePagingState(*m_groupAt);
    }
    if ((m_pageLeft != 0 && !m_isCut) || m_isDone)
        return std::nullopt;
    const bool areKeysDone = m_partitions.isKeys && m_nextKey == m_partitions.keys.size();
    const bool isPartitionDone = !m_at.clustering || m_at.remainingInPartition == 0;
    if (areKeysDone && isPartitionDone)
        return std::nullopt;
    m_at.remaining = m_limit;
    return encodePagingState(m_at);
}

Result<QueryResult> SelectRun::finish()
{
    m_rows.rowCount = m_encoder.rows();
    if (sorts())
        m_rows.rowCount = static_cast<std::int32_t>(m_sortedCount);
    m_rows.metadata.columns = m_selection.columns();
    m_rows.metadata.pagingState = pagingState();
    QueryResult result;
    result.warnings = std::move(m_warnings);
    result.value = std::move(m_rows);
    return result;
}

Result<void> SelectRun::closeLastGroup()
{
    if (!m_folds || m_isStopped)
        return ok();
    // Aggregates without groups give one row even of nothing.
    if (!m_fold.isOpen() && m_statement.m_groupSlots.empty() && m_encoder.rows() == 0)
        m_fold.openEmpty(m_reader.values().size());
    m_previous = nullptr;
    return m_fold.isOpen() ? closeGroup() : ok();
}

Task<QueryResult> SelectStatement::execute(Environment& environment, RequestContext request) const
{
    SelectRun run{*this, environment, std::move(request)};
    RW_CO_TRY(run.bind());
    auto running = run.run();
    RW_CO_TRY(co_await running);
    RW_CO_TRY(run.closeLastGroup());
    if (run.mustSort()) {
        auto sorting = run.sort();
        RW_CO_TRY(co_await sorting);
    }
    co_return run.finish();
}

} // namespace engine::query
