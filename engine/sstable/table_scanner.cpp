#include "engine/sstable/index_cursor.h"
#include "engine/sstable/partition_cursor.h"

namespace engine::sstable {

namespace {

bool behindStart(const rows::PartitionBound& start, std::int64_t token, ByteView key)
{
    if (start.key) {
        const int order = KeyHash::compare(token, key, start.token, *start.key);
        return order > 0 || (order == 0 && start.inclusive);
    }
    return token > start.token || (token == start.token && start.inclusive);
}

bool beforeEnd(const rows::PartitionBound& end, std::int64_t token, ByteView key)
{
    if (end.key) {
        const int order = KeyHash::compare(token, key, end.token, *end.key);
        return order < 0 || (order == 0 && end.inclusive);
    }
    return token < end.token || (token == end.token && end.inclusive);
}

bool isRingStart(const rows::PartitionBound& start)
{
    return !start.key && start.token == INT64_MIN;
}

} // namespace

struct TableScanner::Impl {
    enum class State : std::uint8_t { Start, Between, Opening, Inside, Ended };

    Impl(ReaderPtr reader, ChunkSource& chunkSource, rows::PartitionRange wanted)
        : source(&chunkSource),
          files(ReaderAccess::files(*reader)),
          range(std::move(wanted)),
          partition(std::move(reader), chunkSource)
    {
        const std::int64_t first = partition.reader()->startToken();
        if (range.start.token < first)
            range.start = {first, std::nullopt, true};
    }

    Result<Step> findStart();
    Result<Step> advance();
    Result<Step> next();

    ChunkSource* source;
    const ReaderFiles& files;
    rows::PartitionRange range;
    PartitionCursor partition;
    State state = State::Start;
    std::uint64_t position = 0;
    std::int64_t token = 0;
    bool entered = false; ///< `token` is that of a partition
};

Result<Step> TableScanner::Impl::findStart()
{
    if (isRingStart(range.start)) {
        position = 0;
        return Step::Item;
    }
    const std::string empty;
    const std::string& key = range.start.key ? *range.start.key : empty;
    if (files.trie) {
        const auto offset = files.trie->floor(range.start.token, key);
        if (!offset)
            return offset.error().within(files.descriptor.path(Component::Partitions));
        position = *offset;
        return Step::Item;
    }
    const auto summary = files.summary();
    const std::size_t sample = summary->floor(range.start.token, key);
    IndexCursor cursor{files, *source, summary->entry(sample).indexOffset};
    while (true) {
        RW_ASSIGN(const Step step, cursor.next());
        if (step != Step::Item)
            return step;
        const auto& entry = cursor.entry();
        if (behindStart(range.start, KeyHash::of(entry.key).token, entry.key)) {
            position = entry.dataOffset;
            return Step::Item;
        }
    }
}

Result<Step> TableScanner::Impl::next()
{
    while (true) {
        RW_ASSIGN(const Step step, advance());
        // A trie tells only roughly where the range begins.
        if (step != Step::Item || isRingStart(range.start) ||
            behindStart(range.start, token, partition.key()))
            return step;
    }
}

Result<Step> TableScanner::Impl::advance()
{
    if (state == State::Start) {
        RW_ASSIGN(const Step found, findStart());
        if (found == Step::NotInMemory)
            return found;
        state = found == Step::End ? State::Ended : State::Between;
    }
    if (state == State::Inside) {
        RW_ASSIGN(const Step skipped, partition.m_impl->skip());
        if (skipped == Step::NotInMemory)
            return skipped;
        position = partition.position();
        state = State::Between;
    }
    if (state == State::Between && position >= files.data->length())
        state = State::Ended;
    if (state == State::Ended)
        return Step::End;
    RW_ASSIGN(const Step opened, partition.open(PartitionEntry{position, nullptr}));
    if (opened != Step::Item)
        return opened;
    const std::int64_t before = token;
    token = KeyHash::of(partition.key()).token;
    if (range.end && !beforeEnd(*range.end, token, partition.key())) {
        state = State::Ended;
        return Step::End;
    }
    if (entered && token < before)
        return corruptAt(*files.data, position, partition.key(),
                         "the partitions are not in token order");
    entered = true;
    state = State::Inside;
    return Step::Item;
}

TableScanner::TableScanner(ReaderPtr reader, ChunkSource& source, rows::PartitionRange range)
    : m_impl(std::make_unique<Impl>(std::move(reader), source, std::move(range)))
{
}
TableScanner::~TableScanner() = default;
TableScanner::TableScanner(TableScanner&&) noexcept = default;
TableScanner& TableScanner::operator=(TableScanner&&) noexcept = default;

void TableScanner::setSource(ChunkSource& source)
{
    m_impl->source = &source;
    m_impl->partition.setSource(source);
}
Result<Step> TableScanner::next()
{
    return m_impl->next();
}
PartitionCursor& TableScanner::partition() noexcept
{
    return m_impl->partition;
}
std::int64_t TableScanner::token() const noexcept
{
    return m_impl->token;
}
std::uint64_t TableScanner::position() const noexcept
{
    return m_impl->partition.position();
}

} // namespace engine::sstable
