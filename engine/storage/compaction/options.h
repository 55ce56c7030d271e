#pragma once

#include "engine/base/result.h"
#include "engine/schema/table.h"

#include <charconv>
#include <cstdlib>
#include <string>

/// Reading the `compaction` map of a table. A missing option leaves `to` as it is.
namespace engine::storage {

[[nodiscard]] Error badCompactionOption(const std::string& name, const std::string& value);

template <class T>
Result<void> readWhole(const schema::StringMap& options, const std::string& name, T& to)
{
    const auto found = options.find(name);
    if (found == options.end())
        return ok();
    const std::string& text = found->second;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), to);
    if (error != std::errc{} || at != text.data() + text.size())
        return badCompactionOption(name, text);
    return ok();
}

/// A number from 0 up.
[[nodiscard]] Result<void> readNumber(const schema::StringMap& options, const std::string& name,
                                      double& to);
[[nodiscard]] Result<void> readFlag(const schema::StringMap& options, const std::string& name,
                                    bool& to);
/// "1GiB", "100 MiB", "512KB", "4096", "4096B": bytes.
[[nodiscard]] Result<void> readSize(const schema::StringMap& options, const std::string& name,
                                    std::uint64_t& to);

} // namespace engine::storage
