#include "engine/modeling/schema_diff.h"

#include "engine/modeling/figures.h"
#include "engine/modeling/import.h"
#include "engine/modeling/migration_steps.h"
#include "engine/modeling/schema_compare.h"

#include <algorithm>

namespace engine::modeling {

namespace {

/// Sentences one after the other.
std::string inARow(const std::vector<std::string>& sentences)
{
    std::string text;
    for (const std::string& sentence : sentences)
        text += (text.empty() ? "" : " ") + sentence;
    return text;
}

/// Puts the differences together; MigrationSteps makes the steps.
class DiffBuilder {
public:
    DiffBuilder(const Model& effective, const schema::Schema& wanted, const schema::Schema& live,
                const Rebuilds& rebuilds, const DiffOptions& options)
        : m_wanted(wanted),
          m_live(live),
          m_rebuilds(rebuilds),
          m_options(options),
          m_steps(effective, rebuilds)
    {
    }

    SchemaDiff build(const std::set<std::string>& keyspaces)
    {
        for (const std::string& keyspace : keyspaces)
            visit(keyspace);
        m_steps.finish(m_diff);
        const auto rank = [](const Difference& difference) {
            // Creates, alters, rebuilds, drops, then what is the same.
            return difference.kind == DifferenceKind::Same ? 9 : static_cast<int>(difference.kind);
        };
        std::ranges::stable_sort(m_diff.differences, {}, rank);
        for (const auto* names : {&m_rebuilds.types, &m_rebuilds.tables, &m_rebuilds.indexes}) {
            for (const auto& [name, next] : *names)
                m_diff.newNames[name.first + "." + name.second] = next;
        }
        return std::move(m_diff);
    }

private:
    Difference& add(DifferenceKind kind, ObjectKind object, const std::string& name,
                    std::string sentence)
    {
        Difference difference;
        difference.kind = kind;
        difference.object = object;
        difference.keyspace = m_name;
        difference.name = name;
        difference.sentence = std::move(sentence);
        difference.risky = kind == DifferenceKind::Rebuild || kind == DifferenceKind::Drop;
        m_diff.differences.push_back(std::move(difference));
        return m_diff.differences.back();
    }

    void visit(const std::string& keyspace)
    {
        m_name = keyspace;
        m_now = m_wanted.keyspace(keyspace);
        m_before = m_live.keyspace(keyspace);
        if (!m_now)
            return;
        static const schema::Keyspace kNothing;
        m_old = m_before ? m_before.get() : &kNothing;
        visitKeyspace();
        visitTypes();
        visitTables();
        visitViews();
    }

    void visitKeyspace()
    {
        if (!m_before) {
            add(DifferenceKind::Create, ObjectKind::Keyspace, {}, "New keyspace.");
            m_steps.createKeyspace(m_name);
            return;
        }
        if (m_now->replication == m_before->replication &&
            m_now->durableWrites == m_before->durableWrites) {
            add(DifferenceKind::Same, ObjectKind::Keyspace, {}, "Same.");
            return;
        }
        const bool replication = m_now->replication != m_before->replication;
        Difference& difference =
            add(DifferenceKind::Alter, ObjectKind::Keyspace, {},
                replication ? "Replication changes. Repair afterwards: new replicas have no data "
                              "until then."
                            : std::string{"Durable writes are switched "} +
                                  (m_now->durableWrites ? "on." : "off."));
        difference.risky = true;
        m_steps.alterKeyspace(*m_now, replication);
    }

    [[nodiscard]] const std::string& newName(const std::map<SchemaName, std::string>& names,
                                             const std::string& name) const
    {
        const auto found = names.find({m_name, name});
        return found == names.end() ? name : found->second;
    }

