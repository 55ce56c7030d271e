#pragma once

#include "engine/base/inet.h"
#include "engine/base/time.h"
#include "engine/protocol/responses.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::client {

/// The answer to one request, or one page of it: rows stay as the bytes that were received and
/// are decoded when they are looked at. Immutable; any thread.
class ResultPage {
public:
    enum class Kind : std::uint8_t { Void, Rows, SetKeyspace, SchemaChange };

    Kind kind = Kind::Void;
    protocol::ColumnSpecsPtr columns; ///< for Rows, never nullptr then
    std::int32_t rowCount = 0;
    Bytes content;                    ///< the values of the rows, see rows()
    std::optional<Bytes> pagingState; ///< set: there are more pages
    std::vector<std::string> warnings;
    std::optional<Uuid> tracingId;
    std::string keyspace; ///< for SetKeyspace
    std::optional<protocol::SchemaChange> schemaChange;
    InetEndpoint coordinator; ///< the node that answered
    Duration elapsed{};       ///< from sending to the last byte of the answer

    [[nodiscard]] bool hasMore() const noexcept { return pagingState.has_value(); }
    /// Iterates over the rows, as views of this page.
    [[nodiscard]] protocol::RowsReader rows() const
    {
        return {content, columns ? columns->size() : 0, rowCount};
    }
    /// Where each row starts in `content`, and its end: rowCount + 1 offsets. For views that
    /// jump. Empty if the content is damaged.
    [[nodiscard]] std::vector<std::uint32_t> rowOffsets() const;
    /// The values of the row that starts at `offset` (see rowOffsets()); nullopt is null.
    [[nodiscard]] std::vector<std::optional<ByteView>> rowAt(std::uint32_t offset) const;
};
using ResultPagePtr = std::shared_ptr<const ResultPage>;

} // namespace engine::client
