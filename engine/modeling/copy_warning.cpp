#include "engine/modeling/copy_warning.h"

#include "engine/modeling/figures.h"
#include "engine/modeling/value_conversion.h"

#include <algorithm>

namespace engine::modeling {

namespace {

void say(std::string& text, const std::string& sentence)
{
    text += (text.empty() ? "" : " ") + sentence;
}

/// Why nothing can be copied; empty: it can.
std::string refusal(const MigrationStep& step, const schema::Table& wanted,
                    const schema::Table& live)
{
    if (!step.missingColumns.empty())
        return "This copy will be refused: " + step.from + " has no value for " +
               joined(step.missingColumns) + ", which the new key needs: say where it comes from.";
    if (wanted.isCounter() != live.isCounter())
        return "This copy will be refused: only one of " + step.from + " and " + step.to +
               " holds counters, which can only be added to.";
    for (const std::string& name : step.copiedColumns) {
        const auto& from = live.column(name)->type;
        const auto& to = wanted.column(name)->type;
        const Conversion conversion = conversionOf(from, to);
        if (conversion.kind == ConversionKind::Impossible)
            return "This copy will be refused: " + name + " becomes " + to->toString() + ", and " +
                   conversion.why + ". Keep the type, or copy with a program that converts it.";
    }
    return {};
}

void sayConversions(std::string& text, const MigrationStep& step, const schema::Table& wanted,
                    const schema::Table& live)
{
    for (const std::string& name : step.copiedColumns) {
        const auto& from = live.column(name)->type;
        const auto& to = wanted.column(name)->type;
        const Conversion conversion = conversionOf(from, to);
        if (conversion.kind == ConversionKind::Exact)
            say(text,
                name + " is converted from " + from->toString() + " to " + to->toString() + ".");
        else if (conversion.kind == ConversionKind::Lossy)
            say(text, name + " is converted from " + from->toString() + " to " + to->toString() +
                          ": " + conversion.why + ".");
    }
}

/// Rows that differed only in a lost key column fall together.
void sayMergedRows(std::string& text, const MigrationStep& step, const schema::Table& wanted,
                   const schema::Table& live)
{
    std::vector<std::string> lost;
    for (const auto keys : {live.partitionKey(), live.clustering()}) {
        for (const schema::ColumnPtr& column : keys) {
            const auto* now = wanted.column(column->name);
            if (!now || !now->isPrimaryKey())
                lost.push_back(column->name);
        }
    }
    if (!lost.empty())
        say(text,
            "Rows that differ only in " + joined(lost) + " become one row in " + step.to + ".");
}

void sayTimes(std::string& text, const MigrationStep& step, const schema::Table& wanted,
              const schema::Table& live)
{
    const bool timed = std::ranges::any_of(step.copiedColumns, [&](const std::string& name) {
        return !live.column(name)->isPrimaryKey() && !wanted.column(name)->isPrimaryKey();
    });
    if (!timed) {
        say(text,
            step.from +
                " has key columns only, whose write times and TTLs cannot be read: they begin "
                "anew" +
                (wanted.params().defaultTimeToLive > 0 ? " with the table's default TTL." : "."));
        return;
    }
    say(text, "Write times and remaining TTLs go along, cell by cell.");
    std::vector<std::string> lists;
    for (const schema::ColumnPtr& column : wanted.selectOrder()) {
        const auto* before = live.column(column->name);
        if (before && column->type->isMultiCell() && column->type->kind() == cql::TypeKind::List)
            lists.push_back(column->name);
    }
    if (!lists.empty())
        say(text, "All elements of " + joined(lists) + " get the time of the newest.");
    std::vector<std::string> former;
    for (const std::string& name : step.copiedColumns) {
        if (live.column(name)->isPrimaryKey() && !wanted.column(name)->isPrimaryKey())
            former.push_back(name);
    }
    if (!former.empty())
        say(text, joined(former) + " had no write time as part of the key and gets the row's "
                                   "newest.");
}

} // namespace

void tellOfCopy(MigrationStep& step, const schema::Table& wanted, const schema::Table& live)
{
    step.hasCounters = wanted.isCounter();
    step.warning = refusal(step, wanted, live);
    step.refused = !step.warning.empty();
    if (step.refused)
        return;
    std::string& text = step.warning;
    if (wanted.isCounter())
        say(text, "Stop increments from here to the switch: each counter of " + step.to +
                      " gets what it is short of, so an increment that arrives meanwhile is lost "
                      "or counted twice. Counters have no write time or TTL.");
    else
        say(text, "Writes that arrive meanwhile reach only " + step.from +
                      ". Let the application write to both until the switch.");
    sayConversions(text, step, wanted, live);
    sayMergedRows(text, step, wanted, live);
    if (!wanted.isCounter())
        sayTimes(text, step, wanted, live);
}

} // namespace engine::modeling
