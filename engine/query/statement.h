#pragma once

#include "engine/cql/statements.h"
#include "engine/query/binding.h"
#include "engine/query/query_processor.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::query {

/// The parts of the node that executing statements works with. One a QueryProcessor.
class Environment {
public:
    Environment(Runtime& runtimeOf, coordination::Coordinator& coordinatorOf,
                schema::SchemaOwner& schemaOwnerOf, VirtualTables* virtualTablesOf,
                QuerySettings settingsOf);

    Runtime& runtime;
    coordination::Coordinator& coordinator;
    schema::SchemaOwner& schemaOwner;
    VirtualTables* virtualTables;
    QuerySettings settings;

    /// A write timestamp greater than all before, at least `now`; fails as the setting.
    [[nodiscard]] Result<WriteTimestamp> nextTimestamp(WallTime now);
    [[nodiscard]] TimeUuidClock& timeUuids() noexcept { return m_timeUuids; }

    /// As the setting guardWrite wants it.
    [[nodiscard]] Result<void> guardWrite(std::span<const rows::Mutation> mutations,
                                          std::vector<std::string>& warnings) const
    {
        return settings.guardWrite ? settings.guardWrite(mutations, warnings) : ok();
    }

    /// Reads from virtual tables or through the coordinator.
    [[nodiscard]] Task<coordination::ReadOutcome> read(rows::ReadCommand command,
                                                       coordination::RequestOptions options);

    /// Memory of one request, given back when it ends and used again for later ones.
    class ArenaLease {
    public:
        explicit ArenaLease(Environment& environment);
        ~ArenaLease();
        ArenaLease(const ArenaLease&) = delete;
        [[nodiscard]] Arena& operator*() noexcept { return *m_arena; }

    private:
        Environment& m_environment;
        std::unique_ptr<Arena> m_arena;
    };

private:
    std::vector<std::unique_ptr<Arena>> m_freeArenas;
    std::int64_t m_lastTimestamp = 0;
    TimeUuidClock m_timeUuids;
};

[[nodiscard]] coordination::RequestOptions requestOptions(const RequestContext& request);
/// `writes`: takes a timestamp if the request brings none.
[[nodiscard]] BindContext bindContext(Environment& environment, Arena& arena,
                                      const RequestContext& request, bool writes);

/// What a statement's text means against the schema it was prepared with. Immutable; its terms
/// view its own arena and text.
class PreparedStatement {
public:
    PreparedStatement(std::string text, std::unique_ptr<Arena> arena)
        : m_text(std::move(text)), m_arena(std::move(arena))
    {
    }
    virtual ~PreparedStatement() = default;
    PreparedStatement(const PreparedStatement&) = delete;

    /// Values of `request` are by position. The statement outlives the task.
    [[nodiscard]] virtual Task<QueryResult> execute(Environment& environment,
                                                    RequestContext request) const = 0;
    /// Columns of its rows; nullptr if it returns none.
    [[nodiscard]] virtual protocol::ColumnSpecsPtr resultColumns() const { return nullptr; }

    [[nodiscard]] const std::string& text() const noexcept { return m_text; }
    [[nodiscard]] std::span<const protocol::ColumnSpec> markers() const noexcept
    {
        return m_markers;
    }
    [[nodiscard]] std::span<const std::uint16_t> partitionKeyMarkers() const noexcept
    {
        return m_partitionKeyMarkers;
    }
    /// The table it was prepared against; nullptr if it is of none.
    [[nodiscard]] const schema::TablePtr& table() const noexcept { return m_table; }
    /// Whether what it means depends on more than its table (batches, definitions).
    [[nodiscard]] bool isFullyQualified() const noexcept { return m_isFullyQualified; }
    [[nodiscard]] const std::string& keyspace() const noexcept { return m_keyspace; }

protected:
    friend class StatementPreparer;
    std::string m_text;
    std::unique_ptr<Arena> m_arena;
    std::vector<protocol::ColumnSpec> m_markers;
    std::vector<std::uint16_t> m_partitionKeyMarkers;
    schema::TablePtr m_table;
    std::string m_keyspace; ///< of the session when it was prepared
    bool m_isFullyQualified = false;
};

/// Prepares one statement. `text` is copied. Fails in Cassandra's words.
[[nodiscard]] Result<PreparedStatementPtr> prepareStatement(std::string_view text,
                                                            std::string_view sessionKeyspace,
                                                            const schema::Schema& schema);

/// Finds the table that a statement names: Invalid if it, its keyspace or any keyspace is missing.
[[nodiscard]] Result<schema::TablePtr> findTable(const cql::QualifiedName& name,
                                                 std::string_view sessionKeyspace,
                                                 const schema::Schema& schema);
/// A task that fails, for functions that begin one only if all is well.
[[nodiscard]] Task<QueryResult> failed(Error error);
/// "… is not supported by this version of Ringwright yet"
[[nodiscard]] Error notSupportedYet(std::string what);

} // namespace engine::query
