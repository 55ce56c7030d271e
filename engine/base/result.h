#pragma once

#include "engine/base/error.h"

#include <boost/system/result.hpp>

namespace engine {

/// A value or an Error. `if (!r) return r.error();` passes a failure on.
template <class T>
using Result = boost::system::result<T, Error>;

/// Success without a value.
[[nodiscard]] inline Result<void> ok()
{
    return Result<void>{boost::system::in_place_value};
}

} // namespace engine

/// boost::system::result throws this way when `.value()` is called on a failure.
namespace engine {
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);
}

#define RW_JOIN_(a, b) a##b
#define RW_JOIN(a, b) RW_JOIN_(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define RW_TRY(expression)                                                                         \
    do {                                                                                           \
        if (auto rwResult_ = (expression); !rwResult_)                                             \
            return rwResult_.error();                                                              \
    } while (false)

/// `RW_ASSIGN(auto x, f());` declares x from the value of f(), or returns its error.
#define RW_ASSIGN(declaration, expression)                                                         \
    auto RW_JOIN(rwResult_, __LINE__) = (expression);                                              \
    if (!RW_JOIN(rwResult_, __LINE__))                                                             \
        return RW_JOIN(rwResult_, __LINE__).error();                                               \
    declaration = std::move(*RW_JOIN(rwResult_, __LINE__))

/// The same two inside a coroutine.
#define RW_CO_TRY(expression)                                                                      \
    do {                                                                                           \
        auto rwResult_ = (expression);                                                             \
        if (!rwResult_)                                                                            \
            co_return rwResult_.error();                                                           \
    } while (false)

#define RW_CO_ASSIGN(declaration, expression)                                                      \
    auto RW_JOIN(rwResult_, __LINE__) = (expression);                                              \
    if (!RW_JOIN(rwResult_, __LINE__))                                                             \
        co_return RW_JOIN(rwResult_, __LINE__).error();                                            \
    declaration = std::move(*RW_JOIN(rwResult_, __LINE__))
