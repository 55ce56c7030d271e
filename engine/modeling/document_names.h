#pragma once

#include "engine/modeling/model.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

/// The words of the file and the names that references are made of. Private to `document_*.cpp`.
namespace engine::modeling {

/// An enumeration's words, both ways.
template <class Enum, std::size_t N>
struct Words {
    std::array<std::pair<Enum, std::string_view>, N> words;

    [[nodiscard]] std::string_view name(Enum value) const
    {
        for (const auto& [each, word] : words) {
            if (each == value)
                return word;
        }
        return words[0].second;
    }
    [[nodiscard]] std::optional<Enum> value(std::string_view name) const
    {
        for (const auto& [each, word] : words) {
            if (word == name)
                return each;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::string list() const
    {
        std::string text;
        for (const auto& [each, word] : words)
            text += (text.empty() ? "" : ", ") + std::string(word);
        return text;
    }
};

inline constexpr Words<AttributeKind, 4> kAttributeKinds{{{
    {AttributeKind::Simple, "simple"},
    {AttributeKind::Composite, "composite"},
    {AttributeKind::MultiValued, "multi-valued"},
    {AttributeKind::Derived, "derived"},
}}};
inline constexpr Words<Cardinality, 2> kCardinalities{{{
    {Cardinality::One, "one"},
    {Cardinality::Many, "many"},
}}};
inline constexpr Words<ColumnRole, 4> kColumnRoles{{{
    {ColumnRole::PartitionKey, "partition key"},
    {ColumnRole::Clustering, "clustering"},
    {ColumnRole::Static, "static"},
    {ColumnRole::Regular, "regular"},
}}};
inline constexpr Words<MappingRule, 8> kMappingRules{{{
    {MappingRule::None, "none"},
    {MappingRule::MR1, "MR1"},
    {MappingRule::MR2, "MR2"},
    {MappingRule::MR3, "MR3"},
    {MappingRule::MR4, "MR4"},
    {MappingRule::MR5, "MR5"},
    {MappingRule::Bucket, "bucket"},
    {MappingRule::User, "user"},
}}};
inline constexpr Words<Access, 2> kAccesses{{{
    {Access::Read, "read"},
    {Access::Write, "write"},
}}};

/// Names of all elements that the file refers to: "Hotel", "Guest.address.city", "Q4",
/// "hotel.rooms". Hashed, so that writing is linear.
class DocumentNames {
public:
    explicit DocumentNames(const Model& model);
    /// Empty for None and for what is not there.
    [[nodiscard]] std::string nameOf(ElementId id) const
    {
        const auto found = m_names.find(id);
        return found == m_names.end() ? std::string() : found->second;
    }

private:
    void attributes(const std::string& owner, const std::vector<Attribute>& attributes);

    std::unordered_map<ElementId, std::string> m_names;
};

} // namespace engine::modeling
