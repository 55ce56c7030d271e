#include "widgets/editor/editor_tab.h"

#include "widgets/editor/option_bar.h"

#include <QFileInfo>
#include <QTimer>
#include <QVBoxLayout>

namespace views {

namespace {
// Typed text is stored within a second: this is how long after the first unsaved key press.
constexpr int kStoreDelayMs = 500;
} // namespace

EditorTab::EditorTab(const theme::Theme& theme, studio::WorkspaceStore& store,
                     studio::SavedTab saved, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_saved(std::move(saved)),
      m_bar(new OptionBar(theme, this)),
      m_editor(new CqlEditor(theme, this)),
      m_delay(new QTimer(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_editor, 1);
    setFocusProxy(m_editor);

    m_bar->setOptions(m_saved.options);
    m_editor->setText(m_saved.text);
    m_editor->SendScintilla(QsciScintilla::SCI_EMPTYUNDOBUFFER);
    m_editor->SendScintilla(QsciScintilla::SCI_GOTOPOS, static_cast<unsigned long>(m_saved.cursor));

    m_delay->setSingleShot(true);
    m_delay->setInterval(kStoreDelayMs);
    connect(m_delay, &QTimer::timeout, this, &EditorTab::store);
    connect(m_editor, &QsciScintilla::textChanged, this, &EditorTab::changed);
    connect(m_bar, &OptionBar::optionsChanged, this, [this] {
        m_saved.options = m_bar->options();
        m_dirty = true;
        m_delay->start();
    });
    connect(m_bar, &OptionBar::runClicked, this, &EditorTab::run);
    connect(m_bar, &OptionBar::runAllClicked, this, &EditorTab::runAll);
    connect(m_bar, &OptionBar::cancelClicked, this, &EditorTab::cancelRequested);
    connect(m_bar, &OptionBar::formatClicked, m_editor, &CqlEditor::format);
}

EditorTab::~EditorTab()
{
    if (!m_forgotten && m_dirty)
        store();
}

void EditorTab::changed()
{
    m_dirty = true;
    if (!m_saved.modified && !m_saved.filePath.isEmpty()) {
        m_saved.modified = true;
        emit titleChanged();
    }
    // Not restarted while it runs, so that steady typing is stored too.
    if (!m_delay->isActive())
        m_delay->start();
}

void EditorTab::setPlace(int position, bool current)
{
    if (position == m_saved.position && current == m_saved.current && m_saved.id != 0)
        return;
    m_saved.position = position;
    m_saved.current = current;
    m_dirty = true;
    m_delay->start();
}

void EditorTab::setFile(const QString& path)
{
    m_saved.filePath = path;
    m_saved.title = QFileInfo(path).fileName();
    m_saved.modified = false;
    m_dirty = true;
    store();
    emit titleChanged();
}

void EditorTab::store()
{
    if (m_forgotten)
        return;
    m_saved.text = m_editor->text();
    m_saved.cursor = static_cast<int>(m_editor->SendScintilla(QsciScintilla::SCI_GETCURRENTPOS));
    m_saved.options = m_bar->options();
    m_saved.id = m_store.saveTab(m_saved);
    m_dirty = false;
}

void EditorTab::forget()
{
    m_forgotten = true;
    m_delay->stop();
    if (m_saved.id != 0)
        m_store.removeTab(m_saved.id);
}

studio::SavedTab EditorTab::handOver()
{
    store();
    m_forgotten = true;
    m_delay->stop();
    return m_saved;
}

void EditorTab::run()
{
    QList<TextPart> parts;
    if (m_editor->hasSelectedText())
        parts = m_editor->statements(true);
    else if (const auto statement = m_editor->statementAtCaret())
        parts = {*statement};
    if (!parts.isEmpty())
        emit runRequested(parts, m_bar->options());
}

void EditorTab::runAll()
{
    const QList<TextPart> parts = m_editor->statements(false);
    if (!parts.isEmpty())
        emit runRequested(parts, m_bar->options());
}

} // namespace views
