#include "engine/modeling/schema_compare.h"

#include "engine/cql/quote.h"
#include "engine/modeling/apply_ddl.h"
#include "engine/modeling/figures.h"
#include "engine/schema/table_options.h"
#include "engine/schema/type_resolver.h"

#include <algorithm>
#include <charconv>

namespace engine::modeling {

using cql::quote;
using schema::ColumnPtr;

namespace {

using Columns = std::span<const ColumnPtr>;

std::string namesOf(Columns columns)
{
    std::vector<std::string> names;
    for (const ColumnPtr& column : columns)
        names.push_back(column->name);
    return joined(names);
}

bool hasColumn(Columns columns, const std::string& name)
{
    return std::ranges::any_of(columns, [&](const ColumnPtr& c) { return c->name == name; });
}

bool sameShape(const schema::Column& a, const schema::Column& b)
{
    return a.type->toString() == b.type->toString() && a.order == b.order && a.kind == b.kind;
}

/// Pairs (new, old) of key columns that differ in nothing but the name; none if more differs.
std::optional<std::vector<std::pair<std::string, std::string>>>
keyRenames(const schema::Table& wanted, const schema::Table& live)
{
    std::vector<std::pair<std::string, std::string>> renames;
    for (const auto& [now, before] : {std::pair{wanted.partitionKey(), live.partitionKey()},
                                      std::pair{wanted.clustering(), live.clustering()}}) {
        if (now.size() != before.size())
            return std::nullopt;
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (!sameShape(*now[i], *before[i]))
                return std::nullopt;
            if (now[i]->name == before[i]->name)
                continue;
            // Two columns that changed places are no rename.
            if (live.column(now[i]->name) || wanted.column(before[i]->name))
                return std::nullopt;
            renames.emplace_back(now[i]->name, before[i]->name);
        }
    }
    return renames;
}

std::string keyDifference(const char* part, Columns now, Columns before)
{
    std::vector<std::string> gained;
    std::vector<std::string> lost;
    for (const ColumnPtr& column : now) {
        if (!hasColumn(before, column->name))
            gained.push_back(column->name);
    }
    for (const ColumnPtr& column : before) {
        if (!hasColumn(now, column->name))
            lost.push_back(column->name);
    }
    std::string text;
    if (!gained.empty())
        text += std::string{part} + " gains " + joined(gained) + ". ";
    if (!lost.empty())
        text += std::string{part} + " loses " + joined(lost) + ". ";
    if (!gained.empty() || !lost.empty())
        return text;
    for (std::size_t i = 0; i < now.size(); ++i) {
        if (now[i]->name != before[i]->name)
            return std::string{part} + " is in another order: " + namesOf(now) + ". ";
        if (now[i]->type->toString() != before[i]->type->toString())
            text += now[i]->name + " becomes " + now[i]->type->toString() + " instead of " +
                    before[i]->type->toString() + ". ";
        else if (now[i]->order != before[i]->order)
            text += now[i]->name +
                    (now[i]->isReversed() ? " becomes descending. " : " becomes ascending. ");
    }
    return text;
}

constexpr std::string_view kNewTable = " in place: new table, copy, verify, switch.";

std::string keyImpossible(const schema::Table& wanted, const schema::Table& live)
{
    const std::string text =
        keyDifference("Partition key", wanted.partitionKey(), live.partitionKey()) +
        keyDifference("Clustering key", wanted.clustering(), live.clustering());
    return text.empty() ? text : text + "Keys cannot be altered" + std::string{kNewTable};
}

/// ALTER TABLE refuses to add again what was dropped with another type.
bool wasDroppedOtherwise(const schema::Table& live, const schema::Column& column)
{
    return std::ranges::any_of(live.droppedColumns(), [&](const schema::DroppedColumn& dropped) {
        return dropped.column->name == column.name &&
               (!cql::sameType(dropped.column->type, schema::expandUserTypes(column.type)) ||
                dropped.column->isStatic() != column.isStatic() ||
                dropped.column->type->isCounter());
    });
}

void compareColumns(const schema::Table& wanted, const schema::Table& live, TableChange& change)
{
    const auto impossible = [&](const std::string& what) {
        if (change.impossible.empty())
            change.impossible = what + std::string{kNewTable};
    };
    for (const Columns part : {wanted.statics(), wanted.regulars()}) {
        for (const ColumnPtr& column : part) {
            const std::string type = column->type->toString();
            const std::string as = type + (column->isStatic() ? " static" : "");
            const schema::Column* before = live.column(column->name);
            if (!before) {
                change.added.push_back(quote(column->name) + " " + as);
                change.details.push_back("Adds column " + column->name + " " + as + ".");
                if (wasDroppedOtherwise(live, *column))
                    impossible("Column " + column->name +
                               " was dropped with another type and cannot be added again");
            } else if (before->type->toString() != type) {
                impossible("Column " + column->name + " becomes " + type + " instead of " +
                           before->type->toString() + ". Types cannot be altered");
            } else if (before->kind != column->kind) {
                impossible("Column " + column->name +
                           (column->isStatic() ? " becomes static" : " is no longer static") +
                           ", which cannot be altered");
            }
        }
    }
    for (const Columns part : {live.statics(), live.regulars()}) {
        for (const ColumnPtr& column : part) {
            if (wanted.column(column->name))
                continue;
            change.dropped.push_back(column->name);
            change.details.push_back("Drops column " + column->name + " with its data.");
            // AlterTableStatement refuses it: the SSTables' headers would not be readable.
            if (column->type->isMultiCell() && column->type->kind() == cql::TypeKind::Udt)
                impossible("Column " + column->name +
                           " goes; Cassandra cannot drop a column of a user type that is not "
                           "frozen");
        }
    }
}

/// "Default TTL becomes 730 days."
std::string optionDetail(const std::string& name, const std::string& value)
{
    if (name != "default_time_to_live")
        return name + " becomes " + value + ".";
    double seconds = 0;
    (void)std::from_chars(value.data(), value.data() + value.size(), seconds);
    return seconds > 0 ? "Default TTL becomes " + durationText(seconds) +
                             ", for what is written from then on."
                       : "There is no default TTL any more.";
}

void compareOptions(const schema::Table& wanted, const schema::Table& live, TableChange& change)
{
    const auto now = schema::paramsAsCql(wanted.params(), wanted.isView());
    const auto before = schema::paramsAsCql(live.params(), live.isView());
    for (std::size_t i = 0; i < std::min(now.size(), before.size()); ++i) {
        if (now[i] == before[i] || now[i].starts_with("extensions"))
            continue;
        change.options.push_back(now[i]);
        const std::size_t equals = now[i].find(" = ");
        change.details.push_back(optionDetail(now[i].substr(0, equals), now[i].substr(equals + 3)));
    }
}

void compareIndexes(const schema::Table& wanted, const schema::Table& live, TableChange& change)
{
    const auto has = [](const schema::Table& table, const schema::Index& index) {
        return std::ranges::any_of(
            table.indexes(), [&](const schema::Index& other) { return sameIndex(index, other); });
    };
    for (const schema::Index& index : wanted.indexes()) {
        if (!has(live, index))
            change.newIndexes.push_back(&index);
    }
    for (const schema::Index& index : live.indexes()) {
        if (!has(wanted, index))
            change.oldIndexes.push_back(&index);
    }
}

} // namespace

