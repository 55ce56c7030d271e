#include "engine/cql/resilient_script.h"

#include "engine/cql/parser_impl.h"

namespace engine::cql {

ResilientScript::ResilientScript(std::string_view source)
{
    const auto all = tokenize(source, arena, false);
    std::vector<Token> tokens;
    tokens.reserve(all.size());
    for (const auto& token : all) {
        if (!token.isTrivia())
            tokens.push_back(token);
    }
    ResilientSink sink;
    Parser parser{source, tokens, arena, &sink};
    statements = parser.script();
    errors = std::move(sink.errors);
}

} // namespace engine::cql
