#pragma once

#include "widgets/designer/form_support.h"

class QCheckBox;
class QTableWidget;

namespace views {

/// Name, instances, weakness and attributes of an entity type; name, ends and attributes of a
/// relationship type.
class OwnerForm final : public Form {
    Q_OBJECT
public:
    OwnerForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent = nullptr);
    bool show(ElementId id) override;

private:
    void showAttributes(const std::vector<engine::modeling::Attribute>& attributes);
    void showEnds(const engine::modeling::RelationshipType& relationship);
    void attributeChanged(int row, int column);
    void endChanged(int row, int column);

    QLabel* m_title;
    QLineEdit* m_name;
    QLabel* m_instancesLabel;
    QLineEdit* m_instances;
    QCheckBox* m_weak;
    QLabel* m_endsLabel;
    QTableWidget* m_ends;
    QTableWidget* m_attributes;
    bool m_filling = false;
};

/// Name, type, kind and key of one attribute; name of a screen; text of a note; a hierarchy.
class DetailForm final : public Form {
    Q_OBJECT
public:
    DetailForm(const theme::Theme& theme, studio::DesignContext& context,
               QWidget* parent = nullptr);
    bool show(ElementId id) override;

private:
    QLabel* m_title;
    QLineEdit* m_name;
    QWidget* m_attributePart;
    QComboBox* m_type;
    QComboBox* m_kind;
    QCheckBox* m_key;
    QWidget* m_hierarchyPart;
    QCheckBox* m_disjoint;
    QCheckBox* m_covering;
    bool m_filling = false;
};

} // namespace views
