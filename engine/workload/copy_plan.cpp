#include "engine/workload/copy_plan.h"

#include "engine/cql/quote.h"
#include "engine/cql/type_elements.h"
#include "engine/modeling/bucket_value.h"
#include "engine/modeling/value_conversion.h"

#include <algorithm>
#include <iterator>

namespace engine::workload {

using client::BoundValue;
using modeling::ConversionKind;
using Role = CopiedColumn::Role;

namespace {

constexpr std::size_t kBeforeCells = 2; ///< the markers of write time and TTL

std::string planName(const std::string& keyspace, const std::string& table)
{
    return cql::quote(keyspace) + "." + cql::quote(table);
}

void addTo(std::string& list, const std::string& item)
{
    list += (list.empty() ? "" : ", ") + item;
}

Role roleOf(const schema::Column& column)
{
    if (column.isPrimaryKey())
        return Role::Key;
    if (column.type->isCounter())
        return Role::Counter;
    if (!column.type->isMultiCell())
        return Role::Simple;
    if (column.type->kind() == cql::TypeKind::List)
        return Role::List;
    return column.type->kind() == cql::TypeKind::Udt ? Role::Fields : Role::Elements;
}

/// The numbers of a serialized list of bigint or int; a single one stands for itself.
template <class Integer>
std::vector<std::optional<Integer>> numbersOf(const std::optional<ByteView>& value, bool isList)
{
    std::vector<std::optional<Integer>> numbers;
    if (!value)
        return numbers;
    std::vector<cql::Element> elements{value};
    if (isList) {
        static const cql::TypePtr kList =
            cql::Type::list(cql::Type::native(cql::TypeKind::Blob), true);
        auto split = cql::splitValue(*kList, *value);
        elements = split ? std::move(*split) : std::vector<cql::Element>{};
    }
    for (const cql::Element& element : elements)
        numbers.push_back(numberOf<Integer>(element));
    return numbers;
}

} // namespace

Result<CopyPlan> CopyPlan::make(const modeling::MigrationStep& step, const schema::Table& from,
                                const schema::Table& to, bool elementTimes)
{
    CopyPlan plan;
    plan.m_step = step;
    plan.m_isCounter = to.isCounter();
    if (from.isCounter() != to.isCounter())
        return Error{ErrorCode::Invalid,
                     (from.isCounter() ? from.name() : to.name()) + " holds counters and " +
                         (from.isCounter() ? to.name() : from.name()) +
                         " does not: counters can only be added to, so neither can be copied into "
                         "the other"};
    for (const auto& column : to.partitionKey())
        plan.m_partition.push_back(column->name);
    for (const auto& column : to.clustering())
        plan.m_clustering.push_back(column->name);
    plan.addColumns(from, to, elementTimes);
    for (const CopiedColumn& column : plan.m_columns) {
        const auto conversion = modeling::conversionOf(column.from, column.to);
        if (conversion.kind == ConversionKind::Impossible)
            return Error{ErrorCode::Invalid, column.name + " is " + column.from->toString() +
                                                 " in " + from.name() + " and " +
                                                 column.to->toString() + " in " + to.name() + ", " +
                                                 conversion.why +
                                                 ". Copy the table with a program that converts "
                                                 "them, or keep the type."};
    }
    RW_TRY(plan.addComputed());
    plan.writeStatements(to);
    return plan;
}

void CopyPlan::addColumns(const schema::Table& from, const schema::Table& to, bool elementTimes)
{
    std::string selected;
    std::size_t at = 0;
    for (const std::string& name : m_step.copiedColumns) {
        const schema::Column* source = from.column(name);
        const schema::Column* target = to.column(name);
        if (!source || !target)
            continue;
        CopiedColumn column;
        column.name = name;
        column.from = source->type;
        column.to = target->type;
        column.role = roleOf(*target);
        column.isStatic = target->isStatic();
        column.isTimed = !source->isPrimaryKey() && !source->type->isCounter() &&
                         (elementTimes || !source->type->isMultiCell());
        column.at = at;
        addTo(selected, cql::quote(name));
        if (column.isTimed) {
            addTo(selected, "WRITETIME(" + cql::quote(name) + ")");
            addTo(selected, "TTL(" + cql::quote(name) + ")");
        }
        at += column.isTimed ? 3 : 1;
        m_columns.push_back(std::move(column));
    }
    m_select = "SELECT " + selected + " FROM " + planName(m_step.keyspace, m_step.from);
}

Result<void> CopyPlan::addComputed()
{
    modeling::ModelTable table;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        modeling::TableColumn column;
        column.id = modeling::ElementId{static_cast<std::uint32_t>(i + 1)};
        column.name = m_columns[i].name;
        column.type = m_columns[i].from->toString();
        table.columns.push_back(column);
    }
    for (const auto& [column, how] : m_step.computedColumns) {
        const auto bucket = modeling::bucketFromText(table, how);
        if (!bucket)
            return Error{ErrorCode::Invalid,
                         column + " is made of " + how + ", which " + m_step.from + " has not"};
        m_computed.push_back({column, *bucket, static_cast<std::size_t>(bucket->column) - 1});
    }
    return ok();
}

