#pragma once

#include <QString>

class QIODevice;

namespace views {

class ResultModel;

enum class ExportFormat : int { Csv, Json, Inserts };

/// Rows `first` … `last` (inclusive) of the model in a format. CSV has a header line, RFC 4180
/// quoting, an empty field for null and "" for an empty text; JSON is one array of objects, as
/// SELECT JSON writes values; Inserts is one INSERT a row into the table that the columns are of,
/// without its nulls. Returns an empty text, or why it failed.
[[nodiscard]] QString exportRows(const ResultModel& model, int first, int last, ExportFormat format,
                                 QIODevice& out);

} // namespace views
