#include "engine/workload/table_copy.h"

#include "engine/cql/quote.h"
#include "engine/workload/row_copy.h"
#include "engine/workload/session_wait.h"

#include <algorithm>
#include <chrono>

namespace engine::workload {

using Kind = CopyPlan::Statement::Kind;

namespace {

constexpr auto kCopyTimeout = std::chrono::seconds{30};

Error cancelledCopy()
{
    return Error{ErrorCode::Cancelled, "the migration was cancelled"};
}

schema::TablePtr tableOf(const client::Session& session, const std::string& keyspace,
                         const std::string& name)
{
    const auto info = session.schema();
    return info ? info->schema->table(keyspace, name) : nullptr;
}

/// The rows of a step's old table as rows of its new one.
class TableCopy {
public:
    TableCopy(client::Session& session, const modeling::MigrationStep& step,
              const MigrationOptions& options)
        : m_session(session), m_step(step), m_options(options)
    {
    }

    Result<CopyCount> copy(const std::function<void(std::uint64_t)>& progress,
                           const std::atomic<bool>& cancelled)
    {
        RW_TRY(prepare());
        client::RequestOptions options;
        options.consistency = m_options.read;
        options.pageSize = m_options.pageSize;
        const auto read = eachPage(
            m_session, m_select, options, [&](const client::ResultPage& page) -> Result<bool> {
                auto rows = page.rows();
                CopiedRow row;
                while (rows.next(row)) {
                    if (cancelled)
                        return cancelledCopy();
                    RW_TRY(write(row));
                }
                if (!rows.ok())
                    return Error{ErrorCode::ProtocolError,
                                 "a page of " + m_step.from + " was damaged on its way"};
                return goesOn(progress);
            });
        m_flight->wait();
        RW_TRY(read);
        if (m_flight->failed)
            return *m_flight->failed;
        return CopyCount{m_rows, m_skipped, m_elementTimes};
    }

private:
    Result<void> prepare()
    {
        if (!m_step.missingColumns.empty())
            return Error{ErrorCode::Invalid, m_step.from + " has no value for " +
                                                 m_step.missingColumns.front() +
                                                 ", which the key of " + m_step.to + " needs"};
        RW_ASSIGN(PlannedCopy planned, PlannedCopy::make(m_session, m_step));
        m_select = planned.select;
        m_elementTimes = planned.elementTimes;
        m_plan = std::make_shared<CopyPlan>(std::move(planned.plan));
        auto prepared = std::make_shared<PreparedCopy>();
        for (const Kind kind : {Kind::Row, Kind::Cells, Kind::Statics}) {
            if (!m_plan->cql(kind).empty()) {
                RW_ASSIGN(prepared->cql[static_cast<std::size_t>(kind)],
                          prepareAndWait(m_session, m_plan->cql(kind)));
            }
        }
        for (const bool statics : {false, true}) {
            if (m_plan->isCounter() && !m_plan->counters(statics).empty()) {
                RW_ASSIGN(prepared->counters[statics ? 1 : 0],
                          prepareAndWait(m_session, m_plan->selectCounters(statics)));
            }
        }
        if (m_plan->hasLists())
            RW_TRY(prepareLists(*prepared));
        m_prepared = std::move(prepared);
        return ok();
    }

    /// Lists that an earlier copy wrote must be replaced, not written again beside it.
    Result<void> prepareLists(PreparedCopy& prepared)
    {
        const std::string table = cql::quote(m_step.keyspace) + "." + cql::quote(m_step.to);
        client::RequestOptions options;
        options.consistency = m_options.read;
        RW_ASSIGN(const auto first,
                  executeAndWait(m_session, "SELECT * FROM " + table + " LIMIT 1", options));
        m_isRepeated = first->rowCount > 0 && m_elementTimes;
        if (!m_isRepeated)
            return ok();
        std::string times;
        for (const CopiedColumn& column : m_plan->columns()) {
            if (column.role == CopiedColumn::Role::List)
                times +=
                    (times.empty() ? "" : ", ") + ("MAXWRITETIME(" + cql::quote(column.name)) + ")";
        }
        RW_ASSIGN(prepared.lists,
                  prepareAndWait(m_session, "SELECT " + times + " FROM " + table + " WHERE " +
                                                m_plan->whereKey(false)));
        return ok();
    }

