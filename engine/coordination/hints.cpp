#include "engine/coordination/hints.h"

#include "engine/coordination/fan_out.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

using messaging::Verb;

namespace {

constexpr const char* kHintSuffix = ".hints";
constexpr std::size_t kHintHeaderBytes = 8;
/// Hints sent before waiting for their acknowledgements.
constexpr std::size_t kHintsInFlight = 64;
constexpr Duration kSweepInterval = std::chrono::seconds{10};
constexpr std::uint64_t kHintFileBytesMax = 32u << 20;

} // namespace

HintService::HintService(Context& context)
    : m_context(context), m_isHere(std::make_shared<bool>(true))
{
    m_context.planner.gossiper().addListener(*this);
}

HintService::~HintService()
{
    *m_isHere = false;
}

Bytes HintService::encodeHint(WallTime now, ByteView mutation)
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.i64(now.millis());
    out.raw(mutation);
    return bytes;
}

Task<void> HintService::start()
{
    Disk& disk = m_context.runtime.disk();
    const std::string folder = m_context.options.hintsFolder;
    auto listing = m_context.runtime.onPool(
        "hints list", [&disk, folder]() -> Result<std::vector<DirectoryEntry>> {
            RW_TRY(disk.createDirectories(folder));
            return disk.list(folder);
        });
    auto listed = co_await listing;
    if (!listed)
        co_return listed.error();
    // Names are <host id>-<number>.hints with the number in fixed width, so they sort by age.
    for (const DirectoryEntry& entry : *listed) {
        const std::string_view name = entry.name;
        if (!name.ends_with(kHintSuffix) || name.size() < 38)
            continue;
        const auto hostId = Uuid::parse(name.substr(0, 36));
        if (!hostId)
            continue;
        Target& target = m_targets[*hostId];
        target.files.push_back(folder + "/" + entry.name);
        target.closedBytes += entry.size;
        m_nextFile = std::max<std::uint64_t>(
            m_nextFile, std::strtoull(name.substr(37).data(), nullptr, 10) + 1);
    }
    if (!m_targets.empty())
        scheduleSweep();
    co_return ok();
}

bool HintService::accepts(const InetEndpoint& endpoint) const
{
    return m_context.options.switches.hints && !m_stopped &&
           m_context.planner.gossiper().downtime(endpoint) <= m_context.options.maxHintWindow;
}

RecordLog& HintService::logFor(const Uuid& hostId)
{
    Target& target = m_targets[hostId];
    if (target.open && target.open->size() > kHintFileBytesMax) {
        target.closing.push_back(std::move(target.open));
    }
    if (!target.open)
        target.open = std::make_unique<RecordLog>(
            m_context.runtime, fmt::format("{}/{}-{:012}{}", m_context.options.hintsFolder,
                                           hostId.toString(), m_nextFile++, kHintSuffix));
    return *target.open;
}

void HintService::store(const Uuid& hostId, const InetEndpoint& endpoint,
                        std::shared_ptr<const Bytes> mutation)
{
    if (!accepts(endpoint))
        return;
    logFor(hostId).appendLater(encodeHint(m_context.runtime.wallNow(), *mutation));
    ++m_counters.stored;
    emitHint("stored", endpoint, 1);
    scheduleSweep();
}

Task<void> HintService::storeDurably(Uuid hostId, InetEndpoint endpoint,
                                     std::shared_ptr<const Bytes> mutation)
{
    if (!accepts(endpoint))
        co_return Error{ErrorCode::Unavailable,
                        "No hint is stored: the replica has been down for too long."};
    Bytes hint = encodeHint(m_context.runtime.wallNow(), *mutation);
    ++m_counters.stored;
    emitHint("stored", endpoint, 1);
    scheduleSweep();
    auto appending = logFor(hostId).append(std::move(hint));
    co_return co_await appending;
}

