#include "engine/cql/completion_context.h"

#include "engine/cql/quote.h"
#include "engine/cql/token.h"

#include <algorithm>

namespace engine::cql {

namespace {

/// The tokens of the statement around the caret, and which of them stand before it.
class ContextFinder {
public:
    ContextFinder(std::string_view text, std::size_t caret)
        : m_text(text), m_caret(static_cast<std::uint32_t>(caret))
    {
    }

    CompletionContext find()
    {
        readTokens();
        findTable();
        m_out.place = choose();
        return std::move(m_out);
    }

private:
    void readTokens()
    {
        m_out.replace = {m_caret, m_caret};
        for (Token token = nextToken(m_text, 0); token.kind != TokenKind::End;
             token = nextToken(m_text, token.range.end)) {
            const bool inside = token.range.begin < m_caret && m_caret < token.range.end;
            const bool openEnded =
                token.kind == TokenKind::Comment || token.kind == TokenKind::Unterminated;
            const bool string =
                token.kind == TokenKind::String || token.kind == TokenKind::DollarString;
            if ((inside && (openEnded || string)) || (openEnded && token.range.end == m_caret)) {
                // A quoted name being typed is a word; strings and comments are nobody's business.
                const bool quotedName =
                    token.kind == TokenKind::Unterminated && m_text[token.range.begin] == '"';
                m_silent = !quotedName;
                if (quotedName) {
                    m_out.replace.begin = token.range.begin;
                    m_out.prefix =
                        m_text.substr(token.range.begin + 1, m_caret - token.range.begin - 1);
                }
                return;
            }
            if (token.isTrivia())
                continue;
            if (token.kind == TokenKind::Semicolon) {
                if (token.range.begin >= m_caret)
                    break;
                m_tokens.clear();
                m_before = 0;
                continue;
            }
            const bool word =
                token.kind == TokenKind::Word || token.kind == TokenKind::QuotedName ||
                token.kind == TokenKind::Boolean || token.kind == TokenKind::NotANumber;
            if (word && token.range.begin < m_caret && m_caret <= token.range.end) {
                m_out.replace.begin = token.range.begin;
                m_out.prefix = m_text.substr(token.range.begin, m_caret - token.range.begin);
                if (m_out.prefix[0] == '"')
                    m_out.prefix.erase(0, 1);
                continue; // the word under the caret is not context
            }
            m_tokens.push_back(token);
            if (token.range.end <= m_caret)
                m_before = m_tokens.size();
        }
    }

    bool inBatch() const { return !m_tokens.empty() && m_tokens[0].keyword == Keyword::Begin; }

    bool is(std::size_t index, Keyword keyword) const
    {
        return index < m_tokens.size() && m_tokens[index].kind == TokenKind::Word &&
               m_tokens[index].keyword == keyword;
    }
    bool is(std::size_t index, TokenKind kind) const
    {
        return index < m_tokens.size() && m_tokens[index].kind == kind;
    }
    bool isNameAt(std::size_t index) const
    {
        if (index >= m_tokens.size())
            return false;
        const Token& token = m_tokens[index];
        return token.kind == TokenKind::QuotedName ||
               (token.kind == TokenKind::Word &&
                keywordClass(token.keyword) != KeywordClass::Reserved);
    }
    std::string nameAt(std::size_t index) const { return unquote(m_tokens[index].textIn(m_text)); }
    /// The nth token before the caret, counted from 1.
    bool before(std::size_t n, Keyword keyword) const
    {
        return m_before >= n && is(m_before - n, keyword);
    }
    bool before(std::size_t n, TokenKind kind) const
    {
        return m_before >= n && is(m_before - n, kind);
    }

