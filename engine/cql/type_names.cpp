#include "engine/cql/type.h"

#include <array>
#include <charconv>
#include <fmt/format.h>

namespace engine::cql {

namespace {

constexpr std::string_view kPackage = "org.apache.cassandra.db.marshal.";
constexpr int kNestingMax = 64;

struct ClassName {
    TypeKind kind;
    std::string_view name;
};
constexpr std::array kClassNames{
    ClassName{TypeKind::Ascii, "AsciiType"},
    ClassName{TypeKind::Bigint, "LongType"},
    ClassName{TypeKind::Blob, "BytesType"},
    ClassName{TypeKind::Boolean, "BooleanType"},
    ClassName{TypeKind::Counter, "CounterColumnType"},
    ClassName{TypeKind::Decimal, "DecimalType"},
    ClassName{TypeKind::Double, "DoubleType"},
    ClassName{TypeKind::Float, "FloatType"},
    ClassName{TypeKind::Int, "Int32Type"},
    ClassName{TypeKind::Timestamp, "TimestampType"},
    ClassName{TypeKind::Uuid, "UUIDType"},
    ClassName{TypeKind::Text, "UTF8Type"},
    ClassName{TypeKind::Varint, "IntegerType"},
    ClassName{TypeKind::Timeuuid, "TimeUUIDType"},
    ClassName{TypeKind::Inet, "InetAddressType"},
    ClassName{TypeKind::Date, "SimpleDateType"},
    ClassName{TypeKind::Time, "TimeType"},
    ClassName{TypeKind::Smallint, "ShortType"},
    ClassName{TypeKind::Tinyint, "ByteType"},
    ClassName{TypeKind::Duration, "DurationType"},
    ClassName{TypeKind::Empty, "EmptyType"},
};

std::string withPackage(std::string_view name)
{
    return std::string{kPackage} + std::string{name};
}

/// Cassandra leaves FrozenType out inside of a frozen type: `ignoreFreezing`.
std::string writeClassName(const Type& type, bool ignoreFreezing)
{
    const bool frozen = !ignoreFreezing && type.isFrozen();
    const bool inner = ignoreFreezing || type.isFrozen();
    std::string out;
    switch (type.kind()) {
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map: {
        const char* name = type.kind() == TypeKind::List  ? "ListType("
                           : type.kind() == TypeKind::Set ? "SetType("
                                                          : "MapType(";
        out = withPackage(name) + writeClassName(*type.parameters()[0], inner);
        if (type.kind() == TypeKind::Map)
            out += "," + writeClassName(*type.parameters()[1], inner);
        out += ")";
        break;
    }
    case TypeKind::Tuple:
        // A tuple is frozen without saying so, and so are its elements.
        out = withPackage("TupleType(");
        for (std::size_t i = 0; i < type.parameters().size(); ++i)
            out += (i > 0 ? "," : "") + writeClassName(*type.parameters()[i], true);
        return out + ")";
    case TypeKind::Vector:
        return withPackage("VectorType(") + writeClassName(*type.parameters()[0], ignoreFreezing) +
               " , " + std::to_string(type.dimension()) + ")";
    case TypeKind::Udt:
        out = withPackage("UserType(") + type.keyspace() + "," + toHex(type.name());
        for (std::size_t i = 0; i < type.parameters().size(); ++i)
            out += "," + toHex(type.fieldNames()[i]) + ":" +
                   writeClassName(*type.parameters()[i], inner);
        out += ")";
        break;
    case TypeKind::Custom:
        return type.name();
    default:
        for (const auto& known : kClassNames) {
            if (known.kind == type.kind())
                return withPackage(known.name);
        }
        return {};
    }
    return frozen ? withPackage("FrozenType(") + out + ")" : out;
}

/// Recursive descent over TypeParser's grammar: Name ( '(' parameters ')' )?
class ClassNameParser {
public:
    explicit ClassNameParser(std::string_view text) : m_text(text) {}

    Result<TypePtr> parseAll(bool* reversed)
    {
        RW_ASSIGN(TypePtr type, parseType(0, reversed));
        skipBlanks();
        if (m_at != m_text.size())
            return error("unexpected text after the type");
        return type;
    }

private:
    Error error(std::string_view what) const
    {
        return {ErrorCode::Invalid, fmt::format("Cannot read the type '{}': {} at character {}",
                                                m_text, what, m_at + 1)};
    }
    void skipBlanks()
    {
        while (m_at < m_text.size() &&
               (m_text[m_at] == ' ' || m_text[m_at] == '\t' || m_text[m_at] == '\n'))
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
    std::string_view word()
    {
        skipBlanks();
        const std::size_t from = m_at;
        const auto isWord = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '.' || c == '$' || c == '-' || c == '+' || c == '&';
        };
        while (m_at < m_text.size() && isWord(m_text[m_at]))
            ++m_at;
        return m_text.substr(from, m_at - from);
    }

