#include "widgets/designer/edge_search.h"

#include "widgets/designer/edge_router.h"

#include <array>
#include <limits>
#include <queue>

namespace views {

namespace {

constexpr double kAlongLength = 60; ///< a shorter stretch along a line costs a part of kAlongLine
constexpr double kTrackOut = EdgeRouter::kStub; ///< from a box to its first track
constexpr double kClear = 6;                    ///< kept free round each box
constexpr std::size_t kPlacesMost = 6000;
constexpr int kEnteredMost = 6000;

/// Above 1 the search hurries to its goal, and may miss a way that is a little cheaper.
constexpr float kEager = 1.3F;

enum Heading { East, West, South, North };
constexpr std::array<int, 4> kStepX{1, -1, 0, 0};
constexpr std::array<int, 4> kStepY{0, 0, 1, -1};

/// Sorted, with none nearer than `apart` to the one before it unless it must be kept.
std::vector<double> tracksOf(std::vector<double> wanted, std::vector<double> kept, double apart)
{
    std::ranges::sort(kept);
    std::erase_if(wanted, [&](double at) {
        const auto next = std::ranges::lower_bound(kept, at);
        return (next != kept.end() && *next - at < apart) ||
               (next != kept.begin() && at - *std::prev(next) < apart);
    });
    std::ranges::sort(wanted);
    std::vector<double> out;
    for (const double at : wanted)
        if (out.empty() || at - out.back() >= apart)
            out.push_back(at);
    for (const double at : kept)
        if (std::ranges::find(out, at) == out.end())
            out.push_back(at);
    std::ranges::sort(out);
    return out;
}

class CorridorSearch {
public:
    CorridorSearch(const EdgeRouter& router, const QRectF& from, const QRectF& to)
        : m_router(router), m_from(from), m_to(to)
    {
    }

    QList<QPointF> run(double margin, qint64& searched)
    {
        lay(m_from.united(m_to).adjusted(-margin, -margin, margin, margin));
        if (m_xs.size() * m_ys.size() > 2 * kPlacesMost)
            return {};
        block();
        charge();
        return search(searched);
    }

private:
    [[nodiscard]] std::size_t place(std::size_t column, std::size_t row) const
    {
        return row * m_xs.size() + column;
    }
    /// The first track at or after.
    static std::size_t from(const std::vector<double>& tracks, double at)
    {
        return static_cast<std::size_t>(std::ranges::lower_bound(tracks, at) - tracks.begin());
    }
    static std::size_t indexOf(const std::vector<double>& tracks, double at)
    {
        return std::min(from(tracks, at - 0.01), tracks.size() - 1);
    }

    void lay(const QRectF& corridor)
    {
        m_boxes.clear();
        m_router.boxes().visit(corridor, [&](EdgeRouter::Id, const QRectF& box) {
            if (box.intersects(corridor))
                m_boxes.push_back(box);
        });
        const auto keepWithin = [](std::vector<double>& tracks, double low, double high) {
            std::erase_if(tracks, [=](double at) { return at < low || at > high; });
        };
        std::vector<double> xs, ys, keepX, keepY;
        for (const QRectF& box : {m_from, m_to}) {
            keepX.insert(keepX.end(),
                         {box.center().x(), box.left() - kTrackOut, box.right() + kTrackOut});
            keepY.insert(keepY.end(),
                         {box.center().y(), box.top() - kTrackOut, box.bottom() + kTrackOut});
        }
        for (const QRectF& box : m_boxes)
            for (const double out : {1.0, 1.75, 2.5}) {
                xs.insert(xs.end(), {box.left() - out * kTrackOut, box.right() + out * kTrackOut});
                ys.insert(ys.end(), {box.top() - out * kTrackOut, box.bottom() + out * kTrackOut});
            }
        keepWithin(xs, corridor.left(), corridor.right());
        keepWithin(ys, corridor.top(), corridor.bottom());
        // A large corridor has coarser tracks, so that a search stays bounded.
        for (const double apart : {7.0, 12.0, 24.0, 48.0, 96.0}) {
            m_xs = tracksOf(xs, keepX, apart);
            m_ys = tracksOf(ys, keepY, apart);
            if (m_xs.size() * m_ys.size() <= kPlacesMost)
                break;
        }
    }

