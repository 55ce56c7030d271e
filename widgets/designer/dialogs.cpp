#include "widgets/designer/dialogs.h"

#include "engine/modeling/edit.h"
#include "engine/modeling/notation.h"
#include "widgets/studio/text.h"
#include "widgets/theme/small_widgets.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QTableWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace views {

using namespace engine::modeling;
using theme::Ink;
using theme::Type;

GenerateDialog::GenerateDialog(const theme::Theme& theme, studio::DesignContext& context,
                               QWidget* parent)
    : QDialog(parent),
      m_context(context),
      m_tree(new QTreeWidget(this)),
      m_overwrite(new QCheckBox(tr("Also renew tables that were edited by hand"), this)),
      m_merge(new QCheckBox(tr("Queries that one table can answer share it"), this)),
      m_summary(theme::makeLabel({}, Type::Body, "2", this))
{
    Q_UNUSED(theme);
    setWindowTitle(tr("Generate logical model"));
    resize(820, 480);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_summary);
    m_tree->setHeaderLabels({tr("Table"), tr("Key"), tr("What happens")});
    m_tree->setRootIsDecorated(false);
    m_tree->setAccessibleName(tr("Tables"));
    m_tree->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_tree->header()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    layout->addWidget(m_tree, 1);
    m_merge->setChecked(true);
    layout->addWidget(m_merge);
    layout->addWidget(m_overwrite);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* go = buttons->addButton(tr("Generate"), QDialogButtonBox::AcceptRole);
    go->setProperty("primary", true);
    go->setDefault(true);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_overwrite, &QCheckBox::toggled, this, &GenerateDialog::preview);
    connect(m_merge, &QCheckBox::toggled, this, &GenerateDialog::preview);
    preview();
}

void GenerateDialog::preview()
{
    LogicalOptions options;
    options.overwriteEdited = m_overwrite->isChecked();
    options.merge = m_merge->isChecked();
    m_result = generateLogical(m_context.model(), options);
    m_tree->clear();
    const auto add = [this](const std::vector<GeneratedTable>& tables, const QString& what) {
        for (const GeneratedTable& each : tables) {
            const ModelTable* table = findTable(m_result.model, each.table);
            new QTreeWidgetItem(m_tree,
                                {studio::text(each.name),
                                 table ? studio::text(keyNotation(*table)) : QString(), what});
        }
    };
    add(m_result.added, tr("new"));
    add(m_result.changed, tr("changed"));
    add(m_result.keptEdited, tr("edited by hand: stays"));
    add(m_result.unused, tr("answers no query: stays"));
    add(m_result.unchanged, tr("the same"));
    for (const engine::modeling::Verdict& verdict : m_result.verdicts) {
        auto* item = new QTreeWidgetItem(m_tree, {studio::text(verdict.text)});
        item->setFirstColumnSpanned(true);
        item->setToolTip(0, studio::text(verdict.text));
    }
    m_overwrite->setVisible(!m_result.keptEdited.empty() || m_overwrite->isChecked());
    m_summary->setText(tr("%1 new, %2 changed, %3 the same. One undo step takes it back.")
                           .arg(m_result.added.size())
                           .arg(m_result.changed.size())
                           .arg(m_result.unchanged.size()));
}

