// Writes SSTables for run.py:
//   sstable_samples FOLDER SEED
// makes FOLDER/ks/<table>-<id>/<SSTables> and what is to be read in them (samples.h).
#include "engine/base/real_runtime.h"
#include "engine/schema/describe.h"
#include "engine/sstable/dump.h"
#include "engine/sstable/writer.h"
#include "tests/engine/sstable/golden.h"
#include "tests/engine/sstable/random_tables.h"
#include "tests/interop/sstabledump/samples.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace engine;
using namespace engine::sstable;

namespace samples {

const std::vector<schema::StringMap>& compressions()
{
    static const std::vector<schema::StringMap> all{
        {{"class", "LZ4Compressor"}, {"chunk_length_in_kb", "16"}},
        {{"class", "ZstdCompressor"}, {"compression_level", "5"}},
        {{"class", "DeflateCompressor"}, {"chunk_length_in_kb", "4"}},
        {{"class", "SnappyCompressor"}, {"chunk_length_in_kb", "4"}},
        {{"enabled", "false"}},
        {{"class", "LZ4Compressor"}, {"min_compress_ratio", "2.5"}, {"chunk_length_in_kb", "4"}},
    };
    return all;
}

namespace {

/// Those that a type is made of come first, each once.
void addUserTypes(const cql::TypePtr& type, std::vector<std::string>& statements)
{
    for (const cql::TypePtr& part : type->parameters())
        addUserTypes(part, statements);
    if (type->kind() != cql::TypeKind::Udt)
        return;
    std::string statement = schema::describeType(*cql::Type::multiCell(type));
    if (std::ranges::find(statements, statement) == statements.end())
        statements.push_back(std::move(statement));
}

} // namespace

Result<std::string> makeFolder(Disk& disk, const std::string& root, const schema::TablePtr& table)
{
    std::string id = table->id().value.toString();
    std::erase(id, '-');
    const std::string folder = root + "/ks/" + table->name() + "-" + id;
    RW_TRY(disk.createDirectories(folder));
    std::vector<std::string> statements;
    for (const schema::Column& column : table->spec().columns)
        addUserTypes(column.type, statements);
    statements.push_back(schema::describeTable(*table, false));
    std::string text;
    for (const std::string& statement : statements)
        text += statement + "\n";
    RW_TRY(disk.replaceFile(folder + "/schema.cql", text));
    return folder;
}

Result<void> describeBeside(Disk& disk, const Descriptor& descriptor, const schema::TablePtr& table)
{
    RW_ASSIGN(const auto reader, Reader::open(disk, descriptor, table));
    RW_ASSIGN(const std::string text, dumpJson(reader, {.nowSeconds = 4'000'000'000}));
    const std::string beside = descriptor.folder + "/" + descriptor.name();
    RW_TRY(disk.replaceFile(beside + ".dump.json", text));
    const StatsMetadata& stats = reader->stats();
    const auto line = [](const char* name, const std::string& value) {
        return "\"" + std::string{name} + "\": \"" + value + "\"";
    };
    return disk.replaceFile(
        beside + ".stats.json",
        "{" + line("Minimum timestamp", std::to_string(stats.minTimestamp)) + ",\n" +
            line("Maximum timestamp", std::to_string(stats.maxTimestamp)) + ",\n" +
            line("SSTable min local deletion time", std::to_string(stats.minLocalDeletionTime)) +
            ",\n" +
            line("SSTable max local deletion time", std::to_string(stats.maxLocalDeletionTime)) +
            ",\n" + line("TTL min", std::to_string(stats.minTtl)) + ",\n" +
            line("TTL max", std::to_string(stats.maxTtl)) + ",\n" +
            line("Repaired at", std::to_string(stats.repairedAt)) + ",\n" +
            line("Pending repair",
                 stats.pendingRepair ? stats.pendingRepair->toString() : std::string{"--"}) +
            ",\n" + line("totalColumnsSet", std::to_string(stats.totalColumns)) + ",\n" +
            line("totalRows", std::to_string(stats.totalRows)) + ",\n" +
            line("SSTable Level", std::to_string(stats.level)) + "}");
}

} // namespace samples

namespace {

/// Wide row indexes and more than 64 columns, which a store's flushes seldom have.
Result<void> writeRandom(Disk& disk, const std::string& root, std::uint64_t seed,
                         std::uint64_t number)
{
    SeededRandom random{seed};
    random_tables::Shape shape;
    shape.regularsMax = seed % 4 == 0 ? 120 : 8;
    shape.rowsMax = 40;
    shape.everyType = true;
    const auto& compressions = samples::compressions();
    auto spec =
        random_tables::table(random, shape, compressions[seed % compressions.size()])->spec();
    spec.name = "random" + std::to_string(number);
    spec.id =
        schema::TableId{Uuid::fromHalves(0xbb868920e54011f1 + (number << 8), 0xac4abf60dac92c0f)};
    const auto table = schema::Table::make(std::move(spec));
    const auto partitions = random_tables::partitions(random, table, 40, shape);
    RW_ASSIGN(const auto folder, samples::makeFolder(disk, root, table));
    auto options = random_tables::writerOptions(
        Descriptor::make(folder, 1, seed % 3 == 0 ? "oa" : "nb"), table, partitions);
    options.columnIndexBytes = seed % 2 == 0 ? 1024 : 65536;
    RW_ASSIGN(auto writer, Writer::create(disk, options));
    for (const auto& partition : partitions)
        RW_TRY(writer->append(partition));
    RW_TRY(writer->finish());
    return samples::describeBeside(disk, options.descriptor, table);
}

/// A table of Cassandra's written again by us, with another compression.
Result<void> rewrite(Disk& disk, const std::string& root, const std::string& name,
                     std::size_t compression)
{
    tests::MemoryDisk memory;
    const auto tables = golden::load(memory, name);
    RW_ASSIGN(const auto reader, golden::open(memory, tables.front()));
    auto spec = reader->table()->spec();
    spec.params.compression = samples::compressions()[compression];
    const auto table = schema::Table::make(spec);
    WriterOptions options;
    const std::string folder = root + "/golden/" + name;
    RW_TRY(disk.createDirectories(folder));
    options.descriptor = Descriptor::make(folder, 1);
    options.table = table;
    options.stats = reader->header().stats;
    options.expectedPartitions = reader->estimatedPartitions();
    RW_ASSIGN(auto writer, Writer::create(disk, options));
    DirectChunkSource source;
    TableScanner scanner{reader, source};
    while (true) {
        RW_ASSIGN(const Step step, scanner.next());
        if (step != Step::Item)
            break;
        RW_ASSIGN(const auto partition,
                  random_tables::collect(reader->table(), scanner.partition()));
        RW_TRY(writer->append(partition));
    }
    RW_TRY(writer->finish());
    return samples::describeBeside(disk, options.descriptor, table);
}

Result<void> writeAll(const std::string& root, std::uint64_t seed)
{
    const auto disk = makeRealDisk();
    RW_TRY(samples::writeWithStores(*disk, root, seed));
    for (std::uint64_t number = 0; number < 4; ++number)
        RW_TRY(writeRandom(*disk, root, seed * 4 + number, number));
    std::size_t compression = 0;
    for (const char* name :
         {"counters", "udts", "wide", "clustering_mixed", "simple_types", "static_columns"})
        RW_TRY(rewrite(*disk, root, name, compression++));
    return ok();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: sstable_samples FOLDER SEED\n");
        return 2;
    }
    const auto done = writeAll(argv[1], std::strtoull(argv[2], nullptr, 10));
    if (!done)
        std::fprintf(stderr, "%s\n", done.error().detail().c_str());
    return done ? 0 : 1;
}
