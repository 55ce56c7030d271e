#include "engine/query/select/select_statement.h"
#include "engine/ring/token.h"
#include "engine/rows/filter.h"

#include <algorithm>

namespace engine::query {

namespace {

/// Rows read at a time where the client does not page: bounds the memory of a scan.
constexpr std::uint32_t kInternalPage = 5000;

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

std::int64_t keyToken(ByteView key)
{
    return ring::murmur3Token(key).value;
}

} // namespace

/// One execution of a SELECT: reads page by page and turns rows into the result.
class SelectRun {
public:
    SelectRun(const SelectStatement& statement, Environment& environment, RequestContext request)
        : m_statement(statement),
          m_environment(environment),
          m_request(std::move(request)),
          m_lease(environment),
          m_bind(bindContext(environment, *m_lease, m_request, false)),
          m_reader(*statement.m_table, statement.m_selection.slots(), *m_lease),
          m_encoder(m_rows.content)
    {
    }

    [[nodiscard]] Result<void> bind();
    [[nodiscard]] Task<void> run();
    [[nodiscard]] Result<QueryResult> finish();

private:
    /// What to read next; none: everything has been read.
    [[nodiscard]] std::optional<rows::ReadCommand> nextCommand();
    [[nodiscard]] rows::ReadCommand command(std::uint32_t rowsMax) const;
    /// `resumes`: the read went on inside of a partition. `staticCounts`: whether a static row
    /// alone is a result, in a partition that it began and in the one that it went on in.
    struct ReadKind {
        bool resumes = false;
        bool staticCounts = false;
        bool staticCountsResumed = false;
    };
    [[nodiscard]] Result<void> take(const rows::Partition& partition, const ReadKind& kind);
    [[nodiscard]] Result<void> emit(const rows::Partition& partition, const rows::Row* row);
    [[nodiscard]] Result<void> emitValues();
    [[nodiscard]] Result<void> startGroup();
    [[nodiscard]] Result<void> endGroup();
    [[nodiscard]] Result<void> encodeEvaluated(std::span<const MaybeValue> aggregates);
    void sortRows();
    [[nodiscard]] std::uint32_t wantedRows() const;

    const SelectStatement& m_statement;
    Environment& m_environment;
    RequestContext m_request;
    Environment::ArenaLease m_lease;
    BindContext m_bind;
    RowReader m_reader;
    Rows m_rows;
    protocol::RowsEncoder m_encoder;
    std::vector<std::string> m_warnings;

    PartitionSelection m_partitions;
    rows::ClusteringFilter m_clustering;
    std::vector<rows::RowFilterExpression> m_filters;
    std::uint32_t m_perPartitionLimit = UINT32_MAX;
    std::uint32_t m_limit = UINT32_MAX; ///< rows left
    std::uint32_t m_pageSize = 0;       ///< 0: no paging
    std::uint32_t m_pageLeft = UINT32_MAX;
    bool m_folds = false; ///< aggregates or groups: input rows are not result rows

    std::size_t m_nextKey = 0;
    bool m_resumes = false; ///< the next read goes on in m_at's partition
    bool m_rangeStarted = false;
    PagingState m_at;
    bool m_isDone = false;

    std::vector<AggregateState> m_states;
    std::vector<MaybeValue> m_groupKey;
    std::vector<Bytes> m_groupRow; ///< first row of the group, by slot, for plain columns
    std::vector<bool> m_groupRowNull;
    bool m_inGroup = false;