CoverageDialog::CoverageDialog(const theme::Theme& theme, studio::DesignContext& context,
                               QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Coverage: queries and tables"));
    resize(980, 560);
    auto* layout = new QVBoxLayout(this);
    const Model& model = context.model();
    const CoverageMatrix matrix = coverage(model);
    layout->addWidget(
        theme::makeLabel(tr("%1 of %2 queries are answered by key or index; %3 tables answer none.")
                             .arg(matrix.queries.size() - matrix.unanswered.size())
                             .arg(matrix.queries.size())
                             .arg(matrix.unused.size()),
                         Type::Body, "2"));
    auto* grid = new QTableWidget(static_cast<int>(matrix.queries.size()),
                                  static_cast<int>(matrix.tables.size()), this);
    grid->setAccessibleName(tr("Coverage matrix"));
    grid->setEditTriggers(QAbstractItemView::NoEditTriggers);
    QStringList tables, queries;
    for (const ElementId id : matrix.tables)
        tables += studio::text(findTable(model, id)->name);
    for (const ElementId id : matrix.queries) {
        const engine::modeling::Query* query = findQuery(model, id);
        queries += studio::text(query->label) + u' ' + studio::text(query->question);
    }
    grid->setHorizontalHeaderLabels(tables);
    grid->setVerticalHeaderLabels(queries);
    auto* why = theme::makeLabel({}, Type::Body);
    why->setWordWrap(true);
    const auto text = [](AnswerKind kind) {
        switch (kind) {
        case AnswerKind::Key:
            return tr("key");
        case AnswerKind::Partitions:
            return tr("several");
        case AnswerKind::Index:
            return tr("index");
        case AnswerKind::Scan:
            return tr("scan");
        case AnswerKind::None:
            break;
        }
        return QString();
    };
    for (std::size_t q = 0; q < matrix.queries.size(); ++q)
        for (std::size_t c = 0; c < matrix.tables.size(); ++c) {
            auto* item = new QTableWidgetItem(text(matrix.at(q, c).kind));
            item->setTextAlignment(Qt::AlignCenter);
            grid->setItem(static_cast<int>(q), static_cast<int>(c), item);
        }
    const auto color = [&theme, matrix, grid] {
        const theme::Tokens& t = theme.tokens();
        for (std::size_t q = 0; q < matrix.queries.size(); ++q)
            for (std::size_t c = 0; c < matrix.tables.size(); ++c) {
                const AnswerKind kind = matrix.at(q, c).kind;
                if (kind == AnswerKind::None)
                    continue;
                const bool good = kind == AnswerKind::Key || kind == AnswerKind::Partitions;
                QTableWidgetItem* item = grid->item(static_cast<int>(q), static_cast<int>(c));
                item->setBackground(t.soft(good ? t.success : t.warning));
                item->setForeground(good ? t.success : t.warning);
            }
    };
    color();
    connect(&theme, &theme::Theme::changed, grid, color);
    grid->resizeColumnsToContents();
    layout->addWidget(grid, 1);
    layout->addWidget(why);
    connect(grid, &QTableWidget::currentCellChanged, this,
            [&context, matrix, why](int row, int column) {
                if (row < 0 || column < 0)
                    return;
                const auto* query =
                    findQuery(context.model(), matrix.queries[static_cast<std::size_t>(row)]);
                const auto* table =
                    findTable(context.model(), matrix.tables[static_cast<std::size_t>(column)]);
                if (!query || !table)
                    return;
                QString reason = studio::text(coverageReason(context.model(), *query, *table));
                if (const auto failing = failingStatement(context.model(), *query, *table))
                    reason += QStringLiteral("\n%1\n%2")
                                  .arg(studio::text(failing->cql), studio::text(failing->error));
                why->setText(reason);
            });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

AlternativesDialog::AlternativesDialog(const theme::Theme& theme, studio::DesignContext& context,
                                       ElementId query, QWidget* parent)
    : QDialog(parent)
{
    const Model& model = context.model();
    const engine::modeling::Query* found = findQuery(model, query);
    setWindowTitle(tr("Alternatives for %1").arg(found ? studio::text(found->label) : QString()));
    resize(900, 460);
    auto* layout = new QVBoxLayout(this);
    const auto options = found ? alternatives(model, *found)
                               : engine::Result<std::vector<Alternative>>(engine::Error{
                                     engine::ErrorCode::NotFound, "The query is gone."});
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    if (!options) {
        auto* label = theme::makeLabel(studio::text(options.error().detail()), Type::Body, "error");
        label->setWordWrap(true);
        layout->addWidget(label, 1);
        layout->addWidget(buttons);
        return;
    }
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    auto* body = new QWidget;
    auto* row = new QHBoxLayout(body);
    row->setSpacing(10);
    for (const Alternative& option : *options) {
        auto* card = new QFrame;
        card->setProperty("card", true);
        card->setFixedWidth(270);
        auto* column = new QVBoxLayout(card);
        auto* key = theme::makeLabel(studio::text(option.key), Type::Code);
        key->setWordWrap(true);
        column->addWidget(key);
        if (option.isDefault) {
            auto* badge = new theme::Badge(theme);
            badge->set(tr("by the rules"), Ink::Accent);
            column->addWidget(badge);
        }
        const auto figure = [&](const QString& label, const std::optional<double>& value) {
            if (value)
                column->addWidget(theme::makeLabel(
                    tr("%1: %2").arg(label, QLocale().toString(*value, 'f', 0)), Type::Body));
        };
        figure(tr("Rows a partition"), option.rows);
        figure(tr("In the largest"), option.maximumRows);
        figure(tr("Partitions"), option.partitions);
        QStringList served;
        for (const ElementId id : option.servedQueries)
            if (const auto* each = findQuery(model, id))
                served += studio::text(each->label);
        if (!served.isEmpty())
            column->addWidget(theme::makeLabel(
                tr("Serves %1").arg(served.join(QStringLiteral(", "))), Type::Body));
        for (const engine::modeling::Verdict& verdict : option.verdicts) {
            const bool bad = verdict.judgement == Judgement::Broken;
            const bool warns = verdict.judgement == Judgement::Warning;
            auto* label = theme::makeLabel((bad     ? tr("✗ %1")
                                            : warns ? tr("! %1")
                                                    : tr("✓ %1"))
                                               .arg(studio::text(verdict.text)),
                                           Type::Label,
                                           bad     ? "error"
                                           : warns ? "warning"
                                                   : "2");
            label->setWordWrap(true);
            column->addWidget(label);
        }
        column->addStretch();
        auto* take = new QPushButton(tr("Take this key"), card);
        take->setAccessibleName(tr("Take the key %1").arg(studio::text(option.key)));
        column->addWidget(take);
        std::vector<ElementId> partitionKey;
        for (const TableColumn& each : option.table.columns)
            if (each.role == ColumnRole::PartitionKey && each.attribute != ElementId::None)
                partitionKey.push_back(each.attribute);
        connect(take, &QPushButton::clicked, this, [this, partitionKey] {
            m_chosen = partitionKey;
            accept();
        });
        row->addWidget(card);
    }
    row->addStretch();
    scroll->setWidget(body);
    layout->addWidget(scroll, 1);
    layout->addWidget(buttons);
}

// ---- keyspaces ----------------------------------------------------------------------------------

KeyspacesDialog::KeyspacesDialog(const QString& cluster, const QStringList& names, QWidget* parent)
    : QDialog(parent), m_list(new QListWidget(this))
{
    setWindowTitle(tr("Reverse-engineer the cluster"));
    resize(400, 320);
    auto* layout = new QVBoxLayout(this);
    auto* intro =
        theme::makeLabel(tr("A model of these keyspaces of %1:").arg(cluster), Type::Body);
    layout->addWidget(intro);
    m_list->setAccessibleName(tr("Keyspaces"));
    for (const QString& name : names) {
        auto* item = new QListWidgetItem(name, m_list);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
    m_list->setCurrentRow(0);
    layout->addWidget(m_list);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Make model"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

QStringList KeyspacesDialog::chosen() const
{
    QStringList names;
    for (int i = 0; i < m_list->count(); ++i)
        if (m_list->item(i)->checkState() == Qt::Checked)
            names += m_list->item(i)->text();
    return names;
}

} // namespace views
