#include "engine/simulation/simulated_disk.h"
#include "engine/storage/compaction/file_transaction.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::storage;

namespace {

const std::string kFolder = "/data/ks/t";

Result<void> writeTable(Disk& disk, std::uint64_t generation)
{
    const auto descriptor = sstable::Descriptor::make(kFolder, generation);
    for (const auto component : {sstable::Component::Data, sstable::Component::Toc})
        RW_TRY(disk.replaceFile(descriptor.path(component), "x"));
    return ok();
}

/// Replaces tables 1 and 2 by 3 and 4; the crash may come anywhere.
Result<void> replace(Disk& disk)
{
    FileTransaction transaction{disk, kFolder, "7"};
    for (const std::uint64_t generation : {3, 4}) {
        RW_TRY(transaction.add(sstable::Descriptor::make(kFolder, generation)));
        RW_TRY(writeTable(disk, generation));
    }
    RW_TRY(transaction.commit(
        {sstable::Descriptor::make(kFolder, 1), sstable::Descriptor::make(kFolder, 2)}));
    return transaction.finish();
}

std::string tablesIn(Disk& disk)
{
    std::string names;
    for (const auto& descriptor : sstable::listTables(disk, kFolder).value())
        names += descriptor.generation + " ";
    return names;
}

} // namespace

class TstFileTransaction : public QObject {
    Q_OBJECT
private slots:
    void aPowerLossAnywhereLeavesTheOldTablesOrTheNewOnes()
    {
        int before = 0;
        int after = 0;
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            simulation::SimulatedDisk disk{seed};
            disk.createDirectories(kFolder).value();
            for (const std::uint64_t generation : {1, 2})
                writeTable(disk, generation).value();
            disk.syncDirectory(kFolder).value();
            disk.powerOffAfter(seed % 40);
            (void)replace(disk);
            disk.crash(simulation::CrashMode::Seeded);
            // A second crash in the middle of recovering changes nothing.
            disk.powerOffAfter(seed % 5);
            (void)FileTransaction::recover(disk, kFolder);
            disk.crash(simulation::CrashMode::Seeded);
            QVERIFY(FileTransaction::recover(disk, kFolder));
            const std::string left = tablesIn(disk);
            QVERIFY2(left == "1 2 " || left == "3 4 ",
                     (left + "with seed " + std::to_string(seed)).c_str());
            ++(left == "1 2 " ? before : after);
        }
        QVERIFY(before > 20 && after > 20);
    }

    void withoutCommitNothingIsLeft()
    {
        simulation::SimulatedDisk disk{1};
        disk.createDirectories(kFolder).value();
        writeTable(disk, 1).value();
        {
            FileTransaction transaction{disk, kFolder, "7"};
            transaction.add(sstable::Descriptor::make(kFolder, 2)).value();
            writeTable(disk, 2).value();
        }
        QCOMPARE(tablesIn(disk), std::string("1 "));
        QCOMPARE(disk.list(kFolder).value().size(), std::size_t{2});
    }
};

RW_TEST(TstFileTransaction)
#include "tst_file_transaction.moc"
