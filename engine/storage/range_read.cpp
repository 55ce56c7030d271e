#include "engine/storage/range_read.h"

namespace engine::storage {

RangeRead::RangeRead(const ReadView& view, const rows::ReadCommand& command, CachedChunks& chunks,
                     rows::LimitCounter& counter, TableMetrics& metrics)
    : m_command(command), m_counter(counter), m_metrics(metrics), m_projection(command)
{
    for (const auto& table : *view.tables)
        m_tables.push_back({std::make_unique<sstable::TableScanner>(table, chunks, command.range)});
    for (const auto& memtable : view.memtables) {
        m_inMemory.push_back({memtable, {}, 0});
        seek(m_inMemory.back());
    }
}

RangeRead::~RangeRead() = default;

void RangeRead::seek(InMemory& input) const
{
    const rows::PartitionBound& start = m_command.range.start;
    if (m_hasLast)
        input.at = input.memtable->seek(m_lastToken, m_lastKey, true);
    else if (start.key)
        input.at = input.memtable->seek(start.token, *start.key, !start.inclusive);
    else if (start.inclusive)
        input.at = input.memtable->seek(start.token, {}, false);
    else
        input.at = input.memtable->seekAfterToken(start.token);
    input.sizeSeen = input.memtable->partitionCount();
}

bool RangeRead::isBeyondEnd(std::int64_t token, ByteView key) const
{
    if (!m_command.range.end)
        return false;
    const rows::PartitionBound& end = *m_command.range.end;
    if (token != end.token)
        return token > end.token;
    if (!end.key)
        return !end.inclusive;
    const int order = key.compare(*end.key);
    return end.inclusive ? order > 0 : order >= 0;
}

Result<Progress> RangeRead::advanceTables()
{
    for (Table& table : m_tables) {
        if (table.state != Table::State::NeedsNext)
            continue;
        RW_ASSIGN(const sstable::Step step, table.scanner->next());
        if (step == sstable::Step::NotInMemory)
            return Progress::Blocked;
        table.state = step == sstable::Step::Item ? Table::State::AtPartition : Table::State::AtEnd;
    }
    return Progress::Done;
}

bool RangeRead::beginPartition()
{
    // Memtables may have grown while we waited.
    bool found = false;
    std::int64_t token = 0;
    ByteView key;
    const auto consider = [&](std::int64_t otherToken, ByteView otherKey) {
        if (isBeyondEnd(otherToken, otherKey))
            return;
        if (!found || sstable::KeyHash::compare(otherToken, otherKey, token, key) < 0) {
            found = true;
            token = otherToken;
            key = otherKey;
        }
    };
    for (InMemory& input : m_inMemory) {
        if (input.memtable->partitionCount() != input.sizeSeen)
            seek(input);
        if (input.at != input.memtable->end())
            consider(input.memtable->at(input.at).token, input.memtable->at(input.at).key);
    }
    for (Table& table : m_tables) {
        if (table.state == Table::State::AtPartition)
            consider(table.scanner->token(), table.scanner->partition().key());
    }
    if (!found)
        return false;
    m_lastToken = token;
    m_lastKey = key;
    m_hasLast = true;
    PartitionInputs inputs;
    for (InMemory& input : m_inMemory) {
        if (input.at == input.memtable->end())
            continue;
        const MemtablePartition& partition = input.memtable->at(input.at);
        if (partition.token == token && partition.key == m_lastKey) {
            inputs.inMemory.push_back({input.memtable, &partition});
            input.at = input.memtable->next(input.at);
        }
    }
    for (Table& table : m_tables) {
        if (table.state == Table::State::AtPartition && table.scanner->token() == token &&
            table.scanner->partition().key() == m_lastKey) {
            inputs.cursors.push_back(&table.scanner->partition());
            table.state = Table::State::NeedsNext; // once this partition has been read
        }
    }
    // Paging goes on within a partition only if that partition is still there.
    const bool resume = m_command.range.start.key && *m_command.range.start.key == m_lastKey;
    m_merge.emplace(m_command, m_projection, m_lastKey, resume, m_counter, std::move(inputs),
                    m_metrics);
    return true;
}

Result<Progress> RangeRead::run(std::uint32_t rowsMax, rows::Partitions& out)
{
    // A partition costs something even without rows.
    for (std::uint32_t spent = 0; spent < rowsMax; spent += 8) {
        if (m_counter.isDone() && !m_merge)
            return Progress::Done;
        if (!m_merge) {
            RW_ASSIGN(const Progress advanced, advanceTables());
            if (advanced != Progress::Done)
                return advanced;
            if (!beginPartition())
                return Progress::Done;
        }
        RW_ASSIGN(const Progress progress, m_merge->run(rowsMax - spent));
        if (progress != Progress::Done)
            return progress;
        rows::Partition partition = m_merge->take();
        m_merge.reset();
        spent += static_cast<std::uint32_t>(partition.unfiltereds.size());
        if (!partition.isEmpty())
            out.push_back(std::move(partition));
    }
    return Progress::Budget;
}

} // namespace engine::storage
