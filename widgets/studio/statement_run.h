#pragma once

#include "engine/protocol/consistency.h"
#include "widgets/studio/result_page.h"

#include <QObject>
#include <QStringList>

#include <chrono>

namespace studio {

/// What belongs to an editor tab and goes along with each of its statements.
struct StatementOptions {
    QString keyspace;
    engine::protocol::Consistency consistency = engine::protocol::Consistency::LocalQuorum;
    engine::protocol::Consistency serialConsistency = engine::protocol::Consistency::Serial;
    int pageSize = 500;
    bool tracing = false;

    friend bool operator==(const StatementOptions&, const StatementOptions&) = default;
};

/// An error as a person reads it: what happened, what it means or what to do.
struct Problem {
    QString summary; ///< the server's or our own sentence
    QString advice;  ///< the way out, or empty
    int line = 0;    ///< from 1 within the statement; 0: unknown
    int column = 0;

    [[nodiscard]] bool isEmpty() const noexcept { return summary.isEmpty(); }
};

struct StatementOutcome {
    enum class Kind { Rows, Done, KeyspaceSet, SchemaChanged, Failed, Cancelled };
    Kind kind = Kind::Done;
    Problem problem;      ///< of Failed
    QString keyspace;     ///< of KeyspaceSet
    QStringList warnings; ///< from the server
    QString coordinator;  ///< "127.0.0.1", or empty
    QString traceId;
    std::chrono::microseconds elapsed{0}; ///< until the last page that came
    bool morePages = false;
};

/// One statement under way. GUI thread only; destroying it cancels it.
///
/// After start: any number of `pageArrived`, each followed by `answered`. When the outcome says
/// `morePages`, fetchNext() asks for one more page; it must not be called while one is on its way.
class StatementRun : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void fetchNext() = 0;
    /// Ends with an outcome of kind Cancelled.
    virtual void cancel() = 0;

signals:
    void pageArrived(const studio::ResultPagePtr& page);
    void answered(const studio::StatementOutcome& outcome);
};

} // namespace studio
