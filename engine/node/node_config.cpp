#include "engine/node/node_config.h"

#include "engine/node/config_keys.h"
#include "engine/storage/commit_log.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <functional>

namespace engine::node {

namespace {

/// The node that is read and where it stands, with the sentences about it.
struct ConfigValue {
    const YAML::Node& node;
    const std::string& key;
    const std::string& file;

    [[nodiscard]] Error wrong(std::string_view expected) const
    {
        return Error{ErrorCode::ConfigError,
                     fmt::format("{}:{}: '{}' wants {}, not '{}'", file, node.Mark().line + 1, key,
                                 expected,
                                 node.IsScalar() ? node.Scalar() : std::string{"a list or map"})};
    }
};
using Setter = Result<void> (*)(const ConfigValue& value, NodeConfig& config);

Result<std::string> configText(const ConfigValue& value)
{
    if (!value.node.IsScalar())
        return value.wrong("one value");
    return value.node.Scalar();
}

Result<bool> configFlag(const ConfigValue& value)
{
    RW_ASSIGN(const std::string text, configText(value));
    if (text == "true" || text == "false")
        return text == "true";
    return value.wrong("true or false");
}

template <class Number>
Result<Number> configNumber(const ConfigValue& value, Number min, Number max)
{
    RW_ASSIGN(const std::string text, configText(value));
    Number number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size() || number < min || number > max)
        return value.wrong(fmt::format("a number from {} to {}", min, max));
    return number;
}

Result<Duration> configDuration(const ConfigValue& value)
{
    RW_ASSIGN(const std::string text, configText(value));
    const auto duration = parseConfigDuration(text);
    if (!duration)
        return value.wrong("a duration such as 10s or 500ms");
    return *duration;
}

Result<std::uint64_t> configSize(const ConfigValue& value)
{
    RW_ASSIGN(const std::string text, configText(value));
    const auto size = parseConfigSize(text);
    if (!size)
        return value.wrong("a size such as 32MiB");
    return *size;
}

/// storage_compatibility_mode as the SSTable version that it means.
Result<std::string> configSSTableVersion(const ConfigValue& value)
{
    RW_ASSIGN(const std::string text, configText(value));
    if (text == "CASSANDRA_4" || text == "UPGRADING")
        return std::string{"nb"};
    if (text == "NONE")
        return std::string{"oa"};
    return value.wrong("CASSANDRA_4, UPGRADING or NONE");
}

/// "64MiB/s": bytes a second.
Result<std::uint64_t> configRate(const ConfigValue& value)
{
    RW_ASSIGN(const std::string text, configText(value));
    static constexpr std::pair<std::string_view, std::uint64_t> kUnits[] = {
        {"MiB/s", 1ULL << 20}, {"KiB/s", 1ULL << 10}, {"B/s", 1}};
    for (const auto& [unit, bytes] : kUnits) {
        std::uint64_t number = 0;
        const char* const end = text.data() + text.size() - std::min(unit.size(), text.size());
        const auto parsed = std::from_chars(text.data(), end, number);
        if (text.ends_with(unit) && parsed.ec == std::errc{} && parsed.ptr == end &&
            number <= UINT64_MAX / bytes)
            return number * bytes;
    }
    return value.wrong("a rate such as 64MiB/s");
}

Result<InetAddress> configAddress(const ConfigValue& value)
{
    RW_ASSIGN(const std::string text, configText(value));
    if (text == "localhost")
        return InetAddress::parse("127.0.0.1");
    const auto address = InetAddress::parse(text);
    if (!address)
        return value.wrong("a numeric address such as 127.0.0.1");
    return *address;
}

Result<void> setTokens(const ConfigValue& value, NodeConfig& config)
{
    RW_ASSIGN(const std::string text, configText(value));
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        std::string_view word = std::string_view{text}.substr(at, comma - at);
        while (!word.empty() && word.front() == ' ')
            word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ')
            word.remove_suffix(1);
        std::int64_t token = 0;
        const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), token);
        if (failure != std::errc{} || end != word.data() + word.size() || token == INT64_MIN)
            return value.wrong("tokens of Murmur3Partitioner, separated by commas");
        config.initialTokens.push_back(token);
        at = comma + 1;
    }
    return ok();
}

