#include "engine/cql/quote.h"
#include "engine/workload/session_wait.h"
#include "engine/workload/table_copy.h"

#include <fmt/format.h>

/// Whether a copied table has what the old one has.
namespace engine::workload {

namespace {

constexpr std::uint64_t kSampleEvery = 97; ///< rows; no divisor of usual page sizes

class Verifier {
public:
    Verifier(client::Session& session, const modeling::MigrationStep& copy,
             const MigrationOptions& options, const std::function<void(std::uint64_t)>& progress,
             const std::atomic<bool>& cancelled, PlannedCopy planned)
        : m_session(session),
          m_copy(copy),
          m_options(options),
          m_progress(progress),
          m_cancelled(cancelled),
          m_plan(std::move(planned.plan)),
          m_select(std::move(planned.select)),
          m_keyed("SELECT " + selectedColumns() + " FROM " + nameOf(m_copy.to) + " WHERE " +
                  m_plan.whereKey(false))
    {
    }

    Result<std::string> run()
    {
        RW_TRY(readOld());
        RW_ASSIGN(const std::uint64_t there, countNew());
        if (there != m_rows)
            return Error{ErrorCode::Invalid,
                         fmt::format("{} has {} rows and {} has {}. Rows were written meanwhile, "
                                     "rows share a key in {}, or some were lost: copy again",
                                     m_copy.from, m_rows, m_copy.to, there, m_copy.to)};
        RW_TRY(compareSamples());
        std::string text =
            fmt::format("{} rows on both sides, {} compared value by value", m_rows, m_compared);
        if (m_newer > 0)
            text +=
                fmt::format(", of which {} were written anew in {} meanwhile", m_newer, m_copy.to);
        return text;
    }

private:
    using Row = std::vector<std::optional<Bytes>>;

    [[nodiscard]] std::string nameOf(const std::string& table) const
    {
        return cql::quote(m_copy.keyspace) + "." + cql::quote(table);
    }

    /// Values as the plan reads them, with the write times of single cells.
    [[nodiscard]] std::string selectedColumns() const
    {
        std::string text;
        for (const CopiedColumn& column : m_plan.columns()) {
            text += (text.empty() ? "" : ", ") + cql::quote(column.name);
            if (hasTime(column))
                text += ", WRITETIME(" + cql::quote(column.name) + ")";
        }
        return text;
    }

    [[nodiscard]] static bool hasTime(const CopiedColumn& column)
    {
        return column.isTimed && column.role == CopiedColumn::Role::Simple &&
               !column.from->isMultiCell();
    }

    Result<void> stopped() const
    {
        if (m_cancelled)
            return Error{ErrorCode::Cancelled, "the migration was cancelled"};
        return ok();
    }

    [[nodiscard]] client::RequestOptions readOptions() const
    {
        client::RequestOptions options;
        options.consistency = m_options.read;
        options.pageSize = m_options.pageSize;
        return options;
    }

    static CopiedRow viewsOf(const Row& row)
    {
        CopiedRow views;
        for (const auto& value : row)
            views.push_back(value ? std::optional(ByteView(*value)) : std::nullopt);
        return views;
    }

    /// Counts the rows of the old table and keeps some of them.
    Result<void> readOld()
    {
        const auto take = [&](const client::ResultPage& page) -> Result<bool> {
            RW_TRY(stopped());
            auto rows = page.rows();
            CopiedRow row;
            while (rows.next(row)) {
                RW_ASSIGN(const CopyPlan::Key key, m_plan.keyOf(row));
                if (!key.hasPartition())
                    continue;
                if (m_rows++ % kSampleEvery != 0 || m_samples.size() >= m_options.samplesMax)
                    continue;
                Row kept;
                for (const auto& value : row)
                    kept.push_back(value ? std::optional(Bytes(*value)) : std::nullopt);
                m_samples.push_back(std::move(kept));
            }
            m_progress(m_rows);
            return true;
        };
        return eachPage(m_session, m_select, readOptions(), take);
    }

