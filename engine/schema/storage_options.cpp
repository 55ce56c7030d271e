// The options that are maps or little languages: compaction, compression, speculative retry.
#include "engine/cql/numbers.h"
#include "engine/cql/text_util.h"
#include "engine/schema/table_options.h"

#include <algorithm>
#include <cmath>

namespace engine::schema {

namespace {

constexpr std::string_view kCompactionPackage = "org.apache.cassandra.db.compaction.";
constexpr std::string_view kCompressionPackage = "org.apache.cassandra.io.compress.";

using Names = std::vector<std::string_view>;

Error badMapOption(std::string text)
{
    return {ErrorCode::ConfigError, std::move(text)};
}

std::string fullClass(std::string_view package, const std::string& name)
{
    return name.find('.') == std::string::npos ? std::string{package} + name : name;
}

Names optionsOfStrategy(std::string_view strategy)
{
    Names names{"class",
                "enabled",
                "log_all",
                "tombstone_threshold",
                "tombstone_compaction_interval",
                "unchecked_tombstone_compaction",
                "only_purge_repaired_tombstones",
                "provide_overlapping_tombstones"};
    const auto add = [&](std::initializer_list<std::string_view> more) {
        names.insert(names.end(), more);
    };
    if (strategy != "UnifiedCompactionStrategy")
        add({"min_threshold", "max_threshold"});
    if (strategy == "SizeTieredCompactionStrategy" || strategy == "TimeWindowCompactionStrategy")
        add({"min_sstable_size", "bucket_low", "bucket_high"});
    if (strategy == "LeveledCompactionStrategy")
        add({"sstable_size_in_mb", "fanout_size", "single_sstable_uplevel", "min_sstable_size",
             "bucket_low", "bucket_high"});
    if (strategy == "TimeWindowCompactionStrategy")
        add({"compaction_window_unit", "compaction_window_size", "timestamp_resolution",
             "expired_sstable_check_frequency_seconds", "unsafe_aggressive_sstable_expiration"});
    if (strategy == "UnifiedCompactionStrategy")
        add({"scaling_parameters", "target_sstable_size", "min_sstable_size", "base_shard_count",
             "sstable_growth", "max_sstables_to_compact", "overlap_inclusion_method",
             "expired_sstable_check_frequency_seconds", "unsafe_aggressive_sstable_expiration",
             "flush_size_override"});
    return names;
}

bool isKnownStrategy(std::string_view name)
{
    return name == "SizeTieredCompactionStrategy" || name == "LeveledCompactionStrategy" ||
           name == "TimeWindowCompactionStrategy" || name == "UnifiedCompactionStrategy";
}

Result<std::int64_t> integerOption(const StringMap& options, const char* key,
                                   std::int64_t otherwise)
{
    const auto at = options.find(key);
    if (at == options.end())
        return otherwise;
    const auto number = cql::int64FromString(at->second);
    if (!number)
        return badMapOption("Invalid value " + at->second + " for " + key);
    return *number;
}

Result<void> checkThresholds(const StringMap& options)
{
    RW_ASSIGN(const std::int64_t min, integerOption(options, "min_threshold", 4));
    RW_ASSIGN(const std::int64_t max, integerOption(options, "max_threshold", 32));
    if (min < 2)
        return badMapOption("Min compaction threshold cannot be less than 2 (got " +
                            std::to_string(min) + ")");
    if (min > max)
        return badMapOption("Min compaction threshold (got " + std::to_string(min) +
                            ") cannot be greater than max compaction threshold (got " +
                            std::to_string(max) + ")");
    return ok();
}

/// N | L<n> | T<n> | [+-]<n>
bool isScalingParameter(std::string_view word)
{
    if (word == "N")
        return true;
    if (word.empty())
        return false;
    if (word[0] == 'L' || word[0] == 'T' || word[0] == '+' || word[0] == '-')
        word.remove_prefix(1);
    return !word.empty() &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> checkScaling(std::string_view list)
{
    while (true) {
        const std::size_t comma = list.find(',');
        std::string_view word = list.substr(0, comma);
        while (!word.empty() && word.front() == ' ')
            word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ')
            word.remove_suffix(1);
        if (!isScalingParameter(word))
            return badMapOption("Scaling parameter " + std::string{word} +
                                " must match N|L[0-9]+|T[0-9]+|[+-]?[0-9]+");
        if (comma == std::string_view::npos)
            return ok();
        list.remove_prefix(comma + 1);
    }
}

Result<void> checkStrategyOptions(const std::string& strategy, const StringMap& options)
{
    if (strategy == "LeveledCompactionStrategy") {
        RW_ASSIGN(const std::int64_t size, integerOption(options, "sstable_size_in_mb", 160));
        if (size < 1)
            return badMapOption("sstable_size_in_mb must be larger than 0, but was " +
                                std::to_string(size));
        RW_ASSIGN(const std::int64_t fanout, integerOption(options, "fanout_size", 10));
        if (fanout < 1)
            return badMapOption("fanout_size must be larger than 0, but was " +
                                std::to_string(fanout));
    }
    if (const auto at = options.find("scaling_parameters"); at != options.end())
        RW_TRY(checkScaling(at->second));
    if (const auto at = options.find("provide_overlapping_tombstones"); at != options.end()) {
        const std::string value = cql::toUpperAscii(at->second);
        if (value != "NONE" && value != "ROW" && value != "CELL")
            return badMapOption("Invalid value " + value +
                                " for 'provide_overlapping_tombstones' compaction sub-option - "
                                "must be one of the following [NONE, ROW, CELL].");
    }
    const Names known = optionsOfStrategy(strategy);
    std::string unknown;
    for (const auto& [key, value] : options) {
        if (std::find(known.begin(), known.end(), key) == known.end())
            unknown += (unknown.empty() ? "" : ", ") + key;
    }
    if (!unknown.empty())
        return badMapOption("Properties specified [" + unknown + "] are not understood by " +
                            strategy);
    return ok();
}

Names optionsOfCompressor(std::string_view name)
{
    if (name == "LZ4Compressor")
        return {"lz4_compressor_type", "lz4_high_compressor_level"};
    if (name == "ZstdCompressor")
        return {"compression_level"};
    return {};
}

bool isKnownCompressor(std::string_view name)
{
    return name == "LZ4Compressor" || name == "ZstdCompressor" || name == "SnappyCompressor" ||
           name == "DeflateCompressor" || name == "NoopCompressor";
}

Result<void> checkChunkLength(const std::string& text)
{
    const auto kib = cql::int64FromString(text);
    if (!kib || *kib <= 0 || *kib > 64 * 1024)
        return badMapOption("Invalid value for chunk_length_in_kb: " + text);
    if ((*kib & (*kib - 1)) != 0)
        return badMapOption("chunk_length_in_kb must be a power of 2");
    return ok();
}

std::optional<std::string> percentileText(std::string_view digits)
{
    const auto number = cql::doubleFromString(digits);
    if (!number)
        return std::nullopt;
    std::string text = cql::doubleToString(std::round(*number * 10000) / 10000);
    if (text.ends_with(".0"))
        text.resize(text.size() - 2);
    return text + "p";
}

Error notSupportedRetry(std::string_view text)
{
    return badMapOption("Specified Speculative Retry Policy [" + std::string{text} +
                        "] is not supported");
}

Result<std::string> percentile(const std::string& text, std::string_view digits,
                               std::string_view option)
{
    const auto canonical = percentileText(digits);
    if (!canonical || digits.starts_with('-') || digits.starts_with('+'))
        return badMapOption("Invalid value " + text + " for option '" + std::string{option} + "'");
    const double value = *cql::doubleFromString(digits);
    if (!(value > 0.0 && value < 100.0))
        return badMapOption("Invalid value " + text + " for PERCENTILE option '" +
                            std::string{option} + "': must be between (0.0 and 100.0)");
    return *canonical;
}

} // namespace

Result<StringMap> completeCompaction(const StringMap& given)
{
    const auto named = given.find("class");
    if (named == given.end())
        return badMapOption("Missing sub-option 'class' for the 'compaction' option");
    StringMap options = given;
    options["class"] = fullClass(kCompactionPackage, named->second);
    const std::string& full = options["class"];
    const std::string strategy = full.starts_with(kCompactionPackage)
                                     ? full.substr(kCompactionPackage.size())
                                     : std::string{};
    if (!isKnownStrategy(strategy))
        return badMapOption("Unable to find compaction strategy class '" + full + "'");
    RW_TRY(checkStrategyOptions(strategy, options));
    if (strategy != "UnifiedCompactionStrategy") {
        options.try_emplace("min_threshold", "4");
        options.try_emplace("max_threshold", "32");
        RW_TRY(checkThresholds(options));
    }
    return options;
}

Result<StringMap> completeCompression(const StringMap& given)
{
    StringMap options = given;
    const auto enabled = options.find("enabled");
    const bool off = options.empty() || (enabled != options.end() && enabled->second == "false");
    if (const auto old = options.find("sstable_compression"); old != options.end()) {
        options.try_emplace("class", old->second);
        options.erase("sstable_compression");
    }
    if (off || (options.contains("class") && options["class"].empty()))
        return StringMap{{"enabled", "false"}};
    options.erase("enabled");
    if (!options.contains("class"))
        return badMapOption("Missing sub-option 'class' for the 'compression' option.");
    const std::string full = fullClass(kCompressionPackage, options["class"]);
    const std::string name = full.starts_with(kCompressionPackage)
                                 ? full.substr(kCompressionPackage.size())
                                 : std::string{};
    if (!isKnownCompressor(name))
        return badMapOption("Could not create Compression for type " + full);
    options["class"] = full;
    if (const auto old = options.find("chunk_length_kb"); old != options.end()) {
        options.try_emplace("chunk_length_in_kb", old->second);
        options.erase("chunk_length_kb");
    }
    options.try_emplace("chunk_length_in_kb", "16");
    RW_TRY(checkChunkLength(options["chunk_length_in_kb"]));
    const Names known = optionsOfCompressor(name);
    for (const auto& [key, value] : options) {
        if (key != "class" && key != "chunk_length_in_kb" && key != "min_compress_ratio" &&
            std::find(known.begin(), known.end(), key) == known.end())
            return badMapOption("Unknown compression options " + key);
    }
    if (const auto level = options.find("compression_level"); level != options.end()) {
        const auto number = cql::int64FromString(level->second);
        if (!number || *number < -131072 || *number > 22)
            return badMapOption(name +
                                ".create() threw an error: java.lang.IllegalArgumentException "
                                "compression_level=" +
                                level->second + " is invalid");
    }
    return options;
}

Result<std::string> canonicalSpeculativeRetry(std::string_view given, std::string_view option)
{
    std::string text = cql::toUpperAscii(given);
    std::erase(text, ' ');
    if (text == "ALWAYS" || text == "NEVER" || text == "NONE")
        return std::string{text == "NONE" ? "NEVER" : text};
    const std::string original{given};
    if ((text.starts_with("MIN(") || text.starts_with("MAX(")) && text.ends_with(")")) {
        const std::string inside = text.substr(4, text.size() - 5);
        const std::size_t comma = inside.find(',');
        if (comma == std::string::npos)
            return notSupportedRetry(original);
        RW_ASSIGN(const std::string first,
                  canonicalSpeculativeRetry(inside.substr(0, comma), option));
        RW_ASSIGN(const std::string second,
                  canonicalSpeculativeRetry(inside.substr(comma + 1), option));
        return text.substr(0, 4) + first + "," + second + ")";
    }
    for (const std::string_view suffix : {"PERCENTILE", "P"}) {
        if (text.ends_with(suffix))
            return percentile(
                original, std::string_view{text}.substr(0, text.size() - suffix.size()), option);
    }
    if (text.ends_with("MS")) {
        const auto millis =
            cql::doubleFromString(std::string_view{text}.substr(0, text.size() - 2));
        if (millis && *millis >= 0) {
            std::string digits = cql::doubleToString(*millis);
            if (digits.ends_with(".0"))
                digits.resize(digits.size() - 2);
            return digits + "ms";
        }
        return badMapOption("Invalid value " + original + " for option '" + std::string{option} +
                            "'");
    }
    return notSupportedRetry(original);
}

} // namespace engine::schema
