#include "engine/modeling/command.h"

#include "engine/modeling/deployment.h"

#include "engine/modeling/advice.h"
#include "engine/modeling/document.h"
#include "engine/modeling/figures.h"
#include "engine/modeling/import.h"
#include "engine/modeling/schema_diff.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <utility>

namespace engine::modeling {

namespace {

namespace json = boost::json;

struct CommandWords {
    std::string command;
    std::vector<std::string> files;
    std::string contact;
    double nodes = 3;
    bool json = false;
    bool average = false;
    bool ifNotExists = false;
    bool comments = true;
    bool drop = true;
    bool script = false;
    bool deployed = false;
    std::string cluster; ///< of --deployed; empty: the last of all
};

Error usage(const std::string& what)
{
    return {ErrorCode::Invalid, what + "; see ringwright model --help"};
}

Result<CommandWords> readWords(const std::vector<std::string>& words)
{
    CommandWords read;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        const auto value = [&]() -> std::string { return i + 1 < words.size() ? words[++i] : ""; };
        if (word == "--json")
            read.json = true;
        else if (word == "--average")
            read.average = true;
        else if (word == "--if-not-exists")
            read.ifNotExists = true;
        else if (word == "--no-comments")
            read.comments = false;
        else if (word == "--no-drop")
            read.drop = false;
        else if (word == "--script")
            read.script = true;
        else if (word == "--deployed" || word.starts_with("--deployed=")) {
            read.deployed = true;
            read.cluster = word.substr(std::min(word.size(), std::string("--deployed=").size()));
        } else if (word == "--contact")
            read.contact = value();
        else if (word == "--nodes") {
            const std::string number = value();
            const auto [end, error] =
                std::from_chars(number.data(), number.data() + number.size(), read.nodes);
            if (error != std::errc{} || end != number.data() + number.size() || read.nodes < 1)
                return usage("--nodes wants a number of nodes");
        } else if (word.starts_with("-"))
            return usage("unknown option " + word);
        else if (read.command.empty())
            read.command = word;
        else
            read.files.push_back(word);
    }
    const bool diff = read.command == "diff";
    if (read.command != "check" && read.command != "cql" && read.command != "sizes" && !diff)
        return usage(read.command.empty() ? "a command is missing"
                                          : "unknown command " + read.command);
    const std::size_t wanted = diff && read.contact.empty() && !read.deployed ? 2 : 1;
    if (read.files.size() != wanted)
        return usage(read.command + " wants " + (wanted == 1 ? "one file" : "two files"));
    return read;
}

std::string_view severityName(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return "info";
    case Severity::Warning:
        return "warning";
    case Severity::Error:
        return "error";
    }
    return "";
}

std::string_view lightName(Light light)
{
    switch (light) {
    case Light::Green:
        return "green";
    case Light::Amber:
        return "amber";
    case Light::Red:
        return "red";
    }
    return "";
}

std::string_view differenceName(DifferenceKind kind)
{
    switch (kind) {
    case DifferenceKind::Same:
        return "same";
    case DifferenceKind::Create:
        return "create";
    case DifferenceKind::Alter:
        return "alter";
    case DifferenceKind::Rebuild:
        return "rebuild";
    case DifferenceKind::Drop:
        return "drop";
    }
    return "";
}

json::string text(std::string_view from)
{
    return json::string{from.data(), from.size()};
}

/// Boost writes doubles with an exponent ("3.9E1"), which nobody likes to read: whole numbers, and
/// large ones, whose fraction says nothing, become integers, others as short as they can be.
void appendNumber(double number, std::string& out)
{
    constexpr double kLarge = 1000;
    constexpr double kExact = 9007199254740992; // 2⁵³: up to here doubles hold every integer
    const double whole = std::round(number);
    std::array<char, 32> text{};
    char* const end = text.data() + text.size();
    const bool isInteger =
        std::abs(whole) < kExact && (whole == number || std::abs(whole) >= kLarge);
    const auto written = isInteger
                             ? std::to_chars(text.data(), end, static_cast<std::int64_t>(whole))
                             : std::to_chars(text.data(), end, number);
    out.append(text.data(), written.ptr);
}

