#pragma once

#include "engine/base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace engine::modeling {

/// How many rows the partitions of a table have, where they differ: "90% 100; 9% 1..5000; 1%
/// 410×730" says that nine of ten have a hundred, some evenly spread up to 5,000, and a few
/// 299,300.
struct RowSpread {
    struct Class {
        double share = 1; ///< of all partitions, 0…1
        double low = 0;
        double high = 0; ///< the same as `low`: all alike; else evenly between
    };
    std::vector<Class> classes;

    [[nodiscard]] double mean() const;
    [[nodiscard]] double maximum() const;
    /// The share of partitions that have more rows.
    [[nodiscard]] double shareAbove(double rows) const;
};

/// Whether the text says more than one number: it has a share, a range or several classes.
[[nodiscard]] bool isRowSpread(std::string_view text);
/// Reads one. Numbers are expressions with `names`; one class may go without its share and takes
/// what the others leave; a spread in parentheses may be multiplied or divided: "(…) / 16". Invalid
/// with the reason if it cannot be understood or its shares do not make 100 %.
[[nodiscard]] Result<RowSpread>
readRowSpread(std::string_view text, const std::map<std::string, double, std::less<>>& names = {});

} // namespace engine::modeling