void CopyPlan::writeStatements(const schema::Table& to)
{
    const std::string table = planName(to.keyspace(), to.name());
    const std::string where = " WHERE " + whereKey(false);
    const std::string whereStatics = " WHERE " + whereKey(true);
    std::string names;
    std::string marks;
    std::string sets[2]; // of the row, static
    const auto insert = [&](const std::string& name) {
        addTo(names, cql::quote(name));
        addTo(marks, "?");
    };
    for (const auto* keys : {&m_partition, &m_clustering})
        for (const std::string& key : *keys)
            insert(key);
    m_firstMarker.assign(m_columns.size(), 0);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const CopiedColumn& column = m_columns[i];
        if (column.role == Role::Key)
            continue;
        const std::string name = cql::quote(column.name);
        std::size_t& markers = column.isStatic ? m_staticMarkers : m_cellMarkers;
        m_firstMarker[i] = markers;
        if (column.role == Role::Fields) {
            for (const std::string& field : column.to->fieldNames())
                addTo(sets[column.isStatic ? 1 : 0], name + "." + cql::quote(field) + " = ?");
            markers += column.to->fieldNames().size();
            continue;
        }
        const bool adds = column.role == Role::Elements || column.role == Role::Counter;
        addTo(sets[column.isStatic ? 1 : 0], name + " = " + (adds ? name + " + ?" : "?"));
        ++markers;
        if (column.role == Role::Simple && !column.isStatic) {
            insert(column.name);
            m_rowColumns.push_back(i);
        }
    }
    const std::string using_ = m_isCounter ? "" : " USING TIMESTAMP ? AND TTL ?";
    if (!m_isCounter)
        m_cql[0] = "INSERT INTO " + table + " (" + names + ") VALUES (" + marks + ")" + using_;
    if (!sets[0].empty())
        m_cql[1] = "UPDATE " + table + using_ + " SET " + sets[0] + where;
    if (!sets[1].empty())
        m_cql[2] = "UPDATE " + table + using_ + " SET " + sets[1] + whereStatics;
}

bool CopyPlan::hasLists() const
{
    return std::ranges::any_of(m_columns,
                               [](const CopiedColumn& c) { return c.role == Role::List; });
}

std::string CopyPlan::whereKey(bool partitionOnly) const
{
    std::string where;
    const auto add = [&](const std::string& name) {
        where += (where.empty() ? "" : " AND ") + cql::quote(name) + " = ?";
    };
    for (const std::string& name : m_partition)
        add(name);
    for (const std::string& name : m_clustering)
        if (!partitionOnly)
            add(name);
    return where;
}

bool CopyPlan::Key::hasPartition() const
{
    return std::ranges::all_of(partition, [](const auto& part) { return part.has_value(); });
}

bool CopyPlan::Key::hasClustering() const
{
    return std::ranges::all_of(clustering, [](const auto& part) { return part.has_value(); });
}

std::vector<BoundValue> CopyPlan::Key::markers(bool partitionOnly) const
{
    std::vector<BoundValue> values;
    for (const auto& part : partition)
        values.push_back(BoundValue::of(*part));
    for (const auto& part : clustering)
        if (!partitionOnly)
            values.push_back(BoundValue::of(*part));
    return values;
}

Result<std::optional<Bytes>> CopyPlan::valueOf(const CopiedColumn& column,
                                               const CopiedRow& row) const
{
    const auto& value = row[column.at];
    if (!value)
        return std::optional<Bytes>{};
    RW_ASSIGN(Bytes converted, modeling::convertValue(column.from, column.to, *value));
    return std::optional(std::move(converted));
}