void appendJson(const json::value& value, std::string& out)
{
    const char* before = "";
    if (const auto* members = value.if_object()) {
        out += '{';
        for (const auto& member : *members) {
            out.append(std::exchange(before, ","))
                .append(json::serialize(member.key()))
                .append(":");
            appendJson(member.value(), out);
        }
        out += '}';
    } else if (const auto* elements = value.if_array()) {
        out += '[';
        for (const json::value& element : *elements) {
            out += std::exchange(before, ",");
            appendJson(element, out);
        }
        out += ']';
    } else if (const double* number = value.if_double()) {
        appendNumber(*number, out);
    } else {
        out += json::serialize(value);
    }
}

std::string line(const json::value& value)
{
    std::string out;
    appendJson(value, out);
    return out + "\n";
}

CommandOutcome check(const Model& model, const CommandWords& words)
{
    CommandOutcome outcome;
    SizeOptions options;
    options.nodes = words.nodes;
    std::vector<Finding> findings = advise(model, options);
    if (const auto schema = schemaOf(model);
        !schema && std::ranges::count(findings, "cannot-be-created", &Finding::rule) == 0) {
        Finding refused;
        refused.rule = "cannot-be-created";
        refused.severity = Severity::Error;
        refused.sentence = schema.error().detail() + ".";
        refused.helpPage = "types";
        findings.insert(findings.begin(), refused);
    }
    json::array list;
    for (const Finding& finding : findings) {
        const std::string element = elementName(model, finding.element);
        if (finding.severity == Severity::Error)
            outcome.exitCode = 1;
        list.push_back({{"rule", text(finding.rule)},
                        {"severity", text(severityName(finding.severity))},
                        {"element", text(element)},
                        {"sentence", text(finding.sentence)},
                        {"explanation", text(finding.explanation)},
                        {"fix", text(finding.fix.label)},
                        {"help", text(finding.helpPage)}});
        outcome.out += fmt::format("{:8} {}{}\n", severityName(finding.severity), finding.sentence,
                                   finding.fix.label.empty() ? "" : " [" + finding.fix.label + "]");
    }
    if (findings.empty())
        outcome.out = "Nothing to say against " + model.name + ".\n";
    if (words.json)
        outcome.out = line(json::object{{"model", text(model.name)}, {"findings", list}});
    return outcome;
}

CommandOutcome cql(const Model& model, const CommandWords& words)
{
    CommandOutcome outcome;
    CqlOptions options;
    options.ifNotExists = words.ifNotExists;
    options.comments = words.comments && !words.json;
    if (const auto schema = schemaOf(model); !schema) {
        outcome.exitCode = 1;
        outcome.err = "The server would refuse this: " + schema.error().detail() + "\n";
    }
    if (!words.json) {
        outcome.out = cqlOf(model, options);
        return outcome;
    }
    json::array list;
    for (const CqlStatement& statement : cqlStatements(model, options))
        list.push_back({{"kind", text(objectKindName(statement.kind))},
                        {"keyspace", text(statement.keyspace)},
                        {"name", text(statement.name)},
                        {"cql", text(statement.cql)}});
    outcome.out = line(json::object{{"model", text(model.name)}, {"statements", list}});
    return outcome;
}

json::object sizeObject(const Model& model, const TableSize& size)
{
    json::object made{{"table", text(elementName(model, size.table))},
                      {"rows", size.rows.value},
                      {"rowsKnown", size.inputs.rowsKnown},
                      {"cells", size.cells.value},
                      {"classicalBytes", size.classical.bytes.result},
                      {"light", text(lightName(size.light))},
                      {"partitions", size.inputs.partitions},
                      {"tableBytes", size.totals.bytes},
                      {"replicatedBytes", size.totals.replicatedBytes},
                      {"bytesANode", size.totals.perNodeBytes},
                      {"diskANode", size.totals.perNodeDiskBytes}};
    if (size.exact) {
        made["exactBytes"] = size.exact->partitionBytes;
        made["compressedBytes"] = size.exact->compressedBytes;
        made["indexBytes"] = size.exact->indexBytes;
    }
    return made;
}

