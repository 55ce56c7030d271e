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
    m_beans[std::move(key)] = std::make_shared<const MBean>(std::move(bean));
}

void MBeanRegistry::addSource(Source source)
{
    m_sources.push_back(std::move(source));
}

MBeanPtr MBeanRegistry::find(const ObjectName& name) const
{
    const auto found = m_beans.find(name.canonical());
    if (found != m_beans.end())
        return found->second;
    for (const Source& source : m_sources) {
        for (MBean& bean : source(name)) {
            if (bean.name.canonical() == name.canonical())
                return std::make_shared<const MBean>(std::move(bean));
        }
    }
    return nullptr;
}

std::vector<MBeanPtr> MBeanRegistry::matching(const ObjectName& pattern) const
{
    std::map<std::string, MBeanPtr> all;
    for (const auto& [key, bean] : m_beans) {
        if (pattern.matches(bean->name))
            all.emplace(key, bean);
    }
    for (const Source& source : m_sources) {
        for (MBean& bean : source(pattern)) {
            if (!pattern.matches(bean.name))
                continue;
            std::string key = bean.name.canonical();
            all.emplace(std::move(key), std::make_shared<const MBean>(std::move(bean)));
        }
    }
    std::vector<MBeanPtr> sorted;
    for (auto& [key, bean] : all)
        sorted.push_back(std::move(bean));
    return sorted;
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
