#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The edits of a model, one function each: they take a model and return the changed copy, or one
/// sentence why not (ErrorCode::Invalid, NotFound, AlreadyExists). Names that other elements use
/// are carried along; what hangs on a removed element goes with it. Pure, any thread.
///
/// The element that an add… function makes has the id `before.lastId + 1`.
namespace engine::modeling {

// ---- any element --------------------------------------------------------------------------------

/// A new name for an entity or relationship type, attribute, screen, query (its question), table
/// ("name", within its keyspace), column, user type, keyspace or note (its text). Columns that
/// bear an attribute's name, index targets, buckets, column types that name a user type and the
/// name that a query wants for its table follow.
[[nodiscard]] Result<Model> rename(const Model& before, ElementId id, std::string_view name);
/// Removes the elements and what cannot be without them: attributes and lines of an entity type,
/// indexes and views of a table, search attributes of queries. A query's tables and a table's
/// queries stay.
[[nodiscard]] Result<Model> remove(const Model& before, const std::vector<ElementId>& ids);
/// Moves the centres of elements; others stay.
[[nodiscard]] Result<Model> place(const Model& before, const std::map<ElementId, Point>& centres);
/// Only the elements named (and whole owners' attributes), as a model of its own, for the
/// clipboard. Lines to what is not in it are left out.
[[nodiscard]] Model fragment(const Model& model, const std::vector<ElementId>& ids);
/// The elements of `piece` under new ids, names made unique, moved by `offset`.
[[nodiscard]] Result<Model> paste(const Model& before, const Model& piece, Point offset);
/// "Hotel", else "Hotel 2", … with `separator` before the number: the first name that no entity or
/// relationship type has.
[[nodiscard]] std::string freeTypeName(const Model& model, std::string_view wanted);
[[nodiscard]] std::string freeTableName(const Model& model, std::string_view keyspace,
                                        std::string_view wanted);

// ---- conceptual model ---------------------------------------------------------------------------

[[nodiscard]] Result<Model> addEntity(const Model& before, std::string_view name, Point centre);
/// A relationship type between two or more entity types (one may occur twice), all Many but the
/// first.
[[nodiscard]] Result<Model> addRelationship(const Model& before, std::string_view name,
                                            const std::vector<ElementId>& entities, Point centre);
/// One more line from the relationship type to the entity type.
[[nodiscard]] Result<Model> connect(const Model& before, ElementId relationship, ElementId entity);
/// `owner`: an entity or relationship type, or an attribute, which becomes composite.
[[nodiscard]] Result<Model> addAttribute(const Model& before, ElementId owner,
                                         std::string_view name);
/// IsA; a second subtype of the same supertype joins the hierarchy.
[[nodiscard]] Result<Model> addSubtype(const Model& before, ElementId supertype, ElementId subtype);
/// All fields but `id`, `name` and `parts` of the attribute with this id.
[[nodiscard]] Result<Model> setAttribute(const Model& before, const Attribute& attribute);
/// All fields but `id`, `name` and `attributes`.
[[nodiscard]] Result<Model> setEntity(const Model& before, const EntityType& entity);
/// All fields but `id`, `name` and `attributes`; `ends` name existing entity types, two at least.
[[nodiscard]] Result<Model> setRelationship(const Model& before,
                                            const RelationshipType& relationship);
/// The ends of a relationship type from a few words, end for end in their order: "1:n", "n:m",
/// "1:n 100..410" (so many on average, and at most). Numbers that are not given stay.
[[nodiscard]] Result<Model> setCardinalities(const Model& before, ElementId relationship,
                                             std::string_view words);
[[nodiscard]] Result<Model> setHierarchy(const Model& before, const Hierarchy& hierarchy);
/// Moves an attribute among those of its owner.
[[nodiscard]] Result<Model> reorderAttribute(const Model& before, ElementId attribute, int to);

// ---- workflow -----------------------------------------------------------------------------------

[[nodiscard]] Result<Model> addScreen(const Model& before, std::string_view name, Point centre);
/// The next free label Qn; `from` or `to` may be None.
[[nodiscard]] Result<Model> addQuery(const Model& before, std::string_view question, ElementId from,
                                     ElementId to);
/// All fields but `id`. The label stays unique; attributes and screens exist; no attribute is
/// searched by both equality and range.
[[nodiscard]] Result<Model> setQuery(const Model& before, const Query& query);
/// The name wanted for the table of a query; empty: as the mapping makes it. The table that it has
/// already takes it.
[[nodiscard]] Result<Model> nameTableOf(const Model& before, ElementId query,
                                        std::string_view name);
/// Labels Q1 … Qn in the order of the workflow: entry points first, then what they lead to.
[[nodiscard]] Result<Model> renumberQueries(const Model& before);
[[nodiscard]] Result<Model> addNote(const Model& before, std::string_view diagram,
                                    std::string_view text, Point centre);

// ---- tables -------------------------------------------------------------------------------------

/// Makes the keyspace if it is not there. The table gets a partition key column "id uuid".
[[nodiscard]] Result<Model> addTable(const Model& before, std::string_view keyspace,
                                     std::string_view name, Point centre);
[[nodiscard]] Result<Model> addColumn(const Model& before, ElementId table, std::string_view name,
                                      std::string_view type);
/// The column goes to the end of its new role's columns.
[[nodiscard]] Result<Model> setRole(const Model& before, ElementId column, ColumnRole role,
                                    bool descending);
/// K → C↑ → C↓ → S → (regular) → K; S only where the table has clustering columns. The last
/// partition key column goes nowhere.
[[nodiscard]] Result<Model> cycleRole(const Model& before, ElementId column);
/// Puts the column at `to` of its table's columns (as they were without it); it takes the role of
/// the place where it lands: between two clustering columns it is one.
[[nodiscard]] Result<Model> reorderColumn(const Model& before, ElementId column, int to);
/// All fields but `id`, `name` and `role`.
[[nodiscard]] Result<Model> setColumn(const Model& before, const TableColumn& column);
/// Comment, options, sizing, queries; the rest stays.
[[nodiscard]] Result<Model> setTable(const Model& before, const ModelTable& table);
[[nodiscard]] Result<Model> setTableKeyspace(const Model& before, ElementId table,
                                             std::string_view keyspace);
[[nodiscard]] Result<Model> addIndex(const Model& before, ElementId table, ElementId column);
[[nodiscard]] Result<Model> setKeyspace(const Model& before, const ModelKeyspace& keyspace);
[[nodiscard]] Result<Model> addType(const Model& before, std::string_view keyspace,
                                    std::string_view name, Point centre);
/// The fields of a user type, all at once.
[[nodiscard]] Result<Model> setTypeFields(const Model& before, ElementId type,
                                          std::vector<TypeField> fields);

/// The table that has this column, or nullptr.
[[nodiscard]] const ModelTable* tableOfColumn(const Model& model, ElementId column);
[[nodiscard]] const TableColumn* findColumn(const Model& model, ElementId column);
[[nodiscard]] const UserType* findType(const Model& model, ElementId id);
[[nodiscard]] const Screen* findScreen(const Model& model, ElementId id);
[[nodiscard]] const Note* findNote(const Model& model, ElementId id);

} // namespace engine::modeling
