#include "engine/cql/format.h"

#include "engine/cql/highlight.h"
#include "engine/cql/keyword_table.h"
#include "engine/cql/resilient_script.h"
#include "engine/cql/script.h"
#include "engine/cql/text_util.h"

#include <algorithm>
#include <span>
#include <vector>

namespace engine::cql {

namespace {

struct Piece {
    std::string text;
    TokenKind kind = TokenKind::End;
    Keyword keyword = Keyword::None;
    TokenClass tokenClass = TokenClass::Operator;
    bool spaceBefore = false; ///< in the source
};
using Pieces = std::span<const Piece>;

bool opens(const Piece& piece)
{
    return piece.kind == TokenKind::ParenOpen || piece.kind == TokenKind::BracketOpen ||
           piece.kind == TokenKind::BraceOpen;
}
bool closes(const Piece& piece)
{
    return piece.kind == TokenKind::ParenClose || piece.kind == TokenKind::BracketClose ||
           piece.kind == TokenKind::BraceClose;
}

/// Lays out one statement that has no comment inside.
class StatementLayout {
public:
    StatementLayout(std::vector<Piece> pieces, const FormatOptions& options)
        : m_pieces(std::move(pieces)),
          m_options(options),
          m_indent(static_cast<std::size_t>(std::max(options.indent, 0)), ' ')
    {
        markTypeBrackets();
    }

    std::string run() const
    {
        const Pieces all{m_pieces};
        const Keyword verb = all.front().keyword;
        if (verb == Keyword::Begin)
            return batch(all);
        const bool defines =
            verb == Keyword::Create && all.size() > 1 &&
            (all[1].keyword == Keyword::Table || all[1].keyword == Keyword::ColumnFamily ||
             all[1].keyword == Keyword::Type);
        if (defines)
            return definition(all);
        return clauses(all);
    }

private:
    static constexpr std::size_t kShortLine = 72;

    /// '<' and '>' of types are brackets; those of comparisons are operators.
    void markTypeBrackets()
    {
        int depth = 0;
        m_isTypeBracket.assign(m_pieces.size(), false);
        for (std::size_t i = 0; i < m_pieces.size(); ++i) {
            const bool opensType = m_pieces[i].kind == TokenKind::Less && i > 0 &&
                                   (m_pieces[i - 1].tokenClass == TokenClass::Type ||
                                    m_pieces[i - 1].keyword == Keyword::Set);
            if (opensType) {
                ++depth;
                m_isTypeBracket[i] = true;
            } else if (depth > 0 && m_pieces[i].kind == TokenKind::Greater) {
                --depth;
                m_isTypeBracket[i] = true;
            }
        }
    }
    std::size_t indexOf(const Piece& piece) const
    {
        return static_cast<std::size_t>(&piece - m_pieces.data());
    }
    bool isTypeBracket(const Piece& piece) const { return m_isTypeBracket[indexOf(piece)]; }

    bool spaceBetween(const Piece& left, const Piece& right) const
    {
        if (opens(left) || closes(right) || right.kind == TokenKind::Comma ||
            right.kind == TokenKind::Semicolon)
            return false;
        if (left.kind == TokenKind::Dot || right.kind == TokenKind::Dot)
            return false;
        if (isTypeBracket(right) || (isTypeBracket(left) && left.kind == TokenKind::Less))
            return false;
        if (right.kind == TokenKind::Colon && right.tokenClass != TokenClass::Marker)
            return false;
        if (left.kind == TokenKind::Colon && left.tokenClass == TokenClass::Marker)
            return false;
        if (right.kind == TokenKind::BracketOpen)
            return left.kind == TokenKind::Comma || left.kind == TokenKind::Colon ||
                   left.tokenClass == TokenClass::Operator ||
                   left.tokenClass == TokenClass::Keyword;
        if (right.kind == TokenKind::ParenOpen)
            return left.tokenClass != TokenClass::Function && left.tokenClass != TokenClass::Type;
        // A sign, or the dots of a slice: as it was, for a space may tell two tokens from one.
        if (left.kind == TokenKind::Minus || left.kind == TokenKind::Range ||
            right.kind == TokenKind::Range)
            return right.spaceBefore;
        return true;
    }