    struct SortedRow {
        std::vector<std::optional<Bytes>> keys;
        std::size_t begin;
        std::size_t end;
    };
    std::vector<SortedRow> m_sorted;
};

Result<void> SelectRun::bind()
{
    const Restrictions& restrictions = m_statement.m_restrictions;
    const schema::Table& table = *m_statement.m_table;
    if (restrictions.isKeyed() && !restrictions.keyHasIn()) {
        RW_ASSIGN(const ByteView key, restrictions.singleKey(table, m_bind));
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
    if (m_statement.m_isDistinct)
        m_perPartitionLimit = 1;
    m_folds = m_statement.m_selection.isAggregate() || !m_statement.m_groupSlots.empty();
    const protocol::QueryOptions& options = m_request.options;
    if (options.pageSize && *options.pageSize > 0 && !m_folds)
        m_pageSize = static_cast<std::uint32_t>(*options.pageSize);
    if (m_pageSize != 0 && !m_statement.m_sort.empty())
        return invalidRequest(
            "Cannot page queries with both ORDER BY and a IN restriction on the "
            "partition key; you must either remove the ORDER BY or the IN and sort "
            "client side, or disable paging for this query");
    m_pageLeft = m_pageSize == 0 ? UINT32_MAX : m_pageSize;
    m_isDone = m_partitions.isEmpty || (m_partitions.isKeys && m_partitions.keys.empty()) ||
               (m_clustering.isNames && m_clustering.names.empty());
    if (options.pagingState && m_pageSize != 0) {
        RW_ASSIGN(m_at, decodePagingState(*options.pagingState));
        m_limit = m_at.remaining;
        m_resumes = m_at.clustering.has_value();
        m_rangeStarted = true;
        if (m_partitions.isKeys) {
            const auto isBefore = [](const Bytes& a, const Bytes& b) {
                const std::int64_t x = keyToken(a);
                const std::int64_t y = keyToken(b);
                return x != y ? x < y : a < b;
            };
            while (m_nextKey < m_partitions.keys.size() &&
                   (isBefore(m_partitions.keys[m_nextKey], m_at.key) ||
                    m_partitions.keys[m_nextKey] == m_at.key))
                ++m_nextKey;
        }
    }
    for (const Expression* aggregate : m_statement.m_selection.aggregates())
        m_states.emplace_back(aggregate->aggregate, aggregate->arguments.empty()
                                                        ? aggregate->type
                                                        : aggregate->arguments[0].type);
    return ok();
}

std::uint32_t SelectRun::wantedRows() const
{
    if (m_folds || !m_statement.m_sort.empty())
        return kInternalPage;
    return std::min({m_limit, m_pageLeft, m_pageSize == 0 ? kInternalPage : UINT32_MAX});
}

rows::ReadCommand SelectRun::command(std::uint32_t rowsMax) const
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
    out.limits.rows = rowsMax;
    out.limits.rowsPerPartition = m_perPartitionLimit;
    out.nowSeconds = m_bind.nowSeconds;
    return out;
}

std::optional<rows::ReadCommand> SelectRun::nextCommand()
{
    if (m_isDone || m_limit == 0 || m_pageLeft == 0)
        return std::nullopt;
    rows::ReadCommand next = command(wantedRows());
    if (m_resumes) {
        m_resumes = false;
        if (m_at.remainingInPartition > 0) {
            next.key = m_at.key;
            next.resumeAfter = m_at.clustering;
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
        m_at.key.clear();
        return next;
    }
    next.range = m_partitions.range;
    if (m_rangeStarted)
        next.range.start = rows::PartitionBound{keyToken(m_at.key), m_at.key, false};
    m_rangeStarted = true;
    return next;
}

Task<void> SelectRun::run()
{
    if (m_request.options.consistency == protocol::Consistency::Any)
        co_return invalidRequest("ANY ConsistencyLevel is only supported for writes");
    if (protocol::isSerial(m_request.options.consistency))
        co_return notSupportedYet("Reading at consistency SERIAL");
    while (std::optional<rows::ReadCommand> next = nextCommand()) {
        const bool isRange = !next->key.has_value();
        const ReadKind kind{next->resumeAfter.has_value(), rows::staticRowCounts(*next, false),
                            rows::staticRowCounts(*next, true)};
        coordination::RequestOptions options = requestOptions(m_request);
        RW_CO_ASSIGN(coordination::ReadOutcome outcome,
                     co_await m_environment.read(std::move(*next), std::move(options)));
        m_warnings.insert(m_warnings.end(), outcome.warnings.begin(), outcome.warnings.end());
        for (const rows::Partition& partition : outcome.partitions)
            RW_CO_TRY(take(partition, kind));
        if (!outcome.limited) {
            if (isRange)
                m_isDone = true;
            continue;
        }
        if (outcome.partitions.empty()) {
            m_isDone = isRange;
            continue;
        }
        // A limit ended it: go on in the same partition if it may have more rows.
        m_resumes = m_at.clustering.has_value();
    }
    co_return ok();
}

Result<void> SelectRun::take(const rows::Partition& partition, const ReadKind& kind)
{
    const bool goesOn = kind.resumes && m_at.key == partition.key();
    if (!goesOn) {
        m_at.key = Bytes{partition.key()};
        m_at.clustering.reset();
        m_at.remainingInPartition = m_perPartitionLimit;
    }
    RW_TRY(m_reader.beginPartition(partition.key(), partition.staticRow, m_bind.nowSeconds));
    const bool hasClustering = !m_statement.m_table->clustering().empty();
    bool any = false;
    const std::size_t count = partition.unfiltereds.size();
    const rows::Row* last = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
        const rows::Unfiltered& unfiltered =
            partition.unfiltereds[m_clustering.reversed ? count - 1 - i : i];
        if (unfiltered.kind != rows::Unfiltered::Kind::Row)
            continue;
        any = true;
        last = &unfiltered.row;
        if (m_at.remainingInPartition != UINT32_MAX)
            --m_at.remainingInPartition;
        RW_TRY(emit(partition, &unfiltered.row));
    }
    if (last != nullptr && hasClustering && !m_statement.m_isDistinct) {
        m_at.clustering.emplace();
        for (const ByteView value : last->clustering.values)
            m_at.clustering->emplace_back(value);
    }
    if (!any && !partition.staticRow.isEmpty() &&
        (goesOn ? kind.staticCountsResumed : kind.staticCounts))
        return emit(partition, nullptr);
    return ok();
}

Result<void> SelectRun::emit(const rows::Partition&, const rows::Row* row)
{
    m_reader.setRow(row, m_bind.nowSeconds);
    if (m_folds)
        return startGroup();
    if (m_limit == 0 && m_statement.m_sort.empty())
        return ok();
    if (m_statement.m_sort.empty()) {
        --m_limit;
        if (m_pageSize != 0)
            --m_pageLeft;
        return emitValues();
    }
    SortedRow sorted;
    sorted.begin = m_rows.content.size();
    for (const auto& key : m_statement.m_sort) {
        const MaybeValue& value = m_reader.values()[key.slot].value;
        sorted.keys.push_back(value ? std::optional<Bytes>{Bytes{*value}} : std::nullopt);
    }
    RW_TRY(emitValues());
    sorted.end = m_rows.content.size();
    m_sorted.push_back(std::move(sorted));
    return ok();
}

Result<void> SelectRun::emitValues()
{
    if (!m_statement.m_selection.isPlain())
        return encodeEvaluated({});
    const SlotValues values = m_reader.values();
    for (const Expression& expression : m_statement.m_selection.expressions()) {
        const MaybeValue& value = values[expression.slot].value;
        if (value)
            m_encoder.value(*value);
        else
            m_encoder.null();
    }
    m_encoder.endRow();
    return ok();
}

Result<void> SelectRun::encodeEvaluated(std::span<const MaybeValue> aggregates)
{
    const Selection& selection = m_statement.m_selection;
    std::vector<MaybeValue> values;
    for (const Expression& expression : selection.expressions()) {
        RW_ASSIGN(const MaybeValue value,
                  evaluate(expression, m_bind, m_reader.values(), aggregates));
        values.push_back(value);
    }
    if (selection.isJson()) {
        m_encoder.value(selection.json(values));
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

/// Adds the current row to its group; the group's first row gives the values of plain columns.
Result<void> SelectRun::startGroup()
{
    const SlotValues values = m_reader.values();
    bool same = m_inGroup;
    for (std::size_t i = 0; same && i < m_statement.m_groupSlots.size(); ++i)
        same = m_groupKey[i] == values[m_statement.m_groupSlots[i]].value;
    const auto aggregates = m_statement.m_selection.aggregates();
    if (!same) {
        RW_TRY(endGroup());
        if (m_limit == 0)
            return ok();
        m_inGroup = true;
        m_groupKey.clear();
        for (const std::size_t slot : m_statement.m_groupSlots) {
            const MaybeValue& value = values[slot].value;
            m_groupKey.push_back(value ? MaybeValue{(*m_lease).copy(*value)} : MaybeValue{});
        }
        m_groupRow.assign(values.size(), {});
        m_groupRowNull.assign(values.size(), true);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i].value) {
                m_groupRow[i] = Bytes{*values[i].value};
                m_groupRowNull[i] = false;
            }
        }
    }
    for (std::size_t i = 0; i < aggregates.size(); ++i) {
        MaybeValue argument;
        if (!aggregates[i]->arguments.empty()) {
            RW_ASSIGN(argument, evaluate(aggregates[i]->arguments[0], m_bind, values));
        }
        m_states[i].add(argument);
    }
    return ok();
}

