#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// A string of bytes, and a view of one. `std::string` because it keeps short keys without
/// allocating and because its comparison is memcmp: bytes compare unsigned, which is Cassandra's
/// order of blobs, text and names.
using Bytes = std::string;
using ByteView = std::string_view;

/// Lower-case hexadecimal, without prefix.
[[nodiscard]] std::string toHex(ByteView bytes);
/// Reads hexadecimal of either case; returns false on an odd length or a foreign character.
[[nodiscard]] bool fromHex(std::string_view hex, Bytes& out);

namespace detail {
template <class T>
[[nodiscard]] inline T swapBytes(T value) noexcept
{
    if constexpr (sizeof(T) == 1)
        return value;
    else if constexpr (sizeof(T) == 2)
        return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
    else if constexpr (sizeof(T) == 4)
        return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
    else
        return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
}
} // namespace detail

/// Reads `T` big-endian from `from`, which holds at least sizeof(T) bytes.
template <class T>
[[nodiscard]] inline T loadBigEndian(const char* from) noexcept
{
    T value;
    std::memcpy(&value, from, sizeof(T));
    return detail::swapBytes(value);
}

/// Writes `value` big-endian to `to`, which has room for sizeof(T) bytes.
template <class T>
inline void storeBigEndian(char* to, T value) noexcept
{
    value = detail::swapBytes(value);
    std::memcpy(to, &value, sizeof(T));
}

/// `value` as sizeof(T) bytes, the most significant first: Cassandra's form of the integer types.
template <class T>
[[nodiscard]] inline Bytes bigEndian(T value)
{
    Bytes bytes(sizeof(T), '\0');
    storeBigEndian(bytes.data(), value);
    return bytes;
}

/// The most bytes that a vint takes.
inline constexpr std::size_t kVintBytesMax = 9;

namespace detail {
[[nodiscard]] constexpr std::uint64_t zigZag(std::int64_t value) noexcept
{
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::size_t putLongVint(char* to, std::uint64_t value) noexcept;
} // namespace detail

/// Writes Cassandra's VIntCoding of `value` to `to`, which has room for kVintBytesMax bytes
/// whatever the value is: the number of leading one bits of the first byte is the number of bytes
/// that follow. Returns the number of bytes that count, 1 to 9.
inline std::size_t putUnsignedVint(char* to, std::uint64_t value) noexcept
{
    if (value >= 0x80)
        return detail::putLongVint(to, value);
    *to = static_cast<char>(value);
    return 1;
}

/// The same after zig-zag.
inline std::size_t putVint(char* to, std::int64_t value) noexcept
{
    return putUnsignedVint(to, detail::zigZag(value));
}

/// Appends big-endian numbers, Cassandra's vints and raw bytes to a buffer that it does not own.
class ByteWriter {
public:
    explicit ByteWriter(Bytes& out) noexcept : m_out(out) {}

    void u8(std::uint8_t value) { m_out.push_back(static_cast<char>(value)); }
    void u16(std::uint16_t value) { fixed(value); }
    void u32(std::uint32_t value) { fixed(value); }
    void u64(std::uint64_t value) { fixed(value); }
    void i8(std::int8_t value) { u8(static_cast<std::uint8_t>(value)); }
    void i16(std::int16_t value) { fixed(value); }
    void i32(std::int32_t value) { fixed(value); }
    void i64(std::int64_t value) { fixed(value); }
    void f64(double value);
    void raw(ByteView bytes) { m_out.append(bytes); }

    /// As putUnsignedVint().
    void unsignedVint(std::uint64_t value)
    {
        char bytes[kVintBytesMax];
        m_out.append(bytes, putUnsignedVint(bytes, value));
    }
    /// The same after zig-zag.
    void vint(std::int64_t value) { unsignedVint(detail::zigZag(value)); }

