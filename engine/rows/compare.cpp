#include "engine/rows/row.h"

#include <algorithm>

namespace engine::rows {

namespace {

int compareComponent(const schema::Column& column, ByteView a, ByteView b) noexcept
{
    if (a.data() == nullptr || b.data() == nullptr)
        return static_cast<int>(a.data() != nullptr) - static_cast<int>(b.data() != nullptr);
    return column.compare(a, b);
}

/// ClusteringPrefix.Kind.comparison
constexpr int kKindOrder[8] = {0, 0, 0, 1, 2, 3, 3, 3};
/// ClusteringPrefix.Kind.comparedToClustering
constexpr int kKindToClustering[8] = {-1, -1, -1, -1, 0, 1, 1, 1};

int comparePaths(const schema::Column& column, ByteView a, ByteView b) noexcept
{
    const cql::Type& type = *column.type;
    switch (type.kind()) {
    case cql::TypeKind::Set:
    case cql::TypeKind::Map:
        return type.parameters().front()->compare(a, b);
    case cql::TypeKind::List: {
        static const cql::TypePtr timeuuid = cql::Type::native(cql::TypeKind::Timeuuid);
        return timeuuid->compare(a, b);
    }
    default:
        return a.compare(b); // field numbers of a user type: 16 bits, never negative
    }
}

} // namespace

int compareClustering(const schema::Table& table, std::span<const ByteView> a,
                      std::span<const ByteView> b) noexcept
{
    const auto columns = table.clustering();
    const std::size_t count = std::min({a.size(), b.size(), columns.size()});
    for (std::size_t i = 0; i < count; ++i) {
        if (const int order = compareComponent(*columns[i], a[i], b[i]); order != 0)
            return order;
    }
    return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

std::uint64_t orderPrefix(const schema::Table& table, std::span<const ByteView> values) noexcept
{
    const auto columns = table.clustering();
    if (values.empty() || columns.empty() || values.front().data() == nullptr)
        return 0;
    return columns.front()->orderPrefix(values.front());
}

int compareBounds(const schema::Table& table, BoundKind aKind, std::span<const ByteView> a,
                  BoundKind bKind, std::span<const ByteView> b) noexcept
{
    const auto columns = table.clustering();
    const std::size_t count = std::min({a.size(), b.size(), columns.size()});
    for (std::size_t i = 0; i < count; ++i) {
        if (const int order = compareComponent(*columns[i], a[i], b[i]); order != 0)
            return order;
    }
    if (a.size() == b.size())
        return kKindOrder[static_cast<int>(aKind)] - kKindOrder[static_cast<int>(bKind)];
    return a.size() < b.size() ? kKindToClustering[static_cast<int>(aKind)]
                               : -kKindToClustering[static_cast<int>(bKind)];
}

int compareCells(const Cell& a, const Cell& b) noexcept
{
    if (const int order = schema::compareColumns(*a.column, *b.column); order != 0)
        return order;
    if (!a.hasPath || !b.hasPath)
        return static_cast<int>(a.hasPath) - static_cast<int>(b.hasPath);
    return comparePaths(*a.column, a.path, b.path);
}

} // namespace engine::rows