    /// The table that the statement is about, wherever it stands.
    void findTable()
    {
        // BEGIN BATCH hides the verb of its first statement.
        if (inBatch()) {
            std::size_t start = 0;
            for (std::size_t i = 0; i < m_before; ++i) {
                if (is(i, Keyword::Insert) || is(i, Keyword::Update) || is(i, Keyword::Delete))
                    start = i;
            }
            m_tokens.erase(m_tokens.begin(), m_tokens.begin() + static_cast<std::ptrdiff_t>(start));
            m_before -= start;
        }
        if (m_tokens.empty() || m_tokens[0].kind != TokenKind::Word)
            return;
        m_out.verb = m_tokens[0].keyword;
        std::size_t at = 0;
        for (std::size_t i = 0; i < m_tokens.size() && at == 0; ++i) {
            const bool updated = i == 0 && is(i, Keyword::Update);
            const bool defined = (m_out.verb == Keyword::Alter || m_out.verb == Keyword::Drop) &&
                                 is(i, Keyword::Table);
            const bool indexed = m_out.verb == Keyword::Create && is(i, Keyword::On);
            if (is(i, Keyword::From) || is(i, Keyword::Into) || updated || defined || indexed)
                at = i + 1;
        }
        if (at == 0 || !isNameAt(at))
            return;
        m_tableEnd = at + 1;
        m_out.table = nameAt(at);
        if (is(at + 1, TokenKind::Dot)) {
            m_out.tableKeyspace = m_out.table;
            m_out.table = isNameAt(at + 2) ? nameAt(at + 2) : "";
            m_tableEnd = at + 3;
        }
    }

    /// Names before an operator in WHERE, up to the caret and behind it.
    void collectWhereNames(std::size_t from)
    {
        for (std::size_t i = from; i < m_tokens.size(); ++i) {
            const bool starts = i == from || is(i - 1, Keyword::And) ||
                                is(i - 1, TokenKind::ParenOpen) || is(i - 1, TokenKind::Comma);
            const bool compared = is(i + 1, TokenKind::Equal) || is(i + 1, Keyword::In) ||
                                  is(i + 1, TokenKind::Less) || is(i + 1, TokenKind::LessEqual) ||
                                  is(i + 1, TokenKind::Greater) ||
                                  is(i + 1, TokenKind::GreaterEqual) ||
                                  is(i + 1, TokenKind::Comma) || is(i + 1, TokenKind::ParenClose);
            if (starts && compared && isNameAt(i))
                m_out.named.push_back(nameAt(i));
        }
    }

    int depthBefore(std::size_t from) const
    {
        int depth = 0;
        for (std::size_t i = from; i < m_before; ++i) {
            depth += static_cast<int>(is(i, TokenKind::ParenOpen) || is(i, TokenKind::BraceOpen) ||
                                      is(i, TokenKind::BracketOpen));
            depth -=
                static_cast<int>(is(i, TokenKind::ParenClose) || is(i, TokenKind::BraceClose) ||
                                 is(i, TokenKind::BracketClose));
        }
        return depth;
    }

    /// The last clause keyword before the caret outside of brackets, as an index; 0 is the verb.
    std::size_t clause() const
    {
        std::size_t found = 0;
        int depth = 0;
        for (std::size_t i = 0; i < m_before; ++i) {
            depth += static_cast<int>(is(i, TokenKind::ParenOpen)) -
                     static_cast<int>(is(i, TokenKind::ParenClose));
            if (depth > 0 || m_tokens[i].kind != TokenKind::Word)
                continue;
            switch (m_tokens[i].keyword) {
            case Keyword::From:
            case Keyword::Into:
            case Keyword::Where:
            case Keyword::Order:
            case Keyword::Group:
            case Keyword::Limit:
            case Keyword::Allow:
            case Keyword::Values:
            case Keyword::Using:
            case Keyword::Set:
            case Keyword::If:
            case Keyword::With:
                found = i;
                break;
            default:
                break;
            }
        }
        return found;
    }

    bool afterOperator() const
    {
        for (const auto kind :
             {TokenKind::Equal, TokenKind::Less, TokenKind::LessEqual, TokenKind::Greater,
              TokenKind::GreaterEqual, TokenKind::NotEqual, TokenKind::PlusEqual,
              TokenKind::MinusEqual, TokenKind::Plus, TokenKind::Minus}) {
            if (before(1, kind))
                return true;
        }
        return false;
    }

