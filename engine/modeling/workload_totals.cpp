#include "engine/modeling/advice.h"
#include "engine/modeling/mapping_graph.h"
#include "engine/modeling/pair_check.h"

#include <algorithm>

namespace engine::modeling {

namespace {

/// Whether a table holds data of that entity or relationship type beyond being reached by its key:
/// any column of it.
bool holds(const Model& model, const ModelTable& table, ElementId subject)
{
    return std::ranges::any_of(table.columns, [&](const TableColumn& column) {
        const AttributeOwner owner = findAttribute(model, column.attribute);
        return (owner.entity && owner.entity->id == subject) ||
               (owner.relationship && owner.relationship->id == subject);
    });
}

const ModelTable* answering(const Model& model, const Query& query)
{
    for (const ModelTable& table : model.tables) {
        if (std::ranges::count(table.queries, query.id) > 0)
            return &table;
    }
    return nullptr;
}

class LoadSums {
public:
    explicit LoadSums(const Model& model) : m_model(model), m_index(model)
    {
        for (const ModelTable& table : model.tables)
            m_totals.tables.push_back({table.id, 0, 0});
    }

    void read(const Query& query)
    {
        QueryLoad load{query.id, true, query.callsPerSecond, 1, 0};
        m_totals.readsPerSecond += query.callsPerSecond;
        if (const ModelTable* table = answering(m_model, query)) {
            load.tables = 1;
            const PairResult pair = checkPair(m_index, query, TableShape(m_index, *table));
            load.partitions = std::max(1, static_cast<int>(pair.cell.partitions));
            of(*table).readsPerSecond += query.callsPerSecond * load.partitions;
        }
        m_totals.queries.push_back(load);
    }

    void write(const Query& query)
    {
        QueryLoad load{query.id, false, query.callsPerSecond, 0, 0};
        m_totals.writesPerSecond += query.callsPerSecond;
        for (const ModelTable& table : m_model.tables) {
            const bool named = std::ranges::count(table.queries, query.id) > 0;
            if (table.viewOf != ElementId::None ||
                (!named && (query.finds == ElementId::None || !holds(m_model, table, query.finds))))
                continue;
            ++load.tables;
            ++load.partitions;
            of(table).writesPerSecond += query.callsPerSecond;
            for (const ModelTable& view : m_model.tables) {
                if (view.viewOf == table.id)
                    of(view).writesPerSecond += query.callsPerSecond;
            }
            const WriteCost cost = writeCost(m_model, table);
            m_totals.tableWritesPerSecond += query.callsPerSecond * cost.rows;
            m_totals.replicaWritesPerSecond += query.callsPerSecond * cost.replicaRows;
        }
        m_totals.queries.push_back(load);
    }

    WorkloadTotals take()
    {
        if (m_totals.writesPerSecond > 0)
            m_totals.writeAmplification =
                m_totals.replicaWritesPerSecond / m_totals.writesPerSecond;
        return std::move(m_totals);
    }

private:
    TableLoad& of(const ModelTable& table)
    {
        return m_totals.tables[static_cast<std::size_t>(&table - m_model.tables.data())];
    }

    const Model& m_model;
    ModelIndex m_index; ///< one for all queries: making it costs as much as the model is large
    WorkloadTotals m_totals;
};

} // namespace

WriteCost writeCost(const Model& model, const ModelTable& table)
{
    const auto views = std::ranges::count(model.tables, table.id, &ModelTable::viewOf);
    const double rows = 1 + static_cast<double>(table.indexes.size()) + static_cast<double>(views);
    const auto inputs = tableInputs(model, table, SizeProfile::Average);
    return {rows, rows * (inputs ? inputs->replicas : 1)};
}

WorkloadTotals workloadTotals(const Model& model)
{
    LoadSums sums{model};
    for (const Query& query : model.queries) {
        if (query.access == Access::Read)
            sums.read(query);
        else
            sums.write(query);
    }
    return sums.take();
}

} // namespace engine::modeling