    void visitTypes()
    {
        for (const cql::TypePtr& type : m_now->typesInDependencyOrder()) {
            const std::string& name = type->name();
            const cql::TypePtr before = m_old->type(name);
            if (!before) {
                add(DifferenceKind::Create, ObjectKind::Type, name, "New type.");
                m_steps.create(ObjectKind::Type, m_name, name);
            } else if (m_rebuilds.types.contains({m_name, name})) {
                add(DifferenceKind::Rebuild, ObjectKind::Type, name,
                    m_rebuilds.reasons.at({m_name, name}));
                m_steps.create(ObjectKind::Type, m_name, newName(m_rebuilds.types, name));
            } else {
                alterType(name, compareTypes(*type, *before));
            }
        }
        // In an order in which nothing is dropped before what uses it.
        auto old = m_old->typesInDependencyOrder();
        std::ranges::reverse(old);
        for (const cql::TypePtr& type : old) {
            if (m_rebuilds.types.contains({m_name, type->name()}))
                m_steps.dropType(m_name, type->name());
            if (m_now->type(type->name()))
                continue;
            drop(ObjectKind::Type, type->name(), "Type no longer in the model.");
            if (m_options.drop)
                m_steps.dropType(m_name, type->name());
        }
    }

    void alterType(const std::string& name, const TypeChange& change)
    {
        if (change.added.empty() && change.renames.empty()) {
            add(DifferenceKind::Same, ObjectKind::Type, name, "Same.");
            return;
        }
        Difference& difference = add(DifferenceKind::Alter, ObjectKind::Type, name, {});
        for (const std::string& field : change.added)
            difference.details.push_back("Adds field " + field + ".");
        for (const auto& [now, before] : change.renames)
            difference.details.push_back("Field " + before + " is renamed to " + now + ".");
        difference.sentence = inARow(difference.details);
        m_steps.alterType(m_name, name, change);
    }

    void drop(ObjectKind object, const std::string& name, std::string sentence)
    {
        if (!m_options.drop)
            sentence += " It is left alone.";
        add(DifferenceKind::Drop, object, name, std::move(sentence));
    }

    void visitTables()
    {
        for (const auto& [name, table] : m_now->tables) {
            const auto before = m_old->tables.find(name);
            if (before == m_old->tables.end()) {
                add(DifferenceKind::Create, ObjectKind::Table, name, "New table.");
                m_steps.create(ObjectKind::Table, m_name, name);
                createIndexes(*table, name);
            } else if (m_rebuilds.tables.contains({m_name, name})) {
                rebuildTable(name, *table, *before->second);
            } else {
                alterTable(name, *table, *before->second);
            }
        }
        for (const auto& [name, table] : m_old->tables) {
            if (m_now->tables.contains(name) || m_rebuilds.begun.contains({m_name, name}))
                continue;
            drop(ObjectKind::Table, name, "Table no longer in the model, with all its rows.");
            if (m_options.drop)
                m_steps.dropTable(m_name, name, *m_old, std::nullopt);
        }
    }

    void createIndexes(const schema::Table& table, const std::string& tableName)
    {
        for (const schema::Index& index : table.indexes())
            m_steps.createIndex(m_name, tableName, newName(m_rebuilds.indexes, index.name), table,
                                index);
    }

    void rebuildTable(const std::string& name, const schema::Table& now,
                      const schema::Table& before)
    {
        const std::string& next = newName(m_rebuilds.tables, name);
        const TableChange change = compareTables(now, before, false);
        Difference& difference = add(DifferenceKind::Rebuild, ObjectKind::Table, name,
                                     m_rebuilds.reasons.at({m_name, name}));
        difference.details = change.details;
        for (const std::string& detail : change.details) {
            if (detail.starts_with("Default TTL"))
                difference.sentence += " " + detail;
        }
        if (m_rebuilds.begun.contains({m_name, next}))
            difference.sentence += " " + next +
                                   " is there already, from a migration that was interrupted: the "
                                   "copy is taken up.";
        else
            m_steps.create(ObjectKind::Table, m_name, next);
        createIndexes(now, next);
        for (const auto& [viewName, view] : m_now->views) {
            if (view.baseTable == name && m_rebuilds.tables.contains({m_name, viewName}))
                m_steps.create(ObjectKind::View, m_name, newName(m_rebuilds.tables, viewName));
        }
        m_steps.copyTable(m_name, name, next, now, before);
        m_steps.dropTable(m_name, name, *m_old, next);
    }

