#include "engine/node/repair_admin_bean.h"

#include "engine/node/bean_values.h"
#include "engine/ring/token_ranges.h"
#include "engine/schema/schema_owner.h"
#include "engine/sstable/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace engine::node {

namespace json = boost::json;

namespace {

using coordination::LocalSession;
using coordination::LocalSessions;
using coordination::RepairState;
using ring::Token;
using ring::TokenRange;

/// What both operations and their tasks need; outlives the bean's last task.
struct RepairAdmin {
    LocalSessions& sessions;
    RepairTables tables;
};
using RepairAdminPtr = std::shared_ptr<const RepairAdmin>;

bool intersects(const std::vector<TokenRange>& some, const std::vector<TokenRange>& others)
{
    const auto meet = [](const TokenRange& a, const TokenRange& b) {
        const auto left = ring::unwrapped(a);
        const auto right = ring::unwrapped(b);
        return std::ranges::any_of(left, [&](const TokenRange& x) {
            return std::ranges::any_of(
                right, [&](const TokenRange& y) { return x.start < y.end && y.start < x.end; });
        });
    };
    return std::ranges::any_of(some, [&](const TokenRange& a) {
        return std::ranges::any_of(others, [&](const TokenRange& b) { return meet(a, b); });
    });
}

/// "1:2,3:4"; none for no text (RepairOption.parseRanges).
Result<std::vector<TokenRange>> rangesOf(std::string_view text)
{
    std::vector<TokenRange> ranges;
    const auto token = [](std::string_view digits) -> std::optional<Token> {
        Token made{};
        const auto end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, made.value);
        return parsed.ec == std::errc{} && parsed.ptr == end ? std::optional{made} : std::nullopt;
    };
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), piece.size() + 1));
        const auto colon = piece.find(':');
        const auto start = token(piece.substr(0, colon));
        const auto end =
            colon == std::string_view::npos ? std::nullopt : token(piece.substr(colon + 1));
        if (!start || !end)
            return javaError("java.lang.IllegalArgumentException", 400,
                             fmt::format("'{}' is not a range of two tokens", piece));
        ranges.push_back({*start, *end});
    }
    return ranges;
}

json::object sessionValue(const LocalSession& session)
{
    std::string hosts;
    std::string endpoints;
    for (const InetEndpoint& participant : session.participants) {
        hosts += (hosts.empty() ? "" : ",") + endpointText(participant, false);
        endpoints += (endpoints.empty() ? "" : ",") + endpointText(participant, true);
    }
    std::string tables;
    for (const schema::TableId& table : session.tables)
        tables += (tables.empty() ? "" : ",") + table.value.toString();
    return {{"SESSION_ID", session.id.toString()},
            {"STATE", coordination::repairStateName(session.state)},
            {"STARTED", std::to_string(session.startedAt)},
            {"LAST_UPDATE", std::to_string(session.lastUpdate)},
            {"COORDINATOR", "/" + endpointText(session.coordinator, true)},
            {"PARTICIPANTS", hosts},
            {"PARTICIPANTS_WP", endpoints},
            {"TABLES", tables}};
}

/// What is set apart of a table, by what has become of its sessions.
struct PendingFigures {
    std::uint64_t bytes = 0;
    std::int64_t sstables = 0;
    std::vector<std::string> sessions;

    void add(const RepairTable::Pending& pending)
    {
        bytes += pending.bytes;
        ++sstables;
        const std::string id = pending.session.toString();
        if (std::ranges::find(sessions, id) == sessions.end())
            sessions.push_back(id);
    }
    [[nodiscard]] json::object value() const
    {
        return {{"dataSize", bytes}, {"numSSTables", sstables}, {"sessions", textArray(sessions)}};
    }
};

json::object pendingValue(const RepairTable& table, const LocalSessions& sessions,
                          const std::vector<TokenRange>& ranges)
{
    PendingFigures total;
    PendingFigures pending;
    PendingFigures finalized;
    PendingFigures failed;
    for (const RepairTable::Pending& each : table.pending) {
        const LocalSession* session = sessions.find(each.session);
        if (session != nullptr && !intersects(session->ranges, ranges))
            continue;
        // What nobody knows the session of becomes unrepaired again, as of one that has failed.
        PendingFigures& kind = session == nullptr                         ? failed
                               : session->state == RepairState::Finalized ? finalized
                               : session->state == RepairState::Failed    ? failed
                                                                          : pending;
        kind.add(each);
        total.add(each);
    }
    return {{"keyspace", table.keyspace},     {"table", table.name},
            {"total", total.value()},         {"pending", pending.value()},
            {"finalized", finalized.value()}, {"failed", failed.value()}};
}

