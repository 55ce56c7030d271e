#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace engine {

/// A value that is only ever compared and hashed, and does not convert into another kind of id.
/// `struct TableIdTag; using TableId = StrongId<Uuid, TableIdTag>;`
template <class Value, class Tag>
struct StrongId {
    Value value{};
    friend auto operator<=>(const StrongId&, const StrongId&) = default;
};

} // namespace engine

template <class Value, class Tag>
struct std::hash<engine::StrongId<Value, Tag>> {
    std::size_t operator()(const engine::StrongId<Value, Tag>& id) const noexcept
    {
        return std::hash<Value>{}(id.value);
    }
};
