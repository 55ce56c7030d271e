#include "engine/sstable/scrub.h"

#include <utility>

namespace engine::sstable {

Result<ScrubResult> scrubTable(Disk& disk, const Descriptor& from, const ScrubOptions& options)
{
    ScrubResult result;
    RW_ASSIGN(auto salvage, Salvage::open(disk, from, options.table, result.problems));
    const ReaderPtr& reader = salvage.reader();
    const StatsMetadata& stats = reader->stats();
    WriterOptions writing;
    writing.descriptor = options.to;
    writing.table = reader->table();
    writing.stats = reader->header().stats;
    writing.expectedPartitions = reader->estimatedPartitions();
    writing.commitLogIntervals = stats.commitLogIntervals;
    writing.level = stats.level;
    writing.repair = RepairMark::of(stats);
    writing.originatingHost =
        stats.originatingHost ? stats.originatingHost : options.originatingHost;
    RW_ASSIGN(auto writer, Writer::create(disk, std::move(writing)));

    const SalvageOptions reading{.checkValues = options.checkValues};
    const auto copied = salvage.walk(
        reading, result.problems, [&](const SalvagedPartition& partition) -> Result<void> {
            if (options.cancelled != nullptr && *options.cancelled)
                return Error{ErrorCode::Cancelled, "the scrub was stopped"};
            rows::DeletionTime deletion;
            rows::Row staticRow;
            bool started = false;
            const auto start = [&]() -> Result<void> {
                return std::exchange(started, true)
                           ? ok()
                           : writer->startPartition(partition.key, deletion, staticRow);
            };
            RW_TRY(salvage.replay(
                partition, reading,
                [&](const rows::DeletionTime& header, const rows::Row& statics) {
                    deletion = header;
                    staticRow = statics;
                    return header.isLive() && statics.isEmpty() ? ok() : start();
                },
                [&](const rows::Unfiltered& unfiltered) -> Result<void> {
                    RW_TRY(start());
                    result.rows += unfiltered.kind == rows::Unfiltered::Kind::Row ? 1 : 0;
                    return writer->append(unfiltered);
                }));
            result.partitions += started ? 1 : 0;
            return started ? writer->endPartition() : ok();
        });
    RW_TRY(copied);
    result.partitionsLost = salvage.partitionsLost();
    result.partitionsCut = salvage.partitionsCut();
    if (writer->partitions() > 0) {
        RW_ASSIGN(result.made, writer->finish());
    }
    return result;
}

} // namespace engine::sstable
