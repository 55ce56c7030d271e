#pragma once

#include "engine/cql/type.h"

#include <cstdint>
#include <memory>
#include <string>

namespace engine::schema {

enum class ColumnKind : std::uint8_t { PartitionKey, Clustering, Static, Regular };
enum class ClusteringOrder : std::uint8_t { None, Ascending, Descending };

/// One column of a table. Immutable and shared: an ALTER TABLE that leaves a column alone keeps
/// the same object, so rows in memory may hold `const Column*` as long as they hold a
/// TablePtr of a version that has it.
struct Column {
    std::string name; ///< as stored, without quotes
    cql::TypePtr type;
    ColumnKind kind = ColumnKind::Regular;
    std::uint16_t position = 0; ///< within partition key or clustering; 0 for the others
    ClusteringOrder order = ClusteringOrder::None;

    [[nodiscard]] bool isPrimaryKey() const noexcept
    {
        return kind == ColumnKind::PartitionKey || kind == ColumnKind::Clustering;
    }
    [[nodiscard]] bool isStatic() const noexcept { return kind == ColumnKind::Static; }
    [[nodiscard]] bool isComplex() const noexcept { return type->isMultiCell(); }
    [[nodiscard]] bool isReversed() const noexcept { return order == ClusteringOrder::Descending; }

    /// Orders two serialized values of this column as rows of its table are ordered.
    [[nodiscard]] int compare(ByteView a, ByteView b) const noexcept
    {
        return isReversed() ? type->compare(b, a) : type->compare(a, b);
    }
    /// Type::orderPrefix() for that order.
    [[nodiscard]] std::uint64_t orderPrefix(ByteView value) const noexcept
    {
        const std::uint64_t prefix = type->orderPrefix(value);
        return isReversed() ? ~prefix : prefix;
    }
};
using ColumnPtr = std::shared_ptr<const Column>;

/// The order of static and regular columns in a row, in memory and in SSTables: simple before
/// complex, then by name bytes (ColumnMetadata.comparisonOrder).
[[nodiscard]] inline int compareColumns(const Column& a, const Column& b) noexcept
{
    if (&a == &b)
        return 0;
    if (a.isComplex() != b.isComplex())
        return a.isComplex() ? 1 : -1;
    return a.name.compare(b.name);
}

} // namespace engine::schema
