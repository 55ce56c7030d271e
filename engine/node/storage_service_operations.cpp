#include "engine/base/file_size.h"
#include "engine/coordination/repair.h"
#include "engine/coordination/ring_change.h"
#include "engine/coordination/trace_service.h"
#include "engine/cql/temporal.h"
#include "engine/node/bean_values.h"
#include "engine/node/node_config.h"
#include "engine/ring/ownership.h"
#include "engine/schema/describe.h"

#include <fmt/format.h>

namespace engine::node {

namespace json = boost::json;

namespace {

using Arguments = json::array;

/// "2026-11-21T00:38:50.849Z", as Java's Instant writes itself.
std::string instantText(WallTime time)
{
    std::string text = cql::formatTimestamp(time.millis());
    text[10] = 'T';
    return text;
}

struct StorageCalls {
    static Task<json::value> flush(const BeanContext* c, Arguments arguments)
    {
        const auto tables =
            tablesOf(*c->schema.current(), stringOf(arguments, 0),
                     stringsOf(arguments.size() > 1 ? arguments[1] : json::value()));
        if (!tables)
            co_return tables.error();
        for (const auto& table : *tables) {
            auto flushing = c->store.flush(table->id());
            RW_CO_TRY(co_await flushing);
        }
        co_return json::value();
    }

    static Task<json::value> compact(const BeanContext* c, Arguments arguments)
    {
        const auto tables =
            tablesOf(*c->schema.current(), stringOf(arguments, 1),
                     stringsOf(arguments.size() > 2 ? arguments[2] : json::value()));
        if (!tables)
            co_return tables.error();
        for (const auto& table : *tables) {
            auto compacting = c->store.compact(table->id());
            RW_CO_TRY(co_await compacting);
        }
        co_return json::value();
    }

    /// Entities are keyspaces or "keyspace.table"; none: every keyspace.
    static Result<std::vector<schema::TablePtr>>
    snapshotTables(const BeanContext& c, const std::vector<std::string>& entities)
    {
        std::vector<schema::TablePtr> all;
        const auto names = entities.empty() ? keyspaceNames(*c.schema.current(), true) : entities;
        for (const auto& entity : names) {
            const auto dot = entity.find('.');
            const std::vector<std::string> table = dot == std::string::npos
                                                       ? std::vector<std::string>{}
                                                       : std::vector{entity.substr(dot + 1)};
            RW_ASSIGN(auto tables, tablesOf(*c.schema.current(), entity.substr(0, dot), table));
            all.insert(all.end(), tables.begin(), tables.end());
        }
        return all;
    }

    /// schema.cql: all that CREATE needs for the table, types first.
    static std::string snapshotSchema(const schema::Keyspace& keyspace, const schema::Table& table)
    {
        std::string text;
        for (const auto& each : schema::describeKeyspaceElements(keyspace, false, true)) {
            if (each.type == "type")
                text += each.createStatement + "\n\n";
        }
        for (const auto& each : schema::describeTableElements(keyspace, table, true))
            text += each.createStatement + "\n\n";
        return text;
    }

    static Task<json::value> snapshot(const BeanContext* c, Arguments arguments)
    {
        const bool withOptions = arguments.size() > 2;
        const std::string tag = stringOf(arguments, 0);
        if (tag.empty())
            co_return javaError("java.io.IOException", 500, "You must supply a snapshot name.");
        const auto tables = snapshotTables(*c, stringsOf(arguments.back()));
        if (!tables)
            co_return tables.error();
        bool flushFirst = true;
        std::optional<Duration> ttl;
        if (withOptions && arguments[1].is_object()) {
            const auto* skip = arguments[1].as_object().if_contains("skipFlush");
            flushFirst = !(skip != nullptr && skip->is_string() && skip->as_string() == "true");
            if (const auto* text = arguments[1].as_object().if_contains("ttl");
                text != nullptr && text->is_string()) {
                const auto given = parseConfigDuration(std::string_view{text->as_string()});
                if (!given)
                    co_return javaError("java.lang.IllegalArgumentException", 400,
                                        "Invalid duration: " + std::string{text->as_string()});
                // As Cassandra's snapshot_min_allowed_ttl_seconds.
                if (*given < std::chrono::seconds{60})
                    co_return javaError("java.lang.IllegalArgumentException", 400,
                                        "ttl for snapshot must be at least 60 seconds");
                ttl = *given;
            }
        }
        // As Cassandra: refuse before anything is linked if any of the tables has it already.
        auto listing = c->store.listSnapshots();
        auto existing = co_await listing;
        if (!existing)
            co_return existing.error();
        for (const auto& each : *existing) {
            for (const auto& table : *tables) {
                if (each.name == tag && each.keyspace == table->keyspace() &&
                    each.table == table->name())
                    co_return javaError("java.io.IOException", 500,
                                        "Snapshot " + tag + " already exists.");
            }
        }
        for (const auto& table : *tables) {
            const std::string cql =
                snapshotSchema(*c->schema.current()->keyspace(table->keyspace()), *table);
            auto saving = c->store.snapshot(table->id(), tag, cql, flushFirst, ttl);
            RW_CO_TRY(co_await saving);
        }
        co_return json::value();
    }

