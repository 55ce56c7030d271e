#pragma once

#include "engine/cql/schema_provider.h"
#include "widgets/studio/schema_snapshot.h"

namespace views {

/// The studio's schema as completion and diagnostics read it. Immutable; any thread.
class SnapshotSchema final : public engine::cql::SchemaProvider {
public:
    SnapshotSchema(studio::SchemaPtr schema, QString keyspace);

    std::string currentKeyspace() const override;
    std::vector<std::string> keyspaces() const override;
    std::vector<engine::cql::KnownTable> tables(std::string_view keyspace) const override;
    std::optional<engine::cql::KnownTable> table(std::string_view keyspace,
                                                 std::string_view name) const override;
    std::vector<std::string> types(std::string_view keyspace) const override;
    std::vector<engine::cql::KnownFunction> functions(std::string_view keyspace) const override;

private:
    const studio::KeyspaceInfo* find(std::string_view keyspace) const;
    studio::SchemaPtr m_schema;
    QString m_keyspace;
};

} // namespace views
