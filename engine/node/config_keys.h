#pragma once

#include <span>
#include <string_view>

namespace engine::node {

/// Keys of Cassandra 5.0's cassandra.yaml (config/Config.java) that this engine accepts without
/// obeying them: what they tune does not exist here, or is not built yet. Sorted.
[[nodiscard]] std::span<const std::string_view> configKeysWithoutEffect() noexcept;

} // namespace engine::node
