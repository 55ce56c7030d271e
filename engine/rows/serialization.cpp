#include "engine/rows/serialization.h"

#include <algorithm>
#include <array>

namespace engine::rows {

namespace {

// The form, version 1 (integers big-endian, vints as Cassandra's):
//   partition: u8 version, 16 bytes table id, vint-length key, u8 flags, u8 clustering columns,
//     vint number of columns, each (u8 flags, vint-length name),
//     [deletion] [static row], vint number of unfiltereds, each unfiltered
//   row: u8 flags, clustering, [liveness] [deletion] [complex deletions], vint number of cells,
//   cells marker: u8 flags, u8 bound kind, u8 number of values, values, [close] [open] clustering
//   value: vint (0: null, else length + 1), bytes timestamps: signed vint, the difference to the
//   timestamp written before
// Columns are referred to by their place in the list.
constexpr std::uint8_t kPartitionVersion = 1;
constexpr std::uint8_t kMutationVersion = 1;

// Flags of a partition, a column, a row or marker, and a cell.
constexpr std::uint8_t kHasPartitionDeletion = 1;
constexpr std::uint8_t kHasStaticRow = 2;
constexpr std::uint8_t kStaticColumn = 1;
constexpr std::uint8_t kComplexColumn = 2;
constexpr std::uint8_t kIsMarker = 1;
constexpr std::uint8_t kHasLiveness = 2;
constexpr std::uint8_t kLivenessExpires = 4;
constexpr std::uint8_t kHasRowDeletion = 8;
constexpr std::uint8_t kHasComplexDeletions = 16;
constexpr std::uint8_t kHasClose = 2; ///< of a marker, as the next one
constexpr std::uint8_t kHasOpen = 4;
constexpr std::uint8_t kCellHasPath = 1;
constexpr std::uint8_t kCellExpires = 2;
constexpr std::uint8_t kCellIsTombstone = 4;

/// The columns that a partition's cells refer to, in order of first use. Small and linear: cells
/// come in column order, so the next one is nearly always the neighbour of the last.
class ColumnList {
public:
    std::size_t indexOf(const schema::Column* column)
    {
        if (m_next < m_count && at(m_next) == column)
            return m_next++;
        for (std::size_t i = 0; i < m_count; ++i) {
            if (at(i) == column) {
                m_next = i + 1;
                return i;
            }
        }
        if (m_count < kInside)
            m_inside[m_count] = column;
        else
            m_more.push_back(column);
        m_next = m_count + 1;
        return m_count++;
    }
    [[nodiscard]] std::size_t size() const noexcept { return m_count; }
    [[nodiscard]] const schema::Column* at(std::size_t i) const noexcept
    {
        return i < kInside ? m_inside[i] : m_more[i - kInside];
    }

private:
    static constexpr std::size_t kInside = 16;
    std::array<const schema::Column*, kInside> m_inside;
    std::vector<const schema::Column*> m_more;
    std::size_t m_count = 0;
    std::size_t m_next = 0;
};

class PartitionWriter {
public:
    PartitionWriter(const Partition& partition, Bytes& out) : m_partition(partition), m_out(out) {}

