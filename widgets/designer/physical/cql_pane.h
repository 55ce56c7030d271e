#pragma once

#include "widgets/designer/physical/cql_diff.h"
#include "widgets/theme/theme.h"

#include <QPlainTextEdit>

namespace views {

/// CQL with line numbers and, where two sides are compared, + and − beside the lines.
class CqlPane : public QPlainTextEdit {
    Q_OBJECT
public:
    CqlPane(const theme::Theme& theme, const QString& name, QWidget* parent = nullptr);
    /// Replaces the text if it differs; the place that is shown stays.
    void setLines(const std::vector<CqlLine>& lines);
    [[nodiscard]] const std::vector<CqlLine>& lines() const { return m_lines; }
    /// Scrolls to the first line of the element and marks its lines.
    void showElement(engine::modeling::ElementId element);
    /// Underlines a line where the text is wrong; -1: none.
    void showProblem(int line);
    [[nodiscard]] int gutterWidth() const;
    void paintGutter(QPaintEvent* event);

signals:
    /// The caret came to a line of this element.
    void elementEntered(engine::modeling::ElementId element);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void placeGutter();
    [[nodiscard]] CqlLine::State stateOf(int line) const;
    [[nodiscard]] QColor softOf(CqlLine::State state) const;
    void putText();
    void updateMarks();

    const theme::Theme& m_theme;
    QWidget* m_gutter;
    std::vector<CqlLine> m_lines;
    engine::modeling::ElementId m_element{};
    int m_problem = -1;
    bool m_setting = false;
};

} // namespace views
