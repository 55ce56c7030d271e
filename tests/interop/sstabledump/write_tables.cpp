// Writes SSTables with our writer for run.py:
//   sstable_samples FOLDER
// makes FOLDER/<keyspace>/<table>-<id>/nb-1-big-* and beside each expected.json, our own dump.
#include "engine/base/real_runtime.h"
#include "engine/sstable/dump.h"
#include "engine/sstable/writer.h"
#include "tests/engine/sstable/golden.h"
#include "tests/engine/sstable/random_tables.h"

#include <cstdio>

using namespace engine;
using namespace engine::sstable;

namespace {

const std::vector<schema::StringMap> kCompressions{
    {{"class", "LZ4Compressor"}, {"chunk_length_in_kb", "16"}},
    {{"class", "ZstdCompressor"}, {"compression_level", "5"}},
    {{"class", "DeflateCompressor"}, {"chunk_length_in_kb", "4"}},
    {{"class", "SnappyCompressor"}, {"chunk_length_in_kb", "4"}},
    {{"enabled", "false"}},
    {{"class", "LZ4Compressor"}, {"min_compress_ratio", "2.5"}, {"chunk_length_in_kb", "4"}},
};

Result<std::string> makeFolder(Disk& disk, const std::string& root, const std::string& name)
{
    const std::string folder = root + "/samples/" + name + "-bb868920e54011f1ac4abf60dac92c0f";
    RW_TRY(disk.createDirectories(folder));
    return folder;
}

Result<void> dumpBeside(Disk& disk, const Descriptor& descriptor, const schema::TablePtr& table)
{
    RW_ASSIGN(const auto reader, Reader::open(disk, descriptor, table));
    RW_ASSIGN(const std::string text, dumpJson(reader, {.nowSeconds = 4'000'000'000}));
    return disk.replaceFile(descriptor.folder + "/expected.json", text);
}

Result<void> writeRandom(Disk& disk, const std::string& root, std::uint64_t seed)
{
    SeededRandom random{seed};
    random_tables::Shape shape;
    shape.regularsMax = seed % 4 == 0 ? 120 : 8;
    shape.rowsMax = 40;
    const auto table =
        random_tables::table(random, shape, kCompressions[seed % kCompressions.size()]);
    const auto partitions = random_tables::partitions(random, table, 40, shape);
    EncodingStatsCollector stats;
    for (const auto& partition : partitions)
        stats.add(partition);
    WriterOptions options;
    RW_ASSIGN(const auto folder, makeFolder(disk, root, "random" + std::to_string(seed)));
    options.descriptor = Descriptor::make(folder, 1);
    options.table = table;
    options.stats = stats.get();
    options.expectedPartitions = partitions.size();
    options.columnIndexBytes = seed % 2 == 0 ? 1024 : 65536;
    RW_ASSIGN(auto writer, Writer::create(disk, options));
    for (const auto& partition : partitions)
        RW_TRY(writer->append(partition));
    RW_TRY(writer->finish());
    return dumpBeside(disk, options.descriptor, table);
}

/// A table of Cassandra's written again by us, with another compression.
Result<void> rewrite(Disk& disk, const std::string& root, const std::string& name,
                     std::size_t compression)
{
    tests::MemoryDisk memory;
    const auto tables = golden::load(memory, name);
    RW_ASSIGN(const auto reader, golden::open(memory, tables.front()));
    auto spec = reader->table()->spec();
    spec.params.compression = kCompressions[compression];
    const auto table = schema::Table::make(spec);
    WriterOptions options;
    RW_ASSIGN(const auto folder, makeFolder(disk, root, name));
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
    return dumpBeside(disk, options.descriptor, table);
}

Result<void> writeAll(const std::string& root)
{
    const auto disk = makeRealDisk();
    for (std::uint64_t seed = 1; seed <= 12; ++seed)
        RW_TRY(writeRandom(*disk, root, seed));
    std::size_t compression = 0;
    for (const char* name :
         {"counters", "udts", "wide", "clustering_mixed", "simple_types", "static_columns"})
        RW_TRY(rewrite(*disk, root, name, compression++));
    return ok();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: sstable_samples FOLDER\n");
        return 2;
    }
    const auto done = writeAll(argv[1]);
    if (!done)
        std::fprintf(stderr, "%s\n", done.error().detail().c_str());
    return done ? 0 : 1;
}
