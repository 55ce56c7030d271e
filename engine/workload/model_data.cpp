#include "engine/workload/model_data.h"

#include "engine/cql/quote.h"
#include "engine/cql/type_elements.h"
#include "engine/modeling/bucket_value.h"
#include "engine/modeling/value_sizes.h"
#include "engine/workload/instances.h"
#include "engine/workload/model_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace engine::workload {

using modeling::ColumnRole;
using modeling::ElementId;

namespace {

constexpr double kLongText = 24;    ///< bytes: from here on, text is made as long as the model says
constexpr double kProfileRows = 10; ///< a partition, where nothing says how many

/// How one column gets its values.
struct ColumnPlan {
    const modeling::TableColumn* column = nullptr;
    cql::TypePtr type;
    ElementId owner{}; ///< entity or relationship type; None: by the row's number
    bool key = false;  ///< of its owner
    std::uint64_t salt = 0;
    std::optional<modeling::Bucket> bucket;
    std::size_t bucketOf = 0; ///< column that the bucket is made of
};

struct TablePlan {
    const modeling::ModelTable* table = nullptr;
    ElementId driver{}; ///< None: by its sizing
    /// Where the key tells less than the driver (the latest reading of a sensor): a row for each
    /// of these, with one of the driver's instances that belong to it.
    ElementId oneOf{};
    double partitions = 1;
    double rowsAPartition = 1;
    double rowsMost = 1; ///< of the table
    std::vector<ColumnPlan> columns;
    std::vector<std::size_t> order; ///< of the markers: index into columns
    bool counters = false;
};

bool isKeyRole(ColumnRole role)
{
    return role == ColumnRole::PartitionKey || role == ColumnRole::Clustering;
}

std::uint64_t textHash(std::string_view text, std::uint64_t seed)
{
    std::uint64_t hash = seed;
    for (const char c : text)
        hash = drawn(hash, static_cast<unsigned char>(c));
    return hash;
}

std::string insertStatement(TablePlan& plan)
{
    const std::string name = cql::quote(plan.table->keyspace) + "." + cql::quote(plan.table->name);
    std::string columns;
    std::string marks;
    std::string where;
    std::string changes;
    for (const bool key : {false, true}) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i) {
            const auto& column = *plan.columns[i].column;
            if (isKeyRole(column.role) != key)
                continue;
            plan.order.push_back(i);
            const std::string quoted = cql::quote(column.name);
            columns += (columns.empty() ? "" : ", ") + quoted;
            marks += marks.empty() ? "?" : ", ?";
            if (key)
                where += (where.empty() ? "" : " AND ") + quoted + " = ?";
            else
                changes += (changes.empty() ? "" : ", ") + quoted + " = " + quoted + " + ?";
        }
    }
    if (plan.counters)
        return "UPDATE " + name + " SET " + changes + " WHERE " + where;
    return "INSERT INTO " + name + " (" + columns + ") VALUES (" + marks + ")";
}

} // namespace

struct ModelData::Impl {
    explicit Impl(modeling::ModelPtr of, const ModelDataOptions& given)
        : model(std::move(of)), options(given), instances(*model)
    {
    }

    Result<void> plan();
    void findAlternativeKeys();
    void findSizings();
    Result<TablePlan> planTable(const modeling::ModelTable& table);
    void chooseDriver(TablePlan& plan);
    [[nodiscard]] double rawRows(const TablePlan& plan) const;
    [[nodiscard]] double rowsByBytes(const TablePlan& plan) const;
    void scale();
    std::optional<Bytes> valueOf(const TablePlan& plan, const ColumnPlan& column,
                                 std::uint64_t row) const;
    [[nodiscard]] std::uint64_t instanceOf(const TablePlan& plan, std::uint64_t row) const;
    [[nodiscard]] std::string sourceOf(const TablePlan& plan) const;

    modeling::ModelPtr model;
    ModelDataOptions options;
    Instances instances;
    /// Attributes outside of a key that some table has for its whole primary key: a confirmation
    /// number.
    std::vector<ElementId> alternativeKeys;
    /// What the tables say of an attribute's size: the first that says something counts for all,
    /// or they would not agree.
    std::map<ElementId, modeling::ColumnSizing> sizings;
    std::vector<TablePlan> plans;
    std::vector<ModelDataTable> tables;
    double rowsATable = 0; ///< at most
    std::uint64_t rows = 0;
    std::size_t table = 0;
    std::uint64_t row = 0;
};

