#include "engine/node/node_program.h"

#include "engine/base/asio_runtime.h"
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/timestamp_source.h"
#include "engine/membership/gossiper.h"
#include "engine/membership/ring_view.h"
#include "engine/messaging/messaging_service.h"
#include "engine/node/admin_server.h"
#include "engine/node/archive_commands.h"
#include "engine/node/client_events.h"
#include "engine/node/cql_server.h"
#include "engine/node/disk_usage.h"
#include "engine/node/event_stream.h"
#include "engine/node/fault_bean.h"
#include "engine/node/node.h"
#include "engine/node/node_beans.h"
#include "engine/node/query_handler.h"
#include "engine/node/schema_holder.h"
#include "engine/query/query_processor.h"
#include "engine/query/virtual_table.h"
#include "engine/storage/local_store.h"

#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace engine::node {

namespace {

constexpr std::size_t kNodeSecretBytes = 32;
constexpr Duration kSettleMax = std::chrono::milliseconds{500};
constexpr Duration kSettlePoll = std::chrono::milliseconds{5};

/// The cluster's secret from its file; a node that runs by itself makes one of its own.
Result<Bytes> readSecret(Disk& disk, const std::string& given, const std::string& stateFolder)
{
    const std::string path = given.empty() ? stateFolder + "/secret" : given;
    if (given.empty() && !disk.exists(path)) {
        RW_TRY(disk.createDirectories(stateFolder));
        Bytes raw(kNodeSecretBytes, '\0');
        makeRealRandom()->fill(raw.data(), raw.size());
        const std::string text = toHex(raw) + "\n";
        // Whole or not at all, whatever happens: with half a secret the node would not start.
        const std::string made = path + ".new";
        ::unlink(made.c_str());
        const int fd = ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        const bool written =
            fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
            ::fsync(fd) == 0;
        if (fd >= 0)
            ::close(fd);
        if (!written)
            return Error{ErrorCode::Io, "cannot write " + path};
        RW_TRY(disk.rename(made, path));
        RW_TRY(disk.syncDirectory(stateFolder));
    }
    RW_ASSIGN(Bytes secret, disk.readAll(path));
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
        return Error{ErrorCode::ConfigError,
                     path + " can be read by other users; run: chmod 600 " + path};
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r'))
        secret.pop_back();
    if (secret.size() < 16)
        return Error{ErrorCode::ConfigError, path + " holds no secret (at least 16 characters)"};
    return secret;
}

Result<NodeConfig> readConfig(Disk& disk, const NodeProgramOptions& options)
{
    auto yaml = disk.readAll(options.configFile);
    if (!yaml)
        return yaml.error();
    RW_ASSIGN(ParsedConfig parsed, parseNodeConfig(*yaml, options.configFile));
    const std::string rackDc = std::filesystem::path(options.configFile)
                                   .replace_filename("cassandra-rackdc.properties")
                                   .string();
    if (disk.exists(rackDc)) {
        RW_ASSIGN(const Bytes text, disk.readAll(rackDc));
        RW_TRY(applyRackDc(text, rackDc, parsed.config));
    }
    const std::string archiving = std::filesystem::path(options.configFile)
                                      .replace_filename("commitlog_archiving.properties")
                                      .string();
    if (disk.exists(archiving)) {
        RW_ASSIGN(const Bytes text, disk.readAll(archiving));
        RW_ASSIGN(const auto properties, storage::parseArchivingProperties(text, archiving));
        parsed.config.store.archiving = makeArchiving(properties);
    }
    for (const auto& warning : parsed.warnings)
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
    for (const auto* endpoint :
         {&parsed.config.internode, &parsed.config.native, &parsed.config.admin}) {
        if (!endpoint->address.isLoopback())
            return Error{
                ErrorCode::ConfigError,
                fmt::format(
                    "{}: {} is not a loopback address; listening beyond this machine needs TLS and "
                    "authentication, which this version does not have yet",
                    options.configFile, endpoint->address.toString())};
    }
    RW_ASSIGN(parsed.config.secret,
              readSecret(disk, options.secretFile, parsed.config.stateFolder));
    return parsed.config;
}

/// The parts that need real sockets, around a Node. Members are destroyed last to first.
class NodeProgram {
public:
    NodeProgram(RealRuntime& runtime, NodeConfig config, bool faultHooks)
        : m_runtime(runtime),
          m_config(std::move(config)),
          m_faultHooks(faultHooks),
          m_startedAt(runtime.now()),
          m_node(runtime, m_config),
          m_signals(ioContextOf(runtime), SIGTERM, SIGINT)
    {
    }

