#include "engine/simulation/simulated_disk.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::simulation;

class TstSimulatedDisk : public QObject {
    Q_OBJECT
private slots:
    void syncedDataSurvivesEveryCrash();
    void unsyncedDataIsDroppedTornOrReordered();
    void namesNeedASyncedFolder();
    void aRenameSurvivesWholeOrNotAtAll();
    void replacingAFileNeverShowsAMixture();
    void linksShareContentAndOutliveTheOtherName();
    void aFailedSyncIsNeverMadeGoodByTheNext();
    void aFullDiskSaysSo();
    void plannedFaultsHitOnce();
    void powerCanFailAtEveryPoint();
    void rottenBitsStay();
    void listingIsSortedAndShallow();
};

void TstSimulatedDisk::syncedDataSurvivesEveryCrash()
{
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        SimulatedDisk disk{seed};
        QVERIFY(disk.createDirectories("/d/e"));
        auto file = disk.open("/d/e/f", OpenMode::CreateNew);
        QVERIFY((*file)->append("synced"));
        QVERIFY((*file)->sync());
        QVERIFY((*file)->append("not synced"));
        QVERIFY(disk.syncDirectory("/d/e"));
        disk.crash();
        const auto bytes = disk.readAll("/d/e/f");
        QVERIFY(bytes);
        QCOMPARE(bytes->substr(0, 6), Bytes{"synced"});
        QVERIFY(!(*file)->append("x")); // the handle of the earlier life
    }
}

void TstSimulatedDisk::unsyncedDataIsDroppedTornOrReordered()
{
    const Bytes piece(1024, 'x');
    const auto left = [&](CrashMode mode, std::uint64_t seed) {
        SimulatedDisk disk{seed};
        auto file = disk.open("/f", OpenMode::CreateNew);
        (void)disk.syncDirectory("");
        for (int i = 0; i < 4; ++i)
            (void)(*file)->append(piece);
        disk.crash(mode);
        return *disk.readAll("/f");
    };
    QCOMPARE(left(CrashMode::DropAll, 1).size(), std::size_t{0});
    QCOMPARE(left(CrashMode::KeepAll, 1).size(), std::size_t{4096});
    bool torn = false;
    bool holes = false;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        torn = torn || left(CrashMode::Torn, seed).size() % 1024 != 0;
        holes = holes || left(CrashMode::Reordered, seed).find('\0') != Bytes::npos;
    }
    QVERIFY(torn);
    QVERIFY(holes);
}

void TstSimulatedDisk::namesNeedASyncedFolder()
{
    SimulatedDisk disk{1};
    QVERIFY(disk.createDirectories("/d"));
    QVERIFY(disk.syncDirectory("/d"));
    auto file = disk.open("/d/f", OpenMode::CreateNew);
    QVERIFY((*file)->append("x") && (*file)->sync());
    disk.crash(CrashMode::DropAll);
    QVERIFY(disk.exists("/d"));
    QVERIFY(!disk.exists("/d/f"));

    file = disk.open("/d/f", OpenMode::CreateNew);
    QVERIFY((*file)->append("x") && (*file)->sync());
    QVERIFY(disk.syncDirectory("/d"));
    QVERIFY(disk.remove("/d/f"));
    disk.crash(CrashMode::DropAll);
    QCOMPARE(*disk.readAll("/d/f"), Bytes{"x"});
}

void TstSimulatedDisk::aRenameSurvivesWholeOrNotAtAll()
{
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SimulatedDisk disk{seed};
        auto file = disk.open("/a", OpenMode::CreateNew);
        QVERIFY(disk.syncDirectory(""));
        QVERIFY(disk.rename("/a", "/b"));
        disk.crash();
        QVERIFY(disk.exists("/a") != disk.exists("/b"));
    }
}

void TstSimulatedDisk::replacingAFileNeverShowsAMixture()
{
    for (std::uint64_t point = 0; point < 12; ++point) {
        SimulatedDisk disk{point};
        QVERIFY(disk.createDirectories("/d"));
        QVERIFY(disk.replaceFile("/d/f", "old"));
        disk.powerOffAfter(point);
        const bool replaced = static_cast<bool>(disk.replaceFile("/d/f", "new content"));
        disk.crash();
        const Bytes found = *disk.readAll("/d/f");
        QVERIFY(found == "new content" || (found == "old" && !replaced));
    }
}

