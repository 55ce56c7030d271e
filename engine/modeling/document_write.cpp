#include "engine/modeling/document.h"
#include "engine/modeling/document_names.h"

#include <array>
#include <charconv>
#include <cmath>

/// The text is written by hand, not by a YAML emitter: which line holds what, and when a scalar is
/// quoted, must not change under a user's version control when the library does.
namespace engine::modeling {

namespace {

bool isYamlWord(std::string_view text)
{
    static constexpr std::array kWords{"true", "false", "null", "yes", "no", "on",
                                       "off",  "y",     "n",    "nan", "inf"};
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (const char* word : kWords) {
        if (lower == word)
            return true;
    }
    return false;
}

/// The code point at `at` and its length; 0xFFFD with length 1 where the bytes are no UTF-8.
std::pair<char32_t, std::size_t> yamlCodePoint(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    if (first < 0x80)
        return {first, 1};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || at + length > text.size())
        return {0xFFFD, 1};
    char32_t code = first & (0xFF >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80)
            return {0xFFFD, 1};
        code = (code << 6) | (byte(at + i) & 0x3F);
    }
    const char32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return {0xFFFD, 1};
    return {code, length};
}

bool yamlMustEscape(char32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
           code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

bool isPlainYaml(std::string_view text)
{
    if (text.empty() || text.size() > 400 || isYamlWord(text))
        return false;
    const auto letter = [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    };
    if (!letter(static_cast<unsigned char>(text[0])) || text.back() == ' ')
        return false;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, length] = yamlCodePoint(text, at);
        if (code >= 0x80) {
            if (yamlMustEscape(code) || (code == 0xFFFD && length == 1))
                return false;
        } else {
            const auto c = static_cast<unsigned char>(code);
            const bool fine = letter(c) || (c >= '0' && c <= '9') ||
                              std::string_view("./()<>+-=;?").find(text[at]) != std::string::npos ||
                              (c == ' ' && text[at - 1] != ' ');
            if (!fine)
                return false;
        }
        at += length;
    }
    return true;
}

std::string yamlHex(char32_t code, int digits)
{
    std::string text(static_cast<std::size_t>(digits), '0');
    for (int i = digits - 1; i >= 0; --i, code >>= 4)
        text[static_cast<std::size_t>(i)] = "0123456789ABCDEF"[code & 15];
    return text;
}

std::string yamlQuoted(std::string_view text)
{
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, length] = yamlCodePoint(text, at);
        if (code == '"' || code == '\\')
            out += std::string("\\") + static_cast<char>(code);
        else if (code == '\n')
            out += "\\n";
        else if (code == '\t')
            out += "\\t";
        else if (code == 0xFFFD && length == 1)
            out += "\xEF\xBF\xBD"; // no UTF-8: what cannot be read back is not written
        else if (!yamlMustEscape(code))
            out += text.substr(at, length);
        else
            out += code < 0x100 ? "\\x" + yamlHex(code, 2) : "\\u" + yamlHex(code, 4);
        at += length;
    }
    return out + "\"";
}

std::string yamlScalar(std::string_view text)
{
    return isPlainYaml(text) ? std::string(text) : yamlQuoted(text);
}

/// Whether text of several lines can stand as it is under "|-".
bool isBlockYaml(std::string_view text)
{
    if (text.find('\n') == std::string_view::npos || text.front() == '\n' || text.back() == '\n')
        return false;
    bool lineStart = true;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, length] = yamlCodePoint(text, at);
        if (code == '\n') {
            if (text[at - 1] == ' ')
                return false;
            lineStart = true;
        } else {
            if (yamlMustEscape(code) || (code == 0xFFFD && length == 1) ||
                (lineStart && code == ' '))
                return false;
            lineStart = false;
        }
        at += length;
    }
    return text.back() != ' ';
}

