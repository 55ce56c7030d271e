#include "engine/coordination/read_path.h"

#include "engine/coordination/fan_out.h"
#include "engine/coordination/range_plan.h"
#include "engine/coordination/request_errors.h"
#include "engine/coordination/write_path.h"
#include "engine/rows/filter.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;
using protocol::Consistency;

namespace {

constexpr double kLatencyWeight = 0.05;
constexpr Duration kSpeculationMin = std::chrono::milliseconds{20};
/// Rows read at once when a filter may throw most of them away.
constexpr std::uint32_t kFilteredRowsMin = 1000;

std::uint32_t doubled(std::uint32_t limit)
{
    return limit > UINT32_MAX / 2 ? UINT32_MAX : limit * 2;
}

bool isRange(const rows::ReadCommand& command)
{
    return !command.key.has_value();
}

} // namespace

ReadPath::ReadPath(Context& context)
    : m_context(context), m_wheel(context.runtime.now()), m_isHere(std::make_shared<bool>(true))
{
    for (const Verb verb : {Verb::ReadReq, Verb::RangeReq})
        m_context.messaging.setHandler(verb, [this](const Envelope& message) { onRead(message); });
}

ReadPath::~ReadPath()
{
    *m_isHere = false;
}

Task<ReadOutcome> ReadPath::read(rows::ReadCommand command, RequestOptions options)
{
    ++m_counters.reads;
    if (options.consistency == Consistency::Any)
        co_return Error{ErrorCode::Invalid, "ANY ConsistencyLevel is only supported for writes"};
    if (protocol::isSerial(options.consistency))
        co_return Error{ErrorCode::Invalid,
                        "Reading at SERIAL or LOCAL_SERIAL is not supported yet; use QUORUM."};
    const MonoTime deadline =
        m_context.deadline(options.deadline, isRange(command) ? m_context.options.rangeTimeout
                                                              : m_context.options.readTimeout);
    if (options.trace) [[unlikely]]
        command.trace = options.trace;
    // Held to the end: a change of the ring waits for reads that decide by an older one.
    auto map = m_context.planner.mapOf(command.table->keyspace());
    if (!map)
        co_return map.error();
    if ((*map)->strategy().kind() == ring::StrategyKind::Local) {
        auto reading = readHere(std::move(command));
        co_return co_await reading;
    }
    if (isRange(command)) {
        auto reading = readRange(std::move(command), *map, std::move(options), deadline);
        co_return co_await reading;
    }

    const Needed& needed = (*map)->needed(options.consistency);
    const Replicas& replicas = m_context.planner.replicas(**map, ring::murmur3Token(*command.key));
    RW_CO_TRY(checkEnoughAlive(options.consistency, needed, replicas));
    const bool isHere = needed.ofAll == 1 && replicas.front().isSelf;
    Ask ask;
    if (!isHere)
        ask.contacts = contactsFor(replicas, needed);
    if (command.trace) [[unlikely]]
        noteContacts(*command.trace, isHere ? replicas : ask.contacts, needed.ofAll,
                     options.consistency);
    if (isHere) {
        auto reading = readHere(std::move(command));
        co_return co_await reading;
    }
    ask.command = std::move(command);
    ask.blockFor = needed.ofAll;
    ask.consistency = options.consistency;
    ask.deadline = deadline;
    const MonoTime begun = m_context.runtime.now();
    auto asking = readFrom(std::move(ask));
    auto outcome = co_await asking;
    noteLatency(m_context.runtime.now() - begun);
    co_return outcome;
}

Replicas ReadPath::contactsFor(const Replicas& replicas, const Needed& needed)
{
    Replicas contacts;
    contacts.reserve(replicas.size());
    std::copy_if(
        replicas.begin(), replicas.end(), std::back_inserter(contacts),
        [&](const Replica& r) { return r.isAlive && (!needed.localOnly || r.isLocalDatacenter); });
    // EACH_QUORUM: the quorum of each datacenter first.
    if (!needed.ofEach.empty()) {
        auto each = needed.ofEach;
        std::stable_partition(contacts.begin(), contacts.end(), [&](const Replica& r) {
            const std::size_t at = needed.indexOf(r.datacenter);
            return at < each.size() && each[at].answers-- > 0;
        });
    }
    return contacts;
}

