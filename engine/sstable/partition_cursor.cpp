#include "engine/sstable/partition_cursor.h"

#include "engine/sstable/deletion_codec.h"

namespace engine::sstable {

namespace {

/// Key length, a key, deletion: enough to begin with.
constexpr std::uint64_t kHeaderGuess = 64;

std::vector<Bytes> ownValues(std::span<const ByteView> values)
{
    return {values.begin(), values.end()};
}

} // namespace

PartitionCursor::Impl::Impl(ReaderPtr reader, ChunkSource& source)
    : reader(std::move(reader)),
      files(ReaderAccess::files(*this->reader)),
      decoder(ReaderAccess::decoder(*this->reader)),
      cursor(*files.data, source)
{
}

Error PartitionCursor::Impl::corrupt(const std::string& what) const
{
    return corruptAt(*files.data, cursor.position(), key, what);
}

Result<Step> PartitionCursor::Impl::open(const PartitionEntry& newEntry, ByteView expectedKey)
{
    entry = newEntry;
    start = entry.dataOffset;
    cursor.seek(start);
    sliced = false;
    streamEnded = false;
    peeked = false;
    done = false;
    inForce = {};
    key.clear();
    if (cursor.atEnd())
        return corrupt("no partition starts here");
    const bool hasStatics = !files.statistics.header.statics.empty();
    std::uint64_t wanted = kHeaderGuess;
    while (true) {
        RW_ASSIGN(const bool there, cursor.ensure(wanted));
        if (!there)
            return Step::NotInMemory;
        const ByteView view = cursor.view();
        ByteReader in{view};
        const ByteView keyView = in.bytes16();
        deletion = decodeDeletion(*files.version, in);
        RowDecoder::Head head;
        ByteView body;
        if (hasStatics) {
            head = decoder.head(in, staticBuffer);
            if (in.ok() && head.bodySize > files.data->length() - start)
                return corrupt("a static row is longer than the file");
            body = in.raw(head.bodySize);
        }
        if (in.ok()) {
            key.assign(keyView);
            if (!expectedKey.empty() && key != expectedKey)
                return corrupt("Index.db says that partition 0x" + toHex(expectedKey) + " is here");
            RW_TRY(takeStaticRow(hasStatics, head, body));
            cursor.advance(view.size() - in.remaining());
            return Step::Item;
        }
        if (cursor.seesEnd())
            return corrupt("the file ends within a partition's header");
        wanted = view.size() + std::max<std::uint64_t>(head.bodySize, 1);
    }
}

Result<void> PartitionCursor::Impl::takeStaticRow(bool hasStatics, const RowDecoder::Head& head,
                                                  ByteView body)
{
    staticRow = {};
    if (!hasStatics)
        return ok();
    if (head.isEnd || head.isMarker || (head.extended & unfiltered_flags::kIsStatic) == 0)
        return corrupt("the static row is missing");
    // Its own copy: it outlives the window that the other rows are views of.
    staticBytes.assign(body);
    if (!decoder.row(head, staticBytes, staticBuffer, staticRow))
        return corrupt("the static row is malformed");
    return ok();
}

/// Reads the head of the next unfiltered and makes its body visible.
Result<Step> PartitionCursor::Impl::readHead(RowDecoder::Head& head, ByteView& body)
{
    std::uint64_t wanted = kHeaderGuess;
    while (true) {
        RW_ASSIGN(const bool there, cursor.ensure(wanted));
        if (!there)
            return Step::NotInMemory;
        const ByteView view = cursor.view();
        ByteReader in{view};
        head = decoder.head(in, buffer);
        const bool headComplete = in.ok();
        if (headComplete && head.bodySize > files.data->length() - cursor.position())
            return corrupt("a row is longer than the file");
        body = in.raw(head.bodySize);
        if (in.ok()) {
            cursor.advance(view.size() - in.remaining());
            return head.isEnd ? Step::End : Step::Item;
        }
        if (cursor.seesEnd())
            return corrupt("the row is malformed or cut off");
        wanted = headComplete ? view.size() + head.bodySize : view.size() + 1;
    }
}

Result<Step> PartitionCursor::Impl::decodeNext(rows::Unfiltered& to)
{
    while (true) {
        if (streamEnded)
            return Step::End;
        const std::uint64_t at = cursor.position();
        RowDecoder::Head head;
        ByteView body;
        RW_ASSIGN(const Step step, readHead(head, body));
        if (step == Step::NotInMemory)
            return step;
        lastPosition = at;
        if (step == Step::End) {
            streamEnded = true;
            return step;
        }
        to.kind = head.isMarker ? rows::Unfiltered::Kind::Marker : rows::Unfiltered::Kind::Row;
        if ((head.extended & unfiltered_flags::kIsStatic) != 0 ||
            !(head.isMarker ? decoder.marker(head, body, buffer, to.marker)
                            : decoder.row(head, body, buffer, to.row)))
            return corruptAt(*files.data, at, key,
                             head.isMarker ? "the range tombstone is malformed"
                                           : "the row is malformed");
        if (checkFirst) {
            RW_TRY(checkBlock(to));
            checkFirst = false;
        }
        // A row of which only cells of dropped columns were left is none.
        if (head.isMarker || !to.row.isEmpty())
            return Step::Item;
    }
}

Result<void> PartitionCursor::Impl::checkBlock(const rows::Unfiltered& first) const
{
    const bool row = first.kind == rows::Unfiltered::Kind::Row;
    const std::span<const ByteView> values =
        row ? first.row.clustering.values : first.marker.bound.values;
    if (rows::compareBounds(*reader->table(),
                            row ? rows::BoundKind::Clustering : first.marker.bound.kind, values,
                            block.firstKind, block.first) != 0)
        return corruptAt(*files.data, lastPosition, key,
                         "the row index of Index.db names another row here");
    return ok();
}

Result<void> PartitionCursor::Impl::seekBlock()
{
    const RowIndex& index = *entry.rowIndex;
    const rows::Bound bound{sliceStart.kind, startViews};
    RW_ASSIGN(const std::uint32_t number,
              findBlock(index, bound, *reader->table(), decoder, *files.version));
    rows::DeletionTime open;
    if (number > 0) {
        RW_ASSIGN(const auto before, decodeBlock(index, number - 1, decoder, *files.version));
        open = before.openAtEnd;
        if (number == index.blockCount) {
            // Behind the last row: nothing there but the end of the partition.
            if (!open.isLive())
                return corrupt("the row index leaves a range deletion open");
            streamEnded = true;
            peeked = false;
            inForce = {};
            return ok();
        }
    }
    RW_ASSIGN(block, decodeBlock(index, number, decoder, *files.version));
    const std::uint64_t target = start + block.offset;
    if (block.offset < index.headerLength || target >= files.data->length())
        return corrupt("the row index points outside of the partition");
    if (target <= cursor.position())
        return ok();
    cursor.seek(target);
    peeked = false;
    checkFirst = true;
    inForce = open;
    return ok();
}

void PartitionCursor::Impl::slice(const rows::Bound& from, const rows::Bound& to)
{
    sliced = true;
    done = false;
    entered = false;
    needsSeek = entry.rowIndex != nullptr;
    sliceStart = {from.kind, ownValues(from.values)};
    sliceEnd = {to.kind, ownValues(to.values)};
    startViews.assign(sliceStart.values.begin(), sliceStart.values.end());
    endViews.assign(sliceEnd.values.begin(), sliceEnd.values.end());
}

int PartitionCursor::Impl::compareToBound(rows::BoundKind kind,
                                          std::span<const ByteView> values) const
{
    const bool row = peek.kind == rows::Unfiltered::Kind::Row;
    return rows::compareBounds(
        *reader->table(), row ? rows::BoundKind::Clustering : peek.marker.bound.kind,
        row ? peek.row.clustering.values : peek.marker.bound.values, kind, values);
}

Result<Step> PartitionCursor::Impl::nextInSlice(rows::Unfiltered& to)
{
    if (done)
        return Step::End;
    if (needsSeek) {
        auto sought = seekBlock();
        if (!sought)
            return sought.error().within(files.index->path());
        needsSeek = false;
    }
    while (true) {
        if (!peeked) {
            RW_ASSIGN(const Step step, decodeNext(peek));
            if (step == Step::NotInMemory)
                return step;
            if (step == Step::End) {
                done = true;
                return Step::End;
            }
            peeked = true;
        }
        const bool marker = peek.kind == rows::Unfiltered::Kind::Marker;
        if (!entered) {
            const int order = compareToBound(sliceStart.kind, startViews);
            // A marker at the very start is covered by the one that we make ourselves.
            if (order < 0 || (order == 0 && marker)) {
                if (marker)
                    inForce = peek.marker.open;
                peeked = false;
                continue;
            }
        }
        const int order = compareToBound(sliceEnd.kind, endViews);
        const bool behind = order > 0 || (order == 0 && marker);
        if (!entered) {
            entered = true;
            if (!inForce.isLive()) {
                to = makeEdge(true);
                return Step::Item;
            }
        }
        if (behind) {
            done = true;
            if (inForce.isLive())
                return Step::End;
            to = makeEdge(false);
            return Step::Item;
        }
        if (marker)
            inForce = peek.marker.open;
        peeked = false;
        to = peek;
        return Step::Item;
    }
}

rows::Unfiltered PartitionCursor::Impl::makeEdge(bool atStart) const
{
    rows::Unfiltered edge;
    edge.kind = rows::Unfiltered::Kind::Marker;
    if (atStart) {
        edge.marker.bound = {sliceStart.kind, startViews};
        edge.marker.open = inForce;
    } else {
        edge.marker.bound = {sliceEnd.kind, endViews};
        edge.marker.close = inForce;
    }
    return edge;
}

Result<Step> PartitionCursor::Impl::skip()
{
    while (!streamEnded) {
        RowDecoder::Head head;
        ByteView body;
        RW_ASSIGN(const Step step, readHead(head, body));
        if (step == Step::NotInMemory)
            return step;
        streamEnded = step == Step::End;
    }
    return Step::End;
}

PartitionCursor::PartitionCursor(ReaderPtr reader, ChunkSource& source)
    : m_impl(std::make_unique<Impl>(std::move(reader), source))
{
}
PartitionCursor::~PartitionCursor() = default;
PartitionCursor::PartitionCursor(PartitionCursor&&) noexcept = default;
PartitionCursor& PartitionCursor::operator=(PartitionCursor&&) noexcept = default;

void PartitionCursor::setSource(ChunkSource& source)
{
    m_impl->cursor.setSource(source);
}
Result<Step> PartitionCursor::open(const PartitionEntry& entry, ByteView expectedKey)
{
    return m_impl->open(entry, expectedKey);
}
ByteView PartitionCursor::key() const noexcept
{
    return m_impl->key;
}
const rows::DeletionTime& PartitionCursor::deletion() const noexcept
{
    return m_impl->deletion;
}
const rows::Row& PartitionCursor::staticRow() const noexcept
{
    return m_impl->staticRow;
}
void PartitionCursor::slice(const rows::Bound& start, const rows::Bound& end)
{
    m_impl->slice(start, end);
}
Result<Step> PartitionCursor::next(rows::Unfiltered& to)
{
    return m_impl->sliced ? m_impl->nextInSlice(to) : m_impl->decodeNext(to);
}
std::uint64_t PartitionCursor::position() const noexcept
{
    return m_impl->cursor.position();
}
std::uint64_t PartitionCursor::rowPosition() const noexcept
{
    return m_impl->lastPosition;
}

} // namespace engine::sstable
