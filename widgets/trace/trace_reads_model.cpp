#include "widgets/trace/trace_reads_model.h"

#include "widgets/studio/format.h"

#include <algorithm>

namespace views {

namespace {

/// A number that the node may not have told.
QString known(qint64 number)
{
    return number < 0 ? QStringLiteral("–") : QString::number(number);
}

} // namespace

void TraceReadsModel::set(std::vector<studio::TraceRead> reads, std::vector<TraceNode> nodes)
{
    beginResetModel();
    m_reads = std::move(reads);
    m_nodes = std::move(nodes);
    endResetModel();
}

int TraceReadsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_reads.size());
}

int TraceReadsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString TraceReadsModel::text(const studio::TraceRead& read, int column) const
{
    switch (column) {
    case Node: {
        const auto at = std::find_if(m_nodes.begin(), m_nodes.end(),
                                     [&](const TraceNode& n) { return n.address == read.node; });
        return at == m_nodes.end() ? read.node : at->name;
    }
    case Table:
        return read.isRange ? tr("a range of partitions") : read.table;
    case SSTables:
        return read.rowCacheHit ? tr("none: row cache hit")
                                : tr("%1 of %2", "SSTables read, of those there are")
                                      .arg(read.tablesRead)
                                      .arg(read.tables);
    case RuledOut: {
        QStringList parts;
        const auto add = [&parts](int count, const QString& by) {
            if (count > 0)
                parts += by.arg(count);
        };
        add(read.byBloomFilter, tr("%1 by bloom filter"));
        add(read.outsideKeys, tr("%1 by keys"));
        add(read.outsideRows, tr("%1 by clustering"));
        add(read.shadowed, tr("%1 deleted since"));
        add(read.falsePositives, tr("%1 by index (the bloom filter was wrong)"));
        return parts.isEmpty() ? QStringLiteral("–") : parts.join(QStringLiteral(", "));
    }
    case Places: {
        QStringList parts;
        if (read.rowCacheMissed)
            parts += tr("row cache missed");
        if (read.keyCacheHits > 0)
            parts += tr("key cache %1").arg(read.keyCacheHits);
        if (read.indexLookups > 0)
            parts += tr("index %1").arg(read.indexLookups);
        if (read.memtables > 0)
            parts += tr("memtables %1").arg(read.memtables);
        return parts.isEmpty() ? QStringLiteral("–") : parts.join(QStringLiteral(", "));
    }
    case Chunks:
        return read.chunkHits < 0 ? QStringLiteral("–")
                                  : tr("%1 cached, %2 read (%3)")
                                        .arg(read.chunkHits)
                                        .arg(read.chunksRead)
                                        .arg(studio::formatBytes(read.bytesRead));
    case Rows:
        return known(read.liveRows);
    default:
        return known(read.tombstones);
    }
}

QVariant TraceReadsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const studio::TraceRead& read = m_reads[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return text(read, index.column());
    case Qt::AccessibleTextRole:
        return headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() +
               QStringLiteral(": ") + text(read, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            Qt::AlignVCenter | (index.column() >= Rows ? Qt::AlignRight : Qt::AlignLeft)));
    default:
        return {};
    }
}

QVariant TraceReadsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Node:
        return tr("Node");
    case Table:
        return tr("Table");
    case SSTables:
        return tr("SSTables read");
    case RuledOut:
        return tr("Ruled out");
    case Places:
        return tr("Found by");
    case Chunks:
        return tr("Chunks");
    case Rows:
        return tr("Rows");
    default:
        return tr("Tombstones");
    }
}

} // namespace views