    /// Places within a box, or too near to one, are not entered.
    void block()
    {
        m_blocked.assign(m_xs.size() * m_ys.size(), 0);
        m_east.assign(m_blocked.size(), 0);
        m_south.assign(m_blocked.size(), 0);
        for (const QRectF& box : m_boxes) {
            const QRectF closed = box.adjusted(-kClear, -kClear, kClear, kClear);
            for (std::size_t row = from(m_ys, closed.top());
                 row < m_ys.size() && m_ys[row] <= closed.bottom(); ++row)
                for (std::size_t column = from(m_xs, closed.left());
                     column < m_xs.size() && m_xs[column] <= closed.right(); ++column)
                    m_blocked[place(column, row)] = 1;
            wall(closed);
        }
    }
    /// No step jumps a box that lies between two tracks.
    void wall(const QRectF& box)
    {
        constexpr float kNever = std::numeric_limits<float>::infinity();
        const std::size_t left = from(m_xs, box.left());
        const std::size_t right = from(m_xs, box.right());
        const std::size_t top = from(m_ys, box.top());
        const std::size_t bottom = from(m_ys, box.bottom());
        if (left == right && left > 0)
            for (std::size_t row = top; row < bottom; ++row)
                m_east[place(left - 1, row)] = kNever;
        if (top == bottom && top > 0)
            for (std::size_t column = left; column < right; ++column)
                m_south[place(column, top - 1)] = kNever;
    }

    /// What other lines make steps cost: to the east of a place, and to the south of it.
    void charge()
    {
        const double left = m_xs.front(), right = m_xs.back();
        const double top = m_ys.front(), bottom = m_ys.back();
        m_router.levels().within(top, bottom, left, right,
                                 [this](const Stretch& line) { mark(line, m_xs, m_ys, true); });
        m_router.uprights().within(left, right, top, bottom,
                                   [this](const Stretch& line) { mark(line, m_ys, m_xs, false); });
    }
    /// `along`: the tracks that a line of this axis passes; `beside`: those that run as it does.
    void mark(const Stretch& line, const std::vector<double>& along,
              const std::vector<double>& beside, bool level)
    {
        const auto at = [&](std::size_t a, std::size_t b) {
            return level ? place(a, b) : place(b, a);
        };
        std::vector<float>& same = level ? m_east : m_south;
        std::vector<float>& other = level ? m_south : m_east;
        const std::size_t first = from(along, line.low - 1);
        for (std::size_t b = from(beside, line.at - EdgeRouter::kNear);
             b < beside.size() && beside[b] < line.at + EdgeRouter::kNear; ++b)
            for (std::size_t a = first > 0 ? first - 1 : 0;
                 a + 1 < along.size() && along[a] < line.high; ++a) {
                const double part =
                    std::min(along[a + 1], line.high) - std::max(along[a], line.low);
                if (part > 2)
                    same[at(a, b)] += static_cast<float>(EdgeRouter::kAlongLine *
                                                         std::min(1.0, part / kAlongLength));
            }
        const std::size_t next = from(beside, line.at);
        if (next == 0 || next >= beside.size())
            return;
        for (std::size_t a = first; a < along.size() && along[a] <= line.high + 1; ++a)
            other[at(a, next - 1)] += static_cast<float>(EdgeRouter::kAcrossLine);
    }

    struct Port {
        std::size_t column, row;
        Heading out; ///< away from the box
        QPointF point;
    };
    [[nodiscard]] std::vector<Port> portsOf(const QRectF& box) const
    {
        const QPointF c = box.center();
        const std::size_t column = indexOf(m_xs, c.x());
        const std::size_t row = indexOf(m_ys, c.y());
        std::vector<Port> ports{
            {indexOf(m_xs, box.right() + kTrackOut), row, East, {box.right(), c.y()}},
            {indexOf(m_xs, box.left() - kTrackOut), row, West, {box.left(), c.y()}},
            {column, indexOf(m_ys, box.bottom() + kTrackOut), South, {c.x(), box.bottom()}},
            {column, indexOf(m_ys, box.top() - kTrackOut), North, {c.x(), box.top()}}};
        std::erase_if(ports,
                      [this](const Port& each) { return m_blocked[place(each.column, each.row)]; });
        return ports;
    }

    [[nodiscard]] double ahead(std::size_t column, std::size_t row) const
    {
        double least = std::numeric_limits<double>::infinity();
        for (const Port& goal : m_goals)
            least = std::min(least, std::abs(m_xs[goal.column] - m_xs[column]) +
                                        std::abs(m_ys[goal.row] - m_ys[row]));
        return least;
    }

