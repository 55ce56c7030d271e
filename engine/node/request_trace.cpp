#include "engine/node/request_trace.h"

#include "engine/node/server_connection.h"
#include "engine/query/query_processor.h"

#include <fmt/format.h>

namespace engine::node {

namespace {

/// Values are shown in hex, as the node does not know their types before it has prepared.
constexpr std::size_t kTracedValueBytesMax = 64;

void addTracedOptions(coordination::TracedRequest& traced, const protocol::QueryOptions& options)
{
    traced.parameters["consistency_level"] = protocol::consistencyName(options.consistency);
    traced.parameters["serial_consistency_level"] = protocol::consistencyName(
        options.serialConsistency.value_or(protocol::Consistency::Serial));
    if (options.pageSize)
        traced.parameters["page_size"] = std::to_string(*options.pageSize);
    for (std::size_t i = 0; i < options.values.size(); ++i) {
        const protocol::Value& value = options.values[i];
        const bool isLong = value.bytes.size() > kTracedValueBytesMax;
        traced.parameters[fmt::format("bound_var_{}_{}", i, value.name)] =
            value.kind == protocol::Value::Kind::Bytes
                ? "0x" + toHex(value.bytes.substr(0, kTracedValueBytesMax)) + (isLong ? "…" : "")
                : std::string{value.kind == protocol::Value::Kind::Null ? "null" : "unset"};
    }
}

} // namespace

coordination::TracedRequest describeForTrace(const ServerRequest& request,
                                             const query::QueryProcessor& processor)
{
    coordination::TracedRequest traced;
    traced.client = request.connection().remote().address;
    if (const auto* query = std::get_if<protocol::QueryRequest>(&request.request)) {
        traced.request = "Execute CQL3 query";
        traced.parameters["query"] = std::string{query->query};
        addTracedOptions(traced, query->options);
    } else if (const auto* execute = std::get_if<protocol::ExecuteRequest>(&request.request)) {
        traced.request = "Execute CQL3 prepared query";
        traced.parameters["query"] = processor.preparedText(execute->id);
        addTracedOptions(traced, execute->options);
    } else if (const auto* batch = std::get_if<protocol::BatchRequest>(&request.request)) {
        traced.request = "Execute batch of CQL3 queries";
        addTracedOptions(traced, batch->options);
    } else if (const auto* prepare = std::get_if<protocol::PrepareRequest>(&request.request)) {
        traced.request = "Preparing CQL3 query";
        traced.parameters["query"] = std::string{prepare->query};
    }
    return traced;
}

} // namespace engine::node
