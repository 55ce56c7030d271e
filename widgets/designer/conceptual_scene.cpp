#include "widgets/designer/conceptual_scene.h"

#include "engine/modeling/edit.h"
#include "engine/modeling/notation.h"
#include "widgets/designer/free_place.h"
#include "widgets/studio/text.h"

namespace views {

using namespace engine::modeling;
namespace mo = engine::modeling;

namespace {

NodeKind kindOf(const Attribute& attribute)
{
    switch (attribute.kind) {
    case AttributeKind::MultiValued:
        return NodeKind::MultiValuedAttribute;
    case AttributeKind::Derived:
        return NodeKind::DerivedAttribute;
    default:
        return NodeKind::Attribute;
    }
}

/// 1 … n … m: the second and further Many ends of a relationship type are m, p, q.
QString cardinalityText(const RelationshipType& relationship, std::size_t end)
{
    if (relationship.ends[end].cardinality == Cardinality::One)
        return QStringLiteral("1");
    static const char* const kLetters[] = {"n", "m", "p", "q"};
    std::size_t many = 0;
    for (std::size_t i = 0; i < end; ++i)
        many += relationship.ends[i].cardinality == Cardinality::Many ? 1 : 0;
    return QLatin1String(kLetters[std::min<std::size_t>(many, 3)]);
}

bool isEntity(const NodeItem& node)
{
    return node.spec().kind == NodeKind::Entity || node.spec().kind == NodeKind::WeakEntity;
}

bool isRelationship(const NodeItem& node)
{
    return node.spec().kind == NodeKind::Relationship ||
           node.spec().kind == NodeKind::IdentifyingRelationship;
}

} // namespace

QString ConceptualScene::emptyText() const
{
    return tr("Draw an entity (E), connect two with a relationship (R), give them attributes (A).");
}

Centres ConceptualScene::layout(const Model& model)
{
    return layoutConceptual(model);
}

void ConceptualScene::addAttributes(DiagramSpec& spec, const Model& model,
                                    const std::vector<Attribute>& attributes, ElementId owner,
                                    const QString& ownerName, bool weak, bool parts,
                                    const Centres& around)
{
    for (const Attribute& attribute : attributes) {
        NodeSpec node;
        node.id = attribute.id;
        node.kind = kindOf(attribute);
        node.text = studio::text(attribute.name);
        node.underlined = attribute.key;
        node.partial = attribute.key && weak;
        node.isPart = parts;
        node.owner = owner;
        node.size = sizeOfNode(node);
        const auto put = model.positions.find(attribute.id);
        const auto fallback = around.find(attribute.id);
        node.centre = put != model.positions.end() ? QPointF(put->second.x, put->second.y)
                      : fallback != around.end()   ? QPointF(fallback->second.x, fallback->second.y)
                                                   : QPointF();
        node.spoken = attribute.key ? tr("Key attribute %1 of %2, %3")
                                          .arg(node.text, ownerName, studio::text(attribute.type))
                                    : tr("Attribute %1 of %2, %3")
                                          .arg(node.text, ownerName, studio::text(attribute.type));
        spec.nodes.push_back(node);
        EdgeSpec line;
        line.id = attribute.id;
        line.kind = EdgeKind::Attribute;
        line.from = attribute.id;
        line.to = owner;
        spec.edges.push_back(line);
        addAttributes(spec, model, attribute.parts, attribute.id, node.text, weak, true, around);
    }
}

DiagramSpec ConceptualScene::build(const Model& model)
{
    DiagramSpec spec;
    for (const EntityType& entity : model.entities) {
        NodeSpec node;
        node.id = entity.id;
        node.kind = entity.weak ? NodeKind::WeakEntity : NodeKind::Entity;
        node.text = studio::text(entity.name);
        node.size = sizeOfNode(node);
        node.centre = centreOf(model, entity.id);
        node.spoken = (entity.weak ? tr("Weak entity type %1, %n attribute(s)", nullptr,
                                        static_cast<int>(entity.attributes.size()))
                                   : tr("Entity type %1, %n attribute(s)", nullptr,
                                        static_cast<int>(entity.attributes.size())))
                          .arg(node.text);
        const Centres around =
            layoutAttributes(entity.attributes, {node.centre.x(), node.centre.y()});
        spec.nodes.push_back(node);
        addAttributes(spec, model, entity.attributes, entity.id, node.text, entity.weak, false,
                      around);
    }
    for (const RelationshipType& relationship : model.relationships) {
        NodeSpec node;
        node.id = relationship.id;
        node.kind =
            relationship.identifying ? NodeKind::IdentifyingRelationship : NodeKind::Relationship;
        node.text = studio::text(relationship.name);
        node.size = sizeOfNode(node);
        node.centre = centreOf(model, relationship.id);
        node.spoken =
            tr("Relationship type %1").arg(studio::text(relationshipNotation(model, relationship)));
        const Centres around =
            layoutAttributes(relationship.attributes, {node.centre.x(), node.centre.y()});
        spec.nodes.push_back(node);
        addAttributes(spec, model, relationship.attributes, relationship.id, node.text, false,
                      false, around);
        for (std::size_t i = 0; i < relationship.ends.size(); ++i) {
            EdgeSpec line;
            line.id = relationship.id;
            line.index = static_cast<int>(i);
            line.kind = EdgeKind::Chen;
            line.from = relationship.id;
            line.to = relationship.ends[i].entity;
            line.label = cardinalityText(relationship, i);
            line.doubled = relationship.ends[i].total;
            line.slotCount = static_cast<int>(std::ranges::count(
                relationship.ends, relationship.ends[i].entity, &Participation::entity));
            spec.edges.push_back(line);
        }
    }
    for (const Hierarchy& hierarchy : model.hierarchies) {
        NodeSpec node;
        node.id = hierarchy.id;
        node.kind = NodeKind::Hierarchy;
        node.text = QStringLiteral("IsA");
        node.size = sizeOfNode(node);
        node.centre = centreOf(model, hierarchy.id);
        node.spoken =
            tr("Hierarchy below %1").arg(studio::text(elementName(model, hierarchy.supertype)));
        spec.nodes.push_back(node);
        int index = 0;
        EdgeSpec up;
        up.id = hierarchy.id;
        up.kind = EdgeKind::Chen;
        up.from = hierarchy.id;
        up.to = hierarchy.supertype;
        up.index = index++;
        up.doubled = hierarchy.covering;
        up.label = hierarchy.disjoint ? QStringLiteral("d") : QStringLiteral("o");
        spec.edges.push_back(up);
        for (const ElementId subtype : hierarchy.subtypes) {
            EdgeSpec down;
            down.id = hierarchy.id;
            down.kind = EdgeKind::Attribute;
            down.from = hierarchy.id;
            down.to = subtype;
            down.index = index++;
            spec.edges.push_back(down);
        }
    }
    for (const Note& note : model.notes)
        if (note.diagram == "conceptual") {
            NodeSpec node;
            node.id = note.id;
            node.kind = NodeKind::Note;
            node.text = studio::text(note.text);
            node.badge = tr("Note");
            node.size = sizeOfNode(node);
            node.centre = centreOf(model, note.id);
            spec.nodes.push_back(node);
        }
    clearAttributes(spec,
                    [&model](std::uint32_t id) { return model.positions.contains(ElementId{id}); });
    return spec;
}

bool ConceptualScene::createAt(Tool tool, const QPointF& at)
{
    const Point centre = freeCentre(tool == Tool::Note ? NodeKind::Note : NodeKind::Entity, at);
    if (tool == Tool::Entity)
        return create(tr("Add entity"), [centre](const Model& model) {
            return addEntity(model, freeTypeName(model, "Entity"), centre);
        });
    if (tool == Tool::Note)
        return create(tr("Add note"), [centre](const Model& model) {
            return addNote(model, "conceptual", "Text", centre);
        });
    if (tool == Tool::Relationship)
        emit context().messageArrived(tr("Drag from one entity to another."));
    if (tool == Tool::Attribute)
        emit context().messageArrived(tr("Click the entity or relationship that has it."));
    if (tool == Tool::Hierarchy)
        emit context().messageArrived(tr("Drag from the supertype to the subtype."));
    return false;
}

bool ConceptualScene::createOn(Tool tool, NodeItem& node)
{
    const ElementId id = node.spec().id;
    if (tool != Tool::Attribute || node.spec().kind == NodeKind::Hierarchy ||
        node.spec().kind == NodeKind::Note)
        return false;
    return create(tr("Add attribute"), [id](const Model& model) -> engine::Result<Model> {
        // The first name that is free.
        engine::Result<Model> made = addAttribute(model, id, "attribute");
        for (int number = 2;
             !made && made.error().code() == engine::ErrorCode::AlreadyExists && number < 1000;
             ++number)
            made = addAttribute(model, id, "attribute_" + std::to_string(number));
        return made;
    });
}

std::vector<DiagramCommand> ConceptualScene::attributeCommands(const AttributeOwner& owner)
{
    const mo::Attribute attribute = *owner.attribute;
    const auto change = [this](const QString& text, const mo::Attribute& changed) {
        context().edit(text,
                       [changed](const Model& model) { return setAttribute(model, changed); });
    };
    std::vector<DiagramCommand> out;
    out.push_back({tr("Part of the key"), Qt::Key_K,
                   [=] {
                       mo::Attribute changed = attribute;
                       changed.key = !changed.key;
                       change(tr("Change key"), changed);
                   },
                   attribute.key});
    const bool many = attribute.kind == AttributeKind::MultiValued;
    if (attribute.kind != AttributeKind::Composite)
        out.push_back({tr("Has several values"), Qt::Key_M,
                       [=] {
                           mo::Attribute changed = attribute;
                           changed.kind = many ? AttributeKind::Simple : AttributeKind::MultiValued;
                           change(tr("Change attribute"), changed);
                       },
                       many});
    const ElementId whose = owner.composite ? owner.composite->id
                            : owner.entity  ? owner.entity->id
                                            : owner.relationship->id;
    const auto addTo = [this](ElementId id) {
        if (NodeItem* box = node(id))
            createOn(Tool::Attribute, *box);
    };
    out.push_back({tr("Another attribute"), Qt::SHIFT | Qt::Key_A, [=] { addTo(whose); }, {}});
    if (!owner.composite)
        out.push_back(
            {tr("Add a part"), Qt::Key_A, [=, id = attribute.id] { addTo(id); }, std::nullopt});
    return out;
}

std::vector<DiagramCommand> ConceptualScene::commands()
{
    const ElementId id = context().current();
    if (const AttributeOwner owner = findAttribute(context().model(), id); owner.attribute)
        return attributeCommands(owner);
    const EntityType* entity = findEntity(context().model(), id);
    const RelationshipType* relationship = findRelationship(context().model(), id);
    if ((!entity && !relationship) || context().selection().size() != 1)
        return {};
    std::vector<DiagramCommand> out;
    out.push_back({tr("Add attribute"),
                   Qt::Key_A,
                   [this, id] {
                       if (NodeItem* box = node(id))
                           createOn(Tool::Attribute, *box);
                   },
                   {}});
    if (entity)
        out.push_back({tr("Weak: its key needs its owner's"), Qt::Key_W,
                       [this, changed = *entity]() mutable {
                           changed.weak = !changed.weak;
                           context().edit(tr("Weak entity"), [changed](const Model& model) {
                               return setEntity(model, changed);
                           });
                       },
                       entity->weak});
    else
        out.push_back({tr("Identifying: gives a weak entity its owner"), Qt::Key_W,
                       [this, changed = *relationship]() mutable {
                           changed.identifying = !changed.identifying;
                           context().edit(tr("Identifying relationship"),
                                          [changed](const Model& model) {
                                              return setRelationship(model, changed);
                                          });
                       },
                       relationship->identifying});
    return out;
}

bool ConceptualScene::createBetween(Tool tool, NodeItem& from, NodeItem& to)
{
    const ElementId a = from.spec().id;
    const ElementId b = to.spec().id;
    if (tool == Tool::Hierarchy && isEntity(from) && isEntity(to)) {
        const Point middle = freeCentre(NodeKind::Hierarchy, (from.pos() + to.pos()) / 2);
        return context().edit(tr("Add subtype"),
                              [a, b, middle](const Model& before) -> engine::Result<Model> {
                                  RW_ASSIGN(Model model, addSubtype(before, a, b));
                                  if (model.hierarchies.size() > before.hierarchies.size())
                                      model.positions[model.hierarchies.back().id] = middle;
                                  return model;
                              });
    }
    if (tool != Tool::Relationship)
        return false;
    if (isRelationship(from) && isEntity(to))
        return context().edit(tr("Connect"),
                              [a, b](const Model& model) { return mo::connect(model, a, b); });
    if (isEntity(from) && isRelationship(to))
        return context().edit(tr("Connect"),
                              [a, b](const Model& model) { return mo::connect(model, b, a); });
    if (!isEntity(from) || !isEntity(to))
        return false;
    const Point middle =
        freeCentre(NodeKind::Relationship,
                   (from.pos() + to.pos()) / 2 + (a == b ? QPointF(0, 110) : QPointF()));
    return create(tr("Add relationship"), [a, b, middle](const Model& model) {
        return addRelationship(model, freeTypeName(model, "relates"), {a, b}, middle);
    });
}

bool ConceptualScene::dragsFrom(Tool tool, const NodeItem& node) const
{
    if (tool == Tool::Hierarchy)
        return isEntity(node);
    return tool == Tool::Relationship && (isEntity(node) || isRelationship(node));
}

// ---- workflow -----------------------------------------------------------------------------------

QString WorkflowScene::emptyText() const
{
    return tr("Draw a screen of the application (S), then the queries that lead to it (Q).");
}

Centres WorkflowScene::layout(const Model& model)
{
    return layoutWorkflow(model);
}

DiagramSpec WorkflowScene::build(const Model& model)
{
    DiagramSpec spec;
    QRectF all;
    for (const Screen& screen : model.screens) {
        NodeSpec node;
        node.id = screen.id;
        node.kind = NodeKind::Screen;
        node.text = studio::text(screen.name);
        node.size = sizeOfNode(node);
        node.centre = centreOf(model, screen.id);
        node.spoken = tr("Screen %1").arg(node.text);
        all |= node.rect();
        spec.nodes.push_back(node);
    }
    if (!model.screens.empty() || !model.queries.empty()) {
        NodeSpec start;
        start.id = kStartCircle;
        start.kind = NodeKind::Start;
        start.text = tr("Start");
        start.size = sizeOfNode(start);
        start.centre = all.isNull() ? QPointF(0, 0) : QPointF(all.left() - 110, all.center().y());
        start.spoken = tr("Start of the application");
        spec.nodes.push_back(start);
    }
    std::map<std::pair<ElementId, ElementId>, int> counts;
    for (const mo::Query& query : model.queries)
        ++counts[{query.from, query.to}];
    std::map<std::pair<ElementId, ElementId>, int> seen;
    const auto& findings = context().findings();
    for (const mo::Query& query : model.queries) {
        EdgeSpec line;
        line.id = query.id;
        line.kind = EdgeKind::Flow;
        line.from = query.from == ElementId::None ? kStartCircle : query.from;
        // What leads nowhere else comes back to the screen that asks.
        line.to = query.to == ElementId::None ? query.from : query.to;
        line.label = studio::text(query.label);
        line.slot = seen[{query.from, query.to}]++;
        line.slotCount = counts[{query.from, query.to}];
        const AnswerKind kind = findings->answerOf(query.id);
        line.warning = !model.tables.empty() && query.access == Access::Read &&
                       (kind == AnswerKind::Index || kind == AnswerKind::Scan);
        spec.edges.push_back(line);
    }
    for (const Note& note : model.notes)
        if (note.diagram == "workflow") {
            NodeSpec node;
            node.id = note.id;
            node.kind = NodeKind::Note;
            node.text = studio::text(note.text);
            node.badge = tr("Note");
            node.size = sizeOfNode(node);
            node.centre = centreOf(model, note.id);
            spec.nodes.push_back(node);
        }
    return spec;
}

bool WorkflowScene::createAt(Tool tool, const QPointF& at)
{
    const Point centre = freeCentre(tool == Tool::Note ? NodeKind::Note : NodeKind::Screen, at);
    if (tool == Tool::Screen)
        return create(tr("Add screen"),
                      [centre](const Model& model) { return addScreen(model, "Screen", centre); });
    if (tool == Tool::Note)
        return create(tr("Add note"), [centre](const Model& model) {
            return addNote(model, "workflow", "Text", centre);
        });
    if (tool == Tool::Query)
        emit context().messageArrived(tr("Drag from a screen, or from Start, to a screen."));
    return false;
}

bool WorkflowScene::createOn(Tool tool, NodeItem& node)
{
    // A click on a screen makes an entry point of it.
    if (tool != Tool::Query || node.spec().kind != NodeKind::Screen)
        return false;
    const ElementId to = node.spec().id;
    const std::string question = node.spec().text.toStdString();
    return create(
        tr("Add query"),
        [to, question](const Model& model) {
            return addQuery(model, question, ElementId::None, to);
        },
        false);
}

bool WorkflowScene::createBetween(Tool tool, NodeItem& from, NodeItem& to)
{
    if (tool != Tool::Query || to.spec().kind != NodeKind::Screen)
        return false;
    const ElementId a = from.spec().kind == NodeKind::Start ? ElementId::None : from.spec().id;
    const ElementId b = to.spec().id;
    const std::string question = to.spec().text.toStdString();
    return create(
        tr("Add query"),
        [a, b, question](const Model& model) { return addQuery(model, question, a, b); }, false);
}

bool WorkflowScene::dragsFrom(Tool tool, const NodeItem& node) const
{
    return tool == Tool::Query &&
           (node.spec().kind == NodeKind::Screen || node.spec().kind == NodeKind::Start);
}

} // namespace views
