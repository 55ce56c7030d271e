#include "engine/workload/sample_loader.h"

#include "engine/workload/row_pump.h"
#include "engine/workload/session_wait.h"

namespace engine::workload {

namespace {

constexpr auto kDdlTimeout = std::chrono::seconds{30};

class Loader {
public:
    Loader(client::Session& session, const SampleLoadOptions& options)
        : m_session(session), m_options(options), m_sample(options.size)
    {
    }

    Result<void> run(const std::function<void(const SampleLoadProgress&)>& progress,
                     const std::atomic<bool>& cancelled)
    {
        SampleLoadProgress shown;
        shown.rowsTotal = m_sample.rowCount();
        client::RequestOptions ddl;
        ddl.timeout = kDdlTimeout;
        ddl.consistency = protocol::Consistency::One;
        for (const auto& cql : HotelSample::schema(m_options.replication)) {
            shown.step = cql.substr(0, cql.find('('));
            progress(shown);
            if (cancelled)
                return Error{ErrorCode::Cancelled, "loading the sample was cancelled"};
            const auto made = executeAndWait(m_session, cql, ddl);
            if (!made)
                return made.error().within(shown.step);
        }
        shown.step.clear();
        for (const auto& cql : HotelSample::inserts()) {
            RW_ASSIGN(auto prepared, prepareAndWait(m_session, cql));
            m_prepared.push_back(std::move(prepared));
        }
        RowPump<SampleRow> pump{m_options.requestsInFlight,
                                {"loading the sample", "loading the sample was cancelled"}};
        return pump.run([this](SampleRow& row) { return m_sample.next(row); },
                        [this](const SampleRow& row, RowPump<SampleRow>::Answered answered) {
                            send(row, std::move(answered));
                        },
                        shown, progress, cancelled);
    }

private:
    void send(const SampleRow& row, RowPump<SampleRow>::Answered answered)
    {
        std::vector<client::BoundValue> values;
        for (const auto& value : row.values)
            values.push_back(client::BoundValue::of(value));
        client::RequestOptions options;
        options.consistency = m_options.consistency;
        options.idempotent = true;
        m_session.execute(m_prepared[row.statement], std::move(values), options,
                          std::move(answered));
    }

    client::Session& m_session;
    SampleLoadOptions m_options;
    HotelSample m_sample;
    std::vector<client::PreparedPtr> m_prepared;
};

} // namespace

Result<void> loadHotelSample(client::Session& session, const SampleLoadOptions& options,
                             const std::function<void(const SampleLoadProgress&)>& progress,
                             const std::atomic<bool>& cancelled)
{
    return Loader(session, options).run(progress, cancelled);
}

} // namespace engine::workload