    void start()
    {
        waitForSignal();
        m_runtime.spawn(Priority::Request, "start", startUp(this));
    }
    void close()
    {
        if (m_admin)
            m_admin->stop();
        if (m_cql)
            m_cql->stop();
    }
    [[nodiscard]] int exitCode() const noexcept { return m_exitCode; }
    /// Nothing runs on the pool that could hold up the end.
    [[nodiscard]] bool endsInOrder() const noexcept { return m_endsInOrder; }

private:
    static Task<void> startUp(NodeProgram* self)
    {
        auto starting = self->m_node.start();
        auto started = co_await starting;
        if (started) {
            auto settling = waitForSeeds(self);
            started = co_await settling;
        }
        if (started)
            started = self->openServers();
        if (started)
            self->m_node.store().setFailureListener(
                [self](const Error& error) { self->commitLogFailed(error); });
        if (started)
            self->m_node.store().setDiskFailureListener(
                [self](const Error& error) { self->diskFailed(error); });
        if (!started) {
            self->m_endsInOrder = true;
            self->fail(started.error());
            co_return ok();
        }
        self->m_runtime.log().info(
            "node", fmt::format("NORMAL in {} ms: CQL on {}, admin endpoint on {}",
                                std::chrono::duration_cast<std::chrono::milliseconds>(
                                    self->m_runtime.now() - self->m_startedAt)
                                    .count(),
                                self->m_config.native.toString(), self->m_config.admin.toString()));
        co_return ok();
    }

    /// Clients that connect at once shall be told of all nodes: waits until gossip has heard of
    /// every seed, or half a second (Gossiper.waitToSettle, which waits longer).
    static Task<void> waitForSeeds(NodeProgram* self)
    {
        const MonoTime until = self->m_runtime.now() + kSettleMax;
        while (self->m_runtime.now() < until) {
            bool isMissing = false;
            for (const auto& seed : self->m_config.seeds)
                isMissing = isMissing || (seed != self->m_config.internode &&
                                          !self->m_node.gossiper().isAlive(seed));
            if (!isMissing)
                break;
            auto sleeping = self->m_runtime.sleep(kSettlePoll, "settle");
            RW_CO_TRY(co_await sleeping);
        }
        co_return ok();
    }

