// What needs a new type or table, and the names that these get.
#include "engine/modeling/schema_compare.h"

#include <algorithm>

namespace engine::modeling {

namespace {

/// "orders" → "orders_v2", "orders_v2" → "orders_v3": the next that is free.
std::string nextVersion(const std::string& name,
                        const std::function<bool(const std::string&)>& taken)
{
    std::string stem = name;
    int number = 1;
    const std::size_t mark = name.rfind("_v");
    if (mark != std::string::npos && mark + 2 < name.size() && name.size() - mark <= 6 &&
        std::all_of(name.begin() + static_cast<std::ptrdiff_t>(mark) + 2, name.end(),
                    [](char c) { return c >= '0' && c <= '9'; })) {
        stem = name.substr(0, mark);
        number = std::stoi(name.substr(mark + 2));
    }
    constexpr std::size_t kNameMax = 48; // of a table, in Cassandra
    std::string next;
    do {
        const std::string suffix = "_v" + std::to_string(++number);
        next = stem.substr(0, kNameMax - suffix.size()) + suffix;
    } while (taken(next));
    return next;
}

class RebuildFinder {
public:
    RebuildFinder(const schema::Schema& wanted, const schema::Schema& live)
        : m_wanted(wanted), m_live(live)
    {
    }

    void visit(const std::string& keyspace)
    {
        m_name = keyspace;
        m_now = m_wanted.keyspace(keyspace);
        m_before = m_live.keyspace(keyspace);
        if (!m_now || !m_before)
            return;
        // A type that uses a renamed one changes too: until no more are found.
        while (findTypes()) {
        }
        findTables();
        findViewsAndIndexes();
    }

    Rebuilds take() { return std::move(m_found); }

private:
    [[nodiscard]] bool usesRebuiltType(const cql::Type& type) const
    {
        return std::ranges::any_of(m_found.types, [&](const auto& entry) {
            return entry.first.first == m_name &&
                   schema::refersToType(type, m_name, entry.first.second);
        });
    }

    bool findTypes()
    {
        bool more = false;
        for (const auto& [name, type] : m_now->types) {
            const cql::TypePtr before = m_before->type(name);
            const SchemaName key{m_name, name};
            if (!before || m_found.types.contains(key))
                continue;
            std::string reason = compareTypes(*type, *before).impossible;
            for (const cql::TypePtr& field : type->parameters()) {
                if (reason.empty() && usesRebuiltType(*field))
                    reason = "A type of its fields is replaced.";
            }
            if (reason.empty())
                continue;
            m_found.types[key] = nextVersion(name, [&](const std::string& next) {
                return m_now->type(next) || m_before->type(next);
            });
            m_found.reasons[key] = reason;
            more = true;
        }
        return more;
    }

    void findTables()
    {
        for (const auto& [name, table] : m_now->tables) {
            const auto before = m_before->tables.find(name);
            if (before == m_before->tables.end())
                continue;
            const bool hasViews = std::ranges::any_of(
                m_before->views, [&](const auto& view) { return view.second.baseTable == name; });
            std::string reason = compareTables(*table, *before->second, hasViews).impossible;
            for (const schema::ColumnPtr& column : table->selectOrder()) {
                if (reason.empty() && usesRebuiltType(*column->type))
                    reason = "The type of " + column->name +
                             " is replaced: new table, copy, "
                             "verify, switch.";
            }
            if (reason.empty())
                continue;
            const auto begun = begunTable(name, *table);
            if (begun)
                m_found.begun.insert({m_name, *begun});
            m_found.tables[{m_name, name}] = begun ? *begun : freeTable(name);
            m_found.reasons[{m_name, name}] = reason;
        }
    }

