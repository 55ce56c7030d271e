#include "engine/modeling/figures.h"

#include <fmt/format.h>

#include <cmath>

namespace engine::modeling {

namespace {

std::string withoutTrailingZeros(std::string text)
{
    if (text.find('.') == std::string::npos)
        return text;
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.'))
        text.pop_back();
    return text;
}

} // namespace

std::string grouped(double value)
{
    if (!std::isfinite(value))
        return "∞";
    if (value < 0)
        return "−" + grouped(-value);
    if (value < 999.995)
        return withoutTrailingZeros(fmt::format("{:.2f}", value));
    if (value >= 1e15)
        return fmt::format("{:.3g}", value);
    const std::string digits = fmt::format("{:.0f}", value);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            text += ',';
        text += digits[i];
    }
    return text;
}

std::string bytesText(double bytes)
{
    static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < std::size(kUnits)) {
        bytes /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 || bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2;
    return withoutTrailingZeros(fmt::format("{:.{}f}", bytes, decimals)) + " " + kUnits[unit];
}

std::string counted(double value, const std::string& one, std::string many)
{
    if (many.empty())
        many = one + "s";
    return grouped(value) + " " + (value == 1 ? one : many);
}

std::string durationText(double seconds)
{
    struct Unit {
        double seconds;
        const char* name;
    };
    static constexpr Unit kUnits[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}};
    for (const Unit& unit : kUnits) {
        if (seconds >= 2 * unit.seconds || seconds == unit.seconds)
            return counted(seconds / unit.seconds, unit.name);
    }
    return counted(seconds, "second");
}

} // namespace engine::modeling
