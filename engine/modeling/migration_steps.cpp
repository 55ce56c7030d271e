#include "engine/modeling/migration_steps.h"

#include "engine/cql/quote.h"
#include "engine/modeling/copy_warning.h"
#include "engine/modeling/figures.h"
#include "engine/schema/describe.h"

#include <algorithm>

namespace engine::modeling {

using cql::quote;

namespace {

std::string fullCql(const std::string& keyspace, const std::string& name)
{
    return quote(keyspace) + "." + quote(name);
}

std::string key(std::string_view kind, const std::string& keyspace, const std::string& name)
{
    return std::string{kind} + " " + keyspace + "." + name;
}

std::string quotedList(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + quote(name);
    return text;
}

} // namespace

MigrationSteps::MigrationSteps(const Model& effective, const Rebuilds& rebuilds)
    : m_model(effective), m_rebuilds(rebuilds)
{
    CqlOptions options;
    options.comments = false;
    m_creates = cqlStatements(effective, options);
}

MigrationSteps::Step& MigrationSteps::add(Stage stage, StepKind kind, std::string title,
                                          std::string cql)
{
    Step step;
    step.stage = stage;
    step.step.kind = kind;
    step.step.title = std::move(title);
    step.step.cql = std::move(cql);
    m_steps.push_back(std::move(step));
    return m_steps.back();
}

void MigrationSteps::createKeyspace(const std::string& keyspace)
{
    for (const CqlStatement& statement : m_creates) {
        if (statement.kind == ObjectKind::Keyspace && statement.keyspace == keyspace)
            add(Stage::Keyspace, StepKind::SchemaChange, "Create keyspace " + keyspace,
                statement.cql)
                .makes.insert(key("keyspace", keyspace, {}));
    }
}

void MigrationSteps::alterKeyspace(const schema::Keyspace& wanted, bool replication)
{
    const std::string create = schema::describeKeyspaceOnly(wanted);
    Step& step =
        add(Stage::Keyspace, StepKind::SchemaChange, "Alter keyspace " + wanted.name,
            "ALTER" + create.substr(create.find(' '), create.size() - create.find(' ') - 1));
    if (replication) {
        step.step.note = "repair afterwards";
        step.step.warning = "Reads may miss rows on new replicas until keyspace " + wanted.name +
                            " has been repaired.";
    }
}

void MigrationSteps::create(ObjectKind kind, const std::string& keyspace, const std::string& name,
                            bool late)
{
    for (const CqlStatement& statement : m_creates) {
        if (statement.kind != kind || statement.keyspace != keyspace || statement.name != name)
            continue;
        const Stage stage = kind == ObjectKind::Type    ? Stage::Type
                            : kind == ObjectKind::Table ? Stage::Table
                            : late                      ? Stage::RemakeView
                                                        : Stage::View;
        const std::string title =
            "Create " + (kind == ObjectKind::Table ? "" : std::string{objectKindName(kind)} + " ") +
            name;
        Step& step = add(stage, StepKind::SchemaChange, title, statement.cql);
        step.makes.insert(key(kind == ObjectKind::Type ? "type" : "table", keyspace, name));
        step.needs.insert(key("keyspace", keyspace, {}));
        step.needs.insert(key("view name", keyspace, name));
        for (const UserType& type : m_model.types) {
            if (type.keyspace == keyspace && statement.cql.find(type.name) != std::string::npos)
                step.needs.insert(key("type", keyspace, type.name));
        }
        for (const ModelTable& table : m_model.tables) {
            const ModelTable* base = findTable(m_model, table.viewOf);
            if (kind != ObjectKind::View || table.name != name || table.keyspace != keyspace ||
                !base)
                continue;
            step.needs.insert(key("table", keyspace, base->name));
            step.needs.insert(key("dropped column", keyspace, base->name));
            for (const TableColumn& column : table.columns)
                step.needs.insert(key("column", keyspace, base->name + "." + column.name));
        }
    }
}

void MigrationSteps::createIndex(const std::string& keyspace, const std::string& table,
                                 const std::string& name, const schema::Table& of,
                                 const schema::Index& index)
{
    schema::Table::Spec spec = of.spec();
    spec.name = table;
    schema::Index under = index;
    under.name = name;
    std::string cql = schema::describeIndex(*schema::Table::make(std::move(spec)), under);
    cql.pop_back();
    Step& step = add(Stage::Index, StepKind::SchemaChange, "Create index " + name, std::move(cql));
    step.makes.insert(key("index", keyspace, name));
    step.needs.insert(key("table", keyspace, table));
    step.needs.insert(key("index name", keyspace, name));
    for (const schema::ColumnPtr& column : of.selectOrder()) {
        if (index.options.at("target").find(column->name) != std::string::npos)
            step.needs.insert(key("column", keyspace, table + "." + column->name));
    }
}

void MigrationSteps::alterType(const std::string& keyspace, const std::string& name,
                               const TypeChange& change)
{
    const std::string alter = "ALTER TYPE " + fullCql(keyspace, name);
    for (const auto& [now, before] : change.renames)
        add(Stage::Type, StepKind::SchemaChange, "Alter type " + name + ", rename " + before,
            alter + " RENAME " + quote(before) + " TO " + quote(now));
    for (const std::string& field : change.added) {
        Step& step = add(Stage::Type, StepKind::SchemaChange,
                         "Alter type " + name + ", add " + field, alter + " ADD " + field);
        for (const UserType& type : m_model.types) {
            if (type.keyspace == keyspace && type.name != name &&
                field.find(type.name) != std::string::npos)
                step.needs.insert(key("type", keyspace, type.name));
        }
    }
}

void MigrationSteps::alterTable(const std::string& keyspace, const std::string& name,
                                const TableChange& change, const schema::Keyspace& live)
{
    const std::string alter = "ALTER TABLE " + fullCql(keyspace, name);
    for (const auto& [now, before] : change.renames) {
        Step& step =
            add(Stage::Alter, StepKind::SchemaChange, "Alter " + name + ", rename " + before,
                alter + " RENAME " + quote(before) + " TO " + quote(now));
        step.step.warning = "Statements that say " + before + " fail from then on.";
        step.makes.insert(key("column", keyspace, name + "." + now));
    }
    for (const std::string& column : change.added) {
        Step& step = add(Stage::Alter, StepKind::SchemaChange,
                         "Alter " + name + ", add " + column.substr(0, column.find(' ')),
                         alter + " ADD " + column);
        step.makes.insert(
            key("column", keyspace, name + "." + cql::unquote(column.substr(0, column.find(' ')))));
        for (const UserType& type : m_model.types) {
            if (type.keyspace == keyspace && column.find(type.name) != std::string::npos)
                step.needs.insert(key("type", keyspace, type.name));
        }
    }
    for (const std::string& option : change.options)
        add(Stage::Alter, StepKind::SchemaChange,
            "Alter " + name + ", " + option.substr(0, option.find(' ')), alter + " WITH " + option);
    if (change.dropped.empty())
        return;
    for (const auto& [viewName, view] : live.views) {
        if (view.baseTable == name)
            dropViewOnce(keyspace, viewName, Stage::DropView);
    }
    for (const std::string& column : change.dropped) {
        Step& step = add(Stage::DropColumn, StepKind::Destructive,
                         "Alter " + name + ", drop " + column, alter + " DROP " + quote(column));
        step.step.note = "asks first";
        step.step.warning = "The values of " + name + "." + column + " are lost.";
        step.makes.insert(key("dropped column", keyspace, name));
        step.needs.insert(key("dropped views", keyspace, name));
        step.needs.insert(key("dropped indexes", keyspace, name));
    }
}

void MigrationSteps::alterView(const std::string& keyspace, const std::string& name,
                               const TableChange& change)
{
    for (const std::string& option : change.options)
        add(Stage::Alter, StepKind::SchemaChange,
            "Alter " + name + ", " + option.substr(0, option.find(' ')),
            "ALTER MATERIALIZED VIEW " + fullCql(keyspace, name) + " WITH " + option);
}

void MigrationSteps::dropViewOnce(const std::string& keyspace, const std::string& name, Stage stage)
{
    if (!m_droppedViews.insert(keyspace + "." + name).second)
        return;
    Step& step = add(stage, StepKind::Destructive, "Drop materialized view " + name,
                     "DROP MATERIALIZED VIEW " + fullCql(keyspace, name));
    step.step.note = "asks first";
    step.makes.insert(key("view name", keyspace, name));
}

void MigrationSteps::remakeView(const std::string& keyspace, const std::string& name, bool late)
{
    const std::size_t before = m_steps.size();
    dropViewOnce(keyspace, name, Stage::FreeName);
    for (std::size_t i = before; i < m_steps.size(); ++i)
        m_steps[i].step.warning = name + " cannot be read until it has been built again.";
    create(ObjectKind::View, keyspace, name, late);
}

void MigrationSteps::copyTable(const std::string& keyspace, const std::string& from,
                               const std::string& to, const schema::Table& wanted,
                               const schema::Table& live)
{
    MigrationStep step;
    step.keyspace = keyspace;
    step.from = from;
    step.to = to;
    std::vector<std::string> inserted;
    const ModelTable* model = findTable(m_model, keyspace, to);
    for (const schema::ColumnPtr& column : wanted.selectOrder()) {
        if (live.column(column->name)) {
            step.copiedColumns.push_back(column->name);
            inserted.push_back(column->name);
            continue;
        }
        const TableColumn* of = nullptr;
        if (model) {
            const auto found = std::ranges::find(model->columns, column->name, &TableColumn::name);
            of = found == model->columns.end() ? nullptr : &*found;
        }
        if (of && !of->bucketOf.empty()) {
            step.computedColumns.emplace_back(column->name, of->bucketOf);
            inserted.push_back(column->name);
        } else if (column->isPrimaryKey()) {
            step.missingColumns.push_back(column->name);
            inserted.push_back(column->name);
        }
    }
    std::string marks;
    for (std::size_t i = 0; i < inserted.size(); ++i)
        marks += i == 0 ? "?" : ", ?";
    Step& copy = add(Stage::Copy, StepKind::Copy, "Copy rows to " + to,
                     "SELECT " + quotedList(step.copiedColumns) + " FROM " +
                         fullCql(keyspace, from) + ";\nINSERT INTO " + fullCql(keyspace, to) +
                         " (" + quotedList(inserted) + ") VALUES (" + marks + ")");
    step.kind = StepKind::Copy;
    step.title = copy.step.title;
    step.cql = copy.step.cql;
    for (const auto& [column, how] : step.computedColumns)
        step.note += (step.note.empty() ? "" : ", ") + column + " = " + how;
    if (!step.computedColumns.empty())
        step.note += ", computed while copying";
    tellOfCopy(step, wanted, live);
    copy.step = step;
    copy.makes.insert(key("copied", keyspace, to));
    copy.needs.insert(key("table", keyspace, to));

    Step& verify = add(Stage::Verify, StepKind::Verify, "Verify row counts and sampled partitions",
                       "SELECT COUNT(*) FROM " + fullCql(keyspace, from) +
                           ";\nSELECT COUNT(*) FROM " + fullCql(keyspace, to));
    verify.step.keyspace = keyspace;
    verify.step.from = from;
    verify.step.to = to;
    verify.step.note = "read only";
    verify.makes.insert(key("verified", keyspace, to));
    verify.needs.insert(key("copied", keyspace, to));

    Step& change = add(Stage::Switch, StepKind::Switch, "Switch to " + to, {});
    change.step.keyspace = keyspace;
    change.step.from = from;
    change.step.to = to;
    change.step.note = "in the application";
    change.step.warning = "From here on the application reads and writes " + to + " only.";
    change.makes.insert(key("switched", keyspace, to));
    change.needs.insert(key("verified", keyspace, to));
}

void MigrationSteps::dropType(const std::string& keyspace, const std::string& name)
{
    Step& step = add(Stage::DropType, StepKind::Destructive, "Drop type " + name,
                     "DROP TYPE " + fullCql(keyspace, name));
    step.step.note = "asks first";
    step.needs.insert("dropped table");
    step.needs.insert("dropped type user");
    step.makes.insert("dropped type user");
}

void MigrationSteps::dropView(const std::string& keyspace, const std::string& name)
{
    dropViewOnce(keyspace, name, Stage::DropView);
}

void MigrationSteps::dropTable(const std::string& keyspace, const std::string& name,
                               const schema::Keyspace& live,
                               const std::optional<std::string>& replacedBy)
{
    for (const auto& [viewName, view] : live.views) {
        if (view.baseTable != name)
            continue;
        const std::size_t before = m_steps.size();
        dropViewOnce(keyspace, viewName, Stage::DropView);
        for (std::size_t i = before; i < m_steps.size() && replacedBy; ++i)
            m_steps[i].needs.insert(key("switched", keyspace, *replacedBy));
    }
    Step& step = add(Stage::DropTable, StepKind::Destructive, "Drop " + name,
                     "DROP TABLE " + fullCql(keyspace, name));
    step.step.note = "asks first";
    step.step.warning = "All rows of " + name + " are lost, but for a snapshot.";
    step.makes.insert("dropped table");
    for (const auto& [viewName, view] : live.views) {
        if (view.baseTable == name)
            step.needs.insert(key("view name", keyspace, viewName));
    }
    if (replacedBy)
        step.needs.insert(key("switched", keyspace, *replacedBy));
}

void MigrationSteps::dropIndex(const std::string& keyspace, const std::string& table,
                               const std::string& name, bool again)
{
    Step& step = add(again ? Stage::FreeName : Stage::DropIndex, StepKind::Destructive,
                     "Drop index " + name, "DROP INDEX " + fullCql(keyspace, name));
    step.step.note = "asks first";
    step.makes.insert(key("index name", keyspace, name));
    step.makes.insert(key("dropped indexes", keyspace, table));
}

void MigrationSteps::finish(SchemaDiff& to)
{
    std::ranges::stable_sort(m_steps, {}, &Step::stage);
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        for (std::size_t before = 0; before < i; ++before) {
            const bool needed = std::ranges::any_of(m_steps[i].needs, [&](const std::string& need) {
                return m_steps[before].makes.contains(need);
            });
            if (needed)
                m_steps[i].step.needs.push_back(before);
        }
        to.steps.push_back(m_steps[i].step);
    }
    std::vector<std::string> copied;
    for (const MigrationStep& step : to.steps) {
        // Of counters the step itself says the opposite.
        if (step.kind == StepKind::Copy && !step.hasCounters)
            copied.push_back(step.from);
    }
    if (!copied.empty())
        to.warnings.push_back("Writes that arrive while rows are copied reach only the old " +
                              std::string{copied.size() == 1 ? "table" : "tables"} + " (" +
                              joined(copied) +
                              "). Let the application write to both until the switch.");
}

