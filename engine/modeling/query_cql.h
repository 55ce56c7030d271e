#pragma once

#include "engine/modeling/model.h"

#include <string>
#include <vector>

/// The statements of an application: each query on its table, each write on all tables that hold a
/// copy. All end with ";" and bind by name (":hotel_id").
namespace engine::modeling {

/// SELECT for a read query on that table. Fails over to ALLOW FILTERING where only that works, with
/// a comment that says so. Bucket columns are bound too, with a comment on how they are made.
[[nodiscard]] std::string selectCql(const Model& model, const Query& query,
                                    const ModelTable& table);

/// A row of that table: INSERT, UPDATE (of all columns outside of the key; counters as +), DELETE.
[[nodiscard]] std::string insertCql(const ModelTable& table);
[[nodiscard]] std::string updateCql(const ModelTable& table);
[[nodiscard]] std::string deleteCql(const ModelTable& table);

/// One attribute and all columns that hold it.
struct DuplicateAttribute {
    ElementId attribute{};
    struct Copy {
        ElementId table{};
        ElementId column{};
        bool inKey = false; ///< changing it means deleting a row and inserting another
    };
    std::vector<Copy> copies;
};

/// Attributes that stand in two tables or more (views excluded: the server keeps them equal).
[[nodiscard]] std::vector<DuplicateAttribute> duplicateMap(const Model& model);

/// How copies are kept equal when an instance of an entity or relationship type is written.
struct WritePlan {
    ElementId of{};                ///< the entity or relationship type
    std::vector<ElementId> tables; ///< that hold its attributes
    double callsPerSecond = 0;     ///< of the write queries that name the type
    double rows = 0;        ///< that one insert writes, with entries of indexes and rows of views
    double replicaRows = 0; ///< the same on all replicas
    std::string insert;     ///< one logged batch, or one statement; counters after an empty line
    std::string update;     ///< of the attributes outside of all keys
    std::string erase;
    std::string advice; ///< what the batch costs, what must be read before, where LWT is due
};

/// Plans for every entity and relationship type that some table holds.
[[nodiscard]] std::vector<WritePlan> writePlans(const Model& model);

/// All statements of a query: the SELECT on its table(s), or for a write query the plan's batch.
[[nodiscard]] std::string queryStatements(const Model& model, const Query& query);

} // namespace engine::modeling
