#include "engine/cql/json.h"
#include "engine/cql/literals.h"
#include "engine/cql/text_util.h"
#include "engine/cql/type_elements.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace engine::cql {

namespace {

using Kind = JsonValue::Kind;

Error jsonError(std::string sentence)
{
    return {ErrorCode::Invalid, std::move(sentence)};
}

/// "Expected <what>, but got a Double: 1.5"
Error expectedJson(const char* what, const JsonValue& value)
{
    return jsonError(
        fmt::format("Expected {}, but got a {}: {}", what, value.javaClass(), value.shown()));
}

Result<std::optional<Bytes>> fromJson(const JsonValue& value, const Type& type);

/// A name as columns and fields mean it: lower-cased unless written in inner double quotes.
std::string meantName(std::string_view key)
{
    if (key.size() > 1 && key.front() == '"' && key.back() == '"')
        return std::string{key.substr(1, key.size() - 2)};
    return toLowerAscii(key);
}

Result<Bytes> jsonElement(const JsonValue& value, const Type& type, const char* sentence)
{
    if (value.kind == Kind::Null)
        return jsonError(sentence);
    RW_ASSIGN(auto bytes, fromJson(value, type));
    if (!bytes)
        return jsonError(sentence);
    return std::move(*bytes);
}

Result<std::vector<Bytes>> jsonElements(const JsonValue& value, const Type& element,
                                        const char* sentence)
{
    std::vector<Bytes> out;
    for (const auto& item : value.items) {
        RW_ASSIGN(Bytes bytes, jsonElement(item, element, sentence));
        out.push_back(std::move(bytes));
    }
    return out;
}

Bytes joinJson(const Type& type, const std::vector<Bytes>& values)
{
    const std::vector<Element> views(values.begin(), values.end());
    return joinValue(type, views);
}

Result<std::optional<Bytes>> sequenceFromJson(const JsonValue& value, const Type& type)
{
    const bool isSet = type.kind() == TypeKind::Set;
    const bool isVector = type.kind() == TypeKind::Vector;
    if (value.kind != Kind::Array)
        return expectedJson(isSet ? "a list (representing a set)" : "a list", value);
    if (isVector && value.items.size() != type.dimension())
        return jsonError(fmt::format("List had incorrect size: expected {} but given {}; {}",
                                     type.dimension(), value.items.size(), value.shown()));
    const Type& element = *type.parameters()[0];
    RW_ASSIGN(auto values,
              jsonElements(value, element,
                           isSet ? "Invalid null element in set" : "Invalid null element in list"));
    if (isSet) {
        std::sort(values.begin(), values.end(),
                  [&](const Bytes& a, const Bytes& b) { return element.compare(a, b) < 0; });
        values.erase(
            std::unique(values.begin(), values.end(),
                        [&](const Bytes& a, const Bytes& b) { return element.compare(a, b) == 0; }),
            values.end());
    }
    return std::optional<Bytes>{joinJson(type, values)};
}

Result<std::optional<Bytes>> mapFromJson(const JsonValue& value, const Type& type)
{
    if (value.kind != Kind::Object)
        return expectedJson("a map", value);
    const Type& keyType = *type.parameters()[0];
    std::vector<std::pair<Bytes, Bytes>> entries;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        // JSON's keys are strings; every type reads its values from strings too.
        const JsonValue key{Kind::String, value.keys[i], {}, {}};
        RW_ASSIGN(Bytes keyBytes, jsonElement(key, keyType, "Invalid null key in map"));
        RW_ASSIGN(Bytes valueBytes,
                  jsonElement(value.items[i], *type.parameters()[1], "Invalid null value in map"));
        entries.emplace_back(std::move(keyBytes), std::move(valueBytes));
    }
    std::stable_sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
        return keyType.compare(a.first, b.first) < 0;
    });
    std::vector<Bytes> values;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i + 1 < entries.size() && keyType.compare(entries[i].first, entries[i + 1].first) == 0)
            continue;
        values.push_back(std::move(entries[i].first));
        values.push_back(std::move(entries[i].second));
    }
    return std::optional<Bytes>{joinJson(type, values)};
}

Bytes joinOptional(const Type& type, const std::vector<std::optional<Bytes>>& values)
{
    std::vector<Element> views(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i])
            views[i] = *values[i];
    }
    return joinValue(type, views);
}

Result<std::optional<Bytes>> tupleFromJson(const JsonValue& value, const Type& type)
{
    const auto& types = type.parameters();
    if (value.kind != Kind::Array)
        return expectedJson("a list representation of a tuple", value);
    if (value.items.size() != types.size())
        return jsonError(
            fmt::format("Tuple {} items (expected {}): {}",
                        value.items.size() > types.size() ? "contains extra" : "is missing",
                        types.size(), value.shown()));
    std::vector<std::optional<Bytes>> values(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        RW_ASSIGN(values[i], fromJson(value.items[i], *types[i]));
    }
    return std::optional<Bytes>{joinOptional(type, values)};
}

Result<std::optional<Bytes>> udtFromJson(const JsonValue& value, const Type& type)
{
    if (value.kind != Kind::Object)
        return expectedJson("a map", value);
    const auto& fields = type.fieldNames();
    std::vector<std::optional<Bytes>> values(fields.size());
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const std::string name = meantName(value.keys[i]);
        const auto field = std::find(fields.begin(), fields.end(), name);
        if (field == fields.end())
            return jsonError(fmt::format("Unknown field '{}' in value of user defined type {}",
                                         name, type.name()));
        const auto index = static_cast<std::size_t>(field - fields.begin());
        RW_ASSIGN(values[index], fromJson(value.items[i], *type.parameters()[index]));
    }
    return std::optional<Bytes>{joinOptional(type, values)};
}