bool sameIndex(const schema::Index& a, const schema::Index& b)
{
    auto left = a.options;
    auto right = b.options;
    left.erase("class_name");
    right.erase("class_name");
    return a.name == b.name && left == right && canonicalIndexKind(a) == canonicalIndexKind(b);
}

TypeChange compareTypes(const cql::Type& wanted, const cql::Type& live)
{
    TypeChange change;
    const std::size_t before = live.fieldNames().size();
    const auto impossible = [&](const std::string& what) {
        if (change.impossible.empty())
            change.impossible =
                what + ", which cannot be altered: new type, and new tables where it is used.";
    };
    if (wanted.fieldNames().size() < before)
        impossible("Field " + live.fieldNames()[wanted.fieldNames().size()] + " goes");
    for (std::size_t i = 0; i < wanted.fieldNames().size(); ++i) {
        const std::string& name = wanted.fieldNames()[i];
        const std::string type = wanted.parameters()[i]->toString();
        if (i >= before) {
            change.added.push_back(quote(name) + " " + type);
        } else if (live.parameters()[i]->toString() != type) {
            impossible("Field " + name + " becomes " + type + " instead of " +
                       live.parameters()[i]->toString());
        } else if (live.fieldNames()[i] != name) {
            const bool moved = std::ranges::count(live.fieldNames(), name) > 0 ||
                               std::ranges::count(wanted.fieldNames(), live.fieldNames()[i]) > 0;
            if (moved)
                impossible("Fields are in another order");
            change.renames.emplace_back(name, live.fieldNames()[i]);
        }
    }
    return change;
}

TableChange compareTables(const schema::Table& wanted, const schema::Table& live, bool hasViews)
{
    TableChange change;
    if (wanted.isCounter() != live.isCounter())
        change.impossible =
            std::string{"Counters and other columns cannot change into each other"} +
            std::string{kNewTable};
    const auto renames = keyRenames(wanted, live);
    const bool indexed =
        renames && std::ranges::any_of(*renames, [&](const auto& rename) {
            return std::ranges::any_of(live.indexes(), [&](const auto& index) {
                return index.options.at("target").find(rename.second) != std::string::npos;
            });
        });
    if (!renames || (!renames->empty() && (hasViews || indexed))) {
        change.impossible = keyImpossible(wanted, live);
    } else {
        change.renames = *renames;
        for (const auto& [now, before] : *renames)
            change.details.push_back("Key column " + before + " is renamed to " + now +
                                     ": same place, same type; values stay.");
    }
    compareColumns(wanted, live, change);
    compareOptions(wanted, live, change);
    compareIndexes(wanted, live, change);
    return change;
}

bool viewDiffers(const schema::View& wanted, const schema::View& live)
{
    if (wanted.baseTable != live.baseTable || wanted.whereClause != live.whereClause)
        return true;
    const auto& now = *wanted.table;
    const auto& before = *live.table;
    const auto renames = keyRenames(now, before);
    if (!renames || !renames->empty() || now.regulars().size() != before.regulars().size())
        return true;
    return std::ranges::any_of(now.regulars(), [&](const ColumnPtr& column) {
        return !hasColumn(before.regulars(), column->name);
    });
}

} // namespace engine::modeling