    /// `…column = |`: remembers the column.
    Place value(std::size_t operators = 1)
    {
        const std::size_t index = m_before - operators;
        if (m_before > operators && isNameAt(index - 1))
            m_out.valueColumn = nameAt(index - 1);
        return Place::Value;
    }

    Place choose()
    {
        if (m_silent)
            return Place::Nothing;
        if (m_before == 0)
            return Place::StatementStart;
        if (before(1, TokenKind::Dot)) {
            m_out.qualifier = m_before > 1 && isNameAt(m_before - 2) ? nameAt(m_before - 2) : "";
            m_out.inSelectClause =
                m_out.verb == Keyword::Select && m_tokens[clause()].keyword == Keyword::Select;
            return Place::TableInKeyspace;
        }
        switch (m_out.verb) {
        case Keyword::Select:
            return inSelect();
        case Keyword::Insert:
            return inInsert();
        case Keyword::Update:
            return inUpdate();
        case Keyword::Delete:
            return inDelete();
        case Keyword::Use:
            return m_before == 1 ? Place::Keyspace : Place::Nothing;
        case Keyword::Truncate:
            return m_before == 1 || before(1, Keyword::Table) ? Place::Table : Place::Nothing;
        case Keyword::Create:
            return inCreate();
        case Keyword::Alter:
            return inAlter();
        case Keyword::Drop:
            return inDrop();
        case Keyword::Describe:
        case Keyword::Desc:
            if (before(1, Keyword::Keyspace))
                return Place::Keyspace;
            if (before(1, Keyword::Table) || before(1, Keyword::View) || before(1, Keyword::Index))
                return Place::Table;
            return m_before == 1 ? Place::DescribeWhat : Place::Nothing;
        default:
            return before(1, Keyword::On) ? Place::Table : Place::Keywords;
        }
    }

    Place inWhere(std::size_t from)
    {
        collectWhereNames(from + 1);
        if (before(1, Keyword::Where) || before(1, Keyword::And))
            return Place::WhereColumn;
        if (before(1, TokenKind::ParenOpen) &&
            (before(2, Keyword::TokenWord) || before(2, Keyword::Where) || before(2, Keyword::And)))
            return Place::WhereColumn;
        if (afterOperator())
            return value();
        if (before(1, Keyword::Contains) || before(1, Keyword::Key) || before(1, Keyword::Like))
            return value();
        if (depthBefore(from) > 0)
            return before(1, TokenKind::ParenOpen) || before(1, TokenKind::Comma) ? Place::Value
                                                                                  : Place::Nothing;
        const bool column =
            isNameAt(m_before - 1) && (before(2, Keyword::Where) || before(2, Keyword::And));
        return column ? Place::WhereOperator : Place::AfterRelation;
    }

    Place inSelect()
    {
        const std::size_t at = clause();
        switch (m_tokens[at].keyword) {
        case Keyword::From:
            return m_before == at + 1 ? Place::Table : Place::AfterSelectTable;
        case Keyword::Where:
            return inWhere(at);
        case Keyword::Order:
            if (before(1, Keyword::By) || before(1, TokenKind::Comma))
                return Place::OrderColumn;
            return Place::AfterOrderColumn;
        case Keyword::Group:
            return before(1, Keyword::By) || before(1, TokenKind::Comma) ? Place::GroupColumn
                                                                         : Place::AfterSelectTable;
        case Keyword::Limit:
        case Keyword::Allow:
            return Place::Keywords;
        default:
            break;
        }
        const bool castType = before(1, Keyword::As) && depthBefore(0) > 0;
        if (castType)
            return Place::Type;
        const bool startsItem = before(1, Keyword::Select) || before(1, Keyword::Distinct) ||
                                before(1, Keyword::Json) || before(1, TokenKind::Comma) ||
                                before(1, TokenKind::ParenOpen) || afterOperator();
        return startsItem ? Place::SelectItem : Place::AfterSelectItem;
    }

