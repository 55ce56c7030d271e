#include "widgets/results/results_panel.h"

#include "widgets/results/cell_delegate.h"
#include "widgets/results/export.h"
#include "widgets/results/result_model.h"
#include "widgets/results/value_model.h"
#include "widgets/studio/format.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTableView>
#include <QTime>
#include <QToolButton>
#include <QTreeView>

namespace views {

using studio::StatementOutcome;

ResultsPanel::ResultsPanel(const theme::Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_model(new ResultModel(this)),
      m_value(new ValueModel(this)),
      m_tabs(new QTabWidget(this)),
      m_grid(new QTableView),
      m_valueTree(new QTreeView),
      m_valuePane(new QSplitter(Qt::Vertical)),
      m_stack(new QStackedLayout),
      m_messages(new QPlainTextEdit),
      m_valueButton(theme::makeFlatButton(theme, QStringLiteral("list-tree"),
                                          tr("Take the current value apart (Space)"))),
      m_statusIcon(new QLabel),
      m_status(theme::makeLabel({}, theme::Type::Emphasis)),
      m_details(theme::makeLabel({}, theme::Type::Label, "2"))
{
    buildGrid();
    m_messages->setReadOnly(true);
    m_messages->setFrameShape(QFrame::NoFrame);
    m_messages->setFont(theme::typeFont(theme::Type::Code));
    m_messages->setMaximumBlockCount(2000);
    m_messages->setAccessibleName(tr("Messages"));

    auto* page = new QWidget(this);
    page->setProperty("surface", "panel");
    page->setAttribute(Qt::WA_StyledBackground);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_grid);
    split->addWidget(buildValuePane());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    m_valuePane->hide();
    auto* empty = new theme::EmptyState(theme, QStringLiteral("table"), tr("No rows yet"),
                                        tr("Run a statement with Ctrl+Enter."), this);
    page->setLayout(m_stack);
    m_stack->setContentsMargins(0, 0, 0, 0);
    m_stack->addWidget(empty);
    m_stack->addWidget(split);

    m_tabs->addTab(page, tr("Results"));
    m_tabs->addTab(m_messages, tr("Messages"));
    buildBar();

    auto* strip = new QWidget(this);
    buildStatus(strip);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(strip);
    setFocusProxy(m_grid);
    updateCounts();
}

void ResultsPanel::buildGrid()
{
    m_grid->setModel(m_model);
    m_grid->setItemDelegate(new CellDelegate(m_theme, m_grid));
    m_grid->setAccessibleName(tr("Rows"));
    m_grid->setWordWrap(false);
    m_grid->setTabKeyNavigation(false);
    m_grid->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_grid->setSelectionMode(QAbstractItemView::ContiguousSelection);
    m_grid->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_grid->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_grid->horizontalHeader()->setHighlightSections(false);
    m_grid->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_grid->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ResultsPanel::showValue);
    connect(m_grid, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (index.data(ResultModel::KindRole).toInt() == static_cast<int>(CellKind::Structure))
            m_valueButton->setChecked(true);
    });
    connect(m_model, &ResultModel::moreWanted, this, &ResultsPanel::moreWanted);

    m_valueTree->setModel(m_value);
    m_valueTree->setUniformRowHeights(true);
    m_valueTree->setAccessibleName(tr("Current value"));
    m_valueTree->setTextElideMode(Qt::ElideRight);

    const auto addAction = [this](const QString& text, const QKeySequence& keys, auto run) {
        auto* action = new QAction(text, m_grid);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, run);
        m_grid->addAction(action);
    };
    addAction(tr("Copy"), QKeySequence::Copy, [this] { copySelection(); });
    addAction(tr("Copy rows as CSV"), {}, [this] { copyAs(ExportFormat::Csv); });
    addAction(tr("Copy rows as JSON"), {}, [this] { copyAs(ExportFormat::Json); });
    addAction(tr("Copy rows as INSERT"), {}, [this] { copyAs(ExportFormat::Inserts); });
    addAction(tr("Take value apart"), Qt::Key_Space,
              [this] { m_valueButton->setChecked(!m_valueButton->isChecked()); });
}

QWidget* ResultsPanel::buildValuePane()
{
    m_valueText = new QPlainTextEdit;
    m_valueText->setReadOnly(true);
    m_valueText->setFrameShape(QFrame::NoFrame);
    m_valueText->setFont(theme::typeFont(theme::Type::Code));
    m_valueText->setAccessibleName(tr("The chosen part, whole"));
    m_valuePane->addWidget(m_valueTree);
    m_valuePane->addWidget(m_valueText);
    m_valuePane->setHandleWidth(1);
    m_valuePane->setChildrenCollapsible(false);
    m_valuePane->setSizes({260, 120});
    connect(m_valueTree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ResultsPanel::showPart);
    connect(m_value, &QAbstractItemModel::modelReset, m_valueText, &QPlainTextEdit::clear);
    return m_valuePane;
}

