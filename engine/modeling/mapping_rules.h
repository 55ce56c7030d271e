#pragma once

#include "engine/modeling/mapping.h"
#include "engine/modeling/mapping_graph.h"

/// Inside the mapper: one query on an index that several queries share. Private to this folder's
/// .cpp files.
namespace engine::modeling {

struct MappedTable {
    MappingResult result;
    std::vector<Term> terms; ///< of result.table's columns, one each; attribute None: a bucket
    std::vector<std::string> names; ///< for the table, best first; all but the last may be taken
    QueryGraph graph;
};

struct MappingWork {
    std::uint32_t lastId = 0; ///< ids after this one are free
    bool steps = true;        ///< make the trace; costs as much as the mapping itself
};

[[nodiscard]] Result<MappedTable> mapOnIndex(const ModelIndex& index, const Query& query,
                                             const MappingOptions& options,
                                             const MappingWork& work);

/// The CQL type of a term's column.
struct TermTypes {
    std::string keyspace;
    std::vector<UserType> fresh; ///< that had to be made
    std::uint32_t lastId = 0;
};
[[nodiscard]] std::string termType(const ModelIndex& index, const Term& term, TermTypes& types);

/// "list<text>" → "text", "map<text, int>" → "text"; empty if it is no collection.
[[nodiscard]] std::string collectionElement(std::string_view type);
[[nodiscard]] bool isCollectionType(std::string_view type);

/// Names of the columns of these terms in a table that finds `finds`, all different.
[[nodiscard]] std::vector<std::string> columnNames(const QueryGraph& graph, ElementId finds,
                                                   const std::vector<Term>& terms,
                                                   const std::vector<bool>& inKey);
/// Names for the table, best first.
[[nodiscard]] std::vector<std::string> tableNames(QueryGraph& graph, const Query& query);

/// How the table is keyed and what it holds, for comparing two queries' answers: in coverage.cpp.
[[nodiscard]] bool answersByKey(const ModelIndex& index, const Query& query,
                                const ModelTable& table, bool allColumns);

} // namespace engine::modeling
