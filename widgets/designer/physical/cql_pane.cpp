#include "widgets/designer/physical/cql_pane.h"

#include "engine/cql/highlight.h"

#include <QPainter>
#include <QScrollBar>
#include <QSyntaxHighlighter>
#include <QTextBlock>

#include <algorithm>

namespace views {

using engine::cql::TokenClass;
using engine::modeling::ElementId;
using State = CqlLine::State;

namespace {

QColor inkOf(const theme::Tokens& t, TokenClass token)
{
    switch (token) {
    case TokenClass::Comment:
        return t.text3;
    case TokenClass::Keyword:
        return t.accent;
    case TokenClass::Type:
        return t.bundled;
    case TokenClass::Function:
    case TokenClass::Marker:
        return t.simulated;
    case TokenClass::String:
        return t.success;
    case TokenClass::Number:
    case TokenClass::Constant:
        return t.warning;
    case TokenClass::Error:
        return t.error;
    default:
        return t.text;
    }
}

/// Line by line: generated CQL has neither strings nor comments that span lines.
class PaneHighlighter final : public QSyntaxHighlighter {
public:
    PaneHighlighter(const theme::Theme& theme, QTextDocument* document)
        : QSyntaxHighlighter(document), m_theme(theme)
    {
        connect(&theme, &theme::Theme::changed, this, &QSyntaxHighlighter::rehighlight);
    }

protected:
    void highlightBlock(const QString& text) override
    {
        const QByteArray bytes = text.toUtf8();
        const bool ascii = bytes.size() == text.size();
        for (const auto& token :
             engine::cql::highlight({bytes.constData(), static_cast<std::size_t>(bytes.size())})) {
            if (token.tokenClass == TokenClass::Whitespace)
                continue;
            const auto begin = static_cast<qsizetype>(token.range.begin);
            const auto end = static_cast<qsizetype>(token.range.end);
            const auto from = ascii ? begin : QString::fromUtf8(bytes.constData(), begin).size();
            const auto to = ascii ? end : QString::fromUtf8(bytes.constData(), end).size();
            setFormat(static_cast<int>(from), static_cast<int>(to - from),
                      inkOf(m_theme.tokens(), token.tokenClass));
        }
    }

private:
    const theme::Theme& m_theme;
};

class Gutter final : public QWidget {
public:
    explicit Gutter(CqlPane* pane) : QWidget(pane), m_pane(pane) {}

protected:
    void paintEvent(QPaintEvent* event) override { m_pane->paintGutter(event); }

private:
    CqlPane* m_pane;
};

} // namespace

CqlPane::CqlPane(const theme::Theme& theme, const QString& name, QWidget* parent)
    : QPlainTextEdit(parent), m_theme(theme), m_gutter(new Gutter(this))
{
    setAccessibleName(name);
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    setLineWrapMode(NoWrap);
    setFrameShape(NoFrame);
    setFont(theme::typeFont(theme::Type::Code));
    new PaneHighlighter(theme, document());
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& rect, int dy) {
        if (dy != 0)
            m_gutter->scroll(0, dy);
        else
            m_gutter->update(0, rect.y(), m_gutter->width(), rect.height());
    });
    connect(this, &QPlainTextEdit::blockCountChanged, this, &CqlPane::placeGutter);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        const auto line = static_cast<std::size_t>(textCursor().blockNumber());
        if (m_setting || !hasFocus() || line >= m_lines.size())
            return;
        if (const ElementId element = m_lines[line].element; element != ElementId::None)
            emit elementEntered(element);
    });
    connect(&theme, &theme::Theme::changed, this, [this] {
        updateMarks();
        m_gutter->update();
        viewport()->update();
    });
    placeGutter();
}

void CqlPane::setLines(const std::vector<CqlLine>& lines)
{
    if (m_lines == lines)
        return;
    m_lines = lines;
    m_setting = true;
    putText();
    m_setting = false;
    updateMarks();
    m_gutter->update();
    viewport()->update();
}

/// The text becomes that of the lines. Only the stretch that differs is replaced: laying out and
/// coloring thousands of lines anew for one that was edited would hold up every edit.
void CqlPane::putText()
{
    const int had = blockCount();
    const int wanted = std::max(1, static_cast<int>(m_lines.size()));
    const auto lineAt = [this](int line) {
        return m_lines.empty() ? QString() : m_lines[static_cast<std::size_t>(line)].text;
    };
    int head = 0;
    for (QTextBlock block = document()->firstBlock();
         head < std::min(had, wanted) && block.text() == lineAt(head); block = block.next())
        ++head;
    if (head == had && head == wanted)
        return;
    int tail = 0;
    for (QTextBlock block = document()->lastBlock();
         tail < std::min(had, wanted) - head && block.text() == lineAt(wanted - 1 - tail);
         block = block.previous())
        ++tail;
    QStringList texts;
    for (int line = head; line < wanted - tail; ++line)
        texts += lineAt(line);
    const int down = verticalScrollBar()->value();
    const int line = textCursor().blockNumber();
    if (head == 0 && tail == 0) {
        setPlainText(texts.join(u'\n'));
    } else {
        // A line break goes with the lines, before them if they are the last ones.
        QTextCursor edit(document());
        const bool last = tail == 0;
        const QTextBlock first = document()->findBlockByNumber(last ? head - 1 : head);
        edit.setPosition(first.position() + (last ? first.length() - 1 : 0));
        if (last)
            edit.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
        else
            edit.setPosition(document()->findBlockByNumber(had - tail).position(),
                             QTextCursor::KeepAnchor);
        QString text = texts.join(u'\n');
        if (!texts.isEmpty())
            text = last ? u'\n' + text : text + u'\n';
        edit.insertText(text);
        document()->clearUndoRedoStacks(); // it is not the user's to take back here
    }
    setTextCursor(QTextCursor(document()->findBlockByNumber(std::min(line, blockCount() - 1))));
    verticalScrollBar()->setValue(down);
}

