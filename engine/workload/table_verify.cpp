#include "engine/cql/quote.h"
#include "engine/modeling/bucket_value.h"
#include "engine/workload/table_copy.h"

#include <fmt/format.h>

#include <algorithm>

/// Whether a copied table has what the old one has.
namespace engine::workload {

namespace {

constexpr std::uint64_t kSampleEvery = 97; ///< rows; no divisor of usual page sizes

std::string nameOf(const std::string& keyspace, const std::string& table)
{
    return cql::quote(keyspace) + "." + cql::quote(table);
}

std::string quotedNames(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + cql::quote(name);
    return text;
}

class Verifier {
public:
    Verifier(client::Session& session, const modeling::MigrationStep& copy,
             const MigrationOptions& options, const std::function<void(std::uint64_t)>& progress,
             const std::atomic<bool>& cancelled)
        : m_session(session),
          m_copy(copy),
          m_options(options),
          m_progress(progress),
          m_cancelled(cancelled)
    {
    }

    Result<std::string> run()
    {
        RW_TRY(readOld());
        RW_ASSIGN(const std::uint64_t there, count(m_copy.to));
        if (there != m_rows)
            return Error{ErrorCode::Invalid,
                         fmt::format("{} has {} rows and {} has {}. Rows were written meanwhile, "
                                     "or some were lost: copy again",
                                     m_copy.from, m_rows, m_copy.to, there)};
        RW_TRY(compareSamples());
        return fmt::format("{} rows on both sides, {} compared value by value", m_rows,
                           m_samples.size());
    }

private:
    using Row = std::vector<std::optional<Bytes>>;

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

    /// Counts the rows of the old table and keeps some of them.
    Result<void> readOld()
    {
        RW_ASSIGN(const auto select,
                  preparedOf(m_session, "SELECT " + quotedNames(m_copy.copiedColumns) + " FROM " +
                                            nameOf(m_copy.keyspace, m_copy.from)));
        m_types = select->resultColumns;
        return eachPage(
            m_session, select, readOptions(), [&](const client::ResultPage& page) -> Result<bool> {
                RW_TRY(stopped());
                auto rows = page.rows();
                std::vector<std::optional<ByteView>> row;
                while (rows.next(row)) {
                    if (m_rows++ % kSampleEvery != 0 || m_samples.size() >= m_options.samplesMax)
                        continue;
                    Row kept;
                    for (const auto& value : row)
                        kept.push_back(value ? std::optional(Bytes(*value)) : std::nullopt);
                    m_samples.push_back(std::move(kept));
                }
                m_progress(m_rows);
                return true;
            });
    }

    Result<std::uint64_t> count(const std::string& table)
    {
        const auto info = m_session.schema();
        const auto definition = info ? info->schema->table(m_copy.keyspace, table) : nullptr;
        if (!definition)
            return Error{ErrorCode::NotFound, "there is no table " + table};
        std::vector<std::string> names;
        for (const auto& column : definition->partitionKey())
            names.push_back(column->name);
        RW_ASSIGN(const auto select,
                  preparedOf(m_session, "SELECT " + quotedNames(names) + " FROM " +
                                            nameOf(m_copy.keyspace, table)));
        std::uint64_t rows = 0;
        RW_TRY(eachPage(m_session, select, readOptions(),
                        [&](const client::ResultPage& page) -> Result<bool> {
                            RW_TRY(stopped());
                            rows += static_cast<std::uint64_t>(page.rowCount);
                            m_progress(m_rows + rows);
                            return true;
                        }));
        return rows;
    }

    [[nodiscard]] std::optional<Bytes> valueIn(const Row& row, const std::string& column) const
    {
        const auto found = std::ranges::find(m_copy.copiedColumns, column);
        if (found != m_copy.copiedColumns.end())
            return row[static_cast<std::size_t>(found - m_copy.copiedColumns.begin())];
        modeling::ModelTable columns;
        for (std::size_t i = 0; i < m_copy.copiedColumns.size(); ++i) {
            modeling::TableColumn each;
            each.id = modeling::ElementId{static_cast<std::uint32_t>(i + 1)};
            each.name = m_copy.copiedColumns[i];
            each.type = (*m_types)[i].type->toString();
            columns.columns.push_back(each);
        }
        for (const auto& [name, how] : m_copy.computedColumns) {
            const auto bucket = modeling::bucketFromText(columns, how);
            if (name != column || !bucket)
                continue;
            const auto of = static_cast<std::size_t>(bucket->column) - 1;
            return modeling::valueOfBucket(*bucket, *(*m_types)[of].type,
                                           row[of].value_or(Bytes{}));
        }
        return std::nullopt;
    }

    Result<void> compareSamples()
    {
        const auto info = m_session.schema();
        const auto table = info->schema->table(m_copy.keyspace, m_copy.to);
        std::vector<std::string> keys;
        std::string where;
        for (const auto& column : table->partitionKey())
            keys.push_back(column->name);
        for (const auto& column : table->clustering())
            keys.push_back(column->name);
        for (const std::string& name : keys)
            where += (where.empty() ? "" : " AND ") + cql::quote(name) + " = ?";
        RW_ASSIGN(const auto select,
                  preparedOf(m_session, "SELECT " + quotedNames(m_copy.copiedColumns) + " FROM " +
                                            nameOf(m_copy.keyspace, m_copy.to) + " WHERE " +
                                            where));
        for (const Row& sample : m_samples) {
            RW_TRY(stopped());
            std::vector<client::BoundValue> values;
            bool whole = true;
            for (const std::string& name : keys) {
                const auto value = valueIn(sample, name);
                whole &= value.has_value();
                values.push_back(value ? client::BoundValue::of(*value)
                                       : client::BoundValue::null());
            }
            if (!whole) // static columns of a partition without rows
                continue;
            RW_ASSIGN(const auto page,
                      answerOf(m_session, select, std::move(values), readOptions()));
            RW_TRY(compare(sample, *page));
        }
        return ok();
    }

    Result<void> compare(const Row& sample, const client::ResultPage& page) const
    {
        auto rows = page.rows();
        std::vector<std::optional<ByteView>> row;
        if (!rows.next(row))
            return Error{ErrorCode::Invalid,
                         "a row of " + m_copy.from + " is missing in " + m_copy.to};
        for (std::size_t i = 0; i < sample.size(); ++i)
            if (sample[i].has_value() != row[i].has_value() || (row[i] && *row[i] != *sample[i]))
                return Error{ErrorCode::Invalid, "a row has another " + m_copy.copiedColumns[i] +
                                                     " in " + m_copy.to + " than in " +
                                                     m_copy.from};
        return ok();
    }

    client::Session& m_session;
    const modeling::MigrationStep& m_copy;
    const MigrationOptions& m_options;
    const std::function<void(std::uint64_t)>& m_progress;
    const std::atomic<bool>& m_cancelled;
    std::uint64_t m_rows = 0;
    std::vector<Row> m_samples;
    protocol::ColumnSpecsPtr m_types;
};

} // namespace

Result<std::string> verifyCopy(client::Session& session, const modeling::MigrationStep& copy,
                               const MigrationOptions& options,
                               const std::function<void(std::uint64_t)>& progress,
                               const std::atomic<bool>& cancelled)
{
    return Verifier(session, copy, options, progress, cancelled).run();
}

} // namespace engine::workload
