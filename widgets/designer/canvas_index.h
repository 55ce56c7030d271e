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
                const auto cell = m_cells.find(cellKey(column, row));
                if (cell == m_cells.end())
                    continue;
                for (const Entry& each : cell->second) {
                    // In the first cell that it shares with the area only.
                    const Span own = spanOf(each.rect);
                    if (column == std::max(own.left, span.left) &&
                        row == std::max(own.top, span.top))
                        take(each.id, each.rect);
                }
            }
    }

private:
    static constexpr double kCell = 160;
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
    std::unordered_map<std::uint64_t, std::vector<Entry>> m_cells;
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
                const auto found = m_tracks.find(cellKey(track, part));
                if (found == m_tracks.end())
                    continue;
                for (const Stretch& each : found->second)
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
            const auto found = m_cells.find(cellKey(column, row));
            if (found == m_cells.end())
                continue;
            for (const Stretch& each : found->second)
                take(each);
        }
    }

private:
    static constexpr double kCell = 64;
    static constexpr double kTrack = 16;
    static constexpr double kPart = 512;
    static constexpr double kTouch = 1; ///< what ends that near is crossed as well
    static std::int64_t cellOf(double at) { return cellAt(at, kCell); }
    static std::int64_t trackOf(double at) { return cellAt(at, kTrack); }
    static std::int64_t partOf(double at) { return cellAt(at, kPart); }

    std::unordered_map<std::uint64_t, std::vector<Stretch>> m_tracks;
    std::unordered_map<std::uint64_t, std::vector<Stretch>> m_cells;
};

} // namespace views