/// Since when each part of the ranges is repaired, in order; 0: it is not (RepairedState).
json::array repairedSections(const RepairTable& table, const LocalSessions& sessions,
                             const std::vector<TokenRange>& ranges)
{
    struct Part {
        TokenRange range;
        std::int64_t repairedAt;
    };
    std::vector<Part> repaired;
    std::vector<Token> bounds;
    for (const auto& [id, session] : sessions.all()) {
        if (session.state != RepairState::Finalized ||
            std::ranges::find(session.tables, table.id) == session.tables.end())
            continue;
        for (const TokenRange& range : session.ranges) {
            for (const TokenRange& piece : ring::unwrapped(range)) {
                repaired.push_back({piece, session.repairedAt});
                bounds.push_back(piece.start);
                bounds.push_back(piece.end);
            }
        }
    }
    std::ranges::sort(bounds);
    std::vector<Part> found;
    const auto add = [&](TokenRange range) {
        std::int64_t at = 0;
        for (const Part& part : repaired) {
            if (part.range.start <= range.start && range.end <= part.range.end)
                at = std::max(at, part.repairedAt);
        }
        if (!found.empty() && found.back().range.end == range.start &&
            found.back().repairedAt == at)
            found.back().range.end = range.end;
        else
            found.push_back({range, at});
    };
    std::vector<TokenRange> pieces;
    for (const TokenRange& range : ranges) {
        const auto parts = ring::unwrapped(range);
        pieces.insert(pieces.end(), parts.begin(), parts.end());
    }
    std::ranges::sort(pieces);
    for (const TokenRange& piece : pieces) {
        Token from = piece.start;
        for (const Token& bound : bounds) {
            if (from < bound && bound < piece.end) {
                add({from, bound});
                from = bound;
            }
        }
        add({from, piece.end});
    }
    json::array sections;
    for (const Part& part : found)
        sections.push_back(json::object{{"start", std::to_string(part.range.start.value)},
                                        {"end", std::to_string(part.range.end.value)},
                                        {"repairedAt", part.repairedAt}});
    return sections;
}

json::object repairedValue(const RepairTable& table, const LocalSessions& sessions,
                           const std::vector<TokenRange>& ranges)
{
    json::array sections = repairedSections(table, sessions, ranges);
    std::int64_t least = sections.empty() ? 0 : INT64_MAX;
    std::int64_t greatest = 0;
    for (const json::value& section : sections) {
        const std::int64_t at = section.at("repairedAt").as_int64();
        least = std::min(least, at);
        greatest = std::max(greatest, at);
    }
    return {{"keyspace", table.keyspace},
            {"table", table.name},
            {"minRepaired", least},
            {"maxRepaired", greatest},
            {"sections", std::move(sections)}};
}

/// The tables that the first argument names, and the ranges of the second for each.
struct Asked {
    std::vector<RepairTable> tables;
    std::vector<TokenRange> given;
    [[nodiscard]] const std::vector<TokenRange>& rangesFor(const RepairTable& table) const
    {
        return given.empty() ? table.ranges : given;
    }
};

Result<Asked> asked(const RepairAdmin& admin, const json::array& arguments)
{
    Asked made;
    RW_ASSIGN(made.tables, admin.tables(arguments.empty() ? std::vector<std::string>{}
                                                          : stringsOf(arguments[0])));
    RW_ASSIGN(made.given, rangesOf(stringOf(arguments, 1)));
    return made;
}

Task<json::value> listSessions(RepairAdminPtr admin, json::array arguments)
{
    const bool all = !arguments.empty() && arguments[0] == json::value(true);
    const auto ranges = rangesOf(stringOf(arguments, 1));
    if (!ranges)
        co_return ranges.error();
    json::array found;
    for (const auto& [id, session] : admin->sessions.all()) {
        if ((all || !session.isCompleted()) &&
            (ranges->empty() || intersects(session.ranges, *ranges)))
            found.push_back(sessionValue(session));
    }
    co_return json::value(std::move(found));
}