    Result<TypePtr> parseType(int depth, bool* reversed)
    {
        if (depth > kNestingMax)
            return error("types are nested too deeply");
        skipBlanks();
        const std::size_t from = m_at;
        const std::string_view full = word();
        if (full.empty())
            return error("expected a type name");
        std::string_view name = full;
        const bool ours = name.starts_with(kPackage);
        if (ours)
            name.remove_prefix(kPackage.size());
        if (ours || name.find('.') == std::string_view::npos) {
            for (const auto& known : kClassNames) {
                if (known.name == name)
                    return Type::native(known.kind);
            }
            if (name == "UserType")
                return parseUserType(depth);
            if (name == "VectorType")
                return parseVector(depth);
            if (name == "FrozenType" || name == "ReversedType" || name == "ListType" ||
                name == "SetType" || name == "MapType" || name == "TupleType")
                return parseParametrised(name, depth, reversed);
        }
        return parseCustom(from, ours ? "" : kPackage, name.find('.') == std::string_view::npos);
    }

    Result<std::vector<TypePtr>> parseParameters(int depth)
    {
        std::vector<TypePtr> out;
        if (!take('('))
            return error("expected '('");
        if (take(')'))
            return out;
        do {
            RW_ASSIGN(TypePtr type, parseType(depth + 1, nullptr));
            out.push_back(std::move(type));
        } while (take(','));
        if (!take(')'))
            return error("expected ',' or ')'");
        return out;
    }

    Result<TypePtr> parseParametrised(std::string_view name, int depth, bool* reversed)
    {
        RW_ASSIGN(auto parameters, parseParameters(depth));
        if (name == "TupleType")
            return Type::tuple(std::move(parameters));
        if (parameters.size() != (name == "MapType" ? 2U : 1U))
            return error(fmt::format("{} takes {} parameter(s)", name, name == "MapType" ? 2 : 1));
        if (name == "MapType")
            return Type::map(parameters[0], parameters[1]);
        if (name == "ListType")
            return Type::list(parameters[0]);
        if (name == "SetType")
            return Type::set(parameters[0]);
        if (name == "FrozenType")
            return Type::frozen(parameters[0]);
        if (reversed != nullptr)
            *reversed = true;
        return parameters[0];
    }

    Result<TypePtr> parseVector(int depth)
    {
        if (!take('('))
            return error("expected '('");
        RW_ASSIGN(TypePtr element, parseType(depth + 1, nullptr));
        if (!take(','))
            return error("expected ','");
        const std::string_view digits = word();
        std::uint32_t dimension = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), dimension);
        if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || dimension == 0 ||
            dimension > INT32_MAX)
            return error("expected the vector's dimension");
        if (!take(')'))
            return error("expected ')'");
        return Type::vector(std::move(element), dimension);
    }

    Result<TypePtr> parseUserType(int depth)
    {
        if (!take('('))
            return error("expected '('");
        std::string keyspace{word()};
        Bytes name;
        if (!take(',') || !fromHex(word(), name))
            return error("expected the user type's name in hexadecimal");
        std::vector<Type::Field> fields;
        while (take(',')) {
            Type::Field field;
            if (!fromHex(word(), field.name) || !take(':'))
                return error("expected a field's name in hexadecimal and ':'");
            RW_ASSIGN(field.type, parseType(depth + 1, nullptr));
            fields.push_back(std::move(field));
        }
        if (!take(')'))
            return error("expected ',' or ')'");
        return Type::udt(std::move(keyspace), std::move(name), std::move(fields), false);
    }

    /// Any other class, with whatever stands in its parentheses.
    Result<TypePtr> parseCustom(std::size_t from, std::string_view package, bool isShort)
    {
        skipBlanks();
        if (m_at < m_text.size() && m_text[m_at] == '(') {
            int open = 0;
            do {
                open +=
                    static_cast<int>(m_text[m_at] == '(') - static_cast<int>(m_text[m_at] == ')');
                ++m_at;
            } while (open > 0 && m_at < m_text.size());
            if (open > 0)
                return error("expected ')'");
        }
        std::string name{m_text.substr(from, m_at - from)};
        return Type::custom(isShort ? std::string{package} + name : name);
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

std::string Type::className(bool reversed) const
{
    std::string name = writeClassName(*this, false);
    return reversed ? withPackage("ReversedType(") + name + ")" : name;
}

Result<TypePtr> Type::parseClassName(std::string_view text, bool* reversed)
{
    if (reversed != nullptr)
        *reversed = false;
    return ClassNameParser{text}.parseAll(reversed);
}

} // namespace engine::cql
