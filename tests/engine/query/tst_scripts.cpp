#include "tests/engine/query/script.h"
#include "tests/support/test_main.h"

#include <QFile>

using namespace engine;

/// Specification by CQL: each tests/cql/*.cql runs on our engine and gives what stands beside it in
/// *.expected. `UPDATE_GOLDEN=1` rewrites; read the difference before committing it.
class TstScripts : public QObject {
    Q_OBJECT
private slots:
    void scriptGivesWhatStandsBesideIt_data();
    void scriptGivesWhatStandsBesideIt();
};

void TstScripts::scriptGivesWhatStandsBesideIt_data()
{
    tests::addScripts({"", "own"});
}

void TstScripts::scriptGivesWhatStandsBesideIt()
{
    QFETCH(QString, script);
    tests::Script run{script};
    QString out;
    for (const std::string& statement : run.statements)
        out +=
            QString::fromStdString("> " + statement + "\n" + run.fixture.show(statement) + "\n\n");
    QFile expected{QString{script}.replace(".cql", ".expected")};
    if (qEnvironmentVariableIsSet("UPDATE_GOLDEN")) {
        QVERIFY(expected.open(QIODevice::WriteOnly));
        expected.write(out.toUtf8());
        return;
    }
    QVERIFY2(expected.open(QIODevice::ReadOnly), "run with UPDATE_GOLDEN=1 and read what it wrote");
    const QStringList ours = out.split('\n');
    const QStringList theirs = QString::fromUtf8(expected.readAll()).split('\n');
    for (int i = 0; i < std::min(ours.size(), theirs.size()); ++i)
        QVERIFY2(ours[i] == theirs[i],
                 qPrintable(QString{"line %1: \"%2\" instead of \"%3\""}.arg(i + 1).arg(
                     ours[i], theirs[i])));
    QCOMPARE(ours.size(), theirs.size());
}

RW_TEST(TstScripts)
#include "tst_scripts.moc"
