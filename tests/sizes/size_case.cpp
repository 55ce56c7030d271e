#include "tests/sizes/size_case.h"

#include <QJsonArray>

#include <algorithm>

using namespace engine::modeling;

namespace tests {

namespace {

std::optional<double> numberIn(const QJsonObject& object, const char* name)
{
    const QJsonValue value = object[QLatin1String(name)];
    return value.isDouble() ? std::optional{value.toDouble()} : std::nullopt;
}

TableColumn columnOf(Model& model, const QJsonObject& from)
{
    TableColumn column;
    column.id = model.newId();
    column.name = from["name"].toString().toStdString();
    column.type = from["type"].toString().toStdString();
    const QString kind = from["kind"].toString();
    column.role = kind == "partition"    ? ColumnRole::PartitionKey
                  : kind == "clustering" ? ColumnRole::Clustering
                  : kind == "static"     ? ColumnRole::Static
                                         : ColumnRole::Regular;
    column.descending = from["descending"].toBool();
    column.sizing.averageBytes = numberIn(from, "averageBytes");
    column.sizing.nullShare = numberIn(from, "nullShare");
    column.sizing.elements = numberIn(from, "elements");
    column.sizing.appended = from["appended"].toBool();
    return column;
}

} // namespace

Model modelOfCase(const QJsonObject& parameters)
{
    Model model;
    model.keyspaces.push_back(
        {.id = model.newId(),
         .name = "sizes",
         .replication = {{"class", "SimpleStrategy"}, {"replication_factor", "1"}}});
    const QJsonObject types = parameters["types"].toObject();
    for (auto at = types.begin(); at != types.end(); ++at) {
        UserType type;
        type.id = model.newId();
        type.keyspace = "sizes";
        type.name = at.key().toStdString();
        for (const QJsonValue& field : at.value().toArray())
            type.fields.push_back({field.toArray()[0].toString().toStdString(),
                                   field.toArray()[1].toString().toStdString()});
        model.types.push_back(type);
    }
    ModelTable table;
    table.id = model.newId();
    table.keyspace = "sizes";
    table.name = parameters["name"].toString().toStdString();
    for (const QJsonValue& column : parameters["columns"].toArray())
        table.columns.push_back(columnOf(model, column.toObject()));
    TableSizing& sizing = table.sizing;
    sizing.rows = std::to_string(parameters["rows"].toInt());
    sizing.partitions = numberIn(parameters, "partitions");
    sizing.writeSpanSeconds = numberIn(parameters, "writeSpanSeconds");
    sizing.ttlSeconds = numberIn(parameters, "ttlSeconds");
    sizing.deletedRows = numberIn(parameters, "deletedRows");
    sizing.deletedCells = numberIn(parameters, "deletedCells");
    sizing.rangeDeletions = numberIn(parameters, "rangeDeletions");
    sizing.updated = parameters["updated"].toBool();
    model.tables.push_back(table);
    return model;
}

ExactSize estimateOf(const Model& model)
{
    const auto inputs = tableInputs(model, model.tables[0], SizeProfile::Average);
    if (!inputs)
        qFatal("%s: %s", model.tables[0].name.c_str(), inputs.error().detail().c_str());
    const auto size = exactSize(model, model.tables[0], *inputs);
    if (!size)
        qFatal("%s: %s", model.tables[0].name.c_str(), size.error().detail().c_str());
    return *size;
}

} // namespace tests