    /// A 32-bit length, then the bytes.
    void bytes32(ByteView bytes)
    {
        i32(static_cast<std::int32_t>(bytes.size()));
        raw(bytes);
    }
    /// A 16-bit length, then the bytes. Requires at most 65,535 bytes.
    void bytes16(ByteView bytes)
    {
        u16(static_cast<std::uint16_t>(bytes.size()));
        raw(bytes);
    }
    /// An unsigned vint length, then the bytes.
    void bytesVint(ByteView bytes)
    {
        unsignedVint(bytes.size());
        raw(bytes);
    }

    [[nodiscard]] std::size_t position() const noexcept { return m_out.size(); }
    [[nodiscard]] Bytes& buffer() noexcept { return m_out; }

private:
    template <class T>
    void fixed(T value)
    {
        char raw[sizeof(T)];
        storeBigEndian(raw, value);
        m_out.append(raw, sizeof(T));
    }

    Bytes& m_out;
};

/// Appends many small things in a row: they meet in a buffer of its own, and `out` has them all
/// only when it is destroyed. Nobody else may append to `out` meanwhile.
class BufferedByteWriter {
public:
    explicit BufferedByteWriter(Bytes& out) noexcept : m_out(out) {}
    ~BufferedByteWriter() { flush(); }
    BufferedByteWriter(const BufferedByteWriter&) = delete;
    BufferedByteWriter& operator=(const BufferedByteWriter&) = delete;

    /// What room() can be asked for.
    static constexpr std::size_t kRoomMax = 128;
    /// Where the next bytes go, with room for `size` of them; used() tells where they end.
    [[nodiscard]] char* room(std::size_t size = kRoomMax)
    {
        if (sizeof(m_buffer) - m_size < size) [[unlikely]]
            flush();
        return m_buffer + m_size;
    }
    void used(const char* end) noexcept { m_size = static_cast<std::size_t>(end - m_buffer); }

    void unsignedVint(std::uint64_t value)
    {
        char* const at = room(kVintBytesMax);
        used(at + putUnsignedVint(at, value));
    }
    void raw(ByteView bytes)
    {
        if (bytes.size() > sizeof(m_buffer) - m_size) [[unlikely]] {
            flush();
            if (bytes.size() > sizeof(m_buffer)) {
                m_out.append(bytes);
                return;
            }
        }
        if (!bytes.empty()) // of a null view not even memcpy's pointer is valid
            std::memcpy(m_buffer + m_size, bytes.data(), bytes.size());
        m_size += bytes.size();
    }
    void bytesVint(ByteView bytes)
    {
        unsignedVint(bytes.size());
        raw(bytes);
    }

private:
    void flush()
    {
        m_out.append(m_buffer, m_size);
        m_size = 0;
    }

    Bytes& m_out;
    std::size_t m_size = 0;
    char m_buffer[512];
};

/// The number of bytes that ByteWriter::unsignedVint writes for `value`.
[[nodiscard]] std::size_t unsignedVintSize(std::uint64_t value) noexcept;
[[nodiscard]] std::size_t vintSize(std::int64_t value) noexcept;

/// Reads what ByteWriter writes, from bytes that it does not own.
///
/// Never reads past the end: the first read that would, and every one after it, returns zero or
/// an empty view and makes `ok()` false. Callers check `ok()` once at the end, and before they
/// allocate by a length that was read. Lengths are compared with what is left, so a hostile
/// length cannot make a caller allocate more than the input holds.
class ByteReader {
public:
    explicit ByteReader(ByteView in) noexcept : m_at(in.data()), m_end(in.data() + in.size()) {}

    [[nodiscard]] bool ok() const noexcept { return m_ok; }
    [[nodiscard]] std::size_t remaining() const noexcept
    {
        return static_cast<std::size_t>(m_end - m_at);
    }
    [[nodiscard]] bool atEnd() const noexcept { return m_at == m_end; }
    [[nodiscard]] const char* cursor() const noexcept { return m_at; }
    /// Marks the input as bad, for checks that the caller makes.
    void fail() noexcept
    {
        m_ok = false;
        m_at = m_end;
    }

