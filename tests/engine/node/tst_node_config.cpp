#include "engine/node/node_config.h"
#include "engine/node/node_state.h"
#include "engine/simulation/simulated_disk.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::node;

class TstNodeConfig : public QObject {
    Q_OBJECT
private slots:
    void readsNamesAndUnitsOfCassandra();
    void dataMayLieInSeveralFolders();
    void theWritePathIsConfiguredAsInCassandra();
    void earlyOpeningHasAnIntervalOrNone();
    void theFileOfTheLauncherIsTaken();
    void anUnknownKeyIsRefusedWithItsLine();
    void aWrongValueIsRefusedWithWhatIsWanted_data();
    void aWrongValueIsRefusedWithWhatIsWanted();
    void aKeyWithoutEffectIsAWarning();
    void anEmptyValueMeansTheDefault();
    void rackAndDatacenterComeFromTheirOwnFile();
    void whatTheNodeRemembersSurvives();
    void damagedMemoryIsRefused();
};

void TstNodeConfig::readsNamesAndUnitsOfCassandra()
{
    const auto parsed = parseNodeConfig("write_request_timeout: 1500ms\n"
                                        "commitlog_sync: group\n"
                                        "commitlog_sync_group_window: 15ms\n"
                                        "max_hint_window: 2h\n"
                                        "commitlog_segment_size: 4MiB\n"
                                        "phi_convict_threshold: 10\n"
                                        "row_cache_size: 16MiB\n"
                                        "disk_failure_policy: stop_paranoid\n"
                                        "row_cache_save_period: 90s\n"
                                        "key_cache_keys_to_save: 100\n"
                                        "listen_address: 127.0.0.3\n",
                                        "/etc/c.yaml");
    QVERIFY(parsed);
    const NodeConfig& config = parsed->config;
    QVERIFY(config.writeTimeout == std::chrono::milliseconds{1500});
    QVERIFY(config.store.commitLogSync == storage::CommitLogSync::Group);
    QVERIFY(config.maxHintWindow == std::chrono::hours{2});
    QCOMPARE(config.store.commitLogSegmentBytes, 4u << 20);
    QVERIFY(config.store.diskFailurePolicy == storage::DiskFailurePolicy::StopParanoid);
    QCOMPARE(config.store.rowCacheBytes, std::uint64_t{16} << 20);
    QVERIFY(config.store.rowCacheSavePeriod == std::chrono::seconds{90});
    QCOMPARE(config.store.keyCacheKeysToSave, 100u);
    QCOMPARE(config.store.savedCachesFolder, config.stateFolder);
    QCOMPARE(config.phiConvictThreshold, 10.0);
    QCOMPARE(config.internode.toString(), std::string{"127.0.0.3:7000"});
    QCOMPARE(config.admin.toString(), std::string{"127.0.0.3:8778"});
    QVERIFY((config.store.dataFolders == std::vector<std::string>{"/etc/data"}));
    QVERIFY(config.seeds.contains(config.internode)); // a node alone is its own seed
    QCOMPARE(config.settings.at("max_hint_window"), std::string{"2h"});
}

void TstNodeConfig::dataMayLieInSeveralFolders()
{
    const auto parsed = parseNodeConfig("data_file_directories:\n  - /d1/data/\n  - /d2\n", "c");
    QVERIFY(parsed);
    QVERIFY((parsed->config.store.dataFolders == std::vector<std::string>{"/d1/data", "/d2"}));
    const auto one = parseNodeConfig("data_file_directories: /d1", "c");
    QVERIFY(one && one->config.store.dataFolders.size() == 1);
    QVERIFY(!parseNodeConfig("data_file_directories: [/d1, /d1/]", "c"));
    QVERIFY(!parseNodeConfig("data_file_directories: []", "c"));
    QVERIFY(!parseNodeConfig("data_file_directories: [{a: b}]", "c"));
    const std::string system = "data_file_directories: /d1\nlocal_system_data_file_directory: ";
    const auto apart = parseNodeConfig(system + "/safe/", "c");
    QVERIFY(apart && apart->config.store.systemFolder == "/safe" && apart->warnings.empty());
    QVERIFY(!parseNodeConfig(system + "/d1/", "c"));
}