    /// Options: "older_than", a duration, or "older_than_timestamp", a moment of ISO 8601.
    static Result<std::optional<WallTime>> takenBefore(const BeanContext& c,
                                                       const json::value& options)
    {
        if (!options.is_object())
            return std::optional<WallTime>{};
        const auto wrong = [](std::string_view text) {
            return javaError("java.lang.IllegalArgumentException", 400,
                             "older_than is a duration such as 3d or 12h, older_than_timestamp a "
                             "moment such as 2026-11-21T08:00:00Z, not '" +
                                 std::string{text} + "'");
        };
        const auto* age = options.as_object().if_contains("older_than");
        if (age != nullptr && age->is_string()) {
            const auto duration = parseConfigDuration(std::string{age->as_string()});
            if (!duration)
                return wrong(age->as_string());
            WallTime moment = c.runtime.wallNow();
            moment.sinceEpoch -= std::chrono::duration_cast<decltype(moment.sinceEpoch)>(*duration);
            return std::optional{moment};
        }
        const auto* at = options.as_object().if_contains("older_than_timestamp");
        if (at != nullptr && at->is_string()) {
            const auto bytes = cql::Type::native(cql::TypeKind::Timestamp)
                                   ->fromString(std::string{at->as_string()});
            if (!bytes || bytes->size() != 8)
                return wrong(at->as_string());
            WallTime moment;
            moment.sinceEpoch =
                std::chrono::milliseconds{loadBigEndian<std::int64_t>(bytes->data())};
            return std::optional{moment};
        }
        return std::optional<WallTime>{};
    }

    static Task<json::value> clearSnapshot(const BeanContext* c, json::value options,
                                           std::string tag, std::vector<std::string> keyspaces)
    {
        const auto before = takenBefore(*c, options);
        if (!before)
            co_return before.error();
        if (keyspaces.empty())
            keyspaces.emplace_back();
        for (const auto& keyspace : keyspaces) {
            auto clearing = c->store.clearSnapshot(tag, keyspace, *before);
            RW_CO_TRY(co_await clearing);
        }
        co_return json::value();
    }

    static Task<json::value> snapshotDetails(const BeanContext* c)
    {
        auto listing = c->store.listSnapshots();
        auto listed = co_await listing;
        if (!listed)
            co_return listed.error();
        // A TabularData is nested by its index columns; clients walk to the leaves.
        json::object byName;
        for (const auto& each : *listed) {
            json::object leaf{
                {"Snapshot name", each.name},
                {"Keyspace name", each.keyspace},
                {"Column family name", each.table},
                {"True size", formatFileSize(static_cast<double>(each.bytesTrue))},
                {"Size on disk", formatFileSize(static_cast<double>(each.bytesOnDisk))},
                {"Creation time", instantText(each.createdAt)},
                {"Expiration time",
                 each.expiresAt ? json::value(instantText(*each.expiresAt)) : json::value()},
                {"Ephemeral", "false"}};
            auto& name = byName[each.name];
            if (name.is_null())
                name.emplace_object();
            auto& keyspace = name.as_object()[each.keyspace];
            if (keyspace.is_null())
                keyspace.emplace_object();
            keyspace.as_object()[each.table] = std::move(leaf);
        }
        co_return json::value(std::move(byName));
    }

