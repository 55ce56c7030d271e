#include "engine/storage/table_metrics.h"

namespace engine::storage {

void LatencyMetric::add(Duration took)
{
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    ++count;
    ++timed;
    totalMicros += static_cast<std::uint64_t>(micros);
    histogram.add(micros);
}

} // namespace engine::storage