    std::string join(Pieces pieces) const
    {
        std::string out;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (i > 0 && spaceBetween(pieces[i - 1], pieces[i]))
                out += ' ';
            out += pieces[i].text;
        }
        return out;
    }

    /// Joins, and breaks behind commas where a line would get too long.
    std::string wrap(Pieces pieces, const std::string& indent) const
    {
        const auto width = static_cast<std::size_t>(std::max(m_options.lineWidth, 40));
        if (indent.size() + join(pieces).size() <= width)
            return join(pieces);
        std::string out;
        std::size_t column = indent.size();
        std::size_t from = 0;
        while (from < pieces.size()) {
            std::size_t to = from + 1;
            while (to < pieces.size() && pieces[to - 1].kind != TokenKind::Comma)
                ++to;
            const std::string part = join(pieces.subspan(from, to - from));
            const bool space = from > 0 && spaceBetween(pieces[from - 1], pieces[from]);
            if (from > 0 && column + part.size() + 1 > width) {
                out += "\n" + indent + m_indent;
                column = indent.size() + m_indent.size();
            } else if (space) {
                out += ' ';
                ++column;
            }
            out += part;
            column += part.size();
            from = to;
        }
        return out;
    }

    /// Whether a clause starts here, outside of brackets.
    static bool startsLine(Pieces pieces, std::size_t i)
    {
        const Piece& piece = pieces[i];
        if (piece.tokenClass != TokenClass::Keyword || i == 0)
            return false;
        const Keyword verb = pieces[0].keyword;
        const Keyword before = pieces[i - 1].keyword;
        switch (piece.keyword) {
        case Keyword::From:
            return verb == Keyword::Select || verb == Keyword::Delete || verb == Keyword::Create;
        case Keyword::Where:
        case Keyword::Values:
        case Keyword::Group:
        case Keyword::Allow:
        case Keyword::Set:
        case Keyword::Per:
            return true;
        case Keyword::Order:
            return before != Keyword::Clustering;
        case Keyword::Limit:
            return before != Keyword::Partition;
        case Keyword::Using:
        case Keyword::If:
            return verb == Keyword::Insert || verb == Keyword::Update || verb == Keyword::Delete;
        case Keyword::With:
            return before != Keyword::Masked && verb != Keyword::Describe && verb != Keyword::Desc;
        case Keyword::Primary:
        case Keyword::As:
            return verb == Keyword::Create;
        default:
            return false;
        }
    }

    /// One clause a line, each AND on a line of its own below.
    std::string clauses(Pieces pieces, const std::string& indent = {}) const
    {
        const std::string oneLine = join(pieces);
        if (indent.size() + oneLine.size() <= kShortLine)
            return oneLine;
        std::string out;
        std::size_t from = 0;
        int depth = 0;
        std::string lineIndent = indent;
        const auto flush = [&](std::size_t to) {
            if (to == from)
                return;
            out += (out.empty() ? "" : "\n" + lineIndent) +
                   wrap(pieces.subspan(from, to - from), lineIndent);
            from = to;
        };
        bool usingClause = false;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            depth += static_cast<int>(opens(pieces[i])) - static_cast<int>(closes(pieces[i]));
            if (depth != 0)
                continue;
            if (startsLine(pieces, i)) {
                flush(i);
                lineIndent = indent;
                usingClause = pieces[i].keyword == Keyword::Using;
            } else if (pieces[i].keyword == Keyword::And && pieces[i].kind == TokenKind::Word &&
                       !usingClause) {
                flush(i);
                lineIndent = indent + m_indent;
            }
        }
        flush(pieces.size());
        return out;
    }

