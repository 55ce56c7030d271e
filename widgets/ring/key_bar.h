#pragma once

#include "widgets/studio/cluster_source.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace theme {
class Theme;
}

namespace views {

/// Chooses a table, takes its partition-key columns, shows token and replicas.
class KeyBar : public QWidget {
    Q_OBJECT
public:
    KeyBar(const theme::Theme& theme, QWidget* parent = nullptr);

    /// May be nullptr.
    void setSource(studio::ClusterSource* source);
    void choose(const studio::PlacementQuery& query);
    [[nodiscard]] studio::PlacementQuery query() const;
    [[nodiscard]] QList<QLineEdit*> fields() const { return m_fields; }
    [[nodiscard]] QLabel* tokenLabel() const { return m_token; }

public slots:
    void reloadSchema();
    /// Asks the source again: the topology or the text changed.
    void say(const QString& text, bool isSentence);
    void place();

signals:
    void placed(const std::optional<studio::Placement>& placement, const QString& label);

private:
    void rebuildFields();

    const theme::Theme& m_theme;
    studio::ClusterSource* m_source = nullptr;
    QComboBox* m_table;
    QHBoxLayout* m_fieldRow;
    QList<QLineEdit*> m_fields;
    QLabel* m_token;
    QLabel* m_hint;
    QWidget* m_replicas;
};

} // namespace views
