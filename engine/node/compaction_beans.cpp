#include "engine/node/bean_values.h"
#include "engine/node/compaction_history.h"
#include "engine/ring/replication_strategy.h"
#include "engine/schema/schema_owner.h"
#include "engine/sstable/reader.h"

#include <fmt/format.h>

namespace engine::node {

namespace json = boost::json;

namespace {

using Arguments = json::array;

constexpr std::uint64_t kMebibyte = 1ULL << 20;

json::value optionalElement(const Arguments& arguments, std::size_t index)
{
    return arguments.size() > index ? arguments[index] : json::value();
}

struct CompactionCalls {
    static Task<json::value> cleanup(const BeanContext* c, Arguments arguments)
    {
        const std::string name = stringOf(arguments, 1);
        const auto tables =
            tablesOf(*c->schema.current(), name, stringsOf(optionalElement(arguments, 2)));
        if (!tables)
            co_return tables.error();
        const auto keyspace = c->schema.current()->keyspace(name);
        if (schema::isLocalSystemKeyspace(name))
            co_return javaError("java.lang.RuntimeException", 500,
                                "Cleanup of the system keyspace is neither necessary nor wise");
        const auto owned = ownedRanges(*c, *keyspace);
        if (!owned)
            co_return owned.error();
        // A node that replicates all has nothing to clean.
        if (!owned->has_value())
            co_return json::value(0);
        for (const auto& table : *tables) {
            auto cleaning = c->store.cleanup(table->id(), **owned);
            RW_CO_TRY(co_await cleaning);
        }
        co_return json::value(0);
    }

    static Task<json::value> upgrade(const BeanContext* c, Arguments arguments)
    {
        const auto tables =
            tablesOf(*c->schema.current(), stringOf(arguments, 0),
                     stringsOf(arguments.empty() ? json::value() : arguments.back()));
        if (!tables)
            co_return tables.error();
        for (const auto& table : *tables) {
            auto rewriting = c->store.rewrite(table->id());
            RW_CO_TRY(co_await rewriting);
        }
        co_return json::value(0);
    }

    static Task<json::value> stop(const BeanContext* c, std::string id)
    {
        if (id.empty() || c->store.stopCompactions(id) == 0)
            co_return javaError("java.lang.IllegalArgumentException", 400,
                                fmt::format("no compaction has the id '{}'; see Compactions", id));
        co_return json::value();
    }

    /// `type` as OperationType has it: COMPACTION, CLEANUP, UPGRADE_SSTABLES …
    static Task<json::value> stopType(const BeanContext* c, std::string type)
    {
        static constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
            {"COMPACTION", "Compaction"},
            {"TOMBSTONE_COMPACTION", "Tombstone Compaction"},
            {"USER_DEFINED_COMPACTION", "User Defined Compaction"},
            {"CLEANUP", "Cleanup"},
            {"SCRUB", "Scrub"},
            {"VERIFY", "Verify"},
            {"GARBAGE_COLLECT", "Garbage collect"},
            {"UPGRADE_SSTABLES", "Upgrade sstables"}};
        for (const auto& [name, kind] : kKinds) {
            if (name == type) {
                c->store.stopCompactions(std::string{kind});
                co_return json::value();
            }
        }
        co_return javaError("java.lang.IllegalArgumentException", 400,
                            "No enum constant org.apache.cassandra.db.compaction.OperationType." +
                                type);
    }

    /// File names of Data.db components, with or without folders, separated by commas.
    static Task<json::value> userDefined(const BeanContext* c, Arguments arguments)
    {
        std::map<schema::TableId, std::vector<std::string>> chosen;
        std::string_view rest;
        const std::string files = stringOf(arguments, 0);
        for (rest = files; !rest.empty();) {
            const std::size_t comma = rest.find(',');
            std::string_view path = rest.substr(0, comma);
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
            const std::size_t slash = path.rfind('/');
            const std::string_view name =
                slash == std::string_view::npos ? path : path.substr(slash + 1);
            bool known = false;
            for (const auto& [keyspaceName, keyspace] : c->schema.current()->keyspaces()) {
                for (const auto& [tableName, table] : keyspace->tables) {
                    for (const auto& reader : c->store.sstables(table->id())) {
                        const auto& descriptor = reader->descriptor();
                        const bool inFolder = slash == std::string_view::npos ||
                                              descriptor.folder.ends_with(path.substr(0, slash));
                        if (inFolder && name == descriptor.name() + "-Data.db") {
                            chosen[table->id()].push_back(descriptor.generation);
                            known = true;
                        }
                    }
                }
            }
            if (!known)
                co_return javaError("java.lang.IllegalArgumentException", 400,
                                    fmt::format("{} is no live SSTable of this node", path));
        }
        for (const auto& [table, generations] : chosen) {
            auto compacting = c->store.compactFiles(table, generations);
            RW_CO_TRY(co_await compacting);
        }
        co_return json::value();
    }
};

json::value historyValue(const CompactionHistory& history)
{
    json::object byId;
    for (const auto& record : history.records()) {
        std::string merged;
        for (std::size_t i = 0; i < record.partitionsMerged.size(); ++i) {
            if (record.partitionsMerged[i] > 0)
                merged += fmt::format("{}{}:{}", merged.empty() ? "" : ", ", i + 1,
                                      record.partitionsMerged[i]);
        }
        byId[record.id] =
            json::object{{"id", record.id},
                         {"keyspace_name", record.keyspace},
                         {"columnfamily_name", record.table},
                         {"compacted_at", record.endedAt.millis()},
                         {"bytes_in", record.bytesIn},
                         {"bytes_out", record.bytesOut},
                         {"rows_merged", "{" + merged + "}"},
                         {"compaction_properties", "{compaction_type:" + record.kind + "}"}};
    }
    return byId;
}

} // namespace

