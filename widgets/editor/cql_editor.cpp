#include "widgets/editor/cql_editor.h"

#include "engine/cql/completion.h"
#include "engine/cql/format.h"
#include "engine/cql/script.h"
#include "widgets/editor/completion_popup.h"
#include "widgets/editor/cql_lexer.h"
#include "widgets/editor/schema_provider.h"
#include "widgets/theme/theme.h"

#include <Qsci/qscicommand.h>
#include <Qsci/qscicommandset.h>

#include <QCoreApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>
#include <QWheelEvent>

#include <map>

namespace views {

namespace {
constexpr int kErrorIndicator = 8;
constexpr int kWarningIndicator = 9;
constexpr int kErrorMarker = 4;
constexpr int kPauseMs = 150;

bool isWordByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
} // namespace

CqlEditor::CqlEditor(const theme::Theme& theme, QWidget* parent)
    : QsciScintilla(parent),
      m_theme(theme),
      m_lexer(new CqlLexer(theme, this)),
      m_popup(new CompletionPopup(theme, this)),
      m_pause(new QTimer(this))
{
    configure();
    m_pause->setSingleShot(true);
    m_pause->setInterval(kPauseMs);
    connect(m_pause, &QTimer::timeout, this, &CqlEditor::diagnose);
    connect(this, &QsciScintilla::textChanged, this, [this] {
        ++m_generation;
        m_serverLine = -1;
        m_pause->start();
    });
    connect(m_popup, &CompletionPopup::chosen, this, &CqlEditor::insertCompletion);
    connect(&theme, &theme::Theme::changed, this, &CqlEditor::retheme);
}

void CqlEditor::configure()
{
    setUtf8(true);
    setEolMode(EolUnix);
    setLexer(m_lexer);
    setAccessibleName(tr("CQL"));
    setFrameShape(QFrame::NoFrame);
    setTabWidth(4);
    setIndentationsUseTabs(false);
    setAutoIndent(true);
    setBackspaceUnindents(true);
    setBraceMatching(SloppyBraceMatch);
    setCaretLineVisible(true);
    setCaretWidth(2);
    setScrollWidthTracking(true);
    setScrollWidth(200);
    setMarginType(0, SymbolMargin);
    setMarginWidth(0, 16);
    setMarginMarkerMask(0, 1 << kErrorMarker);
    setMarginType(1, NumberMargin);
    setMarginWidth(1, QStringLiteral("00000"));
    setMarginMarkerMask(1, 0);
    setMarginWidth(2, 0);
    SendScintilla(SCI_SETMARGINLEFT, 0UL, 8L);
    SendScintilla(SCI_SETEXTRAASCENT, 2UL);
    SendScintilla(SCI_SETEXTRADESCENT, 2UL);
    SendScintilla(SCI_INDICSETSTYLE, static_cast<unsigned long>(kErrorIndicator),
                  static_cast<long>(INDIC_SQUIGGLE));
    SendScintilla(SCI_INDICSETSTYLE, static_cast<unsigned long>(kWarningIndicator),
                  static_cast<long>(INDIC_SQUIGGLE));
    // The window's own shortcuts, which the editor would swallow: unbound in its command set, as it
    // claims from the window whatever key that set knows.
    for (const QKeyCombination key :
         {Qt::CTRL | Qt::Key_T, Qt::CTRL | Qt::Key_L, Qt::CTRL | Qt::Key_D, Qt::CTRL | Qt::Key_U,
          Qt::CTRL | Qt::SHIFT | Qt::Key_T})
        if (QsciCommand* command = standardCommands()->boundTo(key.toCombined()))
            command->setKey(0);
    retheme();
}

void CqlEditor::retheme()
{
    const auto& t = m_theme.tokens();
    setPaper(t.panel);
    setColor(t.text);
    setCaretForegroundColor(t.text);
    setCaretLineBackgroundColor(t.hover);
    setSelectionBackgroundColor(theme::mix(t.accent, t.panel, t.dark ? 0.35 : 0.22));
    resetSelectionForegroundColor();
    setMarginsBackgroundColor(t.panel);
    setMarginsForegroundColor(t.text3);
    setMarginsFont(m_lexer->codeFont());
    setMatchedBraceBackgroundColor(t.selection);
    setMatchedBraceForegroundColor(t.accent);
    setUnmatchedBraceForegroundColor(t.error);
    const auto rgb = [](const QColor& c) {
        return static_cast<long>(c.red() | c.green() << 8 | c.blue() << 16);
    };
    SendScintilla(SCI_INDICSETFORE, static_cast<unsigned long>(kErrorIndicator), rgb(t.error));
    SendScintilla(SCI_INDICSETFORE, static_cast<unsigned long>(kWarningIndicator), rgb(t.warning));
    markerDefine(theme::iconPixmap(QStringLiteral("circle-x"), t.error, 14, 1), kErrorMarker);
    viewport()->update();
}

void CqlEditor::setLook(const QString& family, double points, int tabSize)
{
    QFont font = theme::typeFont(theme::Type::Code);
    if (!family.isEmpty())
        font.setFamily(family);
    font.setPointSizeF(points);
    m_lexer->setCodeFont(font);
    setMarginsFont(font);
    setMarginWidth(1, QStringLiteral("00000"));
    setTabWidth(tabSize);
}

void CqlEditor::setSchema(studio::SchemaPtr schema, const QString& keyspace)
{
    m_schema = std::move(schema);
    m_keyspace = keyspace;
    ++m_generation;
    m_pause->start();
}

QByteArray CqlEditor::utf8() const
{
    const long length = SendScintilla(SCI_GETLENGTH);
    const auto* text = reinterpret_cast<const char*>(SendScintilla(SCI_GETCHARACTERPOINTER));
    return {text, static_cast<qsizetype>(length)};
}

long CqlEditor::caretPosition() const
{
    return SendScintilla(SCI_GETCURRENTPOS);
}

std::optional<TextPart> CqlEditor::statementAtCaret() const
{
    const QByteArray text = utf8();
    const std::string_view view{text.constData(), static_cast<std::size_t>(text.size())};
    const auto found = engine::cql::statementAt(view, static_cast<std::size_t>(caretPosition()));
    if (!found)
        return std::nullopt;
    const std::string_view part = found->textIn(view);
    return TextPart{QString::fromUtf8(part.data(), static_cast<qsizetype>(part.size())),
                    static_cast<int>(found->range.begin),
                    static_cast<int>(SendScintilla(
                        SCI_LINEFROMPOSITION, static_cast<unsigned long>(found->range.begin)))};
}

QList<TextPart> CqlEditor::statements(bool selectionOnly) const
{
    QByteArray text = utf8();
    int offset = 0;
    if (selectionOnly) {
        offset = static_cast<int>(SendScintilla(SCI_GETSELECTIONSTART));
        const int end = static_cast<int>(SendScintilla(SCI_GETSELECTIONEND));
        text = text.mid(offset, end - offset);
    }
    const std::string_view view{text.constData(), static_cast<std::size_t>(text.size())};
    QList<TextPart> parts;
    for (const auto& statement : engine::cql::splitStatements(view)) {
        const std::string_view part = statement.textIn(view);
        const int begin = offset + static_cast<int>(statement.range.begin);
        parts.append({QString::fromUtf8(part.data(), static_cast<qsizetype>(part.size())), begin,
                      static_cast<int>(
                          SendScintilla(SCI_LINEFROMPOSITION, static_cast<unsigned long>(begin)))});
    }
    return parts;
}

void CqlEditor::showServerProblem(int line, const QString& text)
{
    m_serverLine = line;
    m_serverText = text;
    viewport()->update();
}

void CqlEditor::diagnose()
{
    const QByteArray text = utf8();
    QThreadPool::globalInstance()->start([self = QPointer<CqlEditor>(this), text,
                                          generation = m_generation, schema = m_schema,
                                          keyspace = m_keyspace] {
        const SnapshotSchema provider(schema, keyspace);
        auto found =
            engine::cql::diagnose({text.constData(), static_cast<std::size_t>(text.size())},
                                  schema ? &provider : nullptr);
        // The pool thread only hands over; the check of `self` happens in the GUI thread.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, generation, found = std::move(found)]() mutable {
                if (self && self->m_generation == generation)
                    self->showDiagnostics(std::move(found));
            },
            Qt::QueuedConnection);
    });
}

