#include "engine/modeling/sample_rows.h"

#include "engine/cql/type_elements.h"
#include "engine/modeling/value_sizes.h"
#include "engine/rows/counter_context.h"

#include <algorithm>
#include <cmath>

namespace engine::modeling {

using rows::Cell;
using rows::Row;

namespace {

/// Any time after EncodingStats' epoch: only differences to it are stored.
constexpr std::int64_t kSampleStartMicros = 1'760'000'000'000'000;
constexpr double kDefaultWriteSpanSeconds = 3600;

// Sequences of things that are not a column's; columns have those from 100 on.
constexpr std::uint32_t kWrittenSalt = 1;
constexpr std::uint32_t kDeletedRowSalt = 2;
constexpr std::uint32_t kStaticWrittenSalt = 3;
constexpr std::uint32_t kMarkerSalt = 4;
constexpr std::uint32_t kFirstColumnSalt = 100;

// Sequences of one column, counted from its salt.
constexpr std::uint32_t kNullSequence = 1;
constexpr std::uint32_t kDeletedSequence = 2;
constexpr std::uint32_t kCountSequence = 3;
constexpr std::uint32_t kShardSequence = kCountSequence; ///< a counter has no elements
constexpr std::uint32_t kTimeSequence = 5;
constexpr std::uint32_t kSequencesAColumn = 16;

double shareOf(const std::optional<double>& share)
{
    return std::clamp(share.value_or(0), 0.0, 1.0);
}

/// The rows of one value of the first of several clustering columns.
constexpr std::uint64_t kRowsAGroup = 16;
/// Elements of two values of a key do not have the same number up to here.
constexpr std::uint64_t kElementsAValueMax = 1024;

} // namespace

SampleRows::SampleRows(schema::TablePtr table, const ModelTable& source, const TableInputs& inputs)
    : m_table(std::move(table)),
      m_span(std::max(0.0, source.sizing.writeSpanSeconds.value_or(kDefaultWriteSpanSeconds))),
      m_deletedRows(shareOf(source.sizing.deletedRows)),
      m_deletedCells(shareOf(source.sizing.deletedCells)),
      m_rangeDeletions(std::clamp(source.sizing.rangeDeletions.value_or(0), 0.0, 10'000.0)),
      m_rowMarker(!source.sizing.updated && !m_table->isCounter()),
      m_shards(std::clamp(inputs.counterShards, 1.0, 32.0))
{
    if (!m_table->isCounter())
        m_ttl = static_cast<std::int32_t>(std::clamp(inputs.ttlSeconds, 0.0, 630'720'000.0));
    std::uint32_t salt = kFirstColumnSalt;
    const auto plan = [&](std::span<const schema::ColumnPtr> columns, std::vector<Plan>& plans) {
        for (const schema::ColumnPtr& column : columns) {
            plans.push_back(planOf(*column, source, inputs, salt));
            salt += kSequencesAColumn;
        }
    };
    plan(m_table->partitionKey(), m_key);
    plan(m_table->clustering(), m_clustering);
    plan(m_table->statics(), m_statics);
    plan(m_table->regulars(), m_regulars);
}

SampleRows::Plan SampleRows::planOf(const schema::Column& column, const ModelTable& source,
                                    const TableInputs& inputs, std::uint32_t salt) const
{
    Plan plan;
    plan.column = &column;
    plan.salt = salt;
    const auto size = std::ranges::find(inputs.columns, column.name, &ColumnSize::name);
    if (size == inputs.columns.end())
        return plan;
    plan.nullShare = size->nullShare;
    plan.elements = size->elements;
    const bool collection = column.type->isCollection();
    plan.scale = elementBytes(*column.type).scaleFor(collection ? size->elementBytes : size->bytes);
    const auto given = std::ranges::find(source.columns, column.name, &TableColumn::name);
    plan.appended = given != source.columns.end() && given->sizing.appended;
    return plan;
}

bool SampleRows::isUsed(const schema::Column& column) const
{
    for (const auto* plans : {&m_statics, &m_regulars}) {
        const auto plan = std::ranges::find(*plans, &column, &Plan::column);
        if (plan != plans->end())
            return plan->nullShare < 1;
    }
    return true;
}

SampleRows::Moment SampleRows::momentOf(double share) const
{
    return {kSampleStartMicros + static_cast<std::int64_t>(share * m_span * 1e6), m_ttl};
}

ByteView SampleRows::keep(const Bytes& bytes)
{
    return m_arena.copy(bytes);
}

std::uint64_t SampleRows::elementCount(const Plan& plan, std::uint64_t number) const
{
    const double spread =
        plan.elements < 2 ? 0 : plan.elements * (evenly(number, plan.salt + kCountSequence) - 0.5);
    return static_cast<std::uint64_t>(
        std::floor(plan.elements + spread + evenly(number, plan.salt + kCountSequence + 1)));
}

ByteView SampleRows::value(const Plan& plan, std::uint64_t number)
{
    return value(plan, number, number * kElementsAValueMax);
}

ByteView SampleRows::value(const Plan& plan, std::uint64_t number, std::uint64_t firstElement)
{
    Bytes bytes;
    if (const cql::Type& type = *plan.column->type; type.isCollection()) {
        std::vector<Bytes> parts;
        const std::uint64_t count = elementCount(plan, number);
        for (std::uint64_t i = 0; i < count; ++i) {
            for (const cql::TypePtr& part : type.parameters())
                appendSampleValue(*part, plan.scale, firstElement + i, plan.salt,
                                  parts.emplace_back());
        }
        return keep(cql::joinValue(type, std::vector<cql::Element>{parts.begin(), parts.end()}));
    }
    appendSampleValue(*plan.column->type, plan.scale, number, plan.salt, bytes);
    return keep(bytes);
}

Cell SampleRows::cellAt(const Plan& plan, const Moment& moment) const
{
    Cell cell;
    cell.column = plan.column;
    cell.timestamp = WriteTimestamp{moment.micros};
    if (moment.ttl > 0) {
        cell.ttl = moment.ttl;
        cell.localDeletionTime = moment.seconds() + moment.ttl;
    }
    return cell;
}

void SampleRows::addElements(Plan& plan, std::uint64_t number, const Moment& moment)
{
    const cql::Type& type = *plan.column->type;
    const std::size_t first = m_cells.size();
    const bool fields = type.kind() == cql::TypeKind::Udt;
    const std::uint64_t count = fields ? type.parameters().size() : elementCount(plan, number);
    const auto part = [&](std::size_t parameter, std::uint64_t element) {
        Bytes bytes;
        appendSampleValue(*type.parameters()[parameter], plan.scale, element,
                          plan.salt + static_cast<std::uint32_t>(parameter), bytes);
        return keep(bytes);
    };
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t element = plan.elementsMade++;
        Cell cell = cellAt(
            plan, plan.appended ? momentOf(evenly(element, plan.salt + kTimeSequence)) : moment);
        cell.hasPath = true;
        Bytes path;
        ByteWriter writer{path};
        switch (type.kind()) {
        case cql::TypeKind::Set:
            cell.path = part(0, element);
            break;
        case cql::TypeKind::Map:
            cell.path = part(0, element);
            cell.value = part(1, element);
            break;
        case cql::TypeKind::List:
            appendSampleValue(*cql::Type::native(cql::TypeKind::Timeuuid), 1, element, 0, path);
            cell.path = keep(path);
            cell.value = part(0, element);
            break;
        default:
            writer.u16(static_cast<std::uint16_t>(i));
            cell.path = keep(path);
            cell.value = part(i, number);
            break;
        }
        m_cells.push_back(cell);
    }
    const auto begin = m_cells.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, m_cells.end(),
              [](const Cell& a, const Cell& b) { return rows::compareCells(a, b) < 0; });
    m_cells.erase(std::unique(begin, m_cells.end(),
                              [](const Cell& a, const Cell& b) { return a.path == b.path; }),
                  m_cells.end());
}

void SampleRows::addColumn(Plan& plan, std::uint64_t row, Moment moment, double deletedShare)
{
    if (plan.nullShare > 0 && evenly(row, plan.salt + kNullSequence) < plan.nullShare)
        return;
    const std::uint64_t written = plan.written++;
    const bool deleted =
        deletedShare > 0 && evenly(written, plan.salt + kDeletedSequence) < deletedShare;
    if (deleted)
        moment = momentOf(0.5 + evenly(written, plan.salt + kTimeSequence) / 2);
    const std::uint64_t number = deleted ? 0 : plan.values++;
    if (plan.column->type->isCounter()) {
        // One shard for each replica that led an update; of 1.4 some have one and some two.
        Cell cell = cellAt(plan, moment);
        const double more = m_shards - std::floor(m_shards);
        const auto shards = static_cast<std::uint32_t>(m_shards) +
                            (evenly(number, plan.salt + kShardSequence) < more ? 1U : 0U);
        for (std::uint32_t shard = 0; shard < shards; ++shard) {
            Bytes id;
            appendSampleValue(*cql::Type::native(cql::TypeKind::Uuid), 1, shard, plan.salt, id);
            const Bytes one = rows::makeGlobalCounterContext(
                id, moment.micros, static_cast<std::int64_t>(number % 1000));
            cell.value = shard == 0
                             ? keep(one)
                             : keep(Bytes{rows::mergeCounterContexts(cell.value, one, m_arena)});
        }
        m_cells.push_back(cell);
        return;
    }
    const rows::DeletionTime whole{WriteTimestamp{moment.micros - (deleted ? 0 : 1)},
                                   moment.seconds()};
    if (plan.column->isComplex()) {
        if (deleted || !plan.appended)
            m_deletions.push_back({plan.column, whole});
        if (!deleted)
            addElements(plan, number, moment);
        return;
    }
    Cell cell = cellAt(plan, moment);
    if (deleted) {
        cell.ttl = rows::kNoTtl;
        cell.localDeletionTime = moment.seconds();
    } else {
        cell.value = value(plan, number, plan.elementsMade);
        plan.elementsMade += plan.column->type->isCollection() ? elementCount(plan, number) : 0;
    }
    m_cells.push_back(cell);
}

Row SampleRows::finishRow()
{
    Row row;
    row.cells = m_arena.copyArray<Cell>(m_cells);
    row.complexDeletions = m_arena.copyArray<rows::ComplexDeletion>(m_deletions);
    m_cells.clear();
    m_deletions.clear();
    return row;
}

std::span<const ByteView> SampleRows::clustering(std::uint64_t number)
{
    std::vector<ByteView> values;
    for (std::size_t i = 0; i < m_clustering.size(); ++i) {
        const bool last = i + 1 == m_clustering.size();
        values.push_back(value(m_clustering[i], last ? number : m_groupNumber));
    }
    return m_arena.copyArray<ByteView>(values);
}

Row SampleRows::row(std::uint64_t index)
{
    const std::uint64_t number = m_rowNumber++;
    m_groupNumber += index % kRowsAGroup == 0 ? 1 : 0;
    if (m_deletedRows > 0 && evenly(number, kDeletedRowSalt) < m_deletedRows) {
        Row deleted;
        deleted.clustering.values = clustering(number);
        const Moment moment = momentOf(0.5 + evenly(number, kWrittenSalt) / 2);
        deleted.deletion = {WriteTimestamp{moment.micros}, moment.seconds()};
        return deleted;
    }
    const std::uint64_t live = m_liveRows++;
    const Moment moment = momentOf(evenly(live, kWrittenSalt));
    for (Plan& plan : m_regulars)
        addColumn(plan, live, moment, m_deletedCells);
    Row made = finishRow();
    made.clustering.values = clustering(number);
    if (m_rowMarker) {
        made.liveness.timestamp = WriteTimestamp{moment.micros};
        if (moment.ttl > 0) {
            made.liveness.ttl = moment.ttl;
            made.liveness.expiresAt = moment.seconds() + moment.ttl;
        }
    }
    return made;
}

void SampleRows::addMarkers(std::uint64_t partition, SamplePartition& to)
{
    if (m_clustering.empty())
        return;
    const auto count =
        static_cast<std::uint64_t>(std::floor(m_rangeDeletions + evenly(partition, kMarkerSalt)));
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t number = partition * 64 + i;
        const Moment moment = momentOf(evenly(number, kMarkerSalt + 1));
        const rows::DeletionTime deletion{WriteTimestamp{moment.micros}, moment.seconds()};
        const ByteView bound = value(m_clustering[0], number);
        for (const bool opens : {true, false}) {
            rows::Unfiltered marker;
            marker.kind = rows::Unfiltered::Kind::Marker;
            marker.marker.bound.kind =
                opens ? rows::BoundKind::InclusiveStart : rows::BoundKind::InclusiveEnd;
            marker.marker.bound.values = m_arena.copyArray<ByteView>(std::span{&bound, 1});
            (opens ? marker.marker.open : marker.marker.close) = deletion;
            to.markers.push_back(marker);
        }
    }
}

SamplePartition SampleRows::make(std::uint64_t partition, std::uint64_t rowCount)
{
    SamplePartition made;
    std::vector<ByteView> key;
    for (const Plan& plan : m_key)
        key.push_back(value(plan, partition));
    made.key = m_table->makePartitionKey(key);
    const Moment moment = momentOf(evenly(partition, kStaticWrittenSalt));
    for (Plan& plan : m_statics)
        addColumn(plan, partition, moment, 0);
    made.staticRow = finishRow();
    for (std::uint64_t i = 0; i < rowCount; ++i) {
        rows::Unfiltered unfiltered;
        unfiltered.row = row(i);
        made.rows.push_back(unfiltered);
    }
    addMarkers(partition, made);
    return made;
}

} // namespace engine::modeling
