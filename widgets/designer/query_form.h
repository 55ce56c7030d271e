#pragma once

#include "widgets/designer/form_support.h"

class QCheckBox;
class QPushButton;

namespace theme {
class Badge;
}

namespace views {

/// A query in plain fields, what it becomes, and the mapping rules that made it so.
class QueryForm final : public Form {
    Q_OBJECT
public:
    QueryForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent = nullptr);
    bool show(ElementId id) override;

signals:
    void alternativesRequested(engine::modeling::ElementId query);
    void stepsRequested(engine::modeling::ElementId query);

private:
    enum class List { Equality, Range, Order, Returns };
    void addFigures();
    void connectFields();
    void connectChips(Chips* chips, List list);
    void connectVia();
    void change(const QString& text, const std::function<void(engine::modeling::Query&)>& how);
    void showChips(const engine::modeling::Query& query);
    void showRoles(const engine::modeling::Query& query);
    void showAnswer(const engine::modeling::Query& query);
    void showRules(const engine::modeling::Query& query);
    /// Its statement, and what Cassandra says to one that its table cannot answer.
    void showStatement(const engine::modeling::Query& query);
    void fillFinds(const engine::modeling::Query& query);

    QLabel* m_title;
    theme::Badge* m_badge;
    QLineEdit* m_question;
    QComboBox* m_access;
    QComboBox* m_finds;
    Chips* m_equality;
    Chips* m_range;
    Chips* m_order;
    Chips* m_returns;
    QLabel* m_viaLabel;
    Chips* m_via; ///< relationship types, where several ways lead to what is found
    QLineEdit* m_rate;
    QLineEdit* m_p99;
    QLabel* m_roleLabel;
    QComboBox* m_role; ///< where a type is related to itself: whose attributes are given
    QLineEdit* m_width;
    QLineEdit* m_name;
    QCheckBox* m_unique;
    QPushButton* m_table = nullptr; ///< made after the rows that look for it
    QVBoxLayout* m_rules;
    QLabel* m_broken;
    QLabel* m_statement;
    bool m_filling = false;
};

} // namespace views
