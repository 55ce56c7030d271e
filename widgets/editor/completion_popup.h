#pragma once

#include "engine/cql/completion.h"

#include <QFrame>

class QListWidget;

namespace theme {
class Theme;
}

namespace views {

/// The list of completions under the caret. It never takes the focus: the editor forwards keys.
class CompletionPopup : public QFrame {
    Q_OBJECT
public:
    CompletionPopup(const theme::Theme& theme, QWidget* editor);

    /// Shows the candidates with their first line below `at` (global), or hides if none.
    void show(const engine::cql::Completion& completion, const QPoint& at, int lineHeight);
    /// True if the key was for the list (arrows, Enter, Tab, Esc).
    bool handleKey(int key);
    [[nodiscard]] int count() const;

signals:
    void chosen(const QByteArray& insert, quint32 replaceBegin, quint32 replaceEnd);

private:
    void choose();

    const theme::Theme& m_theme;
    QListWidget* m_list;
    engine::cql::Completion m_completion;
};

} // namespace views
