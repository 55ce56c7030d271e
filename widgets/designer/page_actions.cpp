#include "engine/modeling/document.h"
#include "widgets/designer/advice_help.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/stage_views.h"
#include "widgets/studio/action_registry.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QActionGroup>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <QLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QTabBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

/// The actions and the tool bar of the designer, and its gallery of samples.
namespace views {

using studio::DesignStage;
using theme::Type;

QWidget* DesignerPage::makeGallery()
{
    auto* page = new QWidget(this);
    page->setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(48, 40, 48, 40);
    layout->setSpacing(10);
    layout->addWidget(theme::makeLabel(tr("Design"), Type::PageTitle));
    auto* intro = theme::makeLabel(
        tr("Begin with what the data are and what the application asks; tables, sizes and CQL "
           "follow. Draw a model of your own, or open one that is complete."),
        Type::Body, "2");
    intro->setWordWrap(true);
    layout->addWidget(intro);
    auto* buttons = new QHBoxLayout;
    auto* fresh = theme::makeButton(m_theme, QStringLiteral("plus"), tr("New model"), true);
    auto* open = theme::makeButton(m_theme, QStringLiteral("folder-open"), tr("Open model…"));
    auto* import = theme::makeButton(m_theme, QStringLiteral("database"), tr("Import CQL…"));
    auto* live = theme::makeButton(m_theme, QStringLiteral("server"), tr("From the cluster…"));
    const auto updateLive = [this, live] {
        const bool open = m_context.session().source() != nullptr;
        live->setEnabled(open);
        live->setToolTip(open ? QString() : tr("No cluster is open"));
    };
    connect(&m_context.session(), &studio::Session::sourceChanged, live, updateLive);
    updateLive();
    connect(live, &QPushButton::clicked, this, &DesignerPage::reverseEngineerCluster);
    connect(fresh, &QPushButton::clicked, this, &DesignerPage::newModel);
    connect(open, &QPushButton::clicked, this, &DesignerPage::openDialog);
    connect(import, &QPushButton::clicked, this, &DesignerPage::reverseEngineerFile);
    buttons->addWidget(fresh);
    buttons->addWidget(open);
    buttons->addWidget(import);
    buttons->addWidget(live);
    buttons->addStretch();
    layout->addLayout(buttons);
    layout->addSpacing(12);
    layout->addWidget(theme::makeLabel(tr("Samples"), Type::Heading));
    for (const QString& name : QDir(QStringLiteral(":/models")).entryList({"*.rwmodel"})) {
        QFile file(QStringLiteral(":/models/") + name);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const std::string content = file.readAll().toStdString();
        const auto model = engine::modeling::readModel(content, name.toStdString());
        if (!model)
            continue;
        auto* card = new QFrame(page);
        card->setProperty("card", true);
        card->setMaximumWidth(720);
        auto* row = new QHBoxLayout(card);
        row->setContentsMargins(14, 10, 12, 10);
        auto* text = new QVBoxLayout;
        const QString title = QString::fromStdString(model->name);
        text->addWidget(theme::makeLabel(title, Type::Emphasis));
        auto* summary = theme::makeLabel(QString::fromStdString(model->comment), Type::Label, "2");
        summary->setWordWrap(true);
        text->addWidget(summary);
        row->addLayout(text, 1);
        auto* button = new QPushButton(tr("Open"), card);
        button->setAccessibleName(tr("Open the sample %1").arg(title));
        const QString id = name.chopped(8);
        connect(button, &QPushButton::clicked, this, [this, id] { openSample(id); });
        row->addWidget(button);
        layout->addWidget(card);
    }
    layout->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(page);
    return scroll;
}

void DesignerPage::addActions(studio::ActionRegistry& actions)
{
    const auto hasModel = [this] { return m_context.document() != nullptr; };
    const auto onCanvas = [this](auto run) {
        return [this, run] {
            if (DiagramView* view = canvas(); view && isVisible())
                run(*view);
        };
    };
    actions.add("model.new")
        .text(tr("&New model"))
        .icon("file-plus")
        .shortcut(QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_N))
        .onTriggered(this, [this] { newModel(); });
    actions.add("model.open")
        .text(tr("&Open model…"))
        .icon("folder-open")
        .onTriggered(this, [this] { openDialog(); });
    actions.add("model.reverse")
        .text(tr("&Reverse-engineer CQL…"))
        .icon("database")
        .onTriggered(this, [this] { reverseEngineerFile(); });
    actions.add("model.reverseCluster")
        .text(tr("Reverse-engineer the open c&luster…"))
        .icon("server")
        .tip(tr("The tables of the cluster that is open, and the queries that they can serve"))
        .enabledWhen(this, [this] { return m_context.session().source() != nullptr; })
        .onTriggered(this, [this] { reverseEngineerCluster(); });
    connect(&m_context.session(), &studio::Session::sourceChanged, &actions,
            &studio::ActionRegistry::refresh);
    actions.add("model.export")
        .text(tr("&Export…"))
        .icon("download")
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { exportAs(); });
    actions.add("model.print")
        .text(tr("&Print…"))
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { print(); });
    actions.add("model.generate")
        .text(tr("&Generate logical model…"))
        .icon("arrow-right")
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { generate(); });
    actions.add("model.coverage")
        .text(tr("&Coverage of queries…"))
        .icon("table")
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { showCoverage(); });
    actions.add("model.writes")
        .text(tr("Cost of &writes…"))
        .tip(tr("Which tables a write goes to, in which statements, and how many rows that is"))
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { showWrites(); });
    actions.add("model.arrange")
        .text(tr("&Arrange"))
        .icon("layout")
        .tip(tr("Lays out the selection, or everything"))
        .enabledWhen(this, hasModel)
        .onTriggered(this, onCanvas([](DiagramView& v) { v.diagram().arrange(); }));
    actions.add("model.duplicate")
        .text(tr("&Duplicate"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_D))
        .enabledWhen(this, hasModel)
        .onTriggered(this, onCanvas([](DiagramView& v) { v.diagram().duplicateSelected(); }));
    actions.add("model.help")
        .text(tr("&Checks and what they mean"))
        .icon("info")
        .tip(tr("Every rule that models are checked by, with its page of help"))
        .onTriggered(this, [this] { AdviceHelp::openFor(m_theme, this, {}); });
    addAlignActions(actions);
    const auto stage = [this](DesignStage to) { return [this, to] { m_context.setStage(to); }; };
    actions.add("model.conceptual")
        .text(tr("Stage 1: &conceptual"))
        .shortcut(QKeySequence(Qt::ALT | Qt::Key_1))
        .enabledWhen(this, hasModel)
        .onTriggered(this, stage(DesignStage::Conceptual));
    actions.add("model.logical")
        .text(tr("Stage 2: &logical"))
        .shortcut(QKeySequence(Qt::ALT | Qt::Key_2))
        .enabledWhen(this, hasModel)
        .onTriggered(this, stage(DesignStage::Logical));
    actions.add("model.zoomIn")
        .text(tr("Zoom &in"))
        .icon("zoom-in")
        .enabledWhen(this, hasModel)
        .onTriggered(this, onCanvas([](DiagramView& v) { v.zoomIn(); }));
    actions.add("model.zoomOut")
        .text(tr("Zoom &out"))
        .icon("zoom-out")
        .enabledWhen(this, hasModel)
        .onTriggered(this, onCanvas([](DiagramView& v) { v.zoomOut(); }));
    actions.add("model.fit")
        .text(tr("&Fit"))
        .icon("expand")
        .enabledWhen(this, hasModel)
        .onTriggered(this, onCanvas([](DiagramView& v) { v.fit(); }));
    connect(&m_context, &studio::DesignContext::documentChanged, &actions,
            &studio::ActionRegistry::refresh);
    // File's and Edit's commands are about the model while it is shown.
    const auto shared = [this, &actions](const char* id, auto run) {
        if (QAction* action = actions.find(QString::fromLatin1(id)))
            connect(action, &QAction::triggered, this, [this, run] {
                if (isVisible())
                    run();
            });
    };
    shared("file.save", [this] { save(); });
    shared("file.saveAs", [this] { saveAs(); });
    shared("file.open", [this] { openDialog(); });
    shared("file.newTab", [this] { newModel(); });
    shared("file.closeTab", [this] { closeTab(m_tabs->currentIndex()); });
    shared("view.zoomIn", onCanvas([](DiagramView& v) { v.zoomIn(); }));
    shared("view.zoomOut", onCanvas([](DiagramView& v) { v.zoomOut(); }));
    shared("view.zoomReset", onCanvas([](DiagramView& v) { v.fit(); }));
    shared("edit.undo", [this] {
        if (document())
            document()->undoStack().undo();
    });
    shared("edit.redo", [this] {
        if (document())
            document()->undoStack().redo();
    });
    // Keys of a canvas, which a field or list in a dock has for itself.
    const auto key = [this](const QKeySequence& keys, void (DiagramScene::*run)()) {
        for (DiagramView* view :
             {m_conceptual->entities(), m_conceptual->workflow(), m_logical->diagram()}) {
            auto* shortcut = new QShortcut(keys, view);
            shortcut->setContext(Qt::WidgetShortcut);
            connect(shortcut, &QShortcut::activated, &view->diagram(), run);
        }
    };
    key(QKeySequence::Copy, &DiagramScene::copySelected);
    key(QKeySequence::Cut, &DiagramScene::cutSelected);
    key(QKeySequence::Paste, &DiagramScene::paste);
    key(QKeySequence::SelectAll, &DiagramScene::selectEverything);
}