Result<TablePlan> ModelData::Impl::planTable(const modeling::ModelTable& table)
{
    TablePlan plan;
    plan.table = &table;
    for (const modeling::TableColumn& column : table.columns) {
        ColumnPlan made;
        made.column = &column;
        auto type = modeling::typeOf(*model, table.keyspace, column.type);
        if (!type)
            return type.error().within(table.name + "." + column.name);
        made.type = std::move(*type);
        plan.counters |= made.type->isCounter();
        const auto owner = modeling::findAttribute(*model, column.attribute);
        if (owner.attribute) {
            made.owner = owner.entity ? owner.entity->id : owner.relationship->id;
            made.key = owner.attribute->key || (owner.composite && owner.composite->key);
            made.salt = textHash(modeling::attributePath(*model, column.attribute), options.seed);
        } else {
            made.salt =
                textHash(table.keyspace + "." + table.name + "." + column.name, options.seed);
        }
        if (!column.bucketOf.empty())
            made.bucket = modeling::bucketFromText(table, column.bucketOf);
        if (made.bucket) {
            const auto of =
                std::ranges::find(table.columns, made.bucket->column, &modeling::TableColumn::id);
            if (of == table.columns.end())
                made.bucket.reset();
            else
                made.bucketOf = static_cast<std::size_t>(of - table.columns.begin());
        }
        plan.columns.push_back(std::move(made));
    }
    chooseDriver(plan);
    return plan;
}

void ModelData::Impl::findAlternativeKeys()
{
    for (const modeling::ModelTable& of : model->tables) {
        std::vector<ElementId> keys;
        bool plain = of.viewOf == ElementId::None;
        for (const modeling::TableColumn& column : of.columns) {
            if (!isKeyRole(column.role))
                continue;
            const auto owner = modeling::findAttribute(*model, column.attribute);
            plain = plain && owner.attribute && !owner.attribute->key;
            keys.push_back(column.attribute);
        }
        if (plain && keys.size() == 1)
            alternativeKeys.push_back(keys[0]);
    }
}

void ModelData::Impl::findSizings()
{
    for (const modeling::ModelTable& of : model->tables) {
        for (const modeling::TableColumn& column : of.columns) {
            if (column.attribute == ElementId::None)
                continue;
            modeling::ColumnSizing& sizing = sizings[column.attribute];
            if (!sizing.averageBytes)
                sizing.averageBytes = column.sizing.averageBytes;
            if (!sizing.elements)
                sizing.elements = column.sizing.elements;
            if (!sizing.nullShare)
                sizing.nullShare = column.sizing.nullShare;
        }
    }
}

void ModelData::Impl::chooseDriver(TablePlan& plan)
{
    std::vector<ElementId> all;
    std::vector<ElementId> single; ///< without what may be gathered in a collection
    for (const ColumnPlan& column : plan.columns) {
        if (column.owner == ElementId::None)
            continue;
        all.push_back(column.owner);
        if (!column.type->isCollection())
            single.push_back(column.owner);
    }
    const bool keysKnown = std::ranges::all_of(plan.columns, [](const ColumnPlan& column) {
        return !isKeyRole(column.column->role) || column.owner != ElementId::None || column.bucket;
    });
    // A key column of the user's own has no instances behind it: the sizing decides then.
    if (!all.empty() && keysKnown) {
        plan.driver = instances.driver(single.empty() ? all : single);
    }
    if (plan.driver != ElementId::None) {
        std::vector<ElementId> keyOwners;
        for (const ColumnPlan& column : plan.columns) {
            if (isKeyRole(column.column->role) && column.owner != ElementId::None)
                keyOwners.push_back(column.owner);
        }
        const bool entity = modeling::findEntity(*model, plan.driver) != nullptr;
        if (entity && std::ranges::count(keyOwners, plan.driver) == 0)
            plan.oneOf = instances.driver(keyOwners);
        if (plan.oneOf == plan.driver)
            plan.oneOf = ElementId::None;
        return;
    }
    const auto inputs = modeling::tableInputs(*model, *plan.table, modeling::SizeProfile::Average);
    const bool clustered = std::ranges::any_of(plan.columns, [](const ColumnPlan& column) {
        return column.column->role == ColumnRole::Clustering;
    });
    plan.rowsAPartition = !clustered                    ? 1
                          : inputs && inputs->rowsKnown ? std::max(1.0, inputs->rows)
                                                        : kProfileRows;
    plan.partitions = inputs && inputs->partitions > 1 ? inputs->partitions : 1000;
}

