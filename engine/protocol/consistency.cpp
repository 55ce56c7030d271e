#include "engine/protocol/consistency.h"

#include <array>

namespace engine::protocol {

namespace {

constexpr std::array<std::string_view, 12> kConsistencyNames{
    "ANY",          "ONE",         "TWO",    "THREE",        "QUORUM",    "ALL",
    "LOCAL_QUORUM", "EACH_QUORUM", "SERIAL", "LOCAL_SERIAL", "LOCAL_ONE", "NODE_LOCAL"};

bool equalsIgnoringCase(std::string_view name, std::string_view upper) noexcept
{
    if (name.size() != upper.size())
        return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i] >= 'a' && name[i] <= 'z' ? static_cast<char>(name[i] - 32) : name[i];
        if (c != upper[i])
            return false;
    }
    return true;
}

} // namespace

std::string_view consistencyName(Consistency consistency) noexcept
{
    const auto index = static_cast<std::size_t>(consistency);
    return index < kConsistencyNames.size() ? kConsistencyNames[index] : "UNKNOWN";
}

std::optional<Consistency> parseConsistency(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < kConsistencyNames.size(); ++i) {
        if (equalsIgnoringCase(name, kConsistencyNames[i]))
            return static_cast<Consistency>(i);
    }
    return std::nullopt;
}

} // namespace engine::protocol
