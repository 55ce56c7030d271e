#include "engine/cql/temporal.h"
#include "engine/modeling/bucket_value.h"
#include "tests/support/test_main.h"

#include <QTest>

#include <set>

using namespace engine;
using namespace engine::modeling;

namespace {

Bytes millisBytes(const char* text)
{
    Bytes out;
    ByteWriter(out).i64(*cql::parseTimestamp(text));
    return out;
}

Bucket timeBucket(TimeUnit unit)
{
    Bucket bucket;
    bucket.kind = Bucket::Kind::Time;
    bucket.unit = unit;
    return bucket;
}

Bytes ofTime(TimeUnit unit, const char* text)
{
    return valueOfBucket(timeBucket(unit), *cql::Type::native(cql::TypeKind::Timestamp),
                         millisBytes(text));
}

} // namespace

class TstBucketValue : public QObject {
    Q_OBJECT
private slots:
    void timesFallIntoTheirBuckets();
    void timesBefore1970RoundDown();
    void weeksAreThoseOfIso8601();
    void dateFallsIntoItsMonth();
    void hashesSpreadOverAllBucketsAndStay();
};

void TstBucketValue::timesFallIntoTheirBuckets()
{
    const char* at = "2026-07-14 10:59:59.999Z";
    QCOMPARE(ofTime(TimeUnit::Month, at), Bytes("2026-07"));
    QCOMPARE(ofTime(TimeUnit::Quarter, at), Bytes("2026-Q3"));
    QCOMPARE(loadBigEndian<std::uint32_t>(ofTime(TimeUnit::Year, at).data()), 2026U);
    QCOMPARE(ofTime(TimeUnit::Hour, at), millisBytes("2026-07-14 10:00:00Z"));
    QCOMPARE(cql::formatDate(loadBigEndian<std::uint32_t>(ofTime(TimeUnit::Day, at).data())),
             std::string("2026-07-14"));
}

void TstBucketValue::timesBefore1970RoundDown()
{
    const char* at = "1969-12-31 23:59:59.999Z";
    QCOMPARE(ofTime(TimeUnit::Month, at), Bytes("1969-12"));
    QCOMPARE(ofTime(TimeUnit::Hour, at), millisBytes("1969-12-31 23:00:00Z"));
}

void TstBucketValue::weeksAreThoseOfIso8601()
{
    QCOMPARE(ofTime(TimeUnit::Week, "2026-07-14 00:00:00Z"), Bytes("2026-W29"));
    // The first days of a year may be in the last week of the one before, and the other way round.
    QCOMPARE(ofTime(TimeUnit::Week, "2021-01-03 12:00:00Z"), Bytes("2020-W53"));
    QCOMPARE(ofTime(TimeUnit::Week, "2024-12-30 12:00:00Z"), Bytes("2025-W01"));
}

void TstBucketValue::dateFallsIntoItsMonth()
{
    Bytes date;
    ByteWriter(date).u32(*cql::parseDate("2028-02-29"));
    QCOMPARE(
        valueOfBucket(timeBucket(TimeUnit::Month), *cql::Type::native(cql::TypeKind::Date), date),
        Bytes("2028-02"));
}

void TstBucketValue::hashesSpreadOverAllBucketsAndStay()
{
    Bucket bucket;
    bucket.kind = Bucket::Kind::Hash;
    bucket.count = 16;
    std::set<std::uint32_t> seen;
    const auto text = cql::Type::native(cql::TypeKind::Text);
    for (int i = 0; i < 500; ++i) {
        const Bytes key = "guest" + std::to_string(i);
        const Bytes value = valueOfBucket(bucket, *text, key);
        QCOMPARE(value.size(), std::size_t(4));
        QCOMPARE(valueOfBucket(bucket, *text, key), value);
        seen.insert(loadBigEndian<std::uint32_t>(value.data()));
    }
    QCOMPARE(seen.size(), std::size_t(16));
    QCOMPARE(*seen.rbegin(), 15U);
}

RW_TEST(TstBucketValue)
#include "tst_bucket_value.moc"
