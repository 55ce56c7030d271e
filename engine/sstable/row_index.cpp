#include "engine/sstable/row_index.h"

#include "engine/base/prefetch.h"
#include "engine/sstable/deletion_codec.h"

#include <algorithm>

namespace engine::sstable {

namespace {

/// Widths are stored as differences to this (IndexInfo.Serializer.WIDTH_BASE).
constexpr std::int64_t kWidthBase = 65536;
constexpr std::size_t kPrefetched = 256;

} // namespace

void RowIndex::prefetch() const noexcept
{
    engine::prefetch(key.data(), key.size());
    engine::prefetch(order.data(), std::min(order.size() * sizeof(order[0]), kPrefetched));
    const std::size_t offsets = std::size_t{blockCount} * sizeof(std::uint32_t);
    engine::prefetch(blocks.data() + blocks.size() - offsets, std::min(offsets, kPrefetched));
}

Result<void> decodeBlock(const RowIndex& index, std::uint32_t number, const RowDecoder& decoder,
                         const VersionTraits& version, RowIndexBlock& to)
{
    const auto corrupt = [] { return Error{ErrorCode::Corrupt, "the row index is malformed"}; };
    const std::size_t offsets = index.blocks.size() - std::size_t{index.blockCount} * 4;
    const auto start =
        loadBigEndian<std::uint32_t>(index.blocks.data() + offsets + std::size_t{number} * 4);
    if (start >= offsets)
        return corrupt();
    ByteReader in{ByteView{index.blocks}.substr(start, offsets - start)};
    to.firstKind = decoder.prefix(in, to.first);
    to.lastKind = decoder.prefix(in, to.last);
    to.offset = in.unsignedVint();
    to.width = static_cast<std::uint64_t>(in.vint() + kWidthBase);
    to.openAtEnd = in.u8() != 0 ? decodeDeletion(version, in) : rows::DeletionTime{};
    if (!in.ok())
        return corrupt();
    return ok();
}

Result<void> noteOrder(RowIndex& index, const schema::Table& table, const RowDecoder& decoder,
                       const VersionTraits& version)
{
    index.order.reserve(index.blockCount);
    RowIndexBlock block;
    for (std::uint32_t number = 0; number < index.blockCount; ++number) {
        RW_TRY(decodeBlock(index, number, decoder, version, block));
        // The end of all rows has no values to tell by.
        const bool isEndOfAll = block.last.empty() && rows::Bound{block.lastKind, {}}.isEnd();
        index.order.push_back(isEndOfAll ? UINT64_MAX : rows::orderPrefix(table, block.last));
    }
    return ok();
}

Bytes encodeBlock(const RowIndexBlock& block, const RowEncoder& encoder,
                  const VersionTraits& version)
{
    Bytes bytes;
    ByteWriter out{bytes};
    encoder.prefix(block.firstKind, block.first, out);
    encoder.prefix(block.lastKind, block.last, out);
    out.unsignedVint(block.offset);
    out.vint(static_cast<std::int64_t>(block.width) - kWidthBase);
    out.u8(block.openAtEnd.isLive() ? 0 : 1);
    if (!block.openAtEnd.isLive())
        encodeDeletion(version, out, block.openAtEnd);
    return bytes;
}

Result<std::uint32_t> findBlock(const RowIndex& index, const rows::Bound& start,
                                const schema::Table& table, const RowDecoder& decoder,
                                const VersionTraits& version)
{
    std::uint32_t low = 0;
    std::uint32_t high = index.blockCount;
    if (!index.order.empty() && !start.values.empty()) {
        const auto same = std::equal_range(index.order.begin(), index.order.end(),
                                           rows::orderPrefix(table, start.values));
        low = static_cast<std::uint32_t>(same.first - index.order.begin());
        high = static_cast<std::uint32_t>(same.second - index.order.begin());
    }
    RowIndexBlock block;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        RW_TRY(decodeBlock(index, middle, decoder, version, block));
        if (rows::compareBounds(table, block.lastKind, block.last, start.kind, start.values) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void RowIndexBuilder::startPartition(const rows::DeletionTime& deletion, std::uint64_t headerLength)
{
    m_partitionDeletion = deletion;
    m_headerLength = headerLength;
    m_blockOpen = false;
    m_open = {};
    m_blocks.clear();
    m_offsets.clear();
}

void RowIndexBuilder::add(const rows::Unfiltered& unfiltered, std::uint64_t start,
                          std::uint64_t end)
{
    if (unfiltered.kind == rows::Unfiltered::Kind::Row)
        add(rows::BoundKind::Clustering, unfiltered.row.clustering.values, m_open, start, end);
    else
        add(unfiltered.marker.bound.kind, unfiltered.marker.bound.values, unfiltered.marker.open,
            start, end);
}

void RowIndexBuilder::add(rows::BoundKind kind, std::span<const ByteView> values,
                          const rows::DeletionTime& open, std::uint64_t start, std::uint64_t end)
{
    if (!m_blockOpen) {
        m_blockOpen = true;
        m_blockStart = start;
        m_first.clear();
        ByteWriter first{m_first};
        m_encoder.prefix(kind, values, first);
    }
    m_open = open;
    const bool ends = end - m_blockStart >= m_blockBytes;
    // Of one block alone, as nearly all partitions are, nobody will know the end.
    if (ends || !m_offsets.empty()) {
        m_last.clear();
        ByteWriter last{m_last};
        m_encoder.prefix(kind, values, last);
    }
    if (ends)
        closeBlock(end);
}

void RowIndexBuilder::closeBlock(std::uint64_t end)
{
    m_offsets.push_back(static_cast<std::uint32_t>(m_blocks.size()));
    ByteWriter out{m_blocks};
    out.raw(m_first);
    out.raw(m_last);
    out.unsignedVint(m_blockStart);
    out.vint(static_cast<std::int64_t>(end - m_blockStart) - kWidthBase);
    out.u8(m_open.isLive() ? 0 : 1);
    if (!m_open.isLive())
        encodeDeletion(m_version, out, m_open);
    m_blockOpen = false;
}

void RowIndexBuilder::finish(std::uint64_t end, Bytes& out)
{
    if (m_blockOpen)
        closeBlock(end);
    if (m_offsets.size() < 2)
        return;
    ByteWriter writer{out};
    writer.unsignedVint(m_headerLength);
    encodeDeletion(m_version, writer, m_partitionDeletion);
    writer.unsignedVint(m_offsets.size());
    appendOffsets(out.append(m_blocks));
}

std::shared_ptr<RowIndex> RowIndexBuilder::take(std::uint64_t end)
{
    if (m_blockOpen)
        closeBlock(end);
    if (m_offsets.size() < 2)
        return nullptr;
    auto index = std::make_shared<RowIndex>();
    index->partitionDeletion = m_partitionDeletion;
    index->headerLength = m_headerLength;
    index->blockCount = static_cast<std::uint32_t>(m_offsets.size());
    index->blocks.reserve(m_blocks.size() + m_offsets.size() * 4);
    index->blocks = m_blocks;
    appendOffsets(index->blocks);
    return index;
}

void RowIndexBuilder::appendOffsets(Bytes& out) const
{
    ByteWriter writer{out};
    for (const std::uint32_t offset : m_offsets)
        writer.u32(offset);
}

} // namespace engine::sstable
