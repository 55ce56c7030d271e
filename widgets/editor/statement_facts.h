#pragma once

#include "widgets/studio/cluster_source.h"

#include <QString>

/// What the studio wants to know of a statement before it is run. Pure; any thread.
namespace views {

/// A statement whose effect cannot be undone, in words for a question and its button.
struct Destruction {
    QString verb;   ///< "DROP TABLE", "TRUNCATE"
    QString object; ///< "hotel.hotels", "column phone of hotel.hotels"
};

/// What the statement destroys; nothing for any other, and for text that does not parse.
[[nodiscard]] std::optional<Destruction> destructionOf(const QString& statement,
                                                       const QString& keyspace);

/// The partition that the statement is about: its table, and the literal that it gives to each
/// column of the partition key. `problem` gets one sentence if it does not name one partition.
[[nodiscard]] std::optional<studio::PlacementQuery>
partitionOf(const QString& statement, const studio::SchemaSnapshot& schema, const QString& keyspace,
            QString& problem);

} // namespace views
