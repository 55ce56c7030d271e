#include "engine/storage/store_impl.h"

namespace engine::storage {

struct LocalStore::Impl::Running {
    CompactionInfo info;
};

CompactionInfo LocalStore::Impl::infoOf(const Running& compaction)
{
    return compaction.info;
}

std::uint32_t LocalStore::Impl::pendingCompactions() const
{
    return compactionsRunning;
}

void LocalStore::Impl::considerCompaction(const TableStatePtr& state)
{
    (void)state;
}

Task<void> LocalStore::Impl::compactAll(TableStatePtr)
{
    co_return Error{ErrorCode::Invalid, "compaction is not wired in yet"};
}

} // namespace engine::storage
