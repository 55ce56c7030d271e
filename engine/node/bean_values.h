#pragma once

#include "engine/node/node_beans.h"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <vector>

/// Small conversions that several beans share.
namespace engine::node {

/// "127.0.0.1:7000" or, without port, "127.0.0.1".
[[nodiscard]] std::string endpointText(const InetEndpoint& endpoint, bool withPort);
[[nodiscard]] boost::json::array textArray(const std::vector<std::string>& texts);

/// The strings of a JSON array argument; other elements are left out.
[[nodiscard]] std::vector<std::string> stringsOf(const boost::json::value& value);
[[nodiscard]] std::string stringOf(const boost::json::array& arguments, std::size_t index);

/// Tables by name; IllegalArgumentException with Cassandra's sentences if there is none. No
/// names: all tables of the keyspace.
[[nodiscard]] Result<std::vector<schema::TablePtr>> tablesOf(const schema::Schema& schema,
                                                             const std::string& keyspace,
                                                             const std::vector<std::string>& names);
/// Keyspaces whose tables are on disk here.
[[nodiscard]] std::vector<std::string> keyspaceNames(const schema::Schema& schema, bool systemToo);

/// The ranges of tokens that this node holds of a keyspace; nullopt: it holds everything.
[[nodiscard]] Result<std::optional<std::vector<std::pair<std::int64_t, std::int64_t>>>>
ownedRanges(const BeanContext& context, const schema::Keyspace& keyspace);

void addStorageServiceReads(MBean& bean, const BeanContext& context);
void addStorageServiceOperations(MBean& bean, const BeanContext& context);
void addCompactionOperations(MBean& storageService, const BeanContext& context);
void addMaintenanceOperations(MBean& storageService, const BeanContext& context);
/// The beans of tables that have operations, import and refresh, as far as `wanted` covers them.
[[nodiscard]] std::vector<MBean> tableOperationBeans(const BeanContext& context,
                                                     const ObjectName& wanted);
[[nodiscard]] MBean compactionManagerBean(const BeanContext& context);
[[nodiscard]] MBean failureDetectorBean(const BeanContext& context);
[[nodiscard]] MBean gossiperBean(const BeanContext& context);
[[nodiscard]] MBean snitchBean(const BeanContext& context);
[[nodiscard]] std::vector<MBean> javaLangBeans(const BeanContext& context);
/// The figures of tables, as far as `wanted` covers them.
[[nodiscard]] std::vector<MBean> tableBeans(const BeanContext& context, const ObjectName& wanted);
[[nodiscard]] std::vector<MBean> storageMetricBeans(const BeanContext& context);
/// The key and the row cache: type=Caches, and their metrics.
[[nodiscard]] std::vector<MBean> cacheBeans(const BeanContext& context);
/// type=Guardrails, those that there are here: how full the disks may be.
[[nodiscard]] MBean guardrailsBean(const BeanContext& context);
/// type=ThreadPools and type=DroppedMessage, as tpstats reads them.
[[nodiscard]] std::vector<MBean> stageBeans(const BeanContext& context);

} // namespace engine::node