void DesignerPage::addAlignActions(studio::ActionRegistry& actions)
{
    const std::tuple<const char*, QString, Alignment> alignments[] = {
        {"model.alignLeft", tr("Align &left edges"), Alignment::Left},
        {"model.alignCentre", tr("Align &centres"), Alignment::Centre},
        {"model.alignRight", tr("Align &right edges"), Alignment::Right},
        {"model.alignTop", tr("Align &top edges"), Alignment::Top},
        {"model.alignMiddle", tr("Align &middles"), Alignment::Middle},
        {"model.alignBottom", tr("Align &bottom edges"), Alignment::Bottom},
        {"model.spreadAcross", tr("Spread &across"), Alignment::SpreadAcross},
        {"model.spreadDown", tr("Spread &down"), Alignment::SpreadDown}};
    for (const auto& [id, text, how] : alignments)
        actions.add(QString::fromLatin1(id))
            .text(text)
            .enabledWhen(this, [this] { return m_context.document() != nullptr; })
            .onTriggered(this, [this, how = how] {
                if (DiagramView* view = canvas(); view && isVisible())
                    view->diagram().align(how);
            });
}

void DesignerPage::useTool(Tool tool)
{
    if (tool != Tool::Select && m_context.stage() == DesignStage::Conceptual) {
        DiagramView* wanted = m_conceptual->entities()->diagram().tools().contains(tool)
                                  ? m_conceptual->entities()
                                  : m_conceptual->workflow();
        if (!canvas() || !canvas()->diagram().tools().contains(tool))
            m_lastConceptual = wanted;
    }
    if (DiagramView* view = canvas()) {
        view->diagram().setTool(tool);
        view->setFocus();
    }
    updateTools();
}

