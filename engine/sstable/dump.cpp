#include "engine/sstable/dump.h"

#include "engine/cql/quote.h"
#include "engine/cql/text_util.h"

#include <cstdio>

namespace engine::sstable {

namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::size_t kPieceBytes = 65536;

void appendJsonString(std::string& out, std::string_view text)
{
    out += '"';
    cql::appendJsonEscaped(out, text);
    out += '"';
}

/// As Java's Instant prints itself: 2023-11-14T22:13:20Z, the fraction with 3 or 6 digits if any.
std::string instantText(std::int64_t seconds, std::int64_t micros)
{
    std::int64_t days = seconds / 86400;
    std::int64_t left = seconds % 86400;
    if (left < 0) {
        left += 86400;
        --days;
    }
    // Civil date from days (Howard Hinnant's algorithm).
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t dayOfEra = days - era * 146097;
    const std::int64_t yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t monthPart = (5 * dayOfYear + 2) / 153;
    const std::int64_t day = dayOfYear - (153 * monthPart + 2) / 5 + 1;
    const std::int64_t month = monthPart < 10 ? monthPart + 3 : monthPart - 9;
    const std::int64_t year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    char text[96];
    int size = std::snprintf(
        text, sizeof(text), "%s%04lld-%02lld-%02lldT%02lld:%02lld:%02lld", year > 9999 ? "+" : "",
        static_cast<long long>(year), static_cast<long long>(month), static_cast<long long>(day),
        static_cast<long long>(left / 3600), static_cast<long long>(left / 60 % 60),
        static_cast<long long>(left % 60));
    if (micros % 1000 != 0)
        size += std::snprintf(text + size, sizeof(text) - static_cast<std::size_t>(size), ".%06lld",
                              static_cast<long long>(micros));
    else if (micros != 0)
        size += std::snprintf(text + size, sizeof(text) - static_cast<std::size_t>(size), ".%03lld",
                              static_cast<long long>(micros / 1000));
    return std::string{text, static_cast<std::size_t>(size)} + "Z";
}

std::string microsText(std::int64_t micros)
{
    std::int64_t seconds = micros / kMicrosPerSecond;
    std::int64_t fraction = micros % kMicrosPerSecond;
    if (fraction < 0) {
        fraction += kMicrosPerSecond;
        --seconds;
    }
    return instantText(seconds, fraction);
}

class Dumper {
public:
    Dumper(const schema::Table& table, std::int64_t nowSeconds, const TextSink& sink)
        : m_table(table), m_now(nowSeconds), m_sink(sink)
    {
    }

    [[nodiscard]] Result<void> partition(PartitionCursor& cursor, std::uint64_t position);
    [[nodiscard]] Result<void> finish() { return m_sink(m_out); }
    void raw(std::string_view text) { m_out += text; }

private:
    void deletion(const rows::DeletionTime& deletion);
    void liveness(const rows::Liveness& liveness);
    void row(const rows::Row& row, bool isStatic, std::uint64_t position);
    void cells(const rows::Row& row);
    void cell(const rows::Cell& cell, const rows::Liveness& liveness);
    void value(const rows::Cell& cell);
    static std::string toolText(const cql::Type& type, ByteView value);
    void path(const rows::Cell& cell);
    void marker(const rows::RangeTombstoneMarker& marker);
    void bound(const char* name, bool inclusive, std::span<const ByteView> values,
               const rows::DeletionTime& deletion);
    void clustering(std::span<const ByteView> values, bool isBound);
    void expiry(std::int32_t ttl, rows::LocalDeletionTime expiresAt, bool live);
    [[nodiscard]] Result<void> key(ByteView key);
    [[nodiscard]] Result<void> flush();

    const schema::Table& m_table;
    std::int64_t m_now;
    const TextSink& m_sink;
    std::string m_out;
};

/// Gives away what is complete but for its last character, which may be a comma too many.
Result<void> Dumper::flush()
{
    if (m_out.size() < kPieceBytes)
        return ok();
    RW_TRY(m_sink(std::string_view{m_out}.substr(0, m_out.size() - 1)));
    m_out.erase(0, m_out.size() - 1);
    return ok();
}

void Dumper::deletion(const rows::DeletionTime& deletion)
{
    m_out += R"({"marked_deleted":")" + microsText(deletion.markedForDeleteAt.micros) +
             R"(","local_delete_time":")" + instantText(deletion.localDeletionTime, 0) + "\"}";
}

