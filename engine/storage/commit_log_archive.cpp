#include "engine/storage/commit_log_archive.h"

#include "engine/storage/commit_log.h"

#include <algorithm>
#include <charconv>

namespace engine::storage {

namespace {

std::string_view trimmedWord(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

/// Days since 1970 of a date of the Gregorian calendar (Howard Hinnant's days_from_civil).
std::int64_t daysFromCivil(std::int64_t year, std::int64_t month, std::int64_t day)
{
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t yearOfEra = year - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146097 + dayOfEra - 719468;
}

/// "2026:11:21 08:30:00" with up to six digits behind a dot, in microseconds since 1970.
std::optional<std::int64_t> parseRestorePoint(std::string_view text)
{
    constexpr std::string_view kForm = "dddd:dd:dd dd:dd:dd";
    if (text.size() < kForm.size() || text.size() > kForm.size() + 7)
        return std::nullopt;
    std::int64_t fields[6] = {};
    std::size_t field = 0;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        if (kForm[i] != 'd') {
            if (text[i] != kForm[i])
                return std::nullopt;
            ++field;
        } else if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        } else {
            fields[field] = fields[field] * 10 + (text[i] - '0');
        }
    }
    std::int64_t micros = 0;
    if (const auto rest = text.substr(kForm.size()); !rest.empty()) {
        if (rest.size() < 2 || rest[0] != '.')
            return std::nullopt;
        for (std::size_t i = 1; i <= 6; ++i) {
            const char digit = i < rest.size() ? rest[i] : '0';
            if (digit < '0' || digit > '9')
                return std::nullopt;
            micros = micros * 10 + (digit - '0');
        }
    }
    const auto& [year, month, day, hour, minute, second] = fields;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    const std::int64_t seconds =
        daysFromCivil(year, month, day) * 86'400 + hour * 3'600 + minute * 60 + second;
    return seconds * 1'000'000 + micros;
}

/// The name of the segment that an archived file holds: its own up to ".log", whatever follows
/// (".gz"). Empty if it is none.
std::string archivedSegmentName(const std::string& file)
{
    const std::size_t end = file.find(".log");
    if (!file.starts_with("CommitLog-") || end == std::string::npos)
        return {};
    return file.substr(0, end + 4);
}

class NewestTimestamp {
public:
    void add(WriteTimestamp timestamp) { m_newest = std::max(m_newest, timestamp.micros); }
    void add(const rows::Row& row)
    {
        add(row.liveness.timestamp);
        add(row.deletion.markedForDeleteAt);
        for (const rows::Cell& cell : row.cells)
            add(cell.timestamp);
        for (const rows::ComplexDeletion& each : row.complexDeletions)
            add(each.deletion.markedForDeleteAt);
    }
    [[nodiscard]] std::int64_t get() const noexcept { return m_newest; }

private:
    std::int64_t m_newest = INT64_MIN;
};

} // namespace

Result<ArchivingProperties> parseArchivingProperties(std::string_view text, const std::string& file)
{
    ArchivingProperties parsed;
    std::optional<std::int64_t> restorePoint;
    bool isMillis = false;
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view words = trimmedWord(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty() || words.front() == '#')
            continue;
        const std::size_t equals = words.find('=');
        const std::string_view key = trimmedWord(words.substr(0, equals));
        const std::string value{
            equals == std::string_view::npos ? "" : trimmedWord(words.substr(equals + 1))};
        const auto wrong = [&](const std::string& sentence) {
            return Error{ErrorCode::ConfigError,
                         file + ":" + std::to_string(line) + ": " + sentence};
        };
        if (equals == std::string_view::npos)
            return wrong("it wants lines of the form 'key=value'");
        if (key == "archive_command") {
            parsed.archiveCommand = value;
        } else if (key == "restore_command") {
            parsed.restoreCommand = value;
        } else if (key == "restore_directories") {
            for (std::size_t at = 0; at < value.size();) {
                const std::size_t comma = std::min(value.find(',', at), value.size());
                if (const auto folder = trimmedWord(std::string_view{value}.substr(at, comma - at));
                    !folder.empty())
                    parsed.restoreFolders.emplace_back(folder);
                at = comma + 1;
            }
        } else if (key == "restore_point_in_time") {
            if (!value.empty() && !(restorePoint = parseRestorePoint(value)))
                return wrong(
                    "restore_point_in_time wants a time such as 2026:11:21 08:30:00 (UTC)");
        } else if (key == "precision") {
            if (value != "MICROSECONDS" && value != "MILLISECONDS")
                return wrong("precision is MICROSECONDS or MILLISECONDS");
            isMillis = value == "MILLISECONDS";
        } else {
            return wrong("there is no setting '" + std::string{key} + "'");
        }
    }
    if (restorePoint)
        parsed.restoreUpToMicros = isMillis ? *restorePoint / 1000 : *restorePoint;
    return parsed;
}

std::vector<std::string>
archivingArguments(std::string_view command,
                   const std::vector<std::pair<std::string, std::string>>& values)
{
    std::vector<std::string> words;
    std::string word;
    char quote = 0;
    bool isWord = false;
    const auto endWord = [&] {
        if (isWord)
            words.push_back(std::exchange(word, {}));
        isWord = false;
    };
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        if (quote != 0 && c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
            isWord = true;
        } else if (quote == 0 && (c == ' ' || c == '\t')) {
            endWord();
        } else {
            isWord = true;
            const auto value =
                std::find_if(values.begin(), values.end(), [&](const auto& candidate) {
                    return c == '%' && command.substr(i + 1).starts_with(candidate.first);
                });
            if (value == values.end()) {
                word += c;
            } else {
                word += value->second;
                i += value->first.size();
            }
        }
    }
    endWord();
    return words;
}

Result<void> restoreArchivedLog(Disk& disk, const StoreOptions& options)
{
    if (!options.archiving.restore)
        return ok();
    for (const std::string& folder : options.archiving.restoreFolders) {
        RW_ASSIGN(const auto files, disk.list(folder));
        for (const DirectoryEntry& file : files) {
            const std::string name = archivedSegmentName(file.name);
            const std::string to = options.commitLogFolder + "/" + name;
            if (file.isDirectory || name.empty() || disk.exists(to))
                continue;
            RW_TRY(options.archiving.restore(folder + "/" + file.name, to));
        }
    }
    return disk.syncDirectory(options.commitLogFolder);
}

std::int64_t newestTimestamp(const rows::Partition& update)
{
    NewestTimestamp newest;
    newest.add(update.deletion.markedForDeleteAt);
    newest.add(update.staticRow);
    for (const rows::Unfiltered& each : update.unfiltereds) {
        if (each.kind == rows::Unfiltered::Kind::Row) {
            newest.add(each.row);
        } else {
            newest.add(each.marker.open.markedForDeleteAt);
            newest.add(each.marker.close.markedForDeleteAt);
        }
    }
    return newest.get();
}

} // namespace engine::storage
