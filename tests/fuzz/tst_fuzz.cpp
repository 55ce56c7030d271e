#ifndef Q_MOC_RUN
#include "engine/base/hash.h"
#include "engine/base/random.h"
#include "engine/cql/completion.h"
#include "engine/cql/diagnostics.h"
#include "engine/cql/format.h"
#include "engine/cql/highlight.h"
#include "engine/cql/parser.h"
#include "engine/cql/schema_provider.h"
#include "engine/cql/script.h"
#include "engine/cql/type.h"
#include "engine/membership/gossip_messages.h"
#include "engine/messaging/envelope.h"
#include "engine/rows/serialization.h"
#include "engine/sstable/inspector.h"
#include "engine/sstable/scrub.h"
#include "engine/sstable/verify.h"
#include "engine/storage/commit_log.h"
#include "engine/storage/commit_log_archive.h"
#include "engine/storage/commit_log_format.h"
#include "engine/storage/saved_caches.h"
#include "tests/engine/sstable/golden.h"
#include "tests/engine/sstable/random_tables.h"
#endif
#include "tests/support/test_main.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <cstring>

using namespace engine;

/// Whatever the bytes are, they are an error or a value: nothing crashes, hangs or reads past its
/// end (AddressSanitizer says so in the deep run). A round that fails is found again by its seed.
class TstFuzz : public QObject {
    Q_OBJECT
private slots:
    void cqlTextIsParsedFormattedAndCompleted();
    void valuesOfAnyTypeAreReadFromAnyBytes();
    void sstablesOfCassandraWithDamage();
    void commitLogsAndMutationsWithDamage();
    void savedCachesWithDamage();
    void archivingPropertiesWithDamage();
    void internodeMessagesWithDamage();
};

namespace {

/// More in a long run. A factor, for a round of one claim costs a hundred of another.
int roundsFrom(int usual)
{
    return usual * std::max(1, qEnvironmentVariableIntValue("RINGWRIGHT_FUZZ_TIMES"));
}

/// A few changes of the kinds that damage and malice make.
void damage(Random& random, Bytes& bytes)
{
    for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes) {
        if (bytes.empty())
            bytes = "x";
        const std::size_t at = random.below(bytes.size());
        switch (random.below(6)) {
        case 0:
            bytes[at] = static_cast<char>(random.next());
            break;
        case 1:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
            break;
        case 2:
            bytes.erase(at, 1 + random.below(9));
            break;
        case 3:
            bytes.insert(at, 1 + random.below(9), static_cast<char>(random.next()));
            break;
        case 4: // the extremes of lengths
            bytes.replace(at, 4, Bytes(4, random.below(2) == 0 ? '\xff' : '\x7f'));
            break;
        default:
            bytes.resize(at);
            break;
        }
    }
}

/// Damages what a section of a commit log holds, or the size it claims to have, and makes its
/// checksums right again.
void damageSection(Random& random, std::int64_t segment, std::size_t at, Bytes& log)
{
    const std::size_t stored = log.size() - at - storage::kLogSectionOverhead;
    if (random.below(3) == 0) {
        const std::uint64_t sizes[] = {0, 1, stored, stored * 1000, UINT32_MAX, random.below(5000)};
        storeBigEndian(log.data() + at + 4, static_cast<std::uint32_t>(sizes[random.below(6)]));
    } else {
        for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes)
            log[at + 16 + random.below(stored)] = static_cast<char>(random.next());
    }
    char head[28];
    storeBigEndian(head, segment);
    storeBigEndian(head + 8, static_cast<std::uint64_t>(at));
    std::memcpy(head + 16, log.data() + at, 12);
    storeBigEndian(log.data() + at + 12, crc32({head, sizeof(head)}));
    storeBigEndian(log.data() + at + 16 + stored, crc32({log.data() + at + 16, stored}));
}

class NoSchema final : public cql::SchemaProvider {
public:
    [[nodiscard]] std::string currentKeyspace() const override { return "hotel"; }
    [[nodiscard]] std::vector<std::string> keyspaces() const override { return {"hotel"}; }
    [[nodiscard]] std::vector<cql::KnownTable> tables(std::string_view) const override
    {
        return {};
    }
    [[nodiscard]] std::optional<cql::KnownTable> table(std::string_view,
                                                       std::string_view) const override
    {
        return std::nullopt;
    }
    [[nodiscard]] std::vector<std::string> types(std::string_view) const override { return {}; }
    [[nodiscard]] std::vector<cql::KnownFunction> functions(std::string_view) const override
    {
        return {};
    }
};

