#include "engine/workload/row_copy.h"

#include <algorithm>

namespace engine::workload {

using client::BoundValue;
using client::ResultPagePtr;
using Kind = CopyPlan::Statement::Kind;

namespace {

constexpr auto kRowTimeout = std::chrono::seconds{30};
constexpr std::int64_t kCopiesMax = 1000; ///< of one row, each a µs after the one before

std::int64_t timeOf(const BoundValue& value)
{
    return loadBigEndian<std::int64_t>(value.bytes.data());
}

} // namespace

void CopyFlight::begin(std::uint32_t most)
{
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return count < most; });
    ++count;
}

void CopyFlight::end(const Result<void>& result)
{
    const std::lock_guard lock(mutex);
    --count;
    if (result)
        ++written;
    else if (!failed)
        failed = result.error();
    changed.notify_all();
}

void CopyFlight::wait()
{
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return count == 0; });
}

client::RequestOptions RowCopy::readOptions() const
{
    client::RequestOptions options;
    options.consistency = m_setup.options.read;
    options.idempotent = true;
    options.timeout = kRowTimeout;
    return options;
}

client::RequestOptions RowCopy::writeOptions() const
{
    client::RequestOptions options;
    options.consistency = m_setup.options.write;
    options.timeout = kRowTimeout;
    return options;
}

void RowCopy::write(std::vector<CopyPlan::Statement> statements, const CopyPlan::Key& key,
                    bool repeated)
{
    m_statements = std::move(statements);
    const bool list =
        std::ranges::any_of(m_statements, [](const auto& each) { return each.writesList; });
    if (repeated && list && key.hasClustering())
        readLists(key.markers(false));
    else
        send();
}

void RowCopy::readLists(std::vector<BoundValue> key)
{
    m_setup.session.execute(m_setup.prepared->lists, std::move(key), readOptions(),
                            [self = shared_from_this()](const Result<ResultPagePtr>& result) {
                                if (result)
                                    self->keepNewerLists(**result);
                                else
                                    return self->m_setup.flight->end(result.error());
                                self->send();
                            });
}

void RowCopy::keepNewerLists(const client::ResultPage& page)
{
    auto rows = page.rows();
    std::vector<std::optional<ByteView>> row;
    if (!rows.next(row))
        return;
    // Of every list there is its newest write time; the copy's write must come after it to replace
    // what an interrupted copy left, for the elements of two equal writes would add up.
    std::int64_t newest = 0;
    for (const auto& value : row)
        newest = std::max(newest, numberOf<std::int64_t>(value).value_or(0));
    for (auto& statement : m_statements) {
        const std::int64_t time = statement.writesList ? timeOf(statement.values[0]) : newest + 1;
        // What is much newer the application wrote meanwhile: it wins by its own write time.
        if (newest >= time && newest < time + kCopiesMax)
            statement.values[0] = numberMarker(newest + 1);
    }
}

void RowCopy::send()
{
    if (m_statements.empty())
        return m_setup.flight->end(ok());
    auto answered = [self = shared_from_this()](const Result<ResultPagePtr>& result) {
        if (result)
            self->m_setup.flight->end(ok());
        else
            self->failed(result.error(), &RowCopy::send);
    };
    for (auto& statement : m_statements) {
        if (m_tries > 0 && statement.writesList)
            statement.values[0] = numberMarker(timeOf(statement.values[0]) + 1);
    }
    const auto& cql = m_setup.prepared->cql;
    if (m_statements.size() == 1) {
        m_setup.session.execute(cql[static_cast<std::size_t>(m_statements[0].kind)],
                                m_statements[0].values, writeOptions(), std::move(answered));
        return;
    }
    // One partition's statements: they are written at once or not at all.
    std::vector<client::Session::BatchStatement> batch;
    for (const auto& statement : m_statements)
        batch.push_back({cql[static_cast<std::size_t>(statement.kind)], {}, statement.values});
    m_setup.session.executeBatch(protocol::BatchType::Unlogged, std::move(batch), writeOptions(),
                                 std::move(answered));
}

void RowCopy::failed(const Error& error, void (RowCopy::*again)())
{
    if (++m_tries < kTriesMax)
        (this->*again)();
    else
        m_setup.flight->end(error);
}

void RowCopy::count(std::vector<std::optional<std::int64_t>> wanted, const CopyPlan::Key& key,
                    bool statics)
{
    m_wanted = std::move(wanted);
    m_key = key.markers(statics);
    m_isStatic = statics;
    readCounters();
}

void RowCopy::readCounters()
{
    m_setup.session.execute(m_setup.prepared->counters[m_isStatic ? 1 : 0], m_key, readOptions(),
                            [self = shared_from_this()](const Result<ResultPagePtr>& result) {
                                if (result)
                                    self->addCounters(**result);
                                else
                                    self->failed(result.error(), &RowCopy::readCounters);
                            });
}

void RowCopy::addCounters(const client::ResultPage& page)
{
    auto rows = page.rows();
    std::vector<std::optional<ByteView>> row;
    const bool there = rows.next(row) && row.size() == m_wanted.size();
    std::vector<BoundValue> values;
    bool any = false;
    for (std::size_t i = 0; i < m_wanted.size(); ++i) {
        const auto now = there ? numberOf<std::int64_t>(row[i]) : std::nullopt;
        if (!m_wanted[i] || now == m_wanted[i]) {
            values.push_back(BoundValue::unset());
            continue;
        }
        any = true;
        // Counters wrap round, as in Cassandra.
        values.push_back(
            numberMarker(static_cast<std::int64_t>(static_cast<std::uint64_t>(*m_wanted[i]) -
                                                   static_cast<std::uint64_t>(now.value_or(0)))));
    }
    if (!any)
        return m_setup.flight->end(ok());
    values.insert(values.end(), m_key.begin(), m_key.end());
    const Kind kind = m_isStatic ? Kind::Statics : Kind::Cells;
    m_setup.session.execute(m_setup.prepared->cql[static_cast<std::size_t>(kind)],
                            std::move(values), writeOptions(),
                            [self = shared_from_this()](const Result<ResultPagePtr>& result) {
                                if (result)
                                    self->m_setup.flight->end(ok());
                                else // what was added is not known: look again, then add the rest
                                    self->failed(result.error(), &RowCopy::readCounters);
                            });
}

} // namespace engine::workload
