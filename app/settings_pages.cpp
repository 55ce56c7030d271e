#include "app/settings_dialog.h"
#include "engine/protocol/consistency.h"
#include "widgets/studio/action_registry.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QCoreApplication>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFontComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

namespace app {

namespace {

struct SettingsTr {
    Q_DECLARE_TR_FUNCTIONS(app::SettingsDialog)
};

QWidget* fontRow(SettingsDialog& dialog, studio::Settings& settings)
{
    auto* box = new QFontComboBox;
    box->setFontFilters(QFontComboBox::MonospacedFonts);
    box->setMinimumWidth(230);
    box->setEditable(false);
    const QString family = settings.editorFont.value();
    box->setCurrentFont(QFont(family.isEmpty() ? QStringLiteral("JetBrains Mono") : family));
    QObject::connect(box, &QFontComboBox::currentFontChanged, &dialog,
                     [&settings](const QFont& font) { settings.editorFont.set(font.family()); });
    return box;
}

QWidget* fontSizeRow(SettingsDialog& dialog, studio::Settings& settings)
{
    auto* box = new QDoubleSpinBox;
    box->setMinimumWidth(130);
    box->setRange(6, 36);
    box->setSingleStep(0.5);
    box->setDecimals(2);
    box->setSuffix(SettingsTr::tr(" pt"));
    box->setValue(settings.editorFontSize.value());
    QObject::connect(box, &QDoubleSpinBox::valueChanged, &dialog,
                     [&settings](double value) { settings.editorFontSize.set(value); });
    return box;
}

QWidget* folderRow(SettingsDialog& dialog, const theme::Theme& theme, studio::Settings& settings)
{
    auto* row = new QWidget;
    row->setMinimumWidth(300);
    auto* field = new QLineEdit(QDir::toNativeSeparators(settings.clustersFolder.value()));
    field->setPlaceholderText(SettingsTr::tr("the usual folder"));
    field->setAccessibleName(SettingsTr::tr("Folder of clusters"));
    field->setReadOnly(true);
    auto* choose = theme::makeFlatButton(theme, QStringLiteral("folder-open"),
                                         SettingsTr::tr("Choose a folder…"));
    auto* clear =
        theme::makeFlatButton(theme, QStringLiteral("undo"), SettingsTr::tr("The usual folder"));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kSpace1);
    layout->addWidget(field, 1);
    layout->addWidget(choose);
    layout->addWidget(clear);
    const auto use = [field, &settings](const QString& path) {
        settings.clustersFolder.set(path);
        field->setText(QDir::toNativeSeparators(path));
    };
    QObject::connect(choose, &QToolButton::clicked, &dialog, [&dialog, &settings, use] {
        const QString path = QFileDialog::getExistingDirectory(
            &dialog, SettingsTr::tr("Folder of clusters"), settings.clustersFolder.value());
        if (!path.isEmpty())
            use(path);
    });
    QObject::connect(clear, &QToolButton::clicked, &dialog, [use] { use({}); });
    return row;
}

SettingsDialog::Choices levels()
{
    using engine::protocol::Consistency;
    SettingsDialog::Choices choices;
    for (const Consistency level :
         {Consistency::LocalQuorum, Consistency::Quorum, Consistency::EachQuorum,
          Consistency::LocalOne, Consistency::One, Consistency::Two, Consistency::Three,
          Consistency::All}) {
        const std::string_view name = engine::protocol::consistencyName(level);
        const QString text = QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
        choices.append({text, text});
    }
    return choices;
}

void addKeys(SettingsDialog& dialog, const theme::Theme& theme, studio::Settings& settings,
             studio::ActionRegistry& actions)
{
    dialog.addSection(SettingsTr::tr("Keyboard"));
    for (QAction* action : actions.all()) {
        auto* row = new QWidget;
        row->setMinimumWidth(230);
        auto* edit = new QKeySequenceEdit(action->shortcut());
        edit->setClearButtonEnabled(true);
        const QString text = QString(action->text()).remove(u'&');
        edit->setAccessibleName(SettingsTr::tr("Keys of %1").arg(text));
        auto* reset = theme::makeFlatButton(theme, QStringLiteral("undo"),
                                            SettingsTr::tr("The usual keys of %1").arg(text));
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(theme::kSpace1);
        layout->addWidget(edit, 1);
        layout->addWidget(reset);
        QObject::connect(edit, &QKeySequenceEdit::editingFinished, &dialog,
                         [&actions, &settings, action, edit] {
                             actions.setShortcut(action, edit->keySequence());
                             settings.keys.set(actions.changedShortcuts());
                         });
        QObject::connect(reset, &QToolButton::clicked, &dialog,
                         [&actions, &settings, action, edit] {
                             actions.resetShortcut(action);
                             edit->setKeySequence(action->shortcut());
                             settings.keys.set(actions.changedShortcuts());
                         });
        dialog.addRow(text, {}, row);
    }
}

} // namespace

