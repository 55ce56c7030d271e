#pragma once

#include "widgets/studio/session.h"
#include "widgets/studio/trace_reader.h"
#include "widgets/trace/trace_models.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QScrollArea;
class QSortFilterProxyModel;
class QStackedLayout;
class QTableView;

namespace theme {
class EmptyState;
class SegmentedControl;
class Theme;
} // namespace theme

namespace views {

class SequenceCanvas;
class TraceReadsModel;

/// The page of Trace: the sessions that the cluster has recorded, and one of them as a sequence
/// diagram and a timeline. What is chosen in one is chosen in the others.
class TracePage : public QWidget {
    Q_OBJECT
public:
    TracePage(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);

    /// Reads this session's trace and shows it; it may still be on its way to the tables.
    void showTrace(const QString& id);
    [[nodiscard]] TraceEventsModel* events() const { return m_events; }
    [[nodiscard]] TraceReadsModel* reads() const { return m_reads; }
    [[nodiscard]] SequenceCanvas* canvas() const { return m_canvas; }

public slots:
    /// The list of sessions again.
    void refresh();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildSessions();
    QWidget* buildTrace();
    void buildReads();
    void attach();
    void onSessions(const std::vector<studio::TraceSession>& sessions);
    void onTrace(const studio::Trace& trace);
    void onFailed(const QString& text);
    void chooseEvent(int event);
    void showParts(int segment);

    const theme::Theme& m_theme;
    studio::Session& m_session;
    studio::TraceReader* m_reader;
    TraceSessionsModel* m_sessions;
    QSortFilterProxyModel* m_filter;
    TraceEventsModel* m_events;
    TraceReadsModel* m_reads;
    QLineEdit* m_search;
    QTableView* m_list;
    QLabel* m_count;
    QLabel* m_title;
    QLabel* m_facts;
    QLabel* m_meaning;
    theme::SegmentedControl* m_parts;
    SequenceCanvas* m_canvas;
    QScrollArea* m_scroll;
    QTableView* m_timeline;
    QWidget* m_storage;
    QTableView* m_readsTable;
    QLabel* m_noReads;
    QWidget* m_eventsBox;
    QStackedLayout* m_detail;
    theme::EmptyState* m_empty;
    QStackedLayout* m_stack;
    QString m_id;
    int m_shownEvents = -1;
};

} // namespace views
