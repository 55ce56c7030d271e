#pragma once

#include "widgets/studio/trace.h"
#include "widgets/theme/accessible_items.h"
#include "widgets/trace/trace_models.h"

#include <QWidget>

namespace theme {
class Theme;
}

namespace views {

/// One request as a sequence diagram: client, coordinator and replicas as lifelines, messages as
/// arrows from when they were sent to when they arrived.
///
/// Arrow keys go from message to message; each has its name for screen readers. The vertical scale
/// keeps the order of moments and gives close ones room to be read.
class SequenceCanvas : public QWidget, public theme::AccessibleItems {
    Q_OBJECT
public:
    SequenceCanvas(const theme::Theme& theme, QWidget* parent = nullptr);

    void set(const studio::Trace& trace, std::vector<TraceNode> nodes);
    /// Strong is the message that this event sent or received; -1: none.
    void setEvent(int event);
    /// Where a moment stands; grows with the moment. For tests.
    [[nodiscard]] double yOf(qint64 us) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    [[nodiscard]] int accessibleItemCount() const override;
    [[nodiscard]] QString accessibleItemName(int item) const override;
    [[nodiscard]] QRect accessibleItemRect(int item) const override;
    [[nodiscard]] int accessibleCurrentItem() const override { return m_current; }

signals:
    /// The user chose a message: the event that sent it.
    void eventChosen(int event);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// An arrow; the first and the last are the client's.
    struct Arrow {
        int from = 0; ///< lane; 0 is the client
        int to = 0;
        qint64 sentUs = 0;
        qint64 receivedUs = 0;
        QString text;
        int event = -1;
        int otherEvent = -1;
        bool response = false;
    };
    void layOut();
    int laneOf(const QString& address) const;
    double xOf(int lane) const;
    QString laneName(int lane) const;
    void choose(int arrow);
    void paintLanes(QPainter& painter) const;
    void paintArrow(QPainter& painter, const Arrow& arrow, bool strong) const;

    const theme::Theme& m_theme;
    studio::Trace m_trace;
    std::vector<TraceNode> m_nodes;
    std::vector<Arrow> m_arrows;
    std::vector<std::pair<qint64, double>> m_scale; ///< moments and their y, ascending
    int m_current = -1;
};

} // namespace views