std::string_view stepKindName(StepKind kind) noexcept
{
    switch (kind) {
    case StepKind::SchemaChange:
        return "schema change";
    case StepKind::Copy:
        return "copy";
    case StepKind::Verify:
        return "verify";
    case StepKind::Switch:
        return "switch";
    case StepKind::Destructive:
        return "destructive";
    }
    return "";
}

std::vector<std::size_t> dependents(const SchemaDiff& diff, std::size_t step)
{
    std::set<std::size_t> gone{step};
    std::vector<std::size_t> found;
    for (std::size_t i = step + 1; i < diff.steps.size(); ++i) {
        const bool needs = std::ranges::any_of(
            diff.steps[i].needs, [&](std::size_t earlier) { return gone.contains(earlier); });
        if (!needs)
            continue;
        gone.insert(i);
        found.push_back(i);
    }
    return found;
}

std::string scriptOf(const SchemaDiff& diff, const std::vector<std::size_t>& ticked)
{
    std::string text;
    for (std::size_t i = 0; i < diff.steps.size(); ++i) {
        if (!ticked.empty() && std::ranges::count(ticked, i) == 0)
            continue;
        const MigrationStep& step = diff.steps[i];
        text += (text.empty() ? "" : "\n") + std::string{"-- "} + std::to_string(i + 1) + ". " +
                step.title + " (" + std::string{stepKindName(step.kind)} +
                (step.note.empty() ? "" : ", " + step.note) + ")\n";
        if (!step.warning.empty())
            text += "-- " + step.warning + "\n";
        if (step.kind == StepKind::Copy) {
            // A program's work, not a statement's: told, not run.
            std::string commented = step.cql;
            for (std::size_t at = commented.find('\n'); at != std::string::npos;
                 at = commented.find('\n', at + 1))
                commented.insert(at + 1, "-- ");
            text += "-- " + commented + ";\n";
        } else if (!step.cql.empty()) {
            text += step.cql + ";\n";
        }
    }
    return text;
}

} // namespace engine::modeling
