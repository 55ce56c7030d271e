#pragma once

#include "engine/cql/type.h"

#include <cstdint>
#include <string>

namespace engine::workload {

/// What a generated value is of.
struct ValueSpec {
    std::string name;         ///< of the column or attribute: "city" gets a city
    std::uint64_t salt = 0;   ///< of the attribute and the seed
    std::uint64_t number = 0; ///< of the instance
    bool unique = false;      ///< no two numbers may give one value
    double averageBytes = 0;  ///< of text and blobs; 0: as comes
    double elements = 3;      ///< of a collection
};

/// A believable value in serialized form: equal specs give equal values. Sets and maps are sorted
/// and without doubles.
[[nodiscard]] Bytes modelValue(const cql::Type& type, const ValueSpec& spec);

/// SplitMix64 of both: the source of all that is drawn here.
[[nodiscard]] std::uint64_t drawn(std::uint64_t salt, std::uint64_t number) noexcept;

} // namespace engine::workload
