#include "engine/workload/model_loader.h"

#include "engine/cql/quote.h"
#include "engine/modeling/cql.h"
#include "engine/workload/model_data.h"
#include "engine/workload/row_pump.h"
#include "engine/workload/session_wait.h"

namespace engine::workload {

namespace {

constexpr auto kModelDdlTimeout = std::chrono::seconds{30};

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
        RowPump<ModelDataRow> pump{m_options.requestsInFlight,
                                   {"loading rows", "loading was cancelled"}};
        return pump.run([this](ModelDataRow& row) { return m_data.next(row); },
                        [this](const ModelDataRow& row, RowPump<ModelDataRow>::Answered answered) {
                            send(row, std::move(answered));
                        },
                        shown, progress, cancelled);
    }

private:
    void send(const ModelDataRow& row, RowPump<ModelDataRow>::Answered answered)
    {
        std::vector<client::BoundValue> values;
        for (const auto& value : row.values)
            values.push_back(value ? client::BoundValue::of(*value) : client::BoundValue::unset());
        client::RequestOptions options;
        options.consistency = m_options.consistency;
        const auto& prepared = m_prepared[row.table];
        // A counter that is added to twice is a little wrong, which sample data may be; the driver
        // itself must not do it behind our back.
        options.idempotent = !prepared->cql.starts_with("UPDATE");
        m_session.execute(prepared, std::move(values), options, std::move(answered));
    }

    client::Session& m_session;
    ModelLoadOptions m_options;
    ModelData m_data;
    std::vector<client::PreparedPtr> m_prepared;
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