void CqlEditor::showDiagnostics(std::vector<engine::cql::Diagnostic> found)
{
    m_diagnostics = std::move(found);
    const auto length = static_cast<unsigned long>(SendScintilla(SCI_GETLENGTH));
    for (const int indicator : {kErrorIndicator, kWarningIndicator}) {
        SendScintilla(SCI_SETINDICATORCURRENT, static_cast<unsigned long>(indicator));
        SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, static_cast<long>(length));
    }
    markerDeleteAll(kErrorMarker);
    for (const auto& diagnostic : m_diagnostics) {
        const bool error = diagnostic.severity == engine::cql::Severity::Error;
        SendScintilla(SCI_SETINDICATORCURRENT,
                      static_cast<unsigned long>(error ? kErrorIndicator : kWarningIndicator));
        const auto begin = static_cast<unsigned long>(diagnostic.range.begin);
        SendScintilla(SCI_INDICATORFILLRANGE, begin,
                      static_cast<long>(std::max<std::uint32_t>(1, diagnostic.range.end -
                                                                       diagnostic.range.begin)));
        if (error)
            markerAdd(static_cast<int>(SendScintilla(SCI_LINEFROMPOSITION, begin)), kErrorMarker);
    }
    viewport()->update();
    emit diagnosticsChanged();
}

