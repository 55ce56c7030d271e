#include "engine/base/random.h"
#include "engine/sstable/dump.h"
#include "engine/sstable/inspector.h"
#include "engine/sstable/scrub.h"
#include "engine/sstable/verify.h"
#include "tests/engine/sstable/golden_cases.h"
#include "tests/engine/sstable/random_tables.h"
#include "tests/support/test_main.h"

#include <map>

using namespace engine;
using namespace engine::sstable;

constexpr std::int64_t kDamagedNow = 1795222800;

/// Single wrong bits in every component of every table of Cassandra's.
class TstDamage : public QObject {
    Q_OBJECT
private slots:
    void soundTablesHaveNoProblems_data() { golden::everyCase(); }
    void soundTablesHaveNoProblems();
    void anyWrongBitIsFoundAndScrubbed_data() { golden::everyCase(); }
    void anyWrongBitIsFoundAndScrubbed();
    void whatADamagedChunkDoesNotTouchStays_data() { golden::everyCase(); }
    void whatADamagedChunkDoesNotTouchStays();
    void lostComponentsAreNamedAndMadeAnew_data() { golden::everyCase(); }
    void lostComponentsAreNamedAndMadeAnew();
    void aWidePartitionKeepsTheRowsBehindTheDamage();
    void rangesThatDamageCutsAreClosed();
    void tokensThatTheNodeDoesNotOwnAreNamed();
    void valuesThatTypesForbidAreFoundOnRequest();
};

namespace {

struct Loaded {
    tests::MemoryDisk disk;
    std::vector<Descriptor> tables;
    explicit Loaded(const std::string& format, const std::string& name)
        : tables(golden::load(disk, name, format))
    {
    }
};

std::string listOf(const Verification& found)
{
    std::string text;
    for (const auto& problem : found.problems)
        text += problem.detail + "\n";
    return text;
}

std::string dumpOf(Disk& disk, const Descriptor& descriptor)
{
    const auto reader = openByHeader(disk, descriptor);
    if (!reader)
        return "does not open: " + reader.error().detail();
    const auto text = dumpJson(*reader, {.nowSeconds = kDamagedNow});
    return text ? *text : "cannot be read: " + text.error().detail();
}

/// Partitions by key, as bytes; those that cannot be read are left out.
std::map<Bytes, Bytes> contents(Disk& disk, const Descriptor& descriptor)
{
    std::map<Bytes, Bytes> found;
    const auto reader = openByHeader(disk, descriptor).value();
    DirectChunkSource source;
    TableScanner scanner{reader, source};
    while (scanner.next().value() == Step::Item) {
        const Bytes key{scanner.partition().key()};
        found[key] = random_tables::bytesOf(
            random_tables::collect(reader->table(), scanner.partition()).value());
    }
    return found;
}

/// Whether a bit always has a meaning for readers; of the others those that have one are found.
bool matters(const std::string& component, std::uint64_t bit)
{
    if (component == "Summary.db" || component == "CRC.db")
        return bit >= 32; // an interval, a chunk length
    return component != "CompressionInfo.db" && component != "Partitions.db" &&
           component != "Rows.db";
}

std::vector<std::string> componentsOf(Loaded& loaded, const Descriptor& descriptor)
{
    std::vector<std::string> names;
    const std::string prefix = descriptor.folder + "/" + descriptor.name() + "-";
    for (const auto& [path, content] : loaded.disk.files()) {
        if (path.starts_with(prefix) && !content->empty() && path.find("SAI") == std::string::npos)
            names.push_back(path.substr(prefix.size()));
    }
    return names;
}

void flip(Bytes& bytes, std::uint64_t bit)
{
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
}

int flipsOr(int usual)
{
    bool isNumber = false;
    const int given = qEnvironmentVariableIntValue("RINGWRIGHT_FLIPS", &isNumber);
    return isNumber ? given : usual;
}

Result<ScrubResult> scrubInto(tests::MemoryDisk& disk, const Descriptor& from, Descriptor& to)
{
    to = Descriptor::make("/scrubbed", 1, from.version == "nb" ? "nb" : "oa");
    disk.removeAll("/scrubbed").value();
    return scrubTable(disk, from, {.to = to, .table = {}, .originatingHost = {}});
}

} // namespace

