// ringwright-node: one node of a cluster.

#include "engine/node/node_program.h"

#include <boost/program_options.hpp>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <sys/prctl.h>

namespace options = boost::program_options;

int main(int argc, char** argv)
{
    options::options_description shown("ringwright-node: one Cassandra-compatible node\n\nOptions");
    shown.add_options()("help,h", "show this text")("version", "show the version")(
        "config", options::value<std::string>(),
        "path of cassandra.yaml")("secret-file", options::value<std::string>()->default_value(""),
                                  "file with the cluster's secret, mode 0600")(
        "die-with-parent", "be killed when the process that started this one ends")(
        "fault-hooks", "let the admin endpoint cut and slow links with other nodes")("debug",
                                                                                     "log details");
    options::variables_map values;
    try {
        options::store(options::parse_command_line(argc, argv, shown), values);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "error: %s; see ringwright-node --help\n", e.what());
        return 2;
    }
    if (values.count("help") > 0) {
        std::cout << shown;
        return 0;
    }
    if (values.count("version") > 0) {
        std::cout << "ringwright-node " RINGWRIGHT_VERSION "\n";
        return 0;
    }
    if (values.count("config") == 0) {
        std::fprintf(stderr, "error: --config PATH is missing; see ringwright-node --help\n");
        return 2;
    }
    if (values.count("die-with-parent") > 0)
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    engine::node::NodeProgramOptions program;
    program.configFile = values["config"].as<std::string>();
    program.secretFile = values["secret-file"].as<std::string>();
    program.logLevel = values.count("debug") > 0 ? engine::LogLevel::Debug : engine::LogLevel::Info;
    program.faultHooks = values.count("fault-hooks") > 0;
    return engine::node::runNodeProgram(program);
}
