#pragma once

#include "engine/base/one_shot.h"

namespace engine::coordination {

/// Awaits a OneShot that somebody else owns and keeps alive meanwhile.
template <class T>
struct AwaitOn {
    OneShot<T>* shot;
    [[nodiscard]] bool await_ready() const noexcept { return shot->await_ready(); }
    void await_suspend(std::coroutine_handle<> waiter) noexcept { shot->await_suspend(waiter); }
    Result<T> await_resume() { return shot->await_resume(); }
};

} // namespace engine::coordination
