#include "tests/engine/query/script.h"

#include "engine/base/assert.h"

#include <QDir>
#include <QFile>
#include <QTest>

namespace tests {

void addScripts(std::initializer_list<const char*> folders)
{
    QTest::addColumn<QString>("script");
    for (const char* const name : folders) {
        const QDir folder{QString{RINGWRIGHT_SOURCE "/tests/cql/"} + name};
        for (const QString& script : folder.entryList({"*.cql"}, QDir::Files, QDir::Name))
            QTest::newRow(qPrintable(script)) << folder.filePath(script);
    }
}

Script::Script(const QString& path)
{
    QFile file{path};
    const bool isOpen = file.open(QIODevice::ReadOnly);
    ENGINE_ASSERT(isOpen, "the script can be read");
    (void)fixture.run("CREATE KEYSPACE spec WITH replication = {'class': 'SimpleStrategy', "
                      "'replication_factor': 1}");
    fixture.keyspace = "spec";
    statements = splitStatements(file.readAll().toStdString());
}

} // namespace tests
