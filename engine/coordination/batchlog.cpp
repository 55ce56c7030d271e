#include "engine/coordination/batchlog.h"

#include "engine/coordination/fan_out.h"
#include "engine/coordination/request_errors.h"
#include "engine/rows/serialization.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;
using protocol::Consistency;
using protocol::WriteType;

namespace {

constexpr const char* kBatchSuffix = ".batches";
// First byte of a record; on disk, never renumber.
constexpr std::uint8_t kStoreRecord = 1;
constexpr std::uint8_t kRemoveRecord = 2;
constexpr std::uint64_t kBatchFileBytesMax = 16u << 20;
constexpr std::size_t kUuidBytes = 16;

Bytes encodeBatch(const rows::Mutations& mutations)
{
    Bytes bytes;
    ByteWriter{bytes}.unsignedVint(mutations.size());
    for (const rows::Mutation& mutation : mutations)
        rows::writeMutation(mutation, bytes);
    return bytes;
}

Bytes batchRecord(std::uint8_t kind, const Uuid& id, ByteView mutations)
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.u8(kind);
    out.raw(id.view());
    out.raw(mutations);
    return bytes;
}

} // namespace

Batchlog::Batchlog(Context& context, WritePath& writes)
    : m_context(context), m_writes(writes), m_isHere(std::make_shared<bool>(true))
{
    m_context.messaging.setHandler(Verb::BatchStoreReq, [this](const Envelope& m) { onStore(m); });
    m_context.messaging.setHandler(Verb::BatchRemoveReq,
                                   [this](const Envelope& m) { onRemove(m); });
}

Batchlog::~Batchlog()
{
    *m_isHere = false;
}

Task<void> Batchlog::start()
{
    Disk& disk = m_context.runtime.disk();
    const std::string folder = m_context.options.batchlogFolder;
    using Files = std::vector<std::pair<std::string, std::vector<Bytes>>>;
    auto reading = m_context.runtime.onPool("batchlog read", [&disk, folder]() -> Result<Files> {
        RW_TRY(disk.createDirectories(folder));
        RW_ASSIGN(const auto entries, disk.list(folder));
        Files found;
        for (const DirectoryEntry& entry : entries) {
            if (!std::string_view{entry.name}.ends_with(kBatchSuffix))
                continue;
            const std::string path = folder + "/" + entry.name;
            RW_ASSIGN(auto records, RecordLog::readRecords(disk, path));
            found.emplace_back(path, std::move(records));
        }
        return found;
    });
    auto files = co_await reading;
    if (!files)
        co_return files.error();
    for (const auto& [path, records] : *files) {
        m_oldFiles.push_back(path);
        const std::string name = path.substr(path.rfind('/') + 1);
        m_nextFile =
            std::max<std::uint64_t>(m_nextFile, std::strtoull(name.c_str(), nullptr, 10) + 1);
        for (const Bytes& record : records) {
            if (record.size() < 1 + kUuidBytes)
                continue;
            const Uuid id = Uuid::fromBytes(ByteView{record}.substr(1, kUuidBytes));
            if (static_cast<std::uint8_t>(record[0]) == kStoreRecord)
                m_kept[id] = {record.substr(1 + kUuidBytes), m_context.runtime.now(), true};
            else
                m_kept.erase(id);
        }
    }
    if (!m_kept.empty() || !m_oldFiles.empty())
        scheduleReplay();
    co_return ok();
}

RecordLog& Batchlog::log()
{
    if (m_log && m_log->size() > kBatchFileBytesMax) {
        m_oldFiles.push_back(m_log->path());
        m_log.reset();
        // What is still kept moves along, so that old files can go when they are all removed.
        for (const auto& [id, batch] : m_kept)
            log().appendLater(batchRecord(kStoreRecord, id, batch.mutations));
    }
    if (!m_log)
        m_log = std::make_unique<RecordLog>(
            m_context.runtime, fmt::format("{}/{:012}{}", m_context.options.batchlogFolder,
                                           m_nextFile++, kBatchSuffix));
    return *m_log;
}

// ---- as coordinator ----

std::vector<InetEndpoint> Batchlog::keepers() const
{
    // Two other nodes of the datacenter, of different racks and not of this one's if there are.
    const auto& snitch = m_context.planner.snitch();
    std::vector<const ring::RingNode*> others;
    for (const ring::RingNode& node : m_context.planner.ring()->nodes())
        if (node.endpoint != snitch.self && snitch.isLocalDatacenter(node) &&
            m_context.isAlive(node.endpoint))
            others.push_back(&node);
    for (std::size_t i = others.size(); i > 1; --i)
        std::swap(others[i - 1], others[m_context.runtime.random().below(i)]);
    std::stable_partition(others.begin(), others.end(),
                          [&](const ring::RingNode* node) { return node->rack != snitch.rack; });
    std::vector<InetEndpoint> chosen;
    std::set<std::string> racks;
    for (const ring::RingNode* node : others)
        if (chosen.size() < 2 && racks.insert(node->rack).second)
            chosen.push_back(node->endpoint);
    for (const ring::RingNode* node : others)
        if (chosen.size() < 2 &&
            std::find(chosen.begin(), chosen.end(), node->endpoint) == chosen.end())
            chosen.push_back(node->endpoint);
    if (chosen.empty())
        chosen.push_back(snitch.self);
    return chosen;
}