    void write()
    {
        const schema::Table& table = *m_partition.table();
        collectColumns();
        char* at = m_out.room();
        *at++ = static_cast<char>(kPartitionVersion);
        m_out.used(at);
        m_out.raw(table.id().value.view());
        m_out.bytesVint(m_partition.key());
        const bool hasStatic = !m_partition.staticRow.isEmpty();
        at = m_out.room();
        *at++ = static_cast<char>((m_partition.deletion.isLive() ? 0 : kHasPartitionDeletion) |
                                  (hasStatic ? kHasStaticRow : 0));
        *at++ = static_cast<char>(table.clustering().size());
        at += putUnsignedVint(at, m_columns.size());
        m_out.used(at);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const schema::Column& column = *m_columns.at(i);
            at = m_out.room();
            *at++ = static_cast<char>((column.isStatic() ? kStaticColumn : 0) |
                                      (column.isComplex() ? kComplexColumn : 0));
            at += putUnsignedVint(at, column.name.size());
            m_out.used(at);
            m_out.raw(column.name);
        }
        if (!m_partition.deletion.isLive())
            m_out.used(deletion(m_out.room(), m_partition.deletion));
        if (hasStatic)
            row(m_partition.staticRow);
        m_out.unsignedVint(m_partition.unfiltereds.size());
        for (const Unfiltered& unfiltered : m_partition.unfiltereds) {
            if (unfiltered.kind == Unfiltered::Kind::Row)
                row(unfiltered.row);
            else
                marker(unfiltered.marker);
        }
    }

private:
    void collectColumns()
    {
        collect(m_partition.staticRow);
        for (const Unfiltered& unfiltered : m_partition.unfiltereds) {
            if (unfiltered.kind == Unfiltered::Kind::Row)
                collect(unfiltered.row);
        }
    }
    void collect(const Row& row)
    {
        for (const Cell& cell : row.cells)
            (void)m_columns.indexOf(cell.column);
        for (const ComplexDeletion& complex : row.complexDeletions)
            (void)m_columns.indexOf(complex.column);
    }
    // These write to `at` and return where they ended.
    char* timestamp(char* at, WriteTimestamp value)
    {
        at += putVint(at, static_cast<std::int64_t>(static_cast<std::uint64_t>(value.micros) -
                                                    static_cast<std::uint64_t>(m_lastTimestamp)));
        m_lastTimestamp = value.micros;
        return at;
    }
    char* deletion(char* at, const DeletionTime& value)
    {
        at = timestamp(at, value.markedForDeleteAt);
        return at + putVint(at, value.localDeletionTime);
    }
    void values(std::span<const ByteView> all)
    {
        for (const ByteView value : all) {
            const bool isNull = value.data() == nullptr;
            m_out.unsignedVint(isNull ? 0 : value.size() + 1);
            m_out.raw(value);
        }
    }
    void row(const Row& row)
    {
        const bool expires = row.liveness.isExpiring();
        char* at = m_out.room();
        *at++ = static_cast<char>((row.liveness.isEmpty() ? 0 : kHasLiveness) |
                                  (expires ? kLivenessExpires : 0) |
                                  (row.deletion.isLive() ? 0 : kHasRowDeletion) |
                                  (row.complexDeletions.empty() ? 0 : kHasComplexDeletions));
        m_out.used(at);
        values(row.clustering.values);
        at = m_out.room();
        if (!row.liveness.isEmpty()) {
            at = timestamp(at, row.liveness.timestamp);
            if (expires) {
                at += putVint(at, row.liveness.ttl);
                at += putVint(at, row.liveness.expiresAt);
            }
        }
        if (!row.deletion.isLive())
            at = deletion(at, row.deletion);
        m_out.used(at);
        if (!row.complexDeletions.empty()) {
            m_out.unsignedVint(row.complexDeletions.size());
            for (const ComplexDeletion& complex : row.complexDeletions) {
                at = m_out.room();
                at += putUnsignedVint(at, m_columns.indexOf(complex.column));
                m_out.used(deletion(at, complex.deletion));
            }
        }
        m_out.unsignedVint(row.cells.size());
        for (const Cell& cell : row.cells)
            this->cell(cell);
    }
    void cell(const Cell& cell)
    {
        const bool tombstone = cell.isTombstone();
        char* at = m_out.room();
        *at++ = static_cast<char>((cell.hasPath ? kCellHasPath : 0) |
                                  (cell.isExpiring() ? kCellExpires : 0) |
                                  (tombstone ? kCellIsTombstone : 0));
        at += putUnsignedVint(at, m_columns.indexOf(cell.column));
        at = timestamp(at, cell.timestamp);
        if (cell.isExpiring())
            at += putVint(at, cell.ttl);
        if (cell.isExpiring() || tombstone)
            at += putVint(at, cell.localDeletionTime);
        m_out.used(at);
        if (cell.hasPath)
            m_out.bytesVint(cell.path);
        if (!tombstone)
            m_out.bytesVint(cell.value);
    }
    void marker(const RangeTombstoneMarker& marker)
    {
        char* at = m_out.room();
        *at++ = static_cast<char>(kIsMarker | (marker.close.isLive() ? 0 : kHasClose) |
                                  (marker.open.isLive() ? 0 : kHasOpen));
        *at++ = static_cast<char>(marker.bound.kind);
        *at++ = static_cast<char>(marker.bound.values.size());
        m_out.used(at);
        values(marker.bound.values);
        at = m_out.room();
        if (!marker.close.isLive())
            at = deletion(at, marker.close);
        if (!marker.open.isLive())
            at = deletion(at, marker.open);
        m_out.used(at);
    }

