#pragma once

#include "engine/schema/schema_owner.h"

namespace tests {

/// A schema in memory: changes are applied and current at once.
class MemorySchemaOwner final : public engine::schema::SchemaOwner {
public:
    explicit MemorySchemaOwner(engine::schema::SchemaPtr schema) : m_schema(std::move(schema)) {}

    [[nodiscard]] const engine::schema::SchemaPtr& current() const noexcept override
    {
        return m_schema;
    }
    [[nodiscard]] engine::Task<engine::schema::SchemaTransformation>
    change(engine::schema::SchemaTransform transform) override
    {
        auto outcome = transform(m_schema);
        if (!outcome)
            co_return outcome.error();
        m_schema = outcome->schema;
        co_return std::move(*outcome);
    }

private:
    engine::schema::SchemaPtr m_schema;
};

} // namespace tests
