#include "engine/modeling/document.h"
#include "engine/modeling/document_names.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <set>

/// yaml-cpp throws, and so does this file inside; readModel() turns it into an Error at its seam.
namespace engine::modeling {

namespace {

/// No real model comes near; what does is refused before it is parsed.
constexpr std::size_t kDocumentBytesMax = 64U << 20U;

struct Refusal {
    ErrorCode code;
    YAML::Mark mark;
    std::string reason;
};

[[noreturn]] void refuseDocument(const YAML::Mark& mark, std::string reason,
                                 ErrorCode code = ErrorCode::Invalid)
{
    throw Refusal{code, mark, std::move(reason)};
}

std::string shortenedName(std::string text)
{
    if (text.size() > 60)
        text = text.substr(0, 57) + "…";
    return "\"" + text + "\"";
}

const char* kindOfNode(const YAML::Node& node)
{
    switch (node.Type()) {
    case YAML::NodeType::Map:
        return "a map";
    case YAML::NodeType::Sequence:
        return "a list";
    case YAML::NodeType::Scalar:
        return "a value";
    default:
        return "nothing";
    }
}

std::string documentText(const YAML::Node& node, const std::string& what)
{
    if (!node.IsScalar())
        refuseDocument(node.Mark(), what + " must be text, not " + kindOfNode(node));
    return node.Scalar();
}

double documentNumber(const YAML::Node& node, const std::string& what)
{
    const std::string text = documentText(node, what);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        refuseDocument(node.Mark(), what + " must be a number, not " + shortenedName(text));
    return value;
}

/// The fields of one map. Each is asked for once; done() refuses what nobody asked for.
class DocumentFields {
public:
    DocumentFields(const YAML::Node& node, std::string what) : m_node(node), m_what(std::move(what))
    {
        if (!node.IsMap())
            refuseDocument(node.Mark(),
                           m_what + " must be a map of fields, not " + kindOfNode(node));
        for (const auto& pair : node) {
            const std::string key = documentText(pair.first, "the name of a field");
            if (!m_fields.emplace(key, Field{pair.first.Mark(), pair.second, false}).second)
                refuseDocument(pair.first.Mark(),
                               m_what + " has the field " + shortenedName(key) + " twice");
        }
    }

    [[nodiscard]] YAML::Mark mark() const { return m_node.Mark(); }
    [[nodiscard]] const std::string& what() const { return m_what; }

