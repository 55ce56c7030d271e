#pragma once

#include "engine/launcher/cluster_folder.h"

#include <boost/program_options/variables_map.hpp>

#include <string>
#include <vector>

namespace engine::launcher {

/// What stands on the command line of ringwright-cluster.
struct CommandLine {
    std::string command;
    std::string name;
    std::string node;
    std::vector<std::string> words; ///< behind the target: of nodetool and fault
    boost::program_options::variables_map values;
    [[nodiscard]] bool json() const { return values.count("json") > 0; }
    [[nodiscard]] ClusterFolder folder() const { return {values["dir"].as<std::string>(), name}; }
};

} // namespace engine::launcher
