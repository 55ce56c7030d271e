#pragma once

#include "engine/schema/schema.h"
#include "widgets/studio/schema_snapshot.h"

namespace clusters {

/// The driver's schema as the views read it. Pure; any thread.
[[nodiscard]] std::shared_ptr<studio::SchemaSnapshot>
toSnapshot(const engine::schema::Schema& schema, quint64 revision);

} // namespace clusters