CommandOutcome sizes(const Model& model, const CommandWords& words)
{
    CommandOutcome outcome;
    SizeOptions options;
    options.nodes = words.nodes;
    const ClusterTotals totals = clusterTotals(
        model, words.average ? SizeProfile::Average : SizeProfile::Largest, Depth::Exact, options);
    json::array tables;
    outcome.out = fmt::format("{:40} {:>12} {:>12} {:>10} {:>10} {:>10}  {}\n", "table", "rows",
                              "cells", "formula", "exact", "all copies", "");
    for (const TableSize& size : totals.tables) {
        tables.push_back(sizeObject(model, size));
        if (size.light == Light::Red)
            outcome.exitCode = 1;
        outcome.out += fmt::format(
            "{:40} {:>12} {:>12} {:>10} {:>10} {:>10}  {}\n", elementName(model, size.table),
            (size.inputs.rowsKnown ? "" : "? ") + grouped(size.rows.value),
            grouped(size.cells.value), bytesText(size.classical.bytes.result),
            bytesText(size.bytes.value), bytesText(size.totals.replicatedBytes),
            lightName(size.light));
    }
    json::array failed;
    for (const auto& [table, sentence] : totals.failed) {
        failed.push_back({{"table", text(elementName(model, table))}, {"error", text(sentence)}});
        outcome.err += elementName(model, table) + ": " + sentence + "\n";
        outcome.exitCode = 1;
    }
    outcome.out += fmt::format("{} with {} nodes: {} of data a node, {} of disk with room for "
                               "compaction\n",
                               counted(static_cast<double>(totals.tables.size()), "table"),
                               grouped(words.nodes), bytesText(totals.perNodeBytes),
                               bytesText(totals.perNodeDiskBytes));
    if (words.json)
        outcome.out = line(json::object{{"model", text(model.name)},
                                        {"nodes", words.nodes},
                                        {"tables", tables},
                                        {"failed", failed},
                                        {"bytes", totals.bytes},
                                        {"replicatedBytes", totals.replicatedBytes},
                                        {"bytesANode", totals.perNodeBytes},
                                        {"diskANode", totals.perNodeDiskBytes}});
    return outcome;
}

json::object diffObject(const SchemaDiff& diff)
{
    json::array differences;
    for (const Difference& difference : diff.differences)
        differences.push_back({{"kind", text(differenceName(difference.kind))},
                               {"object", text(objectKindName(difference.object))},
                               {"keyspace", text(difference.keyspace)},
                               {"name", text(difference.name)},
                               {"sentence", text(difference.sentence)},
                               {"risky", difference.risky}});
    json::array steps;
    for (const MigrationStep& step : diff.steps) {
        json::array needs;
        for (const std::size_t earlier : step.needs)
            needs.push_back(earlier + 1);
        steps.push_back({{"kind", text(stepKindName(step.kind))},
                         {"title", text(step.title)},
                         {"cql", text(step.cql)},
                         {"warning", text(step.warning)},
                         {"needs", needs}});
    }
    return {{"differences", differences}, {"steps", steps}};
}

Result<Model> lastDeployed(const Model& model, const CommandWords& words)
{
    const Deployment* last = lastDeployment(model, words.cluster);
    if (last)
        return deployedModel(*last);
    std::vector<std::string> others;
    for (const Deployment& each : model.deployments)
        others.push_back(each.cluster);
    return Error{ErrorCode::NotFound,
                 words.files[0] + " has not been deployed" +
                     (words.cluster.empty() ? " yet" : " to " + words.cluster) +
                     (others.empty() ? std::string{} : ", only to " + joined(others))};
}

Result<CommandOutcome> diff(const Model& model, const CommandWords& words, const LiveSchema& live)
{
    DiffOptions options;
    options.drop = words.drop;
    SchemaDiff found;
    if (words.deployed) {
        RW_ASSIGN(const Model before, lastDeployed(model, words));
        RW_ASSIGN(found, diffModels(model, before, options));
    } else if (!words.contact.empty()) {
        RW_ASSIGN(const schema::SchemaPtr schema, live(words.contact));
        RW_ASSIGN(found, diffToModel(model, *schema, options));
    } else {
        RW_ASSIGN(const Model before, readModelFile(words.files[1]));
        RW_ASSIGN(found, diffModels(model, before, options));
    }
    CommandOutcome outcome;
    std::size_t same = 0;
    for (const Difference& difference : found.differences) {
        if (difference.kind == DifferenceKind::Same) {
            ++same;
            continue;
        }
        outcome.exitCode = 1;
        outcome.out +=
            fmt::format("{:8} {} {}{}{}: {}\n", differenceName(difference.kind),
                        objectKindName(difference.object), difference.keyspace,
                        difference.name.empty() ? "" : ".", difference.name, difference.sentence);
    }
    outcome.out += fmt::format("{} the same\n",
                               counted(static_cast<double>(same), "object is", "objects are"));
    for (std::size_t i = 0; i < found.steps.size() && !words.script; ++i)
        outcome.out += fmt::format("{:3}. {} ({})\n", i + 1, found.steps[i].title,
                                   stepKindName(found.steps[i].kind));
    if (words.script)
        outcome.out = scriptOf(found);
    if (words.json)
        outcome.out = line(diffObject(found));
    return outcome;
}