void TstDamage::soundTablesHaveNoProblems()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    Loaded loaded{format.toStdString(), name.toStdString()};
    for (const auto& descriptor : loaded.tables) {
        const auto found =
            verifyTable(loaded.disk, descriptor, nullptr, {.checkValues = true}).value();
        QVERIFY2(found.problems.empty(), listOf(found).c_str());
        QCOMPARE(found.partitions, std::uint64_t(contents(loaded.disk, descriptor).size()));
    }
}

void TstDamage::anyWrongBitIsFoundAndScrubbed()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    SeededRandom random{qHash(format + name)};
    Loaded loaded{format.toStdString(), name.toStdString()};
    for (const auto& descriptor : loaded.tables) {
        const std::string sound = dumpOf(loaded.disk, descriptor);
        const auto rows = contents(loaded.disk, descriptor);
        for (const auto& component : componentsOf(loaded, descriptor)) {
            if (component == "Data.db")
                continue; // see whatADamagedChunkDoesNotTouchStays
            const std::string path = descriptor.folder + "/" + descriptor.name() + "-" + component;
            Bytes& bytes = loaded.disk.at(path);
            for (int round = flipsOr(2); round > 0; --round) {
                const std::uint64_t bit = random.below(bytes.size() * 8);
                const std::string place = component + ", bit " + std::to_string(bit);
                flip(bytes, bit);
                const auto found = verifyTable(loaded.disk, descriptor, nullptr, {}).value();
                if (found.problems.empty()) {
                    QVERIFY2(!matters(component, bit), (place + " was not found").c_str());
                    QVERIFY2(dumpOf(loaded.disk, descriptor) == sound,
                             (place + " changes what is read and was not found").c_str());
                } else {
                    const std::string named = listOf(found);
                    QVERIFY2(named.find(descriptor.name() + "-" + component) != std::string::npos ||
                                 component == "Rows.db",
                             (place + " is called " + named).c_str());
                }
                Descriptor to;
                const auto scrubbed = scrubInto(loaded.disk, descriptor, to);
                QVERIFY2(scrubbed,
                         (place + ": " + (scrubbed ? "" : scrubbed.error().detail())).c_str());
                QVERIFY2(contents(loaded.disk, to) == rows, (place + " loses rows").c_str());
                const auto after = verifyTable(loaded.disk, to, nullptr, {}).value();
                QVERIFY2(after.problems.empty(), (place + ": " + listOf(after)).c_str());
                flip(bytes, bit);
            }
        }
    }
}

