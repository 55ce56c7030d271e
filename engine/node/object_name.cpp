#include "engine/node/object_name.h"

namespace engine::node {

namespace {

/// Shell-like matching with '*' only.
bool globMatches(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

} // namespace

Result<ObjectName> ObjectName::parse(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos)
        return Error{ErrorCode::Invalid, "Domain part must be specified"};
    ObjectName name;
    name.m_domain = text.substr(0, colon);
    name.m_pattern = name.m_domain.find('*') != std::string::npos;
    std::string_view rest = text.substr(colon + 1);
    while (!rest.empty()) {
        // A quoted value may hold commas.
        std::size_t end = 0;
        bool quoted = false;
        while (end < rest.size() && (quoted || rest[end] != ',')) {
            if (rest[end] == '"')
                quoted = !quoted;
            ++end;
        }
        const std::string_view pair = rest.substr(0, end);
        rest = end < rest.size() ? rest.substr(end + 1) : std::string_view{};
        if (pair == "*") {
            name.m_moreKeys = true;
            name.m_pattern = true;
            continue;
        }
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return Error{ErrorCode::Invalid,
                         "Key properties cannot be empty in '" + std::string(text) + "'"};
        name.m_pattern = name.m_pattern || pair.find('*') != std::string_view::npos;
        name.m_keys.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    if (name.m_keys.empty() && !name.m_moreKeys)
        return Error{ErrorCode::Invalid, "Key properties cannot be empty"};
    return name;
}

std::string ObjectName::canonical() const
{
    std::string text = m_domain + ":";
    for (const auto& [key, value] : m_keys) {
        if (text.back() != ':')
            text += ',';
        text += key + "=" + value;
    }
    if (m_moreKeys)
        text += m_keys.empty() ? "*" : ",*";
    return text;
}

bool ObjectName::matches(const ObjectName& name) const
{
    if (!globMatches(m_domain, name.m_domain))
        return false;
    if (!m_moreKeys && m_keys.size() != name.m_keys.size())
        return false;
    for (const auto& [key, pattern] : m_keys) {
        const auto found = name.m_keys.find(key);
        if (found == name.m_keys.end() || !globMatches(pattern, found->second))
            return false;
    }
    return true;
}

bool ObjectName::allowsDomain(std::string_view domain) const
{
    return globMatches(m_domain, domain);
}

bool ObjectName::allows(const std::string& key, std::string_view value) const
{
    const auto found = m_keys.find(key);
    return found == m_keys.end() ? m_moreKeys : globMatches(found->second, value);
}

} // namespace engine::node
