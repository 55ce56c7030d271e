#pragma once

#include "engine/cql/statements.h"
#include "engine/query/binding.h"
#include "engine/query/modify/lone_mutation.h"
#include "engine/query/query_processor.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::query {

/// Something of one request: cleared when that ends, and used again for later ones.
template <class T>
class Lease {
public:
    /// From `free`, to which it comes back.
    explicit Lease(std::vector<std::unique_ptr<T>>& free) : m_free(free)
    {
        if (free.empty()) {
            m_leased = std::make_unique<T>();
            return;
        }
        m_leased = std::move(free.back());
        free.pop_back();
    }
    ~Lease()
    {
        constexpr std::size_t freeMax = 64;
        m_leased->clear();
        if (m_free.size() < freeMax)
            m_free.push_back(std::move(m_leased));
    }
    Lease(const Lease&) = delete;
    [[nodiscard]] T& operator*() noexcept { return *m_leased; }
    [[nodiscard]] T* operator->() noexcept { return m_leased.get(); }

private:
    std::vector<std::unique_ptr<T>>& m_free;
    std::unique_ptr<T> m_leased;
};

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

    [[nodiscard]] Lease<Arena> leaseArena() { return Lease{m_freeArenas}; }
    [[nodiscard]] Lease<LoneMutation> leaseMutation() { return Lease{m_freeMutations}; }

private:
    std::vector<std::unique_ptr<Arena>> m_freeArenas;
    std::vector<std::unique_ptr<LoneMutation>> m_freeMutations;
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
