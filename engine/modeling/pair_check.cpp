#include "engine/modeling/pair_check.h"
#include "engine/modeling/mapping_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace engine::modeling {

// ---- TableShape ---------------------------------------------------------------------------------

TableShape::TableShape(const ModelIndex& index, const ModelTable& table) : m_table(&table)
{
    for (std::uint32_t i = 0; i < table.columns.size(); ++i) {
        const TableColumn& column = table.columns[i];
        if (column.role == ColumnRole::PartitionKey)
            m_partition.push_back(&column);
        else if (column.role == ColumnRole::Clustering)
            m_clustering.push_back(&column);
        if (column.attribute != ElementId::None)
            m_byAttribute.emplace_back(column.attribute, i);
    }
    std::ranges::sort(m_byAttribute);
    for (const ElementId id : table.queries) {
        if (const Query* query = index.query(id))
            m_madeFor.push_back(query);
    }
}

std::vector<const TableColumn*> TableShape::columnsOf(ElementId attribute) const
{
    std::vector<const TableColumn*> columns;
    auto at = std::ranges::lower_bound(m_byAttribute, std::pair{attribute, 0U});
    for (; at != m_byAttribute.end() && at->first == attribute; ++at)
        columns.push_back(&m_table->columns[at->second]);
    return columns;
}

bool TableShape::has(ElementId attribute) const
{
    const auto at = std::ranges::lower_bound(m_byAttribute, std::pair{attribute, 0U});
    return at != m_byAttribute.end() && at->first == attribute;
}

// ---- helpers ------------------------------------------------------------------------------------

BucketSource bucketSource(const ModelTable& table, const TableColumn& column)
{
    BucketSource source;
    const std::string_view text = column.bucketOf;
    const std::size_t open = text.find('(');
    if (open == std::string_view::npos || !text.ends_with(")"))
        return source;
    const std::string_view kind = text.substr(0, open);
    std::string_view inside = text.substr(open + 1, text.size() - open - 2);
    if (kind == "constant") {
        source.constant = true;
        return source;
    }
    if (const std::size_t comma = inside.rfind(','); comma != std::string_view::npos) {
        std::string_view count = inside.substr(comma + 1);
        while (count.starts_with(' '))
            count.remove_prefix(1);
        std::from_chars(count.data(), count.data() + count.size(), source.count);
        inside = inside.substr(0, comma);
    }
    static constexpr std::array<std::pair<std::string_view, double>, 6> kUnits{
        {{"year", 365.25},
         {"quarter", 91.3125},
         {"month", 30.4375},
         {"week", 7},
         {"day", 1},
         {"hour", 1.0 / 24}}};
    for (const auto& [unit, days] : kUnits) {
        if (kind == unit)
            source.daysOrZero = days;
    }
    const auto found = std::ranges::find(table.columns, inside, &TableColumn::name);
    if (found != table.columns.end())
        source.column = &*found;
    return source;
}

std::vector<ElementId> returnedAttributes(const ModelIndex& index, const Query& query)
{
    if (!query.returns.empty()) {
        std::vector<ElementId> stored;
        for (const ElementId id : query.returns) {
            const Attribute* attribute = index.attribute(id).attribute;
            if (attribute && attribute->kind != AttributeKind::Derived)
                stored.push_back(id);
        }
        return stored;
    }
    std::vector<ElementId> counters;
    std::vector<ElementId> others;
    ElementId type = query.finds;
    bool value = false; // something that would stand beside a counter
    for (int depth = 0; type != ElementId::None && depth < 16;
         type = index.supertype(type), ++depth) {
        for (const Attribute& attribute : index.attributesOf(type)) {
            if (attribute.kind == AttributeKind::Derived)
                continue;
            (attribute.type == "counter" ? counters : others).push_back(attribute.id);
            const bool searched =
                attribute.key ||
                std::ranges::find(query.equality, attribute.id) != query.equality.end();
            value = value || (attribute.type != "counter" && !searched);
        }
    }
    if (!value)
        others.insert(others.end(), counters.begin(), counters.end());
    return others;
}

namespace {

bool isElementOf(const ModelIndex& index, const TableColumn& column)
{
    const Attribute* attribute = index.attribute(column.attribute).attribute;
    return attribute && attribute->kind == AttributeKind::MultiValued &&
           !isCollectionType(column.type);
}

/// Whether the table was made for another end of the same recursive relationship type.
bool givesOtherEnd(const Query& query, const TableShape& shape)
{
    return !shape.madeFor().empty() &&
           std::ranges::none_of(shape.madeFor(), [&](const Query* made) {
               return made->givenRole == query.givenRole;
           });
}

} // namespace