double ModelData::Impl::rawRows(const TablePlan& plan) const
{
    if (plan.driver == ElementId::None)
        return plan.partitions * plan.rowsAPartition;
    return static_cast<double>(
        instances.count(plan.oneOf != ElementId::None ? plan.oneOf : plan.driver));
}

/// How many rows fit in the table's share of the bytes.
double ModelData::Impl::rowsByBytes(const TablePlan& plan) const
{
    const auto inputs = modeling::tableInputs(*model, *plan.table, modeling::SizeProfile::Average);
    double row = 0;
    for (const auto& column : inputs ? inputs->columns : std::vector<modeling::ColumnSize>{})
        row += column.bytes * (1 - column.nullShare);
    const double share =
        options.bytes / static_cast<double>(std::max<std::size_t>(1, plans.size()));
    return std::max(10.0, std::floor(share / std::max(1.0, row)));
}

/// Finds how many rows a table may have at most so that all together are about what was asked for.
/// Large tables are cut there: their first partitions are whole, which is what sizes are about.
void ModelData::Impl::scale()
{
    const auto total = [this](double cap) {
        instances.limit(cap);
        double sum = 0;
        for (const TablePlan& plan : plans)
            sum += std::min(cap, rawRows(plan));
        return sum;
    };
    double low = 1;
    double high = static_cast<double>(std::max<std::uint64_t>(1, options.rows));
    if (total(high) > high) {
        for (int step = 0; step < 40 && high - low > 1; ++step) {
            const double middle = (low + high) / 2;
            (total(middle) > static_cast<double>(options.rows) ? high : low) = middle;
        }
        high = std::floor(low);
    }
    rowsATable = high;
    instances.limit(rowsATable);
    for (TablePlan& plan : plans) {
        plan.rowsMost = std::min(rowsATable, rowsByBytes(plan));
        plan.rowsAPartition = std::min(plan.rowsAPartition, plan.rowsMost);
        plan.partitions =
            std::max(1.0, std::min(plan.partitions, plan.rowsMost / plan.rowsAPartition));
    }
}

std::string ModelData::Impl::sourceOf(const TablePlan& plan) const
{
    if (plan.driver == ElementId::None)
        return fmt::format("As its sizing says: {:.0f} partitions of {:.0f} rows.", plan.partitions,
                           plan.rowsAPartition);
    const double all = rawRows(plan);
    return fmt::format(
        "One row for each of {}{:.0f} {}.",
        all > plan.rowsMost ? fmt::format("the first {:.0f} of ", plan.rowsMost) : "", all,
        modeling::elementName(*model, plan.oneOf != ElementId::None ? plan.oneOf : plan.driver));
}

Result<void> ModelData::Impl::plan()
{
    findAlternativeKeys();
    findSizings();
    for (const modeling::ModelTable& of : model->tables) {
        if (of.viewOf != ElementId::None)
            continue;
        RW_ASSIGN(TablePlan made, planTable(of));
        plans.push_back(std::move(made));
    }
    scale();
    for (TablePlan& plan : plans) {
        ModelDataTable made;
        made.table = plan.table->id;
        made.name = plan.table->keyspace + "." + plan.table->name;
        made.insert = insertStatement(plan);
        for (const std::size_t column : plan.order)
            made.columns.push_back(plan.columns[column].column->name);
        made.rows = static_cast<std::uint64_t>(plan.driver == ElementId::None
                                                   ? std::floor(plan.partitions) *
                                                         std::floor(plan.rowsAPartition)
                                                   : std::min(plan.rowsMost, rawRows(plan)));
        made.source = sourceOf(plan);
        rows += made.rows;
        tables.push_back(std::move(made));
    }
    return ok();
}

