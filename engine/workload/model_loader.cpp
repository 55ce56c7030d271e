#include "engine/workload/model_loader.h"

#include "engine/cql/quote.h"
#include "engine/modeling/cql.h"
#include "engine/workload/model_data.h"
#include "engine/workload/session_wait.h"

#include <deque>

namespace engine::workload {

namespace {

constexpr int kModelTriesMax = 4;
constexpr auto kModelProgressInterval = std::chrono::milliseconds{100};
constexpr auto kModelDdlTimeout = std::chrono::seconds{30};

/// Shared by the loading thread and the callbacks on the client thread; every callback holds it.
struct ModelLoadState {
    struct Failed {
        ModelDataRow row;
        int tries;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::uint32_t inFlight = 0;
    std::uint64_t done = 0;
    std::deque<Failed> again;
    std::optional<Error> fatal;
};

class ModelLoader {
public:
    ModelLoader(client::Session& session, const ModelLoadOptions& options, ModelData data)
        : m_session(session), m_options(options), m_data(std::move(data))
    {
    }

    Result<void> createSchema(const modeling::Model& model,
                              const std::function<void(const SampleLoadProgress&)>& progress,
                              const std::atomic<bool>& cancelled)
    {
        modeling::CqlOptions options;
        options.ifNotExists = true;
        options.comments = false;
        client::RequestOptions request;
        request.timeout = kModelDdlTimeout;
        request.consistency = protocol::Consistency::One;
        for (const auto& statement : modeling::cqlStatements(model, options)) {
            SampleLoadProgress shown;
            shown.rowsTotal = m_data.rowCount();
            shown.step = statement.cql.substr(0, statement.cql.find_first_of("(\n"));
            progress(shown);
            if (cancelled)
                return Error{ErrorCode::Cancelled, "loading was cancelled"};
            const auto made = executeAndWait(m_session, statement.cql, request);
            if (!made)
                return made.error().within(shown.step);
        }
        return ok();
    }

    Result<void> load(const std::function<void(const SampleLoadProgress&)>& progress,
                      const std::atomic<bool>& cancelled)
    {
        for (const ModelDataTable& table : m_data.tables()) {
            auto prepared = prepareAndWait(m_session, table.insert);
            if (!prepared)
                return prepared.error().within(table.name);
            m_prepared.push_back(std::move(*prepared));
        }
        SampleLoadProgress shown;
        shown.rowsTotal = m_data.rowCount();
        auto next = std::chrono::steady_clock::now();
        std::unique_lock lock(m_state->mutex);
        for (bool more = true; !cancelled && !m_state->fatal;) {
            if (const auto now = std::chrono::steady_clock::now(); now >= next) {
                next = now + kModelProgressInterval;
                shown.rowsDone = m_state->done;
                lock.unlock();
                progress(shown);
                lock.lock();
            }
            ModelLoadState::Failed item{{}, 0};
            if (m_state->inFlight >= m_options.requestsInFlight || !takeRow(item, more)) {
                if (m_state->inFlight == 0)
                    break;
                m_state->changed.wait_for(lock, kModelProgressInterval);
                continue;
            }
            ++m_state->inFlight;
            lock.unlock();
            send(std::move(item.row), item.tries + 1);
            lock.lock();
        }
        m_state->changed.wait(lock, [this] { return m_state->inFlight == 0; });
        if (m_state->fatal)
            return *m_state->fatal;
        if (cancelled)
            return Error{ErrorCode::Cancelled, "loading was cancelled"};
        shown.rowsDone = m_state->done;
        lock.unlock();
        progress(shown);
        return ok();
    }

private:
    /// The next row to send: one that failed first.
    bool takeRow(ModelLoadState::Failed& to, bool& more)
    {
        if (!m_state->again.empty()) {
            to = std::move(m_state->again.front());
            m_state->again.pop_front();
            return true;
        }
        more = more && m_data.next(to.row);
        return more;
    }

