#include "engine/modeling/advice_rules.h"
#include "engine/modeling/mapping.h"

#include <algorithm>

namespace engine::modeling {

namespace {

constexpr std::size_t kViewsMax = 2;
constexpr std::size_t kTablesAWriteMax = 5;
constexpr std::size_t kTablesMax = 200;

std::string indexedColumn(const std::string& target)
{
    const std::size_t open = target.find('(');
    return open == std::string::npos ? target : target.substr(open + 1, target.size() - open - 2);
}

void adviseIndex(Advising& at, const ModelTable& table, const TableIndex& index)
{
    const std::string column = indexedColumn(index.target);
    const auto of = std::ranges::find(table.columns, column, &TableColumn::name);
    const std::string name = index.name.empty() ? "The index on " + column : "Index " + index.name;
    if (of != table.columns.end()) {
        const double distinct = of->type == "boolean" ? 2 : of->sizing.distinctValues.value_or(0);
        const auto inputs = tableInputs(at.model, table, SizeProfile::Average, at.options);
        const double rows = inputs ? inputs->rows * inputs->partitions : 0;
        if (distinct > 0 && distinct <= 10)
            at.add("index-cardinality", Severity::Warning, table.id,
                   name + " has only " + counted(distinct, "value") + ".",
                   "Each value finds a large share of all rows on every node: reading them "
                   "through the index is slower than a table with that column in its key, and "
                   "one entry of the index becomes very large.")
                .column = of->id;
        else if (distinct > 0 && rows > 1000 && distinct >= 0.9 * rows)
            at.add("index-cardinality", Severity::Warning, table.id,
                   name + " has nearly as many values as there are rows.",
                   "Every query asks every node for at most one row. A table with that column "
                   "as its partition key asks one.")
                .column = of->id;
        if (of->type == "counter")
            at.add("cannot-be-created", Severity::Error, table.id, name + " is on a counter.",
                   "Counters cannot be indexed.")
                .column = of->id;
    }
    const bool sasi = index.kind.find("SASI") != std::string::npos;
    if (!index.kind.empty() && !sasi)
        return;
    Finding& finding = at.add(
        "index-kind", Severity::Info, table.id,
        name + (sasi ? " is a SASI index, which is experimental." : " is of the oldest kind."),
        sasi ? "SASI is off by default and not developed further; storage-attached indexes do "
               "the same with less disk."
             : "A storage-attached index (SAI) takes less disk, is built while SSTables are "
               "written, and can be combined with others in one query.");
    finding.fix = tableFix("Make it a storage-attached index", table.id,
                           [id = index.id](Model&, ModelTable& to) -> Result<void> {
                               for (TableIndex& changed : to.indexes) {
                                   if (changed.id == id) {
                                       changed.kind = "sai";
                                       changed.options.clear();
                                   }
                               }
                               return ok();
                           });
}

Fix tableForQuery(const Advising& at, const Query& query)
{
    const auto mapped = mapQuery(at.model, query);
    if (!mapped)
        return {};
    return {"Make " + mapped->table.name, [id = query.id](const Model& before) -> Result<Model> {
                const Query* asked = findQuery(before, id);
                if (!asked)
                    return Error{ErrorCode::NotFound, "the query is not in the model any more"};
                RW_ASSIGN(MappingResult result, mapQuery(before, *asked));
                Model model = before;
                model.types.insert(model.types.end(), result.types.begin(), result.types.end());
                if (std::ranges::count(result.table.queries, id) == 0)
                    result.table.queries.push_back(id);
                for (ModelTable& other : model.tables)
                    std::erase(other.queries, id);
                model.tables.push_back(std::move(result.table));
                model.lastId = std::max(model.lastId, result.lastId);
                return model;
            }};
}

void adviseQueries(Advising& at)
{
    for (std::size_t i = 0; i < at.coverage.queries.size(); ++i) {
        const Query* query = findQuery(at.model, at.coverage.queries[i]);
        if (!query || at.model.tables.empty())
            continue;
        const auto best = at.coverage.bestTable(i);
        const AnswerKind kind = best ? at.coverage.at(i, *best).kind : AnswerKind::None;
        if (kind == AnswerKind::Key || kind == AnswerKind::Partitions)
            continue;
        const ModelTable* table = best ? findTable(at.model, at.coverage.tables[*best]) : nullptr;
        Finding* finding = nullptr;
        if (kind == AnswerKind::Index)
            finding = &at.add("index-scan", Severity::Warning, query->id,
                              query->label + " is answered by an index and asks every token range.",
                              "Without the partition key, the coordinator asks nodes until it has "
                              "enough: latency and load grow with the cluster. Fine for rare "
                              "queries of few rows; otherwise a table of its own.");
        else if (kind == AnswerKind::Scan && table)
            finding = &at.add("allow-filtering", Severity::Error, query->id,
                              query->label + " needs ALLOW FILTERING on " + table->name + ".",
                              coverageReason(at.model, *query, *table) +
                                  " The server reads rows and throws most of them away: what "
                                  "works with test data times out with real ones.");
        else
            finding = &at.add("unanswered-query", Severity::Error, query->id,
                              query->label + " is answered by no table.",
                              "In query-first modelling each query has a table that answers it "
                              "from one partition.");
        finding->fix = tableForQuery(at, *query);
    }
    for (const ElementId id : at.coverage.unused) {
        const ModelTable* table = findTable(at.model, id);
        if (!table || at.coverage.queries.empty())
            continue;
        Finding& finding =
            at.add("unused-table", Severity::Info, id, "No query needs " + table->name + ".",
                   "Each table costs writes, disk and compaction. Drop it, or add "
                   "the query that it is for.");
        finding.fix = {"Remove " + table->name, [id](const Model& before) -> Result<Model> {
                           Model model = before;
                           std::erase_if(model.tables, [id](const ModelTable& other) {
                               return other.id == id || other.viewOf == id;
                           });
                           return model;
                       }};
    }
}

void adviseWrites(Advising& at)
{
    for (const QueryLoad& load : at.load.queries) {
        const Query* query = findQuery(at.model, load.query);
        if (!query || load.read || load.tables <= kTablesAWriteMax)
            continue;
        at.add("multi-partition-batch", Severity::Warning, query->id,
               query->label + " writes to " + counted(load.tables, "table") +
                   " in different partitions.",
               "A logged batch keeps them equal, but its coordinator writes the whole batch to "
               "two other nodes first and waits for every partition. Keep such batches small, "
               "and never batch for speed.");
    }
}

void adviseKeyspaces(Advising& at)
{
    for (const ModelKeyspace& keyspace : at.model.keyspaces) {
        const auto strategy = keyspace.replication.find("class");
        const bool simple =
            strategy != keyspace.replication.end() && strategy->second.ends_with("SimpleStrategy");
        double fewest = 1e9;
        for (const auto& [name, value] : keyspace.replication) {
            if (name != "class")
                fewest = std::min(fewest, std::atof(value.c_str()));
        }
        if (fewest < 3)
            at.add("replication", Severity::Warning, keyspace.id,
                   "Keyspace " + keyspace.name + " has " + counted(fewest, "replica") + ".",
                   fewest < 2 ? "When its node is down, a row cannot be read or written; when its "
                                "disk is lost, so is the row."
                              : "A quorum of two is two: with one node down, QUORUM fails.");
        if (!simple)
            continue;
        Finding& finding =
            at.add("replication", Severity::Info, keyspace.id,
                   "Keyspace " + keyspace.name + " uses SimpleStrategy.",
                   "It knows neither racks nor datacenters: all replicas may stand in one rack, "
                   "and a second datacenter cannot be added without moving data. It is meant for "
                   "tests.");
        finding.fix = {"Use NetworkTopologyStrategy",
                       [id = keyspace.id](const Model& before) -> Result<Model> {
                           Model model = before;
                           for (ModelKeyspace& changed : model.keyspaces) {
                               if (changed.id != id)
                                   continue;
                               const auto factor = changed.replication.find("replication_factor");
                               const std::string replicas =
                                   factor == changed.replication.end() ? "3" : factor->second;
                               changed.replication = {{"class", "NetworkTopologyStrategy"},
                                                      {"datacenter1", replicas}};
                           }
                           return model;
                       }};
    }
}

} // namespace

void adviseIndexes(Advising& at, const ModelTable& table)
{
    for (const TableIndex& index : table.indexes)
        adviseIndex(at, table, index);
    std::vector<std::string> views;
    for (const ModelTable& other : at.model.tables) {
        if (other.viewOf == table.id)
            views.push_back(other.name);
    }
    if (views.size() > kViewsMax)
        at.add("too-many-views", Severity::Warning, table.id,
               table.name + " has " + counted(static_cast<double>(views.size()), "view") + ".",
               "Each write to the table reads the old row on every replica and writes to every "
               "view before it is acknowledged.");
    if (table.viewOf != ElementId::None)
        at.add("view-experimental", Severity::Info, table.id,
               table.name + " is a materialized view, which Cassandra calls experimental.",
               "Views are off by default. A view can lag behind its table or differ from it after "
               "failures, and only a rebuild mends that. A table that the application writes "
               "itself is safer.");
}

void adviseAccess(Advising& at)
{
    adviseQueries(at);
    adviseWrites(at);
    adviseKeyspaces(at);
    if (at.model.tables.size() > kTablesMax)
        at.add("many-tables", Severity::Warning, ElementId::None,
               "The model has " + counted(static_cast<double>(at.model.tables.size()), "table") +
                   ".",
               "Every table costs memory on every node (about 1 MB, and memtables), and schema "
               "changes get slow. Some hundred tables in a cluster are the practical limit.");
}

} // namespace engine::modeling
