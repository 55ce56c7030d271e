#include "engine/modeling/advice_rules.h"
#include "engine/modeling/value_sizes.h"

#include <algorithm>

namespace engine::modeling {

namespace {

constexpr double kElementsMax = 1000; ///< that read as one value without harm
constexpr double kValueBytesMax = 1 << 20;
constexpr std::size_t kColumnsMax = 200;

void adviseCollection(Advising& at, const ModelTable& table, const TableColumn& column,
                      const cql::Type& type)
{
    const std::string full = table.name + "." + column.name;
    const double elements =
        std::max(column.sizing.elements.value_or(0), column.sizing.maximumElements.value_or(0));
    if (elements > kElementsMax ||
        (column.sizing.appended && !column.sizing.maximumElements && !column.sizing.elements)) {
        const bool unknown = elements <= kElementsMax;
        at.add("growing-collection", unknown ? Severity::Info : Severity::Warning, table.id,
               unknown ? full + " is appended to and nothing says where it ends."
                       : full + " holds " + counted(elements, "element") + ".",
               "A collection is read as a whole, and a query cannot ask for a part of it. Beyond "
               "some hundred elements, rows of a table of their own are better: they can be "
               "paged, expire one by one, and need no read of the rest.")
            .column = column.id;
    }
    if (type.kind() != cql::TypeKind::List || !type.isMultiCell())
        return;
    Finding& finding =
        at.add("list-read-before-write", Severity::Info, table.id,
               full + " is a list: setting or removing an element reads the whole list first.",
               "Lists are the only type whose updates by position or value read before they "
               "write, and a retried append adds an element twice. If the order does not matter, "
               "a set does neither.");
    finding.column = column.id;
    finding.fix = tableFix("Make " + column.name + " a set", table.id,
                           [id = column.id](Model&, ModelTable& to) -> Result<void> {
                               for (TableColumn& changed : to.columns) {
                                   if (changed.id == id && changed.type.starts_with("list<"))
                                       changed.type = "set<" + changed.type.substr(5);
                               }
                               return ok();
                           });
}

void adviseCounterTtl(Advising& at, const ModelTable& table)
{
    if (!isCounterTable(table) || timeToLive(table) <= 0)
        return;
    Finding& finding = at.add(
        "counter-ttl", Severity::Error, table.id, "The counters of " + table.name + " have a TTL.",
        "Counters cannot expire; the server refuses default_time_to_live on a table of "
        "counters. Put a time bucket into the key and drop old buckets instead.");
    finding.fix =
        tableFix("Take the TTL away", table.id, [](Model&, ModelTable& to) -> Result<void> {
            to.options.erase("default_time_to_live");
            to.sizing.ttlSeconds.reset();
            return ok();
        });
}

} // namespace

void adviseColumns(Advising& at, const ModelTable& table)
{
    for (const TableColumn& column : table.columns) {
        const auto type = typeOf(at.model, table.keyspace, column.type);
        if (!type)
            continue; // told as cannot-be-created
        if ((*type)->isCollection())
            adviseCollection(at, table, column, **type);
        const double bytes = std::max(column.sizing.averageBytes.value_or(0),
                                      column.sizing.maximumBytes.value_or(0));
        if (bytes > kValueBytesMax)
            at.add("large-value", Severity::Warning, table.id,
                   table.name + "." + column.name + " holds values of " + bytesText(bytes) + ".",
                   "A value travels and is held in memory whole on every replica and coordinator. "
                   "Above about 1 MB, cut it into chunks in rows of their own, or keep the object "
                   "elsewhere and its address here.")
                .column = column.id;
    }
    if (table.columns.size() > kColumnsMax)
        at.add("many-columns", Severity::Warning, table.id,
               table.name + " has " + counted(static_cast<double>(table.columns.size()), "column") +
                   ".",
               "Every row is decoded column by column. What is read together can be one frozen "
               "user type or one blob.");
    adviseCounterTtl(at, table);
}

} // namespace engine::modeling
