#pragma once

#include "widgets/designer/diagram_scene.h"

namespace views {

/// Entity and relationship types in Chen's notation.
class ConceptualScene final : public DiagramScene {
    Q_OBJECT
public:
    using DiagramScene::DiagramScene;
    [[nodiscard]] QList<Tool> tools() const override
    {
        return {Tool::Entity, Tool::Relationship, Tool::Attribute, Tool::Hierarchy, Tool::Note};
    }
    /// K, M: an attribute is part of the key, has several values. Shift+A: one more beside it.
    /// W: an entity type is weak, a relationship type identifies one.
    [[nodiscard]] std::vector<DiagramCommand> commands() override;
    [[nodiscard]] QString emptyText() const override;

protected:
    [[nodiscard]] DiagramSpec build(const Model& model) override;
    [[nodiscard]] bool showsFindings() const override { return false; }
    [[nodiscard]] Centres layout(const Model& model) override;
    bool createAt(Tool tool, const QPointF& at) override;
    bool createOn(Tool tool, NodeItem& node) override;
    bool createBetween(Tool tool, NodeItem& from, NodeItem& to) override;
    [[nodiscard]] bool dragsFrom(Tool tool, const NodeItem& node) const override;

private:
    [[nodiscard]] std::vector<DiagramCommand>
    attributeCommands(const engine::modeling::AttributeOwner& owner);
    void addAttributes(DiagramSpec& spec, const Model& model,
                       const std::vector<engine::modeling::Attribute>& attributes, ElementId owner,
                       const QString& ownerName, bool weak, bool parts, const Centres& around);
};

/// Screens and the queries between them.
class WorkflowScene final : public DiagramScene {
    Q_OBJECT
public:
    using DiagramScene::DiagramScene;
    [[nodiscard]] QList<Tool> tools() const override
    {
        return {Tool::Screen, Tool::Query, Tool::Note};
    }
    [[nodiscard]] QString emptyText() const override;

protected:
    [[nodiscard]] DiagramSpec build(const Model& model) override;
    [[nodiscard]] Centres layout(const Model& model) override;
    bool createAt(Tool tool, const QPointF& at) override;
    bool createOn(Tool tool, NodeItem& node) override;
    bool createBetween(Tool tool, NodeItem& from, NodeItem& to) override;
    [[nodiscard]] bool dragsFrom(Tool tool, const NodeItem& node) const override;
};

/// The id of the start circle, which is no element of any model.
inline constexpr ElementId kStartCircle{0xffffffffU};

} // namespace views
