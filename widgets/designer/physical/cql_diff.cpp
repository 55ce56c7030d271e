#include "widgets/designer/physical/cql_diff.h"

#include <QStringList>

#include <algorithm>
#include <map>
#include <tuple>

namespace views {

using namespace engine::modeling;
using State = CqlLine::State;

namespace {

QStringList linesOf(const CqlStatement& statement)
{
    QStringList lines;
    if (!statement.comment.empty())
        lines += QString::fromStdString(statement.comment).split(u'\n', Qt::SkipEmptyParts);
    lines += QString::fromStdString(statement.cql + ";").split(u'\n');
    return lines;
}

/// What of a line counts: without its comment, spaces and the comma or semicolon at its end.
QString essence(const QString& line)
{
    QString text = line;
    if (const qsizetype comment = text.indexOf(QLatin1String("--")); comment >= 0)
        text.truncate(comment);
    text = text.simplified();
    while (text.endsWith(u',') || text.endsWith(u';'))
        text.chop(1);
    return text;
}

void appendBoth(std::vector<CqlLine>& out, const QStringList& wanted, const QStringList& live,
                ElementId element)
{
    const auto n = static_cast<std::size_t>(wanted.size());
    const auto m = static_cast<std::size_t>(live.size());
    QStringList a, b;
    for (const QString& line : wanted)
        a += essence(line);
    for (const QString& line : live)
        b += essence(line);
    // Longest common subsequence; statements are short.
    std::vector<std::vector<int>> best(n + 1, std::vector<int>(m + 1, 0));
    for (std::size_t i = n; i-- > 0;)
        for (std::size_t j = m; j-- > 0;)
            best[i][j] = a[static_cast<qsizetype>(i)] == b[static_cast<qsizetype>(j)]
                             ? best[i + 1][j + 1] + 1
                             : std::max(best[i + 1][j], best[i][j + 1]);
    std::size_t i = 0, j = 0;
    while (i < n || j < m) {
        const QString& mine = i < n ? a[static_cast<qsizetype>(i)] : QString();
        if (i < n && (mine.isEmpty() || (j < m && mine == b[static_cast<qsizetype>(j)]))) {
            if (!mine.isEmpty())
                ++j;
            out.push_back({wanted[static_cast<qsizetype>(i++)], State::Same, element});
        } else if (j < m && b[static_cast<qsizetype>(j)].isEmpty()) {
            ++j; // a comment of the other side
        } else if (j < m && (i == n || best[i][j + 1] >= best[i + 1][j])) {
            out.push_back({live[static_cast<qsizetype>(j++)], State::Removed, element});
        } else {
            out.push_back({wanted[static_cast<qsizetype>(i++)], State::Added, element});
        }
    }
}

void appendAll(std::vector<CqlLine>& out, const CqlStatement& statement, State state,
               ElementId element)
{
    for (const QString& line : linesOf(statement))
        out.push_back({line, state, element});
}

void appendGap(std::vector<CqlLine>& out)
{
    if (!out.empty())
        out.push_back({});
}

using Name = std::tuple<ObjectKind, std::string, std::string>;

Name nameOf(const CqlStatement& statement)
{
    return {statement.kind, statement.keyspace, statement.name};
}

} // namespace

std::vector<CqlLine> cqlLines(const Model& model)
{
    std::vector<CqlLine> out;
    for (const CqlStatement& statement : cqlStatements(model)) {
        appendGap(out);
        appendAll(out, statement, State::Same, statement.element);
    }
    return out;
}

std::vector<CqlLine> cqlDifferences(const Model& wanted, const Model& live)
{
    std::map<Name, CqlStatement> there;
    for (CqlStatement& statement : cqlStatements(live))
        there.emplace(nameOf(statement), std::move(statement));
    std::vector<CqlLine> out;
    for (const CqlStatement& statement : cqlStatements(wanted)) {
        appendGap(out);
        const auto other = there.find(nameOf(statement));
        if (other == there.end()) {
            appendAll(out, statement, State::Added, statement.element);
            continue;
        }
        appendBoth(out, linesOf(statement), linesOf(other->second), statement.element);
        there.erase(other);
    }
    for (const auto& [name, statement] : there) {
        appendGap(out);
        appendAll(out, statement, State::Removed, ElementId::None);
    }
    return out;
}

} // namespace views
