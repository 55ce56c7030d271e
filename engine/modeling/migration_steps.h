#pragma once

#include "engine/modeling/schema_compare.h"

/// Collects the steps of a migration in the order in which they can run: internal to schema_diff.
namespace engine::modeling {

/// Statements are given in any order; finish() sorts them into stages and links each to what it
/// needs.
class MigrationSteps {
public:
    /// `effective`: the model under its new names; both outlive this.
    MigrationSteps(const Model& effective, const Rebuilds& rebuilds);

    void createKeyspace(const std::string& keyspace);
    void alterKeyspace(const schema::Keyspace& wanted, bool replication);
    /// The model's CREATE for that name (the new one). `late`, of a view: after columns of its
    /// table were dropped.
    void create(ObjectKind kind, const std::string& keyspace, const std::string& name,
                bool late = false);
    void createIndex(const std::string& keyspace, const std::string& table, const std::string& name,
                     const schema::Table& of, const schema::Index& index);
    void alterType(const std::string& keyspace, const std::string& name, const TypeChange& change);
    void alterTable(const std::string& keyspace, const std::string& name, const TableChange& change,
                    const schema::Keyspace& live);
    void alterView(const std::string& keyspace, const std::string& name, const TableChange& change);
    /// Drops and creates.
    void remakeView(const std::string& keyspace, const std::string& name, bool late);
    void copyTable(const std::string& keyspace, const std::string& from, const std::string& to,
                   const schema::Table& wanted, const schema::Table& live);
    void dropType(const std::string& keyspace, const std::string& name);
    void dropView(const std::string& keyspace, const std::string& name);
    /// With its views; `replacedBy`: the table whose switch comes before.
    void dropTable(const std::string& keyspace, const std::string& name,
                   const schema::Keyspace& live, const std::optional<std::string>& replacedBy);
    /// `again`: an index of the same name follows.
    void dropIndex(const std::string& keyspace, const std::string& table, const std::string& name,
                   bool again);

    void finish(SchemaDiff& to);

private:
    /// Stages run one after another; within one the order of arrival holds.
    enum class Stage : std::uint8_t {
        Keyspace,
        Type,
        Table,
        Alter,
        FreeName, ///< of indexes and views that are made again
        Index,
        View,
        Copy,
        Verify,
        Switch,
        DropIndex,
        DropView,
        DropColumn,
        RemakeView,
        DropTable,
        DropType,
    };
    struct Step {
        Stage stage = Stage::Keyspace;
        MigrationStep step;
        std::set<std::string> makes; ///< "table ks.t", "column ks.t.c" …
        std::set<std::string> needs; ///< what must have been made or freed by an earlier step
    };
    Step& add(Stage stage, StepKind kind, std::string title, std::string cql);
    void dropViewOnce(const std::string& keyspace, const std::string& name, Stage stage);

    const Model& m_model;
    const Rebuilds& m_rebuilds;
    std::vector<CqlStatement> m_creates;
    std::vector<Step> m_steps;
    std::set<std::string> m_droppedViews;
};

} // namespace engine::modeling
