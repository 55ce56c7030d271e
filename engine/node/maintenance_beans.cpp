// Work on whole SSTables: verify, scrub, garbagecollect, import, refresh, under the names of
// Cassandra's StorageService and of its beans of tables.

#include "engine/node/bean_values.h"
#include "engine/schema/schema_owner.h"
#include "engine/storage/maintenance.h"

#include <fmt/format.h>

namespace engine::node {

namespace json = boost::json;

namespace {

using Arguments = json::array;

/// Of a damaged table at most so many problems are told; the log has all.
constexpr std::size_t kProblemsTold = 20;

bool flagOf(const Arguments& arguments, std::size_t index)
{
    if (index >= arguments.size())
        return false;
    const auto& value = arguments[index];
    return value.is_bool() ? value.as_bool() : value.is_string() && value.as_string() == "true";
}

std::string problemsText(const std::vector<storage::TableFinding>& findings)
{
    std::string text;
    std::size_t told = 0;
    std::size_t all = 0;
    for (const auto& finding : findings) {
        for (const auto& problem : finding.problems) {
            ++all;
            if (told < kProblemsTold) {
                ++told;
                text += (text.empty() ? "" : "; ") + problem.detail;
            }
        }
    }
    if (all > told)
        text += fmt::format("; and {} more, see the log", all - told);
    return text;
}

struct MaintenanceCalls {
    /// The keyspace is the last argument but one, its tables are the last.
    static Result<std::vector<schema::TablePtr>> tables(const BeanContext& c,
                                                        const Arguments& arguments)
    {
        if (arguments.size() < 2)
            return javaError("java.lang.IllegalArgumentException", 400,
                             "the keyspace and the array of its tables are missing");
        return tablesOf(*c.schema.current(), stringOf(arguments, arguments.size() - 2),
                        stringsOf(arguments.back()));
    }

    static Task<json::value> verify(const BeanContext* c, Arguments arguments)
    {
        const auto chosen = tables(*c, arguments);
        if (!chosen)
            co_return chosen.error();
        // (extended, keyspace, tables), or (extended, checkVersion, diskFailurePolicy,
        // mutateRepairStatus, checkOwnsTokens, quick, keyspace, tables).
        const bool isLong = arguments.size() >= 8;
        storage::VerifyRequest request;
        request.rows = flagOf(arguments, 0);
        if (isLong && flagOf(arguments, 5))
            request.rows = false;
        if (isLong && flagOf(arguments, 4)) {
            const auto keyspace = c->schema.current()->keyspace(stringOf(arguments, 6));
            auto owned = ownedRanges(*c, *keyspace);
            if (!owned)
                co_return owned.error();
            request.owned = std::move(*owned);
            request.rows = request.rows || request.owned.has_value();
        }
        std::vector<storage::TableFinding> damaged;
        for (const auto& table : *chosen) {
            auto verifying = c->store.verify(table->id(), request);
            auto found = co_await verifying;
            if (!found)
                co_return found.error();
            for (auto& finding : *found) {
                if (!finding.problems.empty())
                    damaged.push_back(std::move(finding));
            }
        }
        if (!damaged.empty())
            co_return javaError("org.apache.cassandra.io.sstable.CorruptSSTableException", 500,
                                problemsText(damaged));
        co_return json::value(0);
    }

    static Task<json::value> scrub(const BeanContext* c, Arguments arguments)
    {
        const auto chosen = tables(*c, arguments);
        if (!chosen)
            co_return chosen.error();
        storage::ScrubRequest request;
        request.snapshotFirst = !flagOf(arguments, 0);
        request.skipCorrupted = flagOf(arguments, 1);
        request.checkValues = flagOf(arguments, 2);
        for (const auto& table : *chosen) {
            auto scrubbing = c->store.scrub(table->id(), request);
            auto found = co_await scrubbing;
            if (!found)
                co_return found.error();
        }
        co_return json::value(0);
    }

    static Task<json::value> garbageCollect(const BeanContext* c, Arguments arguments)
    {
        const std::string option = stringOf(arguments, 0);
        if (option != "ROW" && option != "CELL" && option != "NONE")
            co_return javaError("java.lang.IllegalArgumentException", 400,
                                "No enum constant org.apache.cassandra.schema.CompactionParams."
                                "TombstoneOption." +
                                    option);
        const auto chosen = tables(*c, arguments);
        if (!chosen)
            co_return chosen.error();
        if (option == "NONE")
            co_return json::value(0);
        for (const auto& table : *chosen) {
            auto collecting = c->store.garbageCollect(table->id(), option == "CELL");
            RW_CO_TRY(co_await collecting);
        }
        co_return json::value(0);
    }

    static Task<json::value> relocate(const BeanContext* c, Arguments arguments)
    {
        const auto chosen = tables(*c, arguments);
        if (!chosen)
            co_return chosen.error();
        for (const auto& table : *chosen) {
            auto relocating = c->store.relocate(table->id());
            RW_CO_TRY(co_await relocating);
        }
        co_return json::value(0);
    }

    static Task<json::value> refresh(const BeanContext* c, std::string keyspace, std::string table)
    {
        const auto chosen = tablesOf(*c->schema.current(), keyspace, {table});
        if (!chosen)
            co_return chosen.error();
        auto refreshing = c->store.refresh(chosen->front()->id());
        RW_CO_TRY(co_await refreshing);
        co_return json::value();
    }