void CqlEditor::paintEvent(QPaintEvent* event)
{
    QsciScintilla::paintEvent(event);
    if (m_diagnostics.empty() && m_serverLine < 0)
        return;
    // The first message of each visible line, behind its text.
    struct Message {
        QString text;
        bool error;
    };
    std::map<int, Message> messages;
    for (const auto& diagnostic : m_diagnostics) {
        const int line = static_cast<int>(SendScintilla(
            SCI_LINEFROMPOSITION, static_cast<unsigned long>(diagnostic.range.begin)));
        QString text = QString::fromStdString(diagnostic.message);
        if (!diagnostic.fixes.empty())
            text += QStringLiteral("  ") +
                    tr("%1 (Ctrl+.)").arg(QString::fromStdString(diagnostic.fixes.front().title));
        messages.try_emplace(line,
                             Message{text, diagnostic.severity == engine::cql::Severity::Error});
    }
    if (m_serverLine >= 0)
        messages.try_emplace(m_serverLine, Message{m_serverText, true});

    const int caretLine = static_cast<int>(
        SendScintilla(SCI_LINEFROMPOSITION, static_cast<unsigned long>(caretPosition())));
    const int first = static_cast<int>(SendScintilla(SCI_GETFIRSTVISIBLELINE));
    const int shown = static_cast<int>(SendScintilla(SCI_LINESONSCREEN)) + 1;
    const auto& t = m_theme.tokens();
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme::typeFont(theme::Type::Label));
    const QFontMetrics metrics(painter.font());
    for (const auto& [line, message] : messages) {
        if (line < first || line > first + shown)
            continue;
        // While the caret is at the very end of the line, a message there would be in the way.
        const long end = SendScintilla(SCI_GETLINEENDPOSITION, static_cast<unsigned long>(line));
        if (line == caretLine && m_popup->isVisible())
            continue;
        const int x = static_cast<int>(SendScintilla(SCI_POINTXFROMPOSITION, 0UL, end)) + 24;
        const int y = static_cast<int>(SendScintilla(SCI_POINTYFROMPOSITION, 0UL, end));
        const int tall = static_cast<int>(SendScintilla(SCI_TEXTHEIGHT, 0UL));
        const int room = viewport()->width() - x - 12;
        if (room < 60)
            continue;
        const QColor color = message.error ? t.error : t.warning;
        const QString text =
            metrics.elidedText(message.text.simplified(), Qt::ElideRight, room - 16);
        const QRect box(x, y + 1, metrics.horizontalAdvance(text) + 16, tall - 2);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.soft(color));
        painter.drawRoundedRect(box, 4, 4);
        painter.setPen(color);
        painter.drawText(box, Qt::AlignCenter, text);
    }
}

void CqlEditor::complete()
{
    updateCompletion(true);
}