void TstNodeConfig::theWritePathIsConfiguredAsInCassandra()
{
    const auto parsed = parseNodeConfig("commitlog_compression:\n"
                                        "  - class_name: ZstdCompressor\n"
                                        "    parameters:\n"
                                        "      - compression_level: 5\n"
                                        "commit_failure_policy: stop_commit\n"
                                        "periodic_commitlog_sync_lag_block: 3s\n"
                                        "cdc_enabled: true\n"
                                        "cdc_total_space: 64MiB\n"
                                        "memtable_heap_space: 10MiB\n"
                                        "memtable_offheap_space: 6MiB\n"
                                        "memtable_cleanup_threshold: 0.25\n"
                                        "memtable_flush_writers: 2\n"
                                        "write_request_timeout: 3s\n",
                                        "/etc/c.yaml");
    QVERIFY2(parsed, parsed ? "" : parsed.error().detail().c_str());
    const storage::StoreOptions& store = parsed->config.store;
    QVERIFY(parsed->warnings.empty());
    QCOMPARE(store.commitLogCompression.at("class"), std::string{"ZstdCompressor"});
    QCOMPARE(store.commitLogCompression.at("compression_level"), std::string{"5"});
    QVERIFY(store.commitFailurePolicy == storage::CommitFailurePolicy::StopCommit);
    QVERIFY(store.commitLogSyncLag == std::chrono::seconds{3});
    QVERIFY(store.cdcEnabled);
    QCOMPARE(store.cdcRawFolder, std::string{"/etc/cdc_raw"});
    QCOMPARE(store.cdcTotalBytes, std::uint64_t{64} << 20);
    QCOMPARE(store.memtableBytes, std::uint64_t{16} << 20);
    QCOMPARE(store.memtableCleanupThreshold, 0.25);
    QCOMPARE(store.memtableFlushWriters, 2u);
    QVERIFY(store.writeWaitMax == std::chrono::seconds{3});
    for (const char* wrong :
         {"commitlog_compression: LZ4Compressor\n",
          "commitlog_compression:\n  - class_name: BestCompressor\n",
          "commit_failure_policy: hope\n", "memtable_cleanup_threshold: 1.5\n"}) {
        const auto refused = parseNodeConfig(wrong, "/c.yaml");
        QVERIFY2(!refused && refused.error().code() == ErrorCode::ConfigError, wrong);
    }
}

void TstNodeConfig::earlyOpeningHasAnIntervalOrNone()
{
    const auto of = [](const char* yaml) { return parseNodeConfig(yaml, "c.yaml"); };
    QCOMPARE(*of("num_tokens: 1")->config.store.earlyOpenBytes, std::uint64_t{50} << 20);
    const auto set = of("sstable_preemptive_open_interval: 7MiB");
    QVERIFY(set && set->warnings.empty());
    QCOMPARE(*set->config.store.earlyOpenBytes, std::uint64_t{7} << 20);
    for (const char* none :
         {"sstable_preemptive_open_interval: null", "sstable_preemptive_open_interval:"}) {
        const auto parsed = of(none);
        QVERIFY(parsed && !parsed->config.store.earlyOpenBytes);
    }
    const auto refused = of("sstable_preemptive_open_interval: -1MiB");
    QVERIFY(!refused);
    QCOMPARE(QString::fromStdString(refused.error().detail()),
             QString{"c.yaml:1: 'sstable_preemptive_open_interval' wants a size such as 50MiB, or "
                     "null for none, not '-1MiB'"});
}

void TstNodeConfig::theFileOfTheLauncherIsTaken()
{
    const auto parsed = parseNodeConfig(R"(cluster_name: workshop
num_tokens: 2
initial_token: "-10, 20"
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: GossipingPropertyFileSnitch
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "127.0.0.1:7100,127.0.0.2"
listen_address: 127.0.0.1
rpc_address: 127.0.0.1
storage_port: 7100
native_transport_port: 9142
data_file_directories: ["/x/data"]
commitlog_directory: /x/commitlog
hints_directory: /x/hints
saved_caches_directory: /x/saved_caches
commitlog_sync: periodic
commitlog_sync_period: 10000ms
)",
                                        "/x/conf/cassandra.yaml");
    QVERIFY2(parsed, parsed ? "" : parsed.error().detail().c_str());
    QVERIFY(parsed->warnings.empty());
    QVERIFY((parsed->config.initialTokens == std::vector<std::int64_t>{-10, 20}));
    QCOMPARE(parsed->config.seeds.size(), std::size_t{2});
    QVERIFY(parsed->config.seeds.contains(*InetEndpoint::parse("127.0.0.2:7100", 0)));
    QCOMPARE(parsed->config.native.toString(), std::string{"127.0.0.1:9142"});
}

void TstNodeConfig::anUnknownKeyIsRefusedWithItsLine()
{
    const auto parsed = parseNodeConfig("cluster_name: a\nwrite_timeout: 2s\n", "c.yaml");
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code(), ErrorCode::ConfigError);
    QVERIFY(parsed.error().detail().starts_with("c.yaml:2: there is no setting 'write_timeout'"));
}

