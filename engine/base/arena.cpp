#include "engine/base/arena.h"

namespace engine {

namespace {
constexpr std::size_t kBlockBytesMax = 64 * 1024;
}

void* Arena::allocateSlow(std::size_t size, std::size_t align)
{
    const std::size_t wanted = sizeof(Block) + size + align;
    const std::size_t blockBytes = recycler::roomOf(std::max(m_nextBlockBytes, wanted));
    m_nextBlockBytes = std::min(m_nextBlockBytes * 2, kBlockBytesMax);
    auto* const block = static_cast<Block*>(recycler::take(blockBytes));
    block->next = m_blocks;
    block->size = blockBytes;
    m_blocks = block;
    m_reserved += blockBytes;
    const auto end = reinterpret_cast<std::uintptr_t>(block) + blockBytes;
    const auto start = reinterpret_cast<std::uintptr_t>(block + 1);
    const auto at = (start + (align - 1)) & ~(align - 1);
    // Keep the roomier of the two blocks current: a huge value must not waste a fresh block.
    if (end - (at + size) >= m_end - m_at) {
        m_at = at + size;
        m_end = end;
    }
    return reinterpret_cast<void*>(at);
}

void Arena::giveBack() noexcept
{
    while (m_blocks != nullptr) {
        Block* const block = m_blocks;
        m_blocks = block->next;
        recycler::give(block, block->size);
    }
}

void Arena::clear() noexcept
{
    if (m_blocks == nullptr)
        return;
    Block** largest = &m_blocks;
    for (Block** at = &m_blocks->next; *at != nullptr; at = &(*at)->next) {
        if ((*at)->size > (*largest)->size)
            largest = at;
    }
    Block* const kept = *largest;
    *largest = kept->next;
    giveBack();
    kept->next = nullptr;
    m_blocks = kept;
    m_at = reinterpret_cast<std::uintptr_t>(kept + 1);
    m_end = reinterpret_cast<std::uintptr_t>(kept) + kept->size;
    m_reserved = kept->size;
}

} // namespace engine