void CqlEditor::updateCompletion(bool asked)
{
    const QByteArray text = utf8();
    const long caret = caretPosition();
    const bool inWord = caret > 0 && isWordByte(text[static_cast<qsizetype>(caret) - 1]);
    if (!asked && !inWord) {
        m_popup->hide();
        return;
    }
    const SnapshotSchema provider(m_schema, m_keyspace);
    const auto completion =
        engine::cql::complete({text.constData(), static_cast<std::size_t>(text.size())},
                              static_cast<std::size_t>(caret), provider);
    // One candidate that is already there needs no list.
    if (!asked && completion.candidates.size() == 1 &&
        QByteArray::fromStdString(completion.candidates.front().insert) ==
            text.mid(completion.replace.begin, completion.replace.end - completion.replace.begin)) {
        m_popup->hide();
        return;
    }
    const long at = static_cast<long>(completion.replace.begin);
    const QPoint point(static_cast<int>(SendScintilla(SCI_POINTXFROMPOSITION, 0UL, at)),
                       static_cast<int>(SendScintilla(SCI_POINTYFROMPOSITION, 0UL, at)));
    m_popup->show(completion, viewport()->mapToGlobal(point),
                  static_cast<int>(SendScintilla(SCI_TEXTHEIGHT, 0UL)));
}

void CqlEditor::insertCompletion(const QByteArray& insert, quint32 begin, quint32 end)
{
    replaceBytes(static_cast<int>(begin), static_cast<int>(end), insert);
    const unsigned long caret =
        static_cast<unsigned long>(begin + static_cast<quint32>(insert.size()));
    SendScintilla(SCI_GOTOPOS, caret);
}

void CqlEditor::replaceBytes(int begin, int end, const QByteArray& text)
{
    SendScintilla(SCI_SETTARGETSTART, static_cast<unsigned long>(begin));
    SendScintilla(SCI_SETTARGETEND, static_cast<unsigned long>(end));
    SendScintilla(SCI_REPLACETARGET, static_cast<unsigned long>(text.size()), text.constData());
}

void CqlEditor::format()
{
    const QByteArray before = utf8();
    const std::string after =
        engine::cql::formatCql({before.constData(), static_cast<std::size_t>(before.size())});
    if (std::string_view(before.constData(), static_cast<std::size_t>(before.size())) == after)
        return;
    const int line = static_cast<int>(
        SendScintilla(SCI_LINEFROMPOSITION, static_cast<unsigned long>(caretPosition())));
    beginUndoAction();
    replaceBytes(0, static_cast<int>(before.size()), QByteArray::fromStdString(after));
    endUndoAction();
    SendScintilla(SCI_GOTOLINE, static_cast<unsigned long>(line));
}

void CqlEditor::applyFix()
{
    const long caretLine =
        SendScintilla(SCI_LINEFROMPOSITION, static_cast<unsigned long>(caretPosition()));
    for (const auto& diagnostic : m_diagnostics) {
        const long line =
            SendScintilla(SCI_LINEFROMPOSITION, static_cast<unsigned long>(diagnostic.range.begin));
        if (line != caretLine || diagnostic.fixes.empty())
            continue;
        const auto& fix = diagnostic.fixes.front();
        replaceBytes(static_cast<int>(fix.range.begin), static_cast<int>(fix.range.end),
                     QByteArray::fromStdString(fix.text));
        return;
    }
}

void CqlEditor::keyPressEvent(QKeyEvent* event)
{
    if (m_popup->isVisible() && m_popup->handleKey(event->key())) {
        event->accept();
        return;
    }
    const Qt::KeyboardModifiers modifiers = event->modifiers();
    if (event->key() == Qt::Key_Space && modifiers == Qt::ControlModifier) {
        complete();
        return;
    }
    if (event->key() == Qt::Key_Period && modifiers == Qt::ControlModifier) {
        applyFix();
        return;
    }
    // Run belongs to the window; Scintilla would insert a line.
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
        modifiers & (Qt::ControlModifier | Qt::AltModifier)) {
        event->ignore();
        return;
    }
    QsciScintilla::keyPressEvent(event);
    const QString typed = event->text();
    if (!typed.isEmpty() && (typed[0].isLetterOrNumber() || typed[0] == u'_' || typed[0] == u'.'))
        updateCompletion(typed[0] == u'.');
    else if (m_popup->isVisible() && event->key() == Qt::Key_Backspace)
        updateCompletion(false);
    else if (!typed.isEmpty() || event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
        m_popup->hide();
}

void CqlEditor::focusOutEvent(QFocusEvent* event)
{
    m_popup->hide();
    QsciScintilla::focusOutEvent(event);
}

void CqlEditor::wheelEvent(QWheelEvent* event)
{
    m_popup->hide();
    QsciScintilla::wheelEvent(event);
}

} // namespace views
