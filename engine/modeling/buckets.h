#pragma once

#include "engine/modeling/sizing.h"

/// The bucket advisor: ways to make partitions smaller, what each does to sizes and queries, and
/// doing it.
namespace engine::modeling {

enum class TimeUnit : std::uint8_t { Year, Quarter, Month, Week, Day, Hour };
/// "year" …
[[nodiscard]] std::string_view timeUnitName(TimeUnit unit) noexcept;
[[nodiscard]] double daysOf(TimeUnit unit) noexcept;

/// One way to split the partitions of a table.
struct Bucket {
    enum class Kind : std::uint8_t {
        None,   ///< as it is
        Time,   ///< a column with the time unit of `column`, a date, timestamp or timeuuid
        Hash,   ///< a column with hash(`column`) modulo `count`
        Column, ///< clustering column `column` itself moves into the partition key
    };
    Kind kind = Kind::None;
    ElementId column{};
    TimeUnit unit = TimeUnit::Month;
    std::uint32_t count = 16;
    /// The unit counts of time buckets alone, the count of hash buckets alone.
    friend bool operator==(const Bucket& a, const Bucket& b)
    {
        return a.kind == b.kind && a.column == b.column &&
               (a.kind != Kind::Time || a.unit == b.unit) &&
               (a.kind != Kind::Hash || a.count == b.count);
    }
};
/// "month(date)", "hash(guest_id, 16)", as TableColumn::bucketOf has it; and back.
[[nodiscard]] std::string bucketText(const ModelTable& table, const Bucket& bucket);
[[nodiscard]] std::optional<Bucket> bucketFromText(const ModelTable& table, std::string_view text);
/// The bucket column that the table has in its partition key, if any.
[[nodiscard]] std::optional<Bucket> bucketOf(const ModelTable& table);

/// How many partitions of the table a query reads with a bucket.
struct BucketReads {
    ElementId query{};
    double fewest = 1;
    double most = 1;
    std::string sentence; ///< "Q4 over 14 nights reads 1 or 2 partitions"
};

struct BucketCandidate {
    Bucket bucket;
    std::string label; ///< "month", "16 hash buckets", "date in the key"
    double rows = 0;   ///< of the largest partition
    double cells = 0;
    double bytes = 0;
    Light light = Light::Green;
    double partitions = 0;
    std::vector<BucketReads> queries;
    bool recommended = false; ///< the coarsest that is green, or the greenest
    std::string sentence;     ///< "12,710 cells, 0.19 MB"
};

/// Every candidate for the table, from no bucket to the finest of each kind. Sizes by the
/// classical formula or exactly. Invalid as sizeOf().
[[nodiscard]] Result<std::vector<BucketCandidate>>
bucketCandidates(const Model& model, ElementId table, Depth depth, const SizeOptions& options = {});

/// The bucketing solver: the coarsest candidate below these targets; Invalid with a sentence if
/// there is none.
[[nodiscard]] Result<BucketCandidate> solveBucket(const Model& model, ElementId table,
                                                  double targetBytes, double targetCells,
                                                  const SizeOptions& options = {});

/// The model with that bucket: adds the column to the partition key (MappingRule::Bucket, with
/// `reason` and `bucketOf`), in place of one that is there; Kind::None takes it out. Comments of
/// the queries say what they must give. Invalid if the bucket does not fit the table.
[[nodiscard]] Result<Model> applyBucket(const Model& model, ElementId table, const Bucket& bucket);

} // namespace engine::modeling
