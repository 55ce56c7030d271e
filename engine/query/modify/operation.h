#pragma once

#include "engine/cql/statements.h"
#include "engine/query/expression.h"
#include "engine/rows/partition.h"

#include <algorithm>
#include <new>
#include <optional>
#include <vector>

namespace engine::query {

/// An empty value differs from none, also where its bytes are not copied.
[[nodiscard]] inline ByteView notNull(ByteView value) noexcept
{
    return value.data() != nullptr ? value : ByteView{"", 0};
}

/// Collects the cells of one row that a modification writes: simple ones in the order of their
/// columns, those of a complex column after one another. All of it goes to `arena`, the
/// partition's; with `copies` bound values, too, which else are there as long as the row.
class RowWriter {
public:
    /// `cells`: how many are expected.
    RowWriter(Arena& arena, std::size_t cells, WriteTimestamp timestamp, std::int32_t ttl,
              std::int64_t nowSeconds, bool copies)
        : m_arena(arena),
          m_timestamp(timestamp),
          m_ttl(ttl),
          m_nowSeconds(nowSeconds),
          m_copies(copies)
    {
        makeRoom(cells);
    }
    void put(const schema::Column& column, ByteView value)
    {
        setValue(add(column), m_arena.copy(value));
    }
    void putBound(const schema::Column& column, ByteView value)
    {
        setValue(add(column), m_copies ? m_arena.copy(value) : notNull(value));
    }
    void putElement(const schema::Column& column, ByteView path, ByteView value);
    void remove(const schema::Column& column);
    void removeElement(const schema::Column& column, ByteView path);
    /// All elements; `forOverwrite`: just before the timestamp, so that new ones of it live.
    void removeAll(const schema::Column& column, bool forOverwrite);

    [[nodiscard]] rows::Liveness liveness() const;
    [[nodiscard]] rows::DeletionTime deletion() const { return {m_timestamp, m_nowSeconds}; }
    /// Static and regular cells as rows of their own; cells of complex columns are sorted here.
    [[nodiscard]] rows::Row takeStatic() { return take(true); }
    [[nodiscard]] rows::Row takeRegular() { return take(false); }

private:
    rows::Cell& add(const schema::Column& column)
    {
        if (m_count == m_room) [[unlikely]]
            makeRoom(std::max<std::size_t>(8, 2 * m_room));
        rows::Cell& cell = *::new (m_cells + m_count++) rows::Cell;
        cell.column = &column;
        cell.timestamp = m_timestamp;
        return cell;
    }
    rows::Cell& addElement(const schema::Column& column, ByteView path);
    void makeRoom(std::size_t cells);
    /// `value` stays where it is.
    void setValue(rows::Cell& cell, ByteView value)
    {
        cell.value = value;
        if (m_ttl != rows::kNoTtl) {
            cell.ttl = m_ttl;
            cell.localDeletionTime = m_nowSeconds + m_ttl;
        }
    }
    [[nodiscard]] rows::Row take(bool statics);

    Arena& m_arena;
    WriteTimestamp m_timestamp;
    std::int32_t m_ttl;
    std::int64_t m_nowSeconds;
    rows::Cell* m_cells = nullptr;
    std::size_t m_count = 0;
    std::size_t m_room = 0;
    RecycledVector<rows::ComplexDeletion> m_deletions;
    bool m_needsSorting = false;
    bool m_copies;
};

/// The existing row, for operations that must read: as a coordinator answered.
struct ExistingRow {
    const rows::Row* row = nullptr;
};

/// One assignment or column deletion, resolved against the table (Operation).
class ColumnOperation {
public:
    [[nodiscard]] static Result<ColumnOperation> assign(const cql::Assignment& assignment,
                                                        const schema::Column& column,
                                                        PrepareContext& context);
    /// column = value, of INSERT.
    [[nodiscard]] static Result<ColumnOperation>
    set(const cql::Term& value, const schema::Column& column, PrepareContext& context);
    [[nodiscard]] static Result<ColumnOperation>
    remove(const cql::Deletion& deletion, const schema::Column& column, PrepareContext& context);

    [[nodiscard]] const schema::Column& column() const noexcept { return *m_column; }
    /// A list element by position, or values taken out of a list: needs the list first.
    [[nodiscard]] bool needsRead() const noexcept;
    [[nodiscard]] bool isCounter() const noexcept { return m_kind == Kind::CounterAdd; }
    [[nodiscard]] Result<void> apply(RowWriter& to, BindContext& context,
                                     const ExistingRow& existing) const;
    /// Writes an already serialized value (INSERT JSON); nullopt: null.
    [[nodiscard]] static Result<void> write(const schema::Column& column, MaybeValue value,
                                            RowWriter& to, BindContext& context);

private:
    enum class Kind : std::uint8_t {
        Set,
        Add,
        Prepend,
        Subtract,
        SetElement,
        SetField,
        Remove,
        RemoveElement,
        RemoveField,
        CounterAdd,
    };
    Result<void> add(ByteView value, RowWriter& to, BindContext& context) const;
    Result<void> prepend(ByteView value, RowWriter& to, BindContext& context) const;
    Result<void> subtract(ByteView value, RowWriter& to, const ExistingRow& existing,
                          BindContext& context) const;
    Result<void> setElement(RowWriter& to, BindContext& context, const ExistingRow& existing) const;
    Result<void> removeElement(RowWriter& to, BindContext& context,
                               const ExistingRow& existing) const;
    Result<std::optional<ByteView>> listPath(BindContext& context,
                                             const ExistingRow& existing) const;

    Kind m_kind = Kind::Set;
    const schema::Column* m_column = nullptr;
    PreparedTerm m_value;
    std::optional<PreparedTerm> m_key;
    std::uint16_t m_field = 0;
    bool m_isNegative = false;
};

} // namespace engine::query