void ReadPath::noteContacts(TraceSession& trace, const Replicas& contacts, std::int32_t needed,
                            Consistency consistency)
{
    std::string names;
    for (std::size_t i = 0; i < contacts.size() && i < static_cast<std::size_t>(needed); ++i)
        names += fmt::format("{}{}{}", names.empty() ? "" : ", ", contacts[i].endpoint.toString(),
                             contacts[i].isSelf ? " (this node)" : "");
    trace.add(fmt::format("Reading at {} from {} replica(s): {}",
                          protocol::consistencyName(consistency), needed, names));
}

Task<ReadOutcome> ReadPath::readHere(rows::ReadCommand command)
{
    ++m_counters.localReads;
    if (command.key) {
        auto quick = m_context.store.tryRead(command);
        if (quick) {
            if (!*quick)
                co_return (*quick).error();
            co_return finishLocal(command, std::move(**quick));
        }
    }
    auto reading =
        m_context.store.read(command, isRange(command) ? Priority::Scan : Priority::Request);
    auto data = co_await reading;
    if (!data)
        co_return data.error();
    co_return finishSingle(command, std::move(*data));
}

// ---- a range of partitions ----

Task<ReadOutcome> ReadPath::readRange(rows::ReadCommand command, KeyspaceReplicasPtr map,
                                      RequestOptions options, MonoTime deadline)
{
    auto planned = planRange(m_context.planner, *map, command.range, options.consistency);
    if (!planned)
        co_return planned.error();
    std::vector<RangePiece>& pieces = *planned;
    ReadOutcome all;
    std::uint32_t rowsLeft = command.limits.rows;
    const std::int32_t needed = map->needed(options.consistency).ofAll;
    // One at a time: the pieces are in token order and most reads end within the first. What a
    // scan costs in round trips it saves by merged pieces.
    for (std::size_t i = 0; i < pieces.size() && rowsLeft > 0; ++i) {
        Ask ask;
        ask.command = command;
        ask.command.range = pieces[i].range;
        ask.command.limits.rows = rowsLeft;
        if (i > 0)
            ask.command.resumeAfter.reset();
        ask.contacts = std::move(pieces[i].replicas);
        ask.blockFor = needed;
        ask.consistency = options.consistency;
        ask.deadline = deadline;
        if (command.trace) [[unlikely]]
            noteContacts(*command.trace, ask.contacts, needed, options.consistency);
        Result<ReadOutcome> part = Error{};
        const bool isHere = needed == 1 && ask.contacts.front().isSelf;
        auto reading = isHere ? readHere(std::move(ask.command)) : readFrom(std::move(ask));
        part = co_await reading;
        if (!part)
            co_return part.error();
        rows::LimitCounter counter({}, command.nowSeconds);
        for (rows::Partition& partition : part->partitions) {
            counter.beginPartition(rows::staticRowCounts(command, false) &&
                                   !partition.staticRow.isEmpty());
            for (const rows::Unfiltered& unfiltered : partition.unfiltereds)
                if (unfiltered.kind == rows::Unfiltered::Kind::Row)
                    (void)counter.count(unfiltered.row);
            counter.endPartition();
            all.partitions.push_back(std::move(partition));
        }
        rowsLeft = counter.rows() >= rowsLeft ? 0 : rowsLeft - counter.rows();
        if (part->limited) {
            all.limited = true;
            break;
        }
    }
    co_return all;
}

// ---- several replicas ----

