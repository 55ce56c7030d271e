#pragma once

#include "engine/cql/diagnostics.h"
#include "widgets/studio/schema_snapshot.h"

#include <Qsci/qsciscintilla.h>

#include <optional>

class QTimer;

namespace theme {
class Theme;
}

namespace views {

class CompletionPopup;
class CqlLexer;

/// A range of the editor's text in bytes, as Scintilla and engine::cql count.
struct TextPart {
    QString text;
    int begin = 0;
    int line = 0; ///< of `begin`, from 0
};

/// The CQL text itself: highlighting, diagnostics while typing with a message at the end of the
/// line, completion, formatting. All knowledge of CQL is engine::cql's.
///
/// Diagnostics are computed on the thread pool from a copy of the text, after a pause in typing;
/// late answers are dropped.
class CqlEditor : public QsciScintilla {
    Q_OBJECT
public:
    CqlEditor(const theme::Theme& theme, QWidget* parent = nullptr);

    void setSchema(studio::SchemaPtr schema, const QString& keyspace);
    /// The whole text in UTF-8.
    [[nodiscard]] QByteArray utf8() const;
    /// The statement that "run" means: the one at the caret.
    [[nodiscard]] std::optional<TextPart> statementAtCaret() const;
    /// Every statement of the selection, or of the whole text without one.
    [[nodiscard]] QList<TextPart> statements(bool selectionOnly) const;
    [[nodiscard]] const std::vector<engine::cql::Diagnostic>& diagnostics() const noexcept
    {
        return m_diagnostics;
    }
    [[nodiscard]] CompletionPopup* completionPopup() const { return m_popup; }
    /// Marks the line where the server found an error; -1 clears it.
    void showServerProblem(int line, const QString& text);

    /// Font and tab of the text; an empty family is the theme's own.
    void setLook(const QString& family, double points, int tabSize);

public slots:
    void complete();
    void format();
    /// Applies the first fix of the diagnostic at the caret's line (Ctrl+.).
    void applyFix();
    void retheme();

signals:
    void diagnosticsChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void configure();
    void diagnose();
    void showDiagnostics(std::vector<engine::cql::Diagnostic> found);
    void updateCompletion(bool asked);
    void insertCompletion(const QByteArray& insert, quint32 begin, quint32 end);
    void replaceBytes(int begin, int end, const QByteArray& text);
    long caretPosition() const;

    const theme::Theme& m_theme;
    CqlLexer* m_lexer;
    CompletionPopup* m_popup;
    QTimer* m_pause;
    studio::SchemaPtr m_schema;
    QString m_keyspace;
    std::vector<engine::cql::Diagnostic> m_diagnostics;
    quint64 m_generation = 0;
    int m_serverLine = -1;
    QString m_serverText;
};

} // namespace views
