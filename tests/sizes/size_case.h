#pragma once

#include "engine/modeling/sizing.h"

#include <QJsonObject>

/// The cases of the size proof (fixed_cases.py, random_cases.py) as models.
namespace tests {

/// One table in keyspace "sizes" with the case's parameters.
engine::modeling::Model modelOfCase(const QJsonObject& parameters);

/// What the estimator says of its average partition. Ends the program if the case is wrong.
engine::modeling::ExactSize estimateOf(const engine::modeling::Model& model);

} // namespace tests
