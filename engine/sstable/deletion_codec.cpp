#include "engine/sstable/deletion_codec.h"

#include <algorithm>

namespace engine::sstable {

namespace {

/// Stands for a whole deletion that is none; timestamps of deletions have no sign bit.
constexpr std::uint8_t kLiveMark = 0x80;

std::uint32_t storedNone(const VersionTraits& version) noexcept
{
    return version.unsignedDeletionTime ? 0xFFFFFFFFU : 0x7FFFFFFFU;
}

} // namespace

std::uint32_t storedDeletionTime(const VersionTraits& version,
                                 rows::LocalDeletionTime time) noexcept
{
    if (time == rows::kNoDeletionTime)
        return storedNone(version);
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(time, 0, deletionTimeMax(version)));
}

rows::LocalDeletionTime loadedDeletionTime(const VersionTraits& version,
                                           std::uint32_t stored) noexcept
{
    return stored == storedNone(version) ? rows::kNoDeletionTime : std::int64_t{stored};
}

void encodeDeletion(const VersionTraits& version, ByteWriter& out,
                    const rows::DeletionTime& deletion)
{
    if (version.unsignedDeletionTime) {
        if (deletion.isLive()) {
            out.u8(kLiveMark);
            return;
        }
        out.i64(deletion.markedForDeleteAt.micros);
        out.u32(storedDeletionTime(version, deletion.localDeletionTime));
        return;
    }
    out.u32(storedDeletionTime(version, deletion.isLive() ? rows::kNoDeletionTime
                                                          : deletion.localDeletionTime));
    out.i64(deletion.markedForDeleteAt.micros);
}

rows::DeletionTime decodeDeletion(const VersionTraits& version, ByteReader& in) noexcept
{
    rows::DeletionTime deletion;
    if (version.unsignedDeletionTime) {
        const std::uint8_t first = in.u8();
        if ((first & kLiveMark) != 0) {
            if (first != kLiveMark)
                in.fail();
            return deletion;
        }
        std::uint64_t micros = first;
        for (int i = 0; i < 7; ++i)
            micros = micros << 8 | in.u8();
        deletion.markedForDeleteAt = {static_cast<std::int64_t>(micros)};
        deletion.localDeletionTime = loadedDeletionTime(version, in.u32());
        return deletion;
    }
    deletion.localDeletionTime = loadedDeletionTime(version, in.u32());
    deletion.markedForDeleteAt = {in.i64()};
    return deletion;
}

} // namespace engine::sstable