void TstNodeConfig::aWrongValueIsRefusedWithWhatIsWanted_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("wanted");
    QTest::newRow("duration") << QByteArray("read_request_timeout: soon")
                              << QByteArray("a duration");
    QTest::newRow("size") << QByteArray("commitlog_segment_size: 3 MB") << QByteArray("a size");
    QTest::newRow("number") << QByteArray("num_tokens: 0") << QByteArray("from 1 to 1024");
    QTest::newRow("address") << QByteArray("listen_address: example.org")
                             << QByteArray("numeric address");
    QTest::newRow("flag") << QByteArray("auto_snapshot: perhaps") << QByteArray("true or false");
    QTest::newRow("token") << QByteArray("initial_token: \"1,x\"") << QByteArray("tokens");
    QTest::newRow("same token") << QByteArray("initial_token: \"1,1\"") << QByteArray("twice");
    QTest::newRow("twice") << QByteArray("num_tokens: 1\nnum_tokens: 2") << QByteArray("twice");
    QTest::newRow("sync") << QByteArray("commitlog_sync: often")
                          << QByteArray("periodic, batch or group");
    QTest::newRow("yaml") << QByteArray("a: [") << QByteArray("not YAML");
    QTest::newRow("list") << QByteArray("- a") << QByteArray("key: value");
    QTest::newRow("empty") << QByteArray("") << QByteArray("empty");
    QTest::newRow("zero percent of a disk")
        << QByteArray("data_disk_usage_percentage_fail_threshold: 0")
        << QByteArray("0 is not allowed");
    QTest::newRow("too much of a disk")
        << QByteArray("data_disk_usage_percentage_warn_threshold: 101")
        << QByteArray("from -1 to 100");
    QTest::newRow("thresholds in the wrong order")
        << QByteArray("data_disk_usage_percentage_warn_threshold: 90\n"
                      "data_disk_usage_percentage_fail_threshold: 80")
        << QByteArray("should be lower than the fail threshold 80");
    QTest::newRow("no disk size") << QByteArray("data_disk_usage_max_disk_size: 0GiB")
                                  << QByteArray("0 is not allowed");
}

void TstNodeConfig::aWrongValueIsRefusedWithWhatIsWanted()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, wanted);
    const auto parsed = parseNodeConfig(text.toStdString(), "c.yaml");
    QVERIFY(!parsed);
    QVERIFY2(parsed.error().detail().find(wanted.toStdString()) != std::string::npos,
             parsed.error().detail().c_str());
    QVERIFY(parsed.error().detail().starts_with("c.yaml:"));
}

void TstNodeConfig::aKeyWithoutEffectIsAWarning()
{
    const auto parsed = parseNodeConfig("concurrent_reads: 32\n", "c.yaml");
    QVERIFY(parsed);
    QCOMPARE(parsed->warnings.size(), std::size_t{1});
    QVERIFY(parsed->warnings[0].find("'concurrent_reads' has no effect here") != std::string::npos);
}

void TstNodeConfig::anEmptyValueMeansTheDefault()
{
    const auto parsed = parseNodeConfig("initial_token:\nread_request_timeout:\n", "c.yaml");
    QVERIFY(parsed);
    QVERIFY(parsed->config.readTimeout == std::chrono::seconds{5});
}

void TstNodeConfig::rackAndDatacenterComeFromTheirOwnFile()
{
    NodeConfig config;
    QVERIFY(applyRackDc("# a comment\ndc = east\nrack=r2\r\n\nprefer_local=true\n", "rd", config));
    QCOMPARE(config.datacenter, std::string{"east"});
    QCOMPARE(config.rack, std::string{"r2"});
    const auto wrong = applyRackDc("dc=a\nrock=b", "rd", config);
    QVERIFY(!wrong);
    QVERIFY(wrong.error().detail().starts_with("rd:2:"));
}

void TstNodeConfig::whatTheNodeRemembersSurvives()
{
    simulation::SimulatedDisk disk{1};
    QVERIFY(loadNodeState(disk, "/state")->isNew());
    NodeState state;
    state.clusterName = "workshop";
    state.hostId = *Uuid::parse("8f7b3a10-0000-4000-8000-000000000001");
    state.generation = 7;
    state.tokens = {{-5}, {6}};
    ring::RingNode peer;
    peer.endpoint = *InetEndpoint::parse("127.0.0.2:7000", 0);
    peer.rack = "r2";
    peer.tokens = {{1}};
    state.peers.push_back({peer, membership::MemberPhase::Leaving, true});
    state.phase = membership::MemberPhase::JoiningRead;
    state.removed.push_back(Uuid::fromHalves(3, 4));
    QVERIFY(saveNodeState(disk, "/state", state));
    disk.crash(simulation::CrashMode::DropAll);
    const auto loaded = loadNodeState(disk, "/state");
    QVERIFY(loaded);
    QCOMPARE(encodeNodeState(*loaded), encodeNodeState(state));
    QVERIFY(loaded->peers == state.peers);
    QVERIFY(loaded->phase == state.phase);
    QCOMPARE(loaded->peers.at(0).node.endpoint.toString(), std::string{"127.0.0.2:7000"});
}

void TstNodeConfig::damagedMemoryIsRefused()
{
    NodeState state;
    state.clusterName = "x";
    const Bytes good = encodeNodeState(state);
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 0x10);
        QVERIFY(!decodeNodeState(bad, "f"));
        QVERIFY(!decodeNodeState(ByteView{good}.substr(0, i), "f"));
    }
}

RW_TEST(TstNodeConfig)
#include "tst_node_config.moc"
