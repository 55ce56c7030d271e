#pragma once

#include "engine/modeling/cql.h"

#include <map>

/// What differs between a model and what runs, and how to get there.
namespace engine::modeling {

enum class DifferenceKind : std::uint8_t { Same, Create, Alter, Rebuild, Drop };

struct Difference {
    DifferenceKind kind = DifferenceKind::Same;
    ObjectKind object = ObjectKind::Table;
    std::string keyspace;
    std::string name;     ///< "hotels"; empty for a keyspace
    ElementId element{};  ///< in the wanted model, if it came from one
    std::string sentence; ///< "Partition key gains month. Keys cannot be altered: new table, …"
    std::vector<std::string> details; ///< one a changed column, option, field
    bool risky = false;               ///< loses data, rewrites a table, or changes what queries see
};

enum class StepKind : std::uint8_t { SchemaChange, Copy, Verify, Switch, Destructive };
/// "schema change", "copy", "verify", "switch", "destructive".
[[nodiscard]] std::string_view stepKindName(StepKind kind) noexcept;

struct MigrationStep {
    StepKind kind = StepKind::SchemaChange;
    std::string title;   ///< "Create available_rooms_by_hotel_date_v2"
    std::string cql;     ///< what runs, or, for Copy and Verify, the statements it is made of
    std::string note;    ///< "asks first"; may be empty
    std::string warning; ///< "Writes that arrive during …"; may be empty
    std::vector<std::size_t> needs; ///< earlier steps, by index
    std::string keyspace;
    std::string from;                       ///< Copy, Verify, Switch: the old table
    std::string to;                         ///< and the new one
    std::vector<std::string> copiedColumns; ///< Copy: in both tables, by name in the new one
    std::vector<std::pair<std::string, std::string>>
        computedColumns;                     ///< Copy: new column → "month(date)"
    std::vector<std::string> missingColumns; ///< Copy: key columns that nothing gives a value
    bool hasCounters = false;                ///< Copy: nobody else may write meanwhile
    bool refused = false;                    ///< Copy: it cannot be done; `warning` says why
};

struct SchemaDiff {
    std::vector<Difference> differences; ///< creates, alters, rebuilds, drops, then the same
    std::vector<MigrationStep> steps;
    std::vector<std::string> warnings; ///< of the whole script
    /// "keyspace.name" → new name, of tables, views, types and indexes that were rebuilt.
    std::map<std::string, std::string> newNames;
};

struct DiffOptions {
    bool drop = true;                   ///< what is not wanted is dropped; else only told
    std::vector<std::string> keyspaces; ///< compare these; empty: those of the wanted side
};

/// From `live` to `wanted`.
[[nodiscard]] SchemaDiff diffSchemas(const schema::Schema& wanted, const schema::Schema& live,
                                     const DiffOptions& options = {});
/// The same for a model; differences and steps then know its elements and buckets.
[[nodiscard]] Result<SchemaDiff> diffToModel(const Model& wanted, const schema::Schema& live,
                                             const DiffOptions& options = {});
[[nodiscard]] Result<SchemaDiff> diffModels(const Model& wanted, const Model& before,
                                            const DiffOptions& options = {});

/// The model as it is after the migration: what was rebuilt bears its new name, because Cassandra
/// cannot rename a table. The same model if nothing was.
[[nodiscard]] Model withNewNames(const Model& wanted, const SchemaDiff& diff);

/// The steps that need `step`, directly or not: unticking it unticks them.
[[nodiscard]] std::vector<std::size_t> dependents(const SchemaDiff& diff, std::size_t step);
/// The migration as a commented script of the steps in `ticked` (empty: all).
[[nodiscard]] std::string scriptOf(const SchemaDiff& diff,
                                   const std::vector<std::size_t>& ticked = {});

} // namespace engine::modeling
