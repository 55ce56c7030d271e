// What a node tells about itself: virtual tables and the snapshot of the event stream.
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/hints.h"
#include "engine/membership/gossiper.h"
#include "engine/membership/ring_view.h"
#include "engine/node/event_stream.h"
#include "engine/node/node.h"
#include "engine/node/schema_holder.h"
#include "engine/node/size_estimates.h"
#include "engine/sstable/reader.h"
#include "engine/storage/local_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::node {

namespace {

using membership::ApplicationState;

/// In bytes, by the histograms of the SSTables; 0 without any.
std::int64_t largestPartition(const std::vector<sstable::ReaderPtr>& readers)
{
    std::int64_t most = 0;
    for (const auto& reader : readers)
        most = std::max(most, reader->stats().partitionSizes.max());
    return most;
}

std::vector<std::string> tokenTexts(const std::vector<ring::Token>& tokens)
{
    std::vector<std::string> texts;
    texts.reserve(tokens.size());
    for (const ring::Token token : tokens)
        texts.push_back(std::to_string(token.value));
    return texts;
}

/// Cassandra's column of system_views.gossip_info for a state: its name in lower case.
std::string lowerName(ApplicationState state)
{
    std::string name{membership::applicationStateName(state)};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}

std::string valueOf(const membership::EndpointState& state, ApplicationState which)
{
    const std::string* value = state.find(which);
    return value == nullptr ? std::string{} : *value;
}

/// Names come from configuration files: they may hold anything.
std::string jsonText(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            quoted += c;
    }
    return quoted + "\"";
}

} // namespace

query::NodeRow Node::local() const
{
    query::NodeRow row;
    row.internode = m_config.internode;
    row.listenAddress = m_config.internode.address;
    row.native = m_config.native;
    row.hostId = m_state.hostId;
    row.datacenter = m_config.datacenter;
    row.rack = m_config.rack;
    row.schemaVersion = m_schema->version();
    row.tokens = tokenTexts(m_state.tokens);
    return row;
}

