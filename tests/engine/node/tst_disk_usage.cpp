#include "engine/node/disk_usage.h"
#include "engine/simulation/simulated_disk.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::node;

namespace {

constexpr std::uint64_t kGiB = 1ULL << 30;

Result<void> writeFile(Disk& disk, const std::string& path, std::size_t size)
{
    RW_ASSIGN(const auto file, disk.open(path, OpenMode::CreateNew));
    return file->append(Bytes(size, 'x'));
}

} // namespace

class TstDiskUsage : public QObject {
    Q_OBJECT
private slots:
    void theShareIsOfWhatTheFoldersTakeAndWhatIsFree_data();
    void theShareIsOfWhatTheFoldersTakeAndWhatIsFree();
    void aFileSystemsSpaceCountsOnceAndSnapshotsCount();
    void theFileSaysTheLimits();
};

void TstDiskUsage::theShareIsOfWhatTheFoldersTakeAndWhatIsFree_data()
{
    QTest::addColumn<quint64>("used");
    QTest::addColumn<quint64>("available");
    QTest::addColumn<quint64>("memtables");
    QTest::addColumn<quint64>("limit");
    QTest::addColumn<quint64>("percent");
    QTest::newRow("half") << quint64{50} << quint64{50} << quint64{0} << quint64{0} << quint64{50};
    QTest::newRow("rounded up") << quint64{1} << quint64{998} << quint64{0} << quint64{0}
                                << quint64{1};
    QTest::newRow("memtables will be files")
        << quint64{50} << quint64{50} << quint64{20} << quint64{0} << quint64{70};
    QTest::newRow("limit below the disk")
        << quint64{50} << quint64{50} << quint64{0} << quint64{75} << quint64{67};
    QTest::newRow("limit below what is used")
        << quint64{50} << quint64{50} << quint64{0} << quint64{49} << quint64{103};
    QTest::newRow("limit above the disk")
        << quint64{50} << quint64{50} << quint64{0} << quint64{500} << quint64{50};
    QTest::newRow("no space at all")
        << quint64{0} << quint64{0} << quint64{0} << quint64{0} << quint64{100};
}

void TstDiskUsage::theShareIsOfWhatTheFoldersTakeAndWhatIsFree()
{
    QFETCH(quint64, used);
    QFETCH(quint64, available);
    QFETCH(quint64, memtables);
    QFETCH(quint64, limit);
    QFETCH(quint64, percent);
    const auto maxBytes = limit == 0 ? std::nullopt : std::optional<std::uint64_t>{limit * kGiB};
    QCOMPARE(diskUsagePercent({used * kGiB, available * kGiB}, memtables * kGiB, maxBytes),
             std::uint64_t{percent});
}

void TstDiskUsage::aFileSystemsSpaceCountsOnceAndSnapshotsCount()
{
    simulation::SimulatedDisk disk{1};
    QVERIFY(disk.createDirectories("/a/ks/t/snapshots/s"));
    QVERIFY(disk.createDirectories("/b/ks"));
    QVERIFY(disk.createDirectories("/elsewhere"));
    QVERIFY(writeFile(disk, "/a/ks/t/one", 100));
    QVERIFY(disk.link("/a/ks/t/one", "/a/ks/t/snapshots/s/one"));
    QVERIFY(writeFile(disk, "/b/ks/two", 30));
    QVERIFY(writeFile(disk, "/elsewhere/three", 7));
    disk.faults().capacityBytes = 1000;
    const auto usage = measureFolders(disk, {"/a", "/b"});
    QVERIFY(usage);
    QCOMPARE(usage->usedBytes, std::uint64_t{230});
    QCOMPARE(usage->availableBytes, disk.space("/a")->availableBytes);
    QVERIFY(!measureFolders(disk, {"/a", "/missing"}));
}

void TstDiskUsage::theFileSaysTheLimits()
{
    QVERIFY(!parseNodeConfig("num_tokens: 1", "c.yaml")->config.diskUsage.isEnabled());
    const auto parsed = parseNodeConfig("data_disk_usage_percentage_warn_threshold: 70\n"
                                        "data_disk_usage_percentage_fail_threshold: 80\n"
                                        "data_disk_usage_max_disk_size: 75GiB\n",
                                        "c.yaml");
    QVERIFY2(parsed, parsed ? "" : parsed.error().detail().c_str());
    QVERIFY(parsed->warnings.empty());
    const DiskUsageLimits& limits = parsed->config.diskUsage;
    QVERIFY(limits.isEnabled());
    QCOMPARE(limits.warnPercent, 70);
    QCOMPARE(limits.failPercent, 80);
    QVERIFY(limits.maxBytes == 75 * kGiB);
}

RW_TEST(TstDiskUsage)
#include "tst_disk_usage.moc"
