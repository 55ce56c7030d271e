#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <cstdint>
#include <string>
#include <vector>

/// What the mapper and the coverage know about a model. Private to this folder's .cpp files.
namespace engine::modeling {

/// Lookups by id in one step, and the graph of entity and relationship types. Keeps a reference to
/// the model.
class ModelIndex {
public:
    explicit ModelIndex(const Model& model);

    struct Owned {
        const Attribute* attribute = nullptr;
        const Attribute* composite = nullptr; ///< if it is a part of one
        ElementId owner{};
    };
    [[nodiscard]] const Model& model() const { return m_model; }
    [[nodiscard]] const Owned& attribute(ElementId id) const { return slot(id).attribute; }
    [[nodiscard]] const EntityType* entity(ElementId id) const { return slot(id).entity; }
    [[nodiscard]] const RelationshipType* relationship(ElementId id) const
    {
        return slot(id).relationship;
    }
    [[nodiscard]] const Query* query(ElementId id) const { return slot(id).query; }
    [[nodiscard]] const std::vector<Attribute>& attributesOf(ElementId type) const;
    [[nodiscard]] std::string nameOf(ElementId type) const;
    /// Types one step away: relationship types of an entity type and the other way, super- and
    /// subtypes. In the model's order.
    [[nodiscard]] const std::vector<ElementId>& neighbours(ElementId type) const
    {
        return slot(type).neighbours;
    }
    /// The identifying relationship of a weak entity type; nullptr if there is none.
    [[nodiscard]] const RelationshipType* identifying(ElementId entity) const
    {
        return slot(entity).identifying;
    }
    [[nodiscard]] ElementId supertype(ElementId entity) const { return slot(entity).supertype; }
    [[nodiscard]] std::size_t size() const { return m_slots.size(); }

private:
    struct Slot {
        Owned attribute;
        const EntityType* entity = nullptr;
        const RelationshipType* relationship = nullptr;
        const RelationshipType* identifying = nullptr;
        const Query* query = nullptr;
        ElementId supertype{};
        std::vector<ElementId> neighbours;
    };
    [[nodiscard]] const Slot& slot(ElementId id) const
    {
        const auto at = static_cast<std::size_t>(id);
        return m_slots[at < m_slots.size() ? at : 0];
    }
    Slot& made(ElementId id);
    void own(const std::vector<Attribute>& attributes, ElementId owner);

    const Model& m_model;
    std::vector<Slot> m_slots; ///< by id; the one of None stays empty
};

/// A column before it has a name: an attribute, as it stands in one query.
struct Term {
    ElementId attribute{};
    bool given = false;   ///< of the given end of a recursive relationship type
    bool element = false; ///< one element of a multi-valued attribute
    friend bool operator==(const Term&, const Term&) = default;
};

/// A set of terms of one QueryGraph, by number.
class TermSet {
public:
    explicit TermSet(std::size_t size) : m_words((size + 63) / 64) {}
    [[nodiscard]] bool has(std::size_t at) const { return (m_words[at / 64] >> (at % 64)) & 1U; }
    void add(std::size_t at) { m_words[at / 64] |= std::uint64_t{1} << (at % 64); }
    void remove(std::size_t at) { m_words[at / 64] &= ~(std::uint64_t{1} << (at % 64)); }
    [[nodiscard]] bool hasAll(const std::vector<std::size_t>& terms) const
    {
        for (const std::size_t term : terms) {
            if (!has(term))
                return false;
        }
        return true;
    }

private:
    std::vector<std::uint64_t> m_words;
};

/// The types that a query runs through, and which of their attributes determine which.
class QueryGraph {
public:
    /// Fails with a sentence if nothing is to be found, or no path connects the attributes.
    [[nodiscard]] static Result<QueryGraph> make(const ModelIndex& index, const Query& query);

    [[nodiscard]] const ModelIndex& index() const { return *m_index; }
    [[nodiscard]] const std::vector<ElementId>& path() const { return m_path; }
    [[nodiscard]] bool onPath(ElementId type) const;
    /// The relationship type of an entity type with itself, where the path has one.
    [[nodiscard]] const RelationshipType* recursive() const { return m_recursive; }
    [[nodiscard]] ElementId recursiveEntity() const { return m_recursiveEntity; }
    /// The end of recursive() that is given.
    [[nodiscard]] std::size_t givenEnd() const { return m_givenEnd; }
    /// Two shortest ways to the same type, as names; empty if the path is the only one.
    [[nodiscard]] const std::string& ambiguity() const { return m_ambiguity; }

    [[nodiscard]] const std::vector<Term>& terms() const { return m_terms; }
    /// Its number; made if new.
    std::size_t number(const Term& term);
    [[nodiscard]] std::size_t size() const { return m_terms.size(); }

    /// The key of a type, owner's first; of a relationship type what tells its instances apart.
    /// Empty if the model says none.
    [[nodiscard]] std::vector<std::size_t> keyOf(ElementId type, bool given = false);
    void determines(std::vector<std::size_t> left, std::vector<std::size_t> right);
    /// Everything that the terms determine, with themselves. Call when no more terms come.
    [[nodiscard]] TermSet closure(const std::vector<std::size_t>& terms) const;

    /// The term of a query's search attribute.
    [[nodiscard]] Term searchTerm(ElementId attribute, bool equality) const;

private:
    explicit QueryGraph(const ModelIndex& index) : m_index(&index) {}
    Result<void> connect(const Query& query);
    void addImplied(std::size_t from);
    bool reach(ElementId target);
    void keyInto(ElementId type, bool given, std::vector<std::size_t>& out, int depth);
    void dependencies();
    void dependenciesOf(const RelationshipType& relationship);
    void ownAttributes(ElementId type, bool given, std::vector<std::size_t>& out);

    struct Dependency {
        std::vector<std::size_t> left;
        std::vector<std::size_t> right;
    };
    const ModelIndex* m_index;
    std::vector<ElementId> m_path;
    std::vector<bool> m_onPath;
    std::vector<Term> m_terms;
    std::vector<Dependency> m_dependencies;
    const RelationshipType* m_recursive = nullptr;
    ElementId m_recursiveEntity{};
    std::size_t m_givenEnd = 0;
    std::string m_ambiguity;
};

/// "Hotel id", "hotelId" → "hotel_id".
[[nodiscard]] std::string snakeName(std::string_view name);
[[nodiscard]] std::string pluralName(const std::string& name);
[[nodiscard]] std::string singularName(const std::string& name);

} // namespace engine::modeling