    /// CREATE TABLE and CREATE TYPE: one column or field a line.
    std::string definition(Pieces pieces) const
    {
        std::size_t open = 0;
        while (open < pieces.size() && pieces[open].kind != TokenKind::ParenOpen)
            ++open;
        if (open == pieces.size())
            return join(pieces);
        std::string out = join(pieces.first(open)) + " (";
        int depth = 1;
        int angle = 0;
        std::size_t from = open + 1;
        std::size_t i = from;
        for (; i < pieces.size(); ++i) {
            if (isTypeBracket(pieces[i]))
                angle += pieces[i].kind == TokenKind::Less ? 1 : -1;
            depth += static_cast<int>(opens(pieces[i])) - static_cast<int>(closes(pieces[i]));
            if (depth == 0)
                break;
            if (depth == 1 && angle == 0 && pieces[i].kind == TokenKind::Comma) {
                out += "\n" + m_indent + join(pieces.subspan(from, i + 1 - from));
                from = i + 1;
            }
        }
        if (i > from)
            out += "\n" + m_indent + join(pieces.subspan(from, i - from));
        out += "\n)";
        return out + tableOptions(pieces.subspan(std::min(i + 1, pieces.size())));
    }

    std::string tableOptions(Pieces rest) const
    {
        std::string out;
        std::size_t from = 0;
        int depth = 0;
        for (std::size_t i = 0; i < rest.size(); ++i) {
            depth += static_cast<int>(opens(rest[i])) - static_cast<int>(closes(rest[i]));
            if (depth == 0 && rest[i].keyword == Keyword::And && i > from) {
                out += (from == 0 ? " " : "\n" + m_indent) + join(rest.subspan(from, i - from));
                from = i;
            }
        }
        if (from < rest.size())
            out += (from == 0 ? " " : "\n" + m_indent) + join(rest.subspan(from));
        return out;
    }

    std::string batch(Pieces pieces) const
    {
        std::string out;
        std::size_t from = 0;
        const auto isVerb = [&](std::size_t i) {
            return pieces[i].tokenClass == TokenClass::Keyword &&
                   (pieces[i].keyword == Keyword::Insert || pieces[i].keyword == Keyword::Update ||
                    pieces[i].keyword == Keyword::Delete || pieces[i].keyword == Keyword::Apply);
        };
        for (std::size_t i = 1; i <= pieces.size(); ++i) {
            if (i < pieces.size() && !isVerb(i))
                continue;
            const bool outer =
                pieces[from].keyword == Keyword::Begin || pieces[from].keyword == Keyword::Apply;
            const std::string indent = outer ? "" : m_indent;
            out +=
                (from == 0 ? "" : "\n") + indent + clauses(pieces.subspan(from, i - from), indent);
            from = i;
        }
        return out;
    }

    std::vector<Piece> m_pieces;
    FormatOptions m_options;
    std::string m_indent;
    std::vector<bool> m_isTypeBracket;
};

/// The tokens of a text but blanks, words in lower case: what formatting must not change.
std::vector<std::string> essence(std::string_view text)
{
    std::vector<std::string> out;
    for (Token token = nextToken(text, 0); token.kind != TokenKind::End;
         token = nextToken(text, token.range.end)) {
        if (token.kind == TokenKind::Whitespace)
            continue;
        const std::string_view source = token.textIn(text);
        out.push_back(token.kind == TokenKind::Word ? toLowerAscii(source) : std::string{source});
    }
    return out;
}

