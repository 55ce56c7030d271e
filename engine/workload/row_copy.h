#pragma once

#include "engine/workload/copy_plan.h"
#include "engine/workload/migration.h"

#include <condition_variable>
#include <memory>
#include <mutex>

/// One row on its way into the new table: internal to migration.
namespace engine::workload {

/// The prepared statements of a copy.
struct PreparedCopy {
    client::PreparedPtr cql[3];      ///< as CopyPlan::Statement::Kind
    client::PreparedPtr counters[2]; ///< what the new table has: of the row, static
    client::PreparedPtr lists;       ///< the same of lists with their write times
};

/// How many rows are under way, and the first that failed for good. Callbacks outlive the copy, so
/// each holds it.
struct CopyFlight {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint32_t count = 0;
    std::uint64_t written = 0;
    std::optional<Error> failed;

    void begin(std::uint32_t most);
    void end(const Result<void>& result);
    void wait();
};

/// Writes one row: asks what is there first where a second write would change more than the first,
/// and tries again what failed. Lives as long as its callbacks do.
class RowCopy : public std::enable_shared_from_this<RowCopy> {
public:
    struct Setup {
        client::Session& session;
        std::shared_ptr<const CopyPlan> plan;
        std::shared_ptr<const PreparedCopy> prepared;
        MigrationOptions options;
        std::shared_ptr<CopyFlight> flight;
    };
    explicit RowCopy(Setup setup) : m_setup(std::move(setup)) {}

    /// `repeated`: an earlier copy may have written the lists.
    void write(std::vector<CopyPlan::Statement> statements, const CopyPlan::Key& key,
               bool repeated);
    /// Adds to the counters of the new row what they are short of; `wanted` as plan.counters().
    void count(std::vector<std::optional<std::int64_t>> wanted, const CopyPlan::Key& key,
               bool statics);

private:
    static constexpr int kTriesMax = 4;

    void readLists(std::vector<client::BoundValue> key);
    void keepNewerLists(const client::ResultPage& page);
    void send();
    void readCounters();
    void addCounters(const client::ResultPage& page);
    /// Once more, or the end.
    void failed(const Error& error, void (RowCopy::*again)());
    [[nodiscard]] client::RequestOptions readOptions() const;
    [[nodiscard]] client::RequestOptions writeOptions() const;

    Setup m_setup;
    std::vector<CopyPlan::Statement> m_statements;
    std::vector<std::optional<std::int64_t>> m_wanted;
    std::vector<client::BoundValue> m_key;
    bool m_isStatic = false;
    int m_tries = 0;
};

} // namespace engine::workload