Task<json::value> failSession(RepairAdminPtr admin, json::array arguments)
{
    const std::string text = stringOf(arguments, 0);
    const auto id = Uuid::parse(text);
    if (!id)
        co_return javaError("java.lang.IllegalArgumentException", 400,
                            "Invalid UUID string: " + text);
    const bool force = arguments.size() > 1 && arguments[1] == json::value(true);
    auto cancelling = admin->sessions.cancel(*id, force);
    const auto cancelled = co_await cancelling;
    if (!cancelled)
        co_return javaError("java.lang.IllegalArgumentException", 400, cancelled.error().detail());
    co_return json::value();
}

template <class Value>
Task<json::value> eachTable(RepairAdminPtr admin, json::array arguments, Value value)
{
    const auto what = asked(*admin, arguments);
    if (!what)
        co_return what.error();
    json::array found;
    for (const RepairTable& table : what->tables)
        found.push_back(value(table, admin->sessions, what->rangesFor(table)));
    co_return json::value(std::move(found));
}

/// Sessions that have ended give back what was set apart for them.
Task<json::value> cleanUp(RepairAdminPtr admin, json::array arguments)
{
    const auto what = asked(*admin, arguments);
    if (!what)
        co_return what.error();
    json::array found;
    for (const RepairTable& table : what->tables) {
        std::set<Uuid> ended;
        for (const RepairTable::Pending& pending : table.pending) {
            const LocalSession* session = admin->sessions.find(pending.session);
            if (session == nullptr ||
                (session->isCompleted() && intersects(session->ranges, what->rangesFor(table))))
                ended.insert(pending.session);
        }
        json::array done;
        json::array failed;
        for (const Uuid& id : ended) {
            auto settling = admin->sessions.settle(id);
            const auto settled = co_await settling;
            (settled ? done : failed).emplace_back(id.toString());
        }
        found.push_back(json::object{{"keyspace", table.keyspace},
                                     {"table", table.name},
                                     {"successful", std::move(done)},
                                     {"unsuccessful", std::move(failed)}});
    }
    co_return json::value(std::move(found));
}

} // namespace

MBean repairServiceBean(coordination::LocalSessions& sessions, RepairTables tables)
{
    const auto admin =
        std::make_shared<const RepairAdmin>(RepairAdmin{sessions, std::move(tables)});
    auto bean = MBean::named("org.apache.cassandra.db:type=RepairService");
    bean.operation("getSessions(boolean,java.lang.String)", "java.util.List",
                   [admin](json::array a) { return listSessions(admin, std::move(a)); });
    bean.operation("failSession(java.lang.String,boolean)", "void",
                   [admin](json::array a) { return failSession(admin, std::move(a)); });
    bean.operation(
        "getPendingStats(java.util.List,java.lang.String)", "java.util.List",
        [admin](json::array a) { return eachTable(admin, std::move(a), &pendingValue); });
    bean.operation(
        "getRepairStats(java.util.List,java.lang.String)", "java.util.List",
        [admin](json::array a) { return eachTable(admin, std::move(a), &repairedValue); });
    bean.operation("cleanupPending(java.util.List,java.lang.String,boolean)", "java.util.List",
                   [admin](json::array a) { return cleanUp(admin, std::move(a)); });
    return bean;
}

RepairTables repairTablesOf(const BeanContext& context)
{
    return [&context](const std::vector<std::string>& words) -> Result<std::vector<RepairTable>> {
        const auto schema = context.schema.current();
        const auto keyspaces =
            words.empty() ? keyspaceNames(*schema, false) : std::vector<std::string>{words.front()};
        std::vector<RepairTable> found;
        for (const std::string& keyspace : keyspaces) {
            RW_ASSIGN(const auto tables,
                      tablesOf(*schema, keyspace,
                               words.size() < 2
                                   ? std::vector<std::string>{}
                                   : std::vector<std::string>(words.begin() + 1, words.end())));
            RW_ASSIGN(const auto owned, ownedRanges(context, *schema->keyspace(keyspace)));
            std::vector<TokenRange> ranges;
            for (const auto& [first, last] : owned.value_or(
                     std::vector<std::pair<std::int64_t, std::int64_t>>{{INT64_MIN, INT64_MIN}}))
                ranges.push_back({Token{first}, Token{last}});
            for (const auto& table : tables) {
                RepairTable& made = found.emplace_back(
                    RepairTable{keyspace, table->name(), table->id(), ranges, {}});
                for (const auto& sstable : context.store.sstables(table->id())) {
                    if (const auto& session = sstable->stats().pendingRepair)
                        made.pending.push_back({*session, sstable->bytesOnDisk()});
                }
            }
        }
        return found;
    };
}

} // namespace engine::node
