#include "engine/protocol/message_reader.h"

#include "engine/base/uuid.h"

namespace engine::protocol {

void MessageReader::fail(std::string sentence)
{
    if (m_sentence.empty())
        m_sentence = std::move(sentence);
    m_in.fail();
}

void MessageReader::failMissing(const char* what)
{
    fail(std::string("Not enough bytes to read ") + what);
}

ByteView MessageReader::string()
{
    static constexpr char kWhat[] = "an UTF8 serialized string preceded by its 2 bytes length";
    const std::size_t size = u16(kWhat);
    return has(size, kWhat) ? m_in.raw(size) : ByteView{};
}

ByteView MessageReader::longString()
{
    static constexpr char kWhat[] = "an UTF8 serialized string preceded by its 4 bytes length";
    const std::int32_t size = i32(kWhat);
    if (size < 0) {
        failMissing(kWhat);
        return {};
    }
    const auto length = static_cast<std::size_t>(size);
    return has(length, kWhat) ? m_in.raw(length) : ByteView{};
}

std::optional<ByteView> MessageReader::bytes()
{
    static constexpr char kWhat[] = "a byte array preceded by its 4 bytes length";
    const std::int32_t size = i32(kWhat);
    if (size < 0 || !has(static_cast<std::size_t>(size), kWhat))
        return std::nullopt;
    return m_in.raw(static_cast<std::size_t>(size));
}

void MessageReader::failConsistency(std::uint16_t code)
{
    fail("Unknown code " + std::to_string(code) + " for a consistency level");
}

InetAddress MessageReader::inetAddress()
{
    const std::uint8_t size = u8("an inet address");
    if (!has(size, "an inet address"))
        return {};
    auto address = InetAddress::fromBytes(m_in.raw(size));
    if (!address) {
        fail("Invalid inet address of " + std::to_string(size) + " bytes");
        return {};
    }
    return *address;
}

InetEndpoint MessageReader::inet()
{
    const InetAddress address = inetAddress();
    const std::int32_t port = i32("an inet port");
    if (port < 0 || port > 65535) {
        fail("Invalid inet port " + std::to_string(port));
        return {};
    }
    return {address, static_cast<std::uint16_t>(port)};
}

std::vector<std::string> MessageReader::stringList()
{
    std::vector<std::string> list;
    const std::size_t size = count(u16("a list of strings"), 2);
    list.reserve(size);
    for (std::size_t i = 0; i < size && ok(); ++i)
        list.emplace_back(string());
    return list;
}

std::vector<std::pair<std::string, std::string>> MessageReader::stringMap()
{
    std::vector<std::pair<std::string, std::string>> map;
    const std::size_t size = count(u16("a map of strings"), 4);
    map.reserve(size);
    for (std::size_t i = 0; i < size && ok(); ++i) {
        const ByteView key = string();
        const ByteView value = string();
        map.emplace_back(key, value);
    }
    return map;
}

Uuid MessageReader::uuid()
{
    return has(16, "a uuid") ? Uuid::fromBytes(m_in.raw(16)) : Uuid{};
}

std::size_t MessageReader::failCount(std::int64_t claimed)
{
    fail("Not enough bytes for a list of " + std::to_string(claimed) + " elements");
    return 0;
}

void writeString(ByteWriter& out, ByteView text)
{
    // A [string] ends at 65,535 bytes; a longer one (an error message about a huge statement) is
    // cut rather than allowed to damage the envelope.
    out.bytes16(text.substr(0, 65535));
}

void writeLongString(ByteWriter& out, ByteView text)
{
    out.bytes32(text);
}

void writeBytes(ByteWriter& out, const std::optional<Bytes>& bytes)
{
    if (bytes)
        out.bytes32(*bytes);
    else
        out.i32(-1);
}

void writeStringList(ByteWriter& out, const std::vector<std::string>& list)
{
    out.u16(static_cast<std::uint16_t>(list.size()));
    for (const std::string& text : list)
        writeString(out, text);
}

void writeInetAddress(ByteWriter& out, const InetAddress& address)
{
    out.u8(address.size);
    out.raw(address.view());
}

void writeInet(ByteWriter& out, const InetEndpoint& endpoint)
{
    writeInetAddress(out, endpoint.address);
    out.i32(endpoint.port);
}

} // namespace engine::protocol
