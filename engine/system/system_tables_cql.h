#pragma once

#include <string_view>

/// CREATE TABLE statements, each ending with ";\n". Internal to engine/system.
namespace engine::system::detail {

extern const std::string_view kSystemTables;       ///< system
extern const std::string_view kSystemSchemaTables; ///< system_schema
extern const std::string_view kDistributedTables;  ///< system_auth, _distributed, _traces
extern const std::string_view kVirtualTables;      ///< system_views, system_virtual_schema

} // namespace engine::system::detail
