#include "engine/modeling/export_document.h"
#include "engine/modeling/coverage.h"
#include "engine/modeling/dictionary_parts.h"
#include "engine/modeling/mapping_graph.h"
#include "engine/modeling/notation.h"
#include "engine/modeling/query_cql.h"

#include <algorithm>

/// The dictionary is made once, as parts (headings, tables, paragraphs), and written twice.
namespace engine::modeling {

namespace {

std::string wholeNumber(double value)
{
    std::string digits = std::to_string(static_cast<long long>(value));
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string attributeNames(const Model& model, const std::vector<ElementId>& ids)
{
    std::string text;
    for (const ElementId id : ids)
        text += (text.empty() ? "" : ", ") + attributePath(model, id);
    return text;
}

std::string attributeKindText(const Attribute& attribute)
{
    switch (attribute.kind) {
    case AttributeKind::Simple:
        return attribute.type;
    case AttributeKind::Composite: {
        std::string parts;
        for (const Attribute& part : attribute.parts)
            parts += (parts.empty() ? "" : ", ") + part.name;
        return "composite (" + parts + ")";
    }
    case AttributeKind::MultiValued:
        return "multi-valued " + attribute.type;
    case AttributeKind::Derived:
        return "derived " + attribute.type;
    }
    return {};
}

class DictionaryMaker {
public:
    DictionaryMaker(const Model& model, const DictionaryOptions& options, DictionaryWriter& writer)
        : m_model(model), m_options(options), m_writer(writer)
    {
    }
    void make();

private:
    void conceptual();
    void queries();
    void coverageTable();
    void tables();
    void table(const ModelTable& table);
    void types();
    void duplicates();
    void attributes(const std::vector<Attribute>& attributes);
    /// A column that says nothing of any row is left out.
    void put(DictionaryTable table);

    const Model& m_model;
    const DictionaryOptions& m_options;
    DictionaryWriter& m_writer;
};

void DictionaryMaker::put(DictionaryTable table)
{
    for (std::size_t i = table.titles.size(); i-- > 0;) {
        const auto at = static_cast<std::ptrdiff_t>(i);
        if (std::ranges::any_of(table.rows, [i](const auto& row) { return !row[i].text.empty(); }))
            continue;
        table.titles.erase(table.titles.begin() + at);
        for (auto& row : table.rows)
            row.erase(row.begin() + at);
    }
    m_writer.table(table);
}

void DictionaryMaker::attributes(const std::vector<Attribute>& attributes)
{
    if (attributes.empty())
        return;
    DictionaryTable grid{{"Attribute", "Key", "Type", "Comment"}, {}};
    for (const Attribute& attribute : attributes)
        grid.rows.push_back({{attribute.name, true},
                             {attribute.key ? "key" : ""},
                             {attributeKindText(attribute), true},
                             {attribute.comment}});
    put(std::move(grid));
}

void DictionaryMaker::conceptual()
{
    m_writer.heading(2, "Entities and relationships");
    for (const EntityType& entity : m_model.entities) {
        m_writer.heading(3, entity.name + (entity.weak ? " (weak)" : ""));
        std::string text = entity.comment;
        if (entity.instances)
            text += (text.empty() ? "" : ". ") + wholeNumber(*entity.instances) + " instances";
        if (!text.empty())
            m_writer.paragraph(text + ".");
        attributes(entity.attributes);
    }
    if (!m_model.relationships.empty()) {
        m_writer.heading(3, "Relationships");
        DictionaryTable grid{{"Relationship", "Attributes", "Comment"}, {}};
        for (const RelationshipType& relationship : m_model.relationships) {
            std::string own;
            for (const Attribute& attribute : relationship.attributes)
                own += (own.empty() ? "" : ", ") + attribute.name + (attribute.key ? " (key)" : "");
            grid.rows.push_back({{relationshipNotation(m_model, relationship)},
                                 {own, true},
                                 {relationship.comment}});
        }
        put(std::move(grid));
    }
    for (const Hierarchy& hierarchy : m_model.hierarchies) {
        std::string subtypes;
        for (const ElementId id : hierarchy.subtypes)
            subtypes += (subtypes.empty() ? "" : ", ") + elementName(m_model, id);
        m_writer.paragraph(subtypes + " IsA " + elementName(m_model, hierarchy.supertype) +
                           (hierarchy.disjoint ? " (disjoint" : " (overlapping") +
                           (hierarchy.covering ? ", covering)." : ")."));
    }
}

void DictionaryMaker::queries()
{
    if (m_model.queries.empty())
        return;
    m_writer.heading(2, "Queries");
    DictionaryTable grid{{"Query", "Question", "Given", "Range, order", "Calls a second", "Table"},
                         {}};
    for (const Query& query : m_model.queries) {
        std::string range = attributeNames(m_model, query.range);
        if (!range.empty())
            range = "range of " + range;
        for (const Ordering& ordering : query.order)
            range += (range.empty() ? "" : ", ") + attributePath(m_model, ordering.attribute) +
                     (ordering.descending ? " ↓" : " ↑");
        std::string made;
        for (const ModelTable& table : m_model.tables) {
            if (std::ranges::find(table.queries, query.id) != table.queries.end())
                made += (made.empty() ? "" : ", ") + table.name;
        }
        grid.rows.push_back({{query.label},
                             {query.question + (query.access == Access::Write ? " (write)" : "")},
                             {attributeNames(m_model, query.equality), true},
                             {range, true},
                             {query.callsPerSecond > 0 ? wholeNumber(query.callsPerSecond) : ""},
                             {made, true}});
    }
    put(std::move(grid));
}

void DictionaryMaker::coverageTable()
{
    const CoverageMatrix matrix = coverage(m_model);
    if (matrix.queries.empty() || matrix.tables.empty())
        return;
    m_writer.heading(2, "Coverage");
    for (std::size_t i = 0; i < matrix.queries.size(); ++i) {
        const std::size_t best = *matrix.bestTable(i);
        const Query& query = *findQuery(m_model, matrix.queries[i]);
        if (matrix.at(i, best).kind == AnswerKind::None)
            m_writer.item("No table answers " + query.label + ".");
        else
            m_writer.item(coverageReason(m_model, query, *findTable(m_model, matrix.tables[best])));
    }
    for (const ElementId id : matrix.unused)
        m_writer.item(elementName(m_model, id) + " answers no query by key or index.");
    m_writer.endItems();
}

void DictionaryMaker::table(const ModelTable& table)
{
    m_writer.heading(3, table.name);
    std::string text = table.comment;
    if (const ModelTable* base = findTable(m_model, table.viewOf))
        text += (text.empty() ? "" : ". ") + std::string("A materialized view of ") + base->name;
    if (!text.empty())
        m_writer.paragraph(text + (text.ends_with('.') ? "" : "."));
    std::string facts = "Keyspace " + table.keyspace + ", primary key " + keyNotation(table) + ".";
    if (m_options.size) {
        if (const std::string size = m_options.size(table); !size.empty())
            facts += " " + size + ".";
    }
    m_writer.paragraph(facts);
    std::vector<std::string> titles{"Column", "Key", "Type"};
    if (m_options.reasons)
        titles.insert(titles.end(), {"Rule", "Why"});
    DictionaryTable grid{titles, {}};
    for (const TableColumn& column : table.columns) {
        const ColumnNotation notation = columnNotation(table, column, true);
        std::vector<DictionaryCell> cells{
            {notation.name, true}, {notation.mark}, {column.type, true}};
        if (m_options.reasons) {
            cells.push_back({ruleName(column.rule)});
            cells.push_back({column.reason + (column.comment.empty() ? "" : " " + column.comment)});
        }
        grid.rows.push_back(cells);
    }
    put(std::move(grid));
    for (const TableIndex& index : table.indexes)
        m_writer.item("Index " + index.name + " on " + index.target + " (" + index.kind + ").");
    for (const auto& [name, value] : table.options)
        m_writer.item(name + " = " + value);
    m_writer.endItems();
    if (!m_options.statements)
        return;
    std::string statements;
    for (const ElementId id : table.queries) {
        if (const Query* query = findQuery(m_model, id); query && query->access == Access::Read)
            statements += (statements.empty() ? "" : "\n\n") + std::string("-- ") + query->label +
                          ": " + query->question + "\n" + selectCql(m_model, *query, table);
    }
    if (!statements.empty())
        m_writer.code(statements);
}

void DictionaryMaker::tables()
{
    if (m_model.tables.empty())
        return;
    m_writer.heading(2, "Tables");
    std::string legend;
    for (const LegendEntry& entry : notationLegend())
        legend += (legend.empty() ? "" : ", ") + entry.mark + " " + entry.meaning;
    m_writer.paragraph(legend + ".");
    for (const ModelTable& each : m_model.tables)
        table(each);
}

void DictionaryMaker::types()
{
    if (m_model.types.empty())
        return;
    m_writer.heading(2, "Types");
    for (const UserType& type : m_model.types) {
        m_writer.heading(3, typeTitle(type));
        DictionaryTable grid{{"Field", "Type"}, {}};
        for (const TypeField& field : type.fields)
            grid.rows.push_back({{field.name, true}, {field.type, true}});
        put(std::move(grid));
    }
}

void DictionaryMaker::duplicates()
{
    const std::vector<DuplicateAttribute> all = duplicateMap(m_model);
    if (all.empty())
        return;
    m_writer.heading(2, "Duplicate data");
    DictionaryTable grid{{"Attribute", "Copies", "Tables"}, {}};
    for (const DuplicateAttribute& each : all) {
        std::string where;
        for (const DuplicateAttribute::Copy& copy : each.copies) {
            const ModelTable* table = findTable(m_model, copy.table);
            where += (where.empty() ? "" : ", ") + table->name + (copy.inKey ? " (key)" : "");
        }
        grid.rows.push_back({{attributePath(m_model, each.attribute), true},
                             {std::to_string(each.copies.size())},
                             {where, true}});
    }
    put(std::move(grid));
    m_writer.heading(3, "How copies are kept equal");
    for (const WritePlan& plan : writePlans(m_model))
        m_writer.item(elementName(m_model, plan.of) + ": " + plan.advice);
    m_writer.endItems();
}

void DictionaryMaker::make()
{
    m_writer.heading(1, m_model.name);
    if (!m_model.comment.empty())
        m_writer.paragraph(m_model.comment);
    m_writer.contents();
    conceptual();
    queries();
    coverageTable();
    tables();
    types();
    duplicates();
}

} // namespace

std::string markdownDictionary(const Model& model, const DictionaryOptions& options)
{
    const auto writer = markdownWriter();
    DictionaryMaker(model, options, *writer).make();
    return writer->finish();
}

std::string htmlDictionary(const Model& model, const DictionaryOptions& options)
{
    const auto writer = htmlWriter(model.name);
    DictionaryMaker(model, options, *writer).make();
    return writer->finish();
}

} // namespace engine::modeling
