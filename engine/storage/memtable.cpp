#include "engine/storage/memtable.h"

#include "engine/base/prefetch.h"
#include "engine/rows/merge.h"

namespace engine::storage {

namespace {

/// The bytes of cells that must not belong to their writer any longer.
std::span<const rows::Cell> copyCells(std::span<const rows::Cell> cells, Arena& arena)
{
    const auto copies = arena.copyArray(cells);
    for (rows::Cell& cell : copies) {
        if (cell.hasPath)
            cell.path = arena.copy(cell.path);
        cell.value = arena.copy(cell.value);
    }
    return copies;
}

} // namespace

MemtableRows::Position MemtablePartition::seek(const schema::Table& table,
                                               const rows::Bound& bound) const
{
    if (bound.values.empty())
        return bound.isStart() ? rows.begin() : rows.end();
    const std::uint64_t prefix = rows::orderPrefix(table, bound.values);
    return rows.find([&](const RowSlot& slot) {
        if (slot.orderPrefix != prefix)
            return slot.orderPrefix < prefix;
        return rows::compareBounds(table, rows::BoundKind::Clustering, slot.row->clustering(),
                                   bound.kind, bound.values) < 0;
    });
}

Memtable::Memtable(schema::TablePtr table, sstable::CommitLogPosition start)
    : m_table(std::move(table)), m_start(start)
{
}

MemtablePartition* PartitionsByKey::find(std::int64_t token, ByteView key) const noexcept
{
    return m_places.empty() ? nullptr : m_places[placeOf(token, key)].partition;
}

std::size_t PartitionsByKey::placeOf(std::int64_t token, ByteView key) const noexcept
{
    const std::size_t mask = m_places.size() - 1;
    std::size_t at = static_cast<std::size_t>(token) & mask;
    for (;; at = (at + 1) & mask) {
        const Place& place = m_places[at];
        if (place.partition == nullptr || (place.token == token && place.partition->key == key))
            return at;
    }
}

void PartitionsByKey::prefetch(std::int64_t token) const noexcept
{
    if (!m_places.empty())
        engine::prefetch(&m_places[static_cast<std::size_t>(token) & (m_places.size() - 1)], 1);
}

void PartitionsByKey::prefetchPartition(std::int64_t token) const noexcept
{
    if (m_places.empty())
        return;
    const Place& place = m_places[static_cast<std::size_t>(token) & (m_places.size() - 1)];
    if (place.token == token && place.partition != nullptr)
        engine::prefetch(place.partition, sizeof(MemtablePartition) + 32);
}

void PartitionsByKey::add(MemtablePartition& partition)
{
    if (m_used * 2 >= m_places.size()) {
        const auto before =
            std::exchange(m_places, std::vector<Place>(std::max<std::size_t>(4, m_used * 4)));
        for (const Place& place : before)
            if (place.partition != nullptr)
                m_places[placeOf(place.token, place.partition->key)] = place;
    }
    m_places[placeOf(partition.token, partition.key)] = {partition.token, &partition};
    ++m_used;
}

const MemtablePartition* Memtable::find(std::int64_t token, ByteView key) const
{
    return m_byKey.find(token, key);
}

Memtable::Position Memtable::seek(std::int64_t token, ByteView key, bool after) const
{
    return m_partitions.find([&](const Slot& slot) {
        if (slot.token != token)
            return slot.token < token;
        const int order = slot.partition->key.compare(key);
        return after ? order <= 0 : order < 0;
    });
}

Memtable::Position Memtable::seekAfterToken(std::int64_t token) const
{
    return m_partitions.find([&](const Slot& slot) { return slot.token <= token; });
}

MemtablePartition& Memtable::partition(std::int64_t token, ByteView key)
{
    if (MemtablePartition* const known = m_byKey.find(token, key))
        return *known;
    auto* made = m_arena.make<MemtablePartition>();
    made->token = token;
    made->key = m_arena.copy(key);
    m_partitions.insert(seek(token, key, false), {token, made}, m_arena);
    m_byKey.add(*made);
    return *made;
}

void Memtable::apply(const rows::Partition& update, std::int64_t token)
{
    if (m_versions.empty() || m_versions.back() != update.table()) {
        if (std::find(m_versions.begin(), m_versions.end(), update.table()) == m_versions.end())
            m_versions.push_back(update.table());
    }
    MemtablePartition& to = partition(token, update.key());
    if (!update.deletion.isLive()) {
        m_stats.add(update.deletion);
        if (update.deletion.supersedes(to.deletion))
            to.deletion = update.deletion;
    }
    if (!update.staticRow.isEmpty()) {
        note(update.staticRow);
        to.staticRow = m_arena.make<rows::Row>(to.staticRow == nullptr
                                                   ? rows::copyRow(update.staticRow, m_arena)
                                                   : merged(*to.staticRow, update.staticRow));
    }
    bool hasMarkers = false;
    for (const rows::Unfiltered& unfiltered : update.unfiltereds) {
        if (unfiltered.kind == rows::Unfiltered::Kind::Row)
            addRow(to, unfiltered.row);
        else
            hasMarkers = true;
    }
    if (hasMarkers)
        addMarkers(to, update);
}

void Memtable::note(const rows::Row& row)
{
    m_stats.add(row);
    if (m_hasExpiring)
        return;
    m_hasExpiring = row.liveness.isExpiring();
    for (const rows::Cell& cell : row.cells)
        m_hasExpiring = m_hasExpiring || cell.isExpiring();
}

rows::Row Memtable::merged(const rows::Row& old, const rows::Row& update)
{
    // Readers may hold views of the old row, so it stays as it is; its memory comes back with
    // the memtable's.
    rows::Row pair[2] = {old, update};
    pair[1].cells = copyCells(update.cells, m_arena);
    rows::Row row = rows::mergeRows(pair, {}, m_arena);
    row.clustering = old.clustering;
    row.complexDeletions = m_arena.copyArray(row.complexDeletions);
    return row;
}

const MemtableRow* Memtable::updated(const MemtableRow& old, const rows::Row& update)
{
    if (!m_table->isCounter() && old.isReplacedBy(update))
        return MemtableRow::copy(update, m_arena);
    Arena scratch;
    return MemtableRow::keep(merged(old.row(scratch), update), m_arena);
}

void Memtable::addRow(MemtablePartition& to, const rows::Row& row)
{
    to.rows.prefetch(to.newest);
    note(row);
    const std::uint64_t prefix = rows::orderPrefix(*m_table, row.clustering.values);
    const auto at = placeOf(to, prefix, row);
    if (at.isFound) {
        to.newest = at.position;
        to.rows.replace(at.position, {prefix, updated(*to.rows.at(at.position).row, row)});
        return;
    }
    to.newest = to.rows.insert(at.position, {prefix, MemtableRow::copy(row, m_arena)}, m_arena);
    ++m_rowCount;
}

/// Where a row stands or belongs. Rows mostly come in their order or against it, as time goes: so
/// the neighbours of what was written last are looked at before a search.
Memtable::RowPlace Memtable::placeOf(const MemtablePartition& partition, std::uint64_t prefix,
                                     const rows::Row& row) const
{
    const MemtableRows& rows = partition.rows;
    const auto end = rows.end();
    if (rows.size() == 0)
        return {end, false};
    const schema::Table& table = *m_table;
    const auto order = [&](const RowSlot& other) {
        if (other.orderPrefix != prefix)
            return other.orderPrefix < prefix ? -1 : 1;
        return rows::compareClustering(table, other.row->clustering(), row.clustering.values);
    };
    const auto newest = partition.newest;
    const int fromNewest = order(rows.at(newest));
    if (fromNewest == 0)
        return {newest, true};
    if (fromNewest < 0) {
        const auto next = rows.next(newest);
        const int fromNext = next == end ? 1 : order(rows.at(next));
        if (fromNext >= 0)
            return {next, fromNext == 0};
    } else if (newest == rows.begin()) {
        return {newest, false};
    } else {
        const auto previous = rows.previous(newest);
        const int fromPrevious = order(rows.at(previous));
        if (fromPrevious <= 0)
            return fromPrevious == 0 ? RowPlace{previous, true} : RowPlace{newest, false};
    }
    const auto at = rows.find([&](const RowSlot& other) { return order(other) < 0; });
    return {at, at != end && order(rows.at(at)) == 0};
}

void Memtable::addMarkers(MemtablePartition& to, const rows::Partition& update)
{
    std::vector<rows::Unfiltered> fresh;
    for (const rows::Unfiltered& unfiltered : update.unfiltereds) {
        if (unfiltered.kind != rows::Unfiltered::Kind::Marker)
            continue;
        m_stats.add(unfiltered);
        fresh.push_back(rows::copyUnfiltered(unfiltered, m_arena));
    }
    if (!to.markers.empty()) {
        rows::SpanSource sources[2] = {rows::SpanSource{to.markers}, rows::SpanSource{fresh}};
        std::vector<rows::Unfiltered> all;
        Arena scratch;
        rows::mergeUnfiltereds(*m_table, {}, std::span<rows::SpanSource>{sources}, false, scratch,
                               [&all](const rows::Unfiltered& next) {
                                   all.push_back(next);
                                   return true;
                               });
        fresh = std::move(all);
    }
    to.markers = m_arena.copyArray(std::span<const rows::Unfiltered>{fresh});
}

} // namespace engine::storage