std::vector<HintService::Pending> HintService::pending() const
{
    std::vector<Pending> all;
    for (const auto& [hostId, target] : m_targets) {
        Pending row{hostId, target.files.size() + target.closing.size() + (target.open ? 1 : 0),
                    target.closedBytes + (target.open ? target.open->size() : 0)};
        for (const auto& log : target.closing)
            row.bytes += log->size();
        if (row.files != 0)
            all.push_back(row);
    }
    return all;
}

Task<void> HintService::truncate(Uuid hostId)
{
    std::vector<std::string> paths;
    for (auto& [id, target] : m_targets) {
        if (!hostId.isZero() && id != hostId)
            continue;
        paths.insert(paths.end(), target.files.begin(), target.files.end());
        if (target.open)
            paths.push_back(target.open->path());
        for (const auto& log : target.closing)
            paths.push_back(log->path());
        target = {};
    }
    Disk& disk = m_context.runtime.disk();
    auto removing = m_context.runtime.onPool("hints truncate", [&disk, paths]() -> Result<void> {
        for (const std::string& path : paths)
            if (disk.exists(path))
                RW_TRY(disk.remove(path));
        return ok();
    });
    co_return co_await removing;
}

void HintService::onEndpointUp(const InetEndpoint& endpoint)
{
    if (const auto hostId = m_context.planner.hostIdOf(endpoint))
        considerDispatch(*hostId);
}

std::optional<InetEndpoint> HintService::endpointOf(const Uuid& hostId) const
{
    return m_context.planner.endpointOf(hostId);
}

void HintService::considerDispatch(const Uuid& hostId)
{
    const auto at = m_targets.find(hostId);
    if (at == m_targets.end() || m_stopped || m_paused ||
        (at->second.files.empty() && !at->second.open && at->second.closing.empty()))
        return;
    const auto endpoint = endpointOf(hostId);
    if (!endpoint && m_context.planner.gossiper().hasHeardOthers()) {
        if (m_dispatching.insert(hostId).second)
            m_context.runtime.spawn(Priority::Background, "hints of a node that left",
                                    discard(hostId));
        return;
    }
    if (!endpoint || !m_context.isAlive(*endpoint) || !m_dispatching.insert(hostId).second)
        return;
    m_context.runtime.spawn(Priority::Background, "hint dispatch", dispatch(hostId));
}

void HintService::scheduleSweep()
{
    if (m_sweepArmed || m_stopped)
        return;
    m_sweepArmed = true;
    m_context.runtime.after(kSweepInterval, "hint sweep", [this, here = m_isHere] {
        if (!*here)
            return;
        m_sweepArmed = false;
        bool any = false;
        for (const auto& row : pending()) {
            any = true;
            considerDispatch(row.hostId);
        }
        if (any)
            scheduleSweep();
    });
}

Task<void> HintService::discard(Uuid hostId)
{
    Target& target = m_targets[hostId];
    if (target.open)
        target.closing.push_back(std::move(target.open));
    const auto closing = std::exchange(target.closing, {});
    for (const auto& log : closing) {
        // Files must not go while they are being written.
        Bytes nothing = encodeHint(WallTime{}, {});
        auto appending = log->append(std::move(nothing));
        (void)co_await appending;
        m_targets[hostId].files.push_back(log->path());
    }
    auto removing = truncate(hostId);
    (void)co_await removing;
    m_dispatching.erase(hostId);
    co_return ok();
}

Task<void> HintService::dispatch(Uuid hostId)
{
    while (!m_stopped && !m_paused) {
        Target& target = m_targets[hostId];
        if (target.open)
            target.closing.push_back(std::move(target.open));
        const auto closing = std::exchange(target.closing, {});
        for (const auto& log : closing) {
            // Wait for what is being written; later hints go to a new file.
            Bytes nothing = encodeHint(WallTime{}, {});
            auto appending = log->append(std::move(nothing));
            auto flushed = co_await appending;
            if (!flushed)
                m_context.runtime.log().warn("hints", flushed.error().detail());
            m_targets[hostId].files.push_back(log->path());
            m_targets[hostId].closedBytes += log->size();
        }
        if (m_targets[hostId].files.empty())
            break;
        const auto endpoint = endpointOf(hostId);
        if (!endpoint || !m_context.isAlive(*endpoint))
            break;
        const std::string path = m_targets[hostId].files.front();
        auto sending = sendFile(hostId, *endpoint, path);
        auto sent = co_await sending;
        if (!sent || !*sent)
            break;
        // The list may have been truncated meanwhile.
        Target& after = m_targets[hostId];
        if (!after.files.empty() && after.files.front() == path)
            after.files.erase(after.files.begin());
        if (after.files.empty())
            after.closedBytes = 0;
    }
    m_dispatching.erase(hostId);
    co_return ok();
}