    std::uint8_t u8() noexcept { return fixed<std::uint8_t>(); }
    std::uint16_t u16() noexcept { return fixed<std::uint16_t>(); }
    std::uint32_t u32() noexcept { return fixed<std::uint32_t>(); }
    std::uint64_t u64() noexcept { return fixed<std::uint64_t>(); }
    std::int8_t i8() noexcept { return static_cast<std::int8_t>(u8()); }
    std::int16_t i16() noexcept { return fixed<std::int16_t>(); }
    std::int32_t i32() noexcept { return fixed<std::int32_t>(); }
    std::int64_t i64() noexcept { return fixed<std::int64_t>(); }
    double f64() noexcept;
    std::uint64_t unsignedVint() noexcept
    {
        if (m_at != m_end && static_cast<signed char>(*m_at) >= 0) [[likely]]
            return static_cast<unsigned char>(*m_at++);
        return longVint();
    }
    std::int64_t vint() noexcept
    {
        const std::uint64_t raw = unsignedVint();
        return static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
    }

    /// The next `size` bytes, as a view of the input.
    ByteView raw(std::size_t size) noexcept
    {
        if (size > remaining()) {
            fail();
            return {};
        }
        const ByteView view{m_at, size};
        m_at += size;
        return view;
    }
    /// A 32-bit length and the bytes; a negative length fails.
    ByteView bytes32() noexcept
    {
        const std::int32_t size = i32();
        if (size < 0) {
            fail();
            return {};
        }
        return raw(static_cast<std::size_t>(size));
    }
    /// The same if the length is not negative and the bytes are there; else nothing is read.
    std::optional<ByteView> tryBytes32() noexcept
    {
        if (remaining() < sizeof(std::uint32_t))
            return std::nullopt;
        const auto size = loadBigEndian<std::uint32_t>(m_at);
        if (size > static_cast<std::uint32_t>(INT32_MAX) ||
            size > remaining() - sizeof(std::uint32_t))
            return std::nullopt;
        const ByteView view{m_at + sizeof(std::uint32_t), size};
        m_at += sizeof(std::uint32_t) + size;
        return view;
    }
    ByteView bytes16() noexcept { return raw(u16()); }
    ByteView bytesVint() noexcept { return raw(unsignedVint()); }
    ByteView rest() noexcept { return raw(remaining()); }
    void skip(std::size_t size) noexcept { (void)raw(size); }

private:
    /// A vint of more than one byte.
    std::uint64_t longVint() noexcept
    {
        const std::size_t left = remaining();
        if (left == 0) {
            fail();
            return 0;
        }
        const unsigned extra = static_cast<unsigned>(
            __builtin_clz(~(static_cast<unsigned>(static_cast<unsigned char>(*m_at)) << 24)));
        if (left > 8) [[likely]] {
            // One load of what follows the first byte; that byte's own bits come on top.
            const std::uint64_t rest = loadBigEndian<std::uint64_t>(m_at + 1) >> (64 - 8 * extra);
            const std::uint64_t first =
                extra >= 7 ? 0 : static_cast<unsigned char>(*m_at) & (0xffU >> (extra + 1));
            m_at += 1 + extra;
            return extra >= 8 ? rest : first << (8 * extra) | rest;
        }
        if (left <= extra) {
            fail();
            return 0;
        }
        std::uint64_t value =
            extra >= 7 ? 0 : static_cast<unsigned char>(*m_at) & (0xffU >> (extra + 1));
        ++m_at;
        for (unsigned i = 0; i < extra; ++i)
            value = (value << 8) | static_cast<unsigned char>(*m_at++);
        return value;
    }
    template <class T>
    T fixed() noexcept
    {
        if (remaining() < sizeof(T)) {
            fail();
            return T{};
        }
        const T value = loadBigEndian<T>(m_at);
        m_at += sizeof(T);
        return value;
    }

    const char* m_at;
    const char* m_end;
    bool m_ok = true;
};

} // namespace engine