void TstDamage::whatADamagedChunkDoesNotTouchStays()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    SeededRandom random{qHash(format + name)};
    Loaded loaded{format.toStdString(), name.toStdString()};
    for (const auto& descriptor : loaded.tables) {
        const auto rows = contents(loaded.disk, descriptor);
        const auto reader = openByHeader(loaded.disk, descriptor).value();
        Bytes& bytes = loaded.disk.at(descriptor.path(Component::Data));
        std::vector<std::pair<PartitionReport, bool>> partitions; ///< and whether it is touched
        auto inspector = Inspector::open(loaded.disk, descriptor, {}).value();
        PartitionReport report;
        while (inspector.next(report).value())
            partitions.emplace_back(report, false);
        const auto layout = loadDataLayout(loaded.disk, descriptor, bytes.size()).value();
        for (int round = flipsOr(2); round > 0; --round) {
            const std::uint64_t bit = random.below(bytes.size() * 8);
            const std::string place = "bit " + std::to_string(bit);
            flip(bytes, bit);
            std::uint64_t chunk = bit / 8 / layout.chunkLength;
            if (layout.compression) {
                const auto& offsets = layout.compression->chunkOffsets;
                chunk = static_cast<std::uint64_t>(
                            std::upper_bound(offsets.begin(), offsets.end(), bit / 8) -
                            offsets.begin()) -
                        1;
            }
            const std::uint64_t start = chunk * layout.chunkLength;
            const std::uint64_t end = start + layout.chunkLength;
            std::size_t untouched = 0;
            for (auto& [partition, touched] : partitions) {
                touched = partition.position < end && partition.position + partition.bytes > start;
                untouched += touched ? 0 : 1;
            }
            const auto found = verifyTable(loaded.disk, descriptor, nullptr, {}).value();
            const std::string named = listOf(found);
            QVERIFY2(named.find(descriptor.path(Component::Data)) != std::string::npos,
                     (place + ": " + named).c_str());
            QVERIFY2(named.find(", offset ") != std::string::npos, named.c_str());

            Descriptor to;
            const auto scrubbed = scrubInto(loaded.disk, descriptor, to);
            QVERIFY2(scrubbed,
                     (place + ": " + (scrubbed ? "" : scrubbed.error().detail())).c_str());
            if (!scrubbed->made) {
                QCOMPARE(untouched, std::size_t{0});
                flip(bytes, bit);
                continue;
            }
            const auto left = contents(loaded.disk, to);
            for (const auto& [partition, touched] : partitions) {
                const auto at = left.find(partition.key);
                if (touched)
                    continue;
                QVERIFY2(at != left.end(), (place + ": partition 0x" + toHex(partition.key) +
                                            " is gone, which was sound")
                                               .c_str());
                QVERIFY(at->second == rows.at(partition.key));
            }
            for (const auto& [key, value] : left)
                QVERIFY2(rows.contains(key), "scrub invented a partition");
            const auto after = verifyTable(loaded.disk, to, nullptr, {}).value();
            QVERIFY2(after.problems.empty(), (place + ": " + listOf(after)).c_str());
            flip(bytes, bit);
        }
    }
}

void TstDamage::lostComponentsAreNamedAndMadeAnew()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    Loaded loaded{format.toStdString(), name.toStdString()};
    const Descriptor descriptor = loaded.tables.front();
    const auto rows = contents(loaded.disk, descriptor);
    for (const auto& component : componentsOf(loaded, descriptor)) {
        if (component == "Data.db" || component == "Statistics.db")
            continue; // what cannot be made from anything else
        const std::string path = descriptor.folder + "/" + descriptor.name() + "-" + component;
        const Bytes kept = loaded.disk.at(path);
        loaded.disk.remove(path).value();
        const auto found = verifyTable(loaded.disk, descriptor, nullptr, {}).value();
        QVERIFY2(listOf(found).find(descriptor.name() + "-" + component) != std::string::npos,
                 (component + ": " + listOf(found)).c_str());
        Descriptor to;
        const auto scrubbed = scrubInto(loaded.disk, descriptor, to);
        QVERIFY2(scrubbed, (component + (scrubbed ? "" : scrubbed.error().detail())).c_str());
        QVERIFY2(contents(loaded.disk, to) == rows, (component + " loses rows").c_str());
        loaded.disk.put(path, kept);
    }
}

