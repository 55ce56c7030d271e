#pragma once

#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace engine::schema {
class Schema;
}

/// The schema as the explorer, the inspector and the editor's completion read it: plain values,
/// immutable once published, made from the driver's metadata by the source.
namespace studio {

enum class KeyRole { PartitionKey, ClusteringAscending, ClusteringDescending, Static, Regular };

struct ColumnInfo {
    QString name;
    QString type; ///< as CQL writes it
    KeyRole role = KeyRole::Regular;
    int position = 0; ///< within partition key or clustering
    bool counter = false;

    [[nodiscard]] bool isKey() const noexcept
    {
        return role != KeyRole::Static && role != KeyRole::Regular;
    }
};

struct IndexInfo {
    QString name;
    QString table;
    QString target;
    QString kind;
};

struct TableInfo {
    QString keyspace;
    QString name;
    bool isView = false;
    QString baseTable;               ///< of a view
    std::vector<ColumnInfo> columns; ///< as SELECT * gives them
    std::vector<std::pair<QString, QString>> options;

    [[nodiscard]] const ColumnInfo* column(const QString& columnName) const noexcept;
    [[nodiscard]] std::vector<const ColumnInfo*> partitionKey() const;
};

struct TypeInfo {
    QString name;
    std::vector<std::pair<QString, QString>> fields; ///< name, type
};

struct FunctionInfo {
    QString name;
    QStringList argumentTypes;
    QString returnType;
    QString language;
    bool isAggregate = false;
};

struct KeyspaceInfo {
    QString name;
    QString replication; ///< "RF 3", "dc1: 3, dc2: 2"
    bool isSystem = false;
    bool isVirtual = false;
    std::vector<TableInfo> tables;
    std::vector<TableInfo> views;
    std::vector<TypeInfo> types;
    std::vector<IndexInfo> indexes;
    std::vector<FunctionInfo> functions;

    [[nodiscard]] const TableInfo* table(const QString& tableName) const noexcept;
};

struct RoleInfo {
    QString name;
    bool superuser = false;
    bool canLogin = true;

    friend bool operator==(const RoleInfo&, const RoleInfo&) = default;
};

struct SchemaSnapshot {
    quint64 revision = 0;
    QString version; ///< the schema version that the nodes agree on
    std::vector<KeyspaceInfo> keyspaces;
    std::vector<RoleInfo> roles;
    QString rolesProblem; ///< why they could not be read, else empty
    /// The same as the engine reads it, for comparing with models; null if it is not known.
    std::shared_ptr<const engine::schema::Schema> definitions;

    [[nodiscard]] const KeyspaceInfo* keyspace(const QString& name) const noexcept;
    [[nodiscard]] const TableInfo* table(const QString& keyspaceName,
                                         const QString& tableName) const noexcept;
};
using SchemaPtr = std::shared_ptr<const SchemaSnapshot>;

} // namespace studio
