#include "engine/storage/compaction/options.h"

#include "engine/cql/text_util.h"

#include <algorithm>
#include <cmath>

namespace engine::storage {

Error badCompactionOption(const std::string& name, const std::string& value)
{
    return Error{ErrorCode::ConfigError,
                 "Invalid value '" + value + "' of the compaction option '" + name + "'"};
}

Result<void> readNumber(const schema::StringMap& options, const std::string& name, double& to)
{
    const auto found = options.find(name);
    if (found == options.end())
        return ok();
    char* end = nullptr;
    to = std::strtod(found->second.c_str(), &end);
    if (end == found->second.c_str() || *end != '\0' || !(to >= 0) || !std::isfinite(to))
        return badCompactionOption(name, found->second);
    return ok();
}

Result<void> readFlag(const schema::StringMap& options, const std::string& name, bool& to)
{
    const auto found = options.find(name);
    if (found == options.end())
        return ok();
    const std::string text = cql::toLowerAscii(found->second);
    if (text != "true" && text != "false")
        return badCompactionOption(name, found->second);
    to = text == "true";
    return ok();
}

Result<void> readSize(const schema::StringMap& options, const std::string& name, std::uint64_t& to)
{
    const auto found = options.find(name);
    if (found == options.end())
        return ok();
    const std::string& text = found->second;
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    std::string unit{end};
    std::erase(unit, ' ');
    double factor = 1;
    if (!unit.empty() && unit != "B") {
        constexpr std::string_view kPrefixes = "kKMGTP";
        const auto prefix = kPrefixes.find(unit[0]);
        const std::string_view rest = std::string_view{unit}.substr(1);
        if (prefix == std::string_view::npos || (rest != "iB" && rest != "B"))
            return badCompactionOption(name, text);
        factor = std::pow(rest == "iB" ? 1024.0 : 1000.0, prefix == 0 ? 1.0 : double(prefix));
    }
    if (end == text.c_str() || !(number >= 0) || number * factor >= 9.2e18)
        return badCompactionOption(name, text);
    to = static_cast<std::uint64_t>(number * factor);
    return ok();
}

} // namespace engine::storage