bool HintService::isTooOld(ByteView hint) const
{
    ByteReader in(hint);
    const std::int64_t created = in.i64();
    const auto mutation = rows::readMutation(in, m_context.planner.tableLookup());
    if (!mutation || mutation->updates.empty())
        return true; // its tables are gone
    std::int64_t grace = INT32_MAX;
    for (const rows::Partition& update : mutation->updates)
        grace = std::min<std::int64_t>(grace, update.table()->params().gcGraceSeconds);
    return created + grace * 1000 < m_context.runtime.wallNow().millis();
}

Task<bool> HintService::sendFile(Uuid hostId, InetEndpoint endpoint, std::string path)
{
    (void)hostId;
    Disk& disk = m_context.runtime.disk();
    auto reading = m_context.runtime.onPool(
        "hints read", [&disk, path] { return RecordLog::readRecords(disk, path); });
    auto records = co_await reading;
    if (!records)
        co_return records.error();
    std::size_t at = 0;
    while (at < records->size()) {
        if (m_stopped || !m_context.isAlive(endpoint))
            co_return false;
        auto group = std::make_shared<FanOut>(m_context.runtime);
        const MonoTime deadline = m_context.runtime.now() + m_context.options.writeTimeout;
        std::uint64_t bytes = 0;
        std::uint64_t count = 0;
        const std::size_t end = std::min(records->size(), at + kHintsInFlight);
        for (; at < end; ++at) {
            const ByteView hint = (*records)[at];
            if (hint.size() <= kHintHeaderBytes)
                continue; // the mark that ends a file
            if (isTooOld(hint)) {
                ++m_counters.expired;
                continue;
            }
            bytes += hint.size();
            ++count;
            const auto id = m_context.messaging.openRequest(group->expect(1), deadline);
            m_context.messaging.sendRequest(id, endpoint, Verb::HintReq,
                                            hint.substr(kHintHeaderBytes), deadline);
        }
        if (count == 0)
            continue;
        auto finishing = group->finished();
        auto acknowledged = co_await finishing;
        if (!acknowledged || group->failures() != 0) {
            ++m_counters.failed;
            emitHint("failed", endpoint, count);
            co_return false;
        }
        m_counters.dispatched += count;
        emitHint("dispatched", endpoint, count);
        // The throttle: as long as the bytes may take.
        const Duration pause{
            static_cast<std::int64_t>(1e9 * static_cast<double>(bytes) /
                                      static_cast<double>(std::max<std::uint64_t>(
                                          1, m_context.options.hintedHandoffThrottleBytes)))};
        if (at < records->size() && pause > std::chrono::milliseconds{1}) {
            auto sleeping = m_context.runtime.sleep(pause, "hint throttle");
            RW_CO_TRY(co_await sleeping);
        }
    }
    auto removing = m_context.runtime.onPool("hints remove", [&disk, path]() -> Result<void> {
        if (!disk.exists(path))
            return ok();
        return disk.remove(path);
    });
    auto removed = co_await removing;
    if (!removed)
        co_return removed.error();
    co_return true;
}

void HintService::emitHint(std::string_view name, const InetEndpoint& target, std::uint64_t count)
{
    if (!m_context.events.wants(EventKind::Hint))
        return;
    m_context.events.emit(EventKind::Hint, name,
                          fmt::format(R"({{"target":"{}","count":{}}})", target.toString(), count),
                          {});
}

} // namespace engine::coordination
