#pragma once

#include "widgets/studio/session.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <deque>

class QComboBox;
class QLineEdit;
class QSortFilterProxyModel;
class QStackedLayout;
class QTableView;

namespace theme {
class Theme;
}

namespace views {

/// What happened in the clusters that were open, newest first; the oldest ones are forgotten.
class EventsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { When, Cluster, Node, Kind, Text, ColumnCount };
    static constexpr int kEventsMax = 5000;
    using QAbstractTableModel::QAbstractTableModel;

    void add(const QString& cluster, const studio::ClusterEvent& event);
    void clear();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Line {
        QString cluster;
        studio::ClusterEvent event;
    };
    std::deque<Line> m_lines;
};

/// The dock "Cluster events": nodes up and down, processes, schema, connection; filtered by words
/// and by kind.
class EventsPanel : public QWidget {
    Q_OBJECT
public:
    EventsPanel(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);

    [[nodiscard]] QTableView* table() const { return m_table; }
    [[nodiscard]] QLineEdit* searchField() const { return m_search; }

private:
    void attach();
    void onEvent(const studio::ClusterEvent& event);

    studio::Session& m_session;
    EventsModel* m_model;
    QSortFilterProxyModel* m_byKind;
    QSortFilterProxyModel* m_byWords;
    QLineEdit* m_search;
    QComboBox* m_kinds;
    QTableView* m_table;
    QStackedLayout* m_stack;
};

} // namespace views
