#include "engine/sstable/trie_index.h"

#include <algorithm>

namespace engine::sstable {

namespace {

constexpr std::size_t kFooterBytes = 24;
constexpr unsigned kHashByteFlag =
    8; ///< payload flags from here on: a byte of the key's hash comes first
constexpr std::size_t kDepthMax = 1 << 18; ///< more than any key has bytes

constexpr char kComponent = 0x40; ///< before each component of a comparable sequence
constexpr char kTerminator = 0x38;
constexpr char kZeroGoesOn = static_cast<char>(0xFE);
constexpr char kZeroEnds = static_cast<char>(0xFF);

/// TrieNode's ordinals.
enum class NodeKind : std::uint8_t {
    PayloadOnly,
    SingleNoPayload4,
    Single8,
    SingleNoPayload12,
    Single16,
    Sparse8,
    Sparse12,
    Sparse16,
    Sparse24,
    Sparse40,
    Dense12,
    Dense16,
    Dense24,
    Dense32,
    Dense40,
    LongDense,
};

unsigned distanceBits(NodeKind kind)
{
    switch (kind) {
    case NodeKind::Single8:
    case NodeKind::Sparse8:
        return 8;
    case NodeKind::SingleNoPayload12:
    case NodeKind::Sparse12:
    case NodeKind::Dense12:
        return 12;
    case NodeKind::Single16:
    case NodeKind::Sparse16:
    case NodeKind::Dense16:
        return 16;
    case NodeKind::Sparse24:
    case NodeKind::Dense24:
        return 24;
    case NodeKind::Dense32:
        return 32;
    case NodeKind::Sparse40:
    case NodeKind::Dense40:
        return 40;
    case NodeKind::LongDense:
        return 64;
    default:
        return 0;
    }
}

/// The `index`th number of `bits` bits (a multiple of 4) in big-endian order; 0 beyond the end.
std::uint64_t packedNumber(ByteView bytes, std::size_t index, unsigned bits)
{
    std::uint64_t value = 0;
    for (std::size_t nibble = index * bits / 4; nibble < (index + 1) * bits / 4; ++nibble) {
        if (nibble / 2 >= bytes.size())
            return 0;
        const auto byte = static_cast<std::uint8_t>(bytes[nibble / 2]);
        value = value << 4 | (nibble % 2 == 0 ? byte >> 4 : byte & 15);
    }
    return value;
}

Error trieCorrupt(std::uint64_t position, const char* what)
{
    return Error{ErrorCode::Corrupt, "offset " + std::to_string(position) + ": " + what};
}

/// Appends a component of bytes so that shorter ones sort first: zeros are escaped
/// (ByteSource.BufferEscaper, version OSS50).
void appendEscaped(Bytes& out, ByteView bytes)
{
    out += kComponent;
    bool escaped = false; ///< within a run of zeros
    for (const char byte : bytes) {
        if (escaped)
            out += byte == 0 ? kZeroGoesOn : kZeroEnds;
        if (!escaped || byte != 0)
            out += byte;
        escaped = byte == 0;
    }
    out += escaped ? kZeroGoesOn : '\0';
}

} // namespace

struct TrieIndex::Node {
    std::uint64_t position = 0;
    NodeKind kind = NodeKind::PayloadOnly;
    unsigned payloadFlags = 0;
    ByteView transitions;             ///< of single and sparse nodes, ascending
    std::uint8_t firstTransition = 0; ///< of dense ones
    std::size_t children = 0;         ///< places, of which dense nodes leave some empty
    ByteView distances;
    std::size_t payloadAt = 0;

    /// Where a child is; nullopt: an empty place.
    [[nodiscard]] std::optional<std::uint64_t> child(std::size_t index) const
    {
        const std::uint64_t distance =
            kind == NodeKind::SingleNoPayload4 || kind == NodeKind::SingleNoPayload12
                ? singleDistance
                : packedNumber(distances, index, distanceBits(kind));
        if (distance == 0 || distance > position)
            return std::nullopt;
        return position - distance;
    }
    [[nodiscard]] std::uint8_t transition(std::size_t index) const
    {
        return transitions.empty() ? static_cast<std::uint8_t>(firstTransition + index)
                                   : static_cast<std::uint8_t>(transitions[index]);
    }

