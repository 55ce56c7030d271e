#include "engine/node/schema_holder.h"

#include "engine/rows/serialization.h"
#include "engine/system/schema_rows.h"
#include "engine/system/system_keyspaces.h"

#include <algorithm>
#include <map>

namespace engine::node {

namespace {

Bytes packMutations(const rows::Mutations& mutations)
{
    Bytes packed;
    ByteWriter out{packed};
    out.unsignedVint(mutations.size());
    for (const rows::Mutation& mutation : mutations) {
        Bytes one;
        rows::writeMutation(mutation, one);
        out.bytesVint(one);
    }
    return packed;
}

Result<rows::Mutations> unpackMutations(ByteView packed)
{
    const rows::TableLookup tables = [](const schema::TableId& id) -> schema::TablePtr {
        for (const auto& table : system::schemaTables())
            if (table->id() == id)
                return table;
        return nullptr;
    };
    ByteReader in{packed};
    const std::uint64_t count = in.unsignedVint();
    rows::Mutations mutations;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        const ByteView one = in.bytesVint();
        if (!in.ok())
            break;
        ByteReader body{one};
        RW_ASSIGN(rows::Mutation mutation, rows::readMutation(body, tables));
        if (!mutation.updates.empty())
            mutations.push_back(std::move(mutation));
    }
    if (!in.ok())
        return Error{ErrorCode::Corrupt, "rows of the schema from another node are cut off"};
    return mutations;
}

/// One mutation a keyspace, so that its rows reach the commit log as one record: a loss of power
/// leaves all of them or none, never a table without its columns.
rows::Mutations oneEachKeyspace(rows::Mutations mutations)
{
    std::map<Bytes, rows::Mutation> byKey;
    for (rows::Mutation& mutation : mutations) {
        rows::Mutation& all = byKey[Bytes{mutation.key()}];
        all.keyspace = std::move(mutation.keyspace);
        for (rows::Partition& update : mutation.updates)
            all.updates.push_back(std::move(update));
    }
    rows::Mutations merged;
    for (auto& [key, mutation] : byKey)
        merged.push_back(std::move(mutation));
    return merged;
}

bool isLocalSystemKey(ByteView keyspace)
{
    return system::localSchema()->keyspace(keyspace) != nullptr;
}

} // namespace

/// Holds the turn of a change until it goes out of scope, also when its task is destroyed.
class SchemaHolder::Turn {
public:
    explicit Turn(SchemaHolder& holder) : m_holder(holder) {}
    Turn(const Turn&) = delete;
    ~Turn() { m_holder.endTurn(); }

private:
    SchemaHolder& m_holder;
};

SchemaHolder::SchemaHolder(Runtime& runtime, storage::LocalStore& store)
    : m_runtime(runtime), m_store(store), m_current(system::initialSchema())
{
}

SchemaHolder::~SchemaHolder() = default;

Task<void> SchemaHolder::waitForTurn()
{
    if (!m_isBusy) {
        m_isBusy = true;
        co_return ok();
    }
    OneShot<void> turn{m_runtime, Priority::Request, "schema turn"};
    m_waiting.push_back(turn.completer());
    co_return co_await turn;
}

void SchemaHolder::endTurn()
{
    if (m_waiting.empty()) {
        m_isBusy = false;
        return;
    }
    auto next = std::move(m_waiting.front());
    m_waiting.pop_front();
    next.complete(ok());
}

Task<rows::Partitions> SchemaHolder::readRows()
{
    rows::Partitions all;
    for (const auto& table : system::schemaTables()) {
        rows::ReadCommand command;
        command.table = table;
        auto reading = readInto(&all, std::move(command));
        RW_CO_TRY(co_await reading);
    }
    co_return all;
}

Task<void> SchemaHolder::readInto(rows::Partitions* all, rows::ReadCommand command)
{
    command.nowSeconds = m_runtime.wallNow().seconds();
    auto reading = m_store.read(std::move(command));
    RW_CO_ASSIGN(storage::LocalRead read, co_await reading);
    for (rows::Partition& partition : read.partitions)
        all->push_back(std::move(partition));
    co_return ok();
}

Task<void> SchemaHolder::applyRows(rows::Mutations mutations)
{
    for (rows::Mutation& mutation : mutations) {
        auto applying = m_store.apply(std::move(mutation));
        RW_CO_TRY(co_await applying);
    }
    co_return ok();
}

Task<rows::Partitions> SchemaHolder::readRowsOf(std::string keyspace, std::set<std::string> names)
{
    rows::Partitions all;
    for (const auto& table : system::schemaTables()) {
        if (!system::isPartOfTable(*table))
            continue;
        rows::ReadCommand command;
        command.table = table;
        command.key = RecycledBytes{keyspace};
        for (const std::string& name : names)
            command.clustering.slices.push_back({{rows::BoundKind::InclusiveStart, {name}},
                                                 {rows::BoundKind::InclusiveEnd, {name}}});
        auto reading = readInto(&all, std::move(command));
        RW_CO_TRY(co_await reading);
    }
    co_return all;
}

/// A change of the schema is durable before anyone hears of it, also under periodic sync
/// (Cassandra flushes the tables of system_schema).
Task<void> SchemaHolder::applyDurably(rows::Mutations mutations)
{
    auto applying = applyRows(std::move(mutations));
    RW_CO_TRY(co_await applying);
    auto syncing = m_store.sync();
    co_return co_await syncing;
}