    /// Answers the folders that were not taken in.
    static Task<json::value> importTables(const BeanContext* c, std::string keyspace,
                                          std::string table, Arguments arguments)
    {
        const auto chosen = tablesOf(*c->schema.current(), keyspace, {table});
        if (!chosen)
            co_return chosen.error();
        storage::ImportRequest request;
        request.folders = stringsOf(arguments.empty() ? json::value() : arguments.front());
        for (std::string& folder : request.folders) {
            while (folder.size() > 1 && folder.ends_with('/'))
                folder.pop_back();
            if (!folder.starts_with('/'))
                co_return javaError("java.lang.IllegalArgumentException", 400,
                                    "the folder '" + folder + "' is not an absolute path");
        }
        request.resetLevel = flagOf(arguments, 1);
        request.clearRepaired = flagOf(arguments, 2);
        request.verify = flagOf(arguments, 3);
        if (flagOf(arguments, 4)) {
            auto owned = ownedRanges(*c, *c->schema.current()->keyspace(keyspace));
            if (!owned)
                co_return owned.error();
            request.owned = std::move(*owned);
        }
        request.verifyRows = flagOf(arguments, 6);
        request.copy = flagOf(arguments, 7);
        auto importing = c->store.importTables(chosen->front()->id(), std::move(request));
        auto report = co_await importing;
        if (!report)
            co_return report.error();
        json::array failed;
        for (const auto& [folder, why] : report->failed)
            failed.emplace_back(folder);
        co_return json::value(std::move(failed));
    }
};

} // namespace

void addMaintenanceOperations(MBean& storageService, const BeanContext& context)
{
    const BeanContext* c = &context;
    constexpr const char* kStrings = "[Ljava.lang.String;";
    const auto add = [&](const std::string& signature, const char* returns, auto run) {
        storageService.operation(signature, returns, [c, run](Arguments arguments) {
            return run(c, std::move(arguments));
        });
    };
    add(fmt::format("verify(boolean,java.lang.String,{})", kStrings), "int",
        MaintenanceCalls::verify);
    add(fmt::format("verify(boolean,boolean,boolean,boolean,boolean,boolean,java.lang.String,{})",
                    kStrings),
        "int", MaintenanceCalls::verify);
    for (const char* flags : {"boolean,boolean,boolean", "boolean,boolean,boolean,int",
                              "boolean,boolean,boolean,boolean,int"})
        add(fmt::format("scrub({},java.lang.String,{})", flags, kStrings), "int",
            MaintenanceCalls::scrub);
    add(fmt::format("garbageCollect(java.lang.String,int,java.lang.String,{})", kStrings), "int",
        MaintenanceCalls::garbageCollect);
    for (const char* jobs : {"", "int,"})
        add(fmt::format("relocateSSTables({}java.lang.String,{})", jobs, kStrings), "int",
            MaintenanceCalls::relocate);
    add("loadNewSSTables(java.lang.String,java.lang.String)", "void",
        [](const BeanContext* x, Arguments a) {
            return MaintenanceCalls::refresh(x, stringOf(a, 0), stringOf(a, 1));
        });
    storageService.attribute(
        "IncrementalBackupsEnabled", "boolean",
        [c]() -> Result<json::value> { return json::value(c->store.incrementalBackups()); },
        [c](const json::value& value) -> Result<void> {
            if (!value.is_bool())
                return javaError("java.lang.IllegalArgumentException", 400,
                                 "IncrementalBackupsEnabled is true or false");
            c->store.setIncrementalBackups(value.as_bool());
            return ok();
        });
}

std::vector<MBean> tableOperationBeans(const BeanContext& context, const ObjectName& wanted)
{
    const BeanContext* c = &context;
    std::vector<MBean> beans;
    const auto add = [&](const char* type, const char* key, const std::string& k,
                         const std::string& t) {
        if (!wanted.allows("type", type) || !wanted.allows(key, t))
            return;
        auto bean = MBean::named(
            fmt::format("org.apache.cassandra.db:type={},keyspace={},{}={}", type, k, key, t));
        bean.operation("loadNewSSTables()", "void",
                       [c, k, t](Arguments) { return MaintenanceCalls::refresh(c, k, t); });
        for (const int flags : {6, 7, 9}) {
            std::string signature = "importNewSSTables(java.util.Set";
            for (int i = 0; i < flags; ++i)
                signature += ",boolean";
            bean.operation(signature + ")", "java.util.List", [c, k, t](Arguments arguments) {
                return MaintenanceCalls::importTables(c, k, t, std::move(arguments));
            });
        }
        beans.push_back(std::move(bean));
    };
    if (!wanted.allowsDomain("org.apache.cassandra.db"))
        return beans;
    for (const auto& [keyspaceName, keyspace] : context.schema.current()->keyspaces()) {
        if (keyspace->isVirtual || !wanted.allows("keyspace", keyspaceName))
            continue;
        for (const auto& [tableName, table] : keyspace->tables) {
            add("ColumnFamilies", "columnfamily", keyspaceName, tableName);
            add("Tables", "table", keyspaceName, tableName);
        }
    }
    return beans;
}

} // namespace engine::node