const TableColumn* searchColumn(const ModelIndex& index, const Query& query,
                                const TableShape& shape, ElementId attribute, bool equality)
{
    const std::vector<const TableColumn*> columns = shape.columnsOf(attribute);
    const Attribute* found = index.attribute(attribute).attribute;
    if (columns.empty() || !found)
        return nullptr;
    if (found->kind == AttributeKind::MultiValued) {
        for (const TableColumn* column : columns) {
            if (isElementOf(index, *column))
                return column;
        }
        return columns[0]; // a collection: only an index finds elements
    }
    if (columns.size() == 1)
        return columns[0];
    // Both ends of a recursive relationship: the given one comes first in the key.
    const bool first = equality != givesOtherEnd(query, shape);
    return first ? columns[0] : columns[1];
}

namespace {

/// The check of one pair, in the order in which CQL looks at a statement.
class PairCheck {
public:
    PairCheck(const ModelIndex& index, const Query& query, const TableShape& shape,
              const PairOptions& options)
        : m_index(index), m_query(query), m_shape(shape), m_options(options)
    {
    }

    PairResult check()
    {
        m_result.cell.view = m_shape.table().viewOf != ElementId::None;
        if (!sameRows())
            return fail(Obstacle::OtherRows);
        if (!hasColumns())
            return m_result;
        if (byPartition() && byClustering() && byOrder()) {
            m_result.cell.kind = m_partitions == 1 ? AnswerKind::Key : AnswerKind::Partitions;
            m_result.cell.partitions = static_cast<std::uint16_t>(std::min(m_partitions, 65535.0));
            return m_result;
        }
        byOther();
        return m_result;
    }

private:
    PairResult fail(Obstacle obstacle)
    {
        m_result.obstacle = obstacle;
        return m_result;
    }
    /// The columns alone do not say whether rows are rooms or reservations of rooms.
    bool sameRows() const
    {
        if (m_shape.madeFor().empty())
            return true;
        return std::ranges::any_of(m_shape.madeFor(), [&](const Query* made) {
            if (made->id == m_query.id)
                return true;
            if (made->finds != m_query.finds)
                return false;
            return made->via.empty() || m_query.via.empty() ||
                   std::ranges::is_permutation(made->via, m_query.via);
        });
    }
    bool hasColumns()
    {
        const auto require = [&](ElementId id, bool equality) {
            if (searchColumn(m_index, m_query, m_shape, id, equality))
                return true;
            m_result.attribute = id;
            fail(Obstacle::MissingColumn);
            return false;
        };
        for (const ElementId id : m_query.equality) {
            if (!require(id, true))
                return false;
        }
        for (const ElementId id : m_query.range) {
            if (!require(id, false))
                return false;
        }
        for (const Ordering& ordering : m_query.order) {
            if (!require(ordering.attribute, false))
                return false;
        }
        if (!m_options.allColumns)
            return true;
        for (const ElementId id : returnedAttributes(m_index, m_query)) {
            if (m_shape.has(id))
                continue;
            m_result.attribute = id;
            fail(Obstacle::MissingColumn);
            return false;
        }
        return true;
    }
    bool given(const TableColumn* column) const
    {
        return std::ranges::any_of(m_query.equality, [&](ElementId id) {
            return searchColumn(m_index, m_query, m_shape, id, true) == column;
        });
    }
    bool ranged(const TableColumn* column) const
    {
        return std::ranges::any_of(m_query.range, [&](ElementId id) {
            return searchColumn(m_index, m_query, m_shape, id, false) == column;
        });
    }
    bool byPartition()
    {
        for (const TableColumn* column : m_shape.partition()) {
            if (column->bucketOf.empty()) {
                if (given(column))
                    continue;
            } else {
                if (given(column))
                    continue;
                const BucketSource source = bucketSource(m_shape.table(), *column);
                if (source.constant || (source.column && given(source.column)))
                    continue;
                if (source.column && source.daysOrZero > 0 && ranged(source.column)) {
                    m_partitions *= m_query.rangeWidth
                                        ? std::floor(*m_query.rangeWidth / source.daysOrZero) + 2
                                        : 0;
                    continue;
                }
                if (source.count > 0) {
                    m_partitions *= source.count;
                    continue;
                }
            }
            m_result.column = column;
            fail(Obstacle::PartitionKey);
            return false;
        }
        return !m_shape.partition().empty();
    }
    bool inPartition(const TableColumn* column) const
    {
        return column->role == ColumnRole::PartitionKey;
    }
    bool byClustering()
    {
        std::vector<const TableColumn*> open;
        for (const ElementId id : m_query.equality) {
            const TableColumn* column = searchColumn(m_index, m_query, m_shape, id, true);
            if (!inPartition(column) && std::ranges::find(open, column) == open.end())
                open.push_back(column);
        }
        const std::size_t equalities = open.size();
        for (const ElementId id : m_query.range) {
            const TableColumn* column = searchColumn(m_index, m_query, m_shape, id, false);
            if (std::ranges::find(m_query.equality, id) == m_query.equality.end() &&
                std::ranges::find(open, column) == open.end())
                open.push_back(column);
        }
        m_equalities = {open.begin(), open.begin() + static_cast<std::ptrdiff_t>(equalities)};
        const TableColumn* slice = nullptr;
        const TableColumn* gap = nullptr;
        std::size_t used = 0;
        for (const TableColumn* column : m_shape.clustering()) {
            const auto at = std::ranges::find(open, column);
            if (at == open.end()) {
                gap = gap ? gap : column;
                continue;
            }
            m_result.column = column;
            if (slice || gap) {
                m_result.before = slice ? slice : gap;
                fail(slice ? Obstacle::AfterRange : Obstacle::Gap);
                return false;
            }
            ++used;
            if (static_cast<std::size_t>(at - open.begin()) >= equalities)
                slice = column;
        }
        m_result.column = nullptr;
        if (used == open.size())
            return true;
        for (const TableColumn* column : open) {
            if (std::ranges::find(m_shape.clustering(), column) == m_shape.clustering().end()) {
                m_result.column = column;
                break;
            }
        }
        fail(Obstacle::NotInKey);
        return false;
    }
    bool byOrder()
    {
        std::vector<const TableColumn*> rest;
        for (const TableColumn* column : m_shape.clustering()) {
            if (std::ranges::find(m_equalities, column) == m_equalities.end())
                rest.push_back(column);
        }
        std::size_t at = 0;
        std::optional<bool> reversed;
        for (const Ordering& ordering : m_query.order) {
            if (std::ranges::find(m_query.equality, ordering.attribute) != m_query.equality.end())
                continue;
            const TableColumn* column =
                searchColumn(m_index, m_query, m_shape, ordering.attribute, false);
            const bool turned = column->descending != ordering.descending;
            if (at >= rest.size() || rest[at] != column || reversed.value_or(turned) != turned) {
                m_result.attribute = ordering.attribute;
                m_result.column = column;
                fail(Obstacle::Order);
                return false;
            }
            reversed = turned;
            ++at;
        }
        return true;
    }

