#pragma once

#include "engine/client/session.h"
#include "engine/cql/type.h"
#include "engine/modeling/buckets.h"
#include "engine/modeling/schema_diff.h"
#include "engine/schema/table.h"

#include <map>
#include <optional>

/// How the rows of a table become rows of another one: internal to migration.
namespace engine::workload {

/// The value of a row and what CQL tells of its write.
using CopiedRow = std::vector<std::optional<ByteView>>;

/// The number that a bigint, counter or int holds; none if it is null or of another length.
template <class Integer>
[[nodiscard]] std::optional<Integer> numberOf(const std::optional<ByteView>& value)
{
    if (!value || value->size() != sizeof(Integer))
        return std::nullopt;
    return loadBigEndian<Integer>(value->data());
}

/// The other way round: a bigint or counter, or an int, for a marker.
template <class Integer>
[[nodiscard]] client::BoundValue numberMarker(Integer number)
{
    return client::BoundValue::of(bigEndian(number));
}

/// A column of the new table that gets its values from the old one's column of the same name.
struct CopiedColumn {
    /// How its values are written: keys with every statement, others as what they are made of.
    enum class Role : std::uint8_t {
        Key,
        Simple,   ///< `c = ?`: one cell
        List,     ///< `c = ?` too, which first deletes what an older write left
        Elements, ///< `c = c + ?`: sets and maps, the elements of one write time together
        Fields,   ///< `c.f = ?`: user types
        Counter,  ///< `c = c + ?`, the difference to what is there
    };
    std::string name;
    cql::TypePtr from;
    cql::TypePtr to;
    Role role = Role::Simple;
    bool isStatic = false;
    bool isTimed = false; ///< the old table knows when it was written
    std::size_t at = 0;   ///< in the selected row: value, then write time and TTL if timed
};

/// The statements of a copy with the places of their values. Pure; made once a table.
///
/// Write times and TTLs go along: each cell is written with the time at which it was written and
/// the rest of its life. A row's own marker cannot be read: it gets what its longest-lived cell
/// has, so that the row is seen as long as one of its cells.
class CopyPlan {
public:
    /// One write, or, of counters, what to add to.
    struct Statement {
        enum class Kind : std::uint8_t { Row, Cells, Statics };
        Kind kind = Kind::Row;
        std::vector<client::BoundValue> values; ///< the first is the write time, the second the TTL
        /// Writing a list twice at one time would double it: the next attempt is a µs later.
        bool writesList = false;
    };

    /// `elementTimes`: the server tells the write times of collection elements and fields, which
    /// Cassandra does since 5.0; without, they are written with the row's newest.
    [[nodiscard]] static Result<CopyPlan> make(const modeling::MigrationStep& step,
                                               const schema::Table& from, const schema::Table& to,
                                               bool elementTimes);

    [[nodiscard]] const std::string& select() const noexcept { return m_select; }
    /// Empty where the table has no such columns.
    [[nodiscard]] const std::string& cql(Statement::Kind kind) const
    {
        return m_cql[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] const std::vector<CopiedColumn>& columns() const noexcept { return m_columns; }
    [[nodiscard]] bool isCounter() const noexcept { return m_isCounter; }
    [[nodiscard]] bool hasLists() const;

    /// The new table's key of a row, in its order; none where the row has no value for a part.
    struct Key {
        std::vector<std::optional<Bytes>> partition;
        std::vector<std::optional<Bytes>> clustering;

        [[nodiscard]] bool hasPartition() const;
        [[nodiscard]] bool hasClustering() const;
        /// The values for the markers of whereKey(). Requires that it has them.
        [[nodiscard]] std::vector<client::BoundValue> markers(bool partitionOnly) const;
    };
    [[nodiscard]] Result<Key> keyOf(const CopiedRow& row) const;

    /// What writes a row of a table that holds no counters. `now`, in µs: the write time of rows
    /// that have key columns only. `withStatics`: the partition's static columns too.
    [[nodiscard]] Result<std::vector<Statement>>
    statements(const CopiedRow& row, const Key& key, std::int64_t now, bool withStatics) const;

    /// The counters, in the order of their statement's markers: of the row, or static ones.
    [[nodiscard]] std::vector<const CopiedColumn*> counters(bool statics) const;
    /// `SELECT counters … WHERE key`: what the new table has already.
    [[nodiscard]] std::string selectCounters(bool statics) const;
    /// The value of a column as the new table has it.
    [[nodiscard]] Result<std::optional<Bytes>> valueOf(const CopiedColumn& column,
                                                       const CopiedRow& row) const;
    /// The names of the new key with `= ?`, for a WHERE clause.
    [[nodiscard]] std::string whereKey(bool partitionOnly) const;

private:
    struct Lifetime {
        std::int64_t time = 0;
        std::int32_t ttl = 0; ///< seconds that are left; 0: for ever
        friend auto operator<=>(const Lifetime&, const Lifetime&) = default;
    };
    struct Piece {
        std::size_t marker = 0; ///< of the statement Cells, or Statics
        Bytes value;
    };
    using Pieces = std::map<Lifetime, std::vector<Piece>>;
    struct Computed {
        std::string name;
        modeling::Bucket bucket;
        std::size_t of = 0; ///< of the columns
    };

    void addColumns(const schema::Table& from, const schema::Table& to, bool elementTimes);
    Result<void> addComputed();
    void writeStatements(const schema::Table& to);
    Result<std::optional<Bytes>> keyValue(const std::string& name, const CopiedRow& row) const;
    [[nodiscard]] std::vector<Lifetime> lifetimes(const CopiedColumn& column,
                                                  const CopiedRow& row) const;
    Result<void> addPieces(Pieces& to, std::size_t column, const CopiedRow& row) const;
    Result<Pieces> piecesOf(const CopiedRow& row, bool statics) const;
    [[nodiscard]] Statement cellsOf(const Lifetime& lifetime, const std::vector<Piece>& pieces,
                                    const Key& key, bool statics) const;
    [[nodiscard]] Statement rowOf(const Lifetime& lifetime, bool hasTtl,
                                  const std::vector<Piece>& pieces, const Key& key) const;

    modeling::MigrationStep m_step;
    std::vector<CopiedColumn> m_columns;
    std::vector<Computed> m_computed;
    std::vector<std::string> m_partition;
    std::vector<std::string> m_clustering;
    std::vector<std::size_t> m_firstMarker; ///< of each column, among the values after time and TTL
    std::size_t m_cellMarkers = 0;
    std::size_t m_staticMarkers = 0;
    std::vector<std::size_t> m_rowColumns; ///< simple ones, which an INSERT can hold
    std::string m_select;
    std::string m_cql[3];
    bool m_isCounter = false;
};

} // namespace engine::workload
