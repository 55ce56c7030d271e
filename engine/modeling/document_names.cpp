#include "engine/modeling/document_names.h"

namespace engine::modeling {

void DocumentNames::attributes(const std::string& owner, const std::vector<Attribute>& attributes)
{
    for (const Attribute& attribute : attributes) {
        m_names[attribute.id] = owner + "." + attribute.name;
        this->attributes(owner + "." + attribute.name, attribute.parts);
    }
}

DocumentNames::DocumentNames(const Model& model)
{
    for (const EntityType& entity : model.entities) {
        m_names[entity.id] = entity.name;
        attributes(entity.name, entity.attributes);
    }
    for (const RelationshipType& relationship : model.relationships) {
        m_names[relationship.id] = relationship.name;
        attributes(relationship.name, relationship.attributes);
    }
    for (const Screen& screen : model.screens)
        m_names[screen.id] = screen.name;
    for (const Query& query : model.queries)
        m_names[query.id] = query.label;
    for (const ModelTable& table : model.tables)
        m_names[table.id] = table.keyspace + "." + table.name;
    m_names.erase(ElementId::None);
}

} // namespace engine::modeling
