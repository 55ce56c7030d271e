#pragma once

#include "engine/coordination/trace_service.h"
#include "engine/node/request_handler.h"

namespace engine::query {
class QueryProcessor;
}

namespace engine::node {

/// What system_traces.sessions says of a request: Cassandra's words for its kind, the text of
/// its statements, its consistency levels, page size and values.
[[nodiscard]] coordination::TracedRequest describeForTrace(const ServerRequest& request,
                                                           const query::QueryProcessor& processor);

} // namespace engine::node