Task<void> Batchlog::write(rows::Mutations mutations, RequestOptions options)
{
    if (protocol::isSerial(options.consistency))
        co_return Error{ErrorCode::Invalid,
                        "You must use conditional updates for serializable writes"};
    for (const rows::Mutation& mutation : mutations)
        RW_CO_TRY(m_writes.check(mutation, options.consistency));
    const MonoTime deadline = m_context.deadline(options.deadline, m_context.options.writeTimeout);
    const Uuid id = Uuid::timeUuid(Uuid::ticksOf(m_context.runtime.wallNow()),
                                   m_context.runtime.random().next());
    const Bytes payload = batchRecord(kStoreRecord, id, encodeBatch(mutations));

    const std::vector<InetEndpoint> chosen = keepers();
    if (options.trace) [[unlikely]]
        options.trace->add(fmt::format("Storing a logged batch of {} mutation(s) in the batchlog "
                                       "of {} node(s)",
                                       mutations.size(), chosen.size()));
    auto group = std::make_shared<FanOut>(m_context.runtime);
    const auto request = m_context.messaging.openRequest(
        group->expect(static_cast<std::uint32_t>(chosen.size())), deadline);
    for (const InetEndpoint& keeper : chosen)
        m_context.messaging.sendRequest(request, keeper, Verb::BatchStoreReq, payload, deadline,
                                        options.trace);
    auto finishing = group->finished();
    RW_CO_TRY(co_await finishing);
    if (group->failures() != 0)
        co_return writeTimeout(chosen.size() > 1 ? Consistency::Two : Consistency::One,
                               static_cast<std::int32_t>(group->successes()),
                               static_cast<std::int32_t>(chosen.size()), WriteType::BatchLog);

    RequestOptions writeOptions = options;
    writeOptions.deadline = deadline;
    auto writing = m_writes.write(std::move(mutations), std::move(writeOptions), WriteType::Batch);
    RW_CO_TRY(co_await writing);
    for (const InetEndpoint& keeper : chosen)
        m_context.messaging.send(keeper, Verb::BatchRemoveReq, id.view());
    co_return ok();
}

// ---- as keeper ----

void Batchlog::onStore(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    if (message.payload.size() < 1 + kUuidBytes) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        return;
    }
    m_context.runtime.spawn(Priority::Request, "batch store",
                            storeAndAnswer(to,
                                           Uuid::fromBytes(message.payload.substr(1, kUuidBytes)),
                                           Bytes{message.payload.substr(1 + kUuidBytes)}));
}

Task<void> Batchlog::storeAndAnswer(messaging::ReplyTo to, Uuid id, Bytes mutations)
{
    auto keeping = keep(id, std::move(mutations));
    auto stored = co_await keeping;
    if (stored)
        m_context.messaging.respond(to, {});
    else
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
    co_return ok();
}

Task<void> Batchlog::keep(Uuid id, Bytes mutations)
{
    Bytes record = batchRecord(kStoreRecord, id, mutations);
    m_kept[id] = {std::move(mutations), m_context.runtime.now(), false};
    scheduleReplay();
    auto appending = log().append(std::move(record));
    co_return co_await appending;
}

void Batchlog::onRemove(const Envelope& message)
{
    if (message.payload.size() == kUuidBytes)
        removeHere(Uuid::fromBytes(message.payload));
}

void Batchlog::removeHere(const Uuid& id)
{
    if (m_kept.erase(id) != 0)
        log().appendLater(batchRecord(kRemoveRecord, id, {}));
}

void Batchlog::scheduleReplay()
{
    if (m_replayArmed || m_stopped)
        return;
    m_replayArmed = true;
    m_context.runtime.after(
        m_context.options.batchReplayInterval, "batchlog replay", [this, here = m_isHere] {
            if (!*here)
                return;
            m_replayArmed = false;
            if (m_stopped)
                return;
            if (!m_replaying)
                m_context.runtime.spawn(Priority::Background, "batchlog replay", replay());
            if (!m_kept.empty() || !m_oldFiles.empty())
                scheduleReplay();
        });
}

Task<void> Batchlog::replay()
{
    m_replaying = true;
    const MonoTime youngest = m_context.runtime.now() - 2 * m_context.options.writeTimeout;
    std::vector<std::pair<Uuid, Bytes>> due;
    for (const auto& [id, batch] : m_kept)
        if (batch.isOld || batch.since <= youngest)
            due.emplace_back(id, batch.mutations);
    for (auto& [id, mutations] : due) {
        if (m_stopped)
            break;
        auto replaying = replayOne(id, std::move(mutations));
        auto replayed = co_await replaying;
        if (!replayed)
            continue; // tried again in the next round
        ++m_replayed;
        removeHere(id);
    }
    if (m_kept.empty() && !m_oldFiles.empty()) {
        auto files = std::exchange(m_oldFiles, {});
        Disk& disk = m_context.runtime.disk();
        auto removing =
            m_context.runtime.onPool("batchlog remove", [&disk, files]() -> Result<void> {
                for (const std::string& path : files)
                    if (disk.exists(path))
                        RW_TRY(disk.remove(path));
                return ok();
            });
        auto removed = co_await removing;
        if (!removed)
            m_context.runtime.log().warn("batchlog", removed.error().detail());
    }
    m_replaying = false;
    co_return ok();
}

Task<void> Batchlog::replayOne(Uuid id, Bytes mutations)
{
    (void)id;
    ByteReader in(mutations);
    const std::uint64_t count = in.unsignedVint();
    std::vector<Awaited> writes;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        auto mutation = rows::readMutation(in, m_context.planner.tableLookup());
        if (!mutation || mutation->updates.empty())
            continue; // its tables are gone
        // ANY: the replicas that are down get hints, as do those that do not answer in time.
        auto handler =
            m_writes.start(*mutation, Consistency::Any, MonoTime{}, WriteType::UnloggedBatch);
        if (!handler)
            co_return handler.error();
        writes.emplace_back(std::move(*handler));
    }
    for (Awaited& writing : writes)
        RW_CO_TRY(co_await writing);
    co_return ok();
}

} // namespace engine::coordination
