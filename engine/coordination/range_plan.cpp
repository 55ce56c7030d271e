#include "engine/coordination/range_plan.h"

#include "engine/coordination/request_errors.h"

#include <algorithm>

namespace engine::coordination {

namespace {

/// Alive replicas that a level may ask.
Replicas readable(Replicas replicas, protocol::Consistency consistency)
{
    std::erase_if(replicas, [&](const Replica& r) {
        return !r.isAlive || (protocol::isDatacenterLocal(consistency) && !r.isLocalDatacenter);
    });
    return replicas;
}

} // namespace

Result<std::vector<RangePiece>> planRange(const ReplicaPlanner& planner,
                                          const KeyspaceReplicas& map,
                                          const rows::PartitionRange& range,
                                          protocol::Consistency consistency)
{
    std::vector<RangePiece> pieces;
    const auto tokens = map.ring().tokens();
    const Needed& answers = map.needed(consistency);
    const auto needed = static_cast<std::size_t>(answers.ofAll);
    // Piece i ends at token i; the last, beyond all tokens, belongs to the first token's range.
    rows::PartitionBound start = range.start;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
        const bool isLast = i == tokens.size();
        if (!isLast && (tokens[i].token.value < start.token ||
                        (tokens[i].token.value == start.token && !start.key && !start.inclusive)))
            continue;
        RangePiece piece;
        piece.range.start = start;
        const bool endsHere = isLast || (range.end && range.end->token <= tokens[i].token.value);
        if (endsHere)
            piece.range.end = range.end;
        else
            piece.range.end = rows::PartitionBound{tokens[i].token.value, std::nullopt, true};
        const Replicas& all = planner.replicas(map, tokens[isLast ? 0 : i].token);
        RW_TRY(checkEnoughAlive(consistency, answers, all));
        piece.replicas = readable(all, consistency);

        bool merged = false;
        if (!pieces.empty() && map.strategy().kind() != ring::StrategyKind::Local &&
            consistency != protocol::Consistency::EachQuorum) {
            Replicas common;
            for (const Replica& replica : pieces.back().replicas)
                if (std::any_of(piece.replicas.begin(), piece.replicas.end(),
                                [&](const Replica& r) { return r.endpoint == replica.endpoint; }))
                    common.push_back(replica);
            // Merging must not turn a local read into a remote one.
            const bool keepsLocal =
                common.empty() || common.front().isSelf ||
                !(pieces.back().replicas.front().isSelf || piece.replicas.front().isSelf);
            if (common.size() >= needed && keepsLocal) {
                pieces.back().range.end = piece.range.end;
                pieces.back().replicas = std::move(common);
                merged = true;
            }
        }
        if (!merged)
            pieces.push_back(std::move(piece));
        if (endsHere)
            break;
        start = {tokens[i].token.value, std::nullopt, false};
    }
    return pieces;
}

} // namespace engine::coordination
