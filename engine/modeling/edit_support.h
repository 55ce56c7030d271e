#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

/// What the files of edits share; not for others.
namespace engine::modeling::editing {

template <class Element>
Element* find(std::vector<Element>& elements, ElementId id)
{
    const auto found = std::ranges::find(elements, id, &Element::id);
    return found == elements.end() ? nullptr : &*found;
}

/// A mutable attribute and the list that it stands in.
struct AttributePlace {
    std::vector<Attribute>* list = nullptr;
    std::size_t index = 0;
    [[nodiscard]] Attribute& operator*() const { return (*list)[index]; }
    explicit operator bool() const { return list != nullptr; }
};
[[nodiscard]] AttributePlace attributeIn(Model& model, ElementId id);

/// The columns of a table in the order of their roles, stable otherwise.
void sortByRole(ModelTable& table);
/// A mutable column and its table.
struct ColumnPlace {
    ModelTable* table = nullptr;
    TableColumn* column = nullptr;
    explicit operator bool() const { return column != nullptr; }
};
[[nodiscard]] ColumnPlace columnIn(Model& model, ElementId id);

/// A name without blanks around it, or Invalid if nothing is left.
[[nodiscard]] Result<std::string> cleanName(std::string_view name);
[[nodiscard]] inline Error gone()
{
    return Error{ErrorCode::NotFound, "That element is no longer in the model."};
}
/// A name as CQL has it: lower case, words joined by "_".
[[nodiscard]] std::string columnName(std::string_view name);

} // namespace engine::modeling::editing