void TstSimulatedDisk::linksShareContentAndOutliveTheOtherName()
{
    SimulatedDisk disk{1};
    auto file = disk.open("/a", OpenMode::CreateNew);
    QVERIFY((*file)->append("1"));
    QVERIFY(disk.link("/a", "/b"));
    QVERIFY((*file)->append("2"));
    QVERIFY(disk.remove("/a"));
    QCOMPARE(*disk.readAll("/b"), Bytes{"12"});
    QCOMPARE(disk.usedBytes(), std::uint64_t{2});
    file = disk.open("/b", OpenMode::Read);
    QVERIFY(disk.remove("/b"));
    char first = 0;
    QCOMPARE(*(*file)->readAt(0, &first, 1), std::size_t{1}); // open files outlive their names
    QVERIFY(disk.syncDirectory("")); // until then a crash might bring the name back
    file = Error{};
    QCOMPARE(disk.usedBytes(), std::uint64_t{0});
}

void TstSimulatedDisk::aFailedSyncIsNeverMadeGoodByTheNext()
{
    SimulatedDisk disk{3};
    auto file = disk.open("/f", OpenMode::CreateNew);
    QVERIFY(disk.syncDirectory(""));
    QVERIFY((*file)->append("lost"));
    disk.failNext(DiskOperation::Sync, "/f", Error{ErrorCode::Io, "the disk is unwell"});
    QVERIFY(!(*file)->sync());
    QVERIFY((*file)->sync());
    QCOMPARE(*disk.readAll("/f"), Bytes{"lost"}); // still in the page cache
    disk.crash(CrashMode::DropAll);
    QCOMPARE(*disk.readAll("/f"), Bytes(4, '\0'));
}

void TstSimulatedDisk::aFullDiskSaysSo()
{
    SimulatedDisk disk{1};
    disk.faults().capacityBytes = 10;
    auto file = disk.open("/f", OpenMode::CreateNew);
    QVERIFY((*file)->append("12345678"));
    const auto failed = (*file)->append("123");
    QVERIFY(!failed);
    QCOMPARE(failed.error().code(), ErrorCode::DiskFull);
    QVERIFY((*file)->writeAt(0, "abcdefgh"));
    QCOMPARE(disk.space("/")->availableBytes, std::uint64_t{2});
}

void TstSimulatedDisk::plannedFaultsHitOnce()
{
    SimulatedDisk disk{1};
    auto file = disk.open("/dir-x", OpenMode::CreateNew);
    disk.failNext(DiskOperation::Write, "x", Error{ErrorCode::Io, "input/output error"});
    QVERIFY(!(*file)->append("1"));
    QVERIFY((*file)->append("2"));
    QCOMPARE(*disk.readAll("/dir-x"), Bytes{"2"});
}

void TstSimulatedDisk::powerCanFailAtEveryPoint()
{
    SimulatedDisk disk{1};
    disk.powerOffAfter(2); // the name and one write
    auto file = disk.open("/f", OpenMode::CreateNew);
    QVERIFY((*file)->append("1"));
    QVERIFY(!(*file)->append("2"));
    QVERIFY(disk.isPoweredOff());
    disk.crash(CrashMode::KeepAll);
    QCOMPARE(*disk.readAll("/f"), Bytes{"1"});
}

void TstSimulatedDisk::rottenBitsStay()
{
    SimulatedDisk disk{1};
    auto file = disk.open("/f", OpenMode::CreateNew);
    QVERIFY((*file)->append(Bytes(64, '\0')));
    disk.faults().bitRot = 1;
    const Bytes read = *disk.readAll("/f");
    QVERIFY(read != Bytes(64, '\0'));
    disk.faults().bitRot = 0;
    QCOMPARE(*disk.readAll("/f"), read);
}

void TstSimulatedDisk::listingIsSortedAndShallow()
{
    SimulatedDisk disk{1};
    QVERIFY(disk.createDirectories("/d/b/deep"));
    (void)disk.open("/d/c", OpenMode::CreateNew);
    (void)disk.open("/d/a", OpenMode::CreateNew);
    (void)disk.open("/d!", OpenMode::CreateNew);
    const auto entries = *disk.list("/d/");
    QCOMPARE(entries.size(), std::size_t{3});
    QCOMPARE(entries[0].name, std::string{"a"});
    QVERIFY(entries[1].isDirectory && entries[1].name == "b");
    QVERIFY(!disk.remove("/d"));
    QVERIFY(disk.removeAll("/d"));
    QVERIFY(disk.exists("/d!") && !disk.exists("/d/b"));
}

RW_TEST(TstSimulatedDisk)
#include "tst_simulated_disk.moc"
