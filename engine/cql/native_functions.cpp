#include "engine/cql/native_functions.h"

namespace engine::cql {

namespace {
constexpr NativeFunction kFunctions[] = {
    {"count", "count(*) → bigint", true},
    {"min", "min(T) → T", true},
    {"max", "max(T) → T", true},
    {"sum", "sum(number) → number", true},
    {"avg", "avg(number) → number", true},
    {"now", "now() → timeuuid"},
    {"uuid", "uuid() → uuid"},
    {"token", "token(partition key) → bigint"},
    {"writetime", "writetime(column) → bigint"},
    {"maxwritetime", "maxwritetime(column) → bigint"},
    {"ttl", "ttl(column) → int"},
    {"current_timestamp", "current_timestamp() → timestamp"},
    {"current_date", "current_date() → date"},
    {"current_time", "current_time() → time"},
    {"current_timeuuid", "current_timeuuid() → timeuuid"},
    {"min_timeuuid", "min_timeuuid(timestamp) → timeuuid"},
    {"max_timeuuid", "max_timeuuid(timestamp) → timeuuid"},
    {"to_date", "to_date(timestamp | timeuuid) → date"},
    {"to_timestamp", "to_timestamp(date | timeuuid) → timestamp"},
    {"to_unix_timestamp", "to_unix_timestamp(date | timestamp | timeuuid) → bigint"},
    {"to_json", "to_json(T) → text"},
    {"from_json", "from_json(text) → T"},
    {"map_keys", "map_keys(map<K, V>) → set<K>"},
    {"map_values", "map_values(map<K, V>) → list<V>"},
    {"collection_count", "collection_count(collection) → int"},
    {"collection_min", "collection_min(collection<T>) → T"},
    {"collection_max", "collection_max(collection<T>) → T"},
    {"collection_sum", "collection_sum(collection<number>) → number"},
    {"collection_avg", "collection_avg(collection<number>) → number"},
    {"abs", "abs(number) → number"},
    {"exp", "exp(number) → number"},
    {"log", "log(number) → number"},
    {"log10", "log10(number) → number"},
    {"round", "round(number) → number"},
    {"similarity_cosine", "similarity_cosine(vector, vector) → float"},
    {"similarity_dot_product", "similarity_dot_product(vector, vector) → float"},
    {"similarity_euclidean", "similarity_euclidean(vector, vector) → float"},
    {"mask_default", "mask_default(T) → T"},
    {"mask_null", "mask_null(T) → T"},
    {"mask_replace", "mask_replace(T, replacement) → T"},
    {"mask_inner", "mask_inner(text, begin, end, [padding]) → text"},
    {"mask_outer", "mask_outer(text, begin, end, [padding]) → text"},
    {"mask_hash", "mask_hash(T, [algorithm]) → blob"},
    {"blob_as_int", "blob_as_int(blob) → int"},
    {"blob_as_bigint", "blob_as_bigint(blob) → bigint"},
    {"blob_as_text", "blob_as_text(blob) → text"},
    {"blob_as_uuid", "blob_as_uuid(blob) → uuid"},
    {"int_as_blob", "int_as_blob(int) → blob"},
    {"bigint_as_blob", "bigint_as_blob(bigint) → blob"},
    {"text_as_blob", "text_as_blob(text) → blob"},
    {"uuid_as_blob", "uuid_as_blob(uuid) → blob"},
};
} // namespace

std::span<const NativeFunction> nativeFunctions() noexcept
{
    return kFunctions;
}

} // namespace engine::cql