    /// The table that a migration made which then was interrupted: of the next name, nobody else's,
    /// and as it is wanted. With indexes or views it is not known how far it came.
    [[nodiscard]] std::optional<std::string> begunTable(const std::string& name,
                                                        const schema::Table& wanted) const
    {
        const std::string next = nextVersion(
            name, [&](const std::string& other) { return m_now->table(other) != nullptr; });
        const auto found = m_before->tables.find(next);
        if (found == m_before->tables.end() || !wanted.indexes().empty() ||
            !found->second->indexes().empty())
            return std::nullopt;
        const auto isBase = [](const std::string& table) {
            return [&table](const auto& view) { return view.second.baseTable == table; };
        };
        if (std::ranges::any_of(m_before->views, isBase(next)) ||
            std::ranges::any_of(m_now->views, isBase(name)))
            return std::nullopt;
        const TableChange change = compareTables(wanted, *found->second, false);
        if (!change.impossible.empty() || change.altersTable())
            return std::nullopt;
        const bool usesOtherTypes =
            std::ranges::any_of(wanted.selectOrder(), [&](const schema::ColumnPtr& column) {
                return usesRebuiltType(*column->type);
            });
        return usesOtherTypes ? std::nullopt : std::optional(next);
    }

    [[nodiscard]] std::string freeTable(const std::string& name) const
    {
        return nextVersion(name, [&](const std::string& next) {
            return m_now->table(next) || m_before->table(next);
        });
    }

    void findViewsAndIndexes()
    {
        for (const auto& [name, view] : m_now->views) {
            if (m_found.tables.contains({m_name, view.baseTable}) && m_before->table(name))
                m_found.tables[{m_name, name}] = freeTable(name);
        }
        const auto taken = [&](const std::string& next) {
            for (const auto* side : {&m_now, &m_before}) {
                for (const auto& [name, table] : (*side)->tables) {
                    for (const schema::Index& index : table->indexes()) {
                        if (index.name == next)
                            return true;
                    }
                }
            }
            return false;
        };
        for (const auto& [name, table] : m_now->tables) {
            if (!m_found.tables.contains({m_name, name}))
                continue;
            // The old table keeps its index of that name until it is dropped.
            for (const schema::Index& index : table->indexes())
                m_found.indexes[{m_name, index.name}] = nextVersion(index.name, taken);
        }
    }

    const schema::Schema& m_wanted;
    const schema::Schema& m_live;
    std::string m_name;
    schema::KeyspacePtr m_now;
    schema::KeyspacePtr m_before;
    Rebuilds m_found;
};

/// A type's text with one name in place of another, as whole words.
std::string withTypeName(const std::string& type, const std::string& from, const std::string& to)
{
    const auto isWord = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    std::string text;
    std::size_t at = 0;
    while (at < type.size()) {
        if (!isWord(type[at])) {
            text += type[at++];
            continue;
        }
        std::size_t end = at;
        while (end < type.size() && isWord(type[end]))
            ++end;
        const std::string word = type.substr(at, end - at);
        text += word == from ? to : word;
        at = end;
    }
    return text;
}

} // namespace

Rebuilds findRebuilds(const schema::Schema& wanted, const schema::Schema& live,
                      const std::set<std::string>& keyspaces)
{
    RebuildFinder finder{wanted, live};
    for (const std::string& keyspace : keyspaces)
        finder.visit(keyspace);
    return finder.take();
}

Model renamed(const Model& before, const Rebuilds& rebuilds)
{
    Model model = before;
    const auto retype = [&](const std::string& keyspace, std::string& type) {
        for (const auto& [name, next] : rebuilds.types) {
            if (name.first == keyspace)
                type = withTypeName(type, name.second, next);
        }
    };
    for (UserType& type : model.types) {
        for (TypeField& field : type.fields)
            retype(type.keyspace, field.type);
        if (const auto found = rebuilds.types.find({type.keyspace, type.name});
            found != rebuilds.types.end())
            type.name = found->second;
    }
    for (ModelTable& table : model.tables) {
        for (TableColumn& column : table.columns)
            retype(table.keyspace, column.type);
        for (TableIndex& index : table.indexes) {
            if (const auto found = rebuilds.indexes.find({table.keyspace, index.name});
                found != rebuilds.indexes.end())
                index.name = found->second;
        }
        if (const auto found = rebuilds.tables.find({table.keyspace, table.name});
            found != rebuilds.tables.end())
            table.name = found->second;
    }
    return model;
}

} // namespace engine::modeling
