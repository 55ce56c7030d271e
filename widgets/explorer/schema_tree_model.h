#pragma once

#include "widgets/studio/schema_snapshot.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace views {

/// The schema as a tree: keyspaces → tables, views, types, indexes, functions → their parts; and
/// roles. Built from one immutable snapshot; a new snapshot resets it.
class SchemaTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum class Kind {
        Keyspace,
        SystemKeyspace,
        Folder,
        Table,
        View,
        Column,
        Type,
        Field,
        Index,
        Function,
        Aggregate,
        Roles,
        Role,
    };
    enum Role {
        KindRole = Qt::UserRole, ///< Kind as int
        DetailRole,              ///< stands at the right: a type, a count, "RF 3"
        KeyspaceRole,
        TableRole,   ///< of tables, views and their columns
        NameRole,    ///< the bare name, for inserting
        KeyRoleRole, ///< studio::KeyRole as int, of columns
        PathRole,    ///< "hotel/tables/rooms", to restore what was expanded
    };

    explicit SchemaTreeModel(QObject* parent = nullptr);
    ~SchemaTreeModel() override;

    void setSchema(studio::SchemaPtr schema);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

private:
    struct Node;
    const Node* nodeOf(const QModelIndex& index) const;
    void addTable(Node& folder, const studio::TableInfo& table);
    void addKeyspace(const studio::KeyspaceInfo& keyspace);

    studio::SchemaPtr m_schema;
    std::unique_ptr<Node> m_root;
};

} // namespace views
