#include "widgets/editor/cql_lexer.h"

#include "engine/cql/highlight.h"
#include "widgets/theme/theme.h"

#include <Qsci/qsciscintilla.h>

#include <cctype>

namespace views {

using engine::cql::TokenClass;

namespace {
constexpr int kStyles = static_cast<int>(TokenClass::Error) + 1;

bool isPunctuation(char c)
{
    return c > ' ' && c < 0x7F && c != '_' && !std::isalnum(static_cast<unsigned char>(c));
}

bool spansLines(int style)
{
    const auto token = static_cast<TokenClass>(style % kStyles);
    return token == TokenClass::Comment || token == TokenClass::String ||
           token == TokenClass::QuotedName || token == TokenClass::Error;
}
} // namespace

CqlLexer::CqlLexer(const theme::Theme& theme, QObject* parent)
    : QsciLexerCustom(parent), m_theme(theme), m_font(theme::typeFont(theme::Type::Code))
{
    retheme();
    connect(&theme, &theme::Theme::changed, this, &CqlLexer::retheme);
}

QString CqlLexer::description(int style) const
{
    switch (static_cast<TokenClass>(style % kStyles)) {
    case TokenClass::Whitespace:
        return tr("Default");
    case TokenClass::Comment:
        return tr("Comment");
    case TokenClass::Keyword:
        return tr("Keyword");
    case TokenClass::Type:
        return tr("Type");
    case TokenClass::Function:
        return tr("Function");
    case TokenClass::Identifier:
        return tr("Name");
    case TokenClass::QuotedName:
        return tr("Quoted name");
    case TokenClass::String:
        return tr("String");
    case TokenClass::Number:
        return tr("Number");
    case TokenClass::Constant:
        return tr("Constant");
    case TokenClass::Marker:
        return tr("Bind marker");
    case TokenClass::Operator:
        return tr("Operator");
    case TokenClass::Error:
        return tr("Error");
    }
    return {};
}

QColor CqlLexer::defaultColor(int style) const
{
    const auto& t = m_theme.tokens();
    switch (static_cast<TokenClass>(style % kStyles)) {
    case TokenClass::Comment:
        return t.text3;
    case TokenClass::Keyword:
        return t.accent;
    case TokenClass::Type:
        return t.bundled;
    case TokenClass::Function:
        return t.simulated;
    case TokenClass::String:
        return t.success;
    case TokenClass::Number:
        return t.warning;
    case TokenClass::Constant:
        return t.warning;
    case TokenClass::Marker:
        return t.simulated;
    case TokenClass::Error:
        return t.error;
    default:
        return t.text;
    }
}

QColor CqlLexer::defaultPaper(int) const
{
    return m_theme.tokens().panel;
}

QFont CqlLexer::defaultFont(int) const
{
    return m_font;
}

void CqlLexer::setCodeFont(const QFont& font)
{
    m_font = font;
    retheme();
}

void CqlLexer::retheme()
{
    setDefaultColor(m_theme.tokens().text);
    setDefaultPaper(m_theme.tokens().panel);
    setDefaultFont(m_font);
    for (int style = 0; style < 2 * kStyles; ++style) {
        setColor(defaultColor(style), style);
        setPaper(defaultPaper(style), style);
        setFont(defaultFont(style), style);
    }
}

void CqlLexer::styleToken(const char* text, int length, int style)
{
    // Scintilla draws what has one style in one go, and the font joins ">=" or "--" into one sign
    // then. So neighbouring signs get one of two styles that look the same, in turn.
    int from = 0;
    for (int i = 1; i <= length; ++i) {
        if (i < length && !(isPunctuation(text[i - 1]) && isPunctuation(text[i])))
            continue;
        setStyling(i - from, style + (m_second ? kStyles : 0));
        m_second = !m_second;
        from = i;
    }
}

void CqlLexer::styleText(int start, int end)
{
    QsciScintilla* view = editor();
    if (!view)
        return;
    const auto send = [view](unsigned int message, unsigned long a = 0, long b = 0) {
        return view->SendScintilla(message, a, b);
    };
    // Back to the ';' that ends the statement before: nothing behind it depends on what is before.
    const long length = send(QsciScintilla::SCI_GETLENGTH);
    long from = start;
    while (from > 0) {
        const bool semicolon = send(QsciScintilla::SCI_GETCHARAT, from - 1) == ';';
        if (semicolon &&
            !spansLines(static_cast<int>(send(QsciScintilla::SCI_GETSTYLEAT, from - 1))))
            break;
        --from;
    }
    // A string or comment may be closed after `end`; one that is still open then is long indeed.
    const long to = std::min<long>(length, std::max<long>(end, from) + 65'536);
    const auto* text = reinterpret_cast<const char*>(
        send(QsciScintilla::SCI_GETRANGEPOINTER, static_cast<unsigned long>(from), to - from));
    if (!text)
        return;
    m_bytesLexed = static_cast<int>(to - from);
    const auto tokens = engine::cql::highlight({text, static_cast<std::size_t>(to - from)});
    startStyling(static_cast<int>(from));
    for (const auto& token : tokens) {
        const long begin = from + token.range.begin;
        if (begin >= end)
            break;
        styleToken(text + token.range.begin, static_cast<int>(token.range.end - token.range.begin),
                   static_cast<int>(token.tokenClass));
    }
}

} // namespace views
