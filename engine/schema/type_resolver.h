#pragma once

#include "engine/base/result.h"
#include "engine/cql/term.h"
#include "engine/schema/keyspace.h"

#include <functional>
#include <string>
#include <string_view>

namespace engine::schema {

/// Finds a user type of the statement's keyspace; nullptr if there is none.
using UserTypeLookup = std::function<cql::TypePtr(std::string_view name)>;

/// What a type as written means in `keyspace` (CQL3Type.Raw.prepare). Invalid with Cassandra's
/// sentence for unknown user types, those of other keyspaces, and forbidden nestings.
[[nodiscard]] Result<cql::TypePtr> resolveType(const cql::ParsedType& parsed,
                                               std::string_view keyspace,
                                               const UserTypeLookup& userTypes);
[[nodiscard]] Result<cql::TypePtr> resolveType(const cql::ParsedType& parsed,
                                               const Keyspace& keyspace);

/// The type as CQL writes it, from what the text said: "list<nosuch>".
[[nodiscard]] std::string parsedTypeText(const cql::ParsedType& parsed);

/// `type` with every use of the user type `changed` (same keyspace and name) replaced by it.
[[nodiscard]] cql::TypePtr replaceUserType(const cql::TypePtr& type, const cql::TypePtr& changed);
/// `type` with user types replaced by tuples of their fields, as dropped columns record it
/// (AbstractType.expandUserTypes).
[[nodiscard]] cql::TypePtr expandUserTypes(const cql::TypePtr& type);

} // namespace engine::schema
