#pragma once

#include <QByteArray>
#include <QString>

namespace tests {

/// The content of tests/fixtures/<name>, or of <name>.gz unpacked; null if neither is there.
QByteArray readFixture(const QString& name);

} // namespace tests