void Dumper::expiry(std::int32_t ttl, rows::LocalDeletionTime expiresAt, bool live)
{
    m_out += R"(,"ttl":)" + std::to_string(ttl) + R"(,"expires_at":")" + instantText(expiresAt, 0) +
             R"(","expired":)" + (live ? "false" : "true");
}

void Dumper::liveness(const rows::Liveness& liveness)
{
    m_out += R"("liveness_info":{"tstamp":")" + microsText(liveness.timestamp.micros) + "\"";
    if (liveness.isExpiring())
        expiry(liveness.ttl, liveness.expiresAt, liveness.isLive(m_now));
    m_out += "},";
}

void Dumper::clustering(std::span<const ByteView> values, bool isBound)
{
    m_out += R"("clustering":[)";
    const std::size_t count = isBound ? m_table.clustering().size() : values.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0)
            m_out += ',';
        if (i >= values.size())
            m_out += "\"*\"";
        else if (values[i].data() == nullptr)
            m_out += "null";
        else
            m_out += m_table.clustering()[i]->type->toJson(values[i]);
    }
    m_out += "],";
}

/// A partition key's or a path's value as sstabledump writes it: a point in time as ISO 8601 has
/// it, though with a space where it stands for a cell's value.
std::string Dumper::toolText(const cql::Type& type, ByteView value)
{
    std::string text = type.getString(value);
    if (type.kind() == cql::TypeKind::Timestamp) {
        if (const auto space = text.find(' '); space != std::string::npos && !text.starts_with('<'))
            text[space] = 'T';
    }
    return text;
}

void Dumper::path(const rows::Cell& cell)
{
    const cql::Type& type = *cell.column->type;
    m_out += R"(,"path":[)";
    if (type.kind() == cql::TypeKind::Udt) {
        const std::size_t field =
            cell.path.size() == 2 ? loadBigEndian<std::uint16_t>(cell.path.data()) : SIZE_MAX;
        appendJsonString(m_out, field < type.fieldNames().size() ? type.fieldNames()[field] : "?");
    } else if (type.kind() == cql::TypeKind::List) {
        appendJsonString(m_out, cql::Type::native(cql::TypeKind::Timeuuid)->getString(cell.path));
    } else {
        appendJsonString(m_out, toolText(*type.parameters().front(), cell.path));
    }
    m_out += ']';
}

void Dumper::value(const rows::Cell& cell)
{
    const cql::Type& type = *cell.column->type;
    if (type.isCounter()) {
        // sstabledump shows the first eight bytes of the context as a number.
        m_out += cell.value.size() >= 8
                     ? std::to_string(loadBigEndian<std::int64_t>(cell.value.data()))
                     : "0";
        return;
    }
    if (!cell.hasPath) {
        m_out += type.toJson(cell.value);
        return;
    }
    switch (type.kind()) {
    case cql::TypeKind::Set:
        m_out += "\"\"";
        return;
    case cql::TypeKind::Udt: {
        const std::size_t field =
            cell.path.size() == 2 ? loadBigEndian<std::uint16_t>(cell.path.data()) : SIZE_MAX;
        m_out += field < type.parameters().size() ? type.parameters()[field]->toJson(cell.value)
                                                  : "null";
        return;
    }
    default:
        m_out += type.parameters().back()->toJson(cell.value);
    }
}

void Dumper::cell(const rows::Cell& cell, const rows::Liveness& liveness)
{
    m_out += R"({"name":)";
    appendJsonString(m_out, cql::quote(cell.column->name));
    if (cell.hasPath)
        path(cell);
    if (cell.isTombstone()) {
        m_out += R"(,"deletion_info":{"local_delete_time":")" +
                 instantText(cell.localDeletionTime, 0) + "\"}";
    } else {
        m_out += R"(,"value":)";
        value(cell);
    }
    if (liveness.isEmpty() || cell.timestamp != liveness.timestamp)
        m_out += R"(,"tstamp":")" + microsText(cell.timestamp.micros) + "\"";
    if (cell.isExpiring() && (liveness.isEmpty() || cell.ttl != liveness.ttl))
        expiry(cell.ttl, cell.localDeletionTime, cell.isLive(m_now));
    m_out += "},";
}

void Dumper::cells(const rows::Row& row)
{
    m_out += R"("cells":[)";
    std::size_t next = 0;
    const auto complexUpTo = [&](const schema::Column* column) {
        while (next < row.complexDeletions.size() &&
               (column == nullptr ||
                schema::compareColumns(*row.complexDeletions[next].column, *column) <= 0)) {
            m_out += R"({"name":)";
            appendJsonString(m_out, cql::quote(row.complexDeletions[next].column->name));
            m_out += R"(,"deletion_info":)";
            deletion(row.complexDeletions[next].deletion);
            m_out += "},";
            ++next;
        }
    };
    for (const auto& each : row.cells) {
        complexUpTo(each.column);
        cell(each, row.liveness);
    }
    complexUpTo(nullptr);
    if (m_out.back() == ',')
        m_out.pop_back();
    m_out += ']';
}