    /// nullptr if there is none.
    const YAML::Node* find(const std::string& key)
    {
        const auto found = m_fields.find(key);
        if (found == m_fields.end())
            return nullptr;
        found->second.used = true;
        if (found->second.value.IsNull())
            refuseDocument(found->second.mark, "\"" + key + "\" of " + m_what + " has no value");
        return &found->second.value;
    }
    void text(const std::string& key, std::string& out)
    {
        if (const YAML::Node* node = find(key))
            out = documentText(*node, "\"" + key + "\" of " + m_what);
    }
    std::string name(const std::string& key)
    {
        const YAML::Node* node = find(key);
        if (!node)
            refuseDocument(mark(), m_what + " needs the field \"" + key + "\"");
        std::string text = documentText(*node, "\"" + key + "\" of " + m_what);
        if (text.empty())
            refuseDocument(node->Mark(), "\"" + key + "\" of " + m_what + " is empty");
        return text;
    }
    void flag(const std::string& key, bool& out)
    {
        const YAML::Node* node = find(key);
        if (!node)
            return;
        const std::string text = documentText(*node, "\"" + key + "\" of " + m_what);
        if (text != "true" && text != "false")
            refuseDocument(node->Mark(), "\"" + key + "\" of " + m_what +
                                             " must be true or false, not " + shortenedName(text));
        out = text == "true";
    }
    void number(const std::string& key, std::optional<double>& out)
    {
        if (const YAML::Node* node = find(key))
            out = documentNumber(*node, "\"" + key + "\" of " + m_what);
    }
    template <class Words, class Enum>
    void word(const std::string& key, const Words& words, Enum& out)
    {
        const YAML::Node* node = find(key);
        if (!node)
            return;
        const std::string text = documentText(*node, "\"" + key + "\" of " + m_what);
        const auto value = words.value(text);
        if (!value)
            refuseDocument(node->Mark(), "\"" + key + "\" of " + m_what + " must be one of " +
                                             words.list() + ", not " + shortenedName(text));
        out = *value;
    }
    /// Calls `read(node)` for each item of a list.
    template <class Read>
    void list(const std::string& key, Read read)
    {
        const YAML::Node* node = find(key);
        if (!node)
            return;
        if (!node->IsSequence())
            refuseDocument(node->Mark(), "\"" + key + "\" of " + m_what + " must be a list, not " +
                                             kindOfNode(*node));
        for (const YAML::Node& item : *node)
            read(item);
    }
    void stringMap(const std::string& key, std::map<std::string, std::string>& out)
    {
        const YAML::Node* node = find(key);
        if (!node)
            return;
        out.clear();
        DocumentFields fields(*node, "\"" + key + "\" of " + m_what);
        for (auto& [name, field] : fields.m_fields)
            out[name] = documentText(field.value, "\"" + name + "\" of " + fields.m_what);
    }
    void done()
    {
        const Field* first = nullptr;
        const std::string* name = nullptr;
        for (const auto& [key, field] : m_fields) {
            if (!field.used && (!first || field.mark.pos < first->mark.pos)) {
                first = &field;
                name = &key;
            }
        }
        if (first)
            refuseDocument(first->mark, m_what + " has no field " + shortenedName(*name));
    }

private:
    struct Field {
        YAML::Mark mark;
        YAML::Node value;
        bool used;
    };
    YAML::Node m_node;
    std::string m_what;
    std::map<std::string, Field> m_fields;
};

/// Names of one kind of element, each once.
class NameTable {
public:
    explicit NameTable(std::string what) : m_what(std::move(what)) {}
    void add(const std::string& name, ElementId id, const YAML::Mark& mark)
    {
        if (!m_ids.emplace(name, id).second)
            refuseDocument(mark,
                           "the name " + shortenedName(name) + " stands twice among " + m_what);
    }
    [[nodiscard]] ElementId find(const YAML::Node& node, const std::string& by) const
    {
        const std::string name = documentText(node, by);
        const auto found = m_ids.find(name);
        if (found == m_ids.end())
            refuseDocument(node.Mark(),
                           by + " names " + shortenedName(name) + ", which is not among " + m_what);
        return found->second;
    }
    [[nodiscard]] ElementId find(const std::string& name) const
    {
        const auto found = m_ids.find(name);
        return found == m_ids.end() ? ElementId::None : found->second;
    }

private:
    std::string m_what;
    std::unordered_map<std::string, ElementId> m_ids;
};

class ModelReader {
public:
    Model read(const YAML::Node& root);

private:
    void position(DocumentFields& fields, ElementId id);
    void attributes(DocumentFields& fields, const std::string& key, const std::string& owner,
                    std::vector<Attribute>& out, bool parts = false);
    void entity(const YAML::Node& node);
    void relationship(const YAML::Node& node);
    void hierarchy(const YAML::Node& node);
    void screen(const YAML::Node& node);
    void query(const YAML::Node& node);
    void keyspace(const YAML::Node& node);
    void userType(const YAML::Node& node);
    void table(const YAML::Node& node);
    TableColumn column(const YAML::Node& node);
    void indexes(DocumentFields& fields, ModelTable& table);
    void tableSizing(DocumentFields& fields, TableSizing& out);
    void note(const YAML::Node& node);
    void deployment(const YAML::Node& node);
    void references(DocumentFields& fields, const std::string& key, const NameTable& names,
                    std::vector<ElementId>& out)
    {
        fields.list(key, [&](const YAML::Node& item) {
            out.push_back(names.find(item, "\"" + key + "\" of " + fields.what()));
        });
    }
    void reference(DocumentFields& fields, const std::string& key, const NameTable& names,
                   ElementId& out)
    {
        if (const YAML::Node* node = fields.find(key))
            out = names.find(*node, "\"" + key + "\" of " + fields.what());
    }

