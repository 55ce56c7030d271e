#pragma once

#include "engine/base/callback.h"
#include "engine/base/result.h"
#include "engine/base/task.h"
#include "engine/schema/schema_change.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::schema {

/// What a transformation made of a schema.
struct SchemaTransformation {
    /// The new schema; the same object if nothing changed (IF NOT EXISTS on an existing thing).
    SchemaPtr schema;
    /// What the client is told; nothing if nothing changed.
    std::optional<ChangeDescription> change;
    std::vector<std::string> warnings;
};

/// Turns a schema into the next one, or refuses. Pure; may run again on a newer schema.
using SchemaTransform = UniqueFunction<Result<SchemaTransformation>(const SchemaPtr& schema)>;

/// Holds a node's current schema and carries changes through: applies the transformation to the
/// newest schema, writes the difference as rows of system_schema (system/schema_rows.h), makes it
/// current, and tells the other nodes. The node implements it; statement execution calls it.
/// Node thread only.
class SchemaOwner {
public:
    virtual ~SchemaOwner() = default;
    /// Never nullptr; includes the system keyspaces.
    [[nodiscard]] virtual const SchemaPtr& current() const noexcept = 0;
    /// Ends once the change is durable here and current; pushes to other nodes before or after.
    /// Changes run one after another. Fails with what the transformation refused with.
    [[nodiscard]] virtual Task<SchemaTransformation> change(SchemaTransform transform) = 0;
};

} // namespace engine::schema
