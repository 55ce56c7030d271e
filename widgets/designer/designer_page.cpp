#include "widgets/designer/designer_page.h"

#include "engine/modeling/document.h"
#include "engine/modeling/edit.h"
#include "widgets/designer/dialogs.h"
#include "widgets/designer/far_painter.h"
#include "widgets/designer/stage_views.h"
#include "widgets/designer/writes_dialog.h"
#include "widgets/studio/open_models.h"
#include "widgets/theme/small_widgets.h"

#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

static void initDesignerResources()
{
    Q_INIT_RESOURCE(widgets_designer_models);
}

namespace views {

using namespace engine::modeling;
using studio::DesignStage;
using studio::ModelDocument;
using theme::Type;

namespace {

ModelDocument* documentOf(const QTabBar& tabs, int index)
{
    return qobject_cast<ModelDocument*>(tabs.tabData(index).value<QObject*>());
}

} // namespace

DesignerPage::DesignerPage(const theme::Theme& theme, studio::DesignContext& context,
                           studio::OpenModels& models, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_context(context),
      m_models(models),
      m_tabs(new QTabBar(this)),
      m_stack(new QStackedWidget(this)),
      m_conceptual(new ConceptualStage(theme, context)),
      m_logical(new LogicalStage(theme, context)),
      m_message(theme::makeLabel({}, Type::Body, "warning")),
      m_messageTimer(new QTimer(this))
{
    initDesignerResources();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_tabBar = new QWidget(this);
    auto* bar = m_tabBar;
    bar->setProperty("bar", "chrome");
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 6, 0);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setExpanding(false);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Models"));
    row->addWidget(m_tabs, 1);
    auto* add = theme::makeFlatButton(theme, QStringLiteral("plus"), tr("New model"));
    connect(add, &QToolButton::clicked, this, &DesignerPage::newModel);
    row->addWidget(add);
    layout->addWidget(bar);
    layout->addWidget(m_stack, 1);
    // Over the canvas, so that nothing moves under the mouse when it comes and goes.
    m_message->setParent(this);
    m_message->setWordWrap(true);
    m_message->setProperty("toast", true);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->hide();
    m_gallery = makeGallery();
    m_stack->addWidget(m_gallery);
    m_stack->addWidget(m_conceptual);
    m_stack->addWidget(m_logical);
    m_messageTimer->setSingleShot(true);
    m_messageTimer->setInterval(7000);
    connect(m_messageTimer, &QTimer::timeout, m_message, &QWidget::hide);

    connect(m_tabs, &QTabBar::currentChanged, this, &DesignerPage::showCurrent);
    connect(m_tabs, &QTabBar::tabCloseRequested, this, &DesignerPage::closeTab);
    // By this window's user, or by another window's.
    connect(m_tabs, &QTabBar::tabMoved, this, [this](int from, int to) {
        if (documentOf(*m_tabs, to) != m_models.at(to))
            m_models.move(from, to);
    });
    connect(&models, &studio::OpenModels::moved, this, [this](int from, int to) {
        if (documentOf(*m_tabs, to) != m_models.at(to))
            m_tabs->moveTab(from, to);
    });
    connect(&models, &studio::OpenModels::added, this, &DesignerPage::addTab);
    connect(&models, &studio::OpenModels::removed, this, [this](int index) {
        m_tabs->removeTab(index);
        showCurrent();
    });
    connect(&context, &studio::DesignContext::stageChanged, this, &DesignerPage::showStage);
    connect(&context, &studio::DesignContext::modelChanged, this, [this] {
        updateTitles();
        emit statusChanged();
    });
    connect(&context, &studio::DesignContext::messageArrived, this, &DesignerPage::showMessage);
    connect(&context, &studio::DesignContext::overrideBroke, this,
            [this](ElementId table, const QStringList& sentences) {
                const ModelTable* changed = findTable(m_context.model(), table);
                showMessage(tr("This change of %1 breaks what was right. %2 (Undo takes it back.)")
                                .arg(changed ? QString::fromStdString(changed->name) : QString(),
                                     sentences.join(u' ')));
                m_messageTimer->start(30000);
            });
    for (DiagramView* view :
         {m_conceptual->entities(), m_conceptual->workflow(), m_logical->diagram()}) {
        connect(view, &DiagramView::zoomChanged, this, &DesignerPage::updateTools);
        connect(&view->diagram(), &DiagramScene::toolChanged, this, &DesignerPage::updateTools);
        connect(view, &DiagramView::otherToolWanted, this, [this](Tool tool) {
            if (m_conceptual->isVisible())
                useTool(tool);
        });
        connect(view, &DiagramView::gotFocus, this, [this, view] {
            if (view != m_logical->diagram())
                m_lastConceptual = view;
            updateTools();
        });
    }
    m_lastConceptual = m_conceptual->entities();
    for (int i = 0; i < models.count(); ++i)
        addTab(i);
    m_tabs->setCurrentIndex(models.count() - 1);
    if (const QStringList problems = models.takeProblems(); !problems.isEmpty())
        showMessage(problems.join(u'\n'));
    showCurrent();
}

DesignerPage::~DesignerPage()
{
    m_context.disconnect(this);
    m_context.setDocument(nullptr);
}

DiagramView* DesignerPage::canvas() const
{
    if (!document())
        return nullptr;
    switch (m_context.stage()) {
    case DesignStage::Conceptual:
        return m_lastConceptual;
    case DesignStage::Logical:
        return m_logical->diagram();
    case DesignStage::Physical:
        return m_extraCanvas;
    }
    return nullptr;
}

void DesignerPage::addTab(int index)
{
    ModelDocument* document = m_models.at(index);
    connect(document, &ModelDocument::titleChanged, this, &DesignerPage::updateTitles);
    connect(document, &ModelDocument::changed, this, &DesignerPage::updateTitles);
    m_tabs->insertTab(index, m_theme.icon(QStringLiteral("shapes")), document->title());
    m_tabs->setTabData(index, QVariant::fromValue<QObject*>(document));
    updateTitles();
}

void DesignerPage::showCurrent()
{
    m_context.setDocument(m_models.at(m_tabs->currentIndex()));
    showStage();
}

void DesignerPage::showStage()
{
    QWidget* shown = m_gallery;
    if (document()) {
        shown = m_conceptual;
        if (m_context.stage() == DesignStage::Logical)
            shown = m_logical;
        if (m_context.stage() == DesignStage::Physical)
            shown = m_extraStage ? m_extraStage : m_logical;
    }
    const QWidget* focus = QApplication::focusWidget();
    const bool moves = isVisible() && m_stack->currentWidget() != shown &&
                       (!focus || m_stack->isAncestorOf(focus));
    m_stack->setCurrentWidget(shown);
    // Coming to the mode is coming to the canvas: its keys work at once.
    setFocusProxy(canvas());
    if (moves)
        focusCanvas();
    m_tabBar->setVisible(document());
    updateTitles();
    updateTools();
    emit stageWidgetsChanged();
    emit statusChanged();
}

void DesignerPage::addStage(DesignStage, const QString& text, QWidget* view, DiagramView* canvas)
{
    m_extraStage = view;
    m_extraCanvas = canvas;
    m_extraText = text;
    m_stack->addWidget(view);
    connect(canvas, &DiagramView::zoomChanged, this, &DesignerPage::updateTools);
    connect(&canvas->diagram(), &DiagramScene::toolChanged, this, &DesignerPage::updateTools);
    showStage();
}

void DesignerPage::updateTitles()
{
    const QString stages[] = {tr("Conceptual"), tr("Logical"), tr("Physical")};
    for (int i = 0; i < m_tabs->count(); ++i) {
        const ModelDocument* each = documentOf(*m_tabs, i);
        if (!each)
            continue; // it is being added
        QString text = each->title();
        text += QStringLiteral("   ") + stages[static_cast<int>(m_context.stageOf(*each))];
        if (each->isModified())
            text += QStringLiteral(" •");
        if (m_tabs->tabText(i) != text)
            m_tabs->setTabText(i, text);
        m_tabs->setTabToolTip(i, each->filePath().isEmpty()
                                     ? tr("Kept in the workspace, not in a file")
                                     : each->filePath());
        if (QWidget* close = m_tabs->tabButton(i, QTabBar::RightSide))
            close->setAccessibleName(tr("Close %1").arg(each->title()));
    }
}

QString DesignerPage::statusText() const
{
    if (!document())
        return {};
    const Model& model = m_context.model();
    if (m_context.stage() == DesignStage::Conceptual)
        return tr("%1, %2").arg(tr("%n entities", nullptr, static_cast<int>(model.entities.size())),
                                tr("%n queries", nullptr, static_cast<int>(model.queries.size())));
    return tr("%1, %2, %3")
        .arg(tr("%n table(s)", nullptr, static_cast<int>(model.tables.size())),
             tr("%n queries", nullptr, static_cast<int>(model.queries.size())),
             tr("%n type(s)", nullptr, static_cast<int>(model.types.size())));
}

void DesignerPage::showMessage(const QString& text)
{
    m_message->setText(text);
    m_message->setAccessibleName(text);
    placeMessage();
    m_message->show();
    m_message->raise();
    m_messageTimer->start();
}

void DesignerPage::placeMessage()
{
    constexpr int kMargin = 16;
    constexpr int kWidest = 640;
    const int most = std::min(kWidest, width() - 2 * kMargin);
    const QSize wanted = m_message->fontMetrics()
                             .boundingRect(QRect(0, 0, most - 2 * kMargin, 400),
                                           Qt::AlignCenter | Qt::TextWordWrap, m_message->text())
                             .size() +
                         QSize(2 * kMargin, kMargin);
    m_message->setGeometry((width() - wanted.width()) / 2,
                           m_stack->geometry().bottom() - wanted.height() - kMargin, wanted.width(),
                           wanted.height());
}

void DesignerPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeMessage();
}