Task<ReadOutcome> ReadPath::readFrom(Ask ask)
{
    const auto needed = static_cast<std::size_t>(ask.blockFor);
    std::vector<InetEndpoint> targets;
    for (std::size_t i = 0; i < needed; ++i)
        targets.push_back(ask.contacts[i].endpoint);
    // A range is compared by its data: its digest would be nearly as much work.
    if (isRange(ask.command) && needed > 1 && m_context.options.switches.digestComparison) {
        auto reading = readAndRepair(std::move(ask), std::move(targets));
        co_return co_await reading;
    }

    rows::ReadCommand command = ask.command;
    if (needed > 1) {
        command.filter.clear();
        if (!ask.command.filter.empty()) {
            auto reading = readAndRepair(std::move(ask), std::move(targets));
            co_return co_await reading;
        }
    }
    messaging::MessageId id = 0;
    const auto round =
        startRound(command, targets, true, ask.consistency, ask.blockFor, ask.deadline, &id);
    if (ask.contacts.size() > needed && !isRange(command))
        if (const auto delay = speculationDelay(*command.table))
            scheduleSpeculation(round, id, ask.contacts[needed].endpoint, command, ask.deadline,
                                *delay);
    Awaited waiting{round};
    auto answered = co_await waiting;
    m_context.messaging.closeRequest(id);
    if (!answered)
        co_return answered.error();

    auto& answers = round->answers();
    const auto data = std::find_if(answers.begin(), answers.end(),
                                   [](const ReadRound::Answer& a) { return !a.response.isDigest; });
    if (answers.size() > 1 && m_context.options.switches.digestComparison) {
        const ReadDigest digest = digestOf(data->response.data.partitions);
        const bool agree =
            std::all_of(answers.begin(), answers.end(), [&](const ReadRound::Answer& a) {
                return (a.response.isDigest ? a.response.digest
                                            : digestOf(a.response.data.partitions)) == digest;
            });
        if (command.trace) [[unlikely]]
            command.trace->add(agree ? "Digests of the replicas agree"
                                     : "Digests of the replicas differ: reading the data of all");
        if (!agree) {
            ++m_counters.mismatches;
            std::vector<InetEndpoint> asked;
            for (const ReadRound::Answer& answer : answers)
                asked.push_back(answer.from);
            auto reading = readAndRepair(std::move(ask), std::move(asked));
            co_return co_await reading;
        }
    }
    co_return finishSingle(ask.command, std::move(data->response.data));
}

Task<ReadOutcome> ReadPath::readAndRepair(Ask ask, std::vector<InetEndpoint> targets)
{
    // Whole rows, so that what is merged can be written to whoever lacks it; and no filter, as a
    // replica's old values would pass or fail it wrongly.
    rows::ReadCommand command = ask.command;
    command.columns.clear();
    command.filter.clear();
    command.limits.rowsPerPartition = UINT32_MAX;
    if (!ask.command.filter.empty() && command.limits.rows != UINT32_MAX)
        command.limits.rows = std::max(command.limits.rows, kFilteredRowsMin);
    const auto count = static_cast<std::int32_t>(targets.size());
    while (true) {
        messaging::MessageId id = 0;
        const auto round =
            startRound(command, targets, false, ask.consistency, count, ask.deadline, &id);
        Awaited waiting{round};
        auto answered = co_await waiting;
        m_context.messaging.closeRequest(id);
        if (!answered)
            co_return answered.error();
        auto reconciled = reconcileAnswers(ask.command, round->answers());
        if (command.trace) [[unlikely]]
            command.trace->add(fmt::format("Merged the answers of {} replica(s); {} of them lack "
                                           "something",
                                           round->answers().size(), reconciled.repairs.size()));
        if (!reconciled.repairs.empty() && m_context.options.switches.readRepair &&
            ask.command.table->params().readRepair == "BLOCKING") {
            auto repairing = repair(std::move(reconciled.repairs), ask);
            RW_CO_TRY(co_await repairing);
        }
        if (!reconciled.isShort || command.limits.rows == UINT32_MAX)
            co_return std::move(reconciled.outcome);
        ++m_counters.shortReads;
        command.limits.rows = doubled(command.limits.rows);
    }
}

