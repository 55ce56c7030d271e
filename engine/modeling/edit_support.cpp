#include "engine/modeling/edit_support.h"

#include "engine/modeling/edit.h"

namespace engine::modeling {

namespace editing {

AttributePlace attributeIn(Model& model, ElementId id)
{
    const auto among = [id](std::vector<Attribute>& attributes) -> AttributePlace {
        for (std::size_t i = 0; i < attributes.size(); ++i) {
            if (attributes[i].id == id)
                return {&attributes, i};
            for (std::size_t p = 0; p < attributes[i].parts.size(); ++p)
                if (attributes[i].parts[p].id == id)
                    return {&attributes[i].parts, p};
        }
        return {};
    };
    for (EntityType& entity : model.entities)
        if (const AttributePlace place = among(entity.attributes))
            return place;
    for (RelationshipType& relationship : model.relationships)
        if (const AttributePlace place = among(relationship.attributes))
            return place;
    return {};
}

void sortByRole(ModelTable& table)
{
    std::ranges::stable_sort(table.columns, {}, &TableColumn::role);
}

ColumnPlace columnIn(Model& model, ElementId id)
{
    for (ModelTable& table : model.tables)
        if (TableColumn* column = find(table.columns, id))
            return {&table, column};
    return {};
}

Result<std::string> cleanName(std::string_view name)
{
    const auto first = name.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return Error{ErrorCode::Invalid, "A name is needed."};
    const auto last = name.find_last_not_of(" \t\r\n");
    return std::string(name.substr(first, last - first + 1));
}

std::string columnName(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if (letter)
            out += c;
        else if (!out.empty() && out.back() != '_')
            out += '_';
    }
    while (!out.empty() && out.back() == '_')
        out.pop_back();
    return out;
}

} // namespace editing

// ---- looking things up --------------------------------------------------------------------------

const ModelTable* tableOfColumn(const Model& model, ElementId column)
{
    for (const ModelTable& table : model.tables)
        if (std::ranges::find(table.columns, column, &TableColumn::id) != table.columns.end())
            return &table;
    return nullptr;
}

const TableColumn* findColumn(const Model& model, ElementId column)
{
    const ModelTable* table = tableOfColumn(model, column);
    return table ? &*std::ranges::find(table->columns, column, &TableColumn::id) : nullptr;
}

const UserType* findType(const Model& model, ElementId id)
{
    const auto found = std::ranges::find(model.types, id, &UserType::id);
    return found == model.types.end() ? nullptr : &*found;
}

const Screen* findScreen(const Model& model, ElementId id)
{
    const auto found = std::ranges::find(model.screens, id, &Screen::id);
    return found == model.screens.end() ? nullptr : &*found;
}

const Note* findNote(const Model& model, ElementId id)
{
    const auto found = std::ranges::find(model.notes, id, &Note::id);
    return found == model.notes.end() ? nullptr : &*found;
}

std::string freeTypeName(const Model& model, std::string_view wanted)
{
    const auto taken = [&model](std::string_view name) {
        return std::ranges::any_of(model.entities,
                                   [&](const EntityType& e) { return e.name == name; }) ||
               std::ranges::any_of(model.relationships,
                                   [&](const RelationshipType& r) { return r.name == name; });
    };
    std::string name(wanted);
    for (int number = 2; taken(name); ++number)
        name = fmt::format("{} {}", wanted, number);
    return name;
}

std::string freeTableName(const Model& model, std::string_view keyspace, std::string_view wanted)
{
    std::string name(wanted);
    for (int number = 2; findTable(model, keyspace, name); ++number)
        name = fmt::format("{}_{}", wanted, number);
    return name;
}

Result<Model> place(const Model& before, const std::map<ElementId, Point>& centres)
{
    Model model = before;
    for (const auto& [id, centre] : centres)
        model.positions[id] = centre;
    return model;
}

} // namespace engine::modeling