// ---- documents ----------------------------------------------------------------------------------

void DesignerPage::newModel()
{
    Model model;
    model.name = tr("untitled").toStdString();
    openModel(std::move(model));
}

void DesignerPage::openModel(Model model, const QString& filePath)
{
    m_tabs->setCurrentIndex(m_models.add(std::move(model), filePath));
    if (DiagramView* view = canvas())
        view->setFocus();
}

void DesignerPage::openDialog()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open model"), {},
                                                      tr("Models (*.rwmodel);;All files (*)"));
    if (!path.isEmpty())
        openFile(path);
}

bool DesignerPage::openFile(const QString& path)
{
    if (const int open = m_models.indexOfFile(QFileInfo(path).absoluteFilePath()); open >= 0) {
        m_tabs->setCurrentIndex(open);
        return true;
    }
    auto model = loadModel(path.toStdString());
    if (!model) {
        offerLastGood(path, QString::fromStdString(model.error().detail()));
        return false;
    }
    openModel(std::move(*model), QFileInfo(path).absoluteFilePath());
    emit fileUsed(path);
    return true;
}

void DesignerPage::offerLastGood(const QString& path, const QString& why)
{
    const QString what =
        QFileInfo::exists(path) ? tr("%1 is damaged and was not opened.") : tr("%1 is not there.");
    QMessageBox ask(QMessageBox::Warning, tr("Open model"), what.arg(QFileInfo(path).fileName()),
                    QMessageBox::Close, this);
    ask.setInformativeText(why);
    auto good = loadModel((path + u'~').toStdString());
    QPushButton* open =
        good ? ask.addButton(tr("&Open the last good version"), QMessageBox::AcceptRole) : nullptr;
    ask.exec();
    if (open && ask.clickedButton() == open)
        openModel(std::move(*good));
}

