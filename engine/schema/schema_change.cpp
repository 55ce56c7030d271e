#include "engine/schema/schema_change.h"

namespace engine::schema {

namespace {

using Change = ChangeDescription::Change;
using Target = ChangeDescription::Target;

void compareTypes(const Keyspace& before, const Keyspace& after,
                  std::vector<ChangeDescription>& out)
{
    for (const auto& [name, type] : after.types) {
        const cql::TypePtr old = before.type(name);
        if (!old)
            out.push_back({Change::Created, Target::Type, after.name, name, {}});
        else if (!cql::sameType(old, type))
            out.push_back({Change::Updated, Target::Type, after.name, name, {}});
    }
}

void compareTables(const Keyspace& before, const Keyspace& after,
                   std::vector<ChangeDescription>& out)
{
    for (const auto& [name, table] : after.tables) {
        const TablePtr old = before.table(name);
        if (!old)
            out.push_back({Change::Created, Target::Table, after.name, name, {}});
        else if (!sameTable(old, table))
            out.push_back({Change::Updated, Target::Table, after.name, name, {}});
    }
}

void listDropped(const Keyspace& before, const Keyspace& after, std::vector<ChangeDescription>& out)
{
    for (const auto& [name, table] : before.tables) {
        if (!after.table(name))
            out.push_back({Change::Dropped, Target::Table, before.name, name, {}});
    }
    for (const auto& [name, type] : before.types) {
        if (!after.type(name))
            out.push_back({Change::Dropped, Target::Type, before.name, name, {}});
    }
}

} // namespace

bool sameTable(const TablePtr& a, const TablePtr& b)
{
    if (a == b)
        return true;
    const Table::Spec& x = a->spec();
    const Table::Spec& y = b->spec();
    if (!(x.id == y.id && x.params == y.params && x.indexes == y.indexes &&
          x.triggers == y.triggers && x.isCounter == y.isCounter &&
          x.dropped.size() == y.dropped.size()))
        return false;
    const auto columnsOfA = a->selectOrder();
    const auto columnsOfB = b->selectOrder();
    if (columnsOfA.size() != columnsOfB.size())
        return false;
    for (std::size_t i = 0; i < columnsOfA.size(); ++i) {
        const Column& p = *columnsOfA[i];
        const Column& q = *columnsOfB[i];
        if (&p != &q && !(p.name == q.name && p.kind == q.kind && p.position == q.position &&
                          p.order == q.order && cql::sameType(p.type, q.type)))
            return false;
    }
    for (std::size_t i = 0; i < x.dropped.size(); ++i) {
        if (x.dropped[i].column->name != y.dropped[i].column->name ||
            x.dropped[i].droppedAt != y.dropped[i].droppedAt)
            return false;
    }
    return true;
}

std::vector<ChangeDescription> differences(const Schema& before, const Schema& after)
{
    std::vector<ChangeDescription> out;
    for (const auto& [name, keyspace] : before.keyspaces()) {
        if (!after.keyspace(name)) {
            Keyspace empty;
            empty.name = name;
            listDropped(*keyspace, empty, out);
            out.push_back({Change::Dropped, Target::Keyspace, name, {}, {}});
        }
    }
    for (const auto& [name, keyspace] : after.keyspaces()) {
        const KeyspacePtr old = before.keyspace(name);
        if (old == keyspace)
            continue;
        Keyspace empty;
        empty.name = name;
        if (!old)
            out.push_back({Change::Created, Target::Keyspace, name, {}, {}});
        else if (old->replication != keyspace->replication ||
                 old->durableWrites != keyspace->durableWrites)
            out.push_back({Change::Updated, Target::Keyspace, name, {}, {}});
        const Keyspace& from = old ? *old : empty;
        listDropped(from, *keyspace, out);
        compareTypes(from, *keyspace, out);
        compareTables(from, *keyspace, out);
    }
    return out;
}

} // namespace engine::schema