/// What a JSON value of another kind than the type wants is called in the sentence.
const char* wantedForm(TypeKind kind)
{
    switch (kind) {
    case TypeKind::Ascii:
        return "an ascii string";
    case TypeKind::Text:
        return "a UTF-8 string";
    case TypeKind::Bigint:
    case TypeKind::Counter:
        return "a bigint value";
    case TypeKind::Int:
        return "an int value";
    case TypeKind::Smallint:
        return "a short value";
    case TypeKind::Tinyint:
        return "a byte value";
    case TypeKind::Boolean:
        return "a boolean value";
    case TypeKind::Float:
        return "a float value";
    case TypeKind::Double:
        return "a double value";
    case TypeKind::Date:
        return "a string representation of a date value";
    case TypeKind::Time:
        return "a string representation of a time value";
    case TypeKind::Timestamp:
        return "a long or a datestring representation of a date value";
    case TypeKind::Duration:
        return "a string representation of a duration";
    case TypeKind::Uuid:
        return "a string representation of a uuid";
    case TypeKind::Timeuuid:
        return "a string representation of a timeuuid";
    case TypeKind::Inet:
        return "a string representation of an inet value";
    default:
        return "another value";
    }
}

Result<std::optional<Bytes>> scalarFromJson(const JsonValue& value, const Type& type)
{
    const TypeKind kind = type.kind();
    const bool isString = value.kind == Kind::String;
    bool fits = isString;
    switch (kind) {
    case TypeKind::Int:
    case TypeKind::Bigint:
    case TypeKind::Counter:
    case TypeKind::Smallint:
    case TypeKind::Tinyint:
    case TypeKind::Timestamp:
        fits = isString || value.isInteger();
        break;
    case TypeKind::Float:
    case TypeKind::Double:
        fits = isString || value.kind == Kind::Number;
        break;
    case TypeKind::Boolean:
        fits = isString || value.kind == Kind::Boolean;
        break;
    case TypeKind::Decimal:
    case TypeKind::Varint: {
        const bool isNumber = value.kind == Kind::Number ||
                              (isString && (kind == TypeKind::Decimal || !value.text.empty()));
        const auto bytes = isNumber ? type.fromString(value.text) : Result<Bytes>{Error{}};
        if (!bytes)
            return jsonError(fmt::format("Value '{}' is not a valid representation of a {} value",
                                         value.shown(), type.toString()));
        return std::optional<Bytes>{*bytes};
    }
    case TypeKind::Blob:
    case TypeKind::Custom: {
        Bytes bytes;
        if (!isString || !value.text.starts_with("0x"))
            return jsonError(fmt::format("String representation of blob is missing 0x prefix: {}",
                                         value.shown()));
        if (!fromHex(std::string_view{value.text}.substr(2), bytes))
            return jsonError(
                fmt::format("Value '{}' is not a valid blob representation", value.text));
        return std::optional<Bytes>{std::move(bytes)};
    }
    default:
        break;
    }
    if (!fits)
        return expectedJson(wantedForm(kind), value);
    RW_ASSIGN(Bytes bytes, type.fromString(value.text));
    return std::optional<Bytes>{std::move(bytes)};
}

Result<std::optional<Bytes>> fromJson(const JsonValue& value, const Type& type)
{
    if (value.kind == Kind::Null)
        return std::optional<Bytes>{};
    const bool composed = type.isCollection() || type.kind() == TypeKind::Tuple ||
                          type.kind() == TypeKind::Udt || type.kind() == TypeKind::Vector;
    if (composed && value.kind == Kind::String) {
        // A composed value may come as JSON in a string, as map keys must.
        const auto inner = parseJson(value.text);
        if (!inner)
            return jsonError(fmt::format("Could not decode JSON string '{}': {}", value.text,
                                         inner.error().detail()));
        if (inner->kind != Kind::String)
            return fromJson(*inner, type);
    }
    switch (type.kind()) {
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Vector:
        return sequenceFromJson(value, type);
    case TypeKind::Map:
        return mapFromJson(value, type);
    case TypeKind::Tuple:
        return tupleFromJson(value, type);
    case TypeKind::Udt:
        return udtFromJson(value, type);
    default:
        return scalarFromJson(value, type);
    }
}

} // namespace

Result<std::optional<Bytes>> serializeJson(std::string_view json, const Type& type)
{
    const auto value = parseJson(json);
    if (!value)
        return jsonError(
            fmt::format("Could not decode JSON string '{}': {}", json, value.error().detail()));
    return fromJson(*value, type);
}

Result<std::vector<JsonField>> splitJsonObject(std::string_view json)
{
    const auto value = parseJson(json);
    if (!value)
        return jsonError(fmt::format("Could not decode JSON string as a map: {}. (String was: {})",
                                     value.error().detail(), json));
    if (value->kind != Kind::Object)
        return jsonError(
            fmt::format("Could not decode JSON string as a map: a {} is not one. (String was: {})",
                        value->javaClass(), json));
    std::vector<JsonField> out;
    for (std::size_t i = 0; i < value->items.size(); ++i)
        out.push_back({meantName(value->keys[i]), value->items[i].toJson()});
    return out;
}

} // namespace engine::cql
