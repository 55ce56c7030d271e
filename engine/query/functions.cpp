#include "engine/query/functions.h"

#include "engine/cql/literals.h"
#include "engine/cql/type_elements.h"
#include "engine/protocol/error_extras.h"
#include "engine/ring/token.h"

#include <algorithm>
#include <array>
#include <functional>

namespace engine::query {

using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace {

using Arguments = std::span<const MaybeValue>;
using Call = std::function<Result<MaybeValue>(Arguments, BindContext&)>;
using Functions = std::vector<ScalarFunctionPtr>;

constexpr std::int64_t kMillisADay = 86'400'000;

ScalarFunctionPtr makeFunction(std::string_view name, std::vector<TypePtr> arguments,
                               TypePtr result, Call call, bool takesNull = false)
{
    auto function = std::make_shared<ScalarFunction>();
    function->name = std::string{name};
    function->arguments = std::move(arguments);
    function->result = std::move(result);
    function->call = std::move(call);
    function->takesNull = takesNull;
    return function;
}

TypePtr nativeType(TypeKind kind)
{
    return Type::native(kind);
}

std::int64_t millisOf(TypeKind kind, ByteView value)
{
    switch (kind) {
    case TypeKind::Timeuuid:
        return value.size() == 16 ? Uuid::fromBytes(value).unixMillis() : 0;
    case TypeKind::Date:
        return value.size() == 4
                   ? (static_cast<std::int64_t>(loadBigEndian<std::uint32_t>(value.data())) -
                      (std::int64_t{1} << 31)) *
                         kMillisADay
                   : 0;
    default:
        return value.size() == 8 ? loadBigEndian<std::int64_t>(value.data()) : 0;
    }
}

std::uint32_t dayOf(std::int64_t millis)
{
    const std::int64_t days =
        millis >= 0 ? millis / kMillisADay : -((-millis + kMillisADay - 1) / kMillisADay);
    return static_cast<std::uint32_t>(days + (std::int64_t{1} << 31));
}

/// a date or time from a timestamp, date or timeuuid.
Functions conversions(std::string_view name, TypeKind to, std::initializer_list<TypeKind> from)
{
    Functions all;
    for (const TypeKind kind : from) {
        all.push_back(
            makeFunction(name, {nativeType(kind)}, nativeType(to),
                         [kind, to](Arguments in, BindContext& context) -> Result<MaybeValue> {
                             const std::int64_t millis = millisOf(kind, *in[0]);
                             if (to == TypeKind::Date)
                                 return MaybeValue{putNumber(context.arena, dayOf(millis))};
                             return MaybeValue{putNumber(context.arena, millis)};
                         }));
    }
    return all;
}

Functions clocks(std::string_view name)
{
    const auto one = [&](TypeKind type, Call call) {
        return Functions{makeFunction(name, {}, nativeType(type), std::move(call))};
    };
    if (name == "now" || name == "current_timeuuid" || name == "currenttimeuuid")
        return one(TypeKind::Timeuuid, [](Arguments, BindContext& context) -> Result<MaybeValue> {
            return MaybeValue{context.arena.copy(context.nextTimeUuid().view())};
        });
    if (name == "uuid")
        return one(TypeKind::Uuid, [](Arguments, BindContext& context) -> Result<MaybeValue> {
            return MaybeValue{context.arena.copy(Uuid::random(context.runtime.random()).view())};
        });
    if (name == "current_timestamp" || name == "currenttimestamp")
        return one(TypeKind::Timestamp, [](Arguments, BindContext& context) -> Result<MaybeValue> {
            return MaybeValue{putNumber(context.arena, context.runtime.wallNow().millis())};
        });
    if (name == "current_date" || name == "currentdate")
        return one(TypeKind::Date, [](Arguments, BindContext& context) -> Result<MaybeValue> {
            return MaybeValue{putNumber(context.arena, dayOf(context.runtime.wallNow().millis()))};
        });
    if (name == "current_time" || name == "currenttime")
        return one(TypeKind::Time, [](Arguments, BindContext& context) -> Result<MaybeValue> {
            const std::int64_t micros = context.runtime.wallNow().micros() % (kMillisADay * 1000);
            return MaybeValue{putNumber(context.arena, micros * 1000)};
        });
    return {};
}

Functions timeUuidBounds(std::string_view name)
{
    const bool isMin = name.starts_with("min");
    return {makeFunction(
        name, {nativeType(TypeKind::Timestamp)}, nativeType(TypeKind::Timeuuid),
        [isMin](Arguments in, BindContext& context) -> Result<MaybeValue> {
            const std::int64_t millis = millisOf(TypeKind::Timestamp, *in[0]);
            const WallTime time{std::chrono::microseconds{millis * 1000}};
            // The smallest and greatest clock sequence and node as signed bytes
            // (UUIDGen.minTimeUUID, maxTimeUUID).
            const std::uint64_t ticks = Uuid::ticksOf(time) + (isMin ? 0 : 9999);
            const std::uint64_t low = isMin ? 0x8080808080808080ULL : 0x7f7f7f7f7f7f7f7fULL;
            return MaybeValue{context.arena.copy(Uuid::timeUuid(ticks, low).view())};
        })};
}

/// intasblob, int_as_blob, blobasint, blob_as_int.
Functions blobConversions(std::string_view name)
{
    static constexpr std::array<TypeKind, 20> kinds{
        TypeKind::Ascii,     TypeKind::Bigint,  TypeKind::Boolean,  TypeKind::Counter,
        TypeKind::Decimal,   TypeKind::Double,  TypeKind::Float,    TypeKind::Int,
        TypeKind::Timestamp, TypeKind::Uuid,    TypeKind::Text,     TypeKind::Varint,
        TypeKind::Timeuuid,  TypeKind::Inet,    TypeKind::Date,     TypeKind::Time,
        TypeKind::Smallint,  TypeKind::Tinyint, TypeKind::Duration, TypeKind::Blob};
    for (const TypeKind kind : kinds) {
        const TypePtr type = nativeType(kind);
        std::vector<std::string> words{type->toString()};
        if (kind == TypeKind::Text)
            words.emplace_back("varchar");
        for (const std::string& word : words) {
            if (name == word + "asblob" || name == word + "_as_blob")
                return {makeFunction(
                    name, {type}, nativeType(TypeKind::Blob),
                    [](Arguments in, BindContext&) -> Result<MaybeValue> { return in[0]; })};
            if (name == "blobas" + word || name == "blob_as_" + word)
                return {makeFunction(name, {nativeType(TypeKind::Blob)}, type,
                                     [type, full = std::string{name}](
                                         Arguments in, BindContext&) -> Result<MaybeValue> {
                                         if (!type->validate(*in[0]))
                                             return invalidRequest("In call to function system." +
                                                                   full + ", value 0x" +
                                                                   toHex(*in[0]) +
                                                                   " is not a valid binary "
                                                                   "representation for type " +
                                                                   type->toString());
                                         return in[0];
                                     })};
        }
    }
    return {};
}

Functions tokenFunction(std::string_view name, const schema::Table* table)
{
    if (table == nullptr)
        return {};
    std::vector<TypePtr> types;
    for (const schema::ColumnPtr& column : table->partitionKey())
        types.push_back(column->type);
    return {makeFunction(name, types, nativeType(TypeKind::Bigint),
                         [](Arguments in, BindContext& context) -> Result<MaybeValue> {
                             Bytes key;
                             ByteWriter writer{key};
                             for (const MaybeValue& part : in) {
                                 if (in.size() == 1) {
                                     writer.raw(*part);
                                 } else {
                                     writer.bytes16(*part);
                                     writer.u8(0);
                                 }
                             }
                             return MaybeValue{
                                 putNumber(context.arena, ring::murmur3Token(key).value)};
                         })};
}

Error fromJsonFailed(const std::string& reason)
{
    auto extra = std::make_shared<protocol::FunctionFailureExtra>();
    extra->keyspace = "system";
    extra->function = "fromjson";
    extra->argumentTypes = {"text"};
    return {ErrorCode::FunctionFailure, "execution of 'system.fromjson[text]' failed: " + reason,
            extra};
}

Functions jsonFunctions(std::string_view name, std::span<const TypePtr> types,
                        const TypePtr& receiver)
{
    if (name == "tojson" || name == "to_json") {
        const TypePtr type = !types.empty() && types[0] ? types[0] : nativeType(TypeKind::Text);
        return {makeFunction(
            name, {type}, nativeType(TypeKind::Text),
            [type](Arguments in, BindContext& context) -> Result<MaybeValue> {
                return MaybeValue{
                    context.arena.copy(in[0] ? type->toJson(*in[0]) : std::string{"null"})};
            },
            true)};
    }
    if (!receiver)
        return {};
    return {makeFunction(name, {nativeType(TypeKind::Text)}, receiver,
                         [receiver](Arguments in, BindContext& context) -> Result<MaybeValue> {
                             auto value = cql::serializeJson(*in[0], *receiver);
                             if (!value)
                                 return fromJsonFailed(value.error().detail());
                             return *value ? MaybeValue{context.arena.copy(**value)} : MaybeValue{};
                         })};
}

Functions collectionFunctions(std::string_view name, std::span<const TypePtr> types)
{
    if (types.size() != 1 || !types[0])
        return {};
    const TypePtr type = types[0];
    if (name == "collection_count" && type->isCollection())
        return {makeFunction(name, {type}, nativeType(TypeKind::Int),
                             [](Arguments in, BindContext& context) -> Result<MaybeValue> {
                                 return MaybeValue{context.arena.copy(in[0]->substr(0, 4))};
                             })};
    if ((name == "map_keys" || name == "map_values") && type->kind() == TypeKind::Map) {
        const std::size_t offset = name == "map_keys" ? 0 : 1;
        const TypePtr inner = type->parameters()[offset];
        const TypePtr result = offset == 0 ? Type::set(inner, true) : Type::list(inner, true);
        return {makeFunction(
            name, {type}, result,
            [type, result, offset](Arguments in, BindContext& context) -> Result<MaybeValue> {
                RW_ASSIGN(const std::vector<cql::Element> all, cql::splitValue(*type, *in[0]));
                std::vector<cql::Element> kept;
                for (std::size_t i = offset; i < all.size(); i += 2)
                    kept.push_back(all[i]);
                return MaybeValue{context.arena.copy(cql::joinValue(*result, kept))};
            })};
    }
    return {};
}

} // namespace

std::vector<ScalarFunctionPtr> nativeFunctions(std::string_view name,
                                               std::span<const TypePtr> types,
                                               const schema::Table* table, const TypePtr& receiver)
{
    if (Functions found = clocks(name); !found.empty())
        return found;
    if (name == "todate" || name == "to_date")
        return conversions(name, TypeKind::Date, {TypeKind::Timestamp, TypeKind::Timeuuid});
    if (name == "totimestamp" || name == "to_timestamp")
        return conversions(name, TypeKind::Timestamp, {TypeKind::Date, TypeKind::Timeuuid});
    if (name == "tounixtimestamp" || name == "to_unix_timestamp")
        return conversions(name, TypeKind::Bigint,
                           {TypeKind::Date, TypeKind::Timestamp, TypeKind::Timeuuid});
    if (name == "mintimeuuid" || name == "min_timeuuid" || name == "maxtimeuuid" ||
        name == "max_timeuuid")
        return timeUuidBounds(name);
    if (name == "token")
        return tokenFunction(name, table);
    if (name == "tojson" || name == "to_json" || name == "fromjson" || name == "from_json")
        return jsonFunctions(name, types, receiver);
    if (name == "map_keys" || name == "map_values" || name == "collection_count")
        return collectionFunctions(name, types);
    if (!types.empty() && types[0]) {
        if (name.starts_with("mask_"))
            return maskFunctions(name, types[0]);
        if (name.starts_with("collection_"))
            return collectionAggregates(name, types[0]);
        if (name == "abs" || name == "exp" || name == "log" || name == "log10" || name == "round")
            return mathFunctions(name, types[0]);
    }
    return blobConversions(name);
}

} // namespace engine::query
