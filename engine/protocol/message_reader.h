#pragma once

#include "engine/base/bytes.h"
#include "engine/base/inet.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/protocol/consistency.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine::protocol {

/// Reads the notations of section 3 of the specification ([string], [bytes], …) from a message.
///
/// Like ByteReader it never reads past the end and stays failed; besides, it keeps the sentence
/// that Cassandra's CBUtil would have said about the first failure. Views are of the message.
class MessageReader {
public:
    explicit MessageReader(ByteView message) noexcept : m_in(message) {}

    [[nodiscard]] bool ok() const noexcept { return m_in.ok(); }
    /// Requires !ok().
    [[nodiscard]] Error error() const { return Error{ErrorCode::ProtocolError, m_sentence}; }
    void fail(std::string sentence);
    [[nodiscard]] ByteReader& raw() noexcept { return m_in; }

    std::uint8_t u8(const char* what = "a byte") { return has(1, what) ? m_in.u8() : kNothing; }
    std::uint16_t u16(const char* what = "a short") { return has(2, what) ? m_in.u16() : kNothing; }
    std::uint32_t u32(const char* what = "an int") { return has(4, what) ? m_in.u32() : kNothing; }
    std::int32_t i32(const char* what = "an int") { return static_cast<std::int32_t>(u32(what)); }
    std::int64_t i64(const char* what = "a long") { return has(8, what) ? m_in.i64() : kNothing; }
    ByteView string();
    ByteView longString();
    ByteView shortBytes()
    {
        static constexpr char kWhat[] = "a byte array preceded by its 2 bytes length";
        const std::size_t size = u16(kWhat);
        return has(size, kWhat) ? m_in.raw(size) : ByteView{};
    }
    /// [bytes]: nullopt for a negative length.
    std::optional<ByteView> bytes();
    Consistency consistency()
    {
        const std::uint16_t code = u16("a consistency level");
        if (code > static_cast<std::uint16_t>(Consistency::NodeLocal)) [[unlikely]]
            failConsistency(code);
        return static_cast<Consistency>(code);
    }
    InetAddress inetAddress();
    InetEndpoint inet();
    std::vector<std::string> stringList();
    std::vector<std::pair<std::string, std::string>> stringMap();
    Uuid uuid();
    /// A count of things that take at least `bytesEach` bytes; fails if they cannot be there.
    std::size_t count(std::int64_t claimed, std::size_t bytesEach)
    {
        if (claimed >= 0 && static_cast<std::uint64_t>(claimed) * bytesEach <= m_in.remaining())
            [[likely]]
            return static_cast<std::size_t>(claimed);
        return failCount(claimed);
    }

private:
    static constexpr std::uint8_t kNothing = 0; ///< what a message that has ended is read as

    [[nodiscard]] bool has(std::size_t size, const char* what)
    {
        if (m_in.ok() && m_in.remaining() >= size) [[likely]]
            return true;
        failMissing(what);
        return false;
    }
    void failMissing(const char* what);
    void failConsistency(std::uint16_t code);
    std::size_t failCount(std::int64_t claimed);

    ByteReader m_in;
    std::string m_sentence;
};

/// The same notations for writing.
void writeString(ByteWriter& out, ByteView text);
void writeLongString(ByteWriter& out, ByteView text);
void writeBytes(ByteWriter& out, const std::optional<Bytes>& bytes);
void writeStringList(ByteWriter& out, const std::vector<std::string>& list);
void writeInetAddress(ByteWriter& out, const InetAddress& address);
void writeInet(ByteWriter& out, const InetEndpoint& endpoint);

} // namespace engine::protocol
