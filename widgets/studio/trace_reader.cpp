#include "widgets/studio/trace_reader.h"

#include "engine/cql/type_elements.h"

#include <QCoreApplication>
#include <QUuid>

#include <algorithm>

namespace studio {

namespace {

constexpr int kSessionsMax = 200;
constexpr int kAttemptsMax = 12;
constexpr int kRetryMs = 300;
/// Between 1582-10-15 and 1970-01-01, in microseconds: where the time of UUIDs begins.
constexpr qint64 kUuidEpochUs = 12'219'292'800'000'000;

/// One row of a page, by the names of its columns.
class Row {
public:
    Row(const ResultPage& page, int row) : m_page(page), m_row(row) {}

    [[nodiscard]] bool get(const char* name, engine::ByteView& value,
                           engine::cql::TypePtr& type) const
    {
        const auto& columns = *m_page.columns();
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i].name == QLatin1String(name)) {
                type = columns[i].type;
                return m_page.cell(m_row, static_cast<int>(i), value) && !value.empty();
            }
        return false;
    }
    [[nodiscard]] QString text(const char* name) const
    {
        engine::ByteView value;
        engine::cql::TypePtr type;
        return get(name, value, type) ? QString::fromStdString(type->getString(value)) : QString();
    }
    [[nodiscard]] qint64 number(const char* name, qint64 fallback) const
    {
        bool good = false;
        const qint64 value = text(name).toLongLong(&good);
        return good ? value : fallback;
    }
    [[nodiscard]] QDateTime moment(const char* name) const
    {
        engine::ByteView value;
        engine::cql::TypePtr type;
        if (!get(name, value, type) || value.size() != 8)
            return {};
        quint64 ms = 0;
        for (const char byte : value)
            ms = ms << 8 | static_cast<unsigned char>(byte);
        return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(ms));
    }
    [[nodiscard]] std::vector<std::pair<QString, QString>> map(const char* name) const
    {
        std::vector<std::pair<QString, QString>> entries;
        engine::ByteView value;
        engine::cql::TypePtr type;
        if (!get(name, value, type) || type->kind() != engine::cql::TypeKind::Map)
            return entries;
        const auto parts = engine::cql::splitValue(*type, value);
        for (std::size_t i = 0; parts && i + 1 < parts->size(); i += 2)
            if ((*parts)[i] && (*parts)[i + 1])
                entries.emplace_back(
                    QString::fromStdString(type->parameters()[0]->getString(*(*parts)[i])),
                    QString::fromStdString(type->parameters()[1]->getString(*(*parts)[i + 1])));
        return entries;
    }

private:
    const ResultPage& m_page;
    int m_row;
};

TraceSession sessionOf(const Row& row)
{
    TraceSession session;
    session.id = row.text("session_id");
    session.request = row.text("request");
    session.coordinator = row.text("coordinator");
    session.durationUs = row.number("duration", -1);
    session.startedAt = row.moment("started_at");
    session.parameters = row.map("parameters");
    for (const auto& [name, value] : session.parameters) {
        if (name == QLatin1String("query"))
            session.query = value.simplified();
        if (name == QLatin1String("consistency_level"))
            session.consistency = value;
    }
    return session;
}

qint64 timeOfUuid(const QString& text)
{
    const QUuid id(text);
    if (id.isNull() || id.data3 >> 12 != 1)
        return -1;
    const quint64 ticks = static_cast<quint64>(id.data3 & 0x0FFF) << 48 |
                          static_cast<quint64>(id.data2) << 32 | id.data1;
    return static_cast<qint64>(ticks / 10) - kUuidEpochUs;
}

} // namespace

TraceReader::TraceReader(QObject* parent) : QObject(parent)
{
    m_again.setSingleShot(true);
    m_again.setInterval(kRetryMs);
    connect(&m_again, &QTimer::timeout, this, &TraceReader::again);
}

TraceReader::~TraceReader() = default;

void TraceReader::setSource(ClusterSourcePtr source)
{
    m_again.stop();
    m_sessionsRun.reset();
    m_traceRun.reset();
    m_id.clear();
    m_source = std::move(source);
}

