#pragma once

#include "engine/modeling/cql.h"

/// A schema as a model: reverse engineering.
namespace engine::modeling {

/// The tables, types, indexes and views of these keyspaces (empty: all that are not the system's).
[[nodiscard]] Result<Model> modelOf(const schema::Schema& schema,
                                    const std::vector<std::string>& keyspaces = {});
/// The same of a script of CREATE statements; comments before a table become its comment.
[[nodiscard]] Result<Model> modelOfCql(std::string_view script);

/// A query that a table can serve by its key, recovered from the key alone.
struct ServableQuery {
    ElementId table{};
    std::string question;              ///< "Find rooms given hotel_id and a range of date"
    std::vector<std::string> equality; ///< columns
    std::string range;                 ///< a column, or empty
    std::vector<std::string> order;    ///< "date ASC"
    bool unique = false;               ///< at most one row
    bool byIndex = false;              ///< asks every token range
    std::string cql;
};
/// The whole partition, each range after a prefix, one row, the reversed order, each index.
[[nodiscard]] std::vector<ServableQuery> servableQueries(const Model& model, ElementId table);

/// The model with an entity type a table and the servable queries as queries of the application,
/// so that coverage, advice and workload work on an imported schema. Leaves alone what is there.
[[nodiscard]] Model withRecoveredQueries(const Model& model);

} // namespace engine::modeling
