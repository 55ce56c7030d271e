#include "tests/support/hot_node.h"

#include "engine/base/assert.h"
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/timestamp_source.h"
#include "engine/node/schema_holder.h"
#include "engine/storage/local_store.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

using namespace engine;
using protocol::Opcode;
using protocol::ProtocolVersion;

namespace tests {

namespace {

constexpr ProtocolVersion kVersion = ProtocolVersion::V4;

Bytes frameOf(const protocol::Request& request)
{
    Bytes bytes;
    protocol::EnvelopeWriter envelope{bytes, kVersion, false, 1, protocol::opcodeOf(request)};
    protocol::encodeRequest(envelope.body(), kVersion, request);
    envelope.finish();
    return bytes;
}

/// An address of the loopback network that other runs at the same time do not use.
InetEndpoint ownAddress()
{
    const auto pid = static_cast<std::uint32_t>(getpid());
    InetEndpoint endpoint;
    endpoint.address.size = 4;
    endpoint.address.bytes[0] = 127;
    endpoint.address.bytes[1] = static_cast<std::uint8_t>(100 + (pid >> 16) % 100);
    endpoint.address.bytes[2] = static_cast<std::uint8_t>(pid >> 8);
    endpoint.address.bytes[3] = static_cast<std::uint8_t>(pid % 254 + 1);
    endpoint.port = 7000;
    return endpoint;
}

} // namespace

HotNode::HotNode()
{
    std::string pattern =
        (std::filesystem::temp_directory_path() / "ringwright-hot-XXXXXX").string();
    ENGINE_ASSERT(mkdtemp(pattern.data()) != nullptr, "a temporary folder can be made");
    m_folder = pattern;
    RealRuntimeOptions options;
    options.logLevel = LogLevel::Error;
    m_runtime = RealRuntime::make(options);
    node::NodeConfig config;
    config.internode = ownAddress();
    config.native = {config.internode.address, 9042};
    config.seeds = {config.internode};
    config.secret = "a secret of this test alone";
    config.store.dataFolders = {m_folder + "/data"};
    config.store.commitLogFolder = m_folder + "/commitlog";
    config.store.memtableBytes = std::uint64_t{1} << 30;
    config.store.chunkCacheBytes = std::uint64_t{256} << 20;
    config.hintsFolder = m_folder + "/hints";
    config.stateFolder = m_folder + "/saved";
    m_node = std::make_unique<node::Node>(*m_runtime, std::move(config));
    run(m_node->start());
    query::QuerySettings settings;
    settings.datacenters = [] { return std::set<std::string>{"datacenter1"}; };
    settings.writeTimestamps = [this](WallTime now) { return m_node->timestamps().next(now); };
    m_queries = std::make_unique<query::QueryProcessor>(*m_runtime, m_node->coordinator(),
                                                        m_node->schema(), nullptr, settings);
    m_handler = std::make_unique<node::QueryHandler>(*m_runtime, *m_queries);
    m_connection = std::make_shared<node::ServerConnection>(m_settings, *m_handler, nullptr,
                                                            std::make_shared<node::RequestPool>(),
                                                            *this, InetEndpoint{}, 1);
    protocol::StartupRequest startup;
    startup.options = {{"CQL_VERSION", "3.4.7"}};
    const auto ready = ask(startup);
    ENGINE_ASSERT(std::holds_alternative<protocol::ReadyResponse>(ready),
                  "the connection is ready");
}

HotNode::~HotNode()
{
    m_connection->detach();
    m_handler.reset();
    run(m_node->drain());
    // As in the program: the node's tasks go before its parts.
    m_queries.reset();
    m_runtime.release(); // NOLINT: its threads end with the process, and so do the node's tasks
    m_node.release();    // NOLINT
    std::filesystem::remove_all(m_folder);
}

Task<void> HotNode::stopAfter(Task<void> task)
{
    auto result = co_await task;
    if (!result)
        std::fprintf(stderr, "%s\n", result.error().detail().c_str());
    ENGINE_ASSERT(result.has_value(), "what the test does with its node succeeds");
    m_runtime->stop();
    co_return ok();
}

void HotNode::run(Task<void> task)
{
    m_runtime->spawn(Priority::Request, "test", stopAfter(std::move(task)));
    m_runtime->run();
}

void HotNode::wake()
{
    if (std::exchange(m_isWoken, true))
        return;
    // Behind the steps that end requests.
    m_runtime->post(Priority::Background, "answered", [this] {
        m_isWoken = false;
        if (m_handler->inFlight() == 0)
            m_runtime->stop();
    });
}

const Bytes& HotNode::send(ByteView requests)
{
    m_connection->receive(requests);
    if (m_isWoken || m_handler->inFlight() != 0)
        m_runtime->run();
    m_connection->takeOutput(m_output);
    return m_output;
}

protocol::Response HotNode::ask(const protocol::Request& request)
{
    const Bytes& answer = send(frameOf(request));
    constexpr std::size_t headBytes = 9;
    ENGINE_ASSERT(answer.size() >= headBytes, "there is an answer");
    auto response = protocol::decodeResponse(kVersion, static_cast<Opcode>(answer[4]),
                                             ByteView{answer}.substr(headBytes));
    ENGINE_ASSERT(response.has_value(), "the answer can be read");
    if (const auto* error = std::get_if<protocol::ErrorResponse>(&*response))
        std::fprintf(stderr, "%s\n", error->error.detail().c_str());
    ENGINE_ASSERT(!std::holds_alternative<protocol::ErrorResponse>(*response),
                  "the statements of the test succeed");
    return std::move(*response);
}

void HotNode::query(std::string_view text)
{
    protocol::QueryRequest request;
    request.query = text;
    (void)ask(request);
}

Bytes HotNode::prepare(std::string_view text)
{
    protocol::PrepareRequest request;
    request.query = text;
    const auto response = ask(request);
    return std::get<protocol::PreparedResult>(response).id;
}

void HotNode::compact(std::string_view keyspace, std::string_view table)
{
    const auto found = m_node->schema().current()->table(keyspace, table);
    run(m_node->store().flush(found->id()));
    run(m_node->store().compact(found->id()));
}

Bytes HotNode::execute(const Bytes& id, const std::vector<Bytes>& values) const
{
    std::vector<protocol::Value> bound;
    for (const Bytes& value : values)
        bound.push_back(protocol::Value::of(value));
    protocol::ExecuteRequest request;
    request.id = id;
    request.options.values = bound;
    request.options.consistency = protocol::Consistency::LocalQuorum;
    request.options.skipMetadata = true;
    request.options.pageSize = 5000;
    return frameOf(request);
}

} // namespace tests