Result<std::optional<std::vector<std::pair<std::int64_t, std::int64_t>>>>
ownedRanges(const BeanContext& c, const schema::Keyspace& keyspace)
{
    using Ranges = std::optional<std::vector<std::pair<std::int64_t, std::int64_t>>>;
    RW_ASSIGN(const auto strategy,
              ring::ReplicationStrategy::make(keyspace.name, keyspace.replication));
    const auto state = c.ring.ring();
    const ring::ReplicaMap replicas(state, strategy);
    std::vector<std::pair<std::int64_t, std::int64_t>> owned;
    for (ring::NodeIndex node = 0; node < state->nodes().size(); ++node) {
        if (state->node(node).endpoint != c.local)
            continue;
        const auto ranges = replicas.rangesOf(node);
        if (ranges.size() == state->tokens().size())
            return Ranges{};
        for (const auto& range : ranges)
            owned.emplace_back(range.start.value, range.end.value);
    }
    return Ranges{std::move(owned)};
}

void addCompactionOperations(MBean& storageService, const BeanContext& context)
{
    const BeanContext* c = &context;
    constexpr const char* kStrings = "[Ljava.lang.String;";
    const auto add = [&](const std::string& signature, auto run) {
        storageService.operation(signature, "int", [c, run](Arguments arguments) {
            return run(c, std::move(arguments));
        });
    };
    add(fmt::format("forceKeyspaceCleanup(int,java.lang.String,{})", kStrings),
        CompactionCalls::cleanup);
    add(fmt::format("upgradeSSTables(java.lang.String,boolean,int,{})", kStrings),
        CompactionCalls::upgrade);
    storageService.attribute(
        "CompactionThroughputMbPerSec", "int",
        [c]() -> Result<json::value> {
            return json::value(c->store.compactionThroughput() / kMebibyte);
        },
        [c](const json::value& value) -> Result<void> {
            boost::system::error_code wrong;
            const auto rate = value.to_number<std::int64_t>(wrong);
            if (wrong || rate < 0 || rate > (1LL << 30))
                return javaError("java.lang.IllegalArgumentException", 400,
                                 "CompactionThroughputMbPerSec is a number of MiB/s from 0, "
                                 "which means unlimited");
            c->store.setCompactionThroughput(static_cast<std::uint64_t>(rate) * kMebibyte);
            return ok();
        });
}

MBean compactionManagerBean(const BeanContext& context)
{
    const BeanContext* c = &context;
    auto bean = MBean::named("org.apache.cassandra.db:type=CompactionManager");
    bean.attribute("Compactions", "java.util.List", [c]() -> Result<json::value> {
        json::array all;
        for (const auto& each : c->store.compactions())
            all.push_back(json::object{{"compactionId", each.id},
                                       {"keyspace", each.keyspace},
                                       {"columnfamily", each.table},
                                       {"taskType", each.kind},
                                       {"completed", std::to_string(each.bytesDone)},
                                       {"total", std::to_string(each.bytesTotal)},
                                       {"unit", "bytes"}});
        return json::value(std::move(all));
    });
    bean.attribute("CompactionHistory", "javax.management.openmbean.TabularData",
                   [c]() -> Result<json::value> {
                       return c->compactionHistory == nullptr ? json::value(json::object{})
                                                              : historyValue(*c->compactionHistory);
                   });
    bean.operation("stopCompactionById(java.lang.String)", "void", [c](Arguments arguments) {
        return CompactionCalls::stop(c, stringOf(arguments, 0));
    });
    bean.operation("stopCompaction(java.lang.String)", "void", [c](Arguments arguments) {
        return CompactionCalls::stopType(c, stringOf(arguments, 0));
    });
    bean.operation(
        "forceUserDefinedCompaction(java.lang.String)", "void",
        [c](Arguments arguments) { return CompactionCalls::userDefined(c, std::move(arguments)); });
    return bean;
}

} // namespace engine::node
