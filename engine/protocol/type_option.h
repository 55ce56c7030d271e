#pragma once

#include "engine/cql/type.h"
#include "engine/protocol/message_reader.h"
#include "engine/protocol/version.h"

namespace engine::protocol {

/// Reads a <type> option (section 4.2.5.2). Collections and user types come back multi-cell at
/// the top and frozen inside: the wire does not tell. A custom class that Cassandra's type names
/// cover becomes that type, another one Type::custom. nullptr when `in` has failed.
[[nodiscard]] cql::TypePtr decodeType(MessageReader& in);

} // namespace engine::protocol