void fillSettings(SettingsDialog& dialog, const theme::Theme& theme, studio::Settings& settings,
                  studio::ActionRegistry& actions)
{
    dialog.addSection(SettingsTr::tr("Appearance"));
    dialog.addRow(
        SettingsTr::tr("Theme"), {},
        dialog.choice(settings.theme, {{QStringLiteral("system"), SettingsTr::tr("As the desktop")},
                                       {QStringLiteral("light"), SettingsTr::tr("Light")},
                                       {QStringLiteral("dark"), SettingsTr::tr("Dark")}}));
    dialog.addRow(
        SettingsTr::tr("Language"),
        SettingsTr::tr("The window is built again. Tabs stay; rows of results are fetched again."),
        dialog.choice(settings.language,
                      {{QStringLiteral("system"), SettingsTr::tr("As the desktop")},
                       {QStringLiteral("en"), QStringLiteral("English")},
                       {QStringLiteral("de"), QStringLiteral("Deutsch")}}));
    dialog.addRow(SettingsTr::tr("Motion"), {},
                  dialog.check(settings.reducedMotion, SettingsTr::tr("Reduce motion")));
    dialog.addRow(SettingsTr::tr("Start page"), {},
                  dialog.check(settings.showStart, SettingsTr::tr("Show at start")));

    dialog.addSection(SettingsTr::tr("Editor"));
    dialog.addRow(SettingsTr::tr("Font"), {}, fontRow(dialog, settings));
    dialog.addRow(SettingsTr::tr("Font size"), {}, fontSizeRow(dialog, settings));
    dialog.addRow(SettingsTr::tr("Tab size"),
                  SettingsTr::tr("Columns that a tab stands for; spaces are inserted."),
                  dialog.number(settings.tabSize, 1, 8, 1));

    dialog.addSection(SettingsTr::tr("Queries"));
    dialog.addRow(SettingsTr::tr("Consistency level"),
                  SettingsTr::tr("Of new tabs; each tab keeps its own."),
                  dialog.choice(settings.consistency, levels()));
    dialog.addRow(SettingsTr::tr("Rows in a page"),
                  SettingsTr::tr("Of new tabs; more come when you scroll."),
                  dialog.number(settings.pageSize, 10, 10000, 100));
    dialog.addRow(SettingsTr::tr("Rows of an opened table"),
                  SettingsTr::tr("The LIMIT when a table is opened with a double click."),
                  dialog.number(settings.openTableLimit, 1, 100000, 100));
    dialog.addRow(
        SettingsTr::tr("Limit of “Fetch all rows”"),
        SettingsTr::tr("Fetching stops there, so that a large table does not fill the disk."),
        dialog.number(settings.fetchAllLimit, 1000, 100000000, 100000));
    dialog.addRow(SettingsTr::tr("Destructive statements"),
                  SettingsTr::tr("DROP, TRUNCATE, and ALTER TABLE … DROP cannot be undone."),
                  dialog.check(settings.confirmDestructive, SettingsTr::tr("Ask before running")));

    dialog.addSection(SettingsTr::tr("Clusters"));
    dialog.addRow(
        SettingsTr::tr("When the studio closes"),
        SettingsTr::tr("What becomes of local clusters that it started. Their data stays."),
        dialog.choice(settings.onQuit,
                      {{QStringLiteral("ask"), SettingsTr::tr("Ask")},
                       {QStringLiteral("stop"), SettingsTr::tr("Stop them")},
                       {QStringLiteral("keep"), SettingsTr::tr("Keep them running")}}));
    dialog.addRow(
        SettingsTr::tr("Folder of clusters"),
        SettingsTr::tr("Where local clusters keep their data. Counts from the next start."),
        folderRow(dialog, theme, settings));
    addKeys(dialog, theme, settings, actions);
}

} // namespace app
