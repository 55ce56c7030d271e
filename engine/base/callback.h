#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace engine {

template <class Signature>
class UniqueFunction;

/// A callable that can be moved but not copied, so that it may own tasks and buffers
/// (C++23's std::move_only_function, which GCC 12 has not in C++20). Up to 48 bytes of captures
/// are kept inside, without allocating.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
public:
    UniqueFunction() = default;
    template <class F>
    requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> &&
             std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
        UniqueFunction(F&& function) // NOLINT(google-explicit-constructor)
    {
        using Stored = std::decay_t<F>;
        if constexpr (sizeof(Stored) <= kInside && alignof(Stored) <= alignof(std::max_align_t) &&
                      std::is_nothrow_move_constructible_v<Stored>) {
            ::new (m_space) Stored(std::forward<F>(function));
            m_table = &kTable<Stored, true>;
        } else {
            *reinterpret_cast<Stored**>(m_space) = new Stored(std::forward<F>(function));
            m_table = &kTable<Stored, false>;
        }
    }
    UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
    UniqueFunction& operator=(UniqueFunction&& other) noexcept
    {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~UniqueFunction() { reset(); }

    explicit operator bool() const noexcept { return m_table != nullptr; }
    R operator()(Args... args) { return m_table->call(m_space, std::forward<Args>(args)...); }

private:
    static constexpr std::size_t kInside = 48;
    struct Table {
        R (*call)(void*, Args&&...);
        void (*move)(void* from, void* to) noexcept;
        void (*destroy)(void*) noexcept;
    };
    template <class F, bool inside>
    static F& stored(void* space) noexcept
    {
        if constexpr (inside)
            return *std::launder(reinterpret_cast<F*>(space));
        else
            return **reinterpret_cast<F**>(space);
    }
    template <class F, bool inside>
    static constexpr Table kTable{[](void* space, Args&&... args) -> R {
                                      return stored<F, inside>(space)(std::forward<Args>(args)...);
                                  },
                                  [](void* from, void* to) noexcept {
                                      if constexpr (inside) {
                                          ::new (to) F(std::move(stored<F, true>(from)));
                                          stored<F, true>(from).~F();
                                      } else {
                                          *reinterpret_cast<F**>(to) = *reinterpret_cast<F**>(from);
                                      }
                                  },
                                  [](void* space) noexcept {
                                      if constexpr (inside)
                                          stored<F, true>(space).~F();
                                      else
                                          delete *reinterpret_cast<F**>(space);
                                  }};

    void take(UniqueFunction& other) noexcept
    {
        m_table = std::exchange(other.m_table, nullptr);
        if (m_table != nullptr)
            m_table->move(other.m_space, m_space);
    }
    void reset() noexcept
    {
        if (const Table* table = std::exchange(m_table, nullptr))
            table->destroy(m_space);
    }

    alignas(std::max_align_t) unsigned char m_space[kInside];
    const Table* m_table = nullptr;
};

using Callback = UniqueFunction<void()>;

} // namespace engine
