#include "engine/cql/numbers.h"
#include "engine/schema/table_options.h"

#include <algorithm>
#include <cctype>

namespace engine::schema {

namespace {

std::string lowered(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

Error badProperty(std::string text)
{
    return {ErrorCode::SyntaxError, std::move(text)};
}

} // namespace

const Properties::Value* Properties::find(std::string_view name) const noexcept
{
    for (const auto& [key, value] : m_values) {
        if (key == name)
            return &value;
    }
    return nullptr;
}

Result<void> Properties::add(std::string name, Value value)
{
    std::string key = lowered(name);
    if (has(key))
        return badProperty("Multiple definition for property '" + key + "'");
    m_values.emplace_back(std::move(key), std::move(value));
    return ok();
}

Result<void> Properties::checkNames(std::span<const std::string_view> allowed) const
{
    for (const auto& [key, value] : m_values) {
        if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
            return badProperty("Unknown property '" + key + "'");
    }
    return ok();
}

Result<void> Properties::text(std::string_view name, std::string& out) const
{
    const Value* value = find(name);
    if (value == nullptr)
        return ok();
    const auto* plain = std::get_if<std::string>(value);
    if (plain == nullptr)
        return badProperty("Invalid value for property '" + std::string{name} +
                           "'. It should be a string");
    out = *plain;
    return ok();
}

Result<void> Properties::map(std::string_view name, StringMap& out) const
{
    const Value* value = find(name);
    if (value == nullptr)
        return ok();
    const auto* entries = std::get_if<StringMap>(value);
    if (entries == nullptr)
        return badProperty("Invalid value for property '" + std::string{name} +
                           "'. It should be a map.");
    out = *entries;
    return ok();
}

Result<void> Properties::integer(std::string_view name, std::int32_t& out) const
{
    if (!has(name))
        return ok();
    std::string given;
    RW_TRY(text(name, given));
    const auto number = cql::int64FromString(given);
    if (!number || *number < INT32_MIN || *number > INT32_MAX)
        return badProperty("Invalid integer value " + given + " for '" + std::string{name} + "'");
    out = static_cast<std::int32_t>(*number);
    return ok();
}

Result<void> Properties::real(std::string_view name, double& out) const
{
    if (!has(name))
        return ok();
    std::string given;
    RW_TRY(text(name, given));
    const auto number = cql::doubleFromString(given);
    if (!number)
        return badProperty("Invalid double value " + given + " for '" + std::string{name} + "'");
    out = *number;
    return ok();
}

Result<void> Properties::boolean(std::string_view name, bool& out) const
{
    if (!has(name))
        return ok();
    std::string given;
    RW_TRY(text(name, given));
    const std::string word = lowered(given);
    if (word == "1" || word == "true" || word == "yes")
        out = true;
    else if (word == "0" || word == "false" || word == "no")
        out = false;
    else
        return badProperty("Invalid boolean value " + given + " for '" + std::string{name} +
                           "'. Positive values can be '1', 'true' or 'yes'. Negative values can be "
                           "'0', 'false' or 'no'.");
    return ok();
}

} // namespace engine::schema
