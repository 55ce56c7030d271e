#include "engine/base/arena.h"

#include <algorithm>

namespace engine {

namespace {
constexpr std::size_t kBlockBytesMax = 64 * 1024;
}

void* Arena::allocateSlow(std::size_t size, std::size_t align)
{
    const std::size_t wanted = size + align;
    const std::size_t blockBytes = std::max(m_nextBlockBytes, wanted);
    m_nextBlockBytes = std::min(m_nextBlockBytes * 2, kBlockBytesMax);
    m_blocks.push_back({std::make_unique_for_overwrite<char[]>(blockBytes), blockBytes});
    m_reserved += blockBytes;
    const auto start = reinterpret_cast<std::uintptr_t>(m_blocks.back().bytes.get());
    const auto at = (start + (align - 1)) & ~(align - 1);
    // Keep the roomier of the two blocks current: a huge value must not waste a fresh block.
    if (start + blockBytes - (at + size) >= m_end - m_at) {
        m_at = at + size;
        m_end = start + blockBytes;
    }
    return reinterpret_cast<void*>(at);
}

void Arena::clear() noexcept
{
    if (m_blocks.empty())
        return;
    auto largest = std::max_element(m_blocks.begin(), m_blocks.end(),
                                    [](const Block& a, const Block& b) { return a.size < b.size; });
    Block kept = std::move(*largest);
    m_blocks.clear();
    m_at = reinterpret_cast<std::uintptr_t>(kept.bytes.get());
    m_end = m_at + kept.size;
    m_reserved = kept.size;
    m_blocks.push_back(std::move(kept)); // keeps its capacity: no allocation
}

} // namespace engine
