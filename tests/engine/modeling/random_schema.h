#pragma once

#include "tests/engine/modeling/random_model.h"

#include <string>
#include <vector>

/// Random CQL schemas of one keyspace, for tests of CQL, import and diff.
namespace tests {

struct RandomSchema {
    struct Column {
        std::string name;
        std::string type;
        char role = 'r'; ///< p, c, s, r
        bool descending = false;
    };
    struct Table {
        std::string name;
        std::vector<Column> columns;
        std::string options;
        std::vector<std::string> indexed;
        bool view = false; ///< a view of it, by its last regular column
    };
    struct Type {
        std::string name;
        std::vector<std::pair<std::string, std::string>> fields;
    };
    int replicas = 1;
    std::vector<Type> types;
    std::vector<Table> tables;

    static RandomSchema make(Dice& dice);
    /// A few changes: columns, types, keys, options, indexes, views, tables come, go and change.
    void mutate(Dice& dice);
    [[nodiscard]] std::string cql() const;
};

} // namespace tests
