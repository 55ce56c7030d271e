#pragma once

#include <QObject>
#include <QTest>

#include <functional>
#include <memory>

namespace tests {

using MakeTest = std::function<std::unique_ptr<QObject>()>;

/// Adds a test object to this program; RW_TEST does it.
bool registerTest(MakeTest make);

} // namespace tests

/// Registers a QObject whose private slots are claims. The same file ends with
/// `#include "tst_name.moc"`.
#define RW_TEST(Type)                                                                              \
    [[maybe_unused]] static const bool kRegistered##Type =                                         \
        ::tests::registerTest([] { return std::make_unique<Type>(); });