void TstDamage::aWidePartitionKeepsTheRowsBehindTheDamage()
{
    Loaded loaded{"nb", "wide"};
    const Descriptor descriptor = loaded.tables.front();
    auto inspector = Inspector::open(loaded.disk, descriptor, {}).value();
    QVERIFY(inspector.readAll());
    const std::uint64_t before = inspector.report().totals.rows;
    const PartitionReport widest = inspector.report().largestByBytes.at(0);
    QVERIFY(widest.rows > 1000);
    const auto layout = loadDataLayout(loaded.disk, descriptor,
                                       loaded.disk.at(descriptor.path(Component::Data)).size())
                            .value();
    // A chunk in its second block of 64 KiB, then the chunk that it begins in.
    for (const std::uint64_t at : {widest.position + 70'000, widest.position}) {
        const std::uint64_t chunk = at / layout.chunkLength;
        const std::uint64_t bit = (layout.compression->chunkOffsets[chunk] + 10) * 8;
        flip(loaded.disk.at(descriptor.path(Component::Data)), bit);
        Descriptor to;
        const auto scrubbed = scrubInto(loaded.disk, descriptor, to).value();
        QVERIFY(scrubbed.rows < before);
        // No more than a block and the rest of a chunk of 1500 rows are gone.
        QVERIFY2(scrubbed.rows > before - 1500, std::to_string(scrubbed.rows).c_str());
        QVERIFY(scrubbed.partitionsCut >= 1);
        const auto after = verifyTable(loaded.disk, to, nullptr, {}).value();
        QVERIFY2(after.problems.empty(), listOf(after).c_str());
        QVERIFY(contents(loaded.disk, to).contains(widest.key));
        flip(loaded.disk.at(descriptor.path(Component::Data)), bit);
    }
}

void TstDamage::rangesThatDamageCutsAreClosed()
{
    // One wide partition below one range deletion from its first to its last row.
    SeededRandom random{7};
    tests::MemoryDisk disk;
    Loaded loaded{"nb", "wide"};
    const Descriptor descriptor = loaded.tables.front();
    auto inspector = Inspector::open(loaded.disk, descriptor, {}).value();
    QVERIFY(inspector.readAll());
    QVERIFY(inspector.report().totals.rangeTombstones > 0);
    const auto layout = loadDataLayout(loaded.disk, descriptor,
                                       loaded.disk.at(descriptor.path(Component::Data)).size())
                            .value();
    const std::size_t chunks = layout.compression->chunkOffsets.size();
    QVERIFY(chunks > 8);
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        const std::uint64_t bit = (layout.compression->chunkOffsets[chunk] + 20) * 8;
        flip(loaded.disk.at(descriptor.path(Component::Data)), bit);
        Descriptor to;
        QVERIFY(scrubInto(loaded.disk, descriptor, to).value().made);
        // Balanced and in order, or verify complains.
        const auto after = verifyTable(loaded.disk, to, nullptr, {}).value();
        QVERIFY2(after.problems.empty(), listOf(after).c_str());
        flip(loaded.disk.at(descriptor.path(Component::Data)), bit);
    }
}

void TstDamage::tokensThatTheNodeDoesNotOwnAreNamed()
{
    Loaded loaded{"nb", "summary_many_keys"};
    const auto found = verifyTable(loaded.disk, loaded.tables.front(), nullptr,
                                   {.owns = [](std::int64_t token) { return token < 0; }})
                           .value();
    QVERIFY(found.problems.size() > 200 && found.problems.size() < 400);
    QVERIFY(found.problems.front().detail.find("does not own its token") != std::string::npos);
}

void TstDamage::valuesThatTypesForbidAreFoundOnRequest()
{
    // Three bytes in an int column: right to all checksums, wrong to the type.
    SeededRandom random{11};
    tests::MemoryDisk disk;
    schema::Table::Spec spec;
    spec.keyspace = "ks";
    spec.name = "t";
    schema::Column key;
    key.name = "k";
    key.kind = schema::ColumnKind::PartitionKey;
    key.type = cql::Type::native(cql::TypeKind::Text);
    schema::Column value;
    value.name = "v";
    value.type = cql::Type::native(cql::TypeKind::Text);
    spec.columns = {key, value};
    const auto table = schema::Table::make(spec);
    WriterOptions options;
    options.descriptor = Descriptor::make("/bad", 1);
    options.table = table;
    auto writer = Writer::create(disk, options).value();
    rows::Cell cell;
    cell.column = table->column("v");
    cell.timestamp = {1'700'000'000'000'000};
    cell.value = "\xff\xfe";
    rows::Unfiltered row;
    row.row.cells = std::span{&cell, 1};
    QVERIFY(writer->startPartition("a", {}, {}));
    QVERIFY(writer->append(row));
    QVERIFY(writer->endPartition());
    QVERIFY(writer->finish());
    QVERIFY(verifyTable(disk, options.descriptor, nullptr, {}).value().problems.empty());
    const auto found =
        verifyTable(disk, options.descriptor, nullptr, {.checkValues = true}).value();
    QCOMPARE(found.problems.size(), std::size_t{1});
    QVERIFY(found.problems[0].detail.find("a value is none that its type allows") !=
            std::string::npos);
}

RW_TEST(TstDamage)
#include "tst_damage.moc"
