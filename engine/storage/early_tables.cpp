#include "engine/storage/early_tables.h"

#include "engine/storage/table_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace engine::storage {

namespace {

/// The result as tables of this version; nullopt if it cannot stand for its inputs.
std::optional<LiveTables> usableResult(const EarlyResult& result, const schema::TablePtr& table,
                                       const TableFolders& folders)
{
    LiveTables usable;
    for (const auto& reader : result.tables) {
        if (!folders.contains(reader->descriptor().folder))
            return std::nullopt; // its disk was given up
        auto current = reader->table() == table ? reader : reader->withTable(table);
        if (!current)
            return std::nullopt;
        usable.push_back(std::move(*current));
    }
    return usable;
}

} // namespace

std::shared_ptr<const LiveTables> tablesToRead(const std::shared_ptr<const LiveTables>& live,
                                               const EarlyCompactions& early,
                                               const schema::TablePtr& table,
                                               const TableFolders& folders)
{
    if (early.empty())
        return live;
    std::map<sstable::Descriptor, std::size_t> places; // in `toRead`
    LiveTables toRead = *live;
    for (std::size_t i = 0; i < toRead.size(); ++i)
        places.emplace(toRead[i]->descriptor(), i);
    for (const auto& compaction : early) {
        const bool isWhole =
            std::all_of(compaction->inputs.begin(), compaction->inputs.end(),
                        [&](const auto& input) { return places.contains(input->descriptor()); });
        auto result = usableResult(compaction->soFar, table, folders);
        if (!isWhole || !result)
            continue;
        const std::int64_t upTo = compaction->soFar.upTo;
        for (const auto& input : compaction->inputs) {
            auto& reader = toRead[places.at(input->descriptor())];
            if (reader->lastToken() <= upTo)
                reader = nullptr;
            else if (reader->firstToken() <= upTo)
                reader = reader->startingAt(upTo + 1);
        }
        toRead.insert(toRead.end(), result->begin(), result->end());
    }
    std::erase(toRead, nullptr);
    sortByGeneration(toRead);
    return std::make_shared<LiveTables>(std::move(toRead));
}

LiveTables earlyTablesOf(const LiveTables& toRead, const LiveTables& live)
{
    std::set<sstable::Descriptor> known;
    for (const auto& table : live)
        known.insert(table->descriptor());
    LiveTables early;
    for (const auto& table : toRead) {
        if (!known.contains(table->descriptor()))
            early.push_back(table);
    }
    return early;
}

} // namespace engine::storage
