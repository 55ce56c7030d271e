#include "engine/cql/numbers.h"
#include "engine/cql/parser_impl.h"
#include "engine/cql/text_util.h"

#include <array>
#include <fmt/format.h>

namespace engine::cql {

namespace {

enum class PropertyForm : std::uint8_t { Text, Integer, Number, Truth, Map };
struct KnownProperty {
    std::string_view name;
    PropertyForm form;
};
constexpr std::array kKeyspaceProperties{
    KnownProperty{"replication", PropertyForm::Map},
    KnownProperty{"durable_writes", PropertyForm::Truth},
};
constexpr std::array kTableProperties{
    KnownProperty{"additional_write_policy", PropertyForm::Text},
    KnownProperty{"allow_auto_snapshot", PropertyForm::Truth},
    KnownProperty{"bloom_filter_fp_chance", PropertyForm::Number},
    KnownProperty{"caching", PropertyForm::Map},
    KnownProperty{"cdc", PropertyForm::Truth},
    KnownProperty{"comment", PropertyForm::Text},
    KnownProperty{"compaction", PropertyForm::Map},
    KnownProperty{"compression", PropertyForm::Map},
    KnownProperty{"crc_check_chance", PropertyForm::Number},
    KnownProperty{"default_time_to_live", PropertyForm::Integer},
    KnownProperty{"extensions", PropertyForm::Map},
    KnownProperty{"gc_grace_seconds", PropertyForm::Integer},
    KnownProperty{"id", PropertyForm::Text},
    KnownProperty{"incremental_backups", PropertyForm::Truth},
    KnownProperty{"max_index_interval", PropertyForm::Integer},
    KnownProperty{"memtable", PropertyForm::Text},
    KnownProperty{"memtable_flush_period_in_ms", PropertyForm::Integer},
    KnownProperty{"min_index_interval", PropertyForm::Integer},
    KnownProperty{"read_repair", PropertyForm::Text},
    KnownProperty{"speculative_retry", PropertyForm::Text},
};
constexpr std::array kIndexProperties{
    KnownProperty{"options", PropertyForm::Map},
};
/// Options of old versions, which Cassandra takes and forgets.
constexpr std::string_view kObsoleteProperties[] = {"dclocal_read_repair_chance", "index_interval",
                                                    "populate_io_cache_on_flush",
                                                    "read_repair_chance", "replicate_on_write"};

bool isTruth(std::string_view value)
{
    for (const auto word : {"1", "true", "yes", "0", "false", "no"}) {
        if (equalsIgnoringCase(value, word))
            return true;
    }
    return false;
}

} // namespace

std::span<const Property> Parser::properties(PropertySet set)
{
    Node node{*this, NodeKind::Clause};
    ArenaVector<Property> out{m_arena};
    do
        property(out, set);
    while (accept(Keyword::And));
    return out.span();
}

void Parser::property(ArenaVector<Property>& out, PropertySet set)
{
    Node node{*this, NodeKind::Property};
    const std::uint32_t begin = here();
    Property made;
    made.name = name("the name of an option");
    expect(TokenKind::Equal, "'='");
    if (at(TokenKind::BraceOpen)) {
        made.isMap = true;
        made.entries = propertyMap();
    } else if (startsOperand(0, false) && !at(TokenKind::Question) && !at(TokenKind::Colon) &&
               !at(TokenKind::BracketOpen) && !at(TokenKind::ParenOpen) && !at(TokenKind::Word)) {
        made.value = literal(peek()).text;
        advance();
    } else if (at(TokenKind::Word) && peek().keyword != Keyword::None && isName(peek())) {
        made.value = lower(text(peek()));
        advance();
    } else {
        unexpected("a constant or a map of constants");
        made.range = since(begin);
        return;
    }
    made.range = since(begin);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i].name == made.name)
            complain(made.range, fmt::format("Multiple definitions for property '{}'", made.name));
    }
    checkProperty(made, set);
    out.push(made);
}

std::span<const Property::Entry> Parser::propertyMap()
{
    ArenaVector<Property::Entry> out{m_arena};
    const Term map = braces(false);
    if (map.kind == TermKind::Set && map.items.empty())
        return {};
    if (map.kind != TermKind::Map) {
        if (!failed())
            complain(map.range, "a map {'name': 'value'} is expected here");
        return {};
    }
    for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
        const Term& key = map.items[i];
        const Term& value = map.items[i + 1];
        if (!key.isLiteral() || !value.isLiteral()) {
            const Term& culprit = key.isLiteral() ? value : key;
            const std::string_view source =
                m_source.substr(culprit.range.begin, culprit.range.end - culprit.range.begin);
            if (!failed())
                complain(culprit.range,
                         fmt::format("Invalid property {}: {}{}{}",
                                     key.isLiteral() ? "value" : "name",
                                     culprit.kind == TermKind::Null ? "NULL" : source,
                                     key.isLiteral() ? fmt::format(" for property: '{}'", key.text)
                                                     : std::string{},
                                     culprit.kind == TermKind::Marker
                                         ? " (bind variables are not supported in DDL queries)"
                                         : ""));
            break;
        }
        for (std::size_t other = 0; other < out.size(); ++other) {
            if (out[other].key == key.text)
                complain(key.range, fmt::format("Multiple definition for property {}", key.text));
        }
        out.push({key.text, value.text});
    }
    return out.span();
}

void Parser::checkProperty(const Property& property, PropertySet set)
{
    if (m_failed && m_sink == nullptr)
        return;
    std::span<const KnownProperty> known = kTableProperties;
    if (set == PropertySet::Keyspace)
        known = kKeyspaceProperties;
    else if (set == PropertySet::Index)
        known = kIndexProperties;
    const KnownProperty* found = nullptr;
    for (const auto& candidate : known) {
        if (candidate.name == property.name)
            found = &candidate;
    }
    if (found == nullptr) {
        for (const auto obsolete : kObsoleteProperties) {
            if (set != PropertySet::Keyspace && obsolete == property.name)
                return;
        }
        complain(property.range, fmt::format("Unknown property '{}'", property.name));
        return;
    }
    if ((found->form == PropertyForm::Map) != property.isMap) {
        complain(property.range, fmt::format("Invalid value for property '{}'. It should be a {}.",
                                             property.name, property.isMap ? "string" : "map"));
        return;
    }
    switch (found->form) {
    case PropertyForm::Integer: {
        const auto value = int64FromString(property.value);
        if (!value || *value > INT32_MAX || *value < INT32_MIN)
            complain(property.range, fmt::format("Invalid integer value {} for '{}'",
                                                 property.value, property.name));
        break;
    }
    case PropertyForm::Number:
        if (!doubleFromString(property.value))
            complain(property.range, fmt::format("Invalid double value {} for '{}'", property.value,
                                                 property.name));
        break;
    case PropertyForm::Truth:
        if (!isTruth(property.value))
            complain(property.range, fmt::format("Invalid boolean value {} for '{}'. Positive "
                                                 "values can be '1', 'true' or 'yes'. "
                                                 "Negative values can be '0', 'false' or 'no'.",
                                                 property.value, property.name));
        break;
    default:
        break;
    }
}

} // namespace engine::cql
