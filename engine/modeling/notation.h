#pragma once

#include "engine/modeling/model.h"

#include <string>
#include <vector>

/// Chebotko's marks as text, for diagrams and documents.
namespace engine::modeling {

/// One line of a table's box.
struct ColumnNotation {
    std::string name;   ///< with its brackets: "{emails}", "[phones]", "<addresses>", "*address*",
                        ///< "(point)"; a frozen one has its brackets too
    std::string mark;   ///< "K", "C↑", "C↓", "S", "++"; several are joined by a space ("S IDX")
    std::string type;   ///< the CQL type, for the physical diagram
    std::string spoken; ///< the marks in words, for screen readers: "clustering column, descending"
    bool inKey = false; ///< above the line of the box
};

/// `numbered`: clustering columns as "C1↑", "C2↓", where a list lost their order.
[[nodiscard]] ColumnNotation columnNotation(const ModelTable& table, const TableColumn& column,
                                            bool numbered = false);

/// The box of a table, top to bottom.
[[nodiscard]] std::vector<ColumnNotation> tableNotation(const ModelTable& table);

/// "((hotel_id, month), date ↓, room_number ↑)".
[[nodiscard]] std::string keyNotation(const ModelTable& table);

/// "*address*": the title of a type's box.
[[nodiscard]] std::string typeTitle(const UserType& type);

/// "Hotel 1 — has — n Room (weak)": a relationship type in one line.
[[nodiscard]] std::string relationshipNotation(const Model& model,
                                               const RelationshipType& relationship);

/// What each mark means, in the order of a legend.
struct LegendEntry {
    std::string mark;
    std::string meaning;
};
[[nodiscard]] const std::vector<LegendEntry>& notationLegend();

/// The name that a mapping rule has in the literature: "MR1", … "bucket", "by hand".
[[nodiscard]] std::string ruleName(MappingRule rule);

} // namespace engine::modeling
