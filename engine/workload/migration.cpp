#include "engine/workload/migration.h"

#include "engine/cql/script.h"
#include "engine/workload/session_wait.h"
#include "engine/workload/table_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace engine::workload {

using modeling::MigrationStep;
using modeling::StepKind;

namespace {

constexpr auto kSchemaTimeout = std::chrono::seconds{30};
constexpr auto kSchemaPause = std::chrono::milliseconds{20};
constexpr auto kSchemaWait = std::chrono::seconds{15};

Result<void> sendStatements(client::Session& session, const std::string& script)
{
    client::RequestOptions options;
    options.timeout = kSchemaTimeout;
    for (const cql::ScriptStatement& statement : cql::splitStatements(script)) {
        const auto answer = executeAndWait(session, std::string(statement.textIn(script)), options);
        if (!answer)
            return answer.error();
    }
    return ok();
}

/// The driver reads the schema again after a change; a copy needs the new table in it.
Result<void> waitForTable(const client::Session& session, const std::string& keyspace,
                          const std::string& table, const std::atomic<bool>& cancelled)
{
    const auto until = std::chrono::steady_clock::now() + kSchemaWait;
    for (;;) {
        const auto info = session.schema();
        if (info && info->schema->table(keyspace, table))
            return ok();
        if (cancelled)
            return Error{ErrorCode::Cancelled, "the migration was cancelled"};
        if (std::chrono::steady_clock::now() > until)
            return Error{ErrorCode::Timeout,
                         "table " + table + " did not appear in the cluster's schema"};
        std::this_thread::sleep_for(kSchemaPause);
    }
}

std::string sentenceOf(const MigrationStep& step, const CopyCount& count)
{
    std::string text = fmt::format("{} rows copied", count.written);
    if (!count.elementTimes)
        text += "; this server does not tell the write times of collection elements, so they got "
                "those of their rows";
    if (count.skipped > 0)
        text += fmt::format("; {} partitions of {} have static columns only and no value for the "
                            "new key: they were left out",
                            count.skipped, step.from);
    return text;
}

class MigrationRun {
public:
    MigrationRun(client::Session& session, const std::vector<MigrationStep>& steps,
                 const MigrationOptions& options,
                 const std::function<void(const MigrationNews&)>& news,
                 const std::atomic<bool>& cancelled)
        : m_session(session),
          m_steps(steps),
          m_options(options),
          m_news(news),
          m_cancelled(cancelled)
    {
    }

    Result<void> run(std::size_t index)
    {
        if (m_cancelled)
            return Error{ErrorCode::Cancelled, "the migration was cancelled"};
        m_news({index, MigrationState::Running, {}, 0});
        auto done = perform(index);
        if (!done) {
            m_news({index, MigrationState::Failed, done.error().detail(), 0});
            return done.error().within(m_steps[index].title);
        }
        m_news({index, MigrationState::Done, std::move(*done), m_rows});
        return ok();
    }

private:
    Result<std::string> perform(std::size_t index)
    {
        const MigrationStep& step = m_steps[index];
        const auto progress = [&](std::uint64_t rows) {
            m_news({index, MigrationState::Running, fmt::format("{} rows", rows), rows});
        };
        m_rows = 0;
        switch (step.kind) {
        case StepKind::SchemaChange:
        case StepKind::Destructive:
            RW_TRY(sendStatements(m_session, step.cql));
            return std::string{};
        case StepKind::Copy: {
            RW_TRY(waitForTable(m_session, step.keyspace, step.to, m_cancelled));
            RW_ASSIGN(const CopyCount count,
                      copyTable(m_session, step, m_options, progress, m_cancelled));
            m_rows = count.written;
            return sentenceOf(step, count);
        }
        case StepKind::Verify: {
            const auto copy = std::ranges::find_if(m_steps, [&](const MigrationStep& other) {
                return other.kind == StepKind::Copy && other.keyspace == step.keyspace &&
                       other.to == step.to;
            });
            if (copy == m_steps.end())
                return Error{ErrorCode::Invalid, "there is no copy to verify"};
            return verifyCopy(m_session, *copy, m_options, progress, m_cancelled);
        }
        case StepKind::Switch:
            return "the application reads and writes " + step.to + " from here on";
        }
        return std::string{};
    }

    client::Session& m_session;
    const std::vector<MigrationStep>& m_steps;
    const MigrationOptions& m_options;
    const std::function<void(const MigrationNews&)>& m_news;
    const std::atomic<bool>& m_cancelled;
    std::uint64_t m_rows = 0;
};

} // namespace

Result<void> runMigration(client::Session& session, const std::vector<MigrationStep>& steps,
                          const std::vector<std::size_t>& ticked, const MigrationOptions& options,
                          const std::function<void(const MigrationNews&)>& news,
                          const std::atomic<bool>& cancelled)
{
    for (const std::size_t index : ticked) {
        // Before the first step: a copy that cannot be done must not leave half a migration.
        if (index < steps.size() && steps[index].refused)
            return Error{ErrorCode::Invalid, steps[index].warning}.within(steps[index].title);
    }
    MigrationRun run{session, steps, options, news, cancelled};
    for (const std::size_t index : ticked) {
        if (index >= steps.size())
            return Error{ErrorCode::Invalid, "there is no such step"};
        RW_TRY(run.run(index));
    }
    return ok();
}

} // namespace engine::workload
