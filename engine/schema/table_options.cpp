#include "engine/schema/table_options.h"

#include "engine/cql/numbers.h"
#include "engine/cql/quote.h"
#include "engine/cql/text_util.h"

#include <algorithm>
#include <array>

namespace engine::schema {

namespace {

constexpr std::array<std::string_view, 20> kTableOptions{"additional_write_policy",
                                                         "allow_auto_snapshot",
                                                         "bloom_filter_fp_chance",
                                                         "caching",
                                                         "cdc",
                                                         "comment",
                                                         "compaction",
                                                         "compression",
                                                         "crc_check_chance",
                                                         "default_time_to_live",
                                                         "extensions",
                                                         "gc_grace_seconds",
                                                         "id",
                                                         "incremental_backups",
                                                         "max_index_interval",
                                                         "memtable",
                                                         "memtable_flush_period_in_ms",
                                                         "min_index_interval",
                                                         "read_repair",
                                                         "speculative_retry"};

/// BloomCalculations' lowest false positive rate that Cassandra reports.
constexpr double kFalsePositivesMin = 6.71e-5;
constexpr std::int32_t kTtlMax = 20 * 365 * 24 * 60 * 60;

Error badOption(std::string text)
{
    return {ErrorCode::ConfigError, std::move(text)};
}

Result<void> checkCaching(StringMap& caching)
{
    std::string unknown;
    for (const auto& [key, value] : caching) {
        if (key != "keys" && key != "rows_per_partition")
            unknown += (unknown.empty() ? "" : ", ") + key;
    }
    if (!unknown.empty())
        return badOption("Invalid caching sub-options [" + unknown +
                         "]: only 'keys' and 'rows_per_partition' are allowed");
    if (const auto at = caching.find("keys"); at != caching.end()) {
        const std::string word = cql::toUpperAscii(at->second);
        if (word != "ALL" && word != "NONE")
            return badOption("Invalid value '" + at->second +
                             "' for caching sub-option 'keys': only 'ALL' and 'NONE' are allowed");
        at->second = word;
    }
    if (const auto at = caching.find("rows_per_partition"); at != caching.end()) {
        const std::string word = cql::toUpperAscii(at->second);
        const bool digits = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
            return c >= '0' && c <= '9';
        });
        if (word != "ALL" && word != "NONE" && !digits)
            return badOption(
                "Invalid value '" + at->second +
                "' for caching sub-option 'rows_per_partition': only 'ALL', 'NONE', and "
                "integer values are allowed");
        at->second = word;
    }
    caching.try_emplace("keys", "ALL");
    caching.try_emplace("rows_per_partition", "NONE");
    return ok();
}

Result<void> atLeast(std::string_view option, std::int32_t value, std::int32_t min)
{
    if (value >= min)
        return ok();
    return badOption(std::string{option} + " must be greater than or equal to " +
                     std::to_string(min) + " (got " + std::to_string(value) + ")");
}

Result<void> checkParams(const TableParams& params)
{
    if (params.bloomFilterFpChance <= kFalsePositivesMin || params.bloomFilterFpChance > 1)
        return badOption(
            "bloom_filter_fp_chance must be larger than 6.71E-5 and less than or equal "
            "to 1.0 (got " +
            cql::doubleToString(params.bloomFilterFpChance) + ")");
    if (params.crcCheckChance < 0 || params.crcCheckChance > 1)
        return badOption("crc_check_chance must be larger than or equal to 0 and smaller than or "
                         "equal to 1.0 (got " +
                         cql::doubleToString(params.crcCheckChance) + ")");
    RW_TRY(atLeast("default_time_to_live", params.defaultTimeToLive, 0));
    if (params.defaultTimeToLive > kTtlMax)
        return badOption("default_time_to_live must be less than or equal to " +
                         std::to_string(kTtlMax) + " (got " +
                         std::to_string(params.defaultTimeToLive) + ")");
    RW_TRY(atLeast("gc_grace_seconds", params.gcGraceSeconds, 0));
    RW_TRY(atLeast("min_index_interval", params.minIndexInterval, 1));
    if (params.maxIndexInterval < params.minIndexInterval)
        return badOption(
            "max_index_interval must be greater than or equal to min_index_interval (" +
            std::to_string(params.minIndexInterval) + ") (got " +
            std::to_string(params.maxIndexInterval) + ")");
    RW_TRY(atLeast("memtable_flush_period_in_ms", params.memtableFlushPeriodMs, 0));
    return ok();
}

Result<void> applyMaps(const Properties& properties, TableParams& params, bool isNew)
{
    StringMap given;
    if (properties.has("caching")) {
        RW_TRY(properties.map("caching", given));
        RW_TRY(checkCaching(given));
        params.caching = given;
    }
    if (properties.has("compaction")) {
        RW_TRY(properties.map("compaction", given));
        RW_ASSIGN(params.compaction, completeCompaction(given));
    }
    if (isNew && !properties.has("bloom_filter_fp_chance") &&
        params.compaction["class"].ends_with(".LeveledCompactionStrategy"))
        params.bloomFilterFpChance = 0.1;
    if (properties.has("compression")) {
        RW_TRY(properties.map("compression", given));
        RW_ASSIGN(params.compression, completeCompression(given));
    }
    return ok();
}

