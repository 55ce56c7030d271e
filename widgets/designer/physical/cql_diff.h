#pragma once

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/cql.h"
#endif

#include <QString>

#include <vector>

namespace views {

/// One line of CQL, and whether both sides have it.
struct CqlLine {
    enum class State { Same, Added, Removed };
    QString text;
    State state = State::Same;
    engine::modeling::ElementId element{}; ///< the table, type or keyspace that it is about
    friend bool operator==(const CqlLine&, const CqlLine&) = default;
};

/// The CQL of a model line by line.
[[nodiscard]] std::vector<CqlLine> cqlLines(const engine::modeling::Model& model);

/// The same with what `live` has otherwise: lines that only it has stand where they are missing,
/// statements that only it has at the end. Comments are compared by nobody.
[[nodiscard]] std::vector<CqlLine> cqlDifferences(const engine::modeling::Model& wanted,
                                                  const engine::modeling::Model& live);

} // namespace views
