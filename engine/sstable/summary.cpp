#include "engine/sstable/summary.h"

#include "engine/sstable/key_order.h"

#include <algorithm>

namespace engine::sstable {

namespace {

/// Downsampling.BASE_SAMPLING_LEVEL: nothing was thinned out.
constexpr std::uint32_t kFullSampling = 128;

void appendLittleEndian(Bytes& out, std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

std::uint64_t loadLittleEndian(const char* from, int bytes)
{
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
        value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(from[i])) << (8 * i);
    return value;
}

} // namespace

void Summary::add(ByteView key, std::int64_t token, std::uint64_t indexOffset)
{
    if (m_added == 0)
        m_first = key;
    m_last = key;
    if (m_added++ % m_interval != 0)
        return;
    m_entries.push_back({static_cast<std::uint32_t>(m_keys.size()),
                         static_cast<std::uint32_t>(key.size()), indexOffset, token});
    m_keys.append(key);
}

ByteView Summary::key(std::size_t index) const noexcept
{
    return ByteView{m_keys}.substr(m_entries[index].keyOffset, m_entries[index].keyLength);
}

std::size_t Summary::floor(std::int64_t token, ByteView wanted) const noexcept
{
    std::size_t low = 0;
    std::size_t high = m_entries.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (KeyHash::compare(m_entries[middle].token, key(middle), token, wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : low - 1;
}

std::size_t Summary::countUpTo(std::int64_t token) const noexcept
{
    const auto end = std::partition_point(m_entries.begin(), m_entries.end(),
                                          [&](const Entry& each) { return each.token <= token; });
    return static_cast<std::size_t>(end - m_entries.begin());
}

std::uint64_t Summary::estimatedKeys() const noexcept
{
    return m_added != 0 ? m_added : m_entries.size() * m_interval;
}

std::size_t Summary::memoryBytes() const noexcept
{
    return m_keys.size() + m_entries.size() * sizeof(Entry);
}

Summary Summary::halved() const
{
    Summary half{m_interval};
    half.m_added = estimatedKeys();
    half.m_sampledDown = true;
    half.m_first = m_first;
    half.m_last = m_last;
    half.m_entries.reserve((m_entries.size() + 1) / 2);
    for (std::size_t i = 0; i < m_entries.size(); i += 2) {
        half.m_entries.push_back(m_entries[i]);
        half.m_entries.back().keyOffset = static_cast<std::uint32_t>(half.m_keys.size());
        half.m_keys.append(key(i));
    }
    half.m_keys.shrink_to_fit();
    return half;
}

Summary Summary::upTo(std::uint64_t indexOffset, std::uint64_t keys, ByteView lastKey) const
{
    Summary before{m_interval};
    before.m_added = keys;
    before.m_first = m_first;
    before.m_last = lastKey;
    const auto end =
        std::partition_point(m_entries.begin(), m_entries.end(),
                             [&](const Entry& each) { return each.indexOffset < indexOffset; });
    before.m_entries.assign(m_entries.begin(), end);
    before.m_keys = m_keys.substr(0, end == m_entries.end() ? Bytes::npos : end->keyOffset);
    return before;
}

Bytes Summary::encode() const
{
    const std::size_t offsets = m_entries.size() * 4;
    const std::size_t payload = offsets + m_keys.size() + m_entries.size() * 8;
    Bytes out;
    out.reserve(payload + 64);
    ByteWriter writer{out};
    writer.u32(m_interval);
    writer.u32(static_cast<std::uint32_t>(m_entries.size()));
    writer.u64(payload);
    writer.u32(kFullSampling);
    writer.u32(static_cast<std::uint32_t>(m_entries.size()));
    // Offsets and positions lie in memory order there, which is little-endian.
    std::size_t at = offsets;
    for (const auto& entry : m_entries) {
        appendLittleEndian(out, at, 4);
        at += entry.keyLength + 8;
    }
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        out.append(key(i));
        appendLittleEndian(out, m_entries[i].indexOffset, 8);
    }
    writer.bytes32(m_first);
    writer.bytes32(m_last);
    return out;
}

Result<Summary> Summary::decode(ByteView bytes, std::uint64_t indexLength)
{
    const auto corrupt = [](const char* what) { return Error{ErrorCode::Corrupt, what}; };
    ByteReader in{bytes};
    const std::uint32_t interval = in.u32();
    const std::uint64_t count = in.u32();
    const ByteView sizes = in.raw(16); // payload size, sampling level, count at full sampling
    if (!in.ok() || count == 0)
        return corrupt("the file ends too early");
    const auto payloadSize = loadBigEndian<std::uint64_t>(sizes.data());
    const ByteView payload = in.raw(payloadSize);
    Summary summary{interval};
    const auto samplingLevel = loadBigEndian<std::uint32_t>(sizes.data() + 8);
    summary.m_sampledDown = samplingLevel > 0 && samplingLevel < kFullSampling;
    summary.m_first = in.bytes32();
    summary.m_last = in.bytes32();
    if (!in.ok() || count * 12 > payloadSize)
        return corrupt("the sizes do not fit the file");
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t start = loadLittleEndian(payload.data() + i * 4, 4);
        const std::uint64_t end =
            i + 1 < count ? loadLittleEndian(payload.data() + (i + 1) * 4, 4) : payloadSize;
        if (start < count * 4 || end > payloadSize || start + 8 > end)
            return corrupt("an entry lies outside of the file");
        const ByteView key = payload.substr(start, end - start - 8);
        Entry entry{static_cast<std::uint32_t>(summary.m_keys.size()),
                    static_cast<std::uint32_t>(key.size()),
                    loadLittleEndian(payload.data() + end - 8, 8), KeyHash::of(key).token};
        if (entry.indexOffset >= indexLength)
            return corrupt("an entry points outside of Index.db");
        if (!summary.m_entries.empty()) {
            const auto& last = summary.m_entries.back();
            if (last.indexOffset >= entry.indexOffset ||
                KeyHash::compare(last.token, summary.key(summary.size() - 1), entry.token, key) >=
                    0)
                return corrupt("the entries are not in token order");
        }
        summary.m_keys.append(key);
        summary.m_entries.push_back(entry);
    }
    if (summary.m_entries.front().indexOffset != 0 || summary.key(0) != summary.m_first)
        return corrupt("the first entry is not the first key");
    return summary;
}

} // namespace engine::sstable
