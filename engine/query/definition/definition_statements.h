#pragma once

#include "engine/query/statement.h"

namespace engine::query {

/// Statements that are little more than their text: what they need is looked up when they run.

class UseStatement final : public PreparedStatement {
public:
    UseStatement(std::string text, std::unique_ptr<Arena> arena, const cql::Statement& parsed)
        : PreparedStatement(std::move(text), std::move(arena)),
          m_parsed(parsed.as<cql::ParsedUse>())
    {
    }
    [[nodiscard]] Task<QueryResult> execute(Environment& environment,
                                            RequestContext request) const override;

private:
    const cql::ParsedUse& m_parsed;
};

class TruncateStatement final : public PreparedStatement {
public:
    TruncateStatement(std::string text, std::unique_ptr<Arena> arena, const cql::Statement&)
        : PreparedStatement(std::move(text), std::move(arena))
    {
    }
    [[nodiscard]] Task<QueryResult> execute(Environment& environment,
                                            RequestContext request) const override;
};

/// CREATE, ALTER and DROP: applied by the schema owner to the schema of that moment.
class DefinitionStatement final : public PreparedStatement {
public:
    DefinitionStatement(std::string text, std::unique_ptr<Arena> arena,
                        const cql::Statement& parsed)
        : PreparedStatement(std::move(text), std::move(arena)), m_parsed(parsed)
    {
    }
    [[nodiscard]] Task<QueryResult> execute(Environment& environment,
                                            RequestContext request) const override;

private:
    const cql::Statement& m_parsed;
};

class DescribeStatement final : public PreparedStatement {
public:
    DescribeStatement(std::string text, std::unique_ptr<Arena> arena, const cql::Statement& parsed)
        : PreparedStatement(std::move(text), std::move(arena)),
          m_parsed(parsed.as<cql::ParsedDescribe>())
    {
    }
    [[nodiscard]] Task<QueryResult> execute(Environment& environment,
                                            RequestContext request) const override;
    [[nodiscard]] protocol::ColumnSpecsPtr resultColumns() const override;

private:
    const cql::ParsedDescribe& m_parsed;
};

} // namespace engine::query