std::string yamlNumber(double value)
{
    // 9000000, not 9e+06: people read it.
    if (value == std::floor(value) && std::abs(value) < 1e15)
        return std::to_string(static_cast<long long>(value));
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

/// "{name: id, key: true}" on one line.
class FlowMap {
public:
    void raw(std::string_view key, std::string_view value)
    {
        m_text += (m_text.empty() ? "" : ", ") + std::string(key) + ": " + std::string(value);
    }
    void text(std::string_view key, std::string_view value)
    {
        if (!value.empty())
            raw(key, yamlScalar(value));
    }
    void flag(std::string_view key, bool value)
    {
        if (value)
            raw(key, "true");
    }
    void optional(std::string_view key, const std::optional<double>& value)
    {
        if (value)
            raw(key, yamlNumber(*value));
    }
    [[nodiscard]] bool empty() const { return m_text.empty(); }
    [[nodiscard]] std::string take() const { return "{" + m_text + "}"; }

private:
    std::string m_text;
};

std::string yamlFlowList(const std::vector<std::string>& items)
{
    std::string text = "[";
    for (const std::string& item : items)
        text += (text.size() > 1 ? ", " : "") + yamlScalar(item);
    return text + "]";
}

/// Lines, each indented; the first line of a list's item begins with "- ".
class ModelWriter {
public:
    explicit ModelWriter(const Model& model) : m_model(model), m_names(model) {}
    std::string write();

private:
    void line(std::string_view text)
    {
        m_text.append(2 * m_depth - (m_item ? 2 : 0), ' ');
        if (m_item)
            m_text += "- ";
        m_item = false;
        m_text += text;
        m_text += '\n';
    }
    void raw(std::string_view key, const std::string& value)
    {
        line(std::string(key) + ": " + value);
    }
    void field(std::string_view key, std::string_view value)
    {
        if (value.empty())
            return;
        if (!isBlockYaml(value))
            return raw(key, yamlScalar(value));
        line(std::string(key) + ": |-");
        ++m_depth;
        while (true) {
            const std::size_t end = value.find('\n');
            if (value.substr(0, end).empty())
                m_text += '\n';
            else
                line(value.substr(0, end));
            if (end == std::string_view::npos)
                break;
            value.remove_prefix(end + 1);
        }
        --m_depth;
    }
    void flag(std::string_view key, bool value)
    {
        if (value)
            raw(key, "true");
    }
    void optional(std::string_view key, const std::optional<double>& value)
    {
        if (value)
            raw(key, yamlNumber(*value));
    }
    void list(std::string_view key, const std::vector<std::string>& items)
    {
        if (!items.empty())
            raw(key, yamlFlowList(items));
    }
    void at(ElementId id)
    {
        if (const auto found = m_model.positions.find(id); found != m_model.positions.end())
            raw("at", place(found->second));
    }
    static std::string place(const Point& point)
    {
        return "[" + yamlNumber(point.x) + ", " + yamlNumber(point.y) + "]";
    }
    /// Opens the list `key` and writes each element with `write` as one item.
    template <class Elements, class Write>
    void items(std::string_view key, const Elements& elements, Write write)
    {
        if (elements.empty())
            return;
        if (m_depth == 0)
            m_text += '\n';
        line(std::string(key) + ":");
        m_depth += 2;
        for (const auto& element : elements) {
            m_item = true;
            write(element);
        }
        m_depth -= 2;
    }
    [[nodiscard]] std::vector<std::string> names(const std::vector<ElementId>& ids) const
    {
        std::vector<std::string> result;
        for (const ElementId id : ids) {
            if (std::string name = m_names.nameOf(id); !name.empty())
                result.push_back(std::move(name));
        }
        return result;
    }
    [[nodiscard]] FlowMap attributeLine(const Attribute& attribute) const;
    void attributes(const std::vector<Attribute>& list, std::string_view key = "attributes");
    void entity(const EntityType& entity);
    void relationship(const RelationshipType& relationship);
    void hierarchy(const Hierarchy& hierarchy);
    void query(const Query& query);
    void keyspace(const ModelKeyspace& keyspace);
    void userType(const UserType& type);
    void table(const ModelTable& table);
    [[nodiscard]] std::string column(const TableColumn& column) const;
    void tableSizing(const TableSizing& sizing);
    void stringMap(std::string_view key, const std::map<std::string, std::string>& map);

    const Model& m_model;
    DocumentNames m_names;
    std::string m_text;
    std::size_t m_depth = 0;
    bool m_item = false;
};

FlowMap ModelWriter::attributeLine(const Attribute& attribute) const
{
    FlowMap flow;
    flow.raw("name", yamlScalar(attribute.name));
    if (attribute.kind != AttributeKind::Simple)
        flow.text("kind", kAttributeKinds.name(attribute.kind));
    flow.flag("key", attribute.key);
    if (attribute.kind != AttributeKind::Composite || attribute.type != "text")
        flow.raw("type", yamlScalar(attribute.type));
    if (const auto found = m_model.positions.find(attribute.id); found != m_model.positions.end())
        flow.raw("at", place(found->second));
    flow.text("comment", attribute.comment);
    return flow;
}

void ModelWriter::attributes(const std::vector<Attribute>& list, std::string_view key)
{
    items(key, list, [&](const Attribute& attribute) {
        if (attribute.parts.empty())
            return line(attributeLine(attribute).take());
        raw("name", yamlScalar(attribute.name));
        if (attribute.kind != AttributeKind::Simple)
            field("kind", kAttributeKinds.name(attribute.kind));
        flag("key", attribute.key);
        if (attribute.kind != AttributeKind::Composite || attribute.type != "text")
            raw("type", yamlScalar(attribute.type));
        at(attribute.id);
        field("comment", attribute.comment);
        attributes(attribute.parts, "parts");
    });
}

void ModelWriter::entity(const EntityType& entity)
{
    raw("name", yamlScalar(entity.name));
    flag("weak", entity.weak);
    optional("instances", entity.instances);
    at(entity.id);
    field("comment", entity.comment);
    attributes(entity.attributes);
}

void ModelWriter::relationship(const RelationshipType& relationship)
{
    raw("name", yamlScalar(relationship.name));
    flag("identifying", relationship.identifying);
    at(relationship.id);
    field("comment", relationship.comment);
    items("ends", relationship.ends, [&](const Participation& end) {
        FlowMap flow;
        flow.text("entity", m_names.nameOf(end.entity));
        flow.text("cardinality", end.cardinality == Cardinality::One ? "one" : "many");
        flow.flag("total", end.total);
        flow.text("role", end.role);
        flow.optional("average", end.average);
        flow.optional("maximum", end.maximum);
        line(flow.take());
    });
    attributes(relationship.attributes);
}

void ModelWriter::hierarchy(const Hierarchy& hierarchy)
{
    raw("subtypes", yamlFlowList(names(hierarchy.subtypes)));
    field("supertype", m_names.nameOf(hierarchy.supertype));
    if (!hierarchy.disjoint)
        raw("disjoint", "false");
    flag("covering", hierarchy.covering);
    at(hierarchy.id);
}

void ModelWriter::query(const Query& query)
{
    raw("label", yamlScalar(query.label));
    field("question", query.question);
    if (query.access == Access::Write)
        raw("access", "write");
    field("finds", m_names.nameOf(query.finds));
    list("equality", names(query.equality));
    list("partition key", names(query.partitionKey));
    list("range", names(query.range));
    optional("range width", query.rangeWidth);
    std::vector<std::string> order;
    for (const Ordering& ordering : query.order) {
        if (const std::string name = m_names.nameOf(ordering.attribute); !name.empty())
            order.push_back(name + (ordering.descending ? " descending" : " ascending"));
    }
    list("order", order);
    list("returns", names(query.returns));
    list("via", names(query.via));
    field("given role", query.givenRole);
    field("table name", query.tableName);
    flag("unique", query.unique);
    if (query.callsPerSecond != 0)
        raw("calls per second", yamlNumber(query.callsPerSecond));
    optional("target p99 ms", query.targetP99Ms);
    field("from", m_names.nameOf(query.from));
    field("to", m_names.nameOf(query.to));
    at(query.id);
    field("comment", query.comment);
}

void ModelWriter::stringMap(std::string_view key, const std::map<std::string, std::string>& map)
{
    if (map.empty())
        return;
    line(std::string(key) + ":");
    ++m_depth;
    for (const auto& [name, value] : map)
        raw(yamlScalar(name), yamlScalar(value));
    --m_depth;
}

void ModelWriter::keyspace(const ModelKeyspace& keyspace)
{
    raw("name", yamlScalar(keyspace.name));
    if (!keyspace.durableWrites)
        raw("durable writes", "false");
    stringMap("replication", keyspace.replication);
}

void ModelWriter::userType(const UserType& type)
{
    raw("name", yamlScalar(type.name));
    field("keyspace", type.keyspace);
    field("from", m_names.nameOf(type.attribute));
    at(type.id);
    items("fields", type.fields, [&](const TypeField& field) {
        FlowMap flow;
        flow.raw("name", yamlScalar(field.name));
        flow.raw("type", yamlScalar(field.type));
        line(flow.take());
    });
}

std::string ModelWriter::column(const TableColumn& column) const
{
    FlowMap flow;
    flow.raw("name", yamlScalar(column.name));
    flow.raw("type", yamlScalar(column.type));
    if (column.role != ColumnRole::Regular)
        flow.text("role", kColumnRoles.name(column.role));
    flow.flag("descending", column.descending);
    flow.text("from", m_names.nameOf(column.attribute));
    if (column.rule != MappingRule::User)
        flow.text("rule", kMappingRules.name(column.rule));
    flow.text("reason", column.reason);
    flow.text("bucket", column.bucketOf);
    FlowMap sizing;
    sizing.optional("average", column.sizing.averageBytes);
    sizing.optional("maximum", column.sizing.maximumBytes);
    sizing.optional("nulls", column.sizing.nullShare);
    sizing.optional("elements", column.sizing.elements);
    sizing.optional("maximum elements", column.sizing.maximumElements);
    sizing.optional("distinct", column.sizing.distinctValues);
    sizing.flag("appended", column.sizing.appended);
    if (!sizing.empty())
        flow.raw("sizing", sizing.take());
    flow.text("comment", column.comment);
    return flow.take();
}

void ModelWriter::tableSizing(const TableSizing& sizing)
{
    if (sizing == TableSizing{})
        return;
    line("sizing:");
    ++m_depth;
    field("rows", sizing.rows);
    field("maximum rows", sizing.maximumRows);
    optional("rows per day", sizing.rowsPerDay);
    optional("ttl seconds", sizing.ttlSeconds);
    optional("partitions", sizing.partitions);
    optional("average overhead", sizing.averageOverhead);
    optional("compression ratio", sizing.compressionRatio);
    optional("write span seconds", sizing.writeSpanSeconds);
    optional("deleted rows", sizing.deletedRows);
    optional("deleted cells", sizing.deletedCells);
    optional("range deletions", sizing.rangeDeletions);
    flag("updated", sizing.updated);
    optional("limit bytes", sizing.limitBytes);
    optional("limit cells", sizing.limitCells);
    optional("limit rows", sizing.limitRows);
    --m_depth;
}

void ModelWriter::table(const ModelTable& table)
{
    raw("name", yamlScalar(table.name));
    field("keyspace", table.keyspace);
    list("queries", names(table.queries));
    field("view of", m_names.nameOf(table.viewOf));
    flag("edited", table.edited);
    at(table.id);
    field("comment", table.comment);
    items("columns", table.columns, [&](const TableColumn& each) { line(column(each)); });
    items("indexes", table.indexes, [&](const TableIndex& index) {
        raw("name", yamlScalar(index.name));
        raw("target", yamlScalar(index.target));
        if (index.kind != "sai")
            raw("kind", yamlScalar(index.kind));
        stringMap("options", index.options);
    });
    stringMap("options", table.options);
    tableSizing(table.sizing);
}

std::string ModelWriter::write()
{
    line("# A Ringwright model. Text and diagram say the same; edit either.");
    raw("ringwright-model", std::to_string(kDocumentVersion));
    raw("name", yamlScalar(m_model.name));
    field("comment", m_model.comment);
    items("entities", m_model.entities, [&](const EntityType& each) { entity(each); });
    items("relationships", m_model.relationships,
          [&](const RelationshipType& each) { relationship(each); });
    items("hierarchies", m_model.hierarchies, [&](const Hierarchy& each) { hierarchy(each); });
    items("screens", m_model.screens, [&](const Screen& screen) {
        raw("name", yamlScalar(screen.name));
        at(screen.id);
        field("comment", screen.comment);
    });
    items("queries", m_model.queries, [&](const Query& each) { query(each); });
    items("keyspaces", m_model.keyspaces, [&](const ModelKeyspace& each) { keyspace(each); });
    items("types", m_model.types, [&](const UserType& each) { userType(each); });
    items("tables", m_model.tables, [&](const ModelTable& each) { table(each); });
    items("notes", m_model.notes, [&](const Note& note) {
        raw("diagram", yamlScalar(note.diagram));
        at(note.id);
        raw("text", yamlScalar(note.text));
    });
    items("deployments", m_model.deployments, [&](const Deployment& deployment) {
        raw("cluster", yamlScalar(deployment.cluster));
        raw("identity", yamlScalar(deployment.identity));
        raw("at", yamlScalar(deployment.at));
        field("cql", deployment.cql);
    });
    return std::move(m_text);
}

} // namespace

std::string writeModel(const Model& model)
{
    return ModelWriter(model).write();
}

} // namespace engine::modeling