void Dumper::row(const rows::Row& row, bool isStatic, std::uint64_t position)
{
    m_out += R"({"type":")" + std::string{isStatic ? "static_block" : "row"} + R"(","position":)" +
             std::to_string(position) + ",";
    if (!isStatic && !row.clustering.values.empty())
        clustering(row.clustering.values, false);
    if (!row.liveness.isEmpty())
        liveness(row.liveness);
    if (!row.deletion.isLive()) {
        m_out += R"("deletion_info":)";
        deletion(row.deletion);
        m_out += ',';
    }
    cells(row);
    m_out += "},";
}

void Dumper::bound(const char* name, bool inclusive, std::span<const ByteView> values,
                   const rows::DeletionTime& deletionTime)
{
    m_out += std::string{"\""} + name + R"(":{"type":")" + (inclusive ? "inclusive" : "exclusive") +
             "\",";
    if (!values.empty())
        clustering(values, true);
    m_out += R"("deletion_info":)";
    deletion(deletionTime);
    m_out += '}';
}

void Dumper::marker(const rows::RangeTombstoneMarker& marker)
{
    using rows::BoundKind;
    const BoundKind kind = marker.bound.kind;
    const auto values = marker.bound.values;
    if (marker.bound.isBoundary()) {
        m_out += R"({"type":"range_tombstone_boundary",)";
        const bool opensInclusive = kind == BoundKind::ExclusiveEndInclusiveStart;
        bound("start", opensInclusive, values, marker.open);
        m_out += ',';
        bound("end", !opensInclusive, values, marker.close);
    } else {
        m_out += R"({"type":"range_tombstone_bound",)";
        const bool inclusive = kind == BoundKind::InclusiveStart || kind == BoundKind::InclusiveEnd;
        bound(marker.bound.isStart() ? "start" : "end", inclusive, values,
              marker.bound.isStart() ? marker.open : marker.close);
    }
    m_out += "},";
}

Result<void> Dumper::key(ByteView key)
{
    RW_ASSIGN(const auto values, m_table.splitPartitionKey(key));
    m_out += R"("key":[)";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0)
            m_out += ',';
        appendJsonString(m_out, toolText(*m_table.partitionKey()[i]->type, values[i]));
    }
    m_out += "],";
    return ok();
}

Result<void> Dumper::partition(PartitionCursor& cursor, std::uint64_t position)
{
    m_out += R"({"table kind":"REGULAR","partition":{)";
    RW_TRY(key(cursor.key()));
    m_out += R"("position":)" + std::to_string(position);
    if (!cursor.deletion().isLive()) {
        m_out += R"(,"deletion_info":)";
        deletion(cursor.deletion());
    }
    m_out += R"(},"rows":[)";
    if (!cursor.staticRow().isEmpty())
        row(cursor.staticRow(), true, cursor.position());
    rows::Unfiltered unfiltered;
    while (true) {
        RW_ASSIGN(const Step step, cursor.next(unfiltered));
        if (step != Step::Item)
            break;
        if (unfiltered.kind == rows::Unfiltered::Kind::Row)
            row(unfiltered.row, false, cursor.rowPosition());
        else
            marker(unfiltered.marker);
        RW_TRY(flush());
    }
    if (m_out.back() == ',')
        m_out.pop_back();
    m_out += "]}";
    return ok();
}

} // namespace

Result<void> dumpJson(const ReaderPtr& reader, const DumpOptions& options, const TextSink& sink)
{
    DirectChunkSource source;
    TableScanner scanner{reader, source};
    Dumper dumper{*reader->table(), options.nowSeconds, sink};
    dumper.raw("[");
    for (bool first = true;; first = false) {
        const std::uint64_t position = scanner.position();
        RW_ASSIGN(const Step step, scanner.next());
        if (step != Step::Item)
            break;
        if (!first)
            dumper.raw(",");
        RW_TRY(dumper.partition(scanner.partition(), position));
    }
    dumper.raw("]");
    return dumper.finish();
}

Result<std::string> dumpJson(const ReaderPtr& reader, const DumpOptions& options)
{
    std::string text;
    RW_TRY(dumpJson(reader, options, [&text](std::string_view piece) -> Result<void> {
        text += piece;
        return ok();
    }));
    return text;
}

} // namespace engine::sstable
