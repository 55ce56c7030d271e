#include "engine/query/select/paging_state.h"

namespace engine::query {

namespace {
constexpr std::uint8_t kPagingMagic = 0x52;
constexpr std::uint8_t kPagingVersion = 1;
} // namespace

Bytes encodePagingState(const PagingState& state)
{
    Bytes out;
    ByteWriter writer{out};
    writer.u8(kPagingMagic);
    writer.u8(kPagingVersion);
    writer.u32(state.remaining);
    writer.u32(state.remainingInPartition);
    writer.bytesVint(state.key);
    writer.u8(state.clustering ? 1 : 0);
    if (state.clustering) {
        writer.unsignedVint(state.clustering->size());
        for (const RecycledBytes& value : *state.clustering)
            writer.bytesVint(value);
    }
    return out;
}

Result<PagingState> decodePagingState(ByteView bytes)
{
    ByteReader reader{bytes};
    PagingState state;
    const bool ours = reader.u8() == kPagingMagic && reader.u8() == kPagingVersion;
    state.remaining = reader.u32();
    state.remainingInPartition = reader.u32();
    state.key = RecycledBytes{reader.bytesVint()};
    if (reader.u8() != 0) {
        state.clustering.emplace();
        const std::uint64_t count = reader.unsignedVint();
        for (std::uint64_t i = 0; i < count && reader.ok(); ++i)
            state.clustering->emplace_back(reader.bytesVint());
    }
    if (!ours || !reader.ok() || !reader.atEnd())
        return Error{ErrorCode::ProtocolError, "Invalid value for the paging state"};
    return state;
}

} // namespace engine::query
