#pragma once

#include "engine/schema/ddl.h"
#include "engine/schema/table_options.h"

/// The pieces of applyDdl(), one a kind of statement. Internal to engine/schema.
namespace engine::schema::detail {

struct Ddl {
    const SchemaPtr& schema;
    const DdlContext& context;

    /// The keyspace a name is in; Invalid if there is neither one given nor one in use.
    [[nodiscard]] Result<std::string> keyspaceOf(const cql::QualifiedName& name) const;
    /// Unauthorized for keyspaces that users may not change. `verb`: "ALTER", …
    [[nodiscard]] Result<void> checkModifiable(const std::string& keyspace,
                                               bool isKeyspaceItself) const;
    [[nodiscard]] SchemaTransformation unchanged() const { return {schema, std::nullopt, {}}; }
    [[nodiscard]] SchemaTransformation changed(Keyspace keyspace, ChangeDescription change) const;
};

[[nodiscard]] Error invalid(std::string text);
[[nodiscard]] Error badConfig(std::string text);
[[nodiscard]] Result<Properties> readProperties(std::span<const cql::Property> properties);
/// Letters, digits and underscores, at least one.
[[nodiscard]] bool isWord(std::string_view name) noexcept;

[[nodiscard]] Result<SchemaTransformation> createKeyspace(const Ddl&,
                                                          const cql::ParsedCreateKeyspace&);
[[nodiscard]] Result<SchemaTransformation> alterKeyspace(const Ddl&,
                                                         const cql::ParsedAlterKeyspace&);
[[nodiscard]] Result<SchemaTransformation> dropKeyspace(const Ddl&, const cql::ParsedDrop&);
[[nodiscard]] Result<SchemaTransformation> createTable(const Ddl&, const cql::ParsedCreateTable&);
[[nodiscard]] Result<SchemaTransformation> alterTable(const Ddl&, const cql::ParsedAlterTable&);
[[nodiscard]] Result<SchemaTransformation> dropTable(const Ddl&, const cql::ParsedDrop&);
[[nodiscard]] Result<SchemaTransformation> createType(const Ddl&, const cql::ParsedCreateType&);
[[nodiscard]] Result<SchemaTransformation> alterType(const Ddl&, const cql::ParsedAlterType&);
[[nodiscard]] Result<SchemaTransformation> dropType(const Ddl&, const cql::ParsedDrop&);

} // namespace engine::schema::detail