Result<void> applyWords(const Properties& properties, TableParams& params)
{
    if (properties.has("memtable")) {
        RW_TRY(properties.text("memtable", params.memtable));
        if (params.memtable != "default" && params.memtable != "skiplist")
            return badOption("Memtable configuration \"" + params.memtable + "\" not found.");
    }
    if (properties.has("read_repair")) {
        RW_TRY(properties.text("read_repair", params.readRepair));
        params.readRepair = cql::toUpperAscii(params.readRepair);
        if (params.readRepair != "BLOCKING" && params.readRepair != "NONE")
            return badOption("Invalid value '" + params.readRepair +
                             "' for read_repair: only 'BLOCKING' and 'NONE' are allowed");
    }
    for (const auto& [name, field] :
         {std::pair{"speculative_retry", &params.speculativeRetry},
          std::pair{"additional_write_policy", &params.additionalWritePolicy}}) {
        if (properties.has(name)) {
            std::string word;
            RW_TRY(properties.text(name, word));
            RW_ASSIGN(*field, canonicalSpeculativeRetry(word, name));
        }
    }
    return ok();
}

std::string mapText(const StringMap& map)
{
    std::string text;
    for (const auto& [key, value] : map)
        text += (text.empty() ? "" : ", ") + cql::quoteString(key) + ": " + cql::quoteString(value);
    return "{" + text + "}";
}

std::string extensionsText(const std::map<std::string, Bytes>& map)
{
    std::string text;
    for (const auto& [key, value] : map)
        text += (text.empty() ? "" : ", ") + cql::quoteString(key) + ": 0x" + toHex(value);
    return "{" + text + "}";
}

} // namespace

Result<TableParams> applyTableOptions(const Properties& properties, const TableParams& before,
                                      bool isNew)
{
    RW_TRY(properties.checkNames(kTableOptions));
    TableParams params = before;
    RW_TRY(properties.text("comment", params.comment));
    RW_TRY(properties.real("bloom_filter_fp_chance", params.bloomFilterFpChance));
    RW_TRY(properties.real("crc_check_chance", params.crcCheckChance));
    RW_TRY(properties.integer("default_time_to_live", params.defaultTimeToLive));
    RW_TRY(properties.integer("gc_grace_seconds", params.gcGraceSeconds));
    RW_TRY(properties.integer("max_index_interval", params.maxIndexInterval));
    RW_TRY(properties.integer("memtable_flush_period_in_ms", params.memtableFlushPeriodMs));
    RW_TRY(properties.integer("min_index_interval", params.minIndexInterval));
    RW_TRY(properties.boolean("cdc", params.cdc));
    RW_TRY(properties.boolean("incremental_backups", params.incrementalBackups));
    if (properties.has("allow_auto_snapshot")) {
        bool allowed = true;
        RW_TRY(properties.boolean("allow_auto_snapshot", allowed));
        params.allowAutoSnapshot = allowed;
    }
    if (properties.has("extensions")) {
        StringMap given;
        RW_TRY(properties.map("extensions", given));
        params.extensions.clear();
        for (const auto& [key, hex] : given) {
            Bytes value;
            if (!fromHex(std::string_view{hex}.substr(hex.starts_with("0x") ? 2 : 0), value))
                return badOption("Invalid blob '" + hex + "' for extension '" + key + "'");
            params.extensions[key] = value;
        }
    }
    RW_TRY(applyMaps(properties, params, isNew));
    RW_TRY(applyWords(properties, params));
    RW_TRY(checkParams(params));
    return params;
}

std::vector<std::string> paramsAsCql(const TableParams& params, bool isView)
{
    const auto text = [](bool value) { return value ? "true" : "false"; };
    std::vector<std::string> out{
        "additional_write_policy = " + cql::quoteString(params.additionalWritePolicy),
        std::string{"allow_auto_snapshot = "} + text(params.allowAutoSnapshot.value_or(true)),
        "bloom_filter_fp_chance = " + cql::doubleToString(params.bloomFilterFpChance),
        "caching = " + mapText(params.caching),
        std::string{"cdc = "} + text(params.cdc),
        "comment = " + cql::quoteString(params.comment),
        "compaction = " + mapText(params.compaction),
        "compression = " + mapText(params.compression),
        "memtable = " + cql::quoteString(params.memtable),
        "crc_check_chance = " + cql::doubleToString(params.crcCheckChance),
    };
    if (!isView)
        out.push_back("default_time_to_live = " + std::to_string(params.defaultTimeToLive));
    for (std::string option :
         {"extensions = " + extensionsText(params.extensions),
          "gc_grace_seconds = " + std::to_string(params.gcGraceSeconds),
          std::string{"incremental_backups = "} + text(params.incrementalBackups),
          "max_index_interval = " + std::to_string(params.maxIndexInterval),
          "memtable_flush_period_in_ms = " + std::to_string(params.memtableFlushPeriodMs),
          "min_index_interval = " + std::to_string(params.minIndexInterval),
          "read_repair = " + cql::quoteString(params.readRepair),
          "speculative_retry = " + cql::quoteString(params.speculativeRetry)})
        out.push_back(std::move(option));
    return out;
}

} // namespace engine::schema