Result<void> setSeeds(const ConfigValue& value, NodeConfig& config)
{
    if (!value.node.IsSequence() || value.node.size() != 1 || !value.node[0]["parameters"] ||
        !value.node[0]["parameters"][0]["seeds"])
        return value.wrong("one class_name with parameters: - seeds: \"address:port\"");
    const std::string text = value.node[0]["parameters"][0]["seeds"].as<std::string>();
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        std::string word = text.substr(at, comma - at);
        std::erase(word, ' ');
        const auto seed = InetEndpoint::parse(word, config.internode.port);
        if (!seed)
            return value.wrong("numeric addresses as seeds");
        config.seeds.insert(*seed);
        at = comma + 1;
    }
    return ok();
}

/// The one of `choices` that the value names; `wanted` lists them in the refusal.
template <class Choice, std::size_t count>
Result<Choice> configChoice(const ConfigValue& value,
                            const std::pair<std::string_view, Choice> (&choices)[count],
                            const char* wanted)
{
    RW_ASSIGN(const std::string text, configText(value));
    for (const auto& [name, choice] : choices) {
        if (text == name)
            return choice;
    }
    return value.wrong(wanted);
}

Result<void> setSync(const ConfigValue& value, NodeConfig& config)
{
    using storage::CommitLogSync;
    static constexpr std::pair<std::string_view, CommitLogSync> kModes[] = {
        {"periodic", CommitLogSync::Periodic},
        {"batch", CommitLogSync::Batch},
        {"group", CommitLogSync::Group}};
    RW_ASSIGN(config.store.commitLogSync, configChoice(value, kModes, "periodic, batch or group"));
    return ok();
}

Result<void> setDiskFailurePolicy(const ConfigValue& value, NodeConfig& config)
{
    using storage::DiskFailurePolicy;
    static constexpr std::pair<std::string_view, DiskFailurePolicy> kPolicies[] = {
        {"die", DiskFailurePolicy::Die},
        {"stop_paranoid", DiskFailurePolicy::StopParanoid},
        {"stop", DiskFailurePolicy::Stop},
        {"best_effort", DiskFailurePolicy::BestEffort},
        {"ignore", DiskFailurePolicy::Ignore}};
    RW_ASSIGN(config.store.diskFailurePolicy,
              configChoice(value, kPolicies, "die, stop_paranoid, stop, best_effort or ignore"));
    return ok();
}

Result<void> setCommitFailurePolicy(const ConfigValue& value, NodeConfig& config)
{
    using storage::CommitFailurePolicy;
    static constexpr std::pair<std::string_view, CommitFailurePolicy> kPolicies[] = {
        {"stop", CommitFailurePolicy::Stop},
        {"stop_commit", CommitFailurePolicy::StopCommit},
        {"ignore", CommitFailurePolicy::Ignore},
        {"die", CommitFailurePolicy::Die}};
    RW_ASSIGN(config.store.commitFailurePolicy,
              configChoice(value, kPolicies, "stop, stop_commit, ignore or die"));
    return ok();
}

/// "- class_name: LZ4Compressor", with a list of one map of parameters.
Result<void> setCommitLogCompression(const ConfigValue& value, NodeConfig& config)
{
    const auto wrong = value.wrong(
        "one class_name (LZ4Compressor, SnappyCompressor, DeflateCompressor or ZstdCompressor) "
        "with its parameters");
    if (!value.node.IsSequence() || value.node.size() != 1 || !value.node[0].IsMap() ||
        !value.node[0]["class_name"] || !value.node[0]["class_name"].IsScalar())
        return wrong;
    auto& options = config.store.commitLogCompression;
    options = {{"class", value.node[0]["class_name"].Scalar()}};
    if (const auto parameters = value.node[0]["parameters"];
        parameters && parameters.IsSequence()) {
        for (const auto& map : parameters) {
            if (!map.IsMap())
                return wrong;
            for (const auto& entry : map)
                options[entry.first.Scalar()] = entry.second.Scalar();
        }
    }
    if (!storage::checkCommitLogOptions(config.store))
        return wrong;
    return ok();
}

std::string withoutTrailingSlashes(std::string folder)
{
    while (folder.size() > 1 && folder.back() == '/')
        folder.pop_back();
    return folder;
}

/// One folder, or a list of them.
Result<void> setFolders(const ConfigValue& value, NodeConfig& config)
{
    std::vector<std::string> texts;
    if (value.node.IsScalar())
        texts.push_back(value.node.Scalar());
    else if (value.node.IsSequence())
        for (const auto& one : value.node)
            texts.push_back(one.IsScalar() ? one.Scalar() : std::string{});
    auto& folders = config.store.dataFolders;
    for (std::string& text : texts) {
        std::string folder = withoutTrailingSlashes(std::move(text));
        if (folder.empty() || std::find(folders.begin(), folders.end(), folder) != folders.end())
            return value.wrong("folders, each once");
        folders.push_back(std::move(folder));
    }
    return folders.empty() ? value.wrong("at least one folder") : ok();
}

