#include "engine/node/disk_usage.h"

#include "engine/ring/token.h"
#include "engine/storage/local_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace engine::node {

namespace {

using membership::ApplicationState;

constexpr Duration kDiskUsageInterval = std::chrono::seconds{30};
constexpr Duration kDiskUsageQuiet = std::chrono::minutes{30};

constexpr std::pair<DiskUsage, std::string_view> kDiskUsageNames[] = {
    {DiskUsage::NotAvailable, "NOT_AVAILABLE"},
    {DiskUsage::Spacious, "SPACIOUS"},
    {DiskUsage::Stuffed, "STUFFED"},
    {DiskUsage::Full, "FULL"}};

Result<std::uint64_t> bytesBelow(Disk& disk, const std::string& folder)
{
    const auto entries = disk.list(folder);
    if (!entries && entries.error().code() == ErrorCode::NotFound)
        return std::uint64_t{0}; // removed while we walk
    if (!entries)
        return entries.error();
    std::uint64_t bytes = 0;
    for (const DirectoryEntry& entry : *entries) {
        if (!entry.isDirectory) {
            bytes += entry.size;
            continue;
        }
        RW_ASSIGN(const std::uint64_t below, bytesBelow(disk, folder + "/" + entry.name));
        bytes += below;
    }
    return bytes;
}

Result<void> checkPercent(std::int32_t percent, std::string_view name)
{
    const auto refuse = [&](std::string_view why) {
        return Error{ErrorCode::ConfigError,
                     fmt::format("Invalid value {} for data_disk_usage_percentage_{}_threshold: {}",
                                 percent, name, why)};
    };
    if (percent == 0)
        return refuse("0 is not allowed; if attempting to disable use -1");
    if (percent < -1)
        return refuse("negative values are not allowed, outside of -1 which disables the "
                      "guardrail");
    if (percent > 100)
        return refuse("maximum allowed value is 100");
    return ok();
}

} // namespace

std::string_view diskUsageName(DiskUsage usage) noexcept
{
    return kDiskUsageNames[static_cast<std::size_t>(usage)].second;
}

Result<void> DiskUsageLimits::check() const
{
    RW_TRY(checkPercent(warnPercent, "warn"));
    RW_TRY(checkPercent(failPercent, "fail"));
    if (warnPercent != -1 && failPercent != -1 && failPercent < warnPercent)
        return Error{ErrorCode::ConfigError,
                     fmt::format("The warn threshold {} for data_disk_usage_percentage_warn_"
                                 "threshold should be lower than the fail threshold {}",
                                 warnPercent, failPercent)};
    if (maxBytes == 0u)
        return Error{ErrorCode::ConfigError,
                     "Invalid value for data_disk_usage_max_disk_size: 0 is not allowed; if "
                     "attempting to disable use an empty value"};
    return ok();
}

Result<FolderUsage> measureFolders(Disk& disk, const std::vector<std::string>& folders)
{
    FolderUsage usage;
    std::set<std::uint64_t> seen;
    for (const std::string& folder : folders) {
        RW_ASSIGN(const DiskSpace space, disk.space(folder));
        if (seen.insert(space.fileSystem).second)
            usage.availableBytes += space.availableBytes;
        RW_ASSIGN(const std::uint64_t bytes, bytesBelow(disk, folder));
        usage.usedBytes += bytes;
    }
    return usage;
}

std::uint64_t diskUsagePercent(FolderUsage usage, std::uint64_t memtableBytes,
                               std::optional<std::uint64_t> maxBytes)
{
    const std::uint64_t total =
        std::min(usage.usedBytes + usage.availableBytes, maxBytes.value_or(UINT64_MAX));
    if (total == 0)
        return 100;
    return ((usage.usedBytes + memtableBytes) * 100 + total - 1) / total;
}

DiskUsageGuardrail::DiskUsageGuardrail(Runtime& runtime, storage::LocalStore& store,
                                       membership::Gossiper& gossiper,
                                       coordination::ReplicaPlanner& planner,
                                       DiskUsageLimits limits)
    : m_runtime(runtime), m_store(store), m_gossiper(gossiper), m_planner(planner), m_limits(limits)
{
    m_gossiper.addListener(*this);
}

void DiskUsageGuardrail::start()
{
    m_isStarted = true;
    watch();
}

Result<void> DiskUsageGuardrail::setLimits(const DiskUsageLimits& limits)
{
    RW_TRY(limits.check());
    m_limits = limits;
    if (m_isStarted)
        watch();
    return ok();
}

void DiskUsageGuardrail::watch()
{
    m_runtime.cancel(m_timer);
    if (!m_limits.isEnabled())
        announce(DiskUsage::NotAvailable);
    else if (!m_isMeasuring)
        m_runtime.spawn(Priority::Background, "disk usage", measure());
}

Task<void> DiskUsageGuardrail::measure()
{
    m_isMeasuring = true;
    auto measuring =
        m_runtime.onPool("disk usage", [&disk = m_runtime.disk(), folders = m_store.dataFolders()] {
            return measureFolders(disk, folders);
        });
    const auto measured = co_await measuring;
    m_isMeasuring = false;
    if (m_limits.isEnabled())
        m_timer = m_runtime.after(kDiskUsageInterval, "disk usage", [this] { watch(); });
    if (!measured)
        co_return measured.error();
    take(*measured);
    co_return ok();
}

