#pragma once

#include "widgets/designer/form_support.h"

class QPushButton;
class QTimer;

namespace views {

class QueryForm;

/// The dock that edits what is selected: an element's form, the query that was selected last, and
/// the button that derives the tables.
class DesignInspector : public QWidget {
    Q_OBJECT
public:
    DesignInspector(const theme::Theme& theme, studio::DesignContext& context,
                    QWidget* parent = nullptr);

    /// Gives the first field of what is selected the keyboard.
    void edit();

signals:
    /// Escape: back to the canvas.
    void leaveRequested();
    void generateRequested();
    void alternativesRequested(engine::modeling::ElementId query);
    void stepsRequested(engine::modeling::ElementId query);

private:
    void refresh();

    studio::DesignContext& m_context;
    QList<Form*> m_forms;
    Form* m_modelForm;
    QueryForm* m_query;
    QWidget* m_rule;
    QPushButton* m_generate;
    QTimer* m_soon;
    ElementId m_lastQuery{};
};

} // namespace views
