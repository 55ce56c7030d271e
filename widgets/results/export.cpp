#include "widgets/results/export.h"

#include "engine/cql/quote.h"
#include "widgets/results/result_model.h"

#include <QCoreApplication>

#include <QIODevice>

namespace views {

namespace {

void appendCsv(QByteArray& out, const std::string& text, bool force)
{
    const bool quote = force || text.find_first_of(",\"\r\n") != std::string::npos;
    if (!quote) {
        out.append(text.data(), static_cast<qsizetype>(text.size()));
        return;
    }
    out.append('"');
    for (const char c : text) {
        if (c == '"')
            out.append('"');
        out.append(c);
    }
    out.append('"');
}

QByteArray jsonString(const QString& text)
{
    QByteArray out("\"");
    for (const char c : text.toUtf8()) {
        if (c == '"' || c == '\\')
            out.append('\\').append(c);
        else if (static_cast<unsigned char>(c) < 0x20)
            out.append(QByteArray("\\u00") + QByteArray(1, c).toHex());
        else
            out.append(c);
    }
    return out.append('"');
}

QByteArray csvHeader(const ResultModel& model)
{
    QByteArray line;
    for (int column = 0; column < model.columnCount(); ++column) {
        if (column > 0)
            line.append(',');
        appendCsv(line, (*model.columns())[static_cast<std::size_t>(column)].name.toStdString(),
                  false);
    }
    return line.append("\r\n");
}

QByteArray csvRow(const ResultModel& model, int row)
{
    QByteArray line;
    for (int column = 0; column < model.columnCount(); ++column) {
        if (column > 0)
            line.append(',');
        engine::ByteView value;
        if (!model.cell(row, column, value))
            continue;
        const auto& type = *(*model.columns())[static_cast<std::size_t>(column)].type;
        const std::string text = type.isCollection() || !type.parameters().empty()
                                     ? type.toCqlLiteral(value)
                                     : type.getString(value);
        appendCsv(line, text, text.empty());
    }
    return line.append("\r\n");
}

bool rowsOfOneTable(const ResultModel& model)
{
    const auto& columns = *model.columns();
    for (const auto& column : columns)
        if (column.table.isEmpty() || column.table != columns[0].table ||
            column.keyspace != columns[0].keyspace ||
            // "count(*)", "writetime(x)": what a function gave is no column.
            column.name.contains(u'('))
            return false;
    return !columns.empty();
}

QByteArray insertRow(const ResultModel& model, int row)
{
    const auto quoted = [](const QString& name) {
        return QByteArray::fromStdString(engine::cql::quote(name.toStdString()));
    };
    const auto& columns = *model.columns();
    QByteArray names;
    QByteArray values;
    for (int column = 0; column < model.columnCount(); ++column) {
        const auto& info = columns[static_cast<std::size_t>(column)];
        engine::ByteView value;
        // Writing a null would leave a tombstone where there was nothing.
        if (!model.cell(row, column, value))
            continue;
        if (!names.isEmpty()) {
            names.append(", ");
            values.append(", ");
        }
        names.append(quoted(info.name));
        values.append(QByteArray::fromStdString(info.type->toCqlLiteral(value)));
    }
    return "INSERT INTO " + quoted(columns[0].keyspace) + '.' + quoted(columns[0].table) + " (" +
           names + ") VALUES (" + values + ");\n";
}

QByteArray jsonRow(const ResultModel& model, int row)
{
    QByteArray line("  {");
    for (int column = 0; column < model.columnCount(); ++column) {
        const auto& info = (*model.columns())[static_cast<std::size_t>(column)];
        if (column > 0)
            line.append(", ");
        line.append(jsonString(info.name)).append(": ");
        engine::ByteView value;
        line.append(model.cell(row, column, value)
                        ? QByteArray::fromStdString(info.type->toJson(value))
                        : QByteArray("null"));
    }
    return line.append('}');
}

} // namespace

QString exportRows(const ResultModel& model, int first, int last, ExportFormat format,
                   QIODevice& out)
{
    if (!model.columns())
        return {};
    const auto write = [&out](const QByteArray& bytes) { return out.write(bytes) == bytes.size(); };
    if (format == ExportFormat::Inserts && !rowsOfOneTable(model))
        return QCoreApplication::translate("views::Export", "The rows do not come from one table.");
    bool good = format == ExportFormat::Inserts ||
                write(format == ExportFormat::Csv ? csvHeader(model) : QByteArray("[\n"));
    for (int row = first; good && row <= last; ++row) {
        if (format == ExportFormat::Csv)
            good = write(csvRow(model, row));
        else if (format == ExportFormat::Inserts)
            good = write(insertRow(model, row));
        else
            good = write(jsonRow(model, row) + (row < last ? ",\n" : "\n"));
    }
    if (good && format == ExportFormat::Json)
        good = write("]\n");
    if (!model.pages().problem().isEmpty())
        return model.pages().problem();
    return good ? QString() : out.errorString();
}

} // namespace views
