#pragma once

#include "tests/support/query_fixture.h"

#include <QString>

#include <initializer_list>

namespace tests {

/// A test function's rows: column `script`, one *.cql each of these folders in tests/cql ("" is
/// itself).
void addScripts(std::initializer_list<const char*> folders);

/// The statements of a script, and a node for them: in keyspace spec.
struct Script {
    /// Asserts that the file can be read.
    explicit Script(const QString& path);

    QueryFixture fixture;
    std::vector<std::string> statements;
};

} // namespace tests
