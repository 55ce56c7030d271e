#pragma once

#include "engine/modeling/schema_diff.h"

#include <functional>
#include <set>

/// What differs between two schemas, before it becomes sentences and steps: internal to
/// schema_diff.
namespace engine::modeling {

/// keyspace and name of something.
using SchemaName = std::pair<std::string, std::string>;

/// New names of what cannot be altered in place.
struct Rebuilds {
    std::map<SchemaName, std::string> types;
    std::map<SchemaName, std::string> tables; ///< and views of rebuilt tables
    std::map<SchemaName, std::string> indexes;
    std::map<SchemaName, std::string> reasons; ///< of types and tables: a sentence
    /// New tables that are there already, as an interrupted migration left them.
    std::set<SchemaName> begun;
};
[[nodiscard]] Rebuilds findRebuilds(const schema::Schema& wanted, const schema::Schema& live,
                                    const std::set<std::string>& keyspaces);

/// The model under the new names.
[[nodiscard]] Model renamed(const Model& model, const Rebuilds& rebuilds);

/// A user type that both sides have.
struct TypeChange {
    std::vector<std::string> added; ///< "zip text"
    std::vector<std::pair<std::string, std::string>> renames;
    std::string impossible; ///< a sentence; then it needs a new type
};
[[nodiscard]] TypeChange compareTypes(const cql::Type& wanted, const cql::Type& live);

/// A table or view that both sides have.
struct TableChange {
    std::vector<std::string> added; ///< "description text", as ALTER TABLE ADD wants it
    std::vector<std::string> dropped;
    std::vector<std::pair<std::string, std::string>> renames; ///< of key columns
    std::vector<std::string> options; ///< "gc_grace_seconds = 3600", as wanted
    std::vector<std::string> details; ///< one sentence a difference
    std::string impossible;           ///< a sentence; then it needs a new table
    std::vector<const schema::Index*> newIndexes;
    std::vector<const schema::Index*> oldIndexes;

    [[nodiscard]] bool altersTable() const
    {
        return !added.empty() || !dropped.empty() || !renames.empty() || !options.empty();
    }
};
[[nodiscard]] TableChange compareTables(const schema::Table& wanted, const schema::Table& live,
                                        bool hasViews);
/// Whether a view must be made anew: other base, key, columns or conditions.
[[nodiscard]] bool viewDiffers(const schema::View& wanted, const schema::View& live);
[[nodiscard]] bool sameIndex(const schema::Index& a, const schema::Index& b);

} // namespace engine::modeling