Task<void> ReadPath::repair(std::map<InetEndpoint, rows::Partitions> repairs, Ask ask)
{
    auto group = std::make_shared<FanOut>(m_context.runtime);
    for (auto& [endpoint, partitions] : repairs) {
        if (m_context.events.wants(EventKind::Repair))
            m_context.events.emit(
                EventKind::Repair, "read_repair",
                fmt::format(R"({{"target":"{}","keyspace":"{}","table":"{}","partitions":{}}})",
                            endpoint.toString(), ask.command.table->keyspace(),
                            ask.command.table->name(), partitions.size()),
                {});
        for (rows::Partition& partition : partitions) {
            rows::Mutation mutation;
            mutation.keyspace = ask.command.table->keyspace();
            mutation.updates.push_back(std::move(partition));
            Bytes bytes;
            rows::writeMutation(mutation, bytes);
            ++m_counters.repairsSent;
            const auto id = m_context.messaging.openRequest(group->expect(1), ask.deadline);
            m_context.messaging.sendRequest(id, endpoint, Verb::ReadRepairReq, bytes, ask.deadline,
                                            ask.command.trace);
            if (m_context.planner.ringIsChanging()) [[unlikely]] {
                auto repaired = repairPending(mutation, bytes, ask, *group);
                if (!repaired)
                    co_return repaired.error();
            }
        }
    }
    auto finishing = group->finished();
    RW_CO_TRY(co_await finishing);
    // The answer must not be given before as many replicas as the level wants hold it.
    if (group->failures() != 0)
        co_return readTimeout(ask.consistency, ask.blockFor - 1, ask.blockFor, true);
    co_return ok();
}

Result<void> ReadPath::repairPending(const rows::Mutation& mutation, const Bytes& bytes,
                                     const Ask& ask, FanOut& group)
{
    RW_ASSIGN(const auto map, m_context.planner.mapOf(mutation.keyspace));
    const ring::Token token = ring::murmur3Token(mutation.key());
    RW_ASSIGN(const auto pending,
              m_context.planner.pendingReplicas(mutation.keyspace, token,
                                                m_context.planner.replicas(*map, token)));
    for (const Replica& replica : pending) {
        ++m_counters.repairsSent;
        const auto id = m_context.messaging.openRequest(group.expect(1), ask.deadline);
        m_context.messaging.sendRequest(id, replica.endpoint, Verb::ReadRepairReq, bytes,
                                        ask.deadline, ask.command.trace);
    }
    return ok();
}

std::shared_ptr<ReadRound> ReadPath::startRound(const rows::ReadCommand& command,
                                                const std::vector<InetEndpoint>& targets,
                                                bool digests, Consistency consistency,
                                                std::int32_t blockFor, MonoTime deadline,
                                                messaging::MessageId* id)
{
    auto round =
        std::make_shared<ReadRound>(m_context.runtime, m_context.planner.tableLookup(), consistency,
                                    blockFor, static_cast<std::int32_t>(targets.size()));
    *id = m_context.messaging.openRequest(round, deadline);
    for (std::size_t i = 0; i < targets.size(); ++i)
        askReplica(round, *id, targets[i], command, digests && i > 0, deadline);
    return round;
}

void ReadPath::askReplica(const std::shared_ptr<ReadRound>& round, messaging::MessageId id,
                          const InetEndpoint& target, const rows::ReadCommand& command,
                          bool digestOnly, MonoTime deadline)
{
    if (target != m_context.messaging.local()) {
        m_context.messaging.sendRequest(
            id, target, isRange(command) ? Verb::RangeReq : Verb::ReadReq,
            encodeReadRequest(command, digestOnly), deadline, command.trace);
        return;
    }
    m_context.runtime.spawn(isRange(command) ? Priority::Scan : Priority::Request, "local read",
                            answerLocally(round, command, digestOnly));
}

Task<void> ReadPath::answerLocally(std::shared_ptr<ReadRound> round, rows::ReadCommand command,
                                   bool digestOnly)
{
    const Priority priority = isRange(command) ? Priority::Scan : Priority::Request;
    auto reading = m_context.store.read(std::move(command), priority);
    auto data = co_await reading;
    if (!data) {
        (void)round->onFailure(m_context.messaging.local(), failureReasonOf(data.error()));
        co_return ok();
    }
    ReadResponse response;
    response.isDigest = digestOnly;
    if (digestOnly)
        response.digest = digestOf(data->partitions);
    else
        response.data = std::move(*data);
    round->take(m_context.messaging.local(), std::move(response));
    co_return ok();
}

// ---- as a replica ----

