#include "engine/cql/json.h"

#include "engine/cql/numbers.h"
#include "engine/cql/text_util.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {

constexpr int kJsonDepthMax = 100;

class JsonReader {
public:
    explicit JsonReader(std::string_view text) : m_text(text) {}

    Result<JsonValue> readAll()
    {
        JsonValue out;
        if (!isValidUtf8(m_text))
            return Error{ErrorCode::Invalid, "JSON text must be UTF-8"};
        if (!readValue(out, 0))
            return error();
        skipBlanks();
        if (m_at != m_text.size())
            return error();
        return out;
    }

private:
    Error error() const
    {
        const std::string at =
            m_at < m_text.size() ? fmt::format("at '{}'", m_text.substr(m_at, 1)) : "at its end";
        return {ErrorCode::Invalid, fmt::format("not valid JSON {}, character {}", at, m_at + 1)};
    }
    void skipBlanks()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t' ||
                                        m_text[m_at] == '\n' || m_text[m_at] == '\r'))
            ++m_at;
    }
    bool take(char c)
    {
        skipBlanks();
        if (m_at == m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    bool takeWord(std::string_view word)
    {
        if (m_text.substr(m_at, word.size()) != word)
            return false;
        m_at += word.size();
        return true;
    }

    bool readValue(JsonValue& out, int depth)
    {
        skipBlanks();
        if (m_at == m_text.size() || depth > kJsonDepthMax)
            return false;
        switch (m_text[m_at]) {
        case '{':
            return readObject(out, depth);
        case '[':
            return readArray(out, depth);
        case '"':
            out.kind = JsonValue::Kind::String;
            return readString(out.text);
        case 't':
        case 'f':
            out.kind = JsonValue::Kind::Boolean;
            out.text = m_text[m_at] == 't' ? "true" : "false";
            return takeWord(out.text);
        case 'n':
            return takeWord("null");
        default:
            return readNumber(out);
        }
    }

    bool readArray(JsonValue& out, int depth)
    {
        out.kind = JsonValue::Kind::Array;
        ++m_at;
        if (take(']'))
            return true;
        do {
            out.items.emplace_back();
            if (!readValue(out.items.back(), depth + 1))
                return false;
        } while (take(','));
        return take(']');
    }

    bool readObject(JsonValue& out, int depth)
    {
        out.kind = JsonValue::Kind::Object;
        ++m_at;
        if (take('}'))
            return true;
        do {
            skipBlanks();
            out.keys.emplace_back();
            out.items.emplace_back();
            if (m_at == m_text.size() || m_text[m_at] != '"' || !readString(out.keys.back()) ||
                !take(':') || !readValue(out.items.back(), depth + 1))
                return false;
        } while (take(','));
        return take('}');
    }

    bool readNumber(JsonValue& out)
    {
        const std::size_t from = m_at;
        const auto digits = [this] {
            const std::size_t start = m_at;
            while (m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9')
                ++m_at;
            return m_at > start;
        };
        if (m_text[m_at] == '-')
            ++m_at;
        const std::size_t whole = m_at;
        if (!digits() || (m_text[whole] == '0' && m_at > whole + 1))
            return false;
        if (m_at < m_text.size() && m_text[m_at] == '.') {
            ++m_at;
            if (!digits())
                return false;
        }
        if (m_at < m_text.size() && (m_text[m_at] == 'e' || m_text[m_at] == 'E')) {
            ++m_at;
            if (m_at < m_text.size() && (m_text[m_at] == '+' || m_text[m_at] == '-'))
                ++m_at;
            if (!digits())
                return false;
        }
        out.kind = JsonValue::Kind::Number;
        out.text = m_text.substr(from, m_at - from);
        return true;
    }

    bool readHex4(unsigned& out)
    {
        if (m_text.size() - m_at < 4)
            return false;
        out = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = lowerAscii(m_text[m_at++]);
            if (c >= '0' && c <= '9')
                out = out * 16 + static_cast<unsigned>(c - '0');
            else if (c >= 'a' && c <= 'f')
                out = out * 16 + static_cast<unsigned>(c - 'a' + 10);
            else
                return false;
        }
        return true;
    }

    bool readUnicode(std::string& out)
    {
        unsigned code = 0;
        if (!readHex4(code))
            return false;
        if (code >= 0xd800 && code < 0xdc00 && takeWord("\\u")) {
            unsigned low = 0;
            if (!readHex4(low) || low < 0xdc00 || low > 0xdfff)
                return false;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        const auto push = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
        if (code < 0x80) {
            push(code);
        } else if (code < 0x800) {
            push(0xc0 | (code >> 6));
            push(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            push(0xe0 | (code >> 12));
            push(0x80 | ((code >> 6) & 0x3f));
            push(0x80 | (code & 0x3f));
        } else {
            push(0xf0 | (code >> 18));
            push(0x80 | ((code >> 12) & 0x3f));
            push(0x80 | ((code >> 6) & 0x3f));
            push(0x80 | (code & 0x3f));
        }
        return true;
    }

    bool readString(std::string& out)
    {
        ++m_at;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at++];
            if (c == '"')
                return true;
            if (static_cast<unsigned char>(c) < 0x20) {
                --m_at;
                return false;
            }
            if (c != '\\') {
                out.push_back(c);
                continue;
            }
            if (m_at == m_text.size())
                return false;
            static constexpr std::string_view kEscapes = "\"\\/bfnrt";
            static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
            const char escape = m_text[m_at++];
            if (escape == 'u') {
                if (!readUnicode(out))
                    return false;
            } else if (const auto place = kEscapes.find(escape); place != std::string_view::npos) {
                out.push_back(kMeanings[place]);
            } else {
                return false;
            }
        }
        return false;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

const char* JsonValue::javaClass() const noexcept
{
    switch (kind) {
    case Kind::Boolean:
        return "Boolean";
    case Kind::Number:
        if (!isInteger())
            return "Double";
        if (const auto value = int64FromString(text))
            return *value >= INT32_MIN && *value <= INT32_MAX ? "Integer" : "Long";
        return "BigInteger";
    case Kind::String:
        return "String";
    case Kind::Array:
        return "ArrayList";
    case Kind::Object:
        return "LinkedHashMap";
    default:
        return "null";
    }
}

std::string JsonValue::shown() const
{
    std::string out;
    switch (kind) {
    case Kind::Array:
        for (const auto& item : items)
            out += (out.empty() ? "" : ", ") + item.shown();
        return "[" + out + "]";
    case Kind::Object:
        for (std::size_t i = 0; i < items.size(); ++i)
            out += (i > 0 ? ", " : "") + keys[i] + "=" + items[i].shown();
        return "{" + out + "}";
    case Kind::Null:
        return "null";
    default:
        return text;
    }
}

std::string JsonValue::toJson() const
{
    std::string out;
    switch (kind) {
    case Kind::Array:
        for (const auto& item : items)
            out += (out.empty() ? "" : ", ") + item.toJson();
        return "[" + out + "]";
    case Kind::Object:
        for (std::size_t i = 0; i < items.size(); ++i)
            out += (i > 0 ? ", " : "") + jsonQuote(keys[i]) + ": " + items[i].toJson();
        return "{" + out + "}";
    case Kind::Null:
        return "null";
    case Kind::String:
        return jsonQuote(text);
    default:
        return text;
    }
}

Result<JsonValue> parseJson(std::string_view text)
{
    return JsonReader{text}.readAll();
}

} // namespace engine::cql
