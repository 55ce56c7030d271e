#pragma once

#include <QLineF>
#include <QRectF>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace views {

/// The number of a cell of `size` along one axis. A place that a damaged file put beyond all
/// canvases counts as their edge, so that no line passes more than some thousand cells.
[[nodiscard]] inline std::int64_t cellAt(double at, double size)
{
    constexpr double kFarthest = 1e6;
    return static_cast<std::int64_t>(std::floor(std::clamp(at, -kFarthest, kFarthest) / size));
}

/// The key of a cell of a canvas.
[[nodiscard]] inline std::uint64_t cellKey(std::int64_t column, std::int64_t row)
{
    return (static_cast<std::uint64_t>(column) << 32U) ^
           (static_cast<std::uint64_t>(row) & 0xffffffffU);
}

/// What stands in each cell of a canvas. Cells are asked for by the thousand, so that this is an
/// open-addressing table; a cell that has been used stays in it, empty.
template <class T>
class CellMap {
public:
    /// nullptr if nothing ever stood there.
    [[nodiscard]] const std::vector<T>* find(std::uint64_t key) const
    {
        if (m_slots.empty())
            return nullptr;
        for (std::size_t at = home(key);; at = (at + 1) & (m_slots.size() - 1)) {
            if (m_slots[at].list < 0)
                return nullptr;
            if (m_slots[at].key == key)
                return &m_lists[static_cast<std::size_t>(m_slots[at].list)];
        }
    }
    [[nodiscard]] std::vector<T>& operator[](std::uint64_t key)
    {
        if (const std::vector<T>* there = find(key))
            return const_cast<std::vector<T>&>(*there);
        if (2 * (m_lists.size() + 1) > m_slots.size())
            grow();
        put(key, static_cast<std::int32_t>(m_lists.size()));
        return m_lists.emplace_back();
    }

private:
    struct Slot {
        std::uint64_t key = 0;
        std::int32_t list = -1;
    };
    [[nodiscard]] std::size_t home(std::uint64_t key) const
    {
        // Fibonacci hashing: the upper bits of the product depend on all of the key.
        return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> 32U) & (m_slots.size() - 1);
    }
    void put(std::uint64_t key, std::int32_t list)
    {
        std::size_t at = home(key);
        while (m_slots[at].list >= 0)
            at = (at + 1) & (m_slots.size() - 1);
        m_slots[at] = {key, list};
    }
    void grow()
    {
        std::vector<Slot> before(std::max<std::size_t>(64, 2 * m_slots.size()));
        before.swap(m_slots);
        for (const Slot& each : before)
            if (each.list >= 0)
                put(each.key, each.list);
    }

    std::vector<Slot> m_slots;
    std::vector<std::vector<T>> m_lists;
};

/// Rectangles on a canvas, found by where they are: a question costs what lies near, not what there
/// is. Each rectangle stands in every square cell that it touches. Pure values.
class RectIndex {
public:
    /// Replaces the rectangle that `id` has.
    void insert(std::uint64_t id, const QRectF& rect);
    void remove(std::uint64_t id);
    /// nullptr if there is none.
    [[nodiscard]] const QRectF* find(std::uint64_t id) const;
    /// Calls `take(id, rect)` once for each whose cells `area` touches; it may lie beside `area`.
    template <class Take>
    void visit(const QRectF& area, Take&& take) const
    {
        const Span span = spanOf(area);
        for (std::int64_t row = span.top; row <= span.bottom; ++row)
            for (std::int64_t column = span.left; column <= span.right; ++column) {
                const std::vector<Entry>* cell = m_cells.find(cellKey(column, row));
                if (!cell)
                    continue;
                for (const Entry& each : *cell) {
                    // In the first cell that it shares with the area only.
                    const Span own = spanOf(each.rect);
                    if (column == std::max(own.left, span.left) &&
                        row == std::max(own.top, span.top))
                        take(each.id, each.rect);
                }
            }
    }

private:
    static constexpr double kCell = 256;
    struct Entry {
        std::uint64_t id;
        QRectF rect;
    };
    struct Span {
        std::int64_t left, right, top, bottom;
    };
    static std::int64_t cellOf(double at) { return cellAt(at, kCell); }
    static Span spanOf(const QRectF& rect)
    {
        return {cellOf(rect.left()), cellOf(rect.right()), cellOf(rect.top()),
                cellOf(rect.bottom())};
    }

    std::unordered_map<std::uint64_t, QRectF> m_rects;
    CellMap<Entry> m_cells;
};

/// A stretch of a line that runs along one axis: `at` on the other axis, from `low` to `high`.
struct Stretch {
    std::uint64_t owner = 0;
    double at = 0;
    double low = 0;
    double high = 0;
    friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// Stretches that all run along one axis. It answers what runs beside a stretch, and what one of
/// the other axis crosses, from the cells on the way. Pure values.
class StretchIndex {
public:
    void insert(const Stretch& stretch);
    void remove(const Stretch& stretch);
    /// Those between `from` and `to` that share a part of `low` to `high`, each once.
    template <class Take>
    void within(double from, double to, double low, double high, Take&& take) const
    {
        for (std::int64_t track = trackOf(from); track <= trackOf(to); ++track)
            for (std::int64_t part = partOf(low); part <= partOf(high); ++part) {
                const std::vector<Stretch>* found = m_tracks.find(cellKey(track, part));
                if (!found)
                    continue;
                for (const Stretch& each : *found)
                    // In the first part that it shares with the question only.
                    if (part == std::max(partOf(each.low), partOf(low)) && each.at >= from &&
                        each.at <= to && each.low <= high && each.high >= low)
                        take(each);
            }
    }
    /// Those that pass `position` between `from` and `to`, and some that only come near.
    template <class Take>
    void across(double from, double to, double position, Take&& take) const
    {
        const std::int64_t row = cellOf(position);
        for (std::int64_t column = cellOf(from); column <= cellOf(to); ++column) {
            if (const std::vector<Stretch>* found = m_cells.find(cellKey(column, row)))
                for (const Stretch& each : *found)
                    take(each);
        }
    }

private:
    static constexpr double kCell = 128;
    static constexpr double kTrack = 16;
    static constexpr double kPart = 512;
    static constexpr double kTouch = 1; ///< what ends that near is crossed as well
    static std::int64_t cellOf(double at) { return cellAt(at, kCell); }
    static std::int64_t trackOf(double at) { return cellAt(at, kTrack); }
    static std::int64_t partOf(double at) { return cellAt(at, kPart); }

    CellMap<Stretch> m_tracks;
    CellMap<Stretch> m_cells;
};

} // namespace views