Result<std::string> configFolder(const ConfigValue& value)
{
    RW_ASSIGN(std::string folder, configText(value));
    return withoutTrailingSlashes(std::move(folder));
}

constexpr std::string_view kEarlyOpeningKey = "sstable_preemptive_open_interval";

/// The one setting for which null is a value: compactions show nothing before their end.
Result<void> setEarlyOpening(const ConfigValue& value, NodeConfig& config)
{
    config.store.earlyOpenBytes.reset();
    if (value.node.IsNull())
        return ok();
    const auto size = configSize(value);
    if (!size)
        return value.wrong("a size such as 50MiB, or null for none");
    config.store.earlyOpenBytes = *size;
    return ok();
}

#define RW_SETTER(key, target, expression)                                                         \
    {                                                                                              \
        key, [](const ConfigValue& value, NodeConfig& config) -> Result<void> {                    \
            RW_ASSIGN(auto parsed, expression);                                                    \
            target = std::move(parsed);                                                            \
            return ok();                                                                           \
        }                                                                                          \
    }

const std::map<std::string, Setter, std::less<>>& configSetters()
{
    static const std::map<std::string, Setter, std::less<>> setters{
        RW_SETTER("cluster_name", config.clusterName, configText(value)),
        RW_SETTER("num_tokens", config.tokenCount, configNumber<std::uint32_t>(value, 1, 1024)),
        {"initial_token", setTokens},
        RW_SETTER("auto_bootstrap", config.autoBootstrap, configFlag(value)),
        RW_SETTER("endpoint_snitch", config.endpointSnitch, configText(value)),
        {"seed_provider", setSeeds},
        RW_SETTER("listen_address", config.internode.address, configAddress(value)),
        RW_SETTER("storage_port", config.internode.port,
                  configNumber<std::uint16_t>(value, 1, 65535)),
        RW_SETTER("rpc_address", config.native.address, configAddress(value)),
        RW_SETTER("native_transport_port", config.native.port,
                  configNumber<std::uint16_t>(value, 1, 65535)),
        RW_SETTER("start_native_transport", config.nativeTransport, configFlag(value)),
        {"data_file_directories", setFolders},
        RW_SETTER("local_system_data_file_directory", config.store.systemFolder,
                  configFolder(value)),
        RW_SETTER("commitlog_directory", config.store.commitLogFolder, configText(value)),
        RW_SETTER("hints_directory", config.hintsFolder, configText(value)),
        RW_SETTER("saved_caches_directory", config.stateFolder, configText(value)),
        {"commitlog_sync", setSync},
        RW_SETTER("commitlog_sync_period", config.store.commitLogSyncPeriod, configDuration(value)),
        RW_SETTER("commitlog_sync_group_window", config.store.commitLogGroupWindow,
                  configDuration(value)),
        RW_SETTER("commitlog_segment_size", config.store.commitLogSegmentBytes, configSize(value)),
        RW_SETTER("commitlog_total_space", config.store.commitLogTotalBytes, configSize(value)),
        {"commitlog_compression", setCommitLogCompression},
        {"commit_failure_policy", setCommitFailurePolicy},
        {"disk_failure_policy", setDiskFailurePolicy},
        RW_SETTER("periodic_commitlog_sync_lag_block", config.store.commitLogSyncLag,
                  configDuration(value)),
        RW_SETTER("cdc_enabled", config.store.cdcEnabled, configFlag(value)),
        RW_SETTER("cdc_raw_directory", config.store.cdcRawFolder, configText(value)),
        RW_SETTER("cdc_total_space", config.store.cdcTotalBytes, configSize(value)),
        RW_SETTER("cdc_block_writes", config.store.cdcBlocksWrites, configFlag(value)),
        RW_SETTER("cdc_free_space_check_interval", config.store.cdcCheckInterval,
                  configDuration(value)),
        RW_SETTER("memtable_heap_space", config.store.memtableBytes, configSize(value)),
        RW_SETTER("memtable_offheap_space", config.memtableOffheapBytes, configSize(value)),
        RW_SETTER("memtable_flush_writers", config.store.memtableFlushWriters,
                  configNumber<std::uint32_t>(value, 1, 64)),
        RW_SETTER("memtable_cleanup_threshold", config.store.memtableCleanupThreshold,
                  configNumber<double>(value, 0.01, 0.99)),
        RW_SETTER("key_cache_size", config.store.keyCacheBytes, configSize(value)),
        RW_SETTER("key_cache_save_period", config.store.keyCacheSavePeriod, configDuration(value)),
        RW_SETTER("key_cache_keys_to_save", config.store.keyCacheKeysToSave,
                  configNumber<std::uint32_t>(value, 0, INT32_MAX)),
        RW_SETTER("row_cache_size", config.store.rowCacheBytes, configSize(value)),
        RW_SETTER("row_cache_save_period", config.store.rowCacheSavePeriod, configDuration(value)),
        RW_SETTER("row_cache_keys_to_save", config.store.rowCacheKeysToSave,
                  configNumber<std::uint32_t>(value, 0, INT32_MAX)),
        RW_SETTER("file_cache_size", config.store.chunkCacheBytes, configSize(value)),
        RW_SETTER("index_summary_capacity", config.store.indexSummaryBytes, configSize(value)),
        RW_SETTER("concurrent_compactors", config.store.concurrentCompactors,
                  configNumber<std::uint32_t>(value, 1, 64)),
        RW_SETTER("compaction_throughput", config.store.compactionBytesPerSecond,
                  configRate(value)),
        {std::string{kEarlyOpeningKey}, setEarlyOpening},
        RW_SETTER("storage_compatibility_mode", config.store.sstableVersion,
                  configSSTableVersion(value)),
        RW_SETTER("auto_snapshot", config.store.autoSnapshot, configFlag(value)),
        RW_SETTER("auto_snapshot_ttl", config.store.autoSnapshotTtl, configDuration(value)),
        RW_SETTER("incremental_backups", config.store.incrementalBackups, configFlag(value)),
        RW_SETTER("write_request_timeout", config.writeTimeout, configDuration(value)),
        RW_SETTER("read_request_timeout", config.readTimeout, configDuration(value)),
        RW_SETTER("range_request_timeout", config.rangeTimeout, configDuration(value)),
        RW_SETTER("counter_write_request_timeout", config.counterTimeout, configDuration(value)),
        RW_SETTER("truncate_request_timeout", config.truncateTimeout, configDuration(value)),
        RW_SETTER("max_hint_window", config.maxHintWindow, configDuration(value)),
        RW_SETTER("hinted_handoff_enabled", config.hintedHandoff, configFlag(value)),
        RW_SETTER("hinted_handoff_throttle", config.hintedHandoffThrottleBytes, configSize(value)),
        RW_SETTER("batch_size_warn_threshold", config.batchBytesWarn, configSize(value)),
        RW_SETTER("batch_size_fail_threshold", config.batchBytesFail, configSize(value)),
        RW_SETTER("unlogged_batch_across_partitions_warn_threshold", config.unloggedPartitionsWarn,
                  configNumber<std::uint32_t>(value, 1, INT32_MAX)),
        RW_SETTER("phi_convict_threshold", config.phiConvictThreshold,
                  configNumber<double>(value, 5, 16)),
        RW_SETTER("data_disk_usage_percentage_warn_threshold", config.diskUsage.warnPercent,
                  configNumber<std::int32_t>(value, -1, 100)),
        RW_SETTER("data_disk_usage_percentage_fail_threshold", config.diskUsage.failPercent,
                  configNumber<std::int32_t>(value, -1, 100)),
        RW_SETTER("data_disk_usage_max_disk_size", config.diskUsage.maxBytes, configSize(value)),
        {"partitioner",
         [](const ConfigValue& value, NodeConfig& config) -> Result<void> {
             RW_ASSIGN(const std::string text, configText(value));
             if (text != config.partitioner && text != "Murmur3Partitioner")
                 return value.wrong("Murmur3Partitioner, the only one of this engine");
             return ok();
         }},
    };
    return setters;
}