void ResultsPanel::showPart()
{
    m_valueText->setPlainText(
        m_valueTree->currentIndex().data(ValueModel::WholeTextRole).toString());
}

void ResultsPanel::buildBar()
{
    auto* corner = new QWidget(m_tabs);
    auto* layout = new QHBoxLayout(corner);
    layout->setContentsMargins(0, 1, theme::kSpace2, 1);
    layout->setSpacing(2);
    m_valueButton->setCheckable(true);
    connect(m_valueButton, &QToolButton::toggled, this, [this](bool on) {
        m_valuePane->setVisible(on);
        showValue();
    });
    auto* copy = theme::makeFlatButton(m_theme, QStringLiteral("copy"), tr("Copy selection"));
    connect(copy, &QToolButton::clicked, this, &ResultsPanel::copySelection);
    auto* download = theme::makeFlatButton(m_theme, QStringLiteral("download"), tr("Export rows"));
    download->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(download);
    menu->addAction(tr("Export as CSV…"), this, [this] { exportTo(ExportFormat::Csv); });
    menu->addAction(tr("Export as JSON…"), this, [this] { exportTo(ExportFormat::Json); });
    menu->addAction(tr("Export as CQL…"), this, [this] { exportTo(ExportFormat::Inserts); });
    download->setMenu(menu);
    for (QToolButton* button : {m_valueButton, copy, download})
        layout->addWidget(button);
    m_tabs->setCornerWidget(corner);
}

