#include "engine/rows/counter_context.h"

#include "engine/base/assert.h"

namespace engine::rows {

namespace {

constexpr std::size_t kCounterShardBytes = 32;

enum class ShardKind : std::uint8_t { Remote, Local, Global }; // in order of precedence

/// Walks the shards of one context.
class ShardCursor {
public:
    explicit ShardCursor(ByteView context) noexcept : m_context(context)
    {
        m_headerElements = loadBigEndian<std::uint16_t>(context.data());
        m_at = 2 + 2 * static_cast<std::size_t>(m_headerElements);
    }
    [[nodiscard]] bool atEnd() const noexcept { return m_at >= m_context.size(); }
    [[nodiscard]] ByteView id() const noexcept { return m_context.substr(m_at, 16); }
    [[nodiscard]] std::int64_t clock() const noexcept { return number(16); }
    [[nodiscard]] std::int64_t count() const noexcept { return number(24); }
    [[nodiscard]] ShardKind kind() const noexcept
    {
        if (m_header >= m_headerElements)
            return ShardKind::Remote;
        const auto element = loadBigEndian<std::int16_t>(m_context.data() + 2 + 2 * m_header);
        if (element >= 0)
            return static_cast<std::size_t>(element) == m_index ? ShardKind::Local
                                                                : ShardKind::Remote;
        return static_cast<std::size_t>(element + 32768) == m_index ? ShardKind::Global
                                                                    : ShardKind::Remote;
    }
    void next() noexcept
    {
        if (kind() != ShardKind::Remote)
            ++m_header;
        ++m_index;
        m_at += kCounterShardBytes;
    }

private:
    [[nodiscard]] std::int64_t number(std::size_t offset) const noexcept
    {
        return loadBigEndian<std::int64_t>(m_context.data() + m_at + offset);
    }
    ByteView m_context;
    std::size_t m_headerElements;
    std::size_t m_header = 0;
    std::size_t m_index = 0;
    std::size_t m_at;
};

struct MergedShard {
    ByteView id;
    std::int64_t clock = 0;
    std::int64_t count = 0;
    ShardKind kind = ShardKind::Remote;
};

MergedShard shardAt(const ShardCursor& cursor) noexcept
{
    return {cursor.id(), cursor.clock(), cursor.count(), cursor.kind()};
}

std::int64_t wrappingSum(std::int64_t a, std::int64_t b) noexcept
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

MergedShard mergeShards(const MergedShard& a, const MergedShard& b) noexcept
{
    if (a.kind != b.kind)
        return a.kind > b.kind ? a : b;
    if (a.kind == ShardKind::Local)
        return {a.id, wrappingSum(a.clock, b.clock), wrappingSum(a.count, b.count), a.kind};
    if (a.clock != b.clock)
        return a.clock > b.clock ? a : b;
    return a.count >= b.count ? a : b;
}

ByteView encodeShards(std::span<const MergedShard> shards, Arena& arena)
{
    std::size_t headerElements = 0;
    for (const auto& shard : shards)
        headerElements += shard.kind != ShardKind::Remote;
    const std::size_t size = 2 + 2 * headerElements + kCounterShardBytes * shards.size();
    char* const to = static_cast<char*>(arena.allocate(size, 1));
    char* header = to;
    storeBigEndian(header, static_cast<std::uint16_t>(headerElements));
    header += 2;
    char* body = to + 2 + 2 * headerElements;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const auto& shard = shards[i];
        if (shard.kind != ShardKind::Remote) {
            const auto index = static_cast<int>(i);
            storeBigEndian(header, static_cast<std::int16_t>(
                                       shard.kind == ShardKind::Local ? index : index - 32768));
            header += 2;
        }
        std::memcpy(body, shard.id.data(), 16);
        storeBigEndian(body + 16, shard.clock);
        storeBigEndian(body + 24, shard.count);
        body += kCounterShardBytes;
    }
    return {to, size};
}

} // namespace

bool isCounterContext(ByteView value) noexcept
{
    if (value.size() < 2)
        return false;
    const std::size_t header =
        2 + 2 * static_cast<std::size_t>(loadBigEndian<std::uint16_t>(value.data()));
    return header <= value.size() && (value.size() - header) % kCounterShardBytes == 0;
}

std::int64_t counterTotal(ByteView context) noexcept
{
    if (context.size() == 8)
        return loadBigEndian<std::int64_t>(context.data());
    if (!isCounterContext(context))
        return 0;
    std::int64_t total = 0;
    for (ShardCursor cursor{context}; !cursor.atEnd(); cursor.next())
        total = wrappingSum(total, cursor.count());
    return total;
}

std::optional<CounterShard> findCounterShard(ByteView context, ByteView id) noexcept
{
    if (!isCounterContext(context))
        return std::nullopt;
    for (ShardCursor cursor{context}; !cursor.atEnd(); cursor.next()) {
        if (cursor.id() == id)
            return CounterShard{cursor.id(), cursor.clock(), cursor.count()};
    }
    return std::nullopt;
}

Bytes makeGlobalCounterContext(ByteView id, std::int64_t clock, std::int64_t count)
{
    ENGINE_ASSERT(id.size() == 16, "a counter id is a host id");
    Bytes out;
    ByteWriter writer{out};
    writer.u16(1);
    writer.i16(INT16_MIN);
    writer.raw(id);
    writer.i64(clock);
    writer.i64(count);
    return out;
}

ByteView mergeCounterContexts(ByteView a, ByteView b, Arena& arena)
{
    if (a == b && a.size() != 8)
        return a;
    if (a.size() == 8 && b.size() == 8) {
        char sum[8];
        storeBigEndian(sum, wrappingSum(counterTotal(a), counterTotal(b)));
        return arena.copy({sum, 8});
    }
    if (!isCounterContext(a) || !isCounterContext(b))
        return a >= b ? a : b; // malformed: deterministic, whatever the order
    const auto shards =
        arena.makeArray<MergedShard>(a.size() / kCounterShardBytes + b.size() / kCounterShardBytes);
    std::size_t count = 0;
    ShardCursor left{a};
    ShardCursor right{b};
    while (!left.atEnd() || !right.atEnd()) {
        const int order = left.atEnd() ? 1 : right.atEnd() ? -1 : left.id().compare(right.id());
        if (order == 0)
            shards[count++] = mergeShards(shardAt(left), shardAt(right));
        else
            shards[count++] = shardAt(order < 0 ? left : right);
        if (order <= 0)
            left.next();
        if (order >= 0)
            right.next();
    }
    const ByteView merged = encodeShards(shards.first(count), arena);
    return merged == a ? a : merged == b ? b : merged;
}

} // namespace engine::rows