void DesignerPage::openSample(const QString& id)
{
    QFile file(QStringLiteral(":/models/%1.rwmodel").arg(id));
    if (!file.open(QIODevice::ReadOnly)) {
        showMessage(tr("The sample %1 is missing from this build.").arg(id));
        return;
    }
    const QByteArray text = file.readAll();
    auto model =
        readModel({text.constData(), static_cast<std::size_t>(text.size())}, id.toStdString());
    if (!model) {
        showMessage(QString::fromStdString(model.error().detail()));
        return;
    }
    openModel(std::move(*model));
}

bool DesignerPage::save()
{
    if (!document())
        return false;
    if (document()->filePath().isEmpty())
        return saveAs();
    const QString problem = document()->save({});
    if (!problem.isEmpty())
        QMessageBox::warning(this, tr("Save model"), problem);
    return problem.isEmpty();
}

bool DesignerPage::saveAs()
{
    if (!document())
        return false;
    QString suggestion = document()->filePath();
    if (suggestion.isEmpty())
        suggestion = document()->title() + QStringLiteral(".rwmodel");
    QString path =
        QFileDialog::getSaveFileName(this, tr("Save model"), suggestion, tr("Models (*.rwmodel)"));
    if (path.isEmpty())
        return false;
    if (QFileInfo(path).suffix().isEmpty())
        path += QStringLiteral(".rwmodel");
    const QString problem = document()->save(QFileInfo(path).absoluteFilePath());
    if (!problem.isEmpty())
        QMessageBox::warning(this, tr("Save model"), problem);
    else
        emit fileUsed(path);
    return problem.isEmpty();
}