    const Partition& m_partition;
    BufferedByteWriter m_out;
    ColumnList m_columns;
    std::int64_t m_lastTimestamp = 0;
};

/// What a column of the written form is here.
struct KnownColumn {
    const schema::Column* column = nullptr; ///< nullptr: was dropped, its cells are skipped
    WriteTimestamp droppedAt;               ///< cells up to here belong to a dropped namesake
};

class PartitionReader {
public:
    PartitionReader(ByteReader& in, schema::TablePtr table, Partition& out)
        : m_in(in), m_table(std::move(table)), m_out(out)
    {
    }

    [[nodiscard]] Result<void> read()
    {
        const std::uint8_t flags = m_in.u8();
        m_clusteringSize = m_in.u8();
        if (m_clusteringSize != m_table->clustering().size())
            return corrupt("the number of clustering columns differs");
        RW_TRY(columns());
        if (flags & kHasPartitionDeletion)
            m_out.deletion = deletion();
        if (flags & kHasStaticRow) {
            const std::uint8_t rowFlags = m_in.u8();
            RW_TRY(row(rowFlags, m_out.staticRow, true));
        }
        const std::uint64_t count = m_in.unsignedVint();
        if (count > m_in.remaining())
            return corrupt("more rows than bytes");
        m_out.unfiltereds.reserve(count);
        for (std::uint64_t i = 0; i < count; ++i)
            RW_TRY(unfiltered());
        if (!m_in.ok())
            return corrupt("it ends too early");
        return ok();
    }

private:
    [[nodiscard]] Error corrupt(std::string_view what) const
    {
        return Error{ErrorCode::Corrupt, "a written partition of " + m_table->keyspace() + "." +
                                             m_table->name() +
                                             " cannot be read: " + std::string{what}};
    }
    Result<void> columns()
    {
        const std::uint64_t count = m_in.unsignedVint();
        if (count > m_in.remaining())
            return corrupt("more columns than bytes");
        m_columns = m_out.arena().makeArray<KnownColumn>(count);
        for (KnownColumn& known : m_columns) {
            const std::uint8_t flags = m_in.u8();
            const ByteView name = m_in.bytesVint();
            if (!m_in.ok())
                return corrupt("it ends too early");
            bool wasDropped = false;
            for (const schema::DroppedColumn& dropped : m_table->droppedColumns()) {
                if (dropped.column->name != name)
                    continue;
                wasDropped = true;
                known.droppedAt = dropped.droppedAt;
            }
            known.column = m_table->column(name);
            if (known.column != nullptr &&
                (known.column->isPrimaryKey() ||
                 known.column->isStatic() != ((flags & kStaticColumn) != 0) ||
                 known.column->isComplex() != ((flags & kComplexColumn) != 0))) {
                if (!wasDropped)
                    return corrupt("column " + std::string{name} + " is of another kind here");
                known.column = nullptr;
            }
            if (known.column == nullptr && !wasDropped)
                return corrupt("there is no column " + std::string{name});
        }
        return ok();
    }
    WriteTimestamp timestamp()
    {
        m_lastTimestamp = static_cast<std::int64_t>(static_cast<std::uint64_t>(m_lastTimestamp) +
                                                    static_cast<std::uint64_t>(m_in.vint()));
        return {m_lastTimestamp};
    }
    DeletionTime deletion()
    {
        DeletionTime value;
        value.markedForDeleteAt = timestamp();
        value.localDeletionTime = m_in.vint();
        return value;
    }
    std::span<const ByteView> values(std::size_t count)
    {
        if (count > m_in.remaining()) {
            m_in.fail();
            return {};
        }
        const auto all = m_out.arena().makeArray<ByteView>(count);
        for (ByteView& value : all) {
            const std::uint64_t size = m_in.unsignedVint();
            if (size > 0)
                value = m_out.arena().copy(m_in.raw(size - 1));
        }
        return all;
    }
    const KnownColumn* column()
    {
        const std::uint64_t index = m_in.unsignedVint();
        if (index >= m_columns.size()) {
            m_in.fail();
            return nullptr;
        }
        return &m_columns[index];
    }
    Result<void> unfiltered()
    {
        const std::uint8_t flags = m_in.u8();
        Unfiltered next;
        if (flags & kIsMarker) {
            next.kind = Unfiltered::Kind::Marker;
            const std::uint8_t kind = m_in.u8();
            const std::uint8_t size = m_in.u8();
            if (kind > 7 || kind == 3 || kind == 4 || size > m_clusteringSize)
                return corrupt("a range tombstone has a bad bound");
            next.marker.bound = {static_cast<BoundKind>(kind), values(size)};
            if (flags & kHasClose)
                next.marker.close = deletion();
            if (flags & kHasOpen)
                next.marker.open = deletion();
            m_out.unfiltereds.push_back(next);
            return m_in.ok() ? ok() : Result<void>{corrupt("it ends too early")};
        }
        RW_TRY(row(flags, next.row, false));
        if (!next.row.isEmpty())
            m_out.unfiltereds.push_back(next);
        return ok();
    }
    Result<void> row(std::uint8_t flags, Row& out, bool isStatic)
    {
        if (!isStatic)
            out.clustering.values = values(m_clusteringSize);
        if (flags & kHasLiveness) {
            out.liveness.timestamp = timestamp();
            if (flags & kLivenessExpires) {
                out.liveness.ttl = static_cast<std::int32_t>(m_in.vint());
                out.liveness.expiresAt = m_in.vint();
            }
        }
        if (flags & kHasRowDeletion)
            out.deletion = deletion();
        if (flags & kHasComplexDeletions)
            readComplexDeletions(out);
        const std::uint64_t count = m_in.unsignedVint();
        if (count > m_in.remaining())
            return corrupt("more cells than bytes");
        const auto cells = m_out.arena().makeArray<Cell>(count);
        std::size_t kept = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            if (readCell(cells[kept]))
                ++kept;
        }
        out.cells = cells.first(kept);
        return m_in.ok() ? ok() : Result<void>{corrupt("it ends too early")};
    }
    void readComplexDeletions(Row& out)
    {
        const std::uint64_t count = m_in.unsignedVint();
        if (count > m_in.remaining()) {
            m_in.fail();
            return;
        }
        const auto all = m_out.arena().makeArray<ComplexDeletion>(count);
        std::size_t kept = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const KnownColumn* known = column();
            const DeletionTime value = deletion();
            if (known != nullptr && known->column != nullptr &&
                !(value.markedForDeleteAt <= known->droppedAt))
                all[kept++] = {known->column, value};
        }
        out.complexDeletions = all.first(kept);
    }
    /// Whether the cell is to be kept.
    bool readCell(Cell& cell)
    {
        const std::uint8_t flags = m_in.u8();
        const KnownColumn* known = column();
        cell = {};
        cell.timestamp = timestamp();
        if (flags & kCellExpires)
            cell.ttl = static_cast<std::int32_t>(m_in.vint());
        if (flags & (kCellExpires | kCellIsTombstone))
            cell.localDeletionTime = m_in.vint();
        cell.hasPath = (flags & kCellHasPath) != 0;
        const ByteView path = cell.hasPath ? m_in.bytesVint() : ByteView{};
        const ByteView value = (flags & kCellIsTombstone) ? ByteView{} : m_in.bytesVint();
        if (!m_in.ok() || known->column == nullptr || cell.timestamp <= known->droppedAt)
            return false;
        cell.column = known->column;
        if (cell.hasPath)
            cell.path = m_out.arena().copy(path);
        cell.value = m_out.arena().copy(value);
        return true;
    }

    ByteReader& m_in;
    schema::TablePtr m_table;
    Partition& m_out;
    std::span<KnownColumn> m_columns;
    std::size_t m_clusteringSize = 0;
    std::int64_t m_lastTimestamp = 0;
};