namespace {

/// In a bar that is too narrow the tools show their icons alone: what stands at its end, as
/// zooming, stays in sight.
class BarFit final : public QObject {
public:
    BarFit(QToolBar& bar, QLineEdit& search, QList<QToolButton*> tools)
        : QObject(&bar), m_bar(bar), m_search(search), m_tools(std::move(tools))
    {
        bar.installEventFilter(this);
    }

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
            fit();
        return QObject::eventFilter(watched, event);
    }

private:
    void fit()
    {
        const auto shown = std::ranges::count_if(
            m_tools, [](const QToolButton* tool) { return !tool->isHidden(); });
        const QSize now(m_bar.width(), static_cast<int>(shown));
        if (m_fitted == now)
            return;
        m_fitted = now;
        show(Qt::ToolButtonTextBesideIcon);
        const int spare = m_search.sizeHint().width() - m_search.minimumWidth();
        if (m_bar.sizeHint().width() - spare > m_bar.width())
            show(Qt::ToolButtonIconOnly);
    }
    void show(Qt::ToolButtonStyle style)
    {
        for (QToolButton* tool : m_tools)
            tool->setToolButtonStyle(style);
        m_bar.layout()->invalidate();
    }

    QToolBar& m_bar;
    QLineEdit& m_search;
    QList<QToolButton*> m_tools;
    QSize m_fitted; ///< width of the bar, number of tools
};

} // namespace