    Result<void> openServers()
    {
        query::QuerySettings settings;
        settings.preparedStatementsMax = m_config.preparedStatementsMax;
        settings.batchBytesWarn = m_config.batchBytesWarn;
        settings.batchBytesFail = m_config.batchBytesFail;
        settings.unloggedPartitionsWarn = m_config.unloggedPartitionsWarn;
        settings.clusterName = m_config.clusterName;
        // Cassandra wraps the configured snitch and names the wrapper in DESCRIBE CLUSTER.
        settings.snitchName = "DynamicEndpointSnitch";
        settings.datacenters = [this] {
            std::set<std::string> names;
            for (const auto& [name, datacenter] : m_node.ring().ring()->datacenters())
                names.insert(name);
            return names;
        };
        settings.writeTimestamps = [this](WallTime now) { return m_node.timestamps().next(now); };
        settings.guardWrite = [this](std::span<const rows::Mutation> mutations,
                                     std::vector<std::string>& warnings) {
            return m_node.diskUsage().check(mutations, warnings);
        };
        m_virtualTables = std::make_unique<query::VirtualTables>(m_node, m_node.schema());
        m_queries = std::make_unique<query::QueryProcessor>(m_runtime, m_node.coordinator(),
                                                            m_node.schema(), m_virtualTables.get(),
                                                            std::move(settings));
        m_handler = std::make_unique<QueryHandler>(
            m_runtime, *m_queries,
            QueryHandlerSettings{.tracing = &m_node.coordinator().tracing()});
        m_cql = std::make_unique<CqlServer>(m_runtime, CqlServerOptions{m_config.native, {}},
                                            *m_handler);
        m_node.setClients([this] { return m_cql->clients(); });
        m_clientEvents = std::make_unique<ClientEvents>(
            m_node.gossiper(), [this](const protocol::Event& event) { m_cql->push(event); });
        m_node.gossiper().addListener(*m_clientEvents);
        RW_TRY(openAdmin());
        m_node.schema().addListener(
            [this](const schema::SchemaPtr& before, const schema::SchemaPtr& after) {
                m_clientEvents->onSchemaChanged(*before, *after);
            });
        return m_config.nativeTransport ? setNativeTransport(true) : ok();
    }

    Result<void> openAdmin()
    {
        BeanContext context{m_runtime,
                            m_node.store(),
                            m_node.gossiper(),
                            m_node.ring(),
                            m_node.schema(),
                            m_node.coordinator(),
                            &m_node.compactionHistory(),
                            m_config.clusterName,
                            m_config.partitioner,
                            m_node.hostId(),
                            m_config.internode,
                            m_config.store.dataFolders,
                            m_config.store.systemFolder,
                            m_config.store.commitLogFolder,
                            m_config.stateFolder,
                            m_startedAt,
                            [this] { return std::string(nodeStatusName(m_node.status())); },
                            [this] { return m_cql->isRunning(); },
                            [this] { return m_node.drain(); },
                            [this](bool force) { return m_node.decommission(force); },
                            [this](bool running) { return setNativeTransport(running); },
                            [this] { return m_node.threadPools(); },
                            &m_node.messaging(),
                            &m_node.diskUsage()};
        m_beans = std::make_unique<NodeBeans>(m_registry, std::move(context));
        if (m_faultHooks)
            m_registry.add(faultBean(m_node.messaging(), m_node.events()));
        m_jolokia = std::make_unique<Jolokia>(
            m_registry, Jolokia::Identity{m_node.hostId().toString().substr(0, 8) + "-ringwright",
                                          "http://" + m_config.admin.toString() + "/jolokia/",
                                          [this] { return m_runtime.wallNow().seconds(); }});
        m_beans->setNotifier(
            [this](const ObjectName& bean, const boost::json::object& notification) {
                m_jolokia->notify(bean, notification);
            });
        AdminContent content;
        content.jolokia = m_jolokia.get();
        content.metrics = [this] { return m_beans->prometheus(); };
        content.subscribe = [this](EventSubscription subscription) -> std::function<void()> {
            std::set<EventKind> kinds;
            for (const auto& name : subscription.kinds) {
                EventKind kind{};
                if (parseEventKind(name, kind))
                    kinds.insert(kind);
            }
            const auto id = m_node.events().subscribe(std::move(kinds), subscription.send);
            return [this, id] { m_node.events().unsubscribe(id); };
        };
        m_admin = std::make_unique<AdminServer>(
            m_runtime, AdminServerOptions{m_config.admin, m_config.secret}, std::move(content));
        return m_admin->start();
    }

    Result<void> setNativeTransport(bool running)
    {
        if (running && !m_cql->isRunning())
            RW_TRY(m_cql->start());
        if (!running)
            m_cql->stop();
        m_node.setNativeTransportReady(running);
        return ok();
    }