/// Cassandra's names of one snitch, short or full.
std::string fullSnitchName(const std::string& name)
{
    return name.find('.') == std::string::npos ? "org.apache.cassandra.locator." + name : name;
}

Result<void> completeConfig(NodeConfig& config, const std::string& file)
{
    const std::string folder =
        file.substr(0, file.rfind('/') == std::string::npos ? 0 : file.rfind('/'));
    const std::string home = folder.empty() ? "." : folder;
    const auto orBeside = [&](std::string& path, const char* name) {
        if (path.empty())
            path = home + "/" + name;
    };
    if (config.store.dataFolders.empty())
        config.store.dataFolders = {home + "/data"};
    orBeside(config.store.commitLogFolder, "commitlog");
    orBeside(config.store.cdcRawFolder, "cdc_raw");
    orBeside(config.hintsFolder, "hints");
    orBeside(config.stateFolder, "saved_caches");
    config.store.savedCachesFolder = config.stateFolder;
    const std::string& system = config.store.systemFolder;
    const auto& folders = config.store.dataFolders;
    if (!system.empty() && (std::find(folders.begin(), folders.end(), system) != folders.end() ||
                            system == config.store.commitLogFolder))
        return Error{ErrorCode::ConfigError,
                     file + ": local_system_data_file_directory must be a folder of its own, not "
                            "one of data_file_directories nor commitlog_directory"};
    config.store.memtableBytes += config.memtableOffheapBytes;
    config.store.writeWaitMax = config.writeTimeout;
    config.endpointSnitch = fullSnitchName(config.endpointSnitch);
    config.admin.address = config.internode.address;
    if (config.seeds.empty())
        config.seeds.insert(config.internode);
    auto sorted = config.initialTokens;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        return Error{ErrorCode::ConfigError, file + ": initial_token names one token twice"};
    if (!config.initialTokens.empty())
        config.tokenCount = static_cast<std::uint32_t>(config.initialTokens.size());
    if (const auto checked = config.diskUsage.check(); !checked)
        return checked.error().within(file);
    if (config.store.commitLogSegmentBytes < 64 * 1024)
        return Error{ErrorCode::ConfigError,
                     file + ": commitlog_segment_size must be at least 64KiB"};
    return ok();
}

