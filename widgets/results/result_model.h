#pragma once

#include "widgets/results/page_store.h"

#include <QAbstractTableModel>

#include <vector>

namespace views {

/// How a cell is painted and what it means, without decoding it twice.
enum class CellKind { Null, Empty, Text, Number, True, False, Moment, Structure, Other };

/// The rows of one statement, as pages that stay the bytes they came as. A cell is decoded when a
/// view asks for it; nothing is cached but the pages, and of those only as many as PageStore keeps
/// in memory.
///
/// Paging: the view scrolls to the end → canFetchMore() → fetchMore() emits moreWanted() once; the
/// next page (or end()) lets it ask again.
class ResultModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole, ///< CellKind as int
        LiteralRole,             ///< the CQL literal
        JsonRole,
        TypeRole, ///< the column's type as CQL writes it
    };
    explicit ResultModel(QObject* parent = nullptr, qint64 memoryMax = PageStore::kMemoryMax);

    void clear();
    /// Requires the columns of the pages before.
    void addPage(const studio::ResultPagePtr& page);
    /// Whether the server has more pages.
    void setMore(bool more);

    [[nodiscard]] const studio::ResultColumns& columns() const noexcept { return m_columns; }
    [[nodiscard]] bool hasMore() const noexcept { return m_more; }
    [[nodiscard]] qint64 byteSize() const noexcept { return m_bytes; }
    [[nodiscard]] const PageStore& pages() const noexcept { return m_pages; }
    /// False for null, and for a cell that cannot be read back (see PageStore::problem). `value` is
    /// good until the next call. Requires a valid row and column.
    bool cell(int row, int column, engine::ByteView& value) const;
    /// Cells decoded so far; tests assert that only what is seen is decoded.
    [[nodiscard]] quint64 cellsDecoded() const noexcept { return m_decoded; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

signals:
    void moreWanted();

private:
    CellKind kindOf(int column, bool present, engine::ByteView value) const;

    studio::ResultColumns m_columns;
    mutable PageStore m_pages;
    mutable studio::ResultPagePtr m_last; ///< the page that cell() was in: views into it stay good
    std::vector<int> m_pageEnds;          ///< first row behind each page
    qint64 m_bytes = 0;
    bool m_more = false;
    bool m_asked = false;
    mutable quint64 m_decoded = 0;
};

/// One line for the grid: as getString() for plain values, the literal for structures; long ones
/// are cut.
[[nodiscard]] QString cellText(const engine::cql::Type& type, engine::ByteView value);

} // namespace views
