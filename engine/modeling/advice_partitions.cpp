#include "engine/modeling/advice_rules.h"
#include "engine/modeling/buckets.h"

#include <algorithm>

namespace engine::modeling {

namespace {

/// Fewer different keys than this a node leave nodes without work, or a few with all of it.
constexpr double kKeysANodeMin = 20;
/// Requests a second to one partition that one replica set should not be asked to bear.
constexpr double kPartitionRequestsMax = 1000;

std::string bucketFixLabel(const BucketCandidate& candidate)
{
    switch (candidate.bucket.kind) {
    case Bucket::Kind::Time:
        return (candidate.label.starts_with("hour") ? "Add an " : "Add a ") + candidate.label +
               " bucket";
    case Bucket::Kind::Hash:
        return "Add " + candidate.label;
    default:
        return "Put " + candidate.label;
    }
}

Fix bucketFix(const Advising& at, const ModelTable& table)
{
    const auto candidates = bucketCandidates(at.model, table.id, Depth::Formula, at.options);
    if (!candidates)
        return {};
    // Where nothing limits the rows, "none" looks best: then the coarsest that is green.
    const BucketCandidate* chosen = nullptr;
    for (const BucketCandidate& candidate : *candidates) {
        if (candidate.bucket.kind == Bucket::Kind::None)
            continue;
        if (candidate.recommended || (!chosen && candidate.light == Light::Green))
            chosen = &candidate;
        if (candidate.recommended)
            break;
    }
    if (!chosen)
        return {};
    return {bucketFixLabel(*chosen), [id = table.id, bucket = chosen->bucket](const Model& model) {
                return applyBucket(model, id, bucket);
            }};
}

void adviseSize(Advising& at, const ModelTable& table)
{
    const auto size = sizeOf(at.model, table.id, SizeProfile::Largest, Depth::Formula,
                             CellFormula::Textbook, at.options);
    if (!size) {
        at.add("cannot-be-created", Severity::Error, table.id, size.error().detail() + ".",
               "The server would refuse the table's CREATE statement.");
        return;
    }
    constexpr const char* kWhy =
        "A partition is read, repaired and compacted as one piece on the same replicas: large ones "
        "make pauses, uneven disks and slow reads. By convention one stays below 100,000 cells and "
        "100 MB.";
    if (size->light == Light::Green) {
        const bool endless = isTimeSeries(table) && timeToLive(table) <= 0 && !bucketOf(table) &&
                             !size->inputs.rowsKnown;
        if (endless) {
            Finding& finding =
                at.add("unbounded-partition", Severity::Warning, table.id,
                       table.name + " gets a row for every moment and nothing ends a partition.",
                       std::string{kWhy} + " Give rows a day and a TTL in the sizes, or a bucket.");
            finding.fix = bucketFix(at, table);
        }
        return;
    }
    const SizeVerdict& most = size->cells.share >= size->bytes.share ? size->cells : size->bytes;
    const bool rows = size->rows.share > most.share;
    const std::string amount = rows                    ? counted(size->rows.value, "row")
                               : &most == &size->cells ? counted(most.value, "cell")
                                                       : bytesText(most.value);
    const bool over = size->light == Light::Red;
    Finding& finding = at.add(over ? "unbounded-partition" : "partition-near-limit",
                              over ? Severity::Error : Severity::Warning, table.id,
                              table.name + " can reach " + amount + " in one partition.", kWhy);
    finding.fix = bucketFix(at, table);
}

void adviseCardinality(Advising& at, const ModelTable& table)
{
    double distinct = 1;
    bool known = true;
    std::vector<std::string> names;
    for (const TableColumn& column : table.columns) {
        if (column.role != ColumnRole::PartitionKey)
            continue;
        names.push_back(column.name);
        if (column.type == "boolean")
            distinct *= 2;
        else if (column.type == "tinyint" && !column.sizing.distinctValues)
            distinct *= 256;
        else if (column.sizing.distinctValues)
            distinct *= std::max(1.0, *column.sizing.distinctValues);
        else
            known = false;
    }
    if (!known && table.sizing.partitions) {
        distinct = *table.sizing.partitions;
        known = true;
    }
    if (names.empty() || !known || distinct >= kKeysANodeMin * at.options.nodes)
        return;
    at.add("low-cardinality-key", Severity::Warning, table.id,
           "The partition key of " + table.name + " (" + joined(names) + ") has only " +
               counted(distinct, "value") + ".",
           "All rows of one value are on the same replicas: with so few values, some nodes hold "
           "and serve nearly everything and others nothing. Add a column with many values, or a "
           "bucket, to the partition key.");
}

void adviseHotPartition(Advising& at, const ModelTable& table)
{
    const auto load = std::ranges::find(at.load.tables, table.id, &TableLoad::table);
    const auto inputs = tableInputs(at.model, table, SizeProfile::Average, at.options);
    if (load == at.load.tables.end() || !inputs || !table.sizing.partitions)
        return;
    const double requests = load->readsPerSecond + load->writesPerSecond;
    double active = std::max(1.0, inputs->partitions);
    // With a time bucket the present one takes the writes.
    if (const auto bucket = bucketOf(table); bucket && bucket->kind == Bucket::Kind::Time) {
        const double ttlDays = timeToLive(table) / 86400;
        if (ttlDays > daysOf(bucket->unit))
            active = std::max(1.0, active * daysOf(bucket->unit) / ttlDays);
    }
    if (requests / active < kPartitionRequestsMax)
        return;
    at.add("hot-partition", Severity::Warning, table.id,
           "Each active partition of " + table.name + " takes " + grouped(requests / active) +
               " requests a second.",
           "One partition is served by its replicas only, however many nodes there are. Spread it "
           "with a hash bucket, or cache what is read so often.");
}

/// Puts what is missing into the key; no fix if it is not clear which attribute is meant.
Fix uniquenessFix(const Advising& at, const ModelTable& table,
                  const std::vector<std::string>& missing)
{
    std::vector<TableColumn> added;
    for (const std::string& name : missing) {
        if (std::ranges::count(table.columns, name, &TableColumn::name) > 0)
            continue;
        std::vector<std::pair<const Attribute*, std::string>> matches;
        for (const EntityType& entity : at.model.entities) {
            for (const Attribute& attribute : entity.attributes) {
                const bool fits = attribute.name == name || name.ends_with("_" + attribute.name);
                if (attribute.key && fits)
                    matches.emplace_back(&attribute, entity.name);
            }
        }
        if (matches.size() != 1)
            return {};
        TableColumn column;
        column.name = name;
        column.type = matches[0].first->type;
        column.attribute = matches[0].first->id;
        added.push_back(column);
    }
    const std::string label = "Add " + joined(missing) + " to the key";
    return tableFix(
        label, table.id, [missing, added](Model& model, ModelTable& to) -> Result<void> {
            for (const std::string& name : missing) {
                TableColumn column;
                const auto there = std::ranges::find(to.columns, name, &TableColumn::name);
                if (there != to.columns.end()) {
                    column = *there;
                    to.columns.erase(there);
                } else {
                    column = *std::ranges::find(added, name, &TableColumn::name);
                    column.id = model.newId();
                }
                column.role = ColumnRole::Clustering;
                column.rule = MappingRule::MR5;
                column.reason = "Keeps rows apart that would overwrite each other.";
                const auto end = std::ranges::find_if(to.columns, [](const TableColumn& other) {
                    return other.role == ColumnRole::Static || other.role == ColumnRole::Regular;
                });
                to.columns.insert(end, std::move(column));
            }
            return ok();
        });
}

void adviseUniqueness(Advising& at, const ModelTable& table)
{
    if (table.viewOf != ElementId::None)
        return;
    const UniquenessProof proof = uniquenessProof(at.model, table);
    if (proof.unique)
        return;
    Finding& finding =
        at.add("missing-uniqueness", Severity::Error, table.id,
               "Rows of " + table.name + " overwrite each other.",
               proof.text + " An INSERT on an existing primary key is an update: no error tells.");
    if (!proof.missing.empty())
        finding.fix = uniquenessFix(at, table, proof.missing);
}

} // namespace

void advisePartitions(Advising& at, const ModelTable& table)
{
    adviseSize(at, table);
    adviseCardinality(at, table);
    adviseHotPartition(at, table);
    adviseUniqueness(at, table);
}

} // namespace engine::modeling
