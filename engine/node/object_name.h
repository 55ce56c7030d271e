#pragma once

#include "engine/base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace engine::node {

/// A JMX object name, "domain:key=value,key=value", possibly a pattern ('*' in the domain or a
/// value, or a last ",*"). A value; compares by canonical text.
class ObjectName {
public:
    /// Invalid with a sentence when it is not one.
    [[nodiscard]] static Result<ObjectName> parse(std::string_view text);

    /// With the keys sorted, as Jolokia prints names.
    [[nodiscard]] std::string canonical() const;
    [[nodiscard]] bool isPattern() const noexcept { return m_pattern; }
    /// Whether this pattern (or name) covers a name.
    [[nodiscard]] bool matches(const ObjectName& name) const;

    /// Whether this pattern (or name) covers some name of that domain; …of which `key` is `value`.
    [[nodiscard]] bool allowsDomain(std::string_view domain) const;
    [[nodiscard]] bool allows(const std::string& key, std::string_view value) const;

    [[nodiscard]] const std::string& domain() const noexcept { return m_domain; }
    [[nodiscard]] const std::map<std::string, std::string>& keys() const noexcept { return m_keys; }

private:
    std::string m_domain;
    std::map<std::string, std::string> m_keys;
    bool m_moreKeys = false;
    bool m_pattern = false;
};

} // namespace engine::node
