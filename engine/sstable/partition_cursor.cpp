#include "engine/sstable/partition_cursor.h"

#include "engine/base/assert.h"
#include "engine/base/prefetch.h"
#include "engine/sstable/deletion_codec.h"

#include <algorithm>

namespace engine::sstable {

namespace {

/// The node thread walks no further at once.
constexpr std::uint64_t kLearnedMax = std::uint64_t{1} << 20;

constexpr std::size_t kPrefetchedMax = 2048;

/// How much to look at to begin with: enough for key length, a key and deletion, and never more
/// than the chunk still has, as the next one may be damaged and not be needed.
std::uint64_t headerGuess(const FileCursor& cursor)
{
    constexpr std::uint64_t kHeaderGuess = 64;
    const std::uint64_t chunk = cursor.file().chunkLength();
    return std::min(kHeaderGuess, chunk - cursor.position() % chunk);
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

void PartitionCursor::Impl::begin(const PartitionEntry& newEntry)
{
    entry = newEntry;
    start = entry.dataOffset;
    cursor.seek(start);
    sliced = false;
    streamEnded = false;
    peeked = false;
    done = false;
    checkFirst = false;
    inForce = {};
    passedOver = 0;
    key.clear();
}

Result<Step> PartitionCursor::Impl::openBlocks(const PartitionEntry& newEntry, ByteView newKey)
{
    begin(newEntry);
    key.assign(newKey);
    deletion = newEntry.rowIndex->partitionDeletion;
    staticRow = {};
    if (newEntry.rowIndex->headerLength >= files.data->length() - start)
        return corrupt("the row index points outside of the partition");
    cursor.advance(newEntry.rowIndex->headerLength);
    return Step::Item;
}

Result<Step> PartitionCursor::Impl::open(const PartitionEntry& newEntry, ByteView expectedKey)
{
    begin(newEntry);
    if (cursor.atEnd())
        return corrupt("no partition starts here");
    const bool hasStatics = !files.statistics.header.statics.empty();
    std::uint64_t wanted = headerGuess(cursor);
    while (true) {
        RW_ASSIGN(const bool there, cursor.ensure(wanted));
        if (!there)
            return Step::NotInMemory;
        const ByteView view = cursor.view();
        ByteReader in{view};
        const ByteView keyView = in.bytes16();
        deletion = decodeDeletion(*files.version, in);
        RowDecoder::Head staticHead;
        ByteView staticBody;
        if (hasStatics) {
            staticHead = decoder.head(in, staticBuffer);
            if (in.ok() && staticHead.bodySize > files.data->length() - start)
                return corrupt("a static row is longer than the file");
            staticBody = in.raw(staticHead.bodySize);
        }
        if (in.ok()) {
            key.assign(keyView);
            if (!expectedKey.empty() && key != expectedKey)
                return corrupt("Index.db says that partition 0x" + toHex(expectedKey) + " is here");
            RW_TRY(takeStaticRow(hasStatics, staticHead, staticBody));
            cursor.advance(view.size() - in.remaining());
            return Step::Item;
        }
        if (cursor.seesEnd())
            return corrupt("the file ends within a partition's header");
        wanted = view.size() + std::max<std::uint64_t>(staticHead.bodySize, 1);
    }
}

Result<void> PartitionCursor::Impl::takeStaticRow(bool hasStatics,
                                                  const RowDecoder::Head& staticHead,
                                                  ByteView staticBody)
{
    staticRow = {};
    if (!hasStatics)
        return ok();
    if (staticHead.isEnd || staticHead.isMarker ||
        (staticHead.extended & unfiltered_flags::kIsStatic) == 0)
        return corrupt("the static row is missing");
    // Its own copy: it outlives the window that the other rows are views of.
    staticBytes.assign(staticBody);
    if (!decoder.row(staticHead, staticBytes, staticBuffer, staticRow))
        return corrupt("the static row is malformed");
    return ok();
}

/// As readHead() if all of it is visible already, which it nearly always is; else false.
inline bool PartitionCursor::Impl::readVisibleHead()
{
    const ByteView view = cursor.view();
    ByteReader in{view};
    decoder.head(in, buffer, head);
    body = in.raw(head.bodySize);
    if (!in.ok()) [[unlikely]]
        return false;
    lastPosition = cursor.position();
    cursor.advance(view.size() - in.remaining());
    return true;
}

/// Reads the head of the next unfiltered and makes its body visible.
Result<Step> PartitionCursor::Impl::readHead()
{
    if (!readVisibleHead())
        return readHeadSlowly();
    return head.isEnd ? Step::End : Step::Item;
}

Result<Step> PartitionCursor::Impl::readHeadSlowly()
{
    std::uint64_t wanted = headerGuess(cursor);
    while (true) {
        RW_ASSIGN(const bool there, cursor.ensure(wanted));
        if (!there)
            return Step::NotInMemory;
        const ByteView view = cursor.view();
        if (checkFirst) // what follows walks over half of the block
            prefetch(view.data(), std::min({view.size(), block.width, kPrefetchedMax}));
        ByteReader in{view};
        decoder.head(in, buffer, head);
        const bool headComplete = in.ok();
        if (headComplete && head.bodySize > files.data->length() - cursor.position())
            return corrupt("a row is longer than the file");
        body = in.raw(head.bodySize);
        if (in.ok()) {
            lastPosition = cursor.position();
            cursor.advance(view.size() - in.remaining());
            return head.isEnd ? Step::End : Step::Item;
        }
        if (cursor.seesEnd())
            return corrupt("the row is malformed or cut off");
        wanted = headComplete ? view.size() + head.bodySize : view.size() + 1;
    }
}

/// Makes `head` that of the next unfiltered, which is not decoded yet.
Result<Step> PartitionCursor::Impl::peekHead()
{
    if (peeked)
        return Step::Item;
    if (streamEnded)
        return Step::End;
    if (!readVisibleHead()) {
        RW_ASSIGN(const Step step, readHeadSlowly());
        if (step == Step::NotInMemory)
            return step;
    }
    if (head.isEnd) {
        streamEnded = true;
        return Step::End;
    }
    if (checkFirst) {
        RW_TRY(checkBlock());
        checkFirst = false;
    }
    peeked = true;
    return Step::Item;
}

/// Decodes the body of what peekHead() found; false: malformed().
bool PartitionCursor::Impl::decode(rows::Unfiltered& to)
{
    to.kind = head.isMarker ? rows::Unfiltered::Kind::Marker : rows::Unfiltered::Kind::Row;
    return (head.extended & unfiltered_flags::kIsStatic) == 0 &&
           (head.isMarker ? decoder.marker(head, body, buffer, to.marker)
                          : decoder.row(head, body, buffer, to.row, fetch));
}

Error PartitionCursor::Impl::malformed() const
{
    return corruptAt(*files.data, lastPosition, key,
                     head.isMarker ? "the range tombstone is malformed" : "the row is malformed");
}

Result<Step> PartitionCursor::Impl::next(rows::Unfiltered& to)
{
    while (true) {
        RW_ASSIGN(const Step step, peekHead());
        if (step != Step::Item)
            return step;
        peeked = false;
        if (!decode(to))
            return malformed();
        // A row of which only cells of dropped columns were left is none.
        if (head.isMarker || !to.row.isEmpty())
            return Step::Item;
    }
}

Result<void> PartitionCursor::Impl::checkBlock() const
{
    if (compareHead(block.firstKind, block.first) != 0)
        return corruptAt(*files.data, lastPosition, key,
                         "the row index of Index.db names another row here");
    return ok();
}

Result<void> PartitionCursor::Impl::seekBlock()
{
    const RowIndex& index = *entry.rowIndex;
    const rows::Bound bound{startKind, startViews};
    RW_ASSIGN(const std::uint32_t number,
              findBlock(index, bound, *reader->table(), decoder, *files.version));
    rows::DeletionTime open;
    if (number > 0) {
        RW_TRY(decodeBlock(index, number - 1, decoder, *files.version, block));
        open = block.openAtEnd;
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
    RW_TRY(decodeBlock(index, number, decoder, *files.version, block));
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
    startKind = from.kind;
    endKind = to.kind;
    startsAtBegin = from.values.empty() && from.kind == rows::BoundKind::InclusiveStart;
    needsSeek = entry.rowIndex != nullptr && !startsAtBegin;
    passedFrom = cursor.position();
    endsAtEnd = to.values.empty() && to.kind == rows::BoundKind::InclusiveEnd;
    boundBytes.clear();
    for (const auto& bound : {from, to}) {
        for (const ByteView value : bound.values)
            boundBytes.append(value);
    }
    const char* bytes = boundBytes.data();
    const auto own = [&bytes](std::span<const ByteView> values, RecycledVector<ByteView>& views) {
        views.assign(values.begin(), values.end());
        for (ByteView& view : views) {
            if (view.data() != nullptr)
                view = {bytes, view.size()};
            bytes += view.size();
        }
    };
    own(from.values, startViews);
    startPrefix = rows::orderPrefix(*reader->table(), startViews);
    own(to.values, endViews);
}

int PartitionCursor::Impl::compareHead(rows::BoundKind kind, std::span<const ByteView> values) const
{
    return rows::compareBounds(*reader->table(), head.boundKind, buffer.clustering, kind, values);
}

/// Skips what stands before the slice by its size; only markers are decoded, for what they open.
Result<Step> PartitionCursor::Impl::skipBeforeSlice()
{
    while (true) {
        if (startPrefix != 0 && !peeked && !checkFirst)
            cursor.advance(decoder.rowsBefore(cursor.view(), *reader->table(), startPrefix));
        RW_ASSIGN(const Step step, peekHead());
        if (step != Step::Item)
            return step;
        const int order = startsAtBegin ? 1 : compareHead(startKind, startViews);
        // A marker at the very start is covered by the one that we make ourselves.
        if (order > 0 || (order == 0 && !head.isMarker)) {
            passedOver = lastPosition - passedFrom;
            return step;
        }
        if (head.isMarker) {
            rows::Unfiltered marker;
            if (!decode(marker))
                return malformed();
            inForce = marker.marker.open;
        }
        peeked = false;
    }
}

Result<Step> PartitionCursor::Impl::nextInSlice(rows::Unfiltered& to)
{
    if (done)
        return Step::End;
    if (needsSeek) {
        auto sought = seekBlock();
        if (!sought)
            return sought.error().within(
                (entry.rowIndex->isLearned ? *files.data : *files.index).path());
        needsSeek = false;
        passedFrom = cursor.position();
    }
    while (true) {
        RW_ASSIGN(const Step step, entered ? peekHead() : skipBeforeSlice());
        if (step != Step::Item) {
            done = step == Step::End;
            return step;
        }
        if (!entered) {
            entered = true;
            if (!inForce.isLive()) {
                to = makeEdge(true);
                return Step::Item;
            }
        }
        const int order = endsAtEnd ? -1 : compareHead(endKind, endViews);
        if (order > 0 || (order == 0 && head.isMarker)) {
            done = true;
            if (inForce.isLive())
                return Step::End;
            to = makeEdge(false);
            return Step::Item;
        }
        peeked = false;
        if (!decode(to))
            return malformed();
        if (head.isMarker)
            inForce = to.marker.open;
        else if (to.row.isEmpty())
            continue; // only cells of dropped columns were left
        return Step::Item;
    }
}

rows::Unfiltered PartitionCursor::Impl::makeEdge(bool atStart) const
{
    rows::Unfiltered edge;
    edge.kind = rows::Unfiltered::Kind::Marker;
    if (atStart) {
        edge.marker.bound = {startKind, startViews};
        edge.marker.open = inForce;
    } else {
        edge.marker.bound = {endKind, endViews};
        edge.marker.close = inForce;
    }
    return edge;
}

Result<Step> PartitionCursor::Impl::skip()
{
    peeked = false;
    while (!streamEnded) {
        RW_ASSIGN(const Step step, readHead());
        if (step == Step::NotInMemory)
            return step;
        streamEnded = step == Step::End;
    }
    return Step::End;
}

Result<std::shared_ptr<const RowIndex>> PartitionCursor::Impl::learn(const PartitionEntry& newEntry,
                                                                     std::uint32_t blockBytes)
{
    const std::shared_ptr<const RowIndex> nothing;
    RW_ASSIGN(const Step opened, open(newEntry, {}));
    if (opened != Step::Item)
        return nothing;
    const RowEncoder encoder{*files.version, files.statistics.header, *reader->table()};
    RowIndexBuilder builder{*files.version, encoder, blockBytes};
    builder.startPartition(deletion, cursor.position() - start);
    while (true) {
        RW_ASSIGN(const Step step, readHead());
        if (step == Step::NotInMemory || cursor.position() - start > kLearnedMax)
            return nothing;
        if (step == Step::End)
            break;
        if (head.isMarker) {
            rows::Unfiltered marker;
            if (!decode(marker))
                return malformed();
            inForce = marker.marker.open;
        }
        builder.add(head.boundKind, buffer.clustering, inForce, lastPosition - start,
                    cursor.position() - start);
    }
    const auto index = builder.take(cursor.position() - start);
    if (index) {
        index->isLearned = true;
        RW_TRY(noteOrder(*index, *reader->table(), decoder, *files.version));
        if (files.statistics.header.statics.empty())
            index->key = key;
    }
    return std::shared_ptr<const RowIndex>{index};
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
Result<Step> PartitionCursor::openBlocks(const PartitionEntry& entry, ByteView key)
{
    ENGINE_ASSERT(entry.rowIndex != nullptr, "only a row index tells where blocks are");
    return m_impl->openBlocks(entry, key);
}
ByteView PartitionCursor::key() const noexcept
{
    return m_impl->key;
}
void PartitionCursor::fetchOnly(const rows::ColumnProjection& projection, bool isOnlySource)
{
    m_impl->fetch = m_impl->decoder.fetchOnly(projection, isOnlySource);
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
    return m_impl->sliced ? m_impl->nextInSlice(to) : m_impl->next(to);
}
std::uint64_t PartitionCursor::passedOver() const noexcept
{
    return m_impl->passedOver;
}
const ReaderPtr& PartitionCursor::reader() const noexcept
{
    return m_impl->reader;
}
const PartitionEntry& PartitionCursor::entry() const noexcept
{
    return m_impl->entry;
}
Result<std::shared_ptr<const RowIndex>> PartitionCursor::learn(const PartitionEntry& entry,
                                                               std::uint32_t blockBytes)
{
    return m_impl->learn(entry, blockBytes);
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
