#include "tests/support/test_main.h"
#include "widgets/studio/secret_store.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

using studio::SecretFile;

class TstSecrets : public QObject {
    Q_OBJECT
private slots:
    void aSecretComesBackAndIsNotInTheFile();
    void withoutTheKeyTheFileTellsNothing();
    void aSecretIsBoundToItsReference();
    void bothFilesAreTheOwnersAlone();
    void whatCannotBeWrittenIsSaid();
};

namespace {
const QString kSecret = QStringLiteral("correct horse ü staple");

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
} // namespace

void TstSecrets::aSecretComesBackAndIsNotInTheFile()
{
    const QTemporaryDir folder;
    SecretFile file(folder.filePath("s"), folder.filePath("config/key"));
    QCOMPARE(file.read("connection/1"), QString());
    QCOMPARE(file.write("connection/1", kSecret), QString());
    QCOMPARE(file.write("connection/2", "other"), QString());
    QCOMPARE(SecretFile(folder.filePath("s"), folder.filePath("config/key")).read("connection/1"),
             kSecret);
    const QByteArray content = contentOf(folder.filePath("s"));
    QVERIFY(!content.contains("correct horse"));
    QVERIFY(!content.contains(kSecret.toUtf8().toBase64()));
    file.remove("connection/1");
    QCOMPARE(file.read("connection/1"), QString());
    QCOMPARE(file.read("connection/2"), QString("other"));
}

void TstSecrets::withoutTheKeyTheFileTellsNothing()
{
    const QTemporaryDir folder;
    SecretFile file(folder.filePath("s"), folder.filePath("key"));
    QCOMPARE(file.write("r", kSecret), QString());
    SecretFile elsewhere(folder.filePath("s"), folder.filePath("another-key"));
    QCOMPARE(elsewhere.read("r"), QString());
    // Not even after a key was made there.
    QCOMPARE(elsewhere.write("x", "y"), QString());
    QCOMPARE(elsewhere.read("r"), QString());
    QCOMPARE(file.read("r"), kSecret);
}

void TstSecrets::aSecretIsBoundToItsReference()
{
    const QTemporaryDir folder;
    SecretFile file(folder.filePath("s"), folder.filePath("key"));
    QCOMPARE(file.write("connection/1", kSecret), QString());
    QByteArray content = contentOf(folder.filePath("s"));
    content.replace("connection/1", "connection/9");
    QFile out(folder.filePath("s"));
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(content);
    out.close();
    QCOMPARE(file.read("connection/9"), QString());
}

void TstSecrets::bothFilesAreTheOwnersAlone()
{
    const QTemporaryDir folder;
    SecretFile file(folder.filePath("s"), folder.filePath("key"));
    QCOMPARE(file.write("r", kSecret), QString());
    const auto others = QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup |
                        QFileDevice::WriteOther;
    for (const char* name : {"s", "key"})
        QVERIFY(!(QFileInfo(folder.filePath(name)).permissions() & others));
}

void TstSecrets::whatCannotBeWrittenIsSaid()
{
    const QTemporaryDir folder;
    QFile inTheWay(folder.filePath("file"));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    SecretFile file(folder.filePath("file/under/it"), folder.filePath("key"));
    QVERIFY(file.write("r", kSecret).contains(folder.filePath("file/under/it")));
}

RW_TEST(TstSecrets)
#include "tst_secrets.moc"