void DesignerPage::closeTab(int index)
{
    const ModelDocument* closing = m_models.at(index);
    if (!closing)
        return;
    if (closing->isModified()) {
        QMessageBox ask(
            QMessageBox::Question, tr("Close model"),
            tr("Close %1 and forget its changes and their history?").arg(closing->title()),
            QMessageBox::Cancel, this);
        QPushButton* close = ask.addButton(tr("Close model"), QMessageBox::DestructiveRole);
        ask.exec();
        if (ask.clickedButton() != close)
            return;
    }
    m_models.remove(index);
}

// ---- what stages ask for ------------------------------------------------------------------------

void DesignerPage::generate()
{
    if (!document())
        return;
    GenerateDialog dialog(m_theme, m_context, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const Model result = dialog.result();
    m_context.edit(tr("Generate logical model"),
                   [&result](const Model&) -> engine::Result<Model> { return result; });
    m_context.setStage(DesignStage::Logical);
    m_logical->diagram()->fitSoon();
}

void DesignerPage::showCoverage()
{
    CoverageDialog(m_theme, m_context, this).exec();
}

void DesignerPage::showWrites()
{
    WritesDialog(m_theme, m_context, this).exec();
}

void DesignerPage::showAlternatives(ElementId query)
{
    AlternativesDialog dialog(m_theme, m_context, query, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const engine::modeling::Query* found = findQuery(m_context.model(), query);
    if (!found)
        return;
    engine::modeling::Query changed = *found;
    changed.partitionKey = dialog.chosen();
    m_context.edit(tr("Choose the key of %1").arg(QString::fromStdString(changed.label)),
                   [changed](const Model& before) -> engine::Result<Model> {
                       RW_ASSIGN(Model model, setQuery(before, changed));
                       return generateLogical(model).model;
                   });
}

void DesignerPage::stepThrough(ElementId query)
{
    m_context.setStage(DesignStage::Logical);
    m_logical->stepThrough(query);
}

void DesignerPage::focusCanvas()
{
    if (DiagramView* view = canvas())
        view->setFocus();
}

void DesignerPage::find(const QString& words)
{
    DiagramView* view = canvas();
    if (!view)
        return;
    NodeItem* found = view->diagram().findNext(words);
    if (!found && m_context.stage() == DesignStage::Conceptual) {
        DiagramView* other =
            view == m_conceptual->entities() ? m_conceptual->workflow() : m_conceptual->entities();
        found = other->diagram().findNext(words);
        view = found ? other : view;
    }
    // From afar nobody sees what is selected.
    if (found && view->zoom() < kFarScale)
        view->readable(found->spec().id);
    if (!found && !words.trimmed().isEmpty())
        showMessage(tr("Nothing here is called %1.").arg(words.trimmed()));
}

} // namespace views
