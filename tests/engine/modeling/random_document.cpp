#include "tests/engine/modeling/random_model.h"

#include <array>

using namespace engine::modeling;

namespace tests {

namespace {

// A field more in one of these must be written, read and filled here.
static_assert(sizeof(Model) == 360 && sizeof(EntityType) == 120 &&
              sizeof(RelationshipType) == 128 && sizeof(Attribute) == 136 &&
              sizeof(Participation) == 72 && sizeof(Query) == 384 && sizeof(ModelTable) == 496 &&
              sizeof(TableColumn) == 288 && sizeof(ColumnSizing) == 104 &&
              sizeof(TableSizing) == 264 && sizeof(TableIndex) == 152 && sizeof(UserType) == 104);

class DocumentDice {
public:
    explicit DocumentDice(std::uint64_t seed) : m_dice(seed) {}
    Model make();

private:
    std::string anyText(bool lines)
    {
        static const std::array<std::string, 22> kPieces{"room", " ",  "true", "null",
                                                         "42",   "é",  "日本", "\"",
                                                         "\\",   ": ", " #",   "'",
                                                         "- ",   "\t", "\x01", "\xC2\x85",
                                                         "{",    "}]", "1e9",  "\xF0\x9F\x8F\xA8",
                                                         ",",    "|"};
        std::string text;
        for (std::size_t i = m_dice.below(6); i > 0; --i)
            text += kPieces[m_dice.below(kPieces.size())];
        if (lines && m_dice.oneIn(3)) {
            for (std::size_t i = m_dice.below(4); i > 0; --i)
                text += (m_dice.oneIn(3) ? "\n\n" : "\nline ") + anyText(false);
        }
        return text;
    }
    /// Unique and not empty.
    std::string name() { return anyText(false) + "n" + std::to_string(++m_names) + anyText(false); }
    std::optional<double> number()
    {
        switch (m_dice.below(5)) {
        case 0:
            return std::nullopt;
        case 1:
            return static_cast<double>(m_dice.below(100000));
        case 2:
            return static_cast<double>(m_dice.next() >> 11U) / 9007199254740992.0;
        case 3:
            return -1e300 / (1.0 + static_cast<double>(m_dice.below(9)));
        default:
            return 1.0 / (1.0 + static_cast<double>(m_dice.below(97)));
        }
    }
    void position(ElementId id)
    {
        if (m_dice.oneIn(2))
            m_model.positions[id] = {number().value_or(0), number().value_or(-2.5)};
    }
    std::map<std::string, std::string> stringMap()
    {
        std::map<std::string, std::string> map;
        for (std::size_t i = m_dice.below(3); i > 0; --i)
            map[name()] = anyText(true);
        return map;
    }
    std::vector<Attribute> attributes(bool parts)
    {
        std::vector<Attribute> list;
        for (std::size_t i = m_dice.below(4); i > 0; --i) {
            Attribute attribute{.id = m_model.newId(), .name = name()};
            attribute.kind = static_cast<AttributeKind>(m_dice.below(4));
            attribute.key = m_dice.oneIn(3);
            if (m_dice.oneIn(2))
                attribute.type = "map<text, frozen<list<int>>>";
            attribute.comment = anyText(true);
            position(attribute.id);
            m_attributes.push_back(attribute.id);
            if (parts && m_dice.oneIn(3))
                attribute.parts = attributes(false);
            list.push_back(std::move(attribute));
        }
        return list;
    }
    std::vector<ElementId> some(const std::vector<ElementId>& from)
    {
        std::vector<ElementId> list;
        for (std::size_t i = from.empty() ? 0 : m_dice.below(4); i > 0; --i)
            list.push_back(from[m_dice.below(from.size())]);
        return list;
    }
    ElementId one(const std::vector<ElementId>& from)
    {
        return from.empty() || m_dice.oneIn(3) ? ElementId::None : from[m_dice.below(from.size())];
    }
    void conceptual();
    void query();
    void table();

