#include "engine/launcher/import_plan.h"

#include "engine/cql/quote.h"
#include "engine/cql/script.h"
#include "engine/schema/describe.h"
#include "engine/sstable/inspector.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace engine::launcher {

namespace {

constexpr int kDepthMax = 7;

Result<void> findFolders(Disk& disk, const std::string& folder, int depth,
                         std::vector<std::string>& found)
{
    RW_ASSIGN(const auto tables, sstable::listTables(disk, folder));
    if (!tables.empty())
        found.push_back(folder);
    if (depth == kDepthMax)
        return ok();
    RW_ASSIGN(const auto entries, disk.list(folder));
    for (const auto& entry : entries) {
        // backups/ repeats what is in the table, hidden folders are indexes.
        if (entry.isDirectory && entry.name != "backups" && !entry.name.starts_with("."))
            RW_TRY(findFolders(disk, folder + "/" + entry.name, depth + 1, found));
    }
    return ok();
}

/// The user types of a column, those that others need first.
void collectTypes(const cql::TypePtr& type, std::vector<cql::TypePtr>& found)
{
    for (const auto& parameter : type->parameters())
        collectTypes(parameter, found);
    const bool known = std::any_of(found.begin(), found.end(), [&](const cql::TypePtr& each) {
        return each->name() == type->name();
    });
    if (type->kind() == cql::TypeKind::Udt && !known)
        found.push_back(type);
}

/// One table that has the columns of all headers.
Result<schema::TablePtr> tableOfHeaders(Disk& disk, const PlannedTable& plan)
{
    schema::Table::Spec spec;
    for (std::size_t i = 0; i < plan.sstables.size(); ++i) {
        const auto& descriptor = plan.sstables[i];
        const std::string path = descriptor.path(sstable::Component::Statistics);
        RW_ASSIGN(const auto* version, sstable::findVersion(descriptor.format, descriptor.version));
        RW_ASSIGN(const Bytes bytes, disk.readAll(path));
        const auto statistics = sstable::Statistics::decode(*version, bytes);
        if (!statistics)
            return statistics.error().within(path);
        auto table = statistics->header.toTable(plan.keyspace, plan.table);
        if (!table)
            return table.error().within(path);
        if (i == 0) {
            spec = (*table)->spec();
            continue;
        }
        for (const auto& column : (*table)->spec().columns) {
            const auto same =
                std::find_if(spec.columns.begin(), spec.columns.end(),
                             [&](const auto& each) { return each.name == column.name; });
            if (same == spec.columns.end())
                spec.columns.push_back(column);
            else if (same->type->toString() != column.type->toString())
                return Error{ErrorCode::Invalid,
                             path + ": column " + column.name + " is " + column.type->toString() +
                                 " here and " + same->type->toString() +
                                 " in another SSTable; put schema.cql beside them"};
        }
    }
    return schema::Table::make(std::move(spec));
}

Result<void> statementsOfHeaders(Disk& disk, PlannedTable& plan)
{
    RW_ASSIGN(const auto table, tableOfHeaders(disk, plan));
    std::vector<cql::TypePtr> types;
    for (const auto& column : table->spec().columns)
        collectTypes(column.type, types);
    const std::string keyspace = cql::quote(plan.keyspace);
    for (const auto& type : types) {
        std::string fields;
        for (std::size_t i = 0; i < type->fieldNames().size(); ++i)
            fields += (i == 0 ? "" : ", ") + cql::quote(type->fieldNames()[i]) + " " +
                      type->parameters()[i]->toString();
        plan.statements.push_back("CREATE TYPE IF NOT EXISTS " + keyspace + "." +
                                  cql::quote(type->name()) + " (" + fields + ")");
    }
    std::string text = schema::describeTable(*table, false);
    constexpr std::string_view kCreate = "CREATE TABLE ";
    if (text.starts_with(kCreate))
        text.insert(kCreate.size(), "IF NOT EXISTS ");
    plan.statements.push_back(text);
    plan.schemaFromHeader = true;
    return ok();
}

/// "name" or a bare name, as schema.cql has them.
std::string unquoted(std::string name)
{
    if (name.size() < 2 || name.front() != '"')
        return name;
    std::string inner = name.substr(1, name.size() - 2);
    for (std::size_t at = 0; (at = inner.find("\"\"", at)) != std::string::npos; ++at)
        inner.erase(at, 1);
    return inner;
}

/// The statements of schema.cql, under other names if that is wanted, for a cluster that perhaps
/// has the types already.
Result<void> statementsOfFile(Disk& disk, const std::string& path, const ImportNames& names,
                              PlannedTable& plan)
{
    RW_ASSIGN(const Bytes text, disk.readAll(path));
    static const std::regex kHead{
        R"re(^\s*(CREATE\s+TABLE|CREATE\s+TYPE|ALTER\s+TABLE)\s+(IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|\w+)\s*\.\s*("(?:[^"]|"")+"|\w+))re",
        std::regex::icase};
    static const std::regex kId{R"re(\bID\s*=\s*[0-9a-fA-F-]{36}(\s+AND\b)?)re", std::regex::icase};
    static const std::regex kEmptyWith{R"re(\bWITH\s*;?\s*$)re", std::regex::icase};
    for (const auto& statement : cql::splitStatements(text)) {
        std::string cqlText =
            text.substr(statement.range.begin, statement.range.end - statement.range.begin);
        std::smatch head;
        if (!std::regex_search(cqlText, head, kHead)) {
            const std::string first = cqlText.substr(0, cqlText.find('\n'));
            if (first.find_first_not_of(" \t\r;") != std::string::npos)
                plan.notes.push_back("left out of schema.cql: " + first);
            continue;
        }
        const std::string verb = head[1];
        const bool isType = verb.back() == 'E' && verb.find('Y') != std::string::npos;
        const std::string keyspace = names.keyspace.empty() ? unquoted(head[3]) : names.keyspace;
        std::string name = unquoted(head[4]);
        if (!isType) {
            if (!names.table.empty())
                name = names.table;
            plan.table = name;
        }
        plan.keyspace = keyspace;
        const bool creates = verb.front() == 'C' || verb.front() == 'c';
        cqlText = verb + (creates ? " IF NOT EXISTS " : " ") + cql::quote(keyspace) + "." +
                  cql::quote(name) + head.suffix().str();
        // The id belongs to the other cluster; here another table may have had it.
        cqlText = std::regex_replace(cqlText, kId, "", std::regex_constants::format_first_only);
        cqlText = std::regex_replace(cqlText, kEmptyWith, "");
        plan.statements.push_back(std::move(cqlText));
    }
    if (plan.table.empty())
        return Error{ErrorCode::Invalid, path + " has no CREATE TABLE"};
    return ok();
}

} // namespace

