#pragma once

#include "widgets/designer/form_support.h"

class QCheckBox;
class QPlainTextEdit;
class QTableWidget;

namespace views {

/// Name, keyspace, columns, time to live and comment of a table; the fields of a user type.
class TableForm final : public Form {
    Q_OBJECT
public:
    TableForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent = nullptr);
    bool show(ElementId id) override;

private:
    void showTable(const engine::modeling::ModelTable& table);
    void showType(const engine::modeling::UserType& type);
    void cellChanged(int row, int column);
    void typeCellChanged(const engine::modeling::UserType& type, int row, int column);
    void addRow();
    void showProof(const engine::modeling::ModelTable& table);

    QLabel* m_title;
    QLabel* m_key;
    QLineEdit* m_name;
    QComboBox* m_keyspace;
    QTableWidget* m_rows;
    QWidget* m_options;
    QLineEdit* m_ttl;
    QLineEdit* m_compaction;
    QLabel* m_compactionAdvice;
    QLineEdit* m_comment;
    QLabel* m_proof;
    bool m_filling = false;
};

/// One column: name, type, role, why it is there.
class ColumnForm final : public Form {
    Q_OBJECT
public:
    ColumnForm(const theme::Theme& theme, studio::DesignContext& context,
               QWidget* parent = nullptr);
    bool show(ElementId id) override;

private:
    QLabel* m_title;
    QLineEdit* m_name;
    QComboBox* m_type;
    QComboBox* m_role;
    QCheckBox* m_index;
    QLabel* m_reason;
    bool m_filling = false;
};

/// The whole model: name, comment, figures, keyspaces with their replication.
class ModelForm final : public Form {
    Q_OBJECT
public:
    ModelForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent = nullptr);
    bool show(ElementId id) override;

private:
    QLabel* m_title;
    QLineEdit* m_name;
    QLabel* m_figures;
    QTableWidget* m_keyspaces;
    bool m_filling = false;
};

} // namespace views