    /// commit_failure_policy; the store itself takes no more writes already.
    void commitLogFailed(const Error& error)
    {
        using storage::CommitFailurePolicy;
        switch (m_config.store.commitFailurePolicy) {
        case CommitFailurePolicy::Die:
            fail(error);
            return;
        case CommitFailurePolicy::Stop:
            stopTransports("commit_failure_policy is 'stop'");
            return;
        case CommitFailurePolicy::StopCommit:
        case CommitFailurePolicy::Ignore:
            return;
        }
    }

    /// disk_failure_policy, for what a read has met.
    void diskFailed(const Error& error)
    {
        if (m_config.store.diskFailurePolicy == storage::DiskFailurePolicy::Die)
            fail(error);
        else
            stopTransports("an SSTable failed, and disk_failure_policy does not allow to go on");
    }

    /// What is left can be looked at through the admin endpoint.
    void stopTransports(const std::string& why)
    {
        m_runtime.log().error("node", why + ": leaving gossip and closing the client transport");
        (void)setNativeTransport(false);
        m_node.gossiper().stop(true);
    }

    void fail(const Error& error)
    {
        std::fprintf(stderr, "error: %s\n", error.detail().c_str());
        m_exitCode = 1;
        m_runtime.stop();
    }

    void waitForSignal()
    {
        m_signals.async_wait([this](boost::system::error_code error, int) {
            if (error)
                return;
            if (std::exchange(m_stopping, true)) {
                // Asked twice: no more patience. The commit log is the recovery.
                m_endsInOrder = false;
                m_runtime.stop();
                return;
            }
            m_runtime.spawn(Priority::Request, "stop", shutDown(this));
            waitForSignal();
        });
    }

    static Task<void> shutDown(NodeProgram* self)
    {
        if (self->m_cql)
            self->m_cql->stop();
        if (self->m_node.status() == NodeStatus::Normal) {
            auto draining = self->m_node.drain();
            auto drained = co_await draining;
            if (!drained) {
                std::fprintf(stderr, "error: %s\n", drained.error().detail().c_str());
                self->m_exitCode = 1;
            }
        }
        self->m_endsInOrder = self->m_node.status() == NodeStatus::Drained;
        self->m_runtime.stop();
        co_return ok();
    }

    RealRuntime& m_runtime;
    NodeConfig m_config;
    bool m_faultHooks = false;
    MonoTime m_startedAt;
    Node m_node;
    boost::asio::signal_set m_signals;
    std::unique_ptr<query::VirtualTables> m_virtualTables;
    std::unique_ptr<query::QueryProcessor> m_queries;
    std::unique_ptr<QueryHandler> m_handler;
    std::unique_ptr<CqlServer> m_cql;
    std::unique_ptr<ClientEvents> m_clientEvents;
    MBeanRegistry m_registry;
    std::unique_ptr<NodeBeans> m_beans;
    std::unique_ptr<Jolokia> m_jolokia;
    std::unique_ptr<AdminServer> m_admin;
    bool m_stopping = false;
    bool m_endsInOrder = false;
    int m_exitCode = 0;
};

} // namespace

int runNodeProgram(const NodeProgramOptions& options)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto config = readConfig(*makeRealDisk(), options);
    if (!config) {
        std::fprintf(stderr, "error: %s\n", config.error().detail().c_str());
        return 1;
    }
    RealRuntimeOptions runtimeOptions;
    runtimeOptions.logFile =
        std::filesystem::path(options.configFile).parent_path().parent_path().string() +
        "/system.log";
    runtimeOptions.logLevel = options.logLevel;
    const auto runtime = RealRuntime::make(runtimeOptions);
    int exitCode = 0;
    {
        NodeProgram program(*runtime, *config, options.faultHooks);
        program.start();
        runtime->run();
        program.close();
        exitCode = program.exitCode();
        if (!program.endsInOrder()) {
            // A compaction may run on the pool, or a disk hang. Nobody shall wait for either: what
            // was acknowledged is in the kernel already.
            std::fflush(nullptr);
            ::_exit(exitCode);
        }
        runtime->end(); // tasks first, then the parts that they refer to
    }
    runtime->log().info("node", "Ended");
    return exitCode;
}

} // namespace engine::node