Result<CommandOutcome> run(const std::vector<std::string>& given, const LiveSchema& live)
{
    RW_ASSIGN(const CommandWords words, readWords(given));
    RW_ASSIGN(const Model model, readModelFile(words.files[0]));
    if (words.command == "check")
        return check(model, words);
    if (words.command == "cql")
        return cql(model, words);
    if (words.command == "sizes")
        return sizes(model, words);
    return diff(model, words, live);
}

} // namespace

Result<Model> readModelFile(const std::string& name)
{
    if (!name.ends_with(".cql"))
        return loadModel(name);
    std::ifstream file{name, std::ios::binary};
    if (!file)
        return Error{ErrorCode::NotFound, name + " cannot be read"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto model = modelOfCql(text);
    if (!model)
        return model.error().within(name);
    return model;
}

std::string modelCommandHelp()
{
    return "Usage: ringwright model COMMAND FILE [options]\n"
           "Works on a model (.rwmodel, or a .cql script) without a window.\n\n"
           "Commands:\n"
           "  check FILE        what experience says against the model; 1 if there is an error\n"
           "  cql FILE          the CREATE statements; 1 if a server would refuse them\n"
           "  sizes FILE        partitions, tables and disk; 1 if a partition is over its limit\n"
           "  diff FILE OTHER   what leads from OTHER (a model or .cql) to FILE; 1 if they differ\n"
           "  diff FILE --contact HOST[:PORT]   the same from a running cluster\n"
           "  diff FILE --deployed[=CLUSTER]    the same from what was deployed last\n"
           "  load FILE --to HOST[:PORT]        creates the tables, loads generated rows, "
           "measures\n"
           "  measure FILE --to HOST[:PORT]     partitions of a cluster beside the estimate\n\n"
           "Options:\n"
           "  --json            for programs\n"
           "  --nodes N         nodes of the cluster, for check and sizes (3)\n"
           "  --average         sizes of the average partition instead of the largest\n"
           "  --if-not-exists   in cql\n"
           "  --no-comments     in cql\n"
           "  --script          diff: the migration as a script\n"
           "  --no-drop         diff: leave alone what FILE does not have\n"
           "Options of load and measure:\n"
           "  --rows N          load: of all tables together, about (100000)\n"
           "  --bytes N         load: of all tables together at most, about (1000000000)\n"
           "  --seed N          load: the same seed gives the same rows (20240611)\n"
           "  --no-schema       load: the tables are there\n"
           "  --replication N   load: copies in each datacenter, instead of the model's\n"
           "  --flush           measure: flush the tables first; load always does\n"
           "  --compact         measure: flush and compact, so that each partition lies in one "
           "file\n"
           "  --no-compact      load: flush only\n"
           "  --sample N        rows a table that are read for sizes of columns (2000)\n"
           "  --calibrate FILE  writes the model with what was measured instead of assumed\n"
           "  --dir FOLDER      of bundled clusters, for their admin endpoints and files\n"
           "  --jolokia PORT    of other clusters' Jolokia agents; else only CQL is used\n"
           "  --user, --jolokia-user NAME       passwords: RINGWRIGHT_PASSWORD,\n"
           "                    RINGWRIGHT_JOLOKIA_PASSWORD in the environment\n"
           "load, measure: 1 if a table is more than a quarter off the estimate for as many rows.\n"
           "Exit codes: 0, 1 as above, 2 if it could not be done.\n";
}

CommandOutcome runModelCommand(const std::vector<std::string>& words, const LiveSchema& live)
{
    if (std::ranges::count(words, "--help") + std::ranges::count(words, "-h") > 0)
        return {0, modelCommandHelp(), {}};
    auto outcome = run(words, live);
    if (!outcome)
        return {2, {}, "ringwright model: " + outcome.error().detail() + "\n"};
    return std::move(*outcome);
}

} // namespace engine::modeling
