// The texts that stand beside cassandra.yaml or in it: cassandra-rackdc.properties, durations,
// sizes.

#include "engine/node/node_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace engine::node {

Result<void> applyRackDc(std::string_view text, const std::string& file, NodeConfig& config)
{
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string word{text.substr(0, end)};
        text.remove_prefix(std::min(end + 1, text.size()));
        std::erase_if(word, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
        if (word.empty() || word.front() == '#')
            continue;
        const std::size_t equals = word.find('=');
        const std::string key = word.substr(0, equals);
        if (equals == std::string::npos ||
            (key != "dc" && key != "rack" && key != "prefer_local" && key != "dc_suffix"))
            return Error{ErrorCode::ConfigError,
                         fmt::format("{}:{}: it wants 'dc=name' or 'rack=name', not '{}'", file,
                                     line, word)};
        if (key == "dc")
            config.datacenter = word.substr(equals + 1);
        else if (key == "rack")
            config.rack = word.substr(equals + 1);
    }
    return ok();
}

Result<Duration> parseConfigDuration(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || number < 0)
        return Error{ErrorCode::ConfigError, "'" + std::string{text} + "' is no duration"};
    const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    struct Unit {
        std::string_view name;
        std::int64_t nanoseconds;
    };
    constexpr Unit kUnits[] = {{"", 1'000'000},
                               {"ns", 1},
                               {"us", 1'000},
                               {"ms", 1'000'000},
                               {"s", 1'000'000'000},
                               {"m", 60'000'000'000},
                               {"h", 3'600'000'000'000},
                               {"d", 86'400'000'000'000}};
    for (const Unit& known : kUnits)
        if (known.name == unit && number <= INT64_MAX / known.nanoseconds)
            return Duration{number * known.nanoseconds};
    return Error{ErrorCode::ConfigError, "'" + std::string{text} + "' is no duration"};
}

Result<std::uint64_t> parseConfigSize(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    struct Unit {
        std::string_view name;
        unsigned shift;
    };
    constexpr Unit kUnits[] = {{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
    if (failure == std::errc{})
        for (const Unit& known : kUnits)
            if (known.name == unit && number <= (UINT64_MAX >> known.shift))
                return number << known.shift;
    return Error{ErrorCode::ConfigError, "'" + std::string{text} + "' is no size"};
}

} // namespace engine::node
