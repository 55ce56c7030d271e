#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A model as one value: the conceptual model, the application's queries, and the tables that they
/// led to. Everything here is plain data: copy it, compare it, edit the copy. Every function of
/// this folder that changes a model takes one and returns another, which is how undo works.
namespace engine::modeling {

/// Names an element (entity type, attribute, query, table, column …) inside one Model, for as long
/// as that model is in memory: a rename keeps it, undo brings it back. Unique over all kinds of
/// elements. Never in a file: files refer by name. 0 is nothing.
enum class ElementId : std::uint32_t { None = 0 };

struct Point {
    double x = 0;
    double y = 0; ///< downward, in logical pixels of the canvas
    friend bool operator==(const Point&, const Point&) = default;
};

// ---- conceptual model: Chen's notation, as Chebotko et al. (2015) use it ------------------------

enum class AttributeKind : std::uint8_t { Simple, Composite, MultiValued, Derived };

struct Attribute {
    ElementId id{};
    std::string name;
    AttributeKind kind = AttributeKind::Simple;
    bool key = false; ///< part of the key (of a weak entity type: of its partial key)
    std::string type =
        "text"; ///< a CQL type; of a MultiValued one the element's, unless it is a collection
    std::vector<Attribute> parts; ///< of a Composite one
    std::string comment;
    friend bool operator==(const Attribute&, const Attribute&) = default;
};

struct EntityType {
    ElementId id{};
    std::string name;
    bool weak = false; ///< its key is its partial key and the key of the owner, by the identifying
                       ///< relationship
    std::vector<Attribute> attributes;
    std::optional<double> instances; ///< how many there will be; used for sizes
    std::string comment;
    friend bool operator==(const EntityType&, const EntityType&) = default;
};

enum class Cardinality : std::uint8_t { One, Many };

/// One line from a relationship type to an entity type. `cardinality` is what stands at this end of
/// the line: "Hotel 1 — has — n Room" is One at Hotel and Many at Room.
struct Participation {
    ElementId entity{};
    Cardinality cardinality = Cardinality::Many;
    bool total = false; ///< every instance takes part (double line)
    std::string role;   ///< tells the ends apart where an entity type occurs twice
    std::optional<double>
        average; ///< instances at this end for one of the other end: rooms a hotel
    std::optional<double> maximum; ///< the largest, for the worst case
    friend bool operator==(const Participation&, const Participation&) = default;
};

struct RelationshipType {
    ElementId id{};
    std::string name;
    bool identifying = false;        ///< gives a weak entity type its owner (double diamond)
    std::vector<Participation> ends; ///< two or more
    std::vector<Attribute>
        attributes; ///< an attribute with `key` is part of the relationship's own key
    std::string comment;
    friend bool operator==(const RelationshipType&, const RelationshipType&) = default;
};

/// IsA: every instance of a subtype is an instance of the supertype and has its attributes and key.
struct Hierarchy {
    ElementId id{};
    ElementId supertype{};
    std::vector<ElementId> subtypes;
    bool disjoint = true;
    bool covering = false;
    friend bool operator==(const Hierarchy&, const Hierarchy&) = default;
};

// ---- application workflow -----------------------------------------------------------------------

/// A task or screen of the application.
struct Screen {
    ElementId id{};
    std::string name;
    std::string comment;
    friend bool operator==(const Screen&, const Screen&) = default;
};

enum class Access : std::uint8_t { Read, Write };

struct Ordering {
    ElementId attribute{};
    bool descending = false;
    friend bool operator==(const Ordering&, const Ordering&) = default;
};

/// One access pattern in plain fields: find `returns`, given `equality` and a range of `range`,
/// ordered by `order`. Attributes may belong to any entity or relationship types that a path of
/// relationships connects.
struct Query {
    ElementId id{};
    std::string label;    ///< "Q1"; unique
    std::string question; ///< "Hotels near a POI"
    Access access = Access::Read;
    std::vector<ElementId> equality;
    std::vector<ElementId> range; ///< inequality search attributes
    std::vector<Ordering> order;
    std::vector<ElementId> returns; ///< empty: every attribute of `finds`
    ElementId finds{};              ///< the entity or relationship type that is asked for
    std::vector<ElementId>
        via; ///< relationship types to go by where several paths exist; else empty
    /// How wide the range usually is: days for a date or time, values for anything else. Says how
    /// many buckets a query reads.
    std::optional<double> rangeWidth;
    /// Where the path goes through a relationship type of an entity type with itself: the role of
    /// the end whose attributes are given; the other end is found. Empty: the first end is given.
    std::string givenRole;
    std::string tableName; ///< the name wanted for its table; empty: "entity_by_attribute"
    /// The chosen split: those of `equality` that form the partition key, the others are the first
    /// clustering columns. Empty: all of them.
    std::vector<ElementId> partitionKey;
    bool unique = false;       ///< answers at most one row
    double callsPerSecond = 0; ///< expected; 0: not said
    std::optional<double> targetP99Ms;
    ElementId from{}; ///< the screen that asks; None: an entry point
    ElementId to{};   ///< the screen that shows the answer; may be None
    std::string comment;
    friend bool operator==(const Query&, const Query&) = default;
};

// ---- tables: logical (keys) and physical (types, options) in one ------------------------------

/// What a column is in the key.
enum class ColumnRole : std::uint8_t { PartitionKey, Clustering, Static, Regular };

/// Which mapping rule put a column where it is.
enum class MappingRule : std::uint8_t { None, MR1, MR2, MR3, MR4, MR5, Bucket, User };

/// What the sizing panel knows of one column. Unset: the default for its type.
struct ColumnSizing {
    std::optional<double> averageBytes; ///< of the value; of one element for a collection
    std::optional<double> maximumBytes;
    std::optional<double> nullShare; ///< 0…1, of rows
    /// Of a collection, on average; of a counter its shards (TableInputs::counterShards).
    std::optional<double> elements;
    std::optional<double> maximumElements;
    std::optional<double> distinctValues; ///< cardinality, for hot-spot advice
    /// A collection or user type that is not frozen: its elements come one by one. Else each row
    /// writes it as a whole, which stores a deletion of what was there before.
    bool appended = false;
    friend bool operator==(const ColumnSizing&, const ColumnSizing&) = default;
};

struct TableColumn {
    ElementId id{};
    std::string name;
    std::string type = "text"; ///< a CQL type, "frozen<address>", "set<text>", "counter"
    ColumnRole role = ColumnRole::Regular;
    bool descending = false; ///< Clustering only
    ElementId attribute{};   ///< where it comes from; None: the user's own, or a bucket
    MappingRule rule = MappingRule::User;
    std::string reason;   ///< one sentence: why the rule put it there
    std::string bucketOf; ///< a bucket column: "month(date)", "hash(guest_id, 16)"; else empty
    ColumnSizing sizing;
    std::string comment;
    friend bool operator==(const TableColumn&, const TableColumn&) = default;
};

/// A secondary index. `kind` as in CQL: empty (2i), "sai", "StorageAttachedIndex", a class name.
struct TableIndex {
    ElementId id{};
    std::string name;
    std::string target; ///< "confirm_number", "keys(m)", "entries(m)", "full(l)"
    std::string kind = "sai";
    std::map<std::string, std::string> options;
    friend bool operator==(const TableIndex&, const TableIndex&) = default;
};

/// How many rows a partition has, and how that grows. Numbers may be given as expressions
/// ("410×730"), rows also as a distribution (row_spread.h: "90% 100; 10% 1..5000").
struct TableSizing {
    std::string rows;        ///< rows a partition; empty: derived from instances and averages
    std::string maximumRows; ///< in the largest partition; empty: as derived, or as `rows` spreads
    std::optional<double> rowsPerDay;      ///< growth of one partition
    std::optional<double> ttlSeconds;      ///< empty: the table's default_time_to_live
    std::optional<double> partitions;      ///< of the table
    std::optional<double> averageOverhead; ///< tavg of the classical formula; 8 if unset
    std::optional<double>
        compressionRatio; ///< compressed/uncompressed; unset: measured on sample rows
    std::optional<double> writeSpanSeconds; ///< from the first to the last write that one SSTable
                                            ///< holds; an hour if unset
    std::optional<double> deletedRows;      ///< 0…1, of rows: deleted, and not yet purged
    std::optional<double> deletedCells;     ///< 0…1, of the regular cells of the other rows
    std::optional<double> rangeDeletions;   ///< range tombstones in a partition
    bool updated = false; ///< rows come by UPDATE: none has the row marker that INSERT writes
    std::optional<double> limitBytes; ///< 100 MB if unset
    std::optional<double> limitCells; ///< 100,000 if unset
    std::optional<double> limitRows;  ///< 100,000 if unset
    friend bool operator==(const TableSizing&, const TableSizing&) = default;
};

struct ModelTable {
    ElementId id{};
    std::string keyspace; ///< a name of Model::keyspaces
    std::string name;
    std::vector<TableColumn>
        columns; ///< partition key, clustering, static, regular; each in its order
    std::vector<TableIndex> indexes;
    std::vector<ElementId> queries; ///< that it was made for
    /// Table options as CQL has them: "gc_grace_seconds" → "864000", "compaction" → "{'class': …}".
    std::map<std::string, std::string> options;
    ElementId viewOf{};  ///< a materialized view of that table; else None
    bool edited = false; ///< by hand since it was generated: generating again asks first
    std::string comment;
    TableSizing sizing;
    friend bool operator==(const ModelTable&, const ModelTable&) = default;
};
/// Whether a column of it is a counter.
[[nodiscard]] bool isCounterTable(const ModelTable& table);

struct TypeField {
    std::string name;
    std::string type;
    friend bool operator==(const TypeField&, const TypeField&) = default;
};

struct UserType {
    ElementId id{};
    std::string keyspace;
    std::string name;
    std::vector<TypeField> fields;
    ElementId attribute{}; ///< the Composite attribute that it comes from, if any
    friend bool operator==(const UserType&, const UserType&) = default;
};

struct ModelKeyspace {
    ElementId id{};
    std::string name;
    /// As in CQL: "class" → "NetworkTopologyStrategy", "datacenter1" → "3".
    std::map<std::string, std::string> replication{{"class", "SimpleStrategy"},
                                                   {"replication_factor", "3"}};
    bool durableWrites = true;
    friend bool operator==(const ModelKeyspace&, const ModelKeyspace&) = default;
};

/// A note that is pinned to a diagram.
struct Note {
    ElementId id{};
    std::string diagram; ///< "conceptual", "workflow", "logical"
    std::string text;
    friend bool operator==(const Note&, const Note&) = default;
};

/// What of a model a cluster had after the last deployment to it.
struct Deployment {
    std::string cluster;  ///< its name: "workshop"
    std::string identity; ///< which cluster that is, names apart: "bundled:workshop"
    std::string at;       ///< "2026-11-21T12:40:05Z"
    std::string cql;      ///< the CREATE statements of the model's keyspaces there, afterwards
    friend bool operator==(const Deployment&, const Deployment&) = default;
};

/// The whole document.
struct Model {
    std::string name = "untitled";
    std::string comment;
    std::vector<EntityType> entities;
    std::vector<RelationshipType> relationships;
    std::vector<Hierarchy> hierarchies;
    std::vector<Screen> screens;
    std::vector<Query> queries;
    std::vector<ModelKeyspace> keyspaces;
    std::vector<UserType> types;
    std::vector<ModelTable> tables;
    std::vector<Note> notes;
    std::vector<Deployment> deployments; ///< one a cluster, the newest first
    /// Where things stand on their diagrams: centre of an entity, relationship, attribute, screen,
    /// table, type or note. What has none is laid out.
    std::map<ElementId, Point> positions;
    std::uint32_t lastId = 0;