    static Task<json::value> autoCompaction(const BeanContext* c, Arguments arguments, bool enabled)
    {
        const auto tables =
            tablesOf(*c->schema.current(), stringOf(arguments, 0),
                     stringsOf(arguments.size() > 1 ? arguments[1] : json::value()));
        if (!tables)
            co_return tables.error();
        for (const auto& table : *tables)
            c->store.setAutoCompaction(table->id(), enabled);
        co_return json::value();
    }

    static Task<json::value> setTraceProbability(const BeanContext* c, Arguments arguments)
    {
        const json::value given = arguments.empty() ? json::value() : arguments.front();
        const double probability = given.is_string()
                                       ? std::strtod(given.as_string().c_str(), nullptr)
                                   : given.is_number() ? given.to_number<double>()
                                                       : -1.0;
        if (!(probability >= 0.0 && probability <= 1.0))
            co_return javaError("java.lang.IllegalArgumentException", 400,
                                "the trace probability must be from 0 to 1");
        c->coordinator.tracing().setProbability(probability);
        co_return json::value();
    }

    static Task<json::value> decommission(const BeanContext* c, Arguments arguments)
    {
        const bool force = !arguments.empty() && (arguments[0] == json::value(true) ||
                                                  arguments[0] == json::value("true"));
        auto leaving = c->decommission(force);
        const auto left = co_await leaving;
        if (!left)
            co_return javaError("java.lang.UnsupportedOperationException", 500,
                                left.error().detail());
        co_return json::value();
    }

    static Task<json::value> removeNode(const BeanContext* c, Arguments arguments)
    {
        const auto hostId = Uuid::parse(stringOf(arguments, 0));
        if (!hostId)
            co_return javaError("java.lang.UnsupportedOperationException", 500,
                                "'" + stringOf(arguments, 0) + "' is no host id");
        auto removing = c->coordinator.ringChange().removeNode(*hostId);
        const auto removed = co_await removing;
        if (!removed)
            co_return javaError("java.lang.UnsupportedOperationException", 500,
                                removed.error().detail());
        co_return json::value();
    }

    static Task<json::value> drain(const BeanContext* c)
    {
        auto draining = c->drain();
        auto drained = co_await draining;
        if (!drained)
            co_return drained.error();
        co_return json::value();
    }

    static Task<json::value> nativeTransport(const BeanContext* c, bool running)
    {
        if (const auto set = c->setNativeTransport(running); !set)
            co_return set.error();
        co_return json::value();
    }

    static Task<json::value> effectiveOwnership(const BeanContext* c, Arguments arguments,
                                                bool withPort)
    {
        const auto keyspace = c->schema.current()->keyspace(stringOf(arguments, 0));
        if (!keyspace)
            co_return javaError("java.lang.IllegalArgumentException", 400,
                                "The keyspace " + stringOf(arguments, 0) + ", does not exist");
        const auto strategy =
            ring::ReplicationStrategy::make(keyspace->name, keyspace->replication);
        if (!strategy)
            co_return strategy.error();
        const auto ringState = c->ring.ring();
        const ring::ReplicaMap replicas(ringState, *strategy);
        const auto owned = ring::effectiveOwnership(replicas);
        json::object shares;
        for (std::size_t i = 0; i < owned.size(); ++i)
            shares[(withPort ? "" : "/") + endpointText(ringState->nodes()[i].endpoint, withPort)] =
                owned[i];
        co_return json::value(std::move(shares));
    }