    void alterTable(const std::string& name, const schema::Table& now, const schema::Table& before)
    {
        const bool hasViews = std::ranges::any_of(
            m_old->views, [&](const auto& view) { return view.second.baseTable == name; });
        const TableChange change = compareTables(now, before, hasViews);
        if (!change.altersTable()) {
            add(DifferenceKind::Same, ObjectKind::Table, name, "Same.");
        } else {
            Difference& difference = add(DifferenceKind::Alter, ObjectKind::Table, name, {});
            difference.details = change.details;
            difference.sentence = inARow(change.details);
            difference.risky = !change.dropped.empty() || !change.renames.empty();
            if (m_options.drop || change.dropped.empty()) {
                m_steps.alterTable(m_name, name, change, *m_old);
            } else {
                TableChange kept = change;
                kept.dropped.clear();
                m_steps.alterTable(m_name, name, kept, *m_old);
            }
            if (!change.dropped.empty() && m_options.drop)
                makeViewsLate(name);
        }
        alterIndexes(name, now, change);
    }

    /// ALTER TABLE DROP is refused while views exist: the wanted ones are made after it.
    void makeViewsLate(const std::string& base)
    {
        for (const auto& [name, view] : m_now->views) {
            if (view.baseTable == base)
                m_late.insert(name);
        }
    }

    void alterIndexes(const std::string& table, const schema::Table& now, const TableChange& change)
    {
        for (const schema::Index* index : change.oldIndexes) {
            const bool again = std::ranges::any_of(
                change.newIndexes, [&](const auto* other) { return other->name == index->name; });
            if (again || m_options.drop)
                m_steps.dropIndex(m_name, table, index->name, again);
            if (!again)
                drop(ObjectKind::Index, index->name, "Index no longer in the model.");
        }
        for (const schema::Index* index : change.newIndexes) {
            const bool again = std::ranges::any_of(
                change.oldIndexes, [&](const auto* other) { return other->name == index->name; });
            add(again ? DifferenceKind::Alter : DifferenceKind::Create, ObjectKind::Index,
                index->name,
                again ? "Index changes: it is dropped and built again."
                      : "New index on " + table + "; it is built from the rows that are there.");
            m_steps.createIndex(m_name, table, index->name, now, *index);
        }
    }

    void visitViews()
    {
        for (const auto& [name, view] : m_now->views) {
            const auto before = m_old->views.find(name);
            if (m_rebuilds.tables.contains({m_name, name})) {
                add(DifferenceKind::Rebuild, ObjectKind::View, name,
                    "Its table is replaced: a new view on the new table.");
            } else if (before == m_old->views.end()) {
                add(DifferenceKind::Create, ObjectKind::View, name,
                    "New materialized view; it is built from the rows that are there.");
                m_steps.create(ObjectKind::View, m_name, name, m_late.contains(name));
            } else if (viewDiffers(view, before->second) || m_late.contains(name)) {
                add(DifferenceKind::Rebuild, ObjectKind::View, name,
                    "Views cannot be altered in place: it is dropped and built again from its "
                    "table, and cannot be read meanwhile.");
                m_steps.remakeView(m_name, name, m_late.contains(name));
            } else {
                alterView(name, *view.table, *before->second.table);
            }
        }
        for (const auto& [name, view] : m_old->views) {
            if (m_now->views.contains(name))
                continue;
            drop(ObjectKind::View, name, "Materialized view no longer in the model.");
            if (m_options.drop)
                m_steps.dropView(m_name, name);
        }
    }

    void alterView(const std::string& name, const schema::Table& now, const schema::Table& before)
    {
        const TableChange change = compareTables(now, before, false);
        if (change.options.empty()) {
            add(DifferenceKind::Same, ObjectKind::View, name, "Same.");
            return;
        }
        add(DifferenceKind::Alter, ObjectKind::View, name, inARow(change.details));
        m_steps.alterView(m_name, name, change);
    }

