#include "engine/base/file_size.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace engine {

std::string formatFileSize(double bytes)
{
    static constexpr std::pair<double, const char*> kUnits[] = {
        {1099511627776.0, "TiB"}, {1073741824.0, "GiB"}, {1048576.0, "MiB"}, {1024.0, "KiB"}};
    for (const auto& [factor, unit] : kUnits) {
        if (bytes >= factor) {
            std::string number = fmt::format("{:.2f}", bytes / factor);
            // DecimalFormat("#.##"): no trailing zeros.
            while (number.back() == '0')
                number.pop_back();
            if (number.back() == '.')
                number.pop_back();
            return number + " " + unit;
        }
    }
    return fmt::format("{} bytes", static_cast<std::uint64_t>(bytes));
}

} // namespace engine