    Result<std::uint64_t> countNew()
    {
        std::string names;
        const auto info = m_session.schema();
        for (const auto& column : info->schema->table(m_copy.keyspace, m_copy.to)->partitionKey())
            names += (names.empty() ? "" : ", ") + cql::quote(column->name);
        RW_ASSIGN(const auto select,
                  prepareAndWait(m_session, "SELECT " + names + " FROM " + nameOf(m_copy.to)));
        std::uint64_t rows = 0;
        const auto take = [&](const client::ResultPage& page) -> Result<bool> {
            RW_TRY(stopped());
            rows += static_cast<std::uint64_t>(page.rowCount);
            m_progress(m_rows + rows);
            return true;
        };
        RW_TRY(eachPage(m_session, select, readOptions(), take));
        return rows;
    }

    Result<void> compareSamples()
    {
        RW_ASSIGN(const auto select, prepareAndWait(m_session, m_keyed));
        for (const Row& sample : m_samples) {
            RW_TRY(stopped());
            const CopiedRow row = viewsOf(sample);
            RW_ASSIGN(const CopyPlan::Key key, m_plan.keyOf(row));
            if (!key.hasClustering()) // static columns of a partition without rows
                continue;
            RW_ASSIGN(const auto page,
                      executeAndWait(m_session, select, key.markers(false), readOptions()));
            RW_TRY(compare(row, *page));
            ++m_compared;
        }
        return ok();
    }

    Result<void> compare(const CopiedRow& old, const client::ResultPage& page)
    {
        auto rows = page.rows();
        CopiedRow row;
        if (!rows.next(row))
            return Error{ErrorCode::Invalid,
                         "a row of " + m_copy.from + " is missing in " + m_copy.to};
        std::size_t at = 0;
        bool newer = false;
        for (const CopiedColumn& column : m_plan.columns()) {
            const auto& value = row[at++];
            // Empty: it has none. Of equal length and never negative, so their bytes order as they
            // do.
            const ByteView time = hasTime(column) ? row[at++].value_or(ByteView{}) : ByteView{};
            const ByteView written =
                hasTime(column) ? old[column.at + 1].value_or(ByteView{}) : ByteView{};
            if (time > written) {
                newer = true;
                continue;
            }
            RW_ASSIGN(const auto wanted, m_plan.valueOf(column, old));
            if (wanted.has_value() != value.has_value() || (value && *value != *wanted))
                return Error{ErrorCode::Invalid, "a row has another " + column.name + " in " +
                                                     m_copy.to + " than in " + m_copy.from};
            if (time != written)
                return Error{ErrorCode::Invalid, "a row's " + column.name +
                                                     " has another write time in " + m_copy.to +
                                                     " than in " + m_copy.from};
        }
        m_newer += newer ? 1 : 0;
        return ok();
    }

    client::Session& m_session;
    const modeling::MigrationStep& m_copy;
    const MigrationOptions& m_options;
    const std::function<void(std::uint64_t)>& m_progress;
    const std::atomic<bool>& m_cancelled;
    CopyPlan m_plan;
    client::PreparedPtr m_select;
    std::string m_keyed;
    std::uint64_t m_rows = 0;
    std::uint64_t m_compared = 0;
    std::uint64_t m_newer = 0;
    std::vector<Row> m_samples;
};

} // namespace

Result<std::string> verifyCopy(client::Session& session, const modeling::MigrationStep& copy,
                               const MigrationOptions& options,
                               const std::function<void(std::uint64_t)>& progress,
                               const std::atomic<bool>& cancelled)
{
    RW_ASSIGN(PlannedCopy planned, PlannedCopy::make(session, copy));
    return Verifier(session, copy, options, progress, cancelled, std::move(planned)).run();
}

} // namespace engine::workload