Result<std::vector<PlannedTable>> planImport(Disk& disk, const std::string& folder,
                                             const ImportNames& names)
{
    std::vector<std::string> folders;
    RW_TRY(findFolders(disk, folder, 0, folders));
    std::vector<PlannedTable> plans;
    for (const auto& each : folders) {
        const auto location = sstable::locationOf(each);
        if (!names.snapshot.empty() && location.snapshot != names.snapshot)
            continue;
        PlannedTable plan;
        plan.folder = each;
        RW_ASSIGN(plan.sstables, sstable::listTables(disk, each));
        plan.keyspace = names.keyspace.empty() ? location.keyspace : names.keyspace;
        plan.table = names.table.empty() ? location.table : names.table;
        const std::string schemaPath = each + "/schema.cql";
        if (disk.exists(schemaPath)) {
            RW_TRY(statementsOfFile(disk, schemaPath, names, plan));
        } else {
            if (plan.keyspace.empty() || plan.table.empty())
                return Error{ErrorCode::Invalid,
                             each + " has no schema.cql and is not named as Cassandra names "
                                    "folders: say --keyspace and --table"};
            RW_TRY(statementsOfHeaders(disk, plan));
        }
        const auto twin = std::find_if(plans.begin(), plans.end(), [&](const PlannedTable& other) {
            return other.keyspace == plan.keyspace && other.table == plan.table;
        });
        if (twin != plans.end())
            return Error{ErrorCode::Invalid,
                         plan.keyspace + "." + plan.table + " is in " + twin->folder + " and in " +
                             each + ": name one of these folders, or a snapshot with --snapshot"};
        plans.push_back(std::move(plan));
    }
    if (plans.empty())
        return Error{ErrorCode::NotFound,
                     "there are no SSTables" +
                         (names.snapshot.empty() ? "" : " of a snapshot " + names.snapshot) +
                         " below " + folder};
    if (!names.table.empty() && plans.size() > 1)
        return Error{ErrorCode::Invalid, "--table names one table, and below " + folder + " are " +
                                             std::to_string(plans.size())};
    return plans;
}

} // namespace engine::launcher
