#include "engine/workload/load_command.h"

#include "engine/base/clock.h"
#include "engine/modeling/document.h"
#include "engine/modeling/figures.h"
#include "engine/workload/cluster_measure.h"
#include "engine/workload/load_report.h"
#include "engine/workload/model_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <set>

namespace engine::workload {

using modeling::CommandOutcome;
using modeling::Model;

namespace {

constexpr auto kConnectPatience = std::chrono::seconds{30};
constexpr std::uint64_t kRowsMax = 1'000'000'000;

struct LoadWords {
    bool load = false;
    std::string file;
    std::string contact;
    std::string calibrated;
    std::string user;
    std::string jolokiaUser;
    std::string clustersFolder;
    std::uint64_t rows = 100'000;
    std::uint64_t bytes = 1'000'000'000;
    std::uint64_t seed = 20240611;
    std::uint64_t sample = 2000;
    std::uint64_t jolokiaPort = 0;
    std::uint64_t replication = 0;
    bool json = false;
    bool schema = true;
    bool flush = false;
    bool compact = false;
};

Error loadUsage(const std::string& what)
{
    return {ErrorCode::Invalid, what + "; see ringwright model --help"};
}

/// One option that takes a value: where it goes.
struct ValueOption {
    std::string* text = nullptr;
    std::uint64_t* number = nullptr;
    std::uint64_t most = kRowsMax;
};

Result<void> putValue(const std::string& option, const ValueOption& to, const std::string& value)
{
    if (value.empty() || value.starts_with("--"))
        return loadUsage(option + " wants a value");
    if (to.text) {
        *to.text = value;
        return ok();
    }
    const char* const last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data(), last, *to.number);
    if (error != std::errc{} || end != last || *to.number > to.most)
        return loadUsage(option + " wants a number up to " + std::to_string(to.most));
    return ok();
}

Result<LoadWords> readLoadWords(const std::vector<std::string>& words)
{
    LoadWords read;
    read.load = !words.empty() && words[0] == "load";
    read.flush = read.compact = read.load;
    const std::map<std::string, ValueOption> values{
        {"--to", {&read.contact}},
        {"--contact", {&read.contact}},
        {"--calibrate", {&read.calibrated}},
        {"--user", {&read.user}},
        {"--jolokia-user", {&read.jolokiaUser}},
        {"--dir", {&read.clustersFolder}},
        {"--rows", {nullptr, &read.rows}},
        {"--bytes", {nullptr, &read.bytes, 1'000'000'000'000}},
        {"--seed", {nullptr, &read.seed, UINT64_MAX}},
        {"--sample", {nullptr, &read.sample, 100'000}},
        {"--jolokia", {nullptr, &read.jolokiaPort, 65535}},
        {"--replication", {nullptr, &read.replication, 100}},
    };
    const std::map<std::string, std::pair<bool*, bool>> flags{
        {"--json", {&read.json, true}},           {"--no-schema", {&read.schema, false}},
        {"--flush", {&read.flush, true}},         {"--compact", {&read.compact, true}},
        {"--no-compact", {&read.compact, false}},
    };
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (const auto value = values.find(word); value != values.end()) {
            RW_TRY(putValue(word, value->second, i + 1 < words.size() ? words[i + 1] : ""));
            ++i;
        } else if (const auto flag = flags.find(word); flag != flags.end()) {
            *flag->second.first = flag->second.second;
        } else if (word.starts_with("-")) {
            return loadUsage("unknown option " + word);
        } else if (!read.file.empty()) {
            return loadUsage(words[0] + " wants one file");
        } else {
            read.file = word;
        }
    }
    read.flush = read.flush || read.compact;
    if (read.file.empty())
        return loadUsage(words[0] + " wants one file");
    if (read.contact.empty())
        return loadUsage(words[0] + " wants a running cluster: --to HOST[:PORT]");
    if (read.load && read.rows == 0)
        return loadUsage("--rows wants at least one");
    return read;
}

/// Waits until requests are served, or the first attempt to connect has failed.
class LoadListener final : public client::SessionListener {
public:
    void onState(const client::SessionState& state) override
    {
        const std::lock_guard lock{m_mutex};
        m_connected = state.phase == client::SessionState::Phase::Connected;
        if (state.error && state.phase == client::SessionState::Phase::Connecting)
            m_error = state.error;
        m_changed.notify_all();
    }
    void onTopology(const client::TopologyPtr&) override { m_changed.notify_all(); }
    void onSchema(const client::SchemaInfoPtr&) override {}

    Result<void> wait(const std::string& contact)
    {
        std::unique_lock lock{m_mutex};
        m_changed.wait_for(lock, kConnectPatience, [this] { return m_connected || m_error; });
        if (m_connected)
            return ok();
        if (m_error)
            return m_error->within(contact);
        return Error{ErrorCode::Timeout, contact + " did not answer within 30 s"};
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_connected = false;
    std::optional<Error> m_error;
};

std::string hostOf(const std::string& contact)
{
    const auto endpoint = InetEndpoint::parse(contact, 9042);
    return endpoint ? endpoint->address.toString() : contact.substr(0, contact.rfind(':'));
}

std::string valueOf(const LoadSurroundings& surroundings, const char* name)
{
    const auto found = surroundings.environment.find(name);
    return found == surroundings.environment.end() ? std::string{} : found->second;
}

/// Admin endpoints: of the bundled cluster that the contact belongs to, else Jolokia beside each
/// node if its port was given, else none.
Result<ClusterReach> reachOf(const LoadWords& words, const LoadSurroundings& surroundings,
                             const client::TopologyPtr& topology)
{
    if (words.jolokiaPort == 0) {
        const std::string& folder =
            words.clustersFolder.empty() ? surroundings.clustersFolder : words.clustersFolder;
        auto bundled = bundledReach(folder, hostOf(words.contact));
        if (bundled || bundled.error().code() != ErrorCode::NotFound)
            return bundled;
        if (!words.load && words.flush)
            return bundled.error().within("--flush");
        return ClusterReach{};
    }
    ClusterReach reach;
    for (const client::NodeInfo& node : topology->nodes) {
        ClusterReach::Node made;
        made.name = node.address.address.toString();
        made.admin.endpoint = {node.address.address, static_cast<std::uint16_t>(words.jolokiaPort)};
        made.admin.user = words.jolokiaUser;
        made.admin.password = valueOf(surroundings, "RINGWRIGHT_JOLOKIA_PASSWORD");
        reach.nodes.push_back(std::move(made));
    }
    return reach;
}

/// `factor` copies in each datacenter, or as many as it has nodes.
void replicate(Model& model, const client::Topology& topology, std::uint64_t factor)
{
    std::map<std::string, std::uint64_t> nodes;
    for (const client::NodeInfo& node : topology.nodes)
        ++nodes[node.datacenter];
    for (modeling::ModelKeyspace& keyspace : model.keyspaces) {
        keyspace.replication = {{"class", "NetworkTopologyStrategy"}};
        for (const auto& [datacenter, count] : nodes)
            keyspace.replication[datacenter] = std::to_string(std::min(factor, count));
    }
}

class LoadRun {
public:
    LoadRun(const LoadWords& words, const LoadSurroundings& surroundings, Model model)
        : m_words(words),
          m_surroundings(surroundings),
          m_original(std::move(model)),
          m_model(m_original)
    {
        m_report.model = m_model.name;
        m_report.contact = words.contact;
    }

    Result<CommandOutcome> run(client::Session& session)
    {
        const client::TopologyPtr topology = session.topology();
        if (!topology)
            return Error{ErrorCode::Unavailable, m_words.contact + " does not tell its nodes"};
        m_report.cluster = topology->clusterName;
        if (m_words.replication > 0)
            replicate(m_model, *topology, m_words.replication);
        RW_ASSIGN(const ClusterReach reach, reachOf(m_words, m_surroundings, topology));
        if (m_words.load)
            RW_TRY(load(session));
        const auto say = [this](const std::string& step) { m_surroundings.progress(step); };
        if (m_words.flush && reach.hasAdmin())
            RW_TRY(settleTables(reach, m_model, m_words.compact, say, m_cancelled));
        ClusterMeasureOptions options;
        options.sampledRows = static_cast<std::uint32_t>(m_words.sample);
        RW_ASSIGN(m_report.measured,
                  measureCluster(
                      session, reach, m_model, options,
                      [&](const std::string& table) { say("measuring " + table); }, m_cancelled));
        if (!m_words.calibrated.empty()) {
            RW_ASSIGN(const Model better,
                      calibrateAll(m_original, m_report.measured,
                                   m_words.load ? modeling::Calibrate::Columns
                                                : modeling::Calibrate::Everything));
            RW_TRY(modeling::saveModel(better, m_words.calibrated));
            m_report.calibratedFile = m_words.calibrated;
        }
        CommandOutcome outcome;
        outcome.exitCode = m_report.hasFindings() ? 1 : 0;
        outcome.out = m_words.json ? reportJson(m_model, m_report) : reportText(m_report);
        return outcome;
    }

private:
    Result<void> load(client::Session& session)
    {
        ModelLoadOptions options;
        options.seed = m_words.seed;
        options.rows = m_words.rows;
        options.bytes = static_cast<double>(m_words.bytes);
        options.createSchema = m_words.schema;
        const auto model = std::make_shared<const Model>(m_model);
        RW_ASSIGN(const ModelData plan,
                  ModelData::make(model, {m_words.seed, m_words.rows, options.bytes}));
        const auto begin = std::chrono::steady_clock::now();
        std::uint64_t told = 0;
        RW_TRY(loadModelData(
            session, model, options,
            [&](const SampleLoadProgress& progress) {
                if (!progress.step.empty())
                    m_surroundings.progress(progress.step);
                const std::uint64_t tenth =
                    progress.rowsTotal > 0 ? 10 * progress.rowsDone / progress.rowsTotal : 0;
                if (tenth <= told)
                    return;
                told = tenth;
                m_surroundings.progress(fmt::format(
                    "{} of {} rows", modeling::grouped(static_cast<double>(progress.rowsDone)),
                    modeling::grouped(static_cast<double>(progress.rowsTotal))));
            },
            m_cancelled));
        m_report.loaded = plan.tables();
        m_report.rows = plan.rowCount();
        m_report.seed = m_words.seed;
        m_report.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return ok();
    }

    const LoadWords& m_words;
    const LoadSurroundings& m_surroundings;
    const Model m_original;
    Model m_model; ///< with the replication that was asked for
    LoadReport m_report;
    std::atomic<bool> m_cancelled{false};
};

Result<CommandOutcome> runLoad(const std::vector<std::string>& given,
                               const LoadSurroundings& surroundings)
{
    RW_ASSIGN(const LoadWords words, readLoadWords(given));
    RW_ASSIGN(Model model, modeling::readModelFile(words.file));
    if (model.tables.empty())
        return Error{ErrorCode::Invalid,
                     words.file + ": the model has no tables yet; map its queries first"};
    SystemClock clock;
    client::ClientThread thread;
    LoadListener listener;
    client::SessionOptions options;
    options.contactPoints = {words.contact};
    options.wantsSchema = false;
    if (!words.user.empty())
        options.credentials =
            client::Credentials{words.user, valueOf(surroundings, "RINGWRIGHT_PASSWORD")};
    client::Session session{thread, clock, options, listener};
    const auto connected = listener.wait(words.contact);
    Result<CommandOutcome> outcome =
        connected ? LoadRun{words, surroundings, std::move(model)}.run(session)
                  : Result<CommandOutcome>{connected.error()};
    session.close();
    return outcome;
}

} // namespace

CommandOutcome runLoadCommand(const std::vector<std::string>& words,
                              const LoadSurroundings& surroundings)
{
    auto outcome = runLoad(words, surroundings);
    if (!outcome)
        return {2, {}, "ringwright model: " + outcome.error().detail() + "\n"};
    return std::move(*outcome);
}

} // namespace engine::workload
