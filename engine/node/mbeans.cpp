#include "engine/node/mbeans.h"

#include "engine/base/assert.h"

#include <boost/json.hpp>

namespace engine::node {

MBean MBean::named(std::string_view objectName)
{
    auto parsed = ObjectName::parse(objectName);
    ENGINE_ASSERT(parsed.has_value(), "a bean's own name parses");
    MBean bean;
    bean.name = std::move(*parsed);
    return bean;
}

MBean& MBean::attribute(std::string attributeName, std::string type, Read read, Write write)
{
    attributes[std::move(attributeName)] = {std::move(type), std::move(read), std::move(write)};
    return *this;
}

MBean& MBean::operation(std::string signature, std::string returns, Invoke invoke)
{
    operations[std::move(signature)] = {std::move(returns), std::move(invoke)};
    return *this;
}

void MBeanRegistry::add(MBean bean)
{
    std::string key = bean.name.canonical();
    m_beans[std::move(key)] = {{}, std::move(bean)};
}

void MBeanRegistry::replaceGroup(const std::string& group, std::vector<MBean> beans)
{
    std::erase_if(m_beans, [&](const auto& entry) { return entry.second.group == group; });
    for (auto& bean : beans) {
        std::string key = bean.name.canonical();
        m_beans[std::move(key)] = {group, std::move(bean)};
    }
}

const MBean* MBeanRegistry::find(const ObjectName& name) const
{
    const auto found = m_beans.find(name.canonical());
    return found == m_beans.end() ? nullptr : &found->second.bean;
}

std::vector<const MBean*> MBeanRegistry::matching(const ObjectName& pattern) const
{
    std::vector<const MBean*> all;
    for (const auto& [key, entry] : m_beans) {
        if (pattern.matches(entry.bean.name))
            all.push_back(&entry.bean);
    }
    return all;
}

Error javaError(std::string exceptionType, int status, std::string message)
{
    const auto code = status == 404  ? ErrorCode::NotFound
                      : status < 500 ? ErrorCode::Invalid
                                     : ErrorCode::ServerError;
    std::string detail = exceptionType + " : " + message;
    return Error{code, std::move(detail),
                 std::make_shared<JavaException>(std::move(exceptionType), status)};
}

} // namespace engine::node