void CqlPane::showElement(ElementId element)
{
    if (m_element == element)
        return;
    m_element = element;
    updateMarks();
    viewport()->update();
    if (hasFocus() || element == ElementId::None)
        return;
    for (std::size_t line = 0; line < m_lines.size(); ++line)
        if (m_lines[line].element == element) {
            m_setting = true;
            setTextCursor(QTextCursor(document()->findBlockByNumber(static_cast<int>(line))));
            verticalScrollBar()->setValue(std::max(0, static_cast<int>(line) - 2));
            m_setting = false;
            return;
        }
}

void CqlPane::showProblem(int line)
{
    m_problem = line;
    updateMarks();
    m_gutter->update();
}

void CqlPane::updateMarks()
{
    QList<QTextEdit::ExtraSelection> marks;
    if (m_problem >= 0) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document()->findBlockByNumber(m_problem));
        mark.cursor.select(QTextCursor::LineUnderCursor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(m_theme.tokens().error);
        marks.append(mark);
    }
    setExtraSelections(marks);
}

State CqlPane::stateOf(int line) const
{
    const auto at = static_cast<std::size_t>(line);
    return at < m_lines.size() ? m_lines[at].state : State::Same;
}

QColor CqlPane::softOf(State state) const
{
    const theme::Tokens& t = m_theme.tokens();
    return t.soft(state == State::Added ? t.success : t.error);
}

int CqlPane::gutterWidth() const
{
    const int digits = std::max(2, static_cast<int>(QString::number(blockCount()).size()));
    return fontMetrics().horizontalAdvance(u'9') * (digits + 3) + 10;
}

void CqlPane::placeGutter()
{
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const QRect box = contentsRect();
    m_gutter->setGeometry(box.left(), box.top(), gutterWidth(), box.height());
}

void CqlPane::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    placeGutter();
}

void CqlPane::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    const theme::Tokens& t = m_theme.tokens();
    QTextBlock block = firstVisibleBlock();
    QRectF box = blockBoundingGeometry(block).translated(contentOffset());
    while (block.isValid() && box.top() <= event->rect().bottom()) {
        const int line = block.blockNumber();
        const auto at = static_cast<std::size_t>(line);
        const QRectF row(0, box.top(), viewport()->width(), box.height());
        if (stateOf(line) != State::Same)
            painter.fillRect(row, softOf(stateOf(line)));
        if (m_element != ElementId::None && at < m_lines.size() && m_lines[at].element == m_element)
            painter.fillRect(QRectF(0, row.top(), 2, row.height()), t.accent);
        block = block.next();
        box = blockBoundingGeometry(block).translated(contentOffset());
    }
    painter.end();
    QPlainTextEdit::paintEvent(event);
}

void CqlPane::paintGutter(QPaintEvent* event)
{
    QPainter painter(m_gutter);
    const theme::Tokens& t = m_theme.tokens();
    painter.fillRect(event->rect(), t.alternate);
    painter.setFont(font());
    QTextBlock block = firstVisibleBlock();
    QRectF box = blockBoundingGeometry(block).translated(contentOffset());
    const int mark = fontMetrics().horizontalAdvance(u'9') + 6;
    while (block.isValid() && box.top() <= event->rect().bottom()) {
        const int line = block.blockNumber();
        const State state = stateOf(line);
        const QRect row(0, static_cast<int>(box.top()), m_gutter->width(),
                        static_cast<int>(box.height()));
        if (state != State::Same) {
            painter.fillRect(row, softOf(state));
            painter.setPen(state == State::Added ? t.success : t.error);
            painter.drawText(row.adjusted(0, 0, -4, 0), Qt::AlignRight | Qt::AlignVCenter,
                             state == State::Added ? QStringLiteral("+") : QStringLiteral("−"));
        }
        painter.setPen(line == m_problem ? t.error : t.text3);
        painter.drawText(row.adjusted(0, 0, -mark, 0), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(line + 1));
        block = block.next();
        box = blockBoundingGeometry(block).translated(contentOffset());
    }
}

} // namespace views
