#pragma once

#include <QString>

#include <string>

namespace studio {

/// The engine's UTF-8 as the views' text.
[[nodiscard]] inline QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

} // namespace studio