    Model m_model;
    NameTable m_types{"the entity and relationship types"};
    NameTable m_attributes{"the attributes"};
    NameTable m_screens{"the screens"};
    NameTable m_queries{"the queries"};
    NameTable m_tables{"the tables"};
    NameTable m_userTypes{"the types"};
    NameTable m_keyspaces{"the keyspaces"};
};

void ModelReader::position(DocumentFields& fields, ElementId id)
{
    const YAML::Node* node = fields.find("at");
    if (!node)
        return;
    if (!node->IsSequence() || node->size() != 2)
        refuseDocument(node->Mark(), "\"at\" of " + fields.what() + " must be [x, y]");
    const std::string what = "\"at\" of " + fields.what();
    m_model.positions[id] = {documentNumber((*node)[0], what), documentNumber((*node)[1], what)};
}

void ModelReader::attributes(DocumentFields& fields, const std::string& key,
                             const std::string& owner, std::vector<Attribute>& out, bool parts)
{
    fields.list(key, [&](const YAML::Node& item) {
        DocumentFields each(item, "an attribute of " + shortenedName(owner));
        Attribute attribute;
        attribute.id = m_model.newId();
        attribute.name = each.name("name");
        const std::string path = owner + "." + attribute.name;
        m_attributes.add(path, attribute.id, each.mark());
        each.word("kind", kAttributeKinds, attribute.kind);
        each.flag("key", attribute.key);
        each.text("type", attribute.type);
        each.text("comment", attribute.comment);
        position(each, attribute.id);
        if (!parts)
            attributes(each, "parts", path, attribute.parts, true);
        each.done();
        out.push_back(std::move(attribute));
    });
}

void ModelReader::entity(const YAML::Node& node)
{
    DocumentFields fields(node, "an entity type");
    EntityType entity;
    entity.id = m_model.newId();
    entity.name = fields.name("name");
    m_types.add(entity.name, entity.id, fields.mark());
    fields.flag("weak", entity.weak);
    fields.number("instances", entity.instances);
    fields.text("comment", entity.comment);
    position(fields, entity.id);
    attributes(fields, "attributes", entity.name, entity.attributes);
    fields.done();
    m_model.entities.push_back(std::move(entity));
}

void ModelReader::relationship(const YAML::Node& node)
{
    DocumentFields fields(node, "a relationship type");
    RelationshipType relationship;
    relationship.id = m_model.newId();
    relationship.name = fields.name("name");
    m_types.add(relationship.name, relationship.id, fields.mark());
    fields.flag("identifying", relationship.identifying);
    fields.text("comment", relationship.comment);
    position(fields, relationship.id);
    fields.list("ends", [&](const YAML::Node& item) {
        DocumentFields each(item, "an end of " + shortenedName(relationship.name));
        Participation end;
        reference(each, "entity", m_types, end.entity);
        if (end.entity != ElementId::None && !findEntity(m_model, end.entity))
            refuseDocument(each.mark(), each.what() + " must be at an entity type");
        each.word("cardinality", kCardinalities, end.cardinality);
        each.flag("total", end.total);
        each.text("role", end.role);
        each.number("average", end.average);
        each.number("maximum", end.maximum);
        each.done();
        relationship.ends.push_back(std::move(end));
    });
    attributes(fields, "attributes", relationship.name, relationship.attributes);
    fields.done();
    m_model.relationships.push_back(std::move(relationship));
}

void ModelReader::hierarchy(const YAML::Node& node)
{
    DocumentFields fields(node, "a hierarchy");
    Hierarchy hierarchy;
    hierarchy.id = m_model.newId();
    reference(fields, "supertype", m_types, hierarchy.supertype);
    references(fields, "subtypes", m_types, hierarchy.subtypes);
    fields.flag("disjoint", hierarchy.disjoint);
    fields.flag("covering", hierarchy.covering);
    position(fields, hierarchy.id);
    fields.done();
    m_model.hierarchies.push_back(std::move(hierarchy));
}

void ModelReader::screen(const YAML::Node& node)
{
    DocumentFields fields(node, "a screen");
    Screen screen;
    screen.id = m_model.newId();
    screen.name = fields.name("name");
    m_screens.add(screen.name, screen.id, fields.mark());
    fields.text("comment", screen.comment);
    position(fields, screen.id);
    fields.done();
    m_model.screens.push_back(std::move(screen));
}

void ModelReader::query(const YAML::Node& node)
{
    DocumentFields fields(node, "a query");
    Query query;
    query.id = m_model.newId();
    query.label = fields.name("label");
    m_queries.add(query.label, query.id, fields.mark());
    fields.text("question", query.question);
    fields.word("access", kAccesses, query.access);
    reference(fields, "finds", m_types, query.finds);
    references(fields, "equality", m_attributes, query.equality);
    references(fields, "partition key", m_attributes, query.partitionKey);
    references(fields, "range", m_attributes, query.range);
    fields.number("range width", query.rangeWidth);
    fields.list("order", [&](const YAML::Node& item) {
        const std::string by = "\"order\" of " + shortenedName(query.label);
        std::string text = documentText(item, by);
        Ordering ordering;
        if (text.ends_with(" descending"))
            ordering.descending = true;
        else if (!text.ends_with(" ascending"))
            refuseDocument(item.Mark(), by + " must end with ascending or descending, unlike " +
                                            shortenedName(text));
        text.resize(text.rfind(' '));
        ordering.attribute = m_attributes.find(text);
        if (ordering.attribute == ElementId::None)
            refuseDocument(item.Mark(), by + " names " + shortenedName(text) +
                                            ", which is not among the attributes");
        query.order.push_back(ordering);
    });
    references(fields, "returns", m_attributes, query.returns);
    references(fields, "via", m_types, query.via);
    fields.text("given role", query.givenRole);
    fields.text("table name", query.tableName);
    fields.flag("unique", query.unique);
    std::optional<double> calls;
    fields.number("calls per second", calls);
    query.callsPerSecond = calls.value_or(0);
    fields.number("target p99 ms", query.targetP99Ms);
    reference(fields, "from", m_screens, query.from);
    reference(fields, "to", m_screens, query.to);
    fields.text("comment", query.comment);
    position(fields, query.id);
    fields.done();
    m_model.queries.push_back(std::move(query));
}

void ModelReader::keyspace(const YAML::Node& node)
{
    DocumentFields fields(node, "a keyspace");
    ModelKeyspace keyspace;
    keyspace.id = m_model.newId();
    keyspace.name = fields.name("name");
    m_keyspaces.add(keyspace.name, keyspace.id, fields.mark());
    fields.flag("durable writes", keyspace.durableWrites);
    keyspace.replication.clear();
    fields.stringMap("replication", keyspace.replication);
    fields.done();
    m_model.keyspaces.push_back(std::move(keyspace));
}

void ModelReader::userType(const YAML::Node& node)
{
    DocumentFields fields(node, "a type");
    UserType type;
    type.id = m_model.newId();
    type.name = fields.name("name");
    fields.text("keyspace", type.keyspace);
    m_userTypes.add(type.keyspace + "." + type.name, type.id, fields.mark());
    reference(fields, "from", m_attributes, type.attribute);
    std::set<std::string> names;
    fields.list("fields", [&](const YAML::Node& item) {
        DocumentFields each(item, "a field of " + shortenedName(type.name));
        TypeField field{.name = each.name("name"), .type = each.name("type")};
        if (!names.insert(field.name).second)
            refuseDocument(each.mark(), shortenedName(type.name) + " has the field " +
                                            shortenedName(field.name) + " twice");
        each.done();
        type.fields.push_back(std::move(field));
    });
    position(fields, type.id);
    fields.done();
    m_model.types.push_back(std::move(type));
}

TableColumn ModelReader::column(const YAML::Node& node)
{
    DocumentFields fields(node, "a column");
    TableColumn column;
    column.id = m_model.newId();
    column.name = fields.name("name");
    fields.text("type", column.type);
    fields.word("role", kColumnRoles, column.role);
    fields.flag("descending", column.descending);
    reference(fields, "from", m_attributes, column.attribute);
    fields.word("rule", kMappingRules, column.rule);
    fields.text("reason", column.reason);
    fields.text("bucket", column.bucketOf);
    fields.text("comment", column.comment);
    if (const YAML::Node* sizing = fields.find("sizing")) {
        DocumentFields each(*sizing, "\"sizing\" of column " + shortenedName(column.name));
        each.number("average", column.sizing.averageBytes);
        each.number("maximum", column.sizing.maximumBytes);
        each.number("nulls", column.sizing.nullShare);
        each.number("elements", column.sizing.elements);
        each.number("maximum elements", column.sizing.maximumElements);
        each.number("distinct", column.sizing.distinctValues);
        each.flag("appended", column.sizing.appended);
        each.done();
    }
    fields.done();
    return column;
}

void ModelReader::indexes(DocumentFields& fields, ModelTable& table)
{
    fields.list("indexes", [&](const YAML::Node& item) {
        DocumentFields each(item, "an index of " + shortenedName(table.name));
        TableIndex index;
        index.id = m_model.newId();
        each.text("name", index.name);
        index.target = each.name("target");
        each.text("kind", index.kind);
        each.stringMap("options", index.options);
        each.done();
        table.indexes.push_back(std::move(index));
    });
}

void ModelReader::tableSizing(DocumentFields& fields, TableSizing& out)
{
    const YAML::Node* node = fields.find("sizing");
    if (!node)
        return;
    DocumentFields each(*node, "\"sizing\" of " + fields.what());
    each.text("rows", out.rows);
    each.text("maximum rows", out.maximumRows);
    each.number("rows per day", out.rowsPerDay);
    each.number("ttl seconds", out.ttlSeconds);
    each.number("partitions", out.partitions);
    each.number("average overhead", out.averageOverhead);
    each.number("compression ratio", out.compressionRatio);
    each.number("write span seconds", out.writeSpanSeconds);
    each.number("deleted rows", out.deletedRows);
    each.number("deleted cells", out.deletedCells);
    each.number("range deletions", out.rangeDeletions);
    each.flag("updated", out.updated);
    each.number("limit bytes", out.limitBytes);
    each.number("limit cells", out.limitCells);
    each.number("limit rows", out.limitRows);
    each.done();
}

void ModelReader::table(const YAML::Node& node)
{
    DocumentFields fields(node, "a table");
    ModelTable& table = m_model.tables.emplace_back();
    table.id = m_model.newId();
    table.name = fields.name("name");
    fields.text("keyspace", table.keyspace);
    m_tables.add(table.keyspace + "." + table.name, table.id, fields.mark());
    references(fields, "queries", m_queries, table.queries);
    fields.flag("edited", table.edited);
    fields.text("comment", table.comment);
    position(fields, table.id);
    std::set<std::string> names;
    fields.list("columns", [&](const YAML::Node& item) {
        table.columns.push_back(column(item));
        if (!names.insert(table.columns.back().name).second)
            refuseDocument(item.Mark(), "table " + shortenedName(table.name) + " has the column " +
                                            shortenedName(table.columns.back().name) + " twice");
    });
    indexes(fields, table);
    fields.stringMap("options", table.options);
    tableSizing(fields, table.sizing);
    // "view of" is read when all tables are known.
    fields.find("view of");
    fields.done();
}

void ModelReader::note(const YAML::Node& node)
{
    DocumentFields fields(node, "a note");
    Note note;
    note.id = m_model.newId();
    fields.text("diagram", note.diagram);
    fields.text("text", note.text);
    position(fields, note.id);
    fields.done();
    m_model.notes.push_back(std::move(note));
}

void ModelReader::deployment(const YAML::Node& node)
{
    DocumentFields fields(node, "a deployment");
    Deployment deployment;
    fields.text("cluster", deployment.cluster);
    fields.text("identity", deployment.identity);
    fields.text("at", deployment.at);
    fields.text("cql", deployment.cql);
    fields.done();
    m_model.deployments.push_back(std::move(deployment));
}

Model ModelReader::read(const YAML::Node& root)
{
    if (!root.IsMap())
        refuseDocument(root.Mark(),
                       "this is no Ringwright model: it must begin with \"ringwright-model: " +
                           std::to_string(kDocumentVersion) + "\"");
    DocumentFields fields(root, "the model");
    const YAML::Node* version = fields.find("ringwright-model");
    if (!version)
        refuseDocument(root.Mark(), "this is no Ringwright model: \"ringwright-model: " +
                                        std::to_string(kDocumentVersion) + "\" is missing");
    const double number = documentNumber(*version, "\"ringwright-model\"");
    if (number > kDocumentVersion)
        refuseDocument(version->Mark(),
                       "this model has format version " + documentText(*version, "") +
                           "; this Ringwright reads up to " + std::to_string(kDocumentVersion) +
                           ": open it with a newer one",
                       ErrorCode::VersionTooNew);
    if (number != kDocumentVersion)
        refuseDocument(version->Mark(), "there is no format version " + documentText(*version, ""));
    fields.text("name", m_model.name);
    fields.text("comment", m_model.comment);
    const auto each = [&](const char* key, void (ModelReader::*read)(const YAML::Node&)) {
        fields.list(key, [&](const YAML::Node& item) { (this->*read)(item); });
    };
    each("entities", &ModelReader::entity);
    each("relationships", &ModelReader::relationship);
    each("hierarchies", &ModelReader::hierarchy);
    each("screens", &ModelReader::screen);
    each("queries", &ModelReader::query);
    each("keyspaces", &ModelReader::keyspace);
    each("types", &ModelReader::userType);
    each("tables", &ModelReader::table);
    std::size_t at = 0;
    fields.list("tables", [&](const YAML::Node& item) {
        if (const YAML::Node base = item["view of"]; base.IsDefined())
            m_model.tables[at].viewOf =
                m_tables.find(base, "\"view of\" of " + shortenedName(m_model.tables[at].name));
        ++at;
    });
    each("notes", &ModelReader::note);
    each("deployments", &ModelReader::deployment);
    fields.done();
    return std::move(m_model);
}

std::string documentPlace(std::string_view where, const YAML::Mark& mark)
{
    std::string place(where);
    if (!mark.is_null())
        place += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    return place + ": ";
}

} // namespace

Result<Model> readModel(std::string_view text, std::string_view where)
{
    if (text.size() > kDocumentBytesMax)
        return Error{ErrorCode::Invalid,
                     std::string(where) +
                         ": a model file has at most 64 MB; this is something else"};
    try {
        return ModelReader().read(YAML::Load(std::string(text)));
    } catch (const Refusal& refusal) {
        return Error{refusal.code, documentPlace(where, refusal.mark) + refusal.reason};
    } catch (const YAML::Exception& error) {
        return Error{ErrorCode::Invalid,
                     documentPlace(where, error.mark) + "this is not YAML: " + error.msg};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Invalid, std::string(where) + ": too large to read"};
    }
}

} // namespace engine::modeling
