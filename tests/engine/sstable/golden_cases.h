#pragma once

#include "tests/engine/sstable/golden.h"

#include <QTest>

namespace golden {

/// The data of a test slot: columns "format" and "name", a row for each case of every format.
inline void everyCase()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("name");
    for (const std::string format : {"nb", "oa", "bti-da"}) {
        for (const auto& name : cases(format))
            QTest::newRow((format + "/" + name).c_str())
                << QString::fromStdString(format) << QString::fromStdString(name);
    }
}

} // namespace golden