void TraceReader::ask(std::unique_ptr<StatementRun>& run, const QString& statement,
                      std::function<void(const Rows&)> done)
{
    StatementOptions options;
    options.consistency = engine::protocol::Consistency::One;
    options.pageSize = 5000;
    run = m_source->run(statement, options);
    const auto pages = std::make_shared<Rows>();
    connect(run.get(), &StatementRun::pageArrived, this,
            [pages](const ResultPagePtr& page) { pages->push_back(page); });
    StatementRun* current = run.get();
    connect(current, &StatementRun::answered, this,
            [this, current, pages, done](const StatementOutcome& outcome) {
                if (outcome.kind == StatementOutcome::Kind::Failed)
                    emit failed(outcome.problem.summary);
                else if (outcome.morePages)
                    current->fetchNext();
                else if (outcome.kind == StatementOutcome::Kind::Rows)
                    done(*pages);
            });
}

void TraceReader::readSessions()
{
    if (!m_source)
        return;
    ask(m_sessionsRun,
        QStringLiteral("SELECT session_id, request, coordinator, duration, started_at, parameters "
                       "FROM system_traces.sessions LIMIT %1")
            .arg(kSessionsMax),
        [this](const Rows& pages) {
            std::vector<TraceSession> sessions;
            for (const ResultPagePtr& page : pages)
                for (int row = 0; row < page->rowCount(); ++row)
                    sessions.push_back(sessionOf(Row(*page, row)));
            std::stable_sort(sessions.begin(), sessions.end(), [](const auto& a, const auto& b) {
                return a.startedAt > b.startedAt;
            });
            emit sessionsRead(sessions);
        });
}

void TraceReader::readTrace(const QString& id)
{
    // It stands in a statement: nothing but a UUID may.
    if (!m_source || QUuid(id).isNull())
        return;
    m_id = QUuid(id).toString(QUuid::WithoutBraces);
    m_attempts = 0;
    m_eventsBefore = 0;
    again();
}

void TraceReader::again()
{
    if (!m_source || m_id.isEmpty())
        return;
    ++m_attempts;
    ask(m_traceRun,
        QStringLiteral("SELECT session_id, request, coordinator, duration, started_at, parameters "
                       "FROM system_traces.sessions WHERE session_id = %1")
            .arg(m_id),
        [this](const Rows& pages) {
            for (const ResultPagePtr& page : pages)
                if (page->rowCount() > 0) {
                    const TraceSession session = sessionOf(Row(*page, 0));
                    // Not from inside the run that the next one replaces.
                    QTimer::singleShot(0, this, [this, session] { readEvents(session); });
                    return;
                }
            if (m_attempts < kAttemptsMax)
                m_again.start();
            else
                emit failed(
                    tr("The cluster has no trace %1. Traces are kept for a day.").arg(m_id));
        });
}

void TraceReader::readEvents(const TraceSession& session)
{
    if (!m_source || session.id != m_id)
        return;
    ask(m_traceRun,
        QStringLiteral("SELECT event_id, activity, source, source_elapsed, thread "
                       "FROM system_traces.events WHERE session_id = %1")
            .arg(m_id),
        [this, session](const Rows& pages) {
            Trace trace;
            trace.session = session;
            for (const ResultPagePtr& page : pages)
                for (int i = 0; i < page->rowCount(); ++i) {
                    const Row row(*page, i);
                    TraceEvent event;
                    event.source = row.text("source");
                    event.activity = row.text("activity");
                    event.thread = row.text("thread");
                    event.elapsedUs = row.number("source_elapsed", 0);
                    event.idTimeUs = timeOfUuid(row.text("event_id"));
                    trace.events.push_back(std::move(event));
                }
            placeOnOneClock(trace);
            const std::size_t count = trace.events.size();
            // Replicas store theirs later than the coordinator its end: complete is what has an
            // end and did not grow any more.
            const bool complete = session.durationUs >= 0 && count == m_eventsBefore && count > 0;
            if (m_eventsBefore != count || m_attempts == 1 || complete)
                emit traceRead(trace);
            m_eventsBefore = count;
            if (!complete && m_attempts < kAttemptsMax)
                m_again.start();
        });
}

} // namespace studio
