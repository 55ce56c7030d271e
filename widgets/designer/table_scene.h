#pragma once

#include "widgets/designer/diagram_scene.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/mapping.h"
#include "engine/modeling/schema_diff.h"
#endif

#include <map>
#include <optional>

namespace views {

/// Chebotko's diagram: the tables with their keys, the queries that ask them, user types, notes.
/// With types it is the physical diagram.
class TableScene final : public DiagramScene {
    Q_OBJECT
public:
    TableScene(const theme::Theme& theme, studio::DesignContext& context, bool physical,
               QObject* parent);
    [[nodiscard]] QList<Tool> tools() const override
    {
        return {Tool::Table, Tool::Type, Tool::Note, Tool::Query};
    }
    [[nodiscard]] QString emptyText() const override;
    /// What differs from a live schema: badges and marked rows of the physical diagram.
    void setDifferences(const std::vector<engine::modeling::Difference>& differences);
    /// Shows one table as a mapping step left it, with what the step touched marked.
    void showStep(const std::optional<engine::modeling::MappingStep>& step, ElementId realTable);
    /// Sets the physical diagram out as the logical one, with the queries' arrows: on paper there
    /// is more room than beside the CQL.
    void setSpread(bool spread) { m_spread = spread; }
    /// The keyspace that new tables go to: the current table's, else the first.
    [[nodiscard]] std::string keyspaceForNew() const;

protected:
    [[nodiscard]] DiagramSpec build(const Model& model) override;
    [[nodiscard]] Centres layout(const Model& model) override;
    bool createAt(Tool tool, const QPointF& at) override;
    bool createOn(Tool tool, NodeItem& node) override;
    void markClicked(NodeItem& node, int row) override;
    void rowMoved(NodeItem& node, int row, int to) override;

private:
    [[nodiscard]] NodeSpec tableNode(const Model& model, const engine::modeling::ModelTable& table);
    [[nodiscard]] NodeSpec typeNode(const Model& model, const engine::modeling::UserType& type);
    /// The same, from the last time if the table has not changed: measuring its words is slow.
    [[nodiscard]] const NodeSpec& knownTable(const Model& model,
                                             const engine::modeling::ModelTable& table);
    void addArrows(DiagramSpec& spec, const Model& model);
    void addKeyspaces(DiagramSpec& spec, const Model& model);
    /// Where the tables stand when the physical diagram is spread.
    [[nodiscard]] Centres spreadLayout(const Model& model,
                                       const std::map<ElementId, engine::modeling::Point>& sizes);

    struct Known {
        engine::modeling::ModelTable table;
        std::optional<engine::modeling::Light> light;
        bool several = false;
        NodeSpec node;
    };

    bool m_physical;
    bool m_spread = false;
    std::map<ElementId, Known> m_known;
    std::vector<engine::modeling::Difference> m_differences;
    std::optional<engine::modeling::MappingStep> m_step;
    ElementId m_stepTable{};
};

} // namespace views
