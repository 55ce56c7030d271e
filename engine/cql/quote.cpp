#include "engine/cql/quote.h"

#include "engine/cql/keywords.h"

namespace engine::cql {

bool needsQuotes(std::string_view name)
{
    if (name.empty() || !(name[0] >= 'a' && name[0] <= 'z'))
        return true;
    for (const char c : name) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return true;
    }
    return isReservedWord(name);
}

std::string quote(std::string_view name)
{
    if (!needsQuotes(name))
        return std::string{name};
    std::string out = "\"";
    for (const char c : name)
        out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
}

std::string quoteString(std::string_view text)
{
    std::string out = "'";
    for (const char c : text)
        out.append(c == '\'' ? 2 : 1, c);
    return out + "'";
}

std::string unquote(std::string_view identifier)
{
    std::string out;
    if (identifier.size() < 2 || identifier.front() != '"' || identifier.back() != '"') {
        for (const char c : identifier)
            out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
        return out;
    }
    identifier = identifier.substr(1, identifier.size() - 2);
    for (std::size_t i = 0; i < identifier.size(); ++i) {
        out.push_back(identifier[i]);
        if (identifier[i] == '"' && i + 1 < identifier.size() && identifier[i + 1] == '"')
            ++i;
    }
    return out;
}

} // namespace engine::cql
