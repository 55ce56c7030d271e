#pragma once

#include "engine/cql/type.h"

#include <QString>

#include <memory>
#include <vector>

namespace studio {

struct ResultColumn {
    QString keyspace;
    QString table;
    QString name;
    engine::cql::TypePtr type;
};
using ResultColumns = std::shared_ptr<const std::vector<ResultColumn>>;

/// One page of rows, kept as the bytes that came from the server. A cell is decoded when
/// somebody looks at it, so a page costs its wire size. Immutable; any thread.
class ResultPage {
public:
    virtual ~ResultPage() = default;
    [[nodiscard]] virtual const ResultColumns& columns() const = 0;
    [[nodiscard]] virtual int rowCount() const = 0;
    /// False for null; else `value` views the serialized value, valid as long as the page. An
    /// empty value is not null. Requires a row and column within the page.
    [[nodiscard]] virtual bool cell(int row, int column, engine::ByteView& value) const = 0;
    /// What the page holds in memory.
    [[nodiscard]] virtual qint64 byteSize() const = 0;
};
using ResultPagePtr = std::shared_ptr<const ResultPage>;

} // namespace studio