std::string formatStatement(std::string_view text, const FormatOptions& options)
{
    std::vector<Piece> pieces;
    std::string recased;
    bool hasComment = false;
    for (const auto& token : highlight(text)) {
        const std::string_view source =
            text.substr(token.range.begin, token.range.end - token.range.begin);
        const Token lexed = nextToken(text, token.range.begin);
        Piece piece{std::string{source}, lexed.kind,
                    lexed.kind == TokenKind::Word ? lexed.keyword : Keyword::None, token.tokenClass,
                    false};
        if (token.tokenClass == TokenClass::Keyword ||
            (lexed.keyword == Keyword::Null && lexed.kind == TokenKind::Word))
            piece.text = options.upperCaseKeywords ? toUpperAscii(source) : toLowerAscii(source);
        recased += piece.text;
        hasComment |= lexed.kind == TokenKind::Comment;
        if (lexed.isTrivia())
            continue;
        piece.spaceBefore =
            token.range.begin > 0 && nextToken(text, token.range.begin - 1).isTrivia();
        pieces.push_back(std::move(piece));
    }
    // Where to put a comment cannot be known when lines move, so lines stay.
    if (hasComment || pieces.empty())
        return recased;
    const std::string out = StatementLayout{std::move(pieces), options}.run();
    return essence(out) == essence(text) ? out : std::string{text};
}

/// What stands between two statements: its comments, a line each, without the ';'.
std::vector<std::string> commentsBetween(std::string_view gap)
{
    std::vector<std::string> out;
    for (Token token = nextToken(gap, 0); token.kind != TokenKind::End;
         token = nextToken(gap, token.range.end)) {
        if (token.kind != TokenKind::Comment)
            continue;
        std::string_view text = token.textIn(gap);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
            text.remove_suffix(1);
        out.emplace_back(text);
    }
    return out;
}

} // namespace

std::string formatCql(std::string_view script, const FormatOptions& options)
{
    // A string that never ends has swallowed the rest: nothing in it may move.
    for (Token token = nextToken(script, 0); token.kind != TokenKind::End;
         token = nextToken(script, token.range.end)) {
        if (token.kind == TokenKind::Unterminated)
            return std::string{script};
    }
    const ResilientScript parsed{script};
    const auto statements = splitStatements(script);
    std::string out;
    std::size_t at = 0;
    const auto comments = [&](std::string_view gap) {
        // A comment on the line of a statement's end stays there.
        const auto lineEnd = gap.find('\n');
        bool first = at > 0;
        for (const auto& comment : commentsBetween(gap)) {
            const bool sameLine =
                first && lineEnd != std::string_view::npos && gap.find(comment) < lineEnd;
            out += sameLine ? " " : out.empty() ? "" : first ? "\n\n" : "\n";
            out += comment;
            first = false;
        }
        return !first || at == 0;
    };
    for (const auto& statement : statements) {
        const std::string_view gap = script.substr(at, statement.range.begin - at);
        const bool attached = comments(gap);
        if (!out.empty())
            out += attached && !commentsBetween(gap).empty() ? "\n" : "\n\n";
        // What is missing at the end of the text is an error behind the last token.
        const bool isLast = &statement == &statements.back();
        const bool broken =
            std::any_of(parsed.errors.begin(), parsed.errors.end(), [&](const SyntaxError& error) {
                return error.range.begin >= statement.range.begin &&
                       (isLast || error.range.begin <= statement.range.end);
            });
        const std::string_view text = statement.textIn(script);
        out += broken ? std::string{text} : formatStatement(text, options);
        at = statement.range.end;
        if (statement.terminated) {
            out += ";";
            at = script.find(';', at) + 1;
            // Comments may stand between a statement and its ';'.
            for (Token token = nextToken(script, statement.range.end); token.kind != TokenKind::End;
                 token = nextToken(script, token.range.end)) {
                if (token.kind == TokenKind::Semicolon) {
                    at = token.range.end;
                    break;
                }
                if (token.kind == TokenKind::Comment)
                    return std::string{script};
            }
        }
    }
    const std::string_view rest = script.substr(at);
    comments(rest);
    if (!out.empty())
        out += "\n";
    // Empty statements vanish; everything else must still be there.
    const auto withoutSemicolons = [](std::string_view text) {
        auto all = essence(text);
        std::erase(all, ";");
        for (auto& token : all) {
            while (!token.empty() && (token.back() == '\n' || token.back() == '\r'))
                token.pop_back();
        }
        return all;
    };
    return withoutSemicolons(out) == withoutSemicolons(script) ? out : std::string{script};
}

} // namespace engine::cql