Result<std::optional<Bytes>> CopyPlan::keyValue(const std::string& name, const CopiedRow& row) const
{
    for (const CopiedColumn& column : m_columns)
        if (column.name == name)
            return valueOf(column, row);
    for (const Computed& computed : m_computed) {
        if (computed.name != name)
            continue;
        const CopiedColumn& of = m_columns[computed.of];
        const auto& value = row[of.at];
        if (!value)
            break;
        return std::optional(modeling::valueOfBucket(computed.bucket, *of.from, *value));
    }
    return std::optional<Bytes>{};
}

Result<CopyPlan::Key> CopyPlan::keyOf(const CopiedRow& row) const
{
    Key key;
    for (const std::string& name : m_partition) {
        RW_ASSIGN(auto value, keyValue(name, row));
        key.partition.push_back(std::move(value));
    }
    for (const std::string& name : m_clustering) {
        RW_ASSIGN(auto value, keyValue(name, row));
        key.clustering.push_back(std::move(value));
    }
    return key;
}

std::vector<CopyPlan::Lifetime> CopyPlan::lifetimes(const CopiedColumn& column,
                                                    const CopiedRow& row) const
{
    std::vector<Lifetime> all;
    if (!column.isTimed)
        return all;
    const bool isList = column.from->isMultiCell();
    const auto times = numbersOf<std::int64_t>(row[column.at + 1], isList);
    const auto ttls = numbersOf<std::int32_t>(row[column.at + 2], isList);
    for (std::size_t i = 0; i < times.size(); ++i) {
        const bool expires = i < ttls.size() && ttls[i];
        // In its last second a cell has 0 seconds left, which as a TTL would mean for ever.
        all.push_back({times[i].value_or(0), expires ? std::max(*ttls[i], 1) : 0});
    }
    return all;
}

Result<void> CopyPlan::addPieces(Pieces& to, std::size_t index, const CopiedRow& row) const
{
    const CopiedColumn& column = m_columns[index];
    RW_ASSIGN(const std::optional<Bytes> value, valueOf(column, row));
    if (!value)
        return ok();
    std::vector<Lifetime> lives = lifetimes(column, row);
    Lifetime whole; // of a value that is written in one piece: the newest time, the longest life
    if (!lives.empty()) {
        whole.time = std::ranges::max(lives, {}, &Lifetime::time).time;
        if (std::ranges::none_of(lives, [](const Lifetime& life) { return life.ttl == 0; }))
            whole.ttl = std::ranges::max(lives, {}, &Lifetime::ttl).ttl;
    }
    const std::size_t marker = m_firstMarker[index];
    if (column.role == Role::Simple || column.role == Role::List) {
        to[whole].push_back({marker, *value});
        return ok();
    }
    RW_ASSIGN(const auto elements, cql::splitValue(*column.to, *value));
    const std::size_t step = column.to->kind() == cql::TypeKind::Map ? 2 : 1;
    // Converted elements may come in another order than their write times.
    const bool inOrder =
        modeling::conversionOf(column.from, column.to).kind == ConversionKind::Same;
    const auto present = static_cast<std::size_t>(
        std::ranges::count_if(elements, [](const cql::Element& each) { return each.has_value(); }));
    const bool positional = inOrder && lives.size() * step == elements.size();
    const bool packed = inOrder && !positional && lives.size() * step == present;
    std::map<Lifetime, std::vector<cql::Element>> groups;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < elements.size(); i += step) {
        if (!elements[i])
            continue;
        const Lifetime life = positional ? lives[i / step] : packed ? lives[seen] : whole;
        ++seen;
        if (column.role == Role::Fields)
            to[life].push_back({marker + i, Bytes(*elements[i])});
        else
            groups[life].insert(groups[life].end(), elements.begin() + static_cast<long>(i),
                                elements.begin() + static_cast<long>(i + step));
    }
    for (const auto& [life, some] : groups)
        to[life].push_back({marker, cql::joinValue(*column.to, some)});
    return ok();
}

Result<CopyPlan::Pieces> CopyPlan::piecesOf(const CopiedRow& row, bool statics) const
{
    Pieces pieces;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i].role != Role::Key && m_columns[i].isStatic == statics)
            RW_TRY(addPieces(pieces, i, row));
    }
    // What has no time of its own, as a column that was a key: the newest of the row.
    const auto timeless = pieces.find({});
    if (timeless != pieces.end() && pieces.size() > 1) {
        auto& newest = pieces.rbegin()->second;
        newest.insert(newest.end(), timeless->second.begin(), timeless->second.end());
        pieces.erase(timeless);
    }
    return pieces;
}

