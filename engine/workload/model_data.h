#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::workload {

struct ModelDataOptions {
    std::uint64_t seed = 20240611;
    std::uint64_t rows = 100'000; ///< of all tables together, about: large ones are cut
    /// Of all tables together, about, uncompressed and one copy: tables of large values are cut.
    double bytes = 1e9;
};

/// One table that data are made for.
struct ModelDataTable {
    modeling::ElementId table{};
    std::string name;                 ///< "hotel.hotels"
    std::string insert;               ///< INSERT, or for counters UPDATE, with a '?' a value
    std::vector<std::string> columns; ///< in the order of the markers
    std::uint64_t rows = 0;
    std::string source; ///< one sentence: what its rows are instances of
};

/// One row: values for the markers in serialized form; none stays unset.
struct ModelDataRow {
    std::size_t table = 0; ///< in ModelData::tables()
    std::vector<std::optional<Bytes>> values;
};

/// Realistic data for any model.
///
/// Where columns come from the conceptual model, the instances of its entity and relationship
/// types are numbered, relationships link them, and every value follows from seed, attribute and
/// instance alone: the same guest has the same name in every table that shows it. Other tables
/// get rows as their sizing says. The same seed gives the same data on every machine. Views are
/// left out. Not thread-safe; independent of any driver.
class ModelData {
public:
    /// Invalid with the table and the reason if a type cannot be understood.
    [[nodiscard]] static Result<ModelData> make(modeling::ModelPtr model,
                                                const ModelDataOptions& options = {});
    ModelData(ModelData&&) noexcept;
    ModelData& operator=(ModelData&&) noexcept;
    ~ModelData();

    [[nodiscard]] const std::vector<ModelDataTable>& tables() const noexcept;
    [[nodiscard]] std::uint64_t rowCount() const noexcept;
    /// The next row, table by table; false at the end. Reuses `row`'s memory.
    [[nodiscard]] bool next(ModelDataRow& row);

private:
    struct Impl;
    explicit ModelData(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace engine::workload