    Place inInsert()
    {
        const std::size_t at = clause();
        const Keyword keyword = m_tokens[at].keyword;
        if (keyword == Keyword::Using)
            return before(1, Keyword::Using) || before(1, Keyword::And) ? Place::Using
                                                                        : Place::Keywords;
        if (keyword == Keyword::Values) {
            if (depthBefore(at) == 0)
                return before(1, TokenKind::ParenClose) ? Place::AfterInsertValues : Place::Nothing;
            return insertValue(at);
        }
        if (keyword != Keyword::Into)
            return Place::Keywords;
        if (m_before == at + 1)
            return Place::Table;
        if (depthBefore(at) > 0) {
            for (std::size_t i = m_tableEnd + 1;
                 i < m_tokens.size() && !is(i, TokenKind::ParenClose); ++i) {
                if (isNameAt(i))
                    m_out.named.push_back(nameAt(i));
            }
            return Place::InsertColumn;
        }
        return before(1, TokenKind::ParenClose) ? Place::AfterInsertColumns
                                                : Place::AfterInsertTable;
    }

    /// Which of the columns the value at the caret is for.
    Place insertValue(std::size_t values)
    {
        std::size_t position = 0;
        int depth = 0;
        for (std::size_t i = values + 1; i < m_before; ++i) {
            depth += static_cast<int>(is(i, TokenKind::ParenOpen) || is(i, TokenKind::BraceOpen) ||
                                      is(i, TokenKind::BracketOpen));
            depth -=
                static_cast<int>(is(i, TokenKind::ParenClose) || is(i, TokenKind::BraceClose) ||
                                 is(i, TokenKind::BracketClose));
            position += depth == 1 && is(i, TokenKind::Comma) ? 1 : 0;
        }
        for (std::size_t i = m_tableEnd + 1; i < values; ++i) {
            if (is(i, TokenKind::Comma))
                --position;
            else if (position == 0 && isNameAt(i))
                m_out.valueColumn = nameAt(i);
        }
        return before(1, TokenKind::ParenOpen) || before(1, TokenKind::Comma) ? Place::Value
                                                                              : Place::Nothing;
    }

    Place inUpdate()
    {
        const std::size_t at = clause();
        switch (m_tokens[at].keyword) {
        case Keyword::Using:
            return before(1, Keyword::Using) || before(1, Keyword::And) ? Place::Using
                                                                        : Place::AfterUpdateTable;
        case Keyword::Set:
            if (before(1, Keyword::Set) || (before(1, TokenKind::Comma) && depthBefore(at) == 0))
                return Place::SetColumn;
            if (afterOperator())
                return value();
            return Place::AfterSet;
        case Keyword::Where:
            return inWhere(at);
        case Keyword::If:
            return condition();
        default:
            return m_before == 1 ? Place::Table : Place::AfterUpdateTable;
        }
    }

    Place condition()
    {
        if (before(1, Keyword::If) || before(1, Keyword::And))
            return Place::Column;
        return afterOperator() ? value() : Place::WhereOperator;
    }

    Place inDelete()
    {
        const std::size_t at = clause();
        switch (m_tokens[at].keyword) {
        case Keyword::From:
            return m_before == at + 1 ? Place::Table : Place::AfterSet;
        case Keyword::Where:
            return inWhere(at);
        case Keyword::Using:
            return Place::Using;
        case Keyword::If:
            return condition();
        default:
            return before(1, Keyword::Delete) || before(1, TokenKind::Comma)
                       ? Place::SelectItem
                       : Place::AfterSelectItem;
        }
    }

