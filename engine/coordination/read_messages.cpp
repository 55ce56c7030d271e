#include "engine/coordination/read_messages.h"

#include "engine/base/hash.h"

namespace engine::coordination {

namespace {
// First byte of a read response; on the wire, never renumber.
constexpr std::uint8_t kDataAnswer = 0;
constexpr std::uint8_t kDigestAnswer = 1;
} // namespace

Bytes encodeReadRequest(const rows::ReadCommand& command, bool digestOnly)
{
    Bytes bytes;
    ByteWriter{bytes}.u8(digestOnly ? 1 : 0);
    rows::writeReadCommand(command, bytes);
    return bytes;
}

Result<ReadRequest> decodeReadRequest(ByteView bytes, const rows::TableLookup& tables)
{
    ByteReader in(bytes);
    ReadRequest request;
    request.digestOnly = in.u8() != 0;
    RW_ASSIGN(request.command, rows::readReadCommand(in, tables));
    return request;
}

Bytes encodeData(std::span<const rows::Partition> partitions, bool limited)
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.u8(kDataAnswer);
    out.u8(limited ? 1 : 0);
    out.unsignedVint(partitions.size());
    for (const rows::Partition& partition : partitions)
        rows::writePartition(partition, bytes);
    return bytes;
}

Bytes encodeDigest(const ReadDigest& digest)
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.u8(kDigestAnswer);
    out.raw({reinterpret_cast<const char*>(digest.data()), digest.size()});
    return bytes;
}

Result<ReadResponse> decodeReadResponse(ByteView bytes, const rows::TableLookup& tables)
{
    ByteReader in(bytes);
    ReadResponse response;
    const std::uint8_t kind = in.u8();
    if (kind == kDigestAnswer) {
        response.isDigest = true;
        const ByteView raw = in.raw(response.digest.size());
        if (!in.ok())
            return Error{ErrorCode::Corrupt, "A digest answer is cut short."};
        std::copy(raw.begin(), raw.end(), response.digest.begin());
        return response;
    }
    response.data.limited = in.u8() != 0;
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || kind != kDataAnswer || count > in.remaining())
        return Error{ErrorCode::Corrupt, "A read answer is malformed."};
    for (std::uint64_t i = 0; i < count; ++i) {
        RW_ASSIGN(auto partition, rows::readPartition(in, tables));
        response.data.partitions.push_back(std::move(partition));
    }
    return response;
}

ReadDigest digestOf(std::span<const rows::Partition> partitions)
{
    Bytes all;
    for (const rows::Partition& partition : partitions) {
        if (partition.isEmpty())
            continue;
        const auto digest = rows::digest(partition);
        all.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    }
    return md5(all);
}

} // namespace engine::coordination
