#include "engine/cql/keywords.h"

#include "engine/cql/keyword_table.h"
#include "engine/cql/text_util.h"

#include <algorithm>
#include <array>
#include <vector>

namespace engine::cql {

namespace {

struct KeywordEntry {
    std::string_view text;
    KeywordClass cls;
};
constexpr std::array kEntries{KeywordEntry{"", KeywordClass::None},
#define RW_ENTRY(name, text, cls) KeywordEntry{text, KeywordClass::cls},
                              RW_CQL_KEYWORDS(RW_ENTRY)
#undef RW_ENTRY
};

constexpr std::uint32_t hashKeyword(std::string_view word) noexcept
{
    std::uint32_t hash = 2166136261U;
    for (const char c : word)
        hash = (hash ^ static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c)) * 16777619U;
    return hash ^ (hash >> 15);
}

constexpr std::size_t kSlots = 1024;
static_assert(kEntries.size() < 256 && kEntries.size() * 4 < kSlots);

/// Open addressing; 0 is a free slot.
constexpr std::array<std::uint8_t, kSlots> makeSlots()
{
    std::array<std::uint8_t, kSlots> slots{};
    for (std::size_t i = 1; i < kEntries.size(); ++i) {
        std::size_t at = hashKeyword(kEntries[i].text) % kSlots;
        while (slots[at] != 0)
            at = (at + 1) % kSlots;
        slots[at] = static_cast<std::uint8_t>(i);
    }
    return slots;
}
constexpr auto kSlotOf = makeSlots();

/// Cassandra quotes some words that its parser takes as names (ReservedKeywords), so they are
/// quoted here too: DESCRIBE must give the same text.
constexpr std::string_view kQuotedThough[] = {"default", "mbean", "mbeans", "replace", "unset"};

bool isQuoted(const KeywordEntry& entry)
{
    return entry.cls == KeywordClass::Reserved ||
           std::find(std::begin(kQuotedThough), std::end(kQuotedThough), entry.text) !=
               std::end(kQuotedThough);
}

/// Constant after the first call.
const std::vector<std::string_view>& wordsWhere(bool reserved)
{
    const auto collect = [](bool wanted) {
        std::vector<std::string_view> out;
        for (std::size_t i = 1; i < kEntries.size(); ++i) {
            if (isQuoted(kEntries[i]) == wanted)
                out.push_back(kEntries[i].text);
        }
        std::sort(out.begin(), out.end());
        return out;
    };
    static const std::vector<std::string_view> kReserved = collect(true);
    static const std::vector<std::string_view> kUnreserved = collect(false);
    return reserved ? kReserved : kUnreserved;
}

} // namespace

Keyword findKeyword(std::string_view word) noexcept
{
    if (word.size() < 2 || word.size() > 14)
        return Keyword::None;
    std::size_t at = hashKeyword(word) % kSlots;
    while (kSlotOf[at] != 0) {
        if (equalsIgnoringCase(kEntries[kSlotOf[at]].text, word))
            return static_cast<Keyword>(kSlotOf[at]);
        at = (at + 1) % kSlots;
    }
    return Keyword::None;
}

KeywordClass keywordClass(Keyword keyword) noexcept
{
    return kEntries[static_cast<std::size_t>(keyword)].cls;
}

std::string_view keywordText(Keyword keyword) noexcept
{
    return kEntries[static_cast<std::size_t>(keyword)].text;
}

TypeKind nativeTypeOf(Keyword keyword) noexcept
{
    switch (keyword) {
    case Keyword::Ascii:
        return TypeKind::Ascii;
    case Keyword::Bigint:
        return TypeKind::Bigint;
    case Keyword::Blob:
        return TypeKind::Blob;
    case Keyword::BooleanType:
        return TypeKind::Boolean;
    case Keyword::Counter:
        return TypeKind::Counter;
    case Keyword::Date:
        return TypeKind::Date;
    case Keyword::Decimal:
        return TypeKind::Decimal;
    case Keyword::Double:
        return TypeKind::Double;
    case Keyword::DurationType:
        return TypeKind::Duration;
    case Keyword::FloatType:
        return TypeKind::Float;
    case Keyword::Inet:
        return TypeKind::Inet;
    case Keyword::Int:
        return TypeKind::Int;
    case Keyword::Smallint:
        return TypeKind::Smallint;
    case Keyword::Time:
        return TypeKind::Time;
    case Keyword::Timestamp:
        return TypeKind::Timestamp;
    case Keyword::Timeuuid:
        return TypeKind::Timeuuid;
    case Keyword::Tinyint:
        return TypeKind::Tinyint;
    case Keyword::UuidType:
        return TypeKind::Uuid;
    case Keyword::Varint:
        return TypeKind::Varint;
    default:
        return TypeKind::Text;
    }
}

std::span<const std::string_view> reservedWords() noexcept
{
    return wordsWhere(true);
}

std::span<const std::string_view> unreservedWords() noexcept
{
    return wordsWhere(false);
}

bool isReservedWord(std::string_view word) noexcept
{
    const Keyword keyword = findKeyword(word);
    return keyword != Keyword::None && isQuoted(kEntries[static_cast<std::size_t>(keyword)]);
}

bool isKeyword(std::string_view word) noexcept
{
    return findKeyword(word) != Keyword::None;
}

} // namespace engine::cql
