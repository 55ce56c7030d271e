#pragma once

#include "engine/base/result.h"

#include <QString>

#include <functional>

namespace app {

/// Tells the failures of a store: each once, and again only after another or after a success.
class ToldProblem {
public:
    explicit ToldProblem(std::function<void(const QString&)> tell) : m_tell(std::move(tell)) {}

    /// Whether the result is a value; if not, its sentence is told.
    template <class T>
    bool good(const engine::Result<T>& result)
    {
        const QString text = result ? QString() : QString::fromStdString(result.error().detail());
        if (text != m_last) {
            m_last = text;
            if (!text.isEmpty())
                m_tell(text);
        }
        return result.has_value();
    }

private:
    std::function<void(const QString&)> m_tell;
    QString m_last;
};

} // namespace app