    Dice m_dice;
    Model m_model;
    unsigned m_names = 0;
    std::vector<ElementId> m_entities;
    std::vector<ElementId> m_types; ///< entity and relationship types
    std::vector<ElementId> m_attributes;
    std::vector<ElementId> m_screens;
    std::vector<ElementId> m_queries;
    std::vector<ElementId> m_tables;
};

void DocumentDice::conceptual()
{
    for (std::size_t i = m_dice.below(4); i > 0; --i) {
        EntityType entity{.id = m_model.newId(), .name = name(), .weak = m_dice.oneIn(2)};
        position(entity.id);
        entity.instances = number();
        entity.comment = anyText(true);
        entity.attributes = attributes(true);
        m_entities.push_back(entity.id);
        m_types.push_back(entity.id);
        m_model.entities.push_back(std::move(entity));
    }
    for (std::size_t i = m_dice.below(4); i > 0; --i) {
        RelationshipType relationship{.id = m_model.newId(), .name = name()};
        position(relationship.id);
        relationship.identifying = m_dice.oneIn(2);
        relationship.comment = anyText(true);
        for (std::size_t end = m_dice.below(4); end > 0; --end) {
            relationship.ends.push_back({.entity = one(m_entities),
                                         .cardinality = static_cast<Cardinality>(m_dice.below(2)),
                                         .total = m_dice.oneIn(2),
                                         .role = anyText(false),
                                         .average = number(),
                                         .maximum = number()});
        }
        relationship.attributes = attributes(true);
        m_types.push_back(relationship.id);
        m_model.relationships.push_back(std::move(relationship));
    }
    for (std::size_t i = m_dice.below(3); i > 0; --i) {
        Hierarchy hierarchy{.id = m_model.newId(),
                            .supertype = one(m_entities),
                            .subtypes = some(m_entities),
                            .disjoint = m_dice.oneIn(2),
                            .covering = m_dice.oneIn(2)};
        position(hierarchy.id);
        m_model.hierarchies.push_back(std::move(hierarchy));
    }
}

void DocumentDice::query()
{
    Query query{.id = m_model.newId(), .label = name(), .question = anyText(true)};
    query.access = static_cast<Access>(m_dice.below(2));
    query.equality = some(m_attributes);
    query.range = some(m_attributes);
    for (const ElementId id : some(m_attributes))
        query.order.push_back({.attribute = id, .descending = m_dice.oneIn(2)});
    query.returns = some(m_attributes);
    query.finds = one(m_types);
    query.via = some(m_types);
    query.rangeWidth = number();
    query.givenRole = anyText(false);
    query.tableName = anyText(false);
    query.partitionKey = some(m_attributes);
    query.unique = m_dice.oneIn(2);
    query.callsPerSecond = number().value_or(0);
    query.targetP99Ms = number();
    query.from = one(m_screens);
    query.to = one(m_screens);
    query.comment = anyText(true);
    position(query.id);
    m_queries.push_back(query.id);
    m_model.queries.push_back(std::move(query));
}

void DocumentDice::table()
{
    ModelTable table{.id = m_model.newId(), .keyspace = anyText(false), .name = name()};
    position(table.id);
    table.queries = some(m_queries);
    table.edited = m_dice.oneIn(2);
    table.comment = anyText(true);
    for (std::size_t i = m_dice.below(5); i > 0; --i) {
        TableColumn column{.id = m_model.newId(), .name = name(), .type = anyText(false)};
        column.role = static_cast<ColumnRole>(m_dice.below(4));
        column.descending = m_dice.oneIn(2);
        column.attribute = one(m_attributes);
        column.rule = static_cast<MappingRule>(m_dice.below(8));
        column.reason = anyText(true);
        column.bucketOf = anyText(false);
        column.sizing = {number(), number(), number(),       number(),
                         number(), number(), m_dice.oneIn(2)};
        column.comment = anyText(true);
        table.columns.push_back(std::move(column));
    }
    for (std::size_t i = m_dice.below(3); i > 0; --i)
        table.indexes.push_back({.id = m_model.newId(),
                                 .name = anyText(false),
                                 .target = name(),
                                 .kind = anyText(false),
                                 .options = stringMap()});
    table.options = stringMap();
    table.sizing = {.rows = anyText(false),
                    .maximumRows = anyText(false),
                    .rowsPerDay = number(),
                    .ttlSeconds = number(),
                    .partitions = number(),
                    .averageOverhead = number(),
                    .compressionRatio = number(),
                    .writeSpanSeconds = number(),
                    .deletedRows = number(),
                    .deletedCells = number(),
                    .rangeDeletions = number(),
                    .updated = m_dice.oneIn(2),
                    .limitBytes = number(),
                    .limitCells = number(),
                    .limitRows = number()};
    m_tables.push_back(table.id);
    m_model.tables.push_back(std::move(table));
}

Model DocumentDice::make()
{
    m_model.name = anyText(false);
    m_model.comment = anyText(true);
    conceptual();
    for (std::size_t i = m_dice.below(4); i > 0; --i) {
        Screen screen{.id = m_model.newId(), .name = name(), .comment = anyText(true)};
        position(screen.id);
        m_screens.push_back(screen.id);
        m_model.screens.push_back(std::move(screen));
    }
    for (std::size_t i = m_dice.below(4); i > 0; --i)
        query();
    for (std::size_t i = m_dice.below(3); i > 0; --i)
        m_model.keyspaces.push_back({.id = m_model.newId(),
                                     .name = name(),
                                     .replication = stringMap(),
                                     .durableWrites = m_dice.oneIn(2)});
    for (std::size_t i = m_dice.below(3); i > 0; --i) {
        UserType type{.id = m_model.newId(), .keyspace = anyText(false), .name = name()};
        type.attribute = one(m_attributes);
        for (std::size_t field = m_dice.below(3); field > 0; --field)
            type.fields.push_back({.name = name(), .type = name()});
        position(type.id);
        m_model.types.push_back(std::move(type));
    }
    for (std::size_t i = m_dice.below(4); i > 0; --i)
        table();
    for (ModelTable& table : m_model.tables)
        table.viewOf = one(m_tables);
    for (std::size_t i = m_dice.below(3); i > 0; --i) {
        Note note{.id = m_model.newId(), .diagram = anyText(false), .text = anyText(true)};
        position(note.id);
        m_model.notes.push_back(std::move(note));
    }
    for (std::size_t i = m_dice.below(3); i > 0; --i)
        m_model.deployments.push_back(
            {anyText(false), anyText(false), anyText(false), anyText(true)});
    return std::move(m_model);
}

} // namespace

Model randomDocument(std::uint64_t seed)
{
    return DocumentDice(seed).make();
}

} // namespace tests
