#include "tests/support/fixture.h"

#include <QFile>

#include <zlib.h>

namespace tests {

QByteArray readFixture(const QString& name)
{
    const QString path = QStringLiteral(RINGWRIGHT_FIXTURES "/") + name;
    // gzopen reads plain files as they are.
    const QString found = QFile::exists(path) ? path : path + QStringLiteral(".gz");
    gzFile file = gzopen(QFile::encodeName(found).constData(), "rb");
    if (file == nullptr)
        return {};
    QByteArray content("");
    char chunk[65536];
    for (int read = 0; (read = gzread(file, chunk, sizeof chunk)) > 0;)
        content.append(chunk, read);
    gzclose(file);
    return content;
}

} // namespace tests
