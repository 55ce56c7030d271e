#include "engine/cql/script.h"

#include "engine/cql/keyword_table.h"
#include "engine/cql/token.h"

namespace engine::cql {

std::vector<ScriptStatement> splitStatements(std::string_view script)
{
    std::vector<ScriptStatement> out;
    ScriptStatement current;
    bool any = false;
    bool inBatch = false;
    Keyword before = Keyword::None;
    const auto close = [&](bool terminated) {
        if (any) {
            current.terminated = terminated;
            out.push_back(current);
        }
        current = {};
        any = inBatch = false;
        before = Keyword::None;
    };
    for (Token token = nextToken(script, 0); token.kind != TokenKind::End;
         token = nextToken(script, token.range.end)) {
        if (token.isTrivia())
            continue;
        if (token.kind == TokenKind::Semicolon && !inBatch) {
            close(true);
            continue;
        }
        const Keyword keyword = token.kind == TokenKind::Word ? token.keyword : Keyword::None;
        if (!any) {
            current.range.begin = token.range.begin;
            any = true;
            inBatch = keyword == Keyword::Begin;
        } else if (inBatch && keyword == Keyword::Batch && before == Keyword::Apply) {
            inBatch = false;
        }
        before = keyword;
        current.range.end = token.range.end;
    }
    close(false);
    return out;
}

std::optional<ScriptStatement> statementAt(std::string_view script, std::size_t offset)
{
    const auto all = splitStatements(script);
    if (all.empty())
        return std::nullopt;
    const ScriptStatement* before = nullptr;
    for (const auto& statement : all) {
        if (offset < statement.range.begin) {
            // Behind a statement on its own line means that statement.
            if (before != nullptr &&
                script.substr(before->range.end, offset - before->range.end).find('\n') ==
                    std::string_view::npos)
                return *before;
            return statement;
        }
        if (offset <= statement.range.end)
            return statement;
        before = &statement;
    }
    return all.back();
}

} // namespace engine::cql
