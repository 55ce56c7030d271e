#pragma once

#include <Qsci/qscilexercustom.h>

namespace theme {
class Theme;
}

namespace views {

/// Colours CQL by engine::cql::highlight(); there is no second list of keywords.
///
/// Only what changed is lexed again: from the end of the statement before it. Styles are the
/// values of engine::cql::TokenClass, twice: see styleToken().
class CqlLexer : public QsciLexerCustom {
    Q_OBJECT
public:
    CqlLexer(const theme::Theme& theme, QObject* parent);

    const char* language() const override { return "CQL"; }
    QString description(int style) const override;
    QColor defaultColor(int style) const override;
    QColor defaultPaper(int style) const override;
    QFont defaultFont(int style) const override;
    void styleText(int start, int end) override;

    [[nodiscard]] const QFont& codeFont() const noexcept { return m_font; }
    void setCodeFont(const QFont& font);

    /// Bytes given to the engine's lexer by the last styleText(); tests assert the work.
    [[nodiscard]] int bytesLexed() const noexcept { return m_bytesLexed; }

public slots:
    /// Takes colours and fonts from the theme again.
    void retheme();

private:
    void styleToken(const char* text, int length, int style);

    const theme::Theme& m_theme;
    QFont m_font;
    bool m_second = false; ///< which of the two styles of a class comes next
    int m_bytesLexed = 0;
};

} // namespace views
