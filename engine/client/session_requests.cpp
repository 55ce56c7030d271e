// Requests: from the call over a link to the callback, with preparing again, sending again,
// deadlines and cancelling.
#include "engine/client/session_impl.h"

#include "engine/protocol/error_extras.h"

#include <algorithm>
#include <cctype>

namespace engine::client {

using namespace protocol;

namespace {

constexpr int kAttemptsMax = 3;
/// How long DDL waits for all nodes to know of it.
constexpr Duration kAgreementMax = std::chrono::seconds{10};
constexpr Duration kAgreementInterval = std::chrono::milliseconds{50};
constexpr Duration kSweepInterval = std::chrono::milliseconds{50};

bool isRead(const PendingRequest& request)
{
    const std::string& text = request.prepared ? request.prepared->cql : request.cql;
    std::size_t at = text.find_first_not_of(" \t\r\n");
    for (const char c : std::string_view{"select"}) {
        if (at >= text.size() || std::tolower(static_cast<unsigned char>(text[at++])) != c)
            return false;
    }
    return true;
}

std::vector<Value> valuesOf(const std::vector<BoundValue>& bound)
{
    std::vector<Value> values;
    values.reserve(bound.size());
    for (const BoundValue& value : bound) {
        switch (value.kind) {
        case BoundValue::Kind::Bytes:
            values.push_back(Value::of(value.bytes));
            break;
        case BoundValue::Kind::Null:
            values.push_back(Value::null());
            break;
        case BoundValue::Kind::Unset:
            values.push_back(Value::unset());
            break;
        }
    }
    return values;
}

/// Quoted so that any name is meant as it is.
std::string useStatement(const std::string& keyspace)
{
    std::string text = "USE \"";
    for (const char c : keyspace)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

} // namespace

void Session::Impl::submit(PendingPtr request)
{
    if (m_closed) {
        complete(request, Error{ErrorCode::ShuttingDown, "the session is closed"});
        return;
    }
    request->started = clock.now();
    request->deadline = request->started + request->options.timeout;
    m_pending.emplace(request->id, request);
    if (!dispatch(request))
        m_queue.push_back(request);
    armSweep();
}

void Session::Impl::drainQueue()
{
    auto waiting = std::move(m_queue);
    m_queue.clear();
    while (!waiting.empty()) {
        const PendingPtr request = std::move(waiting.front());
        waiting.pop_front();
        if (m_pending.count(request->id) == 0 || dispatch(request))
            continue;
        m_queue.push_back(request);
        if (!request->options.coordinator)
            break; // no node takes a request: the others wait, too
    }
    m_queue.insert(m_queue.end(), waiting.begin(), waiting.end());
}

void Session::Impl::drainSoon()
{
    if (m_queue.empty() || std::exchange(m_drainSoon, true))
        return;
    later({}, [this] {
        m_drainSoon = false;
        drainQueue();
    });
}

bool Session::Impl::dispatch(const PendingPtr& request)
{
    const auto link = chooseLink(*request);
    if (link) {
        sendOn(link, request);
        return true;
    }
    if (const auto& coordinator = request->options.coordinator; coordinator && topology) {
        if (topology->find(*coordinator) == nullptr) {
            complete(request, Error{ErrorCode::NotFound,
                                    coordinator->toString() + " is no node of this cluster"});
            return true;
        }
        const auto pool = m_pools.find(*coordinator);
        if (pool != m_pools.end() && pool->second.error) {
            complete(request, *pool->second.error);
            return true;
        }
        openLinks(*coordinator);
    }
    return false;
}

std::string Session::Impl::keyspaceOf(const PendingRequest& request) const
{
    return request.options.keyspace.empty() ? m_keyspace : request.options.keyspace;
}

void Session::Impl::sendOn(const std::shared_ptr<Link>& link, const PendingPtr& request)
{
    ++request->attempts;
    request->tried.insert(link->address());
    request->link = link;
    const std::string keyspace = keyspaceOf(*request);
    if (link->version() >= ProtocolVersion::V5 || keyspace.empty() || link->keyspace == keyspace) {
        sendNow(link, request);
        return;
    }
    // Before v5 a keyspace belongs to the connection: choose it first and wait, because a server
    // may execute requests of one connection in any order.
    const std::string use = useStatement(keyspace);
    QueryRequest query;
    query.query = use;
    const auto stream =
        link->send(query, false, [this, link, request, keyspace](Result<Reply> reply) {
            if (!reply) {
                answered(request, std::move(reply));
                return;
            }
            link->keyspace = keyspace;
            sendNow(link, request);
        });
    if (!stream)
        failed(request,
               Error{ErrorCode::Overloaded,
                     "the connection to " + link->address().toString() + " has no free stream"});
    else
        request->stream = *stream;
}

void Session::Impl::sendNow(const std::shared_ptr<Link>& link, const PendingPtr& request)
{
    if (m_pending.count(request->id) == 0)
        return; // cancelled meanwhile
    const std::string keyspace = keyspaceOf(*request);
    const std::vector<Value> values = valuesOf(request->values);
    QueryOptions options;
    options.consistency = request->options.consistency;
    options.serialConsistency = request->options.serialConsistency;
    options.values = values;
    options.timestamp = request->options.timestamp;
    if (request->options.pageSize > 0)
        options.pageSize = request->options.pageSize;
    if (request->options.pagingState)
        options.pagingState = *request->options.pagingState;
    if (!keyspace.empty() && request->kind != PendingRequest::Kind::Execute)
        options.keyspace = keyspace;

    std::vector<std::vector<Value>> batchValues;
    std::vector<BatchEntry> entries;
    Request message = OptionsRequest{};
    switch (request->kind) {
    case PendingRequest::Kind::Text:
        message = QueryRequest{request->cql, options};
        break;
    case PendingRequest::Kind::Execute: {
        const auto known = m_prepared.find(request->prepared->id);
        message = ExecuteRequest{
            request->prepared->id,
            known == m_prepared.end() ? ByteView{} : ByteView{known->second.second}, options};
        break;
    }
    case PendingRequest::Kind::Prepare:
        message = PrepareRequest{request->cql, options.keyspace};
        break;
    case PendingRequest::Kind::Batch:
        batchValues.reserve(request->batch.size());
        for (const Session::BatchStatement& statement : request->batch) {
            batchValues.push_back(valuesOf(statement.values));
            entries.push_back(
                {statement.prepared != nullptr,
                 statement.prepared ? ByteView{statement.prepared->id} : ByteView{statement.cql},
                 batchValues.back()});
        }
        options.pageSize.reset();
        message = BatchRequest{request->batchType, entries, options};
        break;
    }
    const auto stream =
        link->send(message, request->options.tracing,
                   [this, request](Result<Reply> reply) { answered(request, std::move(reply)); });
    if (stream)
        request->stream = *stream;
    else
        failed(request,
               Error{ErrorCode::Overloaded,
                     "the connection to " + link->address().toString() + " has no free stream"});
}

void Session::Impl::answered(const PendingPtr& request, Result<Reply> reply)
{
    drainSoon(); // a stream is free
    if (m_pending.count(request->id) == 0)
        return;
    request->stream = -1;
    if (reply)
        finish(request, std::move(reply));
    else
        failed(request, reply.error());
}

bool Session::Impl::prepareAgain(const PendingPtr& request, const Error& error)
{
    const auto* unprepared = error.extra<UnpreparedExtra>();
    const auto link = request->link;
    if (error.code() != ErrorCode::Unprepared || unprepared == nullptr || !link || !link->isReady())
        return false;
    // A batch may have to prepare each of its statements.
    if (request->attempts >= kAttemptsMax + static_cast<int>(request->batch.size()))
        return false;
    PreparedPtr statement = request->prepared;
    for (const auto& one : request->batch) {
        if (one.prepared && one.prepared->id == unprepared->id)
            statement = one.prepared;
    }
    if (!statement || statement->id != unprepared->id)
        return false;
    ++request->attempts;
    PrepareRequest prepare;
    prepare.query = statement->cql;
    if (!statement->keyspace.empty())
        prepare.keyspace = statement->keyspace;
    const auto stream =
        link->send(prepare, false, [this, request, link, statement](Result<Reply> reply) {
            if (!reply) {
                answered(request, std::move(reply));
                return;
            }
            const auto* prepared = std::get_if<PreparedResult>(&reply->response);
            if (prepared == nullptr || prepared->id != statement->id) {
                answered(request, Error{ErrorCode::Invalid,
                                        "the statement means something else now that its "
                                        "schema has changed; prepare it again"});
                return;
            }
            m_prepared[statement->id] = {statement, prepared->resultMetadataId};
            sendNow(link, request);
        });
    if (stream)
        request->stream = *stream;
    return stream.has_value();
}

bool Session::Impl::maySendAgain(const PendingRequest& request, const Error& error) const
{
    if (request.attempts >= kAttemptsMax || clock.now() >= request.deadline)
        return false;
    switch (error.code()) {
    case ErrorCode::Overloaded:
    case ErrorCode::IsBootstrapping:
        return true; // nothing was executed
    case ErrorCode::ConnectionLost:
        return request.options.idempotent || isRead(request) ||
               request.kind == PendingRequest::Kind::Prepare;
    case ErrorCode::Unavailable:
        return request.attempts == 1; // perhaps only this node thinks so
    case ErrorCode::ReadTimeout: {
        // Enough replicas answered, only the one with the data did not: it is known as slow now.
        const auto* failure = error.extra<RequestFailure>();
        return request.attempts == 1 && failure && failure->received >= failure->blockFor &&
               !failure->dataPresent;
    }
    case ErrorCode::WriteTimeout: {
        const auto* failure = error.extra<RequestFailure>();
        return request.attempts == 1 && failure && failure->writeType == WriteType::BatchLog;
    }
    default:
        return false;
    }
}

void Session::Impl::failed(const PendingPtr& request, const Error& error)
{
    if (prepareAgain(request, error))
        return;
    const bool pinnedAndLost =
        request->options.coordinator && error.code() == ErrorCode::ConnectionLost;
    if (!pinnedAndLost && maySendAgain(*request, error)) {
        if (error.code() == ErrorCode::ReadTimeout || error.code() == ErrorCode::WriteTimeout)
            request->tried.clear();
        request->link.reset();
        // Not from within the link's own callbacks.
        later({}, [this, request, error] {
            if (m_pending.count(request->id) == 0)
                return;
            if (const auto link = chooseLink(*request))
                sendOn(link, request);
            else
                complete(request, error);
        });
        return;
    }
    if (request->kind == PendingRequest::Kind::Prepare)
        completePrepare(request, error);
    else
        complete(request, error);
}

void Session::Impl::finish(const PendingPtr& request, Result<Reply> reply)
{
    Response& response = reply->response;
    if (auto* prepared = std::get_if<PreparedResult>(&response)) {
        auto statement = std::make_shared<PreparedStatement>();
        statement->cql = request->cql;
        statement->keyspace = keyspaceOf(*request);
        statement->id = prepared->id;
        statement->markers = std::move(prepared->metadata);
        statement->resultColumns = prepared->resultMetadata.columns;
        m_prepared[statement->id] = {statement, prepared->resultMetadataId};
        completePrepare(request, PreparedPtr{statement});
        return;
    }
    auto page = std::make_shared<ResultPage>();
    page->warnings = std::move(reply->prelude.warnings);
    page->tracingId = reply->prelude.tracingId;
    page->coordinator = request->link->address();
    page->elapsed = clock.now() - request->started;
    if (auto* rows = std::get_if<RowsResult>(&response)) {
        page->kind = ResultPage::Kind::Rows;
        page->columns =
            rows->metadata.columns ? rows->metadata.columns : std::make_shared<ColumnSpecs>();
        page->rowCount = rows->rowCount;
        page->content = rows->content;
        page->pagingState = std::move(rows->metadata.pagingState);
        if (rows->metadata.newMetadataId && request->prepared)
            m_prepared[request->prepared->id] = {request->prepared, *rows->metadata.newMetadataId};
    } else if (auto* keyspace = std::get_if<SetKeyspaceResult>(&response)) {
        page->kind = ResultPage::Kind::SetKeyspace;
        page->keyspace = keyspace->keyspace;
        m_keyspace = keyspace->keyspace;
        request->link->keyspace = keyspace->keyspace;
    } else if (auto* change = std::get_if<SchemaChange>(&response)) {
        page->kind = ResultPage::Kind::SchemaChange;
        page->schemaChange = std::move(*change);
        loadSchemaSoon(); // the event comes, too, unless it is lost with the connection
        request->deadline = clock.now() + kAgreementMax + std::chrono::seconds{1};
        awaitAgreement(request, page);
        return;
    } else if (!std::holds_alternative<VoidResult>(response)) {
        complete(request,
                 Error{ErrorCode::ProtocolError,
                       "the node answered with " + std::string(opcodeName(opcodeOf(response)))});
        return;
    }
    complete(request, ResultPagePtr{page});
}

void Session::Impl::awaitAgreement(const PendingPtr& request, ResultPagePtr page)
{
    // The next statement may go to another node, which must know of the change by then: as other
    // drivers, wait until the node that made it sees all nodes that are up with its version.
    const auto link = request->link;
    const MonoTime giveUp = request->deadline - std::chrono::seconds{1};
    queryOn(link, "SELECT schema_version FROM system.local",
            [this, request, page, link, giveUp](auto own) {
                queryOn(link, "SELECT peer, rpc_address, schema_version FROM system.peers",
                        [this, request, page, giveUp, own](auto peers) {
                            if (m_pending.count(request->id) == 0)
                                return;
                            bool agree = true;
                            if (own && peers && own->size() == 1) {
                                for (const NamedRow& peer : *peers) {
                                    const auto address = inetOf(peer, "rpc_address");
                                    const bool isDown =
                                        std::any_of(topology->nodes.begin(), topology->nodes.end(),
                                                    [&](const NodeInfo& node) {
                                                        return address &&
                                                               node.address.address == *address &&
                                                               !node.isUp;
                                                    });
                                    agree = agree &&
                                            (isDown || uuidOf(peer, "schema_version") ==
                                                           uuidOf(own->front(), "schema_version"));
                                }
                            }
                            if (agree || clock.now() >= giveUp) {
                                complete(request, page);
                                return;
                            }
                            later(kAgreementInterval, [this, request, page] {
                                if (m_pending.count(request->id) != 0)
                                    awaitAgreement(request, page);
                            });
                        });
            });
}

void Session::Impl::complete(const PendingPtr& request, Result<ResultPagePtr> page)
{
    if (request->kind == PendingRequest::Kind::Prepare) {
        completePrepare(request, page ? Error{ErrorCode::ServerError,
                                              "PREPARE was not answered with a statement"}
                                      : page.error());
        return;
    }
    m_pending.erase(request->id);
    request->link.reset();
    if (auto done = std::move(request->done); done)
        done(std::move(page));
}

void Session::Impl::completePrepare(const PendingPtr& request, Result<PreparedPtr> prepared)
{
    m_pending.erase(request->id);
    request->link.reset();
    if (auto done = std::move(request->prepareDone); done)
        done(std::move(prepared));
}

void Session::Impl::cancel(std::uint64_t id)
{
    const auto at = m_pending.find(id);
    if (at == m_pending.end())
        return;
    const PendingPtr request = at->second;
    if (request->link && request->stream >= 0)
        request->link->cancel(request->stream);
    complete(request, Error{ErrorCode::Cancelled, "the request was cancelled"});
}

void Session::Impl::armSweep()
{
    if (m_sweeping || m_pending.empty())
        return;
    m_sweeping = true;
    m_sweepTimer.start(kSweepInterval, [weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->sweep();
    });
}

void Session::Impl::sweep()
{
    m_sweeping = false;
    const MonoTime now = clock.now();
    std::vector<PendingPtr> late;
    for (const auto& [id, request] : m_pending) {
        if (now >= request->deadline)
            late.push_back(request);
    }
    for (const PendingPtr& request : late) {
        const bool wasSent = request->link != nullptr;
        if (wasSent && request->stream >= 0)
            request->link->cancel(request->stream);
        std::erase(m_queue, request);
        const std::string who = wasSent ? request->link->address().toString() + " did not answer"
                                        : "no connection to the cluster came about";
        const auto millis =
            std::chrono::duration_cast<std::chrono::milliseconds>(request->options.timeout);
        complete(request, Error{ErrorCode::Timeout,
                                who + " within " + std::to_string(millis.count()) + " ms" +
                                    (m_lastError && !wasSent ? ": " + m_lastError->detail() : "")});
    }
    armSweep();
}

} // namespace engine::client
