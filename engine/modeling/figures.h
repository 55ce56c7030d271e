#pragma once

#include <string>

/// Figures as sentences and formulas show them; in English, like all text of the engine.
namespace engine::modeling {

/// "299,300"; "12.5"; "0.04": thousands in groups, at most two decimals below 1,000, none above.
[[nodiscard]] std::string grouped(double value);
/// "4.5 MB", "830 B": decimal units, as the limits are given.
[[nodiscard]] std::string bytesText(double bytes);
/// "1 row", "2 rows": `many` is `one` with an s if empty.
[[nodiscard]] std::string counted(double value, const std::string& one, std::string many = {});
/// "730 days", "12 hours", "90 seconds".
[[nodiscard]] std::string durationText(double seconds);
/// "a, b and c".
template <class List>
[[nodiscard]] std::string joined(const List& words, const std::string& last = " and ")
{
    std::string text;
    std::size_t left = words.size();
    for (const auto& word : words) {
        text += word;
        --left;
        text += left == 0 ? "" : left == 1 ? last : ", ";
    }
    return text;
}

} // namespace engine::modeling