std::string asSetting(const YAML::Node& node)
{
    if (node.IsScalar())
        return node.Scalar();
    YAML::Emitter out;
    out.SetMapFormat(YAML::Flow);
    out.SetSeqFormat(YAML::Flow);
    out << node;
    return out.c_str();
}

Result<ParsedConfig> readConfig(const YAML::Node& root, const std::string& file)
{
    ParsedConfig parsed;
    NodeConfig& config = parsed.config;
    const auto loopback = *InetAddress::parse("127.0.0.1");
    config.internode = {loopback, 7000};
    config.native = {loopback, 9042};
    config.admin = {loopback, 8778};
    if (root.IsNull())
        return Error{ErrorCode::ConfigError, file + ": the file is empty"};
    if (!root.IsMap())
        return Error{ErrorCode::ConfigError,
                     file + ": it must hold lines of the form 'key: value'"};
    const auto ignored = configKeysWithoutEffect();
    // Seeds without a port take storage_port, so it comes first wherever it stands.
    std::vector<std::pair<std::string, YAML::Node>> entries;
    for (const auto& entry : root) {
        const std::string key = entry.first.Scalar();
        if (std::any_of(entries.begin(), entries.end(),
                        [&](const auto& other) { return other.first == key; }))
            return Error{ErrorCode::ConfigError, fmt::format("{}:{}: '{}' stands there twice", file,
                                                             entry.first.Mark().line + 1, key)};
        if (!configSetters().contains(key) &&
            !std::binary_search(ignored.begin(), ignored.end(), key))
            return Error{
                ErrorCode::ConfigError,
                fmt::format("{}:{}: there is no setting '{}' in cassandra.yaml; correct or "
                            "remove the line",
                            file, entry.first.Mark().line + 1, key)};
        entries.emplace_back(key, entry.second);
    }
    // Not std::sort: assigning a YAML::Node overwrites what the other one stands for.
    const auto apply = [&](const std::string& key, const YAML::Node& node) -> Result<void> {
        config.settings[key] = asSetting(node);
        if (node.IsNull() && key != kEarlyOpeningKey)
            return ok(); // "key:" alone means the default, as in Cassandra
        const auto setter = configSetters().find(key);
        if (setter != configSetters().end())
            return setter->second(ConfigValue{node, key, file}, config);
        parsed.warnings.push_back(
            fmt::format("{}:{}: '{}' has no effect here", file, node.Mark().line + 1, key));
        return ok();
    };
    for (const bool portFirst : {true, false})
        for (const auto& [key, node] : entries)
            if ((key == "storage_port") == portFirst)
                RW_TRY(apply(key, node));
    RW_TRY(completeConfig(config, file));
    return parsed;
}

} // namespace

Result<ParsedConfig> parseNodeConfig(std::string_view yaml, const std::string& file)
{
    try {
        return readConfig(YAML::Load(std::string{yaml}), file);
    } catch (const YAML::Exception& e) {
        return Error{ErrorCode::ConfigError,
                     fmt::format("{}:{}: it is not YAML: {}", file, e.mark.line + 1, e.msg)};
    }
}

} // namespace engine::node