    Place inCreate()
    {
        if (m_before == 1)
            return Place::CreateWhat;
        const std::size_t at = clause();
        if (m_tokens[at].keyword == Keyword::With && depthBefore(at) == 0) {
            const bool option = before(1, Keyword::With) || before(1, Keyword::And);
            const bool keyspace = is(1, Keyword::Keyspace) || is(1, Keyword::Schema);
            return !option    ? Place::Keywords
                   : keyspace ? Place::KeyspaceOption
                              : Place::TableOption;
        }
        if (is(1, Keyword::Table) || is(1, Keyword::Type) || is(1, Keyword::ColumnFamily))
            return inDefinition();
        if (before(1, Keyword::On))
            return Place::Table;
        if ((is(1, Keyword::Index) || is(1, Keyword::Custom)) && depthBefore(0) > 0)
            return Place::Column;
        if (is(1, Keyword::Function) && (before(1, Keyword::Returns) || depthBefore(0) > 0))
            return Place::Type;
        if (is(1, Keyword::Materialized)) {
            for (std::size_t i = 2; i < m_before; ++i) {
                if (is(i, Keyword::Select))
                    return m_tokens[at].keyword == Keyword::Where ? inWhere(at)
                           : before(1, Keyword::From)             ? Place::Table
                                                                  : Place::SelectItem;
            }
        }
        return Place::Keywords;
    }

    /// Between the brackets of CREATE TABLE or CREATE TYPE.
    Place inDefinition()
    {
        if (depthBefore(0) == 0)
            return before(1, TokenKind::ParenClose) ? Place::Keywords : Place::Nothing;
        if (before(1, TokenKind::Less))
            return Place::Type;
        int angle = 0;
        for (std::size_t i = 0; i < m_before; ++i)
            angle += static_cast<int>(is(i, TokenKind::Less)) -
                     static_cast<int>(is(i, TokenKind::Greater));
        if (angle > 0 && before(1, TokenKind::Comma))
            return Place::Type;
        const bool columnNamed = isNameAt(m_before - 1) &&
                                 (before(2, TokenKind::Comma) || before(2, TokenKind::ParenOpen));
        return columnNamed && depthBefore(0) == 1 ? Place::Type : Place::Keywords;
    }

    Place inAlter()
    {
        if (m_before == 1)
            return Place::AlterWhat;
        if (before(1, Keyword::Keyspace) || before(1, Keyword::Schema))
            return Place::Keyspace;
        if (before(1, Keyword::Table) || before(1, Keyword::View))
            return Place::Table;
        if (before(1, Keyword::With) ||
            (before(1, Keyword::And) && m_tokens[clause()].keyword == Keyword::With))
            return is(1, Keyword::Keyspace) ? Place::KeyspaceOption : Place::TableOption;
        if (before(1, Keyword::Drop) || before(1, Keyword::Rename) || before(1, Keyword::Alter))
            return Place::Column;
        if (m_before >= 2 && (before(2, Keyword::Add) || before(1, Keyword::Type)))
            return Place::Type;
        return is(1, Keyword::Table) && m_before == m_tableEnd ? Place::AlterTableAction
                                                               : Place::Keywords;
    }

    Place inDrop()
    {
        if (m_before == 1)
            return Place::DropWhat;
        if (before(1, Keyword::Exists) && m_before == 4)
            return is(1, Keyword::Keyspace) ? Place::Keyspace
                   : is(1, Keyword::Table)  ? Place::Table
                                            : Place::Nothing;
        if (before(1, Keyword::Keyspace) || before(1, Keyword::Schema))
            return Place::Keyspace;
        return before(1, Keyword::Table) || before(1, Keyword::View) ? Place::Table
                                                                     : Place::Keywords;
    }

    std::string_view m_text;
    std::uint32_t m_caret;
    std::vector<Token> m_tokens;
    std::size_t m_before = 0;
    std::size_t m_tableEnd = 0;
    bool m_silent = false;
    CompletionContext m_out;
};

} // namespace

CompletionContext findCompletionContext(std::string_view text, std::size_t caret)
{
    return ContextFinder{text, caret}.find();
}

} // namespace engine::cql