Task<schema::SchemaPtr> SchemaHolder::readAll()
{
    auto reading = readRows();
    RW_CO_ASSIGN(const rows::Partitions partitions, co_await reading);
    m_digest = {};
    m_digest.add(partitions);
    co_return system::schemaFromRows(partitions, system::localSchema(), m_current);
}

Task<schema::SchemaPtr> SchemaHolder::readTouched(system::TableNames touched)
{
    schema::SchemaPtr next = m_current;
    for (const auto& [keyspace, names] : touched) {
        auto reading = readRowsOf(keyspace, names);
        RW_CO_ASSIGN(const rows::Partitions partitions, co_await reading);
        RW_CO_ASSIGN(next, system::schemaWithTables(next, keyspace, names, partitions));
        for (const std::string& name : names)
            m_digest.forget(keyspace, name);
        m_digest.add(partitions);
    }
    co_return next;
}

Task<void> SchemaHolder::refresh(std::optional<system::TableNames> touched)
{
    // Rows of a keyspace that is not there yet wait for its own.
    const bool isKnown =
        touched && std::all_of(touched->begin(), touched->end(), [this](const auto& entry) {
            return m_current->keyspace(entry.first) != nullptr;
        });
    auto reading = isKnown ? readTouched(std::move(*touched)) : readAll();
    RW_CO_ASSIGN(schema::SchemaPtr next, co_await reading);
    const schema::SchemaPtr before =
        std::exchange(m_current, next->withVersion(m_digest.version()));
    for (const Listener& listener : m_listeners)
        listener(before, m_current);
    co_return ok();
}

Task<void> SchemaHolder::load()
{
    auto reading = readRows();
    RW_CO_ASSIGN(const rows::Partitions found, co_await reading);
    m_hasOnlyOwnRows =
        std::none_of(found.begin(), found.end(), [](const rows::Partition& partition) {
            return !isLocalSystemKey(partition.key());
        });
    // Drivers read the system keyspaces from system_schema like any other. The same rows at every
    // start change nothing, and a newer version of the program brings its own.
    rows::Mutations own;
    for (const auto& [name, keyspace] : system::localSchema()->keyspaces())
        if (!keyspace->isVirtual)
            own.push_back(system::keyspaceRows(*keyspace, WriteTimestamp{0}));
    if (m_hasOnlyOwnRows)
        for (const auto& keyspace : system::distributedKeyspaces())
            own.push_back(system::keyspaceRows(*keyspace, WriteTimestamp{0}));
    auto applying = applyRows(std::move(own));
    RW_CO_TRY(co_await applying);
    auto refreshing = refresh(std::nullopt);
    co_return co_await refreshing;
}

Task<schema::SchemaTransformation> SchemaHolder::change(schema::SchemaTransform transform)
{
    auto waiting = waitForTurn();
    RW_CO_TRY(co_await waiting);
    const Turn turn{*this};
    RW_CO_ASSIGN(schema::SchemaTransformation result, transform(m_current));
    if (result.schema == m_current)
        co_return result;
    // Later changes must win over earlier ones of this node even if its clock went back.
    m_lastMicros = std::max(m_runtime.wallNow().micros(), m_lastMicros + 1);
    auto mutations = system::schemaDifference(
        *m_current, *result.schema, WriteTimestamp{m_lastMicros}, m_runtime.wallNow().seconds());
    Bytes packed = packMutations(mutations);
    auto touched = system::touchedTables(mutations);
    auto applying = applyDurably(std::move(mutations));
    RW_CO_TRY(co_await applying);
    auto refreshing = refresh(std::move(touched));
    RW_CO_TRY(co_await refreshing);
    m_hasOnlyOwnRows = false;
    result.schema = m_current;
    if (m_announce)
        m_announce(std::move(packed));
    co_return result;
}

Task<Bytes> SchemaHolder::all()
{
    auto reading = readRows();
    RW_CO_ASSIGN(rows::Partitions partitions, co_await reading);
    rows::Mutations mutations;
    for (rows::Partition& partition : partitions) {
        if (isLocalSystemKey(partition.key()))
            continue;
        rows::Mutation mutation;
        mutation.keyspace = partition.table()->keyspace();
        mutation.updates.push_back(std::move(partition));
        mutations.push_back(std::move(mutation));
    }
    co_return packMutations(oneEachKeyspace(std::move(mutations)));
}

Task<void> SchemaHolder::merge(Bytes rows)
{
    RW_CO_ASSIGN(rows::Mutations mutations, unpackMutations(rows));
    auto waiting = waitForTurn();
    RW_CO_TRY(co_await waiting);
    const Turn turn{*this};
    std::erase_if(mutations, [](const rows::Mutation& mutation) {
        return mutation.keyspace != "system_schema" || isLocalSystemKey(mutation.key());
    });
    for (const rows::Mutation& mutation : mutations)
        for (const rows::Partition& update : mutation.updates)
            for (const rows::Unfiltered& unfiltered : update.unfiltereds)
                m_lastMicros = std::max(m_lastMicros, unfiltered.row.liveness.timestamp.micros);
    m_hasOnlyOwnRows = m_hasOnlyOwnRows && mutations.empty();
    auto touched = system::touchedTables(mutations);
    auto applying = applyDurably(oneEachKeyspace(std::move(mutations)));
    RW_CO_TRY(co_await applying);
    auto refreshing = refresh(std::move(touched));
    co_return co_await refreshing;
}

} // namespace engine::node