    const schema::Schema& m_wanted;
    const schema::Schema& m_live;
    const Rebuilds& m_rebuilds;
    const DiffOptions& m_options;
    MigrationSteps m_steps;
    SchemaDiff m_diff;
    std::string m_name;
    schema::KeyspacePtr m_now;
    schema::KeyspacePtr m_before;
    const schema::Keyspace* m_old = nullptr; ///< m_before, or an empty one
    std::set<std::string> m_late;            ///< views of tables that lose a column
};

std::set<std::string> scopeOf(const schema::Schema& wanted, const DiffOptions& options)
{
    if (!options.keyspaces.empty())
        return {options.keyspaces.begin(), options.keyspaces.end()};
    std::set<std::string> names;
    for (const auto& [name, keyspace] : wanted.keyspaces()) {
        if (!schema::isSystemKeyspace(name))
            names.insert(name);
    }
    return names;
}

void tellElements(SchemaDiff& diff, const Model& model)
{
    for (Difference& difference : diff.differences) {
        if (difference.object == ObjectKind::Table || difference.object == ObjectKind::View) {
            if (const auto* table = findTable(model, difference.keyspace, difference.name))
                difference.element = table->id;
        }
        for (const UserType& type : model.types) {
            if (difference.object == ObjectKind::Type && type.name == difference.name &&
                type.keyspace == difference.keyspace)
                difference.element = type.id;
        }
        for (const ModelTable& table : model.tables) {
            if (difference.object == ObjectKind::Index &&
                std::ranges::count(table.indexes, difference.name, &TableIndex::name) > 0)
                difference.element = table.id;
        }
        for (const ModelKeyspace& keyspace : model.keyspaces) {
            if (difference.object == ObjectKind::Keyspace && keyspace.name == difference.keyspace)
                difference.element = keyspace.id;
        }
    }
}

SchemaDiff diffOf(const Model& model, const schema::Schema& wanted, const schema::Schema& live,
                  const DiffOptions& options)
{
    const std::set<std::string> keyspaces = scopeOf(wanted, options);
    const Rebuilds rebuilds = findRebuilds(wanted, live, keyspaces);
    const Model effective = renamed(model, rebuilds);
    SchemaDiff diff = DiffBuilder{effective, wanted, live, rebuilds, options}.build(keyspaces);
    tellElements(diff, model);
    return diff;
}

std::set<std::string> datacentersOf(const schema::Schema& schema)
{
    std::set<std::string> names;
    for (const auto& [keyspaceName, keyspace] : schema.keyspaces()) {
        if (keyspace->strategyName() != "NetworkTopologyStrategy")
            continue;
        for (const auto& [name, value] : keyspace->replication) {
            if (name != "class" && name != "replication_factor")
                names.insert(name);
        }
    }
    if (names.empty())
        names.insert("datacenter1");
    return names;
}

} // namespace

SchemaDiff diffSchemas(const schema::Schema& wanted, const schema::Schema& live,
                       const DiffOptions& options)
{
    const std::set<std::string> scope = scopeOf(wanted, options);
    std::vector<std::string> present;
    for (const std::string& name : scope) {
        if (wanted.keyspace(name))
            present.push_back(name);
    }
    const auto model = modelOf(wanted, present);
    SchemaDiff diff = diffOf(model ? *model : Model{}, wanted, live, options);
    for (Difference& difference : diff.differences)
        difference.element = ElementId::None;
    return diff;
}

Result<SchemaDiff> diffToModel(const Model& wanted, const schema::Schema& live,
                               const DiffOptions& options)
{
    RW_ASSIGN(const schema::SchemaPtr schema, schemaOf(wanted, datacentersOf(live)));
    return diffOf(wanted, *schema, live, options);
}

Result<SchemaDiff> diffModels(const Model& wanted, const Model& before, const DiffOptions& options)
{
    auto live = schemaOf(before);
    if (!live)
        return live.error().within("the model before");
    return diffToModel(wanted, **live, options);
}

Model withNewNames(const Model& wanted, const SchemaDiff& diff)
{
    Rebuilds rebuilds;
    for (const auto& [full, next] : diff.newNames) {
        const std::size_t dot = full.find('.');
        const SchemaName name{full.substr(0, dot), full.substr(dot + 1)};
        // A name of one kind only: types, tables and indexes are found where the model has them.
        rebuilds.types[name] = rebuilds.tables[name] = rebuilds.indexes[name] = next;
    }
    std::erase_if(rebuilds.types, [&](const auto& entry) {
        return std::ranges::none_of(wanted.types, [&](const UserType& type) {
            return SchemaName{type.keyspace, type.name} == entry.first;
        });
    });
    return renamed(wanted, rebuilds);
}

} // namespace engine::modeling
