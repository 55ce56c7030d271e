#pragma once

#include <QMetaObject>
#include <QObject>
#include <QPointer>

#include <memory>
#include <tuple>
#include <utility>

namespace studio {

/// The one place where engine threads hand something to the GUI thread.
///
/// Lives in the GUI thread. callback() is called there and returns something that any thread may
/// call, and that may outlive the bridge and the receiver: after either is gone it does nothing.
class EngineBridge : public QObject {
    Q_OBJECT
public:
    explicit EngineBridge(QObject* parent = nullptr);
    ~EngineBridge() override;

    /// `run(args…)` will be called in the GUI thread's event loop, in the order of the calls,
    /// unless `receiver` has been destroyed by then.
    template <class F>
    auto callback(QObject* receiver, F run)
    {
        auto shared = std::make_shared<F>(std::move(run));
        return [gate = m_gate, guard = QPointer<QObject>(receiver), shared](auto... args) {
            gate->post([guard, shared, values = std::make_tuple(std::move(args)...)]() mutable {
                if (guard)
                    std::apply(*shared, std::move(values));
            });
        };
    }

    /// Runs `run` in the GUI thread later. Any thread.
    template <class F>
    void post(F run)
    {
        m_gate->post(std::move(run));
    }

private:
    /// Outlives the bridge; knows whether it is still there.
    class Gate {
    public:
        explicit Gate(QObject* target);
        void close();
        template <class F>
        void post(F&& run)
        {
            Lock lock{*this};
            if (!m_target)
                return;
            const HandOver posting;
            QMetaObject::invokeMethod(
                m_target,
                [run = std::forward<F>(run)]() mutable {
                    {
                        const HandOver taking;
                    }
                    run();
                },
                Qt::QueuedConnection);
        }

    private:
        struct Lock {
            explicit Lock(Gate& gate);
            ~Lock();
            Gate& gate;
        };
        struct Mutex;
        /// Says to ThreadSanitizer, and to nobody else, that posting comes before what is posted:
        /// Qt's queue of events sees to that, but its library is not instrumented.
        struct HandOver {
            HandOver();
            ~HandOver();
        };
        std::shared_ptr<Mutex> m_mutex;
        QObject* m_target;
    };

    std::shared_ptr<Gate> m_gate;
};

} // namespace studio
