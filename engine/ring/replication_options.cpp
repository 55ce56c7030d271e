// What a keyspace's replication options may be, with Cassandra's sentences.
#include "engine/ring/replication_strategy.h"

#include <fmt/format.h>

#include <charconv>

namespace engine::ring {

std::shared_ptr<const ReplicationStrategy> makeLocalStrategy();
std::shared_ptr<const ReplicationStrategy> makeSimpleStrategy(std::uint32_t factor);
std::shared_ptr<const ReplicationStrategy>
makeNetworkTopologyStrategy(std::map<std::string, std::uint32_t> factors);

namespace {

constexpr std::string_view kLocatorPackage = "org.apache.cassandra.locator.";
constexpr const char* kClassOption = "class";
constexpr const char* kFactorOption = "replication_factor";

Result<std::int32_t> parseReplicationNumber(const std::string& text)
{
    std::int32_t value = 0;
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* end = text.data() + text.size();
    const auto [at, problem] = std::from_chars(begin, end, value);
    if (problem != std::errc{} || at != end || begin == end)
        return Error{ErrorCode::ConfigError, fmt::format("For input string: \"{}\"", text)};
    return value;
}

/// ReplicationFactor.fromString
Result<std::uint32_t> parseFactor(const std::string& text)
{
    if (const auto slash = text.find('/'); slash != std::string::npos) {
        RW_TRY(parseReplicationNumber(text.substr(0, slash)));
        return Error{ErrorCode::ConfigError, "Transient replication is not enabled on this node"};
    }
    RW_ASSIGN(const std::int32_t factor, parseReplicationNumber(text));
    if (factor < 0)
        return Error{ErrorCode::ConfigError,
                     fmt::format("Replication factor must be non-negative, found {}", factor)};
    return static_cast<std::uint32_t>(factor);
}

Result<StrategyKind> parseStrategyClass(const std::string& name)
{
    std::string_view simple = name;
    if (simple.starts_with(kLocatorPackage))
        simple.remove_prefix(kLocatorPackage.size());
    if (simple == "SimpleStrategy")
        return StrategyKind::Simple;
    if (simple == "NetworkTopologyStrategy")
        return StrategyKind::NetworkTopology;
    if (simple == "LocalStrategy")
        return StrategyKind::Local;
    const std::string full =
        name.find('.') == std::string::npos ? std::string{kLocatorPackage} + name : name;
    return Error{ErrorCode::ConfigError,
                 fmt::format("Unable to find replication strategy class '{}'", full)};
}

Error unrecognizedOption(const std::string& option, std::string_view strategy,
                         const std::string& keyspace)
{
    return Error{ErrorCode::ConfigError,
                 fmt::format("Unrecognized strategy option {{{}}} passed to {} for keyspace {}",
                             option, strategy, keyspace)};
}

} // namespace

Result<std::shared_ptr<const ReplicationStrategy>>
ReplicationStrategy::make(const std::string& keyspace, const ReplicationOptions& options)
{
    const auto className = options.find(kClassOption);
    if (className == options.end())
        return Error{ErrorCode::ConfigError, "Missing replication strategy class"};
    RW_ASSIGN(const StrategyKind kind, parseStrategyClass(className->second));
    switch (kind) {
    case StrategyKind::Local:
        return makeLocalStrategy();
    case StrategyKind::Simple: {
        std::uint32_t factor = 0;
        bool hasFactor = false;
        for (const auto& [name, value] : options) {
            if (name == kClassOption)
                continue;
            if (name != kFactorOption)
                return unrecognizedOption(name, "SimpleStrategy", keyspace);
            RW_ASSIGN(factor, parseFactor(value));
            hasFactor = true;
        }
        if (!hasFactor)
            return Error{ErrorCode::ConfigError,
                         "SimpleStrategy requires a replication_factor strategy option."};
        return makeSimpleStrategy(factor);
    }
    case StrategyKind::NetworkTopology:
        break;
    }
    std::map<std::string, std::uint32_t> factors;
    for (const auto& [name, value] : options) {
        if (name == kClassOption)
            continue;
        if (name == kFactorOption)
            return Error{ErrorCode::ConfigError,
                         "replication_factor should not appear as an option at this point in the "
                         "code; it must have been spread over the datacenters."};
        RW_ASSIGN(const std::uint32_t factor, parseFactor(value));
        factors[name] = factor;
    }
    return makeNetworkTopologyStrategy(std::move(factors));
}

Result<ReplicationOptions> prepareReplication(const std::string& keyspace,
                                              ReplicationOptions options,
                                              const std::set<std::string>& datacenters,
                                              const ReplicationOptions* previous)
{
    const auto className = options.find(kClassOption);
    if (className == options.end())
        return Error{ErrorCode::ConfigError, "Missing replication strategy class"};
    RW_ASSIGN(const StrategyKind kind, parseStrategyClass(className->second));
    if (kind == StrategyKind::Local)
        return Error{
            ErrorCode::Invalid,
            "Unable to use given strategy class: LocalStrategy is reserved for internal use."};
    // default_keyspace_rf, where nothing but the strategy is given.
    if (options.size() == 1)
        options[kFactorOption] = "1";
    if (kind == StrategyKind::NetworkTopology) {
        // ALTER without options keeps what the keyspace had for each datacenter.
        if (const auto factor = options.find(kFactorOption); factor != options.end()) {
            const std::string value = factor->second;
            options.erase(factor);
            RW_TRY(parseFactor(value));
            if (previous != nullptr)
                for (const auto& [name, old] : *previous)
                    if (name != kClassOption && name != kFactorOption)
                        options.try_emplace(name, old);
            for (const std::string& datacenter : datacenters)
                options.try_emplace(datacenter, value);
        }
        for (const auto& [name, value] : options)
            if (name != kClassOption && !datacenters.contains(name))
                return unrecognizedOption(name, "NetworkTopologyStrategy", keyspace);
        if (options.size() == 1)
            return Error{ErrorCode::ConfigError,
                         "Configuration for at least one datacenter must be present"};
    }
    RW_ASSIGN(const auto strategy, ReplicationStrategy::make(keyspace, options));
    options[kClassOption] = std::string{strategy->className()};
    return options;
}

} // namespace engine::ring