void DesignerPage::fillToolBar(QToolBar& bar, studio::ActionRegistry& actions)
{
    bar.setIconSize({16, 16});
    auto* indent = new QWidget(&bar);
    indent->setFixedWidth(6);
    bar.addWidget(indent);
    QList<QToolButton*> worded;
    const auto styled = [&bar, &worded](QAction* action, bool withText) {
        auto* button = qobject_cast<QToolButton*>(bar.widgetForAction(action));
        if (!button)
            return;
        button->setProperty("flat", true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(QString(action->text()).remove(u'&'));
        if (!withText)
            return;
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        worded += button;
    };
    for (const char* id : {"file.save", "edit.undo", "edit.redo"})
        if (QAction* action = actions.find(QString::fromLatin1(id))) {
            bar.addAction(action);
            styled(action, false);
        }
    bar.addSeparator();
    m_stages = new theme::SegmentedControl(&bar);
    m_stages->addSegment(tr("1 Conceptual"), tr("Entities, relationships and queries (Alt+1)"));
    m_stages->addSegment(tr("2 Logical"), tr("Tables with their keys (Alt+2)"));
    if (m_extraStage)
        m_stages->addSegment(m_extraText, tr("Types, CQL and deployment (Alt+3)"));
    connect(m_stages, &theme::SegmentedControl::currentChanged, this,
            [this](int index) { m_context.setStage(static_cast<DesignStage>(index)); });
    bar.addWidget(m_stages);
    bar.addSeparator();
    auto* group = new QActionGroup(this);
    const std::tuple<Tool, const char*, QString, const char*> tools[] = {
        {Tool::Select, "cursor", tr("Select"), "V"},
        {Tool::Entity, "square", tr("Entity"), "E"},
        {Tool::Relationship, "diamond", tr("Relationship"), "R"},
        {Tool::Attribute, "circle", tr("Attribute"), "A"},
        {Tool::Hierarchy, "triangle", tr("Hierarchy (IsA)"), "I"},
        {Tool::Screen, "screen", tr("Screen"), "S"},
        {Tool::Table, "table", tr("Table"), "T"},
        {Tool::Query, "arrow-up-right", tr("Query"), "Q"},
        {Tool::Type, "braces", tr("Type"), "U"},
        {Tool::Note, "note", tr("Note"), "N"}};
    for (const auto& [tool, icon, text, key] : tools) {
        auto* action = new QAction(text, this);
        m_theme.setIcon(action, QLatin1String(icon));
        action->setCheckable(true);
        action->setToolTip(tr("%1 (%2)").arg(text, QLatin1String(key)));
        group->addAction(action);
        bar.addAction(action);
        styled(action, tool != Tool::Select && tool != Tool::Note && tool != Tool::Hierarchy);
        connect(action, &QAction::triggered, this, [this, tool = tool] { useTool(tool); });
        m_toolActions.insert(static_cast<int>(tool), action);
    }
    bar.addSeparator();
    QAction* arrange = actions.find(QStringLiteral("model.arrange"));
    bar.addAction(arrange);
    styled(arrange, true);
    auto* spacer = new QWidget(&bar);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar.addWidget(spacer);
    auto* search = new QLineEdit(&bar);
    search->setPlaceholderText(tr("Find in the diagram"));
    search->setAccessibleName(tr("Find in the diagram"));
    search->setClearButtonEnabled(true);
    search->setMinimumWidth(80);
    search->setMaximumWidth(170);
    search->addAction(m_theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    connect(search, &QLineEdit::returnPressed, this, [this, search] { find(search->text()); });
    auto* findKey = new QShortcut(QKeySequence::Find, this);
    // From the docks too, while the page is shown.
    findKey->setContext(Qt::WindowShortcut);
    connect(findKey, &QShortcut::activated, search, [search] {
        search->setFocus();
        search->selectAll();
    });
    bar.addWidget(search);
    for (const char* id : {"model.zoomOut", "", "model.zoomIn", "model.fit", "model.export"}) {
        if (!*id) {
            m_zoom = theme::makeLabel(QStringLiteral("100%"), Type::Body, "2");
            m_zoom->setAlignment(Qt::AlignCenter);
            m_zoom->setMinimumWidth(42);
            bar.addWidget(m_zoom);
            continue;
        }
        QAction* action = actions.find(QString::fromLatin1(id));
        bar.addAction(action);
        styled(action, false);
    }
    new BarFit(bar, *search, worded);
    updateTools();
}

void DesignerPage::updateTools()
{
    if (!m_stages)
        return;
    m_stages->setEnabled(document() != nullptr);
    m_stages->setCurrent(static_cast<int>(m_context.stage()));
    QList<Tool> known;
    if (m_context.stage() == DesignStage::Conceptual) {
        known = m_conceptual->entities()->diagram().tools();
        known += m_conceptual->workflow()->diagram().tools();
    } else if (m_context.stage() == DesignStage::Logical) {
        known = m_logical->diagram()->diagram().tools();
    }
    const DiagramView* view = canvas();
    const Tool current = view ? view->diagram().tool() : Tool::Select;
    for (auto it = m_toolActions.cbegin(); it != m_toolActions.cend(); ++it) {
        const Tool tool = static_cast<Tool>(it.key());
        (*it)->setVisible(tool == Tool::Select || known.contains(tool));
        (*it)->setEnabled(document() != nullptr);
        (*it)->setChecked(tool == current);
    }
    if (m_zoom)
        m_zoom->setText(QStringLiteral("%1%").arg(std::lround((view ? view->zoom() : 1) * 100)));
}

} // namespace views