Result<schema::TableId> readHead(ByteReader& in)
{
    const std::uint8_t version = in.u8();
    const ByteView id = in.raw(16);
    if (!in.ok())
        return Error{ErrorCode::Corrupt, "a written partition ends within its head"};
    if (version > kPartitionVersion)
        return Error{ErrorCode::VersionTooNew,
                     "a partition was written in version " + std::to_string(version) +
                         " of its form; this program reads up to version " +
                         std::to_string(kPartitionVersion)};
    if (version == 0)
        return Error{ErrorCode::Corrupt, "a written partition has no version"};
    return schema::TableId{Uuid::fromBytes(id)};
}

Result<Partition> readBody(ByteReader& in, schema::TablePtr table)
{
    const ByteView key = in.bytesVint();
    Partition partition{table, key};
    RW_TRY((PartitionReader{in, std::move(table), partition}.read()));
    return partition;
}

} // namespace

void writePartition(const Partition& partition, Bytes& out)
{
    PartitionWriter{partition, out}.write();
}

Result<Partition> readPartition(ByteReader& in, const TableLookup& tables)
{
    RW_ASSIGN(const schema::TableId id, readHead(in));
    schema::TablePtr table = tables(id);
    if (table == nullptr)
        return Error{ErrorCode::NotFound, "there is no table with id " + id.value.toString()};
    return readBody(in, std::move(table));
}