std::uint64_t ModelData::Impl::instanceOf(const TablePlan& plan, std::uint64_t at) const
{
    if (plan.oneOf == ElementId::None)
        return at;
    const std::uint64_t many = instances.count(plan.driver);
    const double each =
        static_cast<double>(many) / static_cast<double>(instances.count(plan.oneOf));
    const auto guess = static_cast<std::uint64_t>(static_cast<double>(at) * each);
    // Rounding may end one too early.
    for (std::uint64_t instance = guess; instance < std::min(many, guess + 3); ++instance) {
        if (instances.follow(plan.driver, instance, plan.oneOf) == at)
            return instance;
    }
    return std::min(guess, many - 1);
}

std::optional<Bytes> ModelData::Impl::valueOf(const TablePlan& plan, const ColumnPlan& column,
                                              std::uint64_t at) const
{
    const auto shared = sizings.find(column.column->attribute);
    const modeling::ColumnSizing& sizing =
        shared == sizings.end() ? column.column->sizing : shared->second;
    ValueSpec spec;
    spec.name = column.column->name;
    spec.salt = column.salt;
    spec.elements = sizing.elements.value_or(3);
    const bool inKey = isKeyRole(column.column->role);
    if (plan.driver != ElementId::None && column.owner != ElementId::None) {
        const std::uint64_t instance = instanceOf(plan, at);
        const auto number = instances.follow(plan.driver, instance, column.owner);
        spec.number = number.value_or(at * 7);
        if (number && column.key)
            spec.number = instances.ordinal(column.owner, *number);
        const bool alone = std::ranges::count(alternativeKeys, column.column->attribute) > 0;
        spec.unique = (column.key || alone) && number.has_value();
        // Short text stays what it is: a city is no worse for being two letters longer.
        if (!inKey && sizing.averageBytes.value_or(0) >= kLongText)
            spec.averageBytes = *sizing.averageBytes;
    } else {
        const auto rowsAPartition =
            std::max<std::uint64_t>(1, static_cast<std::uint64_t>(plan.rowsAPartition));
        const ColumnRole role = column.column->role;
        const bool profile = plan.driver == ElementId::None;
        spec.number = profile && (role == ColumnRole::PartitionKey || role == ColumnRole::Static)
                          ? at / rowsAPartition
                      : profile && role == ColumnRole::Clustering ? at % rowsAPartition
                                                                  : at;
        spec.unique = inKey;
        spec.averageBytes = sizing.averageBytes.value_or(0);
    }
    if (!inKey && sizing.nullShare &&
        static_cast<double>(drawn(spec.salt + 5, spec.number) % 10'000) <
            *sizing.nullShare * 10'000)
        return std::nullopt;
    return modelValue(*column.type, spec);
}

ModelData::ModelData(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ModelData::ModelData(ModelData&&) noexcept = default;
ModelData& ModelData::operator=(ModelData&&) noexcept = default;
ModelData::~ModelData() = default;

Result<ModelData> ModelData::make(modeling::ModelPtr model, const ModelDataOptions& options)
{
    auto impl = std::make_unique<Impl>(std::move(model), options);
    RW_TRY(impl->plan());
    return ModelData{std::move(impl)};
}

const std::vector<ModelDataTable>& ModelData::tables() const noexcept
{
    return m_impl->tables;
}

std::uint64_t ModelData::rowCount() const noexcept
{
    return m_impl->rows;
}

bool ModelData::next(ModelDataRow& row)
{
    Impl& impl = *m_impl;
    while (impl.table < impl.plans.size() && impl.row >= impl.tables[impl.table].rows) {
        ++impl.table;
        impl.row = 0;
    }
    if (impl.table >= impl.plans.size())
        return false;
    const TablePlan& plan = impl.plans[impl.table];
    std::vector<std::optional<Bytes>> made(plan.columns.size());
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        if (!plan.columns[i].bucket)
            made[i] = impl.valueOf(plan, plan.columns[i], impl.row);
    }
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        const ColumnPlan& column = plan.columns[i];
        if (column.bucket)
            made[i] = modeling::valueOfBucket(*column.bucket, *plan.columns[column.bucketOf].type,
                                              made[column.bucketOf].value_or(Bytes{}));
    }
    row.table = impl.table;
    row.values.clear();
    for (const std::size_t column : plan.order)
        row.values.push_back(std::move(made[column]));
    ++impl.row;
    return true;
}

} // namespace engine::workload