    Result<void> write(const CopiedRow& row)
    {
        RW_ASSIGN(const CopyPlan::Key key, m_plan->keyOf(row));
        if (!key.hasPartition()) {
            ++m_skipped;
            return ok();
        }
        ++m_rows;
        const bool begins = key.partition != m_partition;
        m_partition = key.partition;
        if (m_plan->isCounter()) {
            count(row, key, begins);
            return ok();
        }
        RW_ASSIGN(auto statements, m_plan->statements(row, key, m_now, begins));
        begin()->write(std::move(statements), key, m_isRepeated);
        return ok();
    }

    void count(const CopiedRow& row, const CopyPlan::Key& key, bool begins)
    {
        for (const bool statics : {false, true}) {
            const auto counters = m_plan->counters(statics);
            if (counters.empty() || (statics ? !begins : !key.hasClustering()))
                continue;
            std::vector<std::optional<std::int64_t>> wanted;
            for (const CopiedColumn* column : counters)
                wanted.push_back(numberOf<std::int64_t>(row[column->at]));
            begin()->count(std::move(wanted), key, statics);
        }
    }

    std::shared_ptr<RowCopy> begin()
    {
        m_flight->begin(m_options.requestsInFlight);
        return std::make_shared<RowCopy>(
            RowCopy::Setup{m_session, m_plan, m_prepared, m_options, m_flight});
    }

    Result<bool> goesOn(const std::function<void(std::uint64_t)>& progress)
    {
        const std::lock_guard lock(m_flight->mutex);
        progress(m_flight->written);
        if (m_flight->failed)
            return *m_flight->failed;
        return true;
    }

    client::Session& m_session;
    const modeling::MigrationStep& m_step;
    MigrationOptions m_options;
    std::shared_ptr<const CopyPlan> m_plan;
    std::shared_ptr<const PreparedCopy> m_prepared;
    client::PreparedPtr m_select;
    std::vector<std::optional<Bytes>> m_partition; ///< of the last row
    bool m_elementTimes = true;
    bool m_isRepeated = false;
    std::uint64_t m_rows = 0;
    std::uint64_t m_skipped = 0;
    /// Rows without cells are as old as the copy: what the application writes later wins.
    std::int64_t m_now = std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
    std::shared_ptr<CopyFlight> m_flight = std::make_shared<CopyFlight>();
};

} // namespace

Result<void> eachPage(client::Session& session, const client::PreparedPtr& statement,
                      const client::RequestOptions& wanted,
                      const std::function<Result<bool>(const client::ResultPage&)>& take)
{
    client::RequestOptions options = wanted;
    options.idempotent = true;
    options.timeout = kCopyTimeout;
    for (;;) {
        RW_ASSIGN(const client::ResultPagePtr page,
                  executeAndWait(session, statement, {}, options));
        RW_ASSIGN(const bool more, take(*page));
        if (!more || !page->hasMore())
            return ok();
        options.pagingState = page->pagingState;
    }
}

Result<PlannedCopy> PlannedCopy::make(client::Session& session, const modeling::MigrationStep& step)
{
    const auto from = tableOf(session, step.keyspace, step.from);
    const auto to = tableOf(session, step.keyspace, step.to);
    if (!from || !to)
        return Error{ErrorCode::NotFound, "there is no table " + (from ? step.to : step.from)};
    RW_ASSIGN(CopyPlan plan, CopyPlan::make(step, *from, *to, true));
    auto select = prepareAndWait(session, plan.select());
    const bool elements = std::ranges::any_of(
        plan.columns(), [](const CopiedColumn& c) { return c.isTimed && c.from->isMultiCell(); });
    if (select || !elements)
        return select ? Result<PlannedCopy>(PlannedCopy{std::move(plan), *select, true})
                      : Result<PlannedCopy>(select.error());
    RW_ASSIGN(plan, CopyPlan::make(step, *from, *to, false));
    RW_ASSIGN(select, prepareAndWait(session, plan.select()));
    return PlannedCopy{std::move(plan), *select, false};
}

Result<CopyCount> copyTable(client::Session& session, const modeling::MigrationStep& step,
                            const MigrationOptions& options,
                            const std::function<void(std::uint64_t)>& progress,
                            const std::atomic<bool>& cancelled)
{
    return TableCopy(session, step, options).copy(progress, cancelled);
}

} // namespace engine::workload
