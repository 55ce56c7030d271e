#include "engine/simulation/cluster/membership_scenario.h"
#include "engine/simulation/cluster/repair_scenario.h"
#include "engine/simulation/cluster/scenario.h"
#include "engine/simulation/cluster/simulated_cluster.h"

#include <boost/program_options.hpp>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace options = boost::program_options;
using engine::simulation::runMembershipScenario;
using engine::simulation::runRepairScenario;
using engine::simulation::runScenario;
using engine::simulation::ScenarioOptions;
using engine::simulation::ScenarioOutcome;
using engine::simulation::WorldEvent;

constexpr int kExitUsage = 2;

int usageError(const std::string& sentence)
{
    std::fprintf(stderr, "error: %s; see --help\n", sentence.c_str());
    return kExitUsage;
}

/// "A..B" or "A".
bool parseSeeds(const std::string& text, std::uint64_t& first, std::uint64_t& last)
{
    char* end = nullptr;
    first = std::strtoull(text.c_str(), &end, 10);
    last = first;
    if (end == text.c_str())
        return false;
    if (*end == '\0')
        return true;
    if (end[0] != '.' || end[1] != '.')
        return false;
    const char* second = end + 2;
    last = std::strtoull(second, &end, 10);
    return end != second && *end == '\0' && last >= first;
}

void printEvent(const WorldEvent& event, bool all)
{
    if (!all && event.kind != "log" && event.kind != "life" && event.kind != "clock" &&
        event.text != "partition" && event.text != "heal")
        return;
    std::printf("%12.6f %3d %.*s %.*s\n", static_cast<double>(event.at.count()) / 1e9,
                static_cast<int>(event.node), static_cast<int>(event.kind.size()),
                event.kind.data(), static_cast<int>(event.text.size()), event.text.data());
}

double secondsOf(engine::Duration time)
{
    return static_cast<double>(time.count()) / 1e9;
}

/// What clients wrote to one key and read of it.
void printHistory(const engine::simulation::ScenarioOutcome& outcome, std::uint32_t key)
{
    for (const auto& operation : outcome.history) {
        if (operation->key != key)
            continue;
        std::printf(
            "%12.6f %3d %s %s", secondsOf(operation->begun),
            static_cast<int>(operation->coordinator), operation->isWrite ? "writes" : "reads",
            operation->timestamp ? std::to_string(*operation->timestamp).c_str() : "nothing");
        if (operation->hasEnded)
            std::printf(", %s at %.6f\n",
                        operation->succeeded ? "answered" : operation->error.c_str(),
                        secondsOf(operation->ended));
        else
            std::printf(", never answered\n");
    }
}

bool switchOff(const std::string& name, engine::simulation::ScenarioSwitches& switches)
{
    if (name == "fsync")
        switches.fsync = false;
    else if (name == "hints")
        switches.coordination.hints = false;
    else if (name == "read-repair")
        switches.coordination.readRepair = false;
    else if (name == "digests")
        switches.coordination.digestComparison = false;
    else if (name == "timestamp-order")
        switches.coordination.timestampOrder = false;
    else if (name == "pending-writes")
        switches.coordination.pendingWrites = false;
    else if (name == "repair-exchange")
        switches.coordination.repairExchange = false;
    else if (name == "ring-barrier")
        switches.coordination.ringBarrier = false;
    else
        return false;
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    options::options_description known{"ringwright-sim: whole clusters on virtual time\n\n"
                                       "Usage: ringwright-sim run --seeds A..B\n\nOptions"};
    known.add_options()("help,h", "show this text")("version", "show the version")(
        "command", options::value<std::string>(), "run")(
        "seeds", options::value<std::string>()->default_value("1..200"),
        "the first and the last seed")("nodes", options::value<std::uint32_t>()->default_value(5),
                                       "nodes of the cluster")(
        "without", options::value<std::vector<std::string>>(),
        "switch a safeguard off: fsync, hints, read-repair, digests, timestamp-order, "
        "pending-writes, ring-barrier, repair-exchange")(
        "membership", "nodes join, leave and are removed under load")(
        "repair", "incremental repairs with crashes and partitions")(
        "hash", "print the hash of each seed's event log")("log", "print what happens")(
        "steps", "print every step of it")("history", options::value<std::uint32_t>(),
                                           "print what clients wrote to this key and read of it");
    options::positional_options_description positions;
    positions.add("command", 1);
    options::variables_map given;
    try {
        options::store(
            options::command_line_parser(argc, argv).options(known).positional(positions).run(),
            given);
        options::notify(given);
    } catch (const options::error& e) {
        return usageError(e.what());
    }
    if (given.count("help") != 0) {
        std::ostringstream text;
        text << known;
        std::printf("%s\n", text.str().c_str());
        return 0;
    }
    if (given.count("version") != 0) {
        std::printf("ringwright-sim 0.1.0\n");
        return 0;
    }
    if (given.count("command") == 0 || given["command"].as<std::string>() != "run")
        return usageError("the command is run");
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (!parseSeeds(given["seeds"].as<std::string>(), first, last))
        return usageError("--seeds wants A..B, two numbers");
    ScenarioOptions scenario;
    scenario.nodeCount = given["nodes"].as<std::uint32_t>();
    if (scenario.nodeCount < 3 || scenario.nodeCount > 100)
        return usageError("--nodes is 3 to 100");
    if (given.count("without") != 0)
        for (const std::string& name : given["without"].as<std::vector<std::string>>())
            if (!switchOff(name, scenario.switches))
                return usageError("--without does not know '" + name + "'");
    if (given.count("log") != 0 || given.count("steps") != 0)
        scenario.observer = [all = given.count("steps") != 0](const WorldEvent& event) {
            printEvent(event, all);
        };

    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        scenario.seed = seed;
        const ScenarioOutcome outcome = given.count("membership") != 0
                                            ? runMembershipScenario(scenario)
                                        : given.count("repair") != 0 ? runRepairScenario(scenario)
                                                                     : runScenario(scenario);
        ++(outcome.passed ? passed : failed);
        if (!outcome.passed)
            std::printf("seed %" PRIu64 " failed (%s): %s\n", seed, outcome.story.c_str(),
                        outcome.failure.c_str());
        if (given.count("history") != 0)
            printHistory(outcome, given["history"].as<std::uint32_t>());
        if (given.count("hash") != 0)
            std::printf("seed %" PRIu64 " %016" PRIx64 " %s, %" PRIu64
                        " events, %.1f virtual s, %u writes, %u reads\n",
                        seed, outcome.eventHash, outcome.story.c_str(), outcome.eventCount,
                        static_cast<double>(outcome.virtualTime.count()) / 1e9,
                        outcome.writesAcknowledged, outcome.readsAnswered);
        std::fflush(stdout);
    }
    std::printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