    static Task<json::value> naturalEndpoints(const BeanContext* c, Arguments arguments)
    {
        const auto keyspace = c->schema.current()->keyspace(stringOf(arguments, 0));
        const auto table = keyspace ? keyspace->table(stringOf(arguments, 1)) : nullptr;
        if (!table)
            co_return javaError("java.lang.IllegalArgumentException", 400,
                                "Unknown keyspace/cf pair (" + stringOf(arguments, 0) + "." +
                                    stringOf(arguments, 1) + ")");
        // nodetool gives the components of a composite key with ':' between them.
        std::vector<Bytes> values;
        std::string_view rest;
        const std::string text = stringOf(arguments, 2);
        rest = text;
        const auto key = table->partitionKey();
        for (std::size_t i = 0; i < key.size(); ++i) {
            const auto colon = i + 1 < key.size() ? rest.find(':') : std::string_view::npos;
            auto value = key[i]->type->fromString(rest.substr(0, colon));
            if (!value)
                co_return javaError("org.apache.cassandra.serializers.MarshalException", 500,
                                    value.error().detail());
            values.push_back(std::move(*value));
            rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
        }
        const std::vector<ByteView> views(values.begin(), values.end());
        const auto strategy =
            ring::ReplicationStrategy::make(keyspace->name, keyspace->replication);
        if (!strategy)
            co_return strategy.error();
        const auto ringState = c->ring.ring();
        const ring::ReplicaMap replicas(ringState, *strategy);
        json::array endpoints;
        for (const auto node :
             replicas.replicas(ring::murmur3Token(table->makePartitionKey(views))))
            endpoints.emplace_back(ringState->node(node).endpoint.toString());
        co_return json::value(std::move(endpoints));
    }
};

} // namespace

void addStorageServiceOperations(MBean& bean, const BeanContext& c)
{
    constexpr const char* kStrings = "[Ljava.lang.String;";
    const BeanContext* context = &c;
    const auto add = [&](const std::string& signature, const char* returns, auto run) {
        bean.operation(signature, returns, [context, run](Arguments arguments) {
            return run(context, std::move(arguments));
        });
    };
    // The tables of estimates are computed when they are read.
    add("refreshSizeEstimates()", "void",
        [](const BeanContext*, Arguments) -> Task<json::value> { co_return json::value(); });
    add(fmt::format("forceKeyspaceFlush(java.lang.String,{})", kStrings), "void",
        StorageCalls::flush);
    add(fmt::format("forceKeyspaceCompaction(boolean,java.lang.String,{})", kStrings), "void",
        StorageCalls::compact);
    add(fmt::format("takeSnapshot(java.lang.String,{})", kStrings), "void", StorageCalls::snapshot);
    add(fmt::format("takeSnapshot(java.lang.String,java.util.Map,{})", kStrings), "void",
        StorageCalls::snapshot);
    add(fmt::format("clearSnapshot(java.lang.String,{})", kStrings), "void",
        [](const BeanContext* x, Arguments a) {
            return StorageCalls::clearSnapshot(x, {}, stringOf(a, 0),
                                               stringsOf(a.size() > 1 ? a[1] : json::value()));
        });
    add(fmt::format("clearSnapshot(java.util.Map,java.lang.String,{})", kStrings), "void",
        [](const BeanContext* x, Arguments a) {
            return StorageCalls::clearSnapshot(x, a.empty() ? json::value() : a[0], stringOf(a, 1),
                                               stringsOf(a.size() > 2 ? a[2] : json::value()));
        });
    add("getSnapshotDetails(java.util.Map)", "java.util.Map",
        [](const BeanContext* x, Arguments) { return StorageCalls::snapshotDetails(x); });
    add(fmt::format("enableAutoCompaction(java.lang.String,{})", kStrings), "void",
        [](const BeanContext* x, Arguments a) {
            return StorageCalls::autoCompaction(x, std::move(a), true);
        });
    add(fmt::format("disableAutoCompaction(java.lang.String,{})", kStrings), "void",
        [](const BeanContext* x, Arguments a) {
            return StorageCalls::autoCompaction(x, std::move(a), false);
        });
    add("setTraceProbability(double)", "void", [](const BeanContext* x, Arguments a) {
        return StorageCalls::setTraceProbability(x, std::move(a));
    });
    add("decommission(boolean)", "void", StorageCalls::decommission);
    add("removeNode(java.lang.String)", "void", StorageCalls::removeNode);
    add("drain()", "void", [](const BeanContext* x, Arguments) { return StorageCalls::drain(x); });
    add("startNativeTransport()", "void",
        [](const BeanContext* x, Arguments) { return StorageCalls::nativeTransport(x, true); });
    add("stopNativeTransport()", "void",
        [](const BeanContext* x, Arguments) { return StorageCalls::nativeTransport(x, false); });
    add("effectiveOwnership(java.lang.String)", "java.util.Map",
        [](const BeanContext* x, Arguments a) {
            return StorageCalls::effectiveOwnership(x, std::move(a), false);
        });
    add("effectiveOwnershipWithPort(java.lang.String)", "java.util.Map",
        [](const BeanContext* x, Arguments a) {
            return StorageCalls::effectiveOwnership(x, std::move(a), true);
        });
    add("getNaturalEndpointsWithPort(java.lang.String,java.lang.String,java.lang.String)",
        "java.util.List", StorageCalls::naturalEndpoints);
}

} // namespace engine::node