    [[nodiscard]] ElementId newId() { return ElementId{++lastId}; }
    friend bool operator==(const Model&, const Model&) = default;
};

using ModelPtr = std::shared_ptr<const Model>;

// ---- looking things up; nullptr if there is none. Linear: make an Index for loops ---------------

[[nodiscard]] const EntityType* findEntity(const Model& model, ElementId id);
[[nodiscard]] const RelationshipType* findRelationship(const Model& model, ElementId id);
[[nodiscard]] const Query* findQuery(const Model& model, ElementId id);
[[nodiscard]] const ModelTable* findTable(const Model& model, ElementId id);
[[nodiscard]] const ModelTable* findTable(const Model& model, std::string_view keyspace,
                                          std::string_view name);

/// An attribute (or a part of one) and whose it is.
struct AttributeOwner {
    const Attribute* attribute = nullptr;
    const Attribute* composite = nullptr; ///< if it is a part of one
    const EntityType* entity = nullptr;   ///< one of these two is set
    const RelationshipType* relationship = nullptr;
};
[[nodiscard]] AttributeOwner findAttribute(const Model& model, ElementId id);
/// "Hotel.hotel_id", "Guest.address.city"; empty if there is none.
[[nodiscard]] std::string attributePath(const Model& model, ElementId id);
/// The attribute of that path, or None.
[[nodiscard]] ElementId attributeByPath(const Model& model, std::string_view path);
/// The name of any element ("Hotel", "Q4", "hotel.rooms"), for messages; empty if there is none.
[[nodiscard]] std::string elementName(const Model& model, ElementId id);

} // namespace engine::modeling
