#pragma once

#include <QString>

#include <string_view>

namespace studio {

/// The engine's UTF-8 as the views' text.
[[nodiscard]] inline QString text(std::string_view value)
{
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

} // namespace studio