    QList<QPointF> search(qint64& searched)
    {
        const std::vector<Port> starts = portsOf(m_from);
        m_goals = portsOf(m_to);
        if (starts.empty() || m_goals.empty())
            return {};
        const std::size_t columns = m_xs.size();
        m_cost.assign(4 * columns * m_ys.size(), std::numeric_limits<float>::infinity());
        m_before.assign(m_cost.size(), -1);
        using Open = std::pair<float, std::int32_t>;
        std::priority_queue<Open, std::vector<Open>, std::greater<>> open;
        const auto offer = [&](std::size_t column, std::size_t row, int heading, float cost,
                               std::int32_t before) {
            const std::size_t state = 4 * place(column, row) + static_cast<std::size_t>(heading);
            if (cost >= m_cost[state])
                return;
            m_cost[state] = cost;
            m_before[state] = before;
            open.emplace(cost + kEager * static_cast<float>(ahead(column, row)),
                         static_cast<std::int32_t>(state));
        };
        for (const Port& each : starts)
            offer(each.column, each.row, each.out, 0, -1);
        for (int entered = 0; !open.empty() && entered < kEnteredMost; ++entered) {
            const auto [estimate, state] = open.top();
            open.pop();
            const auto here = static_cast<std::size_t>(state) / 4;
            const std::size_t column = here % columns;
            const std::size_t row = here / columns;
            const float cost = m_cost[static_cast<std::size_t>(state)];
            if (estimate > cost + kEager * static_cast<float>(ahead(column, row)) + 0.1F)
                continue; // a cheaper way to it has been taken
            ++searched;
            const int heading = state % 4;
            for (const Port& goal : m_goals)
                if (goal.column == column && goal.row == row && goal.out == opposite(heading))
                    return trace(state, starts, goal);
            for (int next = 0; next < 4; ++next) {
                if (next == opposite(heading))
                    continue;
                const std::size_t toColumn = column + static_cast<std::size_t>(kStepX[next]);
                const std::size_t toRow = row + static_cast<std::size_t>(kStepY[next]);
                if (toColumn >= columns || toRow >= m_ys.size() ||
                    m_blocked[place(toColumn, toRow)])
                    continue;
                const std::size_t low = place(std::min(column, toColumn), std::min(row, toRow));
                const double length =
                    std::abs(m_xs[toColumn] - m_xs[column]) + std::abs(m_ys[toRow] - m_ys[row]);
                offer(toColumn, toRow, next,
                      cost + static_cast<float>(length) + (next < 2 ? m_east : m_south)[low] +
                          static_cast<float>(next == heading ? 0 : EdgeRouter::kBend),
                      state);
            }
        }
        return {};
    }
    static int opposite(int heading) { return heading ^ 1; }

    QList<QPointF> trace(std::int32_t state, const std::vector<Port>& starts,
                         const Port& goal) const
    {
        QList<QPointF> back{goal.point};
        std::int32_t first = state;
        for (; state >= 0; state = m_before[static_cast<std::size_t>(state)]) {
            const auto here = static_cast<std::size_t>(state) / 4;
            back.append({m_xs[here % m_xs.size()], m_ys[here / m_xs.size()]});
            first = state;
        }
        for (const Port& start : starts)
            if (static_cast<std::int32_t>(4 * place(start.column, start.row)) + start.out == first)
                back.append(start.point);
        QList<QPointF> points;
        for (auto it = back.crbegin(); it != back.crend(); ++it) {
            const qsizetype count = points.size();
            const bool straight =
                count > 1 &&
                ((points[count - 1].x() == it->x() && points[count - 2].x() == it->x()) ||
                 (points[count - 1].y() == it->y() && points[count - 2].y() == it->y()));
            if (straight)
                points.last() = *it;
            else
                points.append(*it);
        }
        return points;
    }

    const EdgeRouter& m_router;
    QRectF m_from, m_to;
    std::vector<QRectF> m_boxes;
    std::vector<double> m_xs, m_ys;
    std::vector<char> m_blocked;
    std::vector<float> m_east, m_south;
    std::vector<float> m_cost;
    std::vector<std::int32_t> m_before;
    std::vector<Port> m_goals;
};

} // namespace

QList<QPointF> wayRound(const EdgeRouter& router, const QRectF& from, const QRectF& to,
                        qint64& searched)
{
    CorridorSearch search(router, from, to);
    // A long corridor is wide enough with a small margin.
    const double length = std::abs(from.center().x() - to.center().x()) +
                          std::abs(from.center().y() - to.center().y());
    const std::vector<double> margins =
        length > 3000 ? std::vector{240.0} : std::vector{120.0, 420.0, 1200.0};
    for (const double margin : margins)
        if (const QList<QPointF> found = search.run(margin, searched); !found.isEmpty())
            return found;
    return {};
}

} // namespace views