Result<void> SelectRun::endGroup()
{
    if (!m_inGroup)
        return ok();
    m_inGroup = false;
    if (m_limit == 0)
        return ok();
    --m_limit;
    Arena& arena = *m_lease;
    std::vector<MaybeValue> results;
    const auto aggregates = m_statement.m_selection.aggregates();
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        results.push_back(m_states[i].result(arena));
        m_states[i] =
            AggregateState{aggregates[i]->aggregate, aggregates[i]->arguments.empty()
                                                         ? aggregates[i]->type
                                                         : aggregates[i]->arguments[0].type};
    }
    std::vector<SlotValue> first(m_groupRow.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (!m_groupRowNull[i])
            first[i].value = m_groupRow[i];
    }
    std::vector<MaybeValue> values;
    const Selection& selection = m_statement.m_selection;
    for (const Expression& expression : selection.expressions()) {
        RW_ASSIGN(const MaybeValue value, evaluate(expression, m_bind, first, results));
        values.push_back(value);
    }
    if (selection.isJson()) {
        m_encoder.value(selection.json(values));
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

void SelectRun::sortRows()
{
    const auto slots = m_statement.m_selection.slots();
    std::stable_sort(m_sorted.begin(), m_sorted.end(), [&](const SortedRow& a, const SortedRow& b) {
        for (std::size_t i = 0; i < m_statement.m_sort.size(); ++i) {
            const auto& key = m_statement.m_sort[i];
            const cql::Type& type = *slots[key.slot].column->type;
            if (!a.keys[i] || !b.keys[i]) {
                if (a.keys[i].has_value() != b.keys[i].has_value())
                    return !a.keys[i].has_value();
                continue;
            }
            const int order = type.compare(*a.keys[i], *b.keys[i]);
            if (order != 0)
                return key.descending ? order > 0 : order < 0;
        }
        return false;
    });
    Bytes content;
    const std::size_t count = std::min<std::size_t>(m_sorted.size(), m_limit);
    for (std::size_t i = 0; i < count; ++i)
        content.append(m_rows.content, m_sorted[i].begin, m_sorted[i].end - m_sorted[i].begin);
    m_rows.content = std::move(content);
    m_rows.rowCount = static_cast<std::int32_t>(count);
}

Result<QueryResult> SelectRun::finish()
{
    if (m_folds) {
        // Aggregates without groups give one row even of nothing.
        if (!m_inGroup && m_statement.m_groupSlots.empty() && m_encoder.rows() == 0 &&
            m_limit > 0) {
            m_inGroup = true;
            m_groupRow.assign(m_reader.values().size(), {});
            m_groupRowNull.assign(m_reader.values().size(), true);
        }
        RW_TRY(endGroup());
    }
    m_rows.rowCount = m_encoder.rows();
    if (!m_statement.m_sort.empty())
        sortRows();
    m_rows.metadata.columns = m_statement.m_selection.columns();
    if (m_pageSize != 0 && m_pageLeft == 0 && m_limit > 0) {
        const bool lastKeyDone = m_partitions.isKeys && m_nextKey == m_partitions.keys.size() &&
                                 !m_at.clustering.has_value();
        const bool partitionLimitReached = m_at.remainingInPartition == 0;
        if (!lastKeyDone && !m_isDone &&
            !(partitionLimitReached && m_partitions.isKeys &&
              m_nextKey == m_partitions.keys.size())) {
            m_at.remaining = m_limit;
            m_rows.metadata.pagingState = encodePagingState(m_at);
        }
    }
    QueryResult result;
    result.warnings = std::move(m_warnings);
    result.value = std::move(m_rows);
    return result;
}

Task<QueryResult> SelectStatement::execute(Environment& environment, RequestContext request) const
{
    SelectRun run{*this, environment, std::move(request)};
    RW_CO_TRY(run.bind());
    RW_CO_TRY(co_await run.run());
    co_return run.finish();
}

} // namespace engine::query
