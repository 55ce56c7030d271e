#include "app/query_page.h"
#include "widgets/editor/editor_tab.h"
#include "widgets/editor/option_bar.h"
#include "widgets/studio/action_registry.h"

#include <QFile>
#include <QFileDialog>
#include <QMessageBox>
#include <QSaveFile>
#include <QTabWidget>

namespace app {

using views::EditorTab;

void QueryPage::openFile()
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open CQL"), {}, tr("CQL (*.cql);;All files (*)"));
    if (!path.isEmpty())
        openFile(path);
}

void QueryPage::openFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        QMessageBox::warning(this, tr("Open CQL"),
                             tr("%1 could not be read: %2").arg(path, file.errorString()));
        return;
    }
    newTab(QString::fromUtf8(file.readAll()));
    currentTab()->setFile(path);
    emit fileUsed(path);
}

bool QueryPage::save()
{
    EditorTab* tab = currentTab();
    if (tab->filePath().isEmpty())
        return saveAs();
    QSaveFile file(tab->filePath());
    const QByteArray text = tab->editor()->utf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        QMessageBox::warning(
            this, tr("Save CQL"),
            tr("%1 could not be written: %2").arg(tab->filePath(), file.errorString()));
        return false;
    }
    tab->setFile(tab->filePath());
    emit fileUsed(tab->filePath());
    return true;
}

bool QueryPage::saveAs()
{
    EditorTab* tab = currentTab();
    QString suggestion = tab->filePath().isEmpty() ? tab->title() : tab->filePath();
    if (!suggestion.endsWith(QLatin1String(".cql")))
        suggestion += QLatin1String(".cql");
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save CQL"), suggestion, tr("CQL (*.cql)"));
    if (path.isEmpty())
        return false;
    tab->setFile(path);
    return save();
}

void QueryPage::addActions(studio::ActionRegistry& actions)
{
    const auto inEditor = [this](auto run) {
        return [this, run] {
            if (EditorTab* tab = currentTab())
                run(tab);
        };
    };
    // Another page answers these while it is shown.
    const auto whenAsked = [this](auto run) {
        return [this, run] {
            if (m_answering)
                run();
        };
    };
    actions.add("file.newTab")
        .text(tr("&New query tab"))
        .icon("file-plus")
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_T))
        .onTriggered(this, whenAsked([this] { newTab(); }));
    actions.add("file.open")
        .text(tr("&Open…"))
        .icon("folder-open")
        .shortcut(QKeySequence::Open)
        .onTriggered(this, whenAsked([this] { openFile(); }));
    actions.add("file.save")
        .text(tr("&Save"))
        .icon("save")
        .shortcut(QKeySequence::Save)
        .onTriggered(this, whenAsked([this] { save(); }));
    actions.add("file.saveAs")
        .text(tr("Save &as…"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S))
        .onTriggered(this, whenAsked([this] { saveAs(); }));
    actions.add("file.closeTab")
        .text(tr("&Close tab"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_W))
        .onTriggered(this, whenAsked([this] { closeTab(m_tabs->currentIndex()); }));
    actions.add("edit.undo")
        .text(tr("&Undo"))
        .icon("undo")
        .shortcut(QKeySequence::Undo)
        .onTriggered(this, whenAsked(inEditor([](EditorTab* t) { t->editor()->undo(); })));
    actions.add("edit.redo")
        .text(tr("&Redo"))
        .icon("redo")
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z))
        .onTriggered(this, whenAsked(inEditor([](EditorTab* t) { t->editor()->redo(); })));
    const auto canRun = [this] { return m_session.source() != nullptr; };
    actions.add("query.run")
        .text(tr("&Run statement"))
        .icon("play")
        .enabledWhen(this, canRun)
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_Return))
        .onTriggered(this, inEditor([](EditorTab* t) { t->run(); }));
    actions.add("query.runAll")
        .text(tr("Run &all"))
        .icon("play-all")
        .enabledWhen(this, canRun)
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return))
        .onTriggered(this, inEditor([](EditorTab* t) { t->runAll(); }));
    actions.add("query.cancel")
        .text(tr("&Cancel"))
        .icon("stop")
        .enabledWhen(this, canRun)
        .onTriggered(this, inEditor([](EditorTab* t) { emit t->cancelRequested(); }));
    actions.add("query.format")
        .text(tr("&Format"))
        .icon("wand")
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F))
        .onTriggered(this, inEditor([](EditorTab* t) { t->editor()->format(); }));
    actions.add("query.showOnRing")
        .text(tr("Show key on &ring"))
        .icon("ring")
        .enabledWhen(this, canRun)
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R))
        .onTriggered(this, [this] { showKeyOnRing(); });
    actions.add("query.tracing")
        .text(tr("Switch &tracing on or off"))
        .icon("coordinator")
        .shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T))
        .onTriggered(this, inEditor([](EditorTab* t) {
                         auto options = t->bar()->options();
                         options.tracing = !options.tracing;
                         t->bar()->changeOptions(options);
                     }));
    actions.add("view.zoomIn")
        .text(tr("Zoom &in"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_Plus))
        .onTriggered(this, whenAsked(inEditor([](EditorTab* t) { t->editor()->zoomIn(); })));
    actions.add("view.zoomOut")
        .text(tr("Zoom &out"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_Minus))
        .onTriggered(this, whenAsked(inEditor([](EditorTab* t) { t->editor()->zoomOut(); })));
    actions.add("view.zoomReset")
        .text(tr("Usual &size"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_0))
        .onTriggered(this, whenAsked(inEditor([](EditorTab* t) { t->editor()->zoomTo(0); })));
    // For "Go to anything"; the tab's own menu lists them too. The level that people look for most
    // comes first: a search for "quorum" finds the local one as well.
    using engine::protocol::Consistency;
    for (const Consistency level :
         {Consistency::Quorum, Consistency::LocalQuorum, Consistency::EachQuorum, Consistency::One,
          Consistency::LocalOne, Consistency::Two, Consistency::Three, Consistency::All}) {
        const std::string name(engine::protocol::consistencyName(level));
        actions.add(QStringLiteral("query.consistency.") + QString::fromStdString(name))
            .text(tr("Consistency level %1").arg(QString::fromStdString(name)))
            .onTriggered(this, inEditor([level](EditorTab* t) {
                             auto options = t->bar()->options();
                             options.consistency = level;
                             t->bar()->changeOptions(options);
                         }));
    }
    actions.add("query.complete")
        .text(tr("Com&plete"))
        .onTriggered(this, inEditor([](EditorTab* t) { t->editor()->complete(); }));
    actions.add("query.fix").text(tr("&Quick fix")).onTriggered(this, inEditor([](EditorTab* t) {
                                                                    t->editor()->applyFix();
                                                                }));
}

} // namespace app