void DiskUsageGuardrail::take(const FolderUsage& usage)
{
    if (!m_limits.isEnabled())
        return;
    const std::uint64_t percent =
        diskUsagePercent(usage, m_store.metrics().memtableBytes, m_limits.maxBytes);
    const auto isOver = [&](std::int32_t threshold) {
        return threshold > 0 && percent > static_cast<std::uint64_t>(threshold);
    };
    if (isOver(m_limits.failPercent)) {
        announce(DiskUsage::Full);
        if (isDue(m_ownFailedAt))
            m_runtime.log().error(
                "node", fmt::format("Guardrail local_data_disk_usage violated: Local data disk "
                                    "usage {}%(Full) exceeds failure threshold of {}%, will stop "
                                    "accepting writes",
                                    percent, m_limits.failPercent));
    } else if (isOver(m_limits.warnPercent)) {
        announce(DiskUsage::Stuffed);
        if (isDue(m_ownWarnedAt))
            m_runtime.log().warn(
                "node", fmt::format("Guardrail local_data_disk_usage violated: Local data disk "
                                    "usage {}%(Stuffed) exceeds warning threshold of {}%",
                                    percent, m_limits.warnPercent));
    } else {
        announce(DiskUsage::Spacious);
    }
}

void DiskUsageGuardrail::announce(DiskUsage usage)
{
    if (usage == m_own || !m_gossiper.isRunning())
        return;
    m_own = usage;
    m_gossiper.setLocalState(ApplicationState::DiskUsage, std::string{diskUsageName(usage)});
}

DiskUsage DiskUsageGuardrail::usageOf(const InetEndpoint& endpoint) const
{
    const membership::EndpointState* const state = m_gossiper.find(endpoint);
    const std::string* const said =
        state == nullptr ? nullptr : state->find(ApplicationState::DiskUsage);
    for (const auto& [usage, name] : kDiskUsageNames)
        if (said != nullptr && *said == name)
            return usage;
    return DiskUsage::NotAvailable;
}

void DiskUsageGuardrail::lookForStuffed()
{
    const auto& states = m_gossiper.states();
    m_isAnyStuffed = std::any_of(states.begin(), states.end(), [&](const auto& one) {
        return !one.second.isGone() && usageOf(one.first) >= DiskUsage::Stuffed;
    });
}

void DiskUsageGuardrail::onStateChanged(const InetEndpoint&, ApplicationState state,
                                        const std::string&)
{
    if (state == ApplicationState::DiskUsage)
        lookForStuffed();
}

void DiskUsageGuardrail::onEndpointRestarted(const InetEndpoint&)
{
    lookForStuffed(); // it may say nothing of its disk any more
}

void DiskUsageGuardrail::onEndpointLeft(const InetEndpoint&)
{
    lookForStuffed();
}

Result<void> DiskUsageGuardrail::check(std::span<const rows::Mutation> mutations,
                                       std::vector<std::string>& warnings)
{
    if (!m_isAnyStuffed) [[likely]]
        return ok();
    for (const rows::Mutation& mutation : mutations) {
        RW_ASSIGN(const auto map, m_planner.mapOf(mutation.keyspace));
        if (map->strategy().kind() == ring::StrategyKind::Local) {
            RW_TRY(checkReplica(m_gossiper.local(), warnings));
            continue;
        }
        const ring::Token token = ring::murmur3Token(mutation.key());
        const auto natural = m_planner.replicas(*map, token);
        RW_ASSIGN(const auto pending, m_planner.pendingReplicas(mutation.keyspace, token, natural));
        for (const auto* replicas : {&natural, &pending})
            for (const coordination::Replica& replica : *replicas)
                RW_TRY(checkReplica(replica.endpoint, warnings));
    }
    return ok();
}

Result<void> DiskUsageGuardrail::checkReplica(const InetEndpoint& replica,
                                              std::vector<std::string>& warnings)
{
    const DiskUsage usage = usageOf(replica);
    if (usage == DiskUsage::Full) {
        // The client is not told which replica; the operator is.
        const Error refusal{ErrorCode::Invalid,
                            "Guardrail replica_disk_usage violated: Write request failed because "
                            "disk usage exceeds failure threshold"};
        if (isDue(m_replicaFailedAt))
            m_runtime.log().error(
                "node", fmt::format("{} (replica {})", refusal.detail(), replica.toString()));
        return refusal;
    }
    if (usage == DiskUsage::Stuffed && isDue(m_replicaWarnedAt)) {
        warnings.emplace_back("Guardrail replica_disk_usage violated: Replica disk usage exceeds "
                              "warning threshold");
        m_runtime.log().warn("node",
                             fmt::format("{} (replica {})", warnings.back(), replica.toString()));
    }
    return ok();
}

bool DiskUsageGuardrail::isDue(std::optional<MonoTime>& saidAt) const
{
    const MonoTime now = m_runtime.now();
    if (saidAt && now - *saidAt < kDiskUsageQuiet)
        return false;
    saidAt = now;
    return true;
}

} // namespace engine::node
