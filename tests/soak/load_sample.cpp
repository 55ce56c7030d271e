// Loads the hotel sample through the driver: load_sample ADDRESS small|full
// asks what a new user is offered to ask, and checks the rows: prints {"rows": …, "seconds": …,
// "rooms": …} as JSON.
#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/cql/script.h"
#include "engine/workload/sample_loader.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <string_view>

namespace {

using namespace engine;
using namespace engine::client;

struct Quiet final : SessionListener {
    std::promise<void> connected;
    std::atomic<bool> told = false;
    void onState(const SessionState& state) override
    {
        if (state.phase == SessionState::Phase::Connected && !told.exchange(true))
            connected.set_value();
    }
    void onTopology(const TopologyPtr&) override {}
    void onSchema(const SchemaInfoPtr&) override {}
};

Result<std::int64_t> countRooms(Session& session)
{
    // Hotel by hotel: one aggregate over a million rows would be a question of its own.
    std::int64_t rooms = 0;
    RequestOptions options;
    options.consistency = protocol::Consistency::Quorum;
    options.timeout = std::chrono::seconds{60};
    options.pageSize = 5000;
    std::optional<Bytes> state;
    do {
        options.pagingState = state;
        std::promise<Result<ResultPagePtr>> answer;
        session.execute("SELECT hotel_id, room_number FROM hotel.available_rooms_by_hotel_date", {},
                        options,
                        [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
        RW_ASSIGN(const ResultPagePtr page, answer.get_future().get());
        rooms += page->rowCount;
        state = page->pagingState;
    } while (state);
    return rooms;
}

/// Each of the questions that a new user is offered finds rows.
Result<void> askAll(Session& session, const std::string& script)
{
    const auto statements = cql::splitStatements(script);
    if (statements.size() != 9)
        return Error{ErrorCode::Invalid, fmt::format("{} questions, not nine", statements.size())};
    for (const auto& statement : statements) {
        const std::string text{statement.textIn(script)};
        std::promise<Result<ResultPagePtr>> answer;
        session.execute(text, {}, {},
                        [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
        RW_ASSIGN(const ResultPagePtr page, answer.get_future().get());
        if (page->rowCount == 0)
            return Error{ErrorCode::NotFound, "no rows for " + text};
    }
    return ok();
}

Result<void> run(const std::string& address, bool full)
{
    ClientThread thread;
    SystemClock clock;
    Quiet listener;
    SessionOptions options;
    options.contactPoints = {address};
    Session session(thread, clock, options, listener);
    if (listener.connected.get_future().wait_for(std::chrono::seconds{20}) !=
        std::future_status::ready)
        return Error{ErrorCode::Timeout, "nothing answers at " + address};

    workload::SampleLoadOptions load;
    load.size = full ? workload::HotelSampleSize::full() : workload::HotelSampleSize::small();
    load.replication = "{'class': 'NetworkTopologyStrategy', 'datacenter1': 3}";
    workload::SampleLoadProgress last;
    const std::atomic<bool> cancelled = false;
    const auto began = std::chrono::steady_clock::now();
    RW_TRY(workload::loadHotelSample(
        session, load, [&](const auto& progress) { last = progress; }, cancelled));
    const std::chrono::duration<double> loading = std::chrono::steady_clock::now() - began;
    RW_TRY(askAll(session, workload::HotelSample(load.size).queries()));
    const auto counting = std::chrono::steady_clock::now();
    RW_ASSIGN(const std::int64_t rooms, countRooms(session));
    const std::chrono::duration<double> counted = std::chrono::steady_clock::now() - counting;
    fmt::print("{{\"rows\": {}, \"seconds\": {:.1f}, \"rooms\": {}, \"rooms_wanted\": {}, "
               "\"scan_seconds\": {:.1f}}}\n",
               last.rowsDone, loading.count(), rooms,
               load.size.hotels * load.size.roomsPerHotel * load.size.days, counted.count());
    session.close();
    return ok();
}

} // namespace

int main(int argc, char** argv)
{
    const std::string_view size = argc == 3 ? argv[2] : "";
    if (size != "small" && size != "full") {
        std::fprintf(stderr, "usage: load_sample ADDRESS small|full\n");
        return 2;
    }
    const auto done = run(argv[1], size == "full");
    if (!done)
        std::fprintf(stderr, "%s\n", done.error().detail().c_str());
    return done ? 0 : 1;
}
