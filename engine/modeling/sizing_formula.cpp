// The classical formulas (Chebotko, Kashlev, Lu 2015, and the variant of some course notes).
#include "engine/modeling/figures.h"
#include "engine/modeling/sizing.h"

#include <fmt/format.h>

namespace engine::modeling {

namespace {

struct Counts {
    double columns = 0;
    double partitionKey = 0;
    double clustering = 0;
    double statics = 0;
};

Counts countColumns(const TableInputs& inputs)
{
    Counts counts;
    for (const ColumnSize& column : inputs.columns) {
        ++counts.columns;
        counts.partitionKey += column.role == ColumnRole::PartitionKey ? 1 : 0;
        counts.clustering += column.role == ColumnRole::Clustering ? 1 : 0;
        counts.statics += column.role == ColumnRole::Static ? 1 : 0;
    }
    return counts;
}

FormulaTerm sizeTerm(const TableInputs& inputs, ColumnRole role, const char* symbol)
{
    FormulaTerm term{fmt::format("Σ sizeOf({})", symbol), 0, {}};
    for (const ColumnSize& column : inputs.columns) {
        if (column.role != role)
            continue;
        term.value += column.bytes;
        term.detail +=
            (term.detail.empty() ? "" : " + ") + column.name + " " + grouped(column.bytes);
    }
    if (term.detail.empty())
        term.detail = "no such column";
    return term;
}

Formula textbookCells(const TableInputs& inputs, const Counts& counts)
{
    const double keys = counts.partitionKey + counts.clustering;
    Formula cells;
    cells.symbols = "Nv = Nr × (Nc − Npk − Ns) + Ns";
    cells.numbers =
        fmt::format("{} × ({} − {} − {}) + {}", grouped(inputs.rows), grouped(counts.columns),
                    grouped(keys), grouped(counts.statics), grouped(counts.statics));
    cells.terms = {{"Nr", inputs.rows, "rows of the partition"},
                   {"Nc", counts.columns, "columns"},
                   {"Npk", keys, "columns of the primary key"},
                   {"Ns", counts.statics, "static columns"}};
    cells.result = inputs.rows * (counts.columns - keys - counts.statics) + counts.statics;
    return cells;
}

Formula courseNotesCells(const TableInputs& inputs, const Counts& counts)
{
    Formula cells;
    cells.symbols = "Nv = Nr × (Nc − Npk − Nck) + Nr × Nsc";
    cells.numbers =
        fmt::format("{} × ({} − {} − {}) + {} × {}", grouped(inputs.rows), grouped(counts.columns),
                    grouped(counts.partitionKey), grouped(counts.clustering), grouped(inputs.rows),
                    grouped(counts.statics));
    cells.terms = {{"Nr", inputs.rows, "rows of the partition"},
                   {"Nc", counts.columns, "columns"},
                   {"Npk", counts.partitionKey, "partition key columns"},
                   {"Nck", counts.clustering, "clustering columns"},
                   {"Nsc", counts.statics, "static columns"}};
    cells.result =
        inputs.rows * (counts.columns - counts.partitionKey - counts.clustering + counts.statics);
    return cells;
}

std::string difference(const TableInputs& inputs, const Counts& counts, double textbook,
                       double notes)
{
    if (textbook == notes)
        return {};
    return fmt::format(
        "The textbook counts each of the {} once a partition, because that is how often it is "
        "stored. The course notes leave static columns among the columns of each row and then add "
        "them once more a row: {} × (2 × {}) instead of {}, which is {} too many.",
        counted(counts.statics, "static column"), grouped(inputs.rows), grouped(counts.statics),
        grouped(counts.statics), counted(notes - textbook, "cell"));
}

} // namespace

ClassicalSize classicalSize(const TableInputs& inputs, CellFormula formula)
{
    const Counts counts = countColumns(inputs);
    ClassicalSize size;
    size.cellsByTextbook = textbookCells(inputs, counts);
    size.cellsByCourseNotes = courseNotesCells(inputs, counts);
    size.cells = formula == CellFormula::Textbook ? size.cellsByTextbook : size.cellsByCourseNotes;
    size.whyTheyDiffer =
        difference(inputs, counts, size.cellsByTextbook.result, size.cellsByCourseNotes.result);

    const FormulaTerm partition = sizeTerm(inputs, ColumnRole::PartitionKey, "ck");
    const FormulaTerm statics = sizeTerm(inputs, ColumnRole::Static, "cs");
    const FormulaTerm regulars = sizeTerm(inputs, ColumnRole::Regular, "cr");
    const FormulaTerm clustering = sizeTerm(inputs, ColumnRole::Clustering, "cc");
    Formula& bytes = size.bytes;
    bytes.symbols = "St = Σ sizeOf(ck) + Σ sizeOf(cs) + Nr × (Σ sizeOf(cr) + Σ sizeOf(cc)) + "
                    "Nv × tavg";
    bytes.numbers = fmt::format("{} + {} + {} × ({} + {}) + {} × {}", grouped(partition.value),
                                grouped(statics.value), grouped(inputs.rows),
                                grouped(regulars.value), grouped(clustering.value),
                                grouped(size.cells.result), grouped(inputs.overhead));
    bytes.terms = {partition,
                   statics,
                   {"Nr", inputs.rows, "rows of the partition"},
                   regulars,
                   clustering,
                   {"Nv", size.cells.result, "cells, as above"},
                   {"tavg", inputs.overhead, "bytes of metadata a cell"}};
    bytes.result = partition.value + statics.value +
                   inputs.rows * (regulars.value + clustering.value) +
                   size.cells.result * inputs.overhead;
    return size;
}

} // namespace engine::modeling