    std::uint64_t singleDistance = 0;
};

Bytes comparableKey(std::int64_t token, ByteView key)
{
    Bytes out;
    out += kComponent;
    char raw[8];
    storeBigEndian(raw, static_cast<std::uint64_t>(token) ^ (1ULL << 63));
    out.append(raw, sizeof raw);
    appendEscaped(out, key);
    out += kTerminator;
    return out;
}

Result<TrieIndex::Node> TrieIndex::nodeAt(std::uint64_t position) const
{
    if (position >= m_partitions.size())
        return trieCorrupt(position, "a node of the trie lies outside of the file");
    const ByteView bytes = ByteView{m_partitions}.substr(position);
    ByteReader in{bytes};
    Node node;
    node.position = position;
    const std::uint8_t first = in.u8();
    node.kind = static_cast<NodeKind>(first >> 4);
    node.payloadFlags = first & 15;
    const unsigned bits = distanceBits(node.kind);
    switch (node.kind) {
    case NodeKind::PayloadOnly:
        break;
    case NodeKind::SingleNoPayload4:
    case NodeKind::SingleNoPayload12:
        node.singleDistance = node.payloadFlags;
        if (node.kind == NodeKind::SingleNoPayload12)
            node.singleDistance = node.singleDistance << 8 | in.u8();
        node.payloadFlags = 0;
        node.transitions = in.raw(1);
        node.children = 1;
        break;
    case NodeKind::Single8:
    case NodeKind::Single16:
        node.transitions = in.raw(1);
        node.children = 1;
        node.distances = in.raw(bits / 8);
        break;
    case NodeKind::Sparse8:
    case NodeKind::Sparse12:
    case NodeKind::Sparse16:
    case NodeKind::Sparse24:
    case NodeKind::Sparse40:
        node.children = in.u8();
        node.transitions = in.raw(node.children);
        node.distances = in.raw((node.children * bits + 7) / 8);
        break;
    default:
        node.firstTransition = in.u8();
        node.children = std::size_t{in.u8()} + 1;
        node.distances = in.raw((node.children * bits + 7) / 8);
        break;
    }
    if (!in.ok())
        return trieCorrupt(position, "a node of the trie is cut off");
    node.payloadAt = position + (bytes.size() - in.remaining());
    return node;
}

Result<std::uint64_t> TrieIndex::dataOffset(const Node& node) const
{
    std::size_t at = node.payloadAt;
    std::size_t size = node.payloadFlags;
    if (node.payloadFlags >= kHashByteFlag) {
        ++at;
        size = node.payloadFlags - kHashByteFlag + 1;
    }
    if (size == 0 || size > 8 || at + size > m_partitions.size())
        return trieCorrupt(node.position, "an entry of the trie is cut off");
    // A signed number of as few bytes as it needs.
    auto value = static_cast<std::int64_t>(static_cast<signed char>(m_partitions[at]));
    for (std::size_t i = 1; i < size; ++i)
        value = value << 8 | static_cast<std::uint8_t>(m_partitions[at + i]);
    if (value < 0)
        return static_cast<std::uint64_t>(~value);
    if (static_cast<std::uint64_t>(value) >= m_rows.size())
        return trieCorrupt(node.position, "an entry points outside of Rows.db");
    ByteReader in{ByteView{m_rows}.substr(static_cast<std::size_t>(value))};
    (void)in.bytes16(); // the key
    const std::uint64_t offset = in.unsignedVint();
    if (!in.ok())
        return trieCorrupt(node.position, "an entry points into the end of Rows.db");
    return offset;
}

Result<TrieIndex> TrieIndex::open(Bytes partitions, Bytes rows)
{
    TrieIndex index;
    index.m_partitions = std::move(partitions);
    index.m_rows = std::move(rows);
    const ByteView bytes{index.m_partitions};
    if (bytes.size() < kFooterBytes)
        return trieCorrupt(0, "the file is shorter than its footer");
    ByteReader footer{bytes.substr(bytes.size() - kFooterBytes)};
    const std::uint64_t keysAt = footer.u64();
    index.m_keyCount = footer.u64();
    index.m_root = footer.u64();
    if (keysAt > bytes.size() - kFooterBytes || index.m_root >= bytes.size())
        return trieCorrupt(bytes.size() - kFooterBytes, "the footer points outside of the file");
    ByteReader keys{bytes.substr(keysAt)};
    index.m_firstKey = keys.bytes16();
    index.m_lastKey = keys.bytes16();
    if (!keys.ok())
        return trieCorrupt(keysAt, "first and last key are cut off");
    RW_ASSIGN(const Node root, index.nodeAt(index.m_root));
    (void)root;
    return index;
}

Result<std::optional<std::uint64_t>> TrieIndex::find(const KeyHash& key) const
{
    const Bytes wanted = comparableKey(key.token, key.key);
    std::uint64_t position = m_root;
    for (std::size_t depth = 0; depth <= wanted.size(); ++depth) {
        RW_ASSIGN(const Node node, nodeAt(position));
        std::optional<std::uint64_t> next;
        for (std::size_t i = 0; depth < wanted.size() && i < node.children && !next; ++i) {
            if (node.transition(i) == static_cast<std::uint8_t>(wanted[depth]))
                next = node.child(i);
        }
        if (!next) {
            if (node.payloadFlags == 0)
                return std::optional<std::uint64_t>{};
            RW_ASSIGN(const std::uint64_t offset, dataOffset(node));
            return std::optional{offset};
        }
        if (*next >= position)
            return trieCorrupt(position, "a node of the trie points forward");
        position = *next;
    }
    return std::optional<std::uint64_t>{};
}

/// The entry of the greatest key at or below a node.
Result<std::uint64_t> TrieIndex::greatestBelow(std::uint64_t position) const
{
    for (std::size_t depth = 0; depth < kDepthMax; ++depth) {
        RW_ASSIGN(const Node node, nodeAt(position));
        std::optional<std::uint64_t> next;
        for (std::size_t i = node.children; i > 0 && !next; --i)
            next = node.child(i - 1);
        if (!next)
            return dataOffset(node);
        position = *next; // always smaller: it ends
    }
    return trieCorrupt(position, "the trie is deeper than any key");
}

Result<std::uint64_t> TrieIndex::floor(std::int64_t token, ByteView key) const
{
    const Bytes wanted = comparableKey(token, key);
    std::uint64_t position = m_root;
    std::optional<std::uint64_t>
        smaller; ///< the nearest node on the way whose keys are all smaller
    for (std::size_t depth = 0; depth < wanted.size(); ++depth) {
        RW_ASSIGN(const Node node, nodeAt(position));
        if (node.payloadFlags != 0) {
            // A shortened key, perhaps greater than what is wanted: the one before it is certain.
            break;
        }
        std::optional<std::uint64_t> next;
        for (std::size_t i = 0; i < node.children; ++i) {
            const auto child = node.child(i);
            if (!child)
                continue;
            const std::uint8_t byte = node.transition(i);
            const auto at = static_cast<std::uint8_t>(wanted[depth]);
            if (byte < at)
                smaller = child;
            else if (byte == at)
                next = child;
        }
        if (!next)
            break;
        position = *next;
    }
    if (smaller)
        return greatestBelow(*smaller);
    return std::uint64_t{0};
}

Result<std::vector<std::uint64_t>> TrieIndex::offsets() const
{
    std::vector<std::uint64_t> found;
    std::vector<std::uint64_t> open{m_root};
    // A node has one parent; a damaged trie may have ever more ways to the same ones.
    std::size_t nodesMax = m_partitions.size();
    while (!open.empty()) {
        RW_ASSIGN(const Node node, nodeAt(open.back()));
        if (nodesMax-- == 0)
            return trieCorrupt(node.position, "the trie leads to its nodes more than once");
        open.pop_back();
        if (node.payloadFlags != 0) {
            RW_ASSIGN(const std::uint64_t offset, dataOffset(node));
            if (found.size() == m_keyCount || (!found.empty() && offset <= found.back()))
                return trieCorrupt(node.position, "the entries are not those of the footer");
            found.push_back(offset);
        }
        for (std::size_t i = node.children; i > 0; --i) {
            if (const auto child = node.child(i - 1))
                open.push_back(*child);
        }
    }
    if (found.size() != m_keyCount)
        return trieCorrupt(m_root, "the trie has fewer entries than the footer says");
    return found;
}

} // namespace engine::sstable
