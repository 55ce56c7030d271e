#include "engine/modeling/coverage.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/mapping_rules.h"
#include "engine/modeling/notation.h"
#include "engine/modeling/pair_check.h"

#include <algorithm>
#include <cmath>

namespace engine::modeling {

namespace {

/// Rows a partition and partitions a table that are called too many and too few by convention.
constexpr double kRowsMax = 100000;
constexpr double kPartitionsFew = 100;

std::string countText(double value)
{
    std::string digits = std::to_string(static_cast<long long>(std::llround(value)));
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

void judgeSize(Alternative& alternative, const DerivedRows& rows)
{
    if (!rows.maximum) {
        alternative.verdicts.push_back(
            {Judgement::Note, MappingRule::None, "Rows a partition are " + rows.text + ".", {}});
        return;
    }
    const bool large = *rows.maximum > kRowsMax;
    alternative.verdicts.push_back({large ? Judgement::Warning : Judgement::Good,
                                    MappingRule::None,
                                    "The largest partition has " + countText(*rows.maximum) +
                                        " rows (" + rows.text + ")" +
                                        (large ? ": over 100,000; a bucket splits it." : "."),
                                    {}});
}

void judgeSpread(Alternative& alternative, const Query& query)
{
    if (!alternative.partitions)
        return;
    const double partitions = *alternative.partitions;
    if (partitions >= kPartitionsFew) {
        alternative.verdicts.push_back(
            {Judgement::Good,
             MappingRule::None,
             countText(partitions) + " partitions spread over the cluster.",
             {}});
        return;
    }
    std::string text = "Only " + countText(partitions) + " partitions: a few replicas do all work";
    if (query.callsPerSecond > 0)
        text += ", " + countText(query.callsPerSecond / std::max(partitions, 1.0)) +
                " calls a second each on average";
    alternative.verdicts.push_back(
        {Judgement::Warning, MappingRule::None, text + ". A hot spot.", {}});
}

} // namespace

Result<std::vector<Alternative>> alternatives(const Model& model, const Query& query,
                                              const MappingOptions& options)
{
    const ModelIndex index(model);
    std::vector<ElementId> equality;
    for (const ElementId id : query.equality) {
        if (std::ranges::find(equality, id) == equality.end())
            equality.push_back(id);
    }
    const std::vector<ElementId> standard = !options.partitionKey.empty() ? options.partitionKey
                                            : query.partitionKey.empty()  ? equality
                                                                          : query.partitionKey;
    std::vector<std::vector<ElementId>> splits;
    const std::size_t count = std::min<std::size_t>(equality.size(), 6);
    for (std::size_t mask = 1; mask < (std::size_t{1} << count); ++mask) {
        std::vector<ElementId> split;
        for (std::size_t i = 0; i < count; ++i) {
            if ((mask >> i) & 1U)
                split.push_back(equality[i]);
        }
        // With more than six the others always lead.
        split.insert(split.end(), equality.begin() + static_cast<std::ptrdiff_t>(count),
                     equality.end());
        splits.push_back(std::move(split));
    }
    if (splits.empty())
        splits.emplace_back();
    const auto isStandard = [&](const std::vector<ElementId>& split) {
        return std::ranges::is_permutation(split, standard);
    };
    std::ranges::stable_sort(splits, [&](const auto& a, const auto& b) {
        if (isStandard(a) != isStandard(b))
            return isStandard(a);
        return a.size() > b.size();
    });
    std::vector<Alternative> result;
    for (const std::vector<ElementId>& split : splits) {
        MappingOptions wanted = options;
        wanted.partitionKey = split;
        RW_ASSIGN(MappedTable mapped,
                  mapOnIndex(index, query, wanted, {.lastId = model.lastId, .steps = false}));
        Alternative alternative;
        alternative.isDefault = isStandard(split);
        alternative.key = keyNotation(mapped.result.table);
        const DerivedRows rows = derivedRows(model, mapped.result.table);
        alternative.rows = rows.average;
        alternative.maximumRows = rows.maximum;
        alternative.partitions = rows.partitions;
        alternative.verdicts = std::move(mapped.result.verdicts);
        judgeSize(alternative, rows);
        judgeSpread(alternative, query);
        const TableShape shape(index, mapped.result.table);
        std::string others;
        for (const Query& each : model.queries) {
            if (each.access != Access::Read ||
                checkPair(index, each, shape).cell.kind != AnswerKind::Key)
                continue;
            alternative.servedQueries.push_back(each.id);
            if (each.id != query.id)
                others += (others.empty() ? "" : ", ") + each.label;
        }
        if (!others.empty())
            alternative.verdicts.push_back({Judgement::Good, MappingRule::None,
                                            "Serves " + others + " as well.",
                                            alternative.servedQueries});
        alternative.table = std::move(mapped.result.table);
        result.push_back(std::move(alternative));
    }
    return result;
}

} // namespace engine::modeling
