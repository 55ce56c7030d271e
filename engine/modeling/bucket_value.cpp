#include "engine/modeling/bucket_value.h"

#include "engine/base/bytes.h"
#include "engine/base/uuid.h"
#include "engine/cql/temporal.h"
#include "engine/ring/token.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::modeling {

namespace {

constexpr std::int64_t kDayMillis = 86'400'000;

std::string isoWeekText(std::int64_t days)
{
    // The week of a day is that of its Thursday; 1970-01-01 was one.
    const std::int64_t thursday = days - ((days + 3) % 7 + 7) % 7 + 3;
    const auto date = cql::civilFromDays(thursday);
    const std::int64_t first = cql::daysFromCivil({date.year, 1, 1});
    return fmt::format("{}-W{:02}", date.year, (thursday - first) / 7 + 1);
}

std::int64_t floorDivide(std::int64_t value, std::int64_t by)
{
    return (value >= 0 ? value : value - by + 1) / by;
}

std::int64_t millisOfValue(const cql::Type& type, ByteView value)
{
    if (type.kind() == cql::TypeKind::Date && value.size() == 4)
        return (static_cast<std::int64_t>(loadBigEndian<std::uint32_t>(value.data())) -
                (1LL << 31)) *
               kDayMillis;
    if (type.kind() == cql::TypeKind::Timestamp && value.size() == 8)
        return loadBigEndian<std::int64_t>(value.data());
    return value.size() == 16 ? Uuid::fromBytes(value).unixMillis() : 0;
}

} // namespace

Bytes valueOfBucket(const Bucket& bucket, const cql::Type& of, ByteView value)
{
    Bytes out;
    ByteWriter writer{out};
    if (bucket.kind == Bucket::Kind::Hash) {
        const std::int64_t count = std::max(1U, bucket.count);
        const std::int64_t token = ring::murmur3Token(value).value;
        writer.u32(static_cast<std::uint32_t>((token % count + count) % count));
        return out;
    }
    if (value.empty())
        return out;
    const std::int64_t millis = millisOfValue(of, value);
    const std::int64_t days = floorDivide(millis, kDayMillis);
    const auto date = cql::civilFromDays(days);
    switch (bucket.unit) {
    case TimeUnit::Year:
        writer.u32(static_cast<std::uint32_t>(date.year));
        return out;
    case TimeUnit::Quarter:
        return fmt::format("{}-Q{}", date.year, (date.month - 1) / 3 + 1);
    case TimeUnit::Month:
        return fmt::format("{}-{:02}", date.year, date.month);
    case TimeUnit::Week:
        return isoWeekText(days);
    case TimeUnit::Day:
        writer.u32(static_cast<std::uint32_t>(days + (1LL << 31)));
        return out;
    case TimeUnit::Hour:
        writer.i64(floorDivide(millis, 3'600'000) * 3'600'000);
        return out;
    }
    return out;
}

} // namespace engine::modeling
