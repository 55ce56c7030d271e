#include "engine/modeling/cql.h"
#include "engine/modeling/export_document.h"
#include "engine/modeling/import.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/diagram_print.h"
#include "widgets/designer/dialogs.h"
#include "widgets/designer/stage_views.h"
#include "widgets/designer/table_scene.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPainter>
#include <QPrintDialog>
#include <QPrinter>
#include <QSaveFile>

/// What leaves the designer: pictures, CQL, documents, paper; and what comes in from CQL.
namespace views {

using namespace engine::modeling;

namespace {

/// Empty: written. Else why not.
QString writeText(const QString& path, const std::string& text)
{
    QSaveFile file(path);
    const auto size = static_cast<qint64>(text.size());
    if (file.open(QIODevice::WriteOnly) && file.write(text.data(), size) == size && file.commit())
        return {};
    return file.errorString();
}

} // namespace

DiagramScene* DesignerPage::paper()
{
    DiagramView* view = canvas();
    if (!view || m_context.stage() != studio::DesignStage::Physical)
        return view ? &view->diagram() : nullptr;
    auto scene = std::make_unique<TableScene>(m_theme, m_context, true, nullptr);
    scene->setSpread(true);
    scene->sync();
    m_paper = std::move(scene);
    return m_paper.get();
}

void DesignerPage::exportAs()
{
    if (!canvas())
        return;
    const QString filters[] = {
        tr("Diagram as SVG (*.svg)"),           tr("Diagram as PNG (*.png)"),
        tr("Diagram as PDF (*.pdf)"),           tr("CQL (*.cql)"),
        tr("Data dictionary, Markdown (*.md)"), tr("Data dictionary, HTML (*.html)")};
    QString chosen = filters[m_context.stage() == studio::DesignStage::Physical ? 3 : 0];
    QStringList list(std::begin(filters), std::end(filters));
    const QString file = document()->filePath(); // beside the model, if it has a file
    const QString name = QString::fromStdString(m_context.model().name);
    QString path = QFileDialog::getSaveFileName(
        this, tr("Export"), file.isEmpty() ? name : QFileInfo(file).dir().filePath(name),
        list.join(QStringLiteral(";;")), &chosen);
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += chosen.mid(chosen.lastIndexOf(u'.')).chopped(1);
    const QString suffix = QFileInfo(path).suffix().toLower();
    QString problem;
    if (suffix == QLatin1String("cql"))
        problem = writeText(path, cqlOf(m_context.model()));
    else if (suffix == QLatin1String("md"))
        problem = writeText(path, markdownDictionary(m_context.model()));
    else if (suffix == QLatin1String("html"))
        problem = writeText(path, htmlDictionary(m_context.model()));
    else if (suffix == QLatin1String("svg") || suffix == QLatin1String("png") ||
             suffix == QLatin1String("pdf"))
        problem = DiagramPrint(*paper()).write(path);
    else
        problem = tr("its name must end in .svg, .png, .pdf, .cql, .md or .html.");
    if (!problem.isEmpty())
        QMessageBox::warning(this, tr("Export"),
                             tr("%1 could not be written: %2").arg(path, problem));
}

void DesignerPage::print()
{
    DiagramScene* scene = paper();
    if (!scene)
        return;
    QPrinter printer;
    DiagramPrint print(*scene);
    print.prepare(printer);
    QPrintDialog dialog(&printer, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const QPageLayout::Orientation chosen = printer.pageLayout().orientation();
    print.prepare(printer); // the dialog may have chosen another resolution
    printer.setPageOrientation(chosen);
    QPainter painter(&printer);
    print.paint(painter, QRectF(QPointF(0, 0),
                                printer.pageLayout().paintRectPixels(printer.resolution()).size()));
}

void DesignerPage::reverseEngineerFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Reverse-engineer CQL"), {},
                                                      tr("CQL (*.cql);;All files (*)"));
    if (path.isEmpty())
        return;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        QMessageBox::warning(this, tr("Reverse-engineer CQL"),
                             tr("%1 could not be read: %2").arg(path, file.errorString()));
        return;
    }
    auto model = modelOfCql(file.readAll().toStdString());
    if (!model) {
        QMessageBox::warning(this, tr("Reverse-engineer CQL"),
                             QString::fromStdString(model.error().detail()));
        return;
    }
    model->name = QFileInfo(path).completeBaseName().toStdString();
    openRecovered(*model);
}

void DesignerPage::openRecovered(const Model& tables)
{
    openModel(withRecoveredQueries(tables));
    // What was found are tables; their conceptual model is a guess.
    m_context.setStage(studio::DesignStage::Logical);
}

void DesignerPage::reverseEngineerCluster()
{
    const studio::ClusterSource* source = m_context.session().source();
    if (!source || !source->schema() || !source->schema()->definitions) {
        showMessage(tr("The schema of the cluster is not known yet."));
        return;
    }
    QStringList names;
    for (const studio::KeyspaceInfo& keyspace : source->schema()->keyspaces)
        if (!keyspace.isSystem && !keyspace.isVirtual)
            names += keyspace.name;
    if (names.isEmpty()) {
        showMessage(tr("%1 has no keyspaces of its own yet.").arg(source->entry().name));
        return;
    }
    KeyspacesDialog dialog(source->entry().name, names, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    std::vector<std::string> chosen;
    for (const QString& name : dialog.chosen())
        chosen.push_back(name.toStdString());
    if (chosen.empty())
        return;
    auto model = modelOf(*source->schema()->definitions, chosen);
    if (!model) {
        QMessageBox::warning(this, tr("Reverse-engineer the cluster"),
                             QString::fromStdString(model.error().detail()));
        return;
    }
    model->name = dialog.chosen().join(QStringLiteral(", ")).toStdString();
    openRecovered(*model);
}

} // namespace views
