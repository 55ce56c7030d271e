#include "engine/workload/table_copy.h"

#include "engine/cql/quote.h"
#include "engine/modeling/bucket_value.h"

#include <algorithm>

namespace engine::workload {

using client::BoundValue;

namespace {

constexpr auto kCopyTimeout = std::chrono::seconds{30};

template <class T>
struct CopyAnswer {
    std::mutex mutex;
    std::condition_variable came;
    std::optional<Result<T>> result;

    void set(Result<T> value)
    {
        const std::lock_guard lock(mutex);
        result = std::move(value);
        came.notify_all();
    }
    Result<T> wait()
    {
        std::unique_lock lock(mutex);
        came.wait(lock, [this] { return result.has_value(); });
        return std::move(*result);
    }
};

std::string qualified(const std::string& keyspace, const std::string& table)
{
    return cql::quote(keyspace) + "." + cql::quote(table);
}

std::string listOf(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + cql::quote(name);
    return text;
}

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

} // namespace

Result<client::ResultPagePtr> answerOf(client::Session& session, client::PreparedPtr statement,
                                       std::vector<BoundValue> values,
                                       const client::RequestOptions& options)
{
    const auto answer = std::make_shared<CopyAnswer<client::ResultPagePtr>>();
    session.execute(
        std::move(statement), std::move(values), options,
        [answer](Result<client::ResultPagePtr> result) { answer->set(std::move(result)); });
    return answer->wait();
}

Result<client::ResultPagePtr> answerOf(client::Session& session, const std::string& cql,
                                       const client::RequestOptions& options)
{
    const auto answer = std::make_shared<CopyAnswer<client::ResultPagePtr>>();
    session.execute(cql, {}, options, [answer](Result<client::ResultPagePtr> result) {
        answer->set(std::move(result));
    });
    return answer->wait();
}

Result<client::PreparedPtr> preparedOf(client::Session& session, const std::string& cql)
{
    const auto answer = std::make_shared<CopyAnswer<client::PreparedPtr>>();
    session.prepare(
        cql, {}, [answer](Result<client::PreparedPtr> result) { answer->set(std::move(result)); });
    return answer->wait();
}

Result<void> eachPage(client::Session& session, const client::PreparedPtr& statement,
                      const client::RequestOptions& wanted,
                      const std::function<Result<bool>(const client::ResultPage&)>& take)
{
    client::RequestOptions options = wanted;
    options.idempotent = true;
    options.timeout = kCopyTimeout;
    for (;;) {
        RW_ASSIGN(const client::ResultPagePtr page, answerOf(session, statement, {}, options));
        RW_ASSIGN(const bool more, take(*page));
        if (!more || !page->hasMore())
            return ok();
        options.pagingState = page->pagingState;
    }
}

Result<void> TableCopy::checkTypes() const
{
    for (std::size_t i = 0; i < m_step.copiedColumns.size(); ++i) {
        const cql::TypePtr& from = (*m_select->resultColumns)[i].type;
        const cql::TypePtr& to = m_insert->markers.columns[i].type;
        if (!cql::sameType(from, to))
            return Error{ErrorCode::Invalid, m_step.copiedColumns[i] + " is " + from->toString() +
                                                 " in " + m_step.from + " and " + to->toString() +
                                                 " in " + m_step.to +
                                                 ": its values cannot be copied as they are. Copy "
                                                 "the table with a program that converts them."};
    }
    return ok();
}

Result<void> TableCopy::prepare()
{
    if (!m_step.missingColumns.empty())
        return Error{ErrorCode::Invalid, m_step.from + " has no value for " +
                                             listOf(m_step.missingColumns) + ", which the key of " +
                                             m_step.to + " needs"};
    std::vector<std::string> inserted = m_step.copiedColumns;
    for (const auto& [column, how] : m_step.computedColumns)
        inserted.push_back(column);
    std::string marks;
    for (std::size_t i = 0; i < inserted.size(); ++i)
        marks += i == 0 ? "?" : ", ?";
    RW_ASSIGN(m_select, preparedOf(m_session, "SELECT " + listOf(m_step.copiedColumns) + " FROM " +
                                                  qualified(m_step.keyspace, m_step.from)));
    RW_ASSIGN(m_insert,
              preparedOf(m_session, "INSERT INTO " + qualified(m_step.keyspace, m_step.to) + " (" +
                                        listOf(inserted) + ") VALUES (" + marks + ")"));
    if (!m_select->resultColumns ||
        m_select->resultColumns->size() != m_step.copiedColumns.size() ||
        m_insert->markers.columns.size() != inserted.size())
        return Error{ErrorCode::ProtocolError,
                     "the server described other columns of " + m_step.from + " than were asked"};
    RW_TRY(checkTypes());
    modeling::ModelTable columns;
    for (std::size_t i = 0; i < m_step.copiedColumns.size(); ++i) {
        modeling::TableColumn column;
        column.id = modeling::ElementId{static_cast<std::uint32_t>(i + 1)};
        column.name = m_step.copiedColumns[i];
        column.type = (*m_select->resultColumns)[i].type->toString();
        columns.columns.push_back(column);
    }
    for (const auto& [column, how] : m_step.computedColumns) {
        const auto bucket = modeling::bucketFromText(columns, how);
        if (!bucket)
            return Error{ErrorCode::Invalid,
                         column + " is made of " + how + ", which " + m_step.from + " has not"};
        const auto of = static_cast<std::size_t>(bucket->column) - 1;
        m_computed.push_back({*bucket, of, (*m_select->resultColumns)[of].type});
    }
    return prepareStatics();
}

Result<void> TableCopy::prepareStatics()
{
    const schema::TablePtr table = tableOf(m_session, m_step.keyspace, m_step.to);
    if (!table)
        return ok();
    std::vector<std::string> names;
    bool any = false;
    for (std::size_t i = 0; i < m_insert->markers.columns.size(); ++i) {
        const std::string& name = m_insert->markers.columns[i].name;
        const auto column = table->column(name);
        if (!column)
            continue;
        if (column->kind == schema::ColumnKind::Clustering && i < m_step.copiedColumns.size())
            m_clustering.push_back(i);
        if (column->kind == schema::ColumnKind::PartitionKey || column->isStatic()) {
            any |= column->isStatic();
            m_statics.push_back(i);
            names.push_back(name);
        }
    }
    if (!any)
        return ok();
    std::string marks;
    for (std::size_t i = 0; i < names.size(); ++i)
        marks += i == 0 ? "?" : ", ?";
    RW_ASSIGN(m_insertStatics,
              preparedOf(m_session, "INSERT INTO " + qualified(m_step.keyspace, m_step.to) + " (" +
                                        listOf(names) + ") VALUES (" + marks + ")"));
    return ok();
}

void TableCopy::write(const std::vector<std::optional<ByteView>>& row)
{
    std::vector<BoundValue> values;
    for (std::size_t i = 0; i < m_step.copiedColumns.size(); ++i)
        // A null that is written is a tombstone; one that is left out is not.
        values.push_back(row[i] ? BoundValue::of(Bytes(*row[i])) : BoundValue::unset());
    for (const Computed& computed : m_computed)
        values.push_back(BoundValue::of(modeling::valueOfBucket(
            computed.bucket, *computed.type, row[computed.of].value_or(ByteView{}))));
    // A partition that has only static columns comes as a row without clustering columns.
    const bool staticsOnly =
        m_insertStatics && !m_clustering.empty() &&
        std::ranges::all_of(m_clustering, [&](std::size_t column) { return !row[column]; });
    if (!staticsOnly) {
        send(m_insert, std::move(values));
        return;
    }
    std::vector<BoundValue> some;
    for (const std::size_t marker : m_statics)
        some.push_back(values[marker]);
    send(m_insertStatics, std::move(some));
}

void TableCopy::send(const client::PreparedPtr& statement, std::vector<BoundValue> values)
{
    {
        std::unique_lock lock(m_flight->mutex);
        m_flight->changed.wait(lock,
                               [this] { return m_flight->count < m_options.requestsInFlight; });
        ++m_flight->count;
    }
    client::RequestOptions options;
    options.consistency = m_options.write;
    options.idempotent = true;
    options.timeout = kCopyTimeout;
    const auto answered = [flight = m_flight](Result<client::ResultPagePtr> result) {
        const std::lock_guard lock(flight->mutex);
        --flight->count;
        if (result)
            ++flight->written;
        else if (!flight->failed)
            flight->failed = result.error();
        flight->changed.notify_all();
    };
    m_session.execute(statement, values, options,
                      [session = &m_session, statement, values, options,
                       answered](Result<client::ResultPagePtr> result) {
                          if (result)
                              answered(std::move(result));
                          else // the same row again is the same row
                              session->execute(statement, values, options, answered);
                      });
}

Result<std::uint64_t> TableCopy::copy(const std::function<void(std::uint64_t)>& progress,
                                      const std::atomic<bool>& cancelled)
{
    RW_TRY(prepare());
    client::RequestOptions options;
    options.consistency = m_options.read;
    options.pageSize = m_options.pageSize;
    const auto read =
        eachPage(m_session, m_select, options, [&](const client::ResultPage& page) -> Result<bool> {
            auto rows = page.rows();
            std::vector<std::optional<ByteView>> row;
            while (rows.next(row)) {
                if (cancelled)
                    return cancelledCopy();
                write(row);
            }
            if (!rows.ok())
                return Error{ErrorCode::ProtocolError,
                             "a page of " + m_step.from + " was damaged on its way"};
            const std::lock_guard lock(m_flight->mutex);
            progress(m_flight->written);
            if (m_flight->failed)
                return *m_flight->failed;
            return true;
        });
    std::unique_lock lock(m_flight->mutex);
    m_flight->changed.wait(lock, [this] { return m_flight->count == 0; });
    RW_TRY(read);
    if (m_flight->failed)
        return *m_flight->failed;
    return m_flight->written;
}

} // namespace engine::workload