/// Statements of the scripts that our tests run, each alone.
std::vector<std::string> statements()
{
    std::vector<std::string> all;
    for (const char* folder : {"/../cql", "/cql", "/schema"}) {
        const QDir scripts(QStringLiteral(RINGWRIGHT_FIXTURES) + QLatin1String(folder));
        for (const QString& name : scripts.entryList({QStringLiteral("*.cql")}, QDir::Files)) {
            QFile file(scripts.filePath(name));
            if (!file.open(QFile::ReadOnly))
                continue;
            const std::string text = file.readAll().toStdString();
            for (const auto& statement : cql::splitStatements(text))
                all.push_back(text.substr(statement.range.begin,
                                          statement.range.end - statement.range.begin));
        }
    }
    return all;
}

} // namespace

void TstFuzz::cqlTextIsParsedFormattedAndCompleted()
{
    const auto all = statements();
    QVERIFY(all.size() > 100);
    const NoSchema schema;
    SeededRandom random{1};
    for (int round = roundsFrom(1500); round > 0; --round) {
        std::string text = all[random.below(all.size())];
        if (random.below(3) == 0)
            text += "; " + all[random.below(all.size())];
        damage(random, text);
        Arena arena;
        (void)cql::parseStatement(text, arena);
        (void)cql::parseTerm(text, arena);
        (void)cql::parseType(text, arena);
        for (const auto& diagnostic : cql::diagnose(text, &schema))
            QVERIFY(diagnostic.range.begin <= diagnostic.range.end &&
                    diagnostic.range.end <= text.size());
        const std::string formatted = cql::formatCql(text);
        QVERIFY2(cql::formatCql(formatted) == formatted, text.c_str());
        if (cql::parseStatement(text, arena))
            QVERIFY2(cql::parseStatement(formatted, arena), text.c_str());
        const std::size_t caret = random.below(text.size() + 1);
        QVERIFY(cql::complete(text, caret, schema).replace.end <= text.size());
        (void)cql::highlight(text);
        (void)cql::statementAt(text, caret);
    }
    // As deep as a line is long.
    for (const char* nested : {"(", "[", "{", "list<", "frozen<", "-", "SELECT (int)"}) {
        std::string text = "SELECT ";
        for (int i = 0; i < 20'000; ++i)
            text += nested;
        Arena arena;
        QVERIFY(!cql::parseStatement(text, arena));
        (void)cql::diagnose(text, &schema);
        (void)cql::formatCql(text);
    }
}

void TstFuzz::valuesOfAnyTypeAreReadFromAnyBytes()
{
    const std::vector<std::string> classes{
        "org.apache.cassandra.db.marshal.DecimalType",
        "org.apache.cassandra.db.marshal.IntegerType",
        "org.apache.cassandra.db.marshal.DurationType",
        "org.apache.cassandra.db.marshal.InetAddressType",
        "org.apache.cassandra.db.marshal.TimestampType",
        "org.apache.cassandra.db.marshal.SimpleDateType",
        "org.apache.cassandra.db.marshal.TimeType",
        "org.apache.cassandra.db.marshal.DoubleType",
        "org.apache.cassandra.db.marshal.UUIDType",
        "org.apache.cassandra.db.marshal.UTF8Type",
        "org.apache.cassandra.db.marshal.MapType(org.apache.cassandra.db.marshal.UTF8Type,"
        "org.apache.cassandra.db.marshal.ListType(org.apache.cassandra.db.marshal.Int32Type))",
        "org.apache.cassandra.db.marshal.TupleType(org.apache.cassandra.db.marshal.Int32Type,"
        "org.apache.cassandra.db.marshal.UTF8Type)",
        "org.apache.cassandra.db.marshal.VectorType(org.apache.cassandra.db.marshal.FloatType , 3)",
    };
    SeededRandom random{2};
    for (int round = roundsFrom(3000); round > 0; --round) {
        std::string name = classes[random.below(classes.size())];
        const auto type = cql::Type::parseClassName(name);
        QVERIFY2(type, name.c_str());
        Bytes value(random.below(random.below(4) == 0 ? 300 : 30), '\0');
        random.fill(value.data(), value.size());
        if (value.size() >= 4 && random.below(2) == 0)
            value.replace(0, 3, Bytes(3, '\0')); // so that counts and lengths are often believable
        const bool isValid = (*type)->validate(value).has_value();
        if (isValid) {
            const std::string text = (*type)->getString(value);
            (void)(*type)->toJson(value);
            (void)(*type)->toCqlLiteral(value);
            (void)(*type)->fromString(text);
        }
        damage(random, name);
        (void)cql::Type::parseClassName(name);
        (void)(*type)->fromString(name);
    }
}

void TstFuzz::sstablesOfCassandraWithDamage()
{
    SeededRandom random{3};
    std::vector<std::pair<std::string, std::string>> cases;
    for (const std::string format : {"nb", "oa", "bti-da"}) {
        for (const auto& name : golden::cases(format))
            cases.emplace_back(format, name);
    }
    int opened = 0;
    int refused = 0;
    for (int round = roundsFrom(150); round > 0; --round) {
        tests::MemoryDisk disk;
        const auto& [format, name] = cases[random.below(cases.size())];
        const auto tables = golden::load(disk, name, format);
        const auto& table = tables[random.below(tables.size())];
        std::vector<std::string> files;
        for (const auto& [path, content] : disk.files()) {
            if (!content->empty())
                files.push_back(path);
        }
        // Copied: the fixture's bytes are shared between rounds.
        const std::string& victim = files[random.below(files.size())];
        Bytes bytes = disk.at(victim);
        damage(random, bytes);
        disk.put(victim, std::move(bytes));
        (void)sstable::verifyTable(disk, table, nullptr, {.checkValues = true});
        sstable::ScrubOptions scrub;
        scrub.to = sstable::Descriptor::make("/scrubbed", 1);
        if (const auto scrubbed = sstable::scrubTable(disk, table, scrub);
            scrubbed && scrubbed->made) {
            const auto found = sstable::verifyTable(disk, scrub.to, nullptr, {}).value();
            QVERIFY2(found.problems.empty(),
                     found.problems.empty() ? "" : found.problems[0].detail.c_str());
        }
        const auto reader = golden::open(disk, table);
        if (!reader) {
            ++refused;
            continue;
        }
        ++opened;
        sstable::DirectChunkSource source;
        sstable::TableScanner scanner{*reader, source};
        for (int partitions = 0; partitions < 2000; ++partitions) {
            const auto step = scanner.next();
            if (!step || *step != sstable::Step::Item)
                break;
            if (!random_tables::collect((*reader)->table(), scanner.partition()))
                break;
        }
        (void)(*reader)->verifyDigest(disk);
        if (auto inspector = sstable::Inspector::open(disk, table, {.nowSeconds = 1})) {
            (void)inspector->readAll();
            for (const auto& each : inspector->report().largestByBytes)
                (void)sstable::keyText(*(*reader)->table(), each.key);
        }
    }
    QVERIFY(opened > 0);
    QVERIFY(refused > 0);
}

void TstFuzz::commitLogsAndMutationsWithDamage()
{
    constexpr std::int64_t kSegment = 5;
    SeededRandom random{4};
    random_tables::Shape shape;
    shape.rowsMax = 6;
    const auto table = random_tables::table(random, shape, {{"enabled", "false"}});
    std::vector<Bytes> mutations;
    for (auto& partition : random_tables::partitions(random, table, 20, shape)) {
        rows::Mutation mutation;
        mutation.keyspace = table->keyspace();
        mutation.updates.push_back(std::move(partition));
        rows::writeMutation(mutation, mutations.emplace_back());
    }
    const auto lookup = [&](const schema::TableId& id) {
        return id == table->id() ? table : nullptr;
    };
    const auto append = [&](Bytes& log, const Bytes& mutation) {
        const std::size_t start = storage::beginLogRecord(log);
        log.push_back(static_cast<char>(storage::LogRecordKind::Mutation));
        log += mutation;
        storage::endLogRecord(log, start, kSegment, start);
    };
    const std::string path = "/log/" + storage::commitLogFileName(kSegment);
    const char* const compressors[] = {"LZ4Compressor", "SnappyCompressor", "DeflateCompressor",
                                       "ZstdCompressor"};
    std::size_t whole = 0;
    for (int round = roundsFrom(1000); round > 0; --round) {
        Bytes log;
        storage::writeLogFileHead(kSegment, log);
        for (int i = 0; i < 3; ++i) {
            Bytes mutation = mutations[random.below(mutations.size())];
            // Behind a right checksum, so that the reader of mutations sees it too.
            if (random.below(2) == 0)
                damage(random, mutation);
            append(log, mutation);
        }
        if (random.below(2) == 0) {
            // Behind the right checksums of a section, so that the decompressors see it too.
            const auto params =
                *sstable::CompressionParams::fromOptions({{"class", compressors[random.below(4)]}});
            Bytes compressed;
            storage::writeCompressedLogFileHead(kSegment, params.compressor, compressed);
            const ByteView records = ByteView{log}.substr(storage::kLogFileHeadBytes);
            const std::size_t section = compressed.size();
            QVERIFY(storage::writeLogSection(params, kSegment, section, storage::kLogFileHeadBytes,
                                             records, compressed));
            if (random.below(2) == 0)
                damageSection(random, kSegment, section, compressed);
            log = std::move(compressed);
        }
        if (random.below(2) == 0)
            damage(random, log);
        const auto read = storage::readCommitLogSegment(path, kSegment, log, random.below(2) == 0);
        if (!read)
            continue;
        for (const auto& record : read->records) {
            ByteReader in{record.mutation};
            whole += rows::readMutation(in, lookup).has_value();
        }
    }
    QVERIFY(whole > 0);
}

void TstFuzz::savedCachesWithDamage()
{
    SeededRandom random{6};
    storage::SavedKeyCache keys;
    storage::SavedRowCache rows;
    auto index = std::make_shared<sstable::RowIndex>();
    index->blockCount = 3;
    index->blocks = Bytes(40, 'b');
    for (std::uint64_t i = 0; i < 3; ++i) {
        const schema::TableId id{Uuid::fromHalves(1, i)};
        keys.tables.push_back({id, std::to_string(i), 1000, -5, 5, 99, {}});
        keys.tables.back().entries = {{{1, i}, {17, nullptr}}, {{2, i}, {18, index}}};
        rows.emplace_back(id, Bytes(i + 1, 'k'));
    }
    const Bytes files[] = {storage::encodeKeyCache(keys), storage::encodeRowCache(rows)};
    std::size_t read = 0;
    for (int round = roundsFrom(3000); round > 0; --round) {
        Bytes file = files[random.below(2)];
        if (random.below(2) == 0) {
            // Behind a right checksum, so that the contents are looked at too.
            file.resize(file.size() - 4);
            damage(random, file);
            ByteWriter{file}.u32(crc32(file));
        } else {
            damage(random, file);
        }
        const auto first = storage::decodeKeyCache(file, "saved");
        const auto second = storage::decodeRowCache(file, "saved");
        QVERIFY(!first || !second); // never taken for the other
        if (first) {
            ++read;
            for (const auto& table : first->tables)
                for (const auto& entry : table.entries)
                    QVERIFY(entry.at.dataOffset < table.dataBytes);
        }
    }
    QVERIFY(read > 0);
}

void TstFuzz::archivingPropertiesWithDamage()
{
    const Bytes good = "archive_command=/bin/ln '%path' \"/backup/%name\"\n"
                       "restore_command=cp -f %from %to\nrestore_directories=/a,/b\n"
                       "restore_point_in_time=2026:11:21 08:30:01.25\nprecision=MICROSECONDS\n";
    SeededRandom random{6};
    for (int round = roundsFrom(2000); round > 0; --round) {
        Bytes text = good;
        damage(random, text);
        const auto parsed = storage::parseArchivingProperties(text, "f");
        if (!parsed)
            continue;
        // However the command is damaged, a value is never split.
        const std::string name = "a b'\"%path";
        for (const auto& word :
             storage::archivingArguments(parsed->archiveCommand, {{"path", "/p"}, {"name", name}}))
            QVERIFY(word.find("a b") == std::string::npos || word.find(name) != std::string::npos);
    }
}

void TstFuzz::internodeMessagesWithDamage()
{
    SeededRandom random{5};
    for (int round = roundsFrom(5000); round > 0; --round) {
        Bytes bytes(1 + random.below(120), '\0');
        random.fill(bytes.data(), bytes.size());
        if (random.below(2) == 0 && bytes.size() > 8)
            bytes.replace(0, 4, Bytes{"\0\0\0\1", 4});
        (void)membership::decodeSyn(bytes);
        (void)membership::decodeAck(bytes);
        (void)membership::decodeAck2(bytes);
        (void)messaging::decodeEnvelope(bytes);
    }
}

RW_TEST(TstFuzz)
#include "tst_fuzz.moc"