std::vector<query::NodeRow> Node::peers() const
{
    std::vector<query::NodeRow> rows;
    for (const ring::RingNode& node : m_ring->ring()->nodes()) {
        if (node.endpoint == m_config.internode)
            continue;
        query::NodeRow row;
        row.internode = node.endpoint;
        row.listenAddress = node.endpoint.address;
        row.native = {node.endpoint.address, m_config.native.port};
        row.hostId = node.hostId;
        row.datacenter = node.datacenter;
        row.rack = node.rack;
        row.tokens = tokenTexts(node.tokens);
        if (const auto* state = m_gossiper->find(node.endpoint)) {
            if (const auto native = InetEndpoint::parse(
                    valueOf(*state, ApplicationState::NativeAddressAndPort), m_config.native.port))
                row.native = *native;
            if (const auto version = Uuid::parse(valueOf(*state, ApplicationState::Schema)))
                row.schemaVersion = *version;
            if (const std::string release = valueOf(*state, ApplicationState::ReleaseVersion);
                !release.empty())
                row.releaseVersion = release;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<query::ClientRow> Node::clients() const
{
    return m_clients ? m_clients() : std::vector<query::ClientRow>{};
}

std::vector<query::ThreadPoolRow> Node::threadPools() const
{
    query::ThreadPoolRow compactions{.name = "CompactionExecutor"};
    query::ThreadPoolRow flushes{.name = "MemtableFlushWriter"};
    query::ThreadPoolRow reads{.name = "ReadStage"};
    query::ThreadPoolRow writes{.name = "MutationStage"};
    query::ThreadPoolRow hints{.name = "HintsDispatcher"};
    compactions.active = static_cast<std::int32_t>(m_store->compactions().size());
    compactions.pending = static_cast<std::int32_t>(m_store->pendingCompactions());
    writes.pending = static_cast<std::int32_t>(m_store->metrics().writesWaiting);
    hints.completed = static_cast<std::int64_t>(m_coordinator->hints().counters().dispatched);
    for (const auto& [name, keyspace] : m_schema->current()->keyspaces()) {
        if (keyspace->isVirtual)
            continue;
        for (const auto& [tableName, table] : keyspace->tables) {
            const auto* metrics = m_store->metrics(table->id());
            if (metrics == nullptr)
                continue;
            compactions.completed += static_cast<std::int64_t>(metrics->compactions);
            flushes.pending += static_cast<std::int32_t>(metrics->pendingFlushes);
            flushes.completed += static_cast<std::int64_t>(metrics->memtableSwitches);
            reads.completed +=
                static_cast<std::int64_t>(metrics->reads.count + metrics->rangeReads.count);
            writes.completed += static_cast<std::int64_t>(metrics->writes.count);
        }
    }
    return {compactions, hints, flushes, writes, reads};
}

std::vector<query::TableSizeRow> Node::tableSizes() const
{
    std::vector<query::TableSizeRow> rows;
    for (const auto& [name, keyspace] : m_schema->current()->keyspaces()) {
        if (keyspace->isVirtual)
            continue;
        for (const auto& [tableName, table] : keyspace->tables)
            if (const auto* metrics = m_store->metrics(table->id()))
                rows.push_back({name, tableName, static_cast<std::int64_t>(metrics->liveDiskBytes),
                                largestPartition(m_store->sstables(table->id()))});
    }
    return rows;
}

std::vector<query::SizeEstimateRow> Node::sizeEstimates(bool inDatacenter) const
{
    const auto ranges = primaryRanges(*m_ring->ring(), m_config.internode, inDatacenter);
    std::vector<query::SizeEstimateRow> rows;
    for (const auto& [name, keyspace] : m_schema->current()->keyspaces()) {
        if (keyspace->isVirtual || schema::isLocalSystemKeyspace(name))
            continue;
        for (const auto& [tableName, table] : keyspace->tables) {
            const auto readers = m_store->sstables(table->id());
            if (!readers.empty())
                appendSizeEstimates(name, tableName, readers, ranges, rows);
        }
    }
    return rows;
}

std::vector<query::GossipRow> Node::gossip() const
{
    std::vector<query::GossipRow> rows;
    for (const auto& [endpoint, state] : m_gossiper->states()) {
        query::GossipRow row;
        row.endpoint = endpoint;
        row.generation = state.heartBeat.generation;
        row.heartbeat = state.heartBeat.version;
        for (const auto& [which, value] : state.values)
            row.values[lowerName(which)] =
                which == ApplicationState::Tokens ? std::string{"<hidden>"} : value.value;
        rows.push_back(std::move(row));
    }
    return rows;
}

Bytes Node::snapshotForEvents() const
{
    std::string endpoints;
    if (m_gossiper) {
        for (const auto& view : m_gossiper->view()) {
            std::string tokens;
            for (const std::string& token : tokenTexts(view.state.tokens()))
                tokens += fmt::format(R"({}"{}")", tokens.empty() ? "" : ",", token);
            endpoints += fmt::format(
                R"({}{{"endpoint":"{}","alive":{},"suspect":{},"phi":{:.3f},"generation":{},"version":{},)"
                R"("status":{},"dc":{},"rack":{},"host_id":{},"tokens":[{}]}})",
                endpoints.empty() ? "" : ",", view.endpoint.toString(),
                view.isLocal || view.state.alive, view.socketClosed, view.phi,
                view.state.heartBeat.generation, view.state.maxVersion(),
                jsonText(view.state.status()), jsonText(valueOf(view.state, ApplicationState::Dc)),
                jsonText(valueOf(view.state, ApplicationState::Rack)),
                jsonText(valueOf(view.state, ApplicationState::HostId)), tokens);
        }
    }
    return fmt::format(R"({{"status":"{}","schema":"{}","endpoints":[{}]}})",
                       nodeStatusName(m_status),
                       m_schema ? m_schema->version().toString() : std::string{}, endpoints);
}

} // namespace engine::node