    [[nodiscard]] const TableIndex* indexOn(const TableColumn* column) const
    {
        for (const TableIndex& index : m_shape.table().indexes) {
            std::string_view target = index.target;
            if (const std::size_t open = target.find('(');
                open != std::string_view::npos && target.ends_with(")"))
                target = target.substr(open + 1, target.size() - open - 2);
            if (target == column->name || target == "\"" + column->name + "\"")
                return &index;
        }
        return nullptr;
    }
    static bool isStorageAttached(const TableIndex& index)
    {
        std::string kind = index.kind;
        std::ranges::transform(kind, kind.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return kind == "sai" || kind.find("storageattached") != std::string::npos;
    }
    /// An index, or a scan: what remains when the key does not serve.
    void byOther()
    {
        const bool ordered = std::ranges::any_of(m_query.order, [&](const Ordering& ordering) {
            return std::ranges::find(m_query.equality, ordering.attribute) ==
                   m_query.equality.end();
        });
        if (ordered)
            return; // neither an index nor a scan gives an order
        m_result.cell.kind = AnswerKind::Scan;
        m_result.cell.partitions = 0;
        const bool wholePartition =
            m_result.obstacle != Obstacle::PartitionKey && !m_shape.partition().empty();
        const TableIndex* serving = nullptr;
        unsigned indexed = 0;
        bool attached = true;
        for (const bool equality : {true, false}) {
            for (const ElementId id : equality ? m_query.equality : m_query.range) {
                const TableColumn* column = searchColumn(m_index, m_query, m_shape, id, equality);
                if (wholePartition && inPartition(column))
                    continue;
                const TableIndex* index = indexOn(column);
                if (!index || (!equality && !isStorageAttached(*index)))
                    return;
                serving = serving ? serving : index;
                attached = attached && isStorageAttached(*index);
                ++indexed;
            }
        }
        // Only storage-attached indexes combine.
        if (serving && (indexed == 1 || attached)) {
            m_result.cell.kind = AnswerKind::Index;
            m_result.index = serving;
        }
    }

    const ModelIndex& m_index;
    const Query& m_query;
    const TableShape& m_shape;
    const PairOptions& m_options;
    PairResult m_result;
    double m_partitions = 1;
    std::vector<const TableColumn*> m_equalities;
};

} // namespace

PairResult checkPair(const ModelIndex& index, const Query& query, const TableShape& shape,
                     const PairOptions& options)
{
    return PairCheck(index, query, shape, options).check();
}

bool answersByKey(const ModelIndex& index, const Query& query, const ModelTable& table,
                  bool allColumns)
{
    return checkPair(index, query, TableShape(index, table), {.allColumns = allColumns})
               .cell.kind == AnswerKind::Key;
}

} // namespace engine::modeling
