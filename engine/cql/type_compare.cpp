#include "engine/base/hash.h"
#include "engine/cql/numbers.h"
#include "engine/cql/type.h"

#include <algorithm>
#include <bit>

namespace engine::cql {

namespace {

template <class T>
int compareThreeWay(T a, T b) noexcept
{
    return a < b ? -1 : static_cast<int>(a > b);
}

/// Empty first; shorter than the type needs second, by bytes, so that any input has an order.
/// Returns true if that decided, with the result in `out`.
bool compareShort(ByteView a, ByteView b, std::size_t needed, int& out) noexcept
{
    if (a.size() >= needed && b.size() >= needed)
        return false;
    if ((a.size() >= needed) != (b.size() >= needed))
        out = a.size() >= needed ? 1 : -1;
    else
        out = a.compare(b);
    return true;
}

template <class T>
int compareSigned(ByteView a, ByteView b) noexcept
{
    int out = 0;
    if (compareShort(a, b, sizeof(T), out))
        return out;
    return compareThreeWay(loadBigEndian<T>(a.data()), loadBigEndian<T>(b.data()));
}

/// Java's Double.compare: -0.0 before 0.0, NaN after everything and equal to itself.
template <class Real, class Bits>
int compareReal(ByteView a, ByteView b) noexcept
{
    int out = 0;
    if (compareShort(a, b, sizeof(Real), out))
        return out;
    const auto x = std::bit_cast<Real>(loadBigEndian<Bits>(a.data()));
    const auto y = std::bit_cast<Real>(loadBigEndian<Bits>(b.data()));
    if (x < y)
        return -1;
    if (x > y)
        return 1;
    const bool nanX = x != x;
    const bool nanY = y != y;
    if (nanX || nanY)
        return static_cast<int>(nanX) - static_cast<int>(nanY);
    return compareThreeWay(static_cast<std::make_signed_t<Bits>>(std::bit_cast<Bits>(x)),
                           static_cast<std::make_signed_t<Bits>>(std::bit_cast<Bits>(y)));
}

std::uint64_t timestampFirst(std::uint64_t high) noexcept
{
    return (high << 48) | ((high << 16) & 0xFFFF00000000ULL) | (high >> 32);
}

/// UUIDType: by version, then by time for version 1, then by bytes.
int compareUuid(ByteView a, ByteView b) noexcept
{
    int out = 0;
    if (compareShort(a, b, 16, out))
        return out;
    const auto highA = loadBigEndian<std::uint64_t>(a.data());
    const auto highB = loadBigEndian<std::uint64_t>(b.data());
    const int versionA = static_cast<int>((highA >> 12) & 0xf);
    const int versionB = static_cast<int>((highB >> 12) & 0xf);
    if (versionA != versionB)
        return versionA - versionB;
    if (versionA == 1)
        out = compareThreeWay(timestampFirst(highA), timestampFirst(highB));
    else
        out = compareThreeWay(highA, highB);
    if (out != 0)
        return out;
    return compareThreeWay(loadBigEndian<std::uint64_t>(a.data() + 8),
                           loadBigEndian<std::uint64_t>(b.data() + 8));
}

/// TimeUUIDType: by time, then by the other bytes as signed ones.
int compareTimeUuid(ByteView a, ByteView b) noexcept
{
    int out = 0;
    if (compareShort(a, b, 16, out))
        return out;
    out = compareThreeWay(
        static_cast<std::int64_t>(timestampFirst(loadBigEndian<std::uint64_t>(a.data()))),
        static_cast<std::int64_t>(timestampFirst(loadBigEndian<std::uint64_t>(b.data()))));
    if (out != 0)
        return out;
    constexpr std::uint64_t kSignBits = 0x0080808080808080ULL;
    return compareThreeWay(
        static_cast<std::int64_t>(loadBigEndian<std::uint64_t>(a.data() + 8) ^ kSignBits),
        static_cast<std::int64_t>(loadBigEndian<std::uint64_t>(b.data() + 8) ^ kSignBits));
}

int compareBoolean(ByteView a, ByteView b) noexcept
{
    if (a.empty() || b.empty())
        return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
    return static_cast<int>(a[0] != 0) - static_cast<int>(b[0] != 0);
}

/// Like ByteReader::bytes32, but a negative length is null (empty) instead of a failure.
ByteView readElement(ByteReader& reader) noexcept
{
    const std::int32_t size = reader.i32();
    return size <= 0 ? ByteView{} : reader.raw(static_cast<std::size_t>(size));
}

int compareCollection(const Type& type, ByteView a, ByteView b) noexcept
{
    if (a.empty() || b.empty())
        return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
    ByteReader left{a};
    ByteReader right{b};
    const std::int32_t sizeA = left.i32();
    const std::int32_t sizeB = right.i32();
    const bool isMap = type.kind() == TypeKind::Map;
    const Type& first = *type.parameters()[0];
    const Type& second = isMap ? *type.parameters()[1] : first;
    for (std::int32_t i = 0; i < std::min(sizeA, sizeB) && left.ok() && right.ok(); ++i) {
        const ByteView keyA = readElement(left);
        const ByteView keyB = readElement(right);
        if (const int out = first.compare(keyA, keyB); out != 0)
            return out;
        if (isMap) {
            const ByteView valueA = readElement(left);
            const ByteView valueB = readElement(right);
            if (const int out = second.compare(valueA, valueB); out != 0)
                return out;
        }
    }
    return compareThreeWay(sizeA, sizeB);
}

bool allNull(ByteReader& reader) noexcept
{
    while (!reader.atEnd()) {
        if (reader.i32() >= 0)
            return !reader.ok();
    }
    return true;
}

int compareTuple(const Type& type, ByteView a, ByteView b) noexcept
{
    if (a.empty() || b.empty())
        return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
    ByteReader left{a};
    ByteReader right{b};
    for (const auto& element : type.parameters()) {
        if (left.atEnd() || right.atEnd())
            break;
        const std::int32_t sizeA = left.i32();
        const std::int32_t sizeB = right.i32();
        if (sizeA < 0 || sizeB < 0) {
            if (sizeA < 0 && sizeB < 0)
                continue;
            return sizeA < 0 ? -1 : 1;
        }
        const ByteView valueA = left.raw(static_cast<std::size_t>(sizeA));
        const ByteView valueB = right.raw(static_cast<std::size_t>(sizeB));
        if (const int out = element->compare(valueA, valueB); out != 0)
            return out;
    }
    const bool nullA = allNull(left);
    const bool nullB = allNull(right);
    return static_cast<int>(nullB) - static_cast<int>(nullA);
}

int compareVector(const Type& type, ByteView a, ByteView b) noexcept
{
    if (a.empty() || b.empty())
        return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
    const Type& element = *type.parameters()[0];
    const auto fixed = element.fixedLength();
    ByteReader left{a};
    ByteReader right{b};
    for (std::uint32_t i = 0; i < type.dimension() && left.ok() && right.ok(); ++i) {
        const ByteView valueA = fixed ? left.raw(*fixed) : left.bytesVint();
        const ByteView valueB = fixed ? right.raw(*fixed) : right.bytesVint();
        if (const int out = element.compare(valueA, valueB); out != 0)
            return out;
    }
    return 0;
}

/// PartitionerDefinedOrder with Murmur3: by token, then by key.
int compareByToken(ByteView a, ByteView b) noexcept
{
    const auto token = [](ByteView key) {
        if (key.empty())
            return INT64_MIN;
        const auto hash = static_cast<std::int64_t>(murmur3(key)[0]);
        return hash == INT64_MIN ? INT64_MAX : hash;
    };
    const int out = compareThreeWay(token(a), token(b));
    return out != 0 ? out : a.compare(b);
}

/// The first bytes, the first the most significant; those that are missing are 0.
std::uint64_t bytesPrefix(ByteView value) noexcept
{
    char bytes[8] = {};
    std::copy_n(value.data(), std::min(value.size(), sizeof bytes), bytes);
    return loadBigEndian<std::uint64_t>(bytes);
}

constexpr std::uint64_t kSign = 1ULL << 63;

template <class T>
std::uint64_t signedPrefix(ByteView value) noexcept
{
    return value.size() < sizeof(T) ? 0 : bytesPrefix(value.substr(0, sizeof(T))) ^ kSign;
}

template <class Real, class Bits>
std::uint64_t realPrefix(ByteView value) noexcept
{
    if (value.size() < sizeof(Real))
        return 0;
    const auto real = std::bit_cast<Real>(loadBigEndian<Bits>(value.data()));
    if (real != real)
        return UINT64_MAX;
    const std::uint64_t bits = bytesPrefix(value.substr(0, sizeof(Real)));
    return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

std::uint64_t uuidPrefix(ByteView value) noexcept
{
    if (value.size() < 16)
        return 0;
    const auto high = loadBigEndian<std::uint64_t>(value.data());
    const std::uint64_t version = (high >> 12) & 0xf;
    return (version << 60) | ((version == 1 ? timestampFirst(high) : high) >> 4);
}

std::uint64_t timeUuidPrefix(ByteView value) noexcept
{
    return value.size() < 16 ? 0
                             : timestampFirst(loadBigEndian<std::uint64_t>(value.data())) ^ kSign;
}

} // namespace

std::uint64_t Type::orderPrefix(ByteView value) const noexcept
{
    switch (m_kind) {
    case TypeKind::Int:
        return signedPrefix<std::int32_t>(value);
    case TypeKind::Bigint:
    case TypeKind::Timestamp:
        return signedPrefix<std::int64_t>(value);
    case TypeKind::Smallint:
        return signedPrefix<std::int16_t>(value);
    case TypeKind::Tinyint:
        return signedPrefix<std::int8_t>(value);
    case TypeKind::Float:
        return realPrefix<float, std::uint32_t>(value);
    case TypeKind::Double:
        return realPrefix<double, std::uint64_t>(value);
    case TypeKind::Uuid:
        return uuidPrefix(value);
    case TypeKind::Timeuuid:
        return timeUuidPrefix(value);
    default:
        return isByteOrdered() ? bytesPrefix(value) : 0;
    }
}

int Type::compareAny(ByteView a, ByteView b) const noexcept
{
    switch (m_kind) {
    case TypeKind::Int:
        return compareSigned<std::int32_t>(a, b);
    case TypeKind::Bigint:
    case TypeKind::Timestamp:
        return compareSigned<std::int64_t>(a, b);
    case TypeKind::Smallint:
        return compareSigned<std::int16_t>(a, b);
    case TypeKind::Tinyint:
        return compareSigned<std::int8_t>(a, b);
    case TypeKind::Boolean:
        return compareBoolean(a, b);
    case TypeKind::Float:
        return compareReal<float, std::uint32_t>(a, b);
    case TypeKind::Double:
        return compareReal<double, std::uint64_t>(a, b);
    case TypeKind::Uuid:
        return compareUuid(a, b);
    case TypeKind::Timeuuid:
        return compareTimeUuid(a, b);
    case TypeKind::Varint:
        return compareVarint(a, b);
    case TypeKind::Decimal:
        return compareDecimal(a, b);
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
        return compareCollection(*this, a, b);
    case TypeKind::Tuple:
    case TypeKind::Udt:
        return compareTuple(*this, a, b);
    case TypeKind::Vector:
        return compareVector(*this, a, b);
    case TypeKind::Custom:
        return m_dimension == 1 ? compareByToken(a, b) : a.compare(b);
    default:
        return a.compare(b);
    }
}

} // namespace engine::cql