    void send(ModelDataRow row, int tries)
    {
        std::vector<client::BoundValue> values;
        for (const auto& value : row.values)
            values.push_back(value ? client::BoundValue::of(*value) : client::BoundValue::unset());
        client::RequestOptions options;
        options.consistency = m_options.consistency;
        const auto prepared = m_prepared[row.table];
        // A counter that is added to twice is a little wrong, which sample data may be; the driver
        // itself must not do it behind our back.
        options.idempotent = !prepared->cql.starts_with("UPDATE");
        m_session.execute(prepared, std::move(values), options,
                          [state = m_state, row = std::move(row),
                           tries](Result<client::ResultPagePtr> result) mutable {
                              const std::lock_guard lock(state->mutex);
                              --state->inFlight;
                              if (result)
                                  ++state->done;
                              else if (tries < kModelTriesMax)
                                  state->again.push_back({std::move(row), tries});
                              else if (!state->fatal)
                                  state->fatal = result.error().within("loading rows");
                              state->changed.notify_all();
                          });
    }

    client::Session& m_session;
    ModelLoadOptions m_options;
    ModelData m_data;
    std::vector<client::PreparedPtr> m_prepared;
    std::shared_ptr<ModelLoadState> m_state = std::make_shared<ModelLoadState>();
};

} // namespace

Result<void> loadModelData(client::Session& session, const modeling::ModelPtr& model,
                           const ModelLoadOptions& options,
                           const std::function<void(const SampleLoadProgress&)>& progress,
                           const std::atomic<bool>& cancelled)
{
    RW_ASSIGN(ModelData data, ModelData::make(model, {options.seed, options.rows, options.bytes}));
    ModelLoader loader{session, options, std::move(data)};
    if (options.createSchema)
        RW_TRY(loader.createSchema(*model, progress, cancelled));
    return loader.load(progress, cancelled);
}

Result<void> sampleColumns(client::Session& session, const modeling::Model& model,
                           modeling::ElementId tableId, std::uint32_t rows,
                           modeling::TableMeasurement& to)
{
    RW_ASSIGN(auto sampler, modeling::ColumnSampler::make(model, tableId));
    const modeling::ModelTable& table = *modeling::findTable(model, tableId);
    std::string columns;
    for (const auto& column : table.columns)
        columns += (columns.empty() ? "" : ", ") + cql::quote(column.name);
    client::RequestOptions options;
    options.pageSize = static_cast<std::int32_t>(std::min<std::uint32_t>(rows, 5000));
    options.idempotent = true;
    RW_ASSIGN(const auto page,
              executeAndWait(session,
                             "SELECT " + columns + " FROM " + cql::quote(table.keyspace) + "." +
                                 cql::quote(table.name) + " LIMIT " +
                                 std::to_string(std::max<std::uint32_t>(1, rows)),
                             options));
    std::vector<std::uint32_t> offsets = page->rowOffsets();
    if (!offsets.empty())
        offsets.pop_back();                     // the end
    std::vector<std::uint32_t> partitionStarts; ///< numbers of rows
    Bytes before;
    for (std::uint32_t row = 0; row < offsets.size(); ++row) {
        std::vector<std::optional<Bytes>> values;
        Bytes key;
        for (const auto& value : page->rowAt(offsets[row])) {
            if (table.columns.at(values.size()).role == modeling::ColumnRole::PartitionKey)
                key += Bytes{value.value_or(ByteView{})} + '|';
            values.push_back(value ? std::optional<Bytes>{Bytes{*value}} : std::nullopt);
        }
        if (key != before || row == 0)
            partitionStarts.push_back(row);
        before = std::move(key);
        sampler.add(values);
    }
    sampler.fill(to);
    // Rows come partition by partition; the last one may go on behind what was read.
    const bool all = offsets.size() < rows;
    const auto whole = partitionStarts.size() - (all || partitionStarts.empty() ? 0 : 1);
    if (!to.rows && whole > 0)
        to.rowsAPartition = static_cast<double>(all ? offsets.size() : partitionStarts.back()) /
                            static_cast<double>(whole);
    return ok();
}

} // namespace engine::workload