void writeMutation(const Mutation& mutation, Bytes& out)
{
    ByteWriter writer{out};
    writer.u8(kMutationVersion);
    writer.bytesVint(mutation.keyspace);
    writer.unsignedVint(mutation.updates.size());
    for (const Partition& update : mutation.updates) {
        // A length in front lets a reader pass over the update of a table that is gone.
        const std::size_t lengthAt = out.size();
        writer.u32(0);
        writePartition(update, out);
        storeBigEndian(out.data() + lengthAt,
                       static_cast<std::uint32_t>(out.size() - lengthAt - 4));
    }
}

Result<Mutation> readMutation(ByteReader& in, const TableLookup& tables)
{
    const std::uint8_t version = in.u8();
    if (in.ok() && version > kMutationVersion)
        return Error{ErrorCode::VersionTooNew,
                     "a mutation was written in version " + std::to_string(version) +
                         " of its form; this program reads up to version " +
                         std::to_string(kMutationVersion)};
    Mutation mutation;
    mutation.keyspace = in.bytesVint();
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || version == 0 || count > in.remaining())
        return Error{ErrorCode::Corrupt, "a written mutation ends within its head"};
    mutation.updates.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint32_t size = in.u32();
        ByteReader update{in.raw(size)};
        if (!in.ok())
            return Error{ErrorCode::Corrupt, "a written mutation ends within an update"};
        RW_ASSIGN(const schema::TableId id, readHead(update));
        schema::TablePtr table = tables(id);
        if (table == nullptr)
            continue;
        RW_ASSIGN(auto partition, readBody(update, std::move(table)));
        mutation.updates.push_back(std::move(partition));
    }
    return mutation;
}

} // namespace engine::rows