void ReadPath::onRead(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    auto request = decodeReadRequest(message.payload, m_context.planner.tableLookup());
    if (!request) {
        m_context.messaging.respondFailure(to, failureReasonOf(request.error()));
        return;
    }
    request->command.trace = to.trace;
    if (request->command.key) {
        if (auto quick = m_context.store.tryRead(request->command)) {
            if (!*quick) {
                m_context.messaging.respondFailure(to, failureReasonOf(quick->error()));
                return;
            }
            // Whether a limit ended it: as many live rows as the limit, or more to come.
            const std::span<const rows::Partition> one(&**quick, 1);
            if (request->digestOnly) {
                m_context.messaging.respond(to, encodeDigest(digestOf(one)));
                return;
            }
            rows::LimitCounter counter(request->command.limits, request->command.nowSeconds);
            for (const rows::Unfiltered& unfiltered : one.front().unfiltereds)
                if (unfiltered.kind == rows::Unfiltered::Kind::Row)
                    (void)counter.count(unfiltered.row);
            m_context.messaging.respond(to,
                                        encodeData(one.front().isEmpty() ? one.subspan(1) : one,
                                                   counter.isDone() || counter.isPartitionDone()));
            return;
        }
    }
    m_context.runtime.spawn(isRange(request->command) ? Priority::Scan : Priority::Request,
                            "replica read", answerRead(to, std::move(*request)));
}

Task<void> ReadPath::answerRead(messaging::ReplyTo to, ReadRequest request)
{
    const Priority priority = isRange(request.command) ? Priority::Scan : Priority::Request;
    auto reading = m_context.store.read(std::move(request.command), priority);
    auto data = co_await reading;
    if (!data)
        m_context.messaging.respondFailure(to, failureReasonOf(data.error()));
    else if (request.digestOnly)
        m_context.messaging.respond(to, encodeDigest(digestOf(data->partitions)));
    else
        m_context.messaging.respond(to, encodeData(data->partitions, data->limited));
    co_return ok();
}

// ---- speculative retry ----

std::optional<Duration> ReadPath::speculationDelay(const schema::Table& table) const
{
    const std::string& policy = table.params().speculativeRetry;
    if (policy == "NONE" || policy == "NEVER")
        return std::nullopt;
    if (policy == "ALWAYS")
        return Duration::zero();
    if (policy.ends_with("ms"))
        return Duration{static_cast<std::int64_t>(std::strtod(policy.c_str(), nullptr) * 1e6)};
    // A percentile: several times the usual latency, as long as no histogram is kept.
    return std::max(kSpeculationMin, Duration{static_cast<std::int64_t>(4 * m_latencyNanos)});
}

void ReadPath::noteLatency(Duration latency)
{
    m_latencyNanos += kLatencyWeight * (static_cast<double>(latency.count()) - m_latencyNanos);
}

void ReadPath::scheduleSpeculation(std::shared_ptr<ReadRound> round, messaging::MessageId id,
                                   InetEndpoint spare, rows::ReadCommand command, MonoTime deadline,
                                   Duration delay)
{
    const std::uint64_t number = m_nextSpeculation++;
    m_speculations[number] = {round, id, spare, std::move(command), deadline};
    m_wheel.add(number, m_context.runtime.now() + delay);
    armWheel();
}

void ReadPath::armWheel()
{
    if (m_wheelArmed || m_wheel.empty())
        return;
    m_wheelArmed = true;
    m_context.runtime.after(
        messaging::TimerWheel::kTick, "speculative reads", [this, here = m_isHere] {
            if (!*here)
                return;
            m_wheelArmed = false;
            m_wheel.advance(m_context.runtime.now(), [this](std::uint64_t number) {
                auto node = m_speculations.extract(number);
                const auto round = node.mapped().round.lock();
                if (!round || round->isDecided())
                    return;
                ++m_counters.speculations;
                if (const auto& trace = node.mapped().command.trace) [[unlikely]]
                    trace->add("A replica is slow: asking one more (speculative retry)");
                round->addAsked();
                // Data, so that it can stand in for whichever replica is slow.
                askReplica(round, node.mapped().id, node.mapped().spare, node.mapped().command,
                           false, node.mapped().deadline);
            });
            armWheel();
        });
}

} // namespace engine::coordination
