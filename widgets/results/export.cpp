#include "widgets/results/export.h"

#include "widgets/results/result_model.h"

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
    bool good = write(format == ExportFormat::Csv ? csvHeader(model) : QByteArray("[\n"));
    for (int row = first; good && row <= last; ++row) {
        if (format == ExportFormat::Csv)
            good = write(csvRow(model, row));
        else
            good = write(jsonRow(model, row) + (row < last ? ",\n" : "\n"));
    }
    if (good && format == ExportFormat::Json)
        good = write("]\n");
    return good ? QString() : out.errorString();
}

} // namespace views
