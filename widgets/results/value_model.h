#pragma once

#include "engine/cql/type.h"

#include <QAbstractItemModel>

#include <memory>

namespace views {

/// One value taken apart: elements of collections, fields of user types and tuples, as deep as
/// they go. Elements are decoded when their parent is opened.
class ValueModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Value, TypeName, ColumnCount };
    /// The whole value of the row as text: nothing is cut, line breaks are kept.
    enum Role { WholeTextRole = Qt::UserRole };
    explicit ValueModel(QObject* parent = nullptr);
    ~ValueModel() override;

    /// `present` false is null. Copies the bytes.
    void setValue(const QString& name, engine::cql::TypePtr type, bool present,
                  engine::ByteView value);
    void clear();

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;

private:
    struct Node;
    Node* nodeOf(const QModelIndex& index) const;
    static void open(Node& node);

    engine::Bytes m_bytes;
    std::unique_ptr<Node> m_root;
};

} // namespace views
