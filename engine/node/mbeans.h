#pragma once

#include "engine/base/task.h"
#include "engine/node/object_name.h"

#include <boost/json/fwd.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine::node {

/// A managed object under one of Cassandra's MBean names: attributes that are read (some can be
/// written) and operations, keyed by Cassandra's full signature,
/// "forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)". Node thread only.
struct MBean {
    using Read = std::function<Result<boost::json::value>()>;
    using Write = std::function<Result<void>(const boost::json::value&)>;
    using Invoke = std::function<Task<boost::json::value>(boost::json::array)>;

    struct Attribute {
        std::string type; ///< Java's name, for `list`: "long", "java.util.List"
        Read read;
        Write write; ///< empty: read-only
    };
    struct Operation {
        std::string returns; ///< Java's name
        Invoke invoke;
    };

    ObjectName name;
    std::map<std::string, Attribute> attributes;
    std::map<std::string, Operation> operations;

    [[nodiscard]] static MBean named(std::string_view objectName);
    MBean& attribute(std::string attributeName, std::string type, Read read, Write write = {});
    MBean& operation(std::string signature, std::string returns, Invoke invoke);
};

using MBeanPtr = std::shared_ptr<const MBean>;

/// The managed objects of a node: some are kept, and those of tables, of which there may be
/// thousands with dozens of objects each, are made when they are asked for. Node thread only.
class MBeanRegistry {
public:
    /// Makes the objects that a name or pattern covers, with names that no other source has.
    /// Others may be among them: the registry looks.
    using Source = std::function<std::vector<MBean>(const ObjectName& wanted)>;

    void add(MBean bean);
    void addSource(Source source);

    /// nullptr if there is none.
    [[nodiscard]] MBeanPtr find(const ObjectName& name) const;
    /// Sorted by canonical name.
    [[nodiscard]] std::vector<MBeanPtr> matching(const ObjectName& pattern) const;

private:
    std::map<std::string, MBeanPtr> m_beans; ///< by canonical name
    std::vector<Source> m_sources;
};

/// Answers Jolokia 2 requests (read, write, exec, list, search, version, notification; single or
/// in bulk) from a registry, in the format and with the error types that the Jolokia agent gives
/// beside real Cassandra. No I/O.
class Jolokia {
public:
    struct Identity {
        std::string agentId;
        std::string url;
        std::function<std::int64_t()> nowSeconds;
    };
    Jolokia(MBeanRegistry& registry, Identity identity);
    ~Jolokia();

    /// One request object or an array of them. `allowChanges` false refuses exec and write.
    [[nodiscard]] Task<boost::json::value> handle(boost::json::value request, bool allowChanges);
    /// A GET path below /jolokia/ ("read/java.lang:type=Memory/HeapMemoryUsage") as a request.
    [[nodiscard]] static Result<boost::json::value> requestOfPath(std::string_view path);

    /// Queues a JMX notification for every client subscribed to `source`'s bean.
    void notify(const ObjectName& bean, const boost::json::object& notification);

private:
    Task<boost::json::value> handleOne(boost::json::value request, bool allowChanges);
    Result<boost::json::value> read(const boost::json::object& request);
    Result<boost::json::value> readAttributes(const MBean& bean,
                                              const boost::json::object& request);
    Result<boost::json::value> write(const boost::json::object& request);
    Task<boost::json::value> exec(boost::json::object request);
    Result<boost::json::value> list(const boost::json::object& request);
    Result<boost::json::value> search(const boost::json::object& request);
    Result<boost::json::value> version();
    Result<boost::json::value> notification(const boost::json::object& request);
    void addNotificationStore();

    struct Subscribers;
    MBeanRegistry& m_registry;
    Identity m_identity;
    std::unique_ptr<Subscribers> m_subscribers;
};

/// An error that Jolokia reports with a Java class and an HTTP-like status.
struct JavaException final : ErrorExtra {
    JavaException(std::string exceptionType, int statusCode)
        : type(std::move(exceptionType)), status(statusCode)
    {
    }
    std::string type;
    int status;
};
[[nodiscard]] Error javaError(std::string exceptionType, int status, std::string message);

} // namespace engine::node
