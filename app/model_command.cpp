#include "app/model_command.h"

#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/launcher/cluster_folder.h"
#include "engine/modeling/command.h"
#include "engine/workload/load_command.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace app {

namespace {

/// Waits for the first schema or the first failure.
class FirstSchema final : public engine::client::SessionListener {
public:
    void onState(const engine::client::SessionState& state) override
    {
        const std::lock_guard lock{m_mutex};
        if (state.error && state.phase == engine::client::SessionState::Phase::Connecting)
            m_error = state.error;
        m_changed.notify_all();
    }
    void onTopology(const engine::client::TopologyPtr&) override {}
    void onSchema(const engine::client::SchemaInfoPtr& schema) override
    {
        const std::lock_guard lock{m_mutex};
        m_schema = schema;
        m_changed.notify_all();
    }

    engine::Result<engine::schema::SchemaPtr> wait(const std::string& contact)
    {
        std::unique_lock lock{m_mutex};
        const bool came = m_changed.wait_for(lock, std::chrono::seconds(30),
                                             [this] { return m_schema || m_error; });
        if (m_schema)
            return m_schema->schema;
        if (came)
            return m_error->within(contact);
        return engine::Error{engine::ErrorCode::Timeout,
                             contact + " did not tell its schema within 30 s"};
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    engine::client::SchemaInfoPtr m_schema;
    std::optional<engine::Error> m_error;
};

engine::Result<engine::schema::SchemaPtr> schemaAt(const std::string& contact)
{
    engine::SystemClock clock;
    engine::client::ClientThread thread;
    FirstSchema listener;
    engine::client::SessionOptions options;
    options.contactPoints = {contact};
    engine::client::Session session{thread, clock, options, listener};
    auto schema = listener.wait(contact);
    session.close();
    return schema;
}

engine::workload::LoadSurroundings surroundings()
{
    engine::workload::LoadSurroundings made;
    made.clustersFolder = engine::launcher::ClusterFolder::clustersFolderDefault();
    for (const char* name : {"RINGWRIGHT_PASSWORD", "RINGWRIGHT_JOLOKIA_PASSWORD"}) {
        if (const char* value = std::getenv(name))
            made.environment[name] = value;
    }
    made.progress = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    return made;
}

} // namespace

int runModelCommand(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 2, argv + argc);
    const bool help = std::ranges::count(words, "--help") + std::ranges::count(words, "-h") > 0;
    const bool loads = !words.empty() && (words[0] == "load" || words[0] == "measure") && !help;
    const auto outcome = loads ? engine::workload::runLoadCommand(words, surroundings())
                               : engine::modeling::runModelCommand(words, schemaAt);
    std::fputs(outcome.out.c_str(), stdout);
    std::fputs(outcome.err.c_str(), stderr);
    return outcome.exitCode;
}

} // namespace app
