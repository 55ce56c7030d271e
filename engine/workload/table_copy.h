#pragma once

#include "engine/cql/type.h"
#include "engine/modeling/buckets.h"
#include "engine/workload/migration.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

/// Copying and comparing tables: internal to migration.
namespace engine::workload {

/// Waits on the calling thread for an answer of the session.
[[nodiscard]] Result<client::ResultPagePtr> answerOf(client::Session& session,
                                                     client::PreparedPtr statement,
                                                     std::vector<client::BoundValue> values,
                                                     const client::RequestOptions& options);
[[nodiscard]] Result<client::ResultPagePtr>
answerOf(client::Session& session, const std::string& cql, const client::RequestOptions& options);
[[nodiscard]] Result<client::PreparedPtr> preparedOf(client::Session& session,
                                                     const std::string& cql);

/// Every page of a statement, until `take` says false.
[[nodiscard]] Result<void>
eachPage(client::Session& session, const client::PreparedPtr& statement,
         const client::RequestOptions& options,
         const std::function<Result<bool>(const client::ResultPage&)>& take);

/// The rows of a step's old table as rows of its new one.
class TableCopy {
public:
    TableCopy(client::Session& session, const modeling::MigrationStep& step,
              const MigrationOptions& options)
        : m_session(session), m_step(step), m_options(options)
    {
    }

    /// Returns the rows written.
    Result<std::uint64_t> copy(const std::function<void(std::uint64_t)>& progress,
                               const std::atomic<bool>& cancelled);

private:
    struct InFlight {
        std::mutex mutex;
        std::condition_variable changed;
        std::uint32_t count = 0;
        std::uint64_t written = 0;
        std::optional<Error> failed;
    };
    struct Computed {
        modeling::Bucket bucket;
        std::size_t of = 0; ///< of the copied columns
        cql::TypePtr type;
    };

    Result<void> prepare();
    Result<void> prepareStatics();
    Result<void> checkTypes() const;
    void write(const std::vector<std::optional<ByteView>>& row);
    void send(const client::PreparedPtr& statement, std::vector<client::BoundValue> values);

    client::Session& m_session;
    const modeling::MigrationStep& m_step;
    MigrationOptions m_options;
    client::PreparedPtr m_select;
    client::PreparedPtr m_insert;
    client::PreparedPtr m_insertStatics;   ///< of partitions that have static columns only
    std::vector<std::size_t> m_statics;    ///< markers of the insert that are in it
    std::vector<std::size_t> m_clustering; ///< copied columns that are clustering columns there
    std::vector<Computed> m_computed;
    std::shared_ptr<InFlight> m_flight = std::make_shared<InFlight>();
};

/// Compares the tables of the step `copy`: one sentence of what was compared, or what differs.
[[nodiscard]] Result<std::string> verifyCopy(client::Session& session,
                                             const modeling::MigrationStep& copy,
                                             const MigrationOptions& options,
                                             const std::function<void(std::uint64_t)>& progress,
                                             const std::atomic<bool>& cancelled);

} // namespace engine::workload
