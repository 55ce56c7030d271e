#include "engine/base/runtime.h"

#include <string>

namespace engine {

namespace detail {

void postResume(Runtime& runtime, Priority priority, Label label, Callback step)
{
    runtime.post(priority, label, std::move(step));
}

} // namespace detail

namespace {

/// A coroutine that starts suspended and destroys itself at its end: what a spawned task
/// continues into, so that a root can be removed outside its own frame.
struct RootEnd {
    struct promise_type {
        RootEnd get_return_object()
        {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept {}
    };
    std::coroutine_handle<promise_type> handle;
};

} // namespace

struct Runtime::Root {
    Runtime* runtime;
    Label label;
    Task<void> task;
    RootEnd end{};
    std::list<std::unique_ptr<Root>>::iterator self;

    Root(Runtime* owner, Label name, Task<void> body)
        : runtime(owner), label(name), task(std::move(body))
    {
    }
    ~Root()
    {
        if (end.handle)
            end.handle.destroy();
    }
    static RootEnd finish(Root* root)
    {
        // Runs when the task has ended. The root is removed by a later step: its frames are still
        // on the stack here.
        if (auto& outcome = root->task.outcome(); !outcome &&
                                                  outcome.error().code() != ErrorCode::Cancelled &&
                                                  outcome.error().code() != ErrorCode::ShuttingDown)
            root->runtime->log().error(root->label, outcome.error().detail());
        root->runtime->post(Priority::Background, root->label,
                            [root] { root->runtime->m_roots.erase(root->self); });
        co_return;
    }
};

Runtime::Runtime() = default;

Runtime::~Runtime() = default;

void Runtime::spawn(Priority priority, Label label, Task<void> task)
{
    auto owned = std::make_unique<Root>(this, label, std::move(task));
    Root* root = owned.get();
    m_roots.push_back(std::move(owned));
    root->self = std::prev(m_roots.end());
    root->end = Root::finish(root);
    root->task.setContinuation(root->end.handle);
    post(priority, label, [root] { root->task.start(); });
}

void Runtime::destroyTasks()
{
    // A task's destructors may spawn others; go on until none is left.
    while (!m_roots.empty()) {
        auto roots = std::move(m_roots);
        m_roots.clear();
        roots.clear();
    }
}

Task<void> Runtime::sleep(Duration delay, Label label)
{
    OneShot<void> done{*this, Priority::Gossip, label};
    after(delay, label, [completer = done.completer()]() mutable { completer.completeNow(ok()); });
    co_return co_await done;
}

Task<void> Runtime::yield(Priority priority, Label label)
{
    OneShot<void> done{*this, priority, label};
    post(priority, label,
         [completer = done.completer()]() mutable { completer.completeNow(ok()); });
    co_return co_await done;
}

} // namespace engine