void ResultsPanel::buildStatus(QWidget* strip)
{
    strip->setProperty("surface", "panel");
    strip->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QHBoxLayout(strip);
    layout->setContentsMargins(theme::kSpace3, 5, theme::kSpace3, 5);
    layout->setSpacing(6);
    layout->addWidget(m_statusIcon);
    layout->addWidget(m_status);
    layout->addSpacing(theme::kSpace2);
    layout->addWidget(m_details, 1);
    m_traceButton = new QPushButton(tr("Open trace"));
    m_fetchButton = new QPushButton(tr("Fetch all rows"));
    for (QPushButton* button : {m_fetchButton, m_traceButton}) {
        button->setProperty("link", true);
        button->hide();
        layout->addWidget(button);
    }
    connect(m_fetchButton, &QPushButton::clicked, this, &ResultsPanel::fetchAll);
    connect(m_traceButton, &QPushButton::clicked, this, [this] { emit traceWanted(m_traceId); });
    m_status->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

QString ResultsPanel::messages() const
{
    return m_messages->toPlainText();
}

void ResultsPanel::beginScript()
{
    m_messages->clear();
    m_problems = 0;
    updateCounts();
}

void ResultsPanel::fetchAll()
{
    m_fetchingAll = !m_fetchingAll;
    updateFetching(m_model->hasMore());
}

void ResultsPanel::updateFetching(bool morePages)
{
    if (!morePages || m_model->rowCount() >= m_fetchLimit || !m_model->pages().problem().isEmpty())
        m_fetchingAll = false;
    m_fetchButton->setVisible(morePages);
    m_fetchButton->setText(m_fetchingAll ? tr("Stop fetching") : tr("Fetch all rows"));
    // The view may have asked already; the runner answers once.
    if (m_fetchingAll)
        QMetaObject::invokeMethod(this, &ResultsPanel::moreWanted, Qt::QueuedConnection);
}

void ResultsPanel::beginStatement(const QString&)
{
    m_fetchingAll = false;
    m_traceId.clear();
    m_traceButton->hide();
    m_fetchButton->hide();
    m_fresh = true;
    m_statusIcon->clear();
    m_status->setText(tr("Running…"));
    m_details->clear();
}

void ResultsPanel::addPage(const studio::ResultPagePtr& page)
{
    if (m_fresh) {
        m_model->clear();
        m_value->clear();
    }
    m_model->addPage(page);
    if (m_fresh) {
        m_fresh = false;
        m_stack->setCurrentIndex(1);
        m_tabs->setCurrentIndex(0);
        m_grid->resizeColumnsToContents();
        for (int column = 0; column < m_model->columnCount(); ++column)
            m_grid->setColumnWidth(column, std::clamp(m_grid->columnWidth(column) + 12, 90, 320));
        m_grid->scrollToTop();
    }
    updateCounts();
}

void ResultsPanel::showOutcome(const QString& statement, const StatementOutcome& outcome)
{
    const auto& t = m_theme.tokens();
    const bool failed = outcome.kind == StatementOutcome::Kind::Failed;
    const bool cancelled = outcome.kind == StatementOutcome::Kind::Cancelled;
    m_model->setMore(outcome.morePages);
    if (!outcome.traceId.isEmpty() || !outcome.morePages)
        m_traceId = outcome.traceId.isEmpty() ? m_traceId : outcome.traceId;
    m_traceButton->setVisible(!m_traceId.isEmpty());
    updateFetching(outcome.kind == StatementOutcome::Kind::Rows && outcome.morePages);
    m_statusIcon->setPixmap(
        theme::iconPixmap(failed ? QStringLiteral("circle-x") : QStringLiteral("circle-check"),
                          failed      ? t.error
                          : cancelled ? t.text3
                                      : t.success,
                          15, devicePixelRatioF()));
    QStringList details;
    switch (outcome.kind) {
    case StatementOutcome::Kind::Rows:
        m_status->setText(outcome.morePages ? tr("%n row(s) so far", nullptr, m_model->rowCount())
                                            : tr("%n row(s)", nullptr, m_model->rowCount()));
        break;
    case StatementOutcome::Kind::Done:
        m_status->setText(tr("Done"));
        break;
    case StatementOutcome::Kind::SchemaChanged:
        m_status->setText(tr("Schema changed"));
        break;
    case StatementOutcome::Kind::KeyspaceSet:
        m_status->setText(tr("Using %1").arg(outcome.keyspace));
        break;
    case StatementOutcome::Kind::Failed:
        m_status->setText(tr("Failed"));
        details += outcome.problem.summary.simplified();
        break;
    case StatementOutcome::Kind::Cancelled:
        m_status->setText(tr("Cancelled"));
        break;
    }
    if (!failed && !outcome.coordinator.isEmpty())
        details += tr("coordinator %1").arg(outcome.coordinator);
    if (!outcome.warnings.isEmpty())
        details += tr("%n warning(s)", nullptr, static_cast<int>(outcome.warnings.size()));
    if (!outcome.traceId.isEmpty())
        details += tr("trace %1").arg(outcome.traceId);
    details += tr("took %1").arg(studio::formatLatency(outcome.elapsed));
    if (outcome.kind == StatementOutcome::Kind::Rows)
        details += studio::formatBytes(m_model->byteSize());
    const QString joined = details.join(QStringLiteral("   ·   "));
    m_details->setText(joined);
    m_details->setToolTip(failed ? outcome.problem.summary : joined);
    // Rows of an earlier statement would look like the answer of one that returns none.
    if (m_fresh && !failed && !cancelled) {
        m_model->clear();
        m_value->clear();
        m_stack->setCurrentIndex(0);
    }
    if (failed)
        m_tabs->setCurrentIndex(1);
    addMessage(statement, outcome);
    updateCounts();
}

void ResultsPanel::addMessage(const QString& statement, const StatementOutcome& outcome)
{
    const auto& t = m_theme.tokens();
    const bool failed = outcome.kind == StatementOutcome::Kind::Failed;
    if (failed)
        ++m_problems;
    const auto line = [this](const QString& text, const QColor& color) {
        m_messages->appendHtml(
            QStringLiteral("<span style=\"color:%1; white-space:pre-wrap\">%2</span>")
                .arg(color.name(), text.toHtmlEscaped()));
    };
    const QString head = statement.simplified().left(160);
    line(QLocale().toString(QTime::currentTime(), QStringLiteral("HH:mm:ss")) +
             QStringLiteral("  ") + head,
         t.text2);
    if (failed) {
        line(QStringLiteral("          ") + outcome.problem.summary, t.error);
        if (!outcome.problem.advice.isEmpty())
            line(QStringLiteral("          ") + outcome.problem.advice, t.text);
    } else {
        line(QStringLiteral("          ") + m_status->text() + QStringLiteral("  ") +
                 studio::formatLatency(outcome.elapsed),
             t.success);
    }
    for (const QString& warning : outcome.warnings)
        line(QStringLiteral("          ") + warning, t.warning);
}

void ResultsPanel::updateCounts()
{
    const int rows = m_model->rowCount();
    m_tabs->setTabText(0, m_model->columns()
                              ? tr("Results  %1")
                                    .arg(QLocale().toString(rows) +
                                         (m_model->hasMore() ? QStringLiteral("+") : QString()))
                              : tr("Results"));
    m_tabs->setTabText(1, m_problems > 0 ? tr("Messages  %1").arg(m_problems) : tr("Messages"));
}

void ResultsPanel::showValue()
{
    const QModelIndex index = m_grid->currentIndex();
    if (!m_valuePane->isVisible() || !index.isValid())
        return;
    engine::ByteView value;
    const bool present = m_model->cell(index.row(), index.column(), value);
    const auto& column = (*m_model->columns())[static_cast<std::size_t>(index.column())];
    m_value->setValue(column.name, column.type, present, value);
    m_valueTree->expandToDepth(1);
    m_valueTree->resizeColumnToContents(0);
    m_valueTree->setColumnWidth(0, std::min(m_valueTree->columnWidth(0) + 8, 200));
    m_valueTree->setColumnWidth(1, 200);
    m_valueTree->setCurrentIndex(m_value->index(0, 0));
}

ResultsPanel::Partition ResultsPanel::currentPartition(const studio::SchemaSnapshot& schema,
                                                       QString& problem) const
{
    const QModelIndex index = m_grid->currentIndex();
    if (!index.isValid()) {
        problem = tr("Choose a row first.");
        return std::nullopt;
    }
    const auto& columns = *m_model->columns();
    const studio::TableInfo* table = schema.table(columns.front().keyspace, columns.front().table);
    if (!table) {
        problem = tr("The rows do not come from one table.");
        return std::nullopt;
    }
    studio::PlacementQuery query{table->keyspace, table->name, {}};
    for (const studio::ColumnInfo* key : table->partitionKey()) {
        const auto column = std::find_if(columns.begin(), columns.end(),
                                         [&](const auto& each) { return each.name == key->name; });
        engine::ByteView value;
        if (column == columns.end() ||
            !m_model->cell(index.row(), static_cast<int>(column - columns.begin()), value)) {
            problem = tr("The rows do not have the partition key column %1: select it too.")
                          .arg(key->name);
            return std::nullopt;
        }
        query.keyValues += QString::fromStdString(column->type->getString(value));
    }
    return query;
}

void ResultsPanel::copySelection()
{
    const auto indexes = m_grid->selectionModel()->selection();
    if (indexes.isEmpty())
        return;
    const QItemSelectionRange range = indexes.first();
    QString text;
    for (int row = range.top(); row <= range.bottom(); ++row) {
        QStringList cells;
        for (int column = range.left(); column <= range.right(); ++column) {
            engine::ByteView value;
            const auto& type = (*m_model->columns())[static_cast<std::size_t>(column)].type;
            if (!m_model->cell(row, column, value))
                cells += QStringLiteral("null");
            else if (!type->parameters().empty())
                cells += QString::fromStdString(type->toCqlLiteral(value));
            else
                cells += QString::fromStdString(type->getString(value));
        }
        text += cells.join(u'\t');
        if (row < range.bottom())
            text += u'\n';
    }
    QApplication::clipboard()->setText(text);
}

void ResultsPanel::copyAs(ExportFormat format)
{
    const auto selection = m_grid->selectionModel()->selection();
    const int first = selection.isEmpty() ? 0 : selection.first().top();
    const int last = selection.isEmpty() ? m_model->rowCount() - 1 : selection.first().bottom();
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    if (const QString problem = exportRows(*m_model, first, last, format, buffer);
        !problem.isEmpty()) {
        m_details->setText(problem);
        return;
    }
    QApplication::clipboard()->setText(QString::fromUtf8(buffer.data()));
}

void ResultsPanel::exportTo(ExportFormat format)
{
    const std::pair<QString, QString> look =
        format == ExportFormat::Csv    ? std::pair(QStringLiteral("csv"), tr("CSV (*.csv)"))
        : format == ExportFormat::Json ? std::pair(QStringLiteral("json"), tr("JSON (*.json)"))
                                       : std::pair(QStringLiteral("cql"), tr("CQL (*.cql)"));
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export rows"), QStringLiteral("rows.") + look.first, look.second);
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    QString problem;
    if (!file.open(QIODevice::WriteOnly))
        problem = file.errorString();
    else
        problem = exportRows(*m_model, 0, m_model->rowCount() - 1, format, file);
    if (problem.isEmpty() && !file.commit())
        problem = file.errorString();
    if (!problem.isEmpty())
        QMessageBox::warning(this, tr("Export rows"),
                             tr("%1 could not be written: %2").arg(path, problem));
    else
        m_details->setText(m_model->hasMore()
                               ? tr("The rows that have come so far are in %1").arg(path)
                               : tr("Exported to %1").arg(path));
}

} // namespace views