CopyPlan::Statement CopyPlan::cellsOf(const Lifetime& lifetime, const std::vector<Piece>& pieces,
                                      const Key& key, bool statics) const
{
    Statement made;
    made.kind = statics ? Statement::Kind::Statics : Statement::Kind::Cells;
    made.values.assign(kBeforeCells + (statics ? m_staticMarkers : m_cellMarkers),
                       BoundValue::unset());
    made.values[0] = numberMarker(lifetime.time);
    made.values[1] = numberMarker(lifetime.ttl);
    for (const Piece& piece : pieces)
        made.values[kBeforeCells + piece.marker] = BoundValue::of(piece.value);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const bool isList = m_columns[i].role == Role::List && m_columns[i].isStatic == statics;
        made.writesList |= isList && std::ranges::count(pieces, m_firstMarker[i], &Piece::marker);
    }
    std::ranges::move(key.markers(statics), std::back_inserter(made.values));
    return made;
}

CopyPlan::Statement CopyPlan::rowOf(const Lifetime& lifetime, bool hasTtl,
                                    const std::vector<Piece>& pieces, const Key& key) const
{
    Statement made;
    made.values = key.markers(false);
    for (const std::size_t column : m_rowColumns) {
        const auto piece = std::ranges::find(pieces, m_firstMarker[column], &Piece::marker);
        // A null that is written is a tombstone; one that is left out is not.
        made.values.push_back(piece == pieces.end() ? BoundValue::unset()
                                                    : BoundValue::of(piece->value));
    }
    made.values.push_back(numberMarker(lifetime.time));
    made.values.push_back(hasTtl ? numberMarker(lifetime.ttl) : BoundValue::unset());
    return made;
}

Result<std::vector<CopyPlan::Statement>>
CopyPlan::statements(const CopiedRow& row, const Key& key, std::int64_t now, bool withStatics) const
{
    std::vector<Statement> made;
    const auto timed = [&](Lifetime life) {
        life.time = life.time == 0 ? now : life.time;
        return life;
    };
    if (withStatics && m_staticMarkers > 0) {
        RW_ASSIGN(const Pieces pieces, piecesOf(row, true));
        for (const auto& [life, some] : pieces)
            made.push_back(cellsOf(timed(life), some, key, true));
    }
    // A partition that has only static columns comes as a row without clustering columns.
    if (!key.hasClustering())
        return made;
    RW_ASSIGN(Pieces pieces, piecesOf(row, false));
    // A row without cells is its marker alone, which has no time that CQL could tell.
    auto marker = pieces.begin();
    for (auto each = pieces.begin(); each != pieces.end(); ++each) {
        const bool longer =
            marker->first.ttl != 0 && (each->first.ttl == 0 || each->first.ttl > marker->first.ttl);
        marker = longer ? each : marker;
    }
    const bool hasCells = marker != pieces.end();
    std::vector<Piece> simple;
    if (hasCells) {
        auto& all = marker->second;
        for (const std::size_t column : m_rowColumns) {
            const auto piece = std::ranges::find(all, m_firstMarker[column], &Piece::marker);
            if (piece == all.end())
                continue;
            simple.push_back(std::move(*piece));
            all.erase(piece);
        }
    }
    made.push_back(rowOf(timed(hasCells ? marker->first : Lifetime{}), hasCells, simple, key));
    for (const auto& [life, some] : pieces)
        if (!some.empty())
            made.push_back(cellsOf(timed(life), some, key, false));
    return made;
}

std::vector<const CopiedColumn*> CopyPlan::counters(bool statics) const
{
    std::vector<const CopiedColumn*> found;
    for (const CopiedColumn& column : m_columns)
        if (column.role == Role::Counter && column.isStatic == statics)
            found.push_back(&column);
    return found;
}

std::string CopyPlan::selectCounters(bool statics) const
{
    std::string names;
    for (const CopiedColumn* column : counters(statics))
        addTo(names, cql::quote(column->name));
    return "SELECT " + names + " FROM " + planName(m_step.keyspace, m_step.to) + " WHERE " +
           whereKey(statics) + (statics ? " LIMIT 1" : "");
}

} // namespace engine::workload
