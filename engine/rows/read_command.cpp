#include "engine/rows/read_command.h"

namespace engine::rows {

namespace {

constexpr std::uint8_t kReadCommandVersion = 1;

template <class Values>
void writeValues(ByteWriter& out, const Values& values)
{
    out.unsignedVint(values.size());
    for (const ByteView value : values)
        out.bytesVint(value);
}

template <class Values = std::vector<Bytes>>
Values readValues(ByteReader& in)
{
    Values values;
    const std::uint64_t count = in.unsignedVint();
    if (count > in.remaining()) {
        in.fail();
        return values;
    }
    values.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i)
        values.emplace_back(in.bytesVint());
    return values;
}

void writePartitionBound(ByteWriter& out, const PartitionBound& bound)
{
    out.i64(bound.token);
    out.u8(static_cast<std::uint8_t>((bound.key ? 1 : 0) | (bound.inclusive ? 2 : 0)));
    if (bound.key)
        out.bytesVint(*bound.key);
}

PartitionBound readPartitionBound(ByteReader& in)
{
    PartitionBound bound;
    bound.token = in.i64();
    const std::uint8_t flags = in.u8();
    if (flags & 1)
        bound.key = Bytes{in.bytesVint()};
    bound.inclusive = (flags & 2) != 0;
    return bound;
}

void writeOwnedBound(ByteWriter& out, const OwnedBound& bound)
{
    out.u8(static_cast<std::uint8_t>(bound.kind));
    writeValues(out, bound.values);
}

OwnedBound readOwnedBound(ByteReader& in)
{
    OwnedBound bound;
    const std::uint8_t kind = in.u8();
    if (kind > 7)
        in.fail();
    else
        bound.kind = static_cast<BoundKind>(kind);
    bound.values = readValues(in);
    return bound;
}

void readClusteringFilter(ByteReader& in, ClusteringFilter& clustering)
{
    const std::uint8_t flags = in.u8();
    clustering.isNames = (flags & 1) != 0;
    clustering.reversed = (flags & 2) != 0;
    const std::uint64_t count = in.unsignedVint();
    if (count > in.remaining()) {
        in.fail();
        return;
    }
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        if (clustering.isNames) {
            clustering.names.push_back(readValues<ClusteringFilter::Name>(in));
        } else {
            Slice slice;
            slice.start = readOwnedBound(in);
            slice.end = readOwnedBound(in);
            clustering.slices.push_back(std::move(slice));
        }
    }
}

void readFilter(ByteReader& in, std::vector<RowFilterExpression>& filter)
{
    const std::uint64_t count = in.unsignedVint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        RowFilterExpression expression;
        expression.column = in.bytesVint();
        const std::uint8_t op = in.u8();
        if (op > static_cast<std::uint8_t>(RowFilterExpression::Operator::In))
            in.fail();
        expression.op = static_cast<RowFilterExpression::Operator>(op);
        expression.value = in.bytesVint();
        if (in.u8() != 0)
            expression.mapKey = Bytes{in.bytesVint()};
        filter.push_back(std::move(expression));
    }
}

} // namespace

void writeReadCommand(const ReadCommand& command, Bytes& out)
{
    ByteWriter writer{out};
    writer.u8(kReadCommandVersion);
    writer.raw(command.table->id().value.view());
    writer.u8(static_cast<std::uint8_t>((command.key ? 1 : 0) | (command.range.end ? 2 : 0) |
                                        (command.resumeAfter ? 4 : 0)));
    if (command.key) {
        writer.bytesVint(*command.key);
    } else {
        writePartitionBound(writer, command.range.start);
        if (command.range.end)
            writePartitionBound(writer, *command.range.end);
    }
    const ClusteringFilter& clustering = command.clustering;
    writer.u8(
        static_cast<std::uint8_t>((clustering.isNames ? 1 : 0) | (clustering.reversed ? 2 : 0)));
    if (clustering.isNames) {
        writer.unsignedVint(clustering.names.size());
        for (const auto& name : clustering.names)
            writeValues(writer, name);
    } else {
        writer.unsignedVint(clustering.slices.size());
        for (const Slice& slice : clustering.slices) {
            writeOwnedBound(writer, slice.start);
            writeOwnedBound(writer, slice.end);
        }
    }
    writer.unsignedVint(command.columns.size());
    for (const schema::Column* column : command.columns)
        writer.bytesVint(column->name);
    writer.unsignedVint(command.filter.size());
    for (const RowFilterExpression& expression : command.filter) {
        writer.bytesVint(expression.column);
        writer.u8(static_cast<std::uint8_t>(expression.op));
        writer.bytesVint(expression.value);
        writer.u8(expression.mapKey.has_value());
        if (expression.mapKey)
            writer.bytesVint(*expression.mapKey);
    }
    writer.u32(command.limits.rows);
    writer.u32(command.limits.rowsPerPartition);
    writer.i64(command.nowSeconds);
    if (command.resumeAfter)
        writeValues(writer, *command.resumeAfter);
}

Result<ReadCommand> readReadCommand(ByteReader& in, const TableLookup& tables)
{
    const std::uint8_t version = in.u8();
    if (in.ok() && version > kReadCommandVersion)
        return Error{ErrorCode::VersionTooNew, "a read command has version " +
                                                   std::to_string(version) +
                                                   "; this program reads up to version " +
                                                   std::to_string(kReadCommandVersion)};
    const ByteView id = in.raw(16);
    if (!in.ok() || version == 0)
        return Error{ErrorCode::Corrupt, "a read command ends within its head"};
    ReadCommand command;
    command.table = tables(schema::TableId{Uuid::fromBytes(id)});
    if (command.table == nullptr)
        return Error{ErrorCode::NotFound,
                     "there is no table with id " + Uuid::fromBytes(id).toString()};
    const std::uint8_t flags = in.u8();
    if (flags & 1) {
        command.key = Bytes{in.bytesVint()};
    } else {
        command.range.start = readPartitionBound(in);
        if (flags & 2)
            command.range.end = readPartitionBound(in);
    }
    readClusteringFilter(in, command.clustering);
    const std::uint64_t columns = in.unsignedVint();
    for (std::uint64_t i = 0; i < columns && in.ok(); ++i) {
        // A column that this end lacks holds nothing here. If none is left, the list means "all",
        // which only fetches more than was asked for.
        if (const schema::Column* column = command.table->column(in.bytesVint()))
            command.columns.push_back(column);
    }
    readFilter(in, command.filter);
    command.limits.rows = in.u32();
    command.limits.rowsPerPartition = in.u32();
    command.nowSeconds = in.i64();
    if (flags & 4)
        command.resumeAfter = readValues<ClusteringFilter::Name>(in);
    if (!in.ok())
        return Error{ErrorCode::Corrupt, "a read command of " + command.table->keyspace() + "." +
                                             command.table->name() + " ends too early"};
    return command;
}

} // namespace engine::rows
