#include "widgets/designer/table_forms.h"

#include "engine/modeling/advice.h"
#include "engine/modeling/coverage.h"
#include "engine/modeling/edit.h"
#include "engine/modeling/notation.h"
#include "widgets/studio/text.h"
#include "widgets/theme/small_widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace views {

using namespace engine::modeling;
namespace mo = engine::modeling;
using theme::Type;

namespace {

QTableWidget* makeRows(const QStringList& heads, const QString& name, QWidget* parent)
{
    auto* grid = new QTableWidget(0, static_cast<int>(heads.size()), parent);
    grid->setHorizontalHeaderLabels(heads);
    grid->verticalHeader()->hide();
    grid->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    grid->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    grid->horizontalHeader()->setHighlightSections(false);
    grid->setShowGrid(false);
    grid->setSelectionBehavior(QAbstractItemView::SelectRows);
    grid->setSelectionMode(QAbstractItemView::SingleSelection);
    grid->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    grid->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    grid->setAccessibleName(name);
    return grid;
}

void putCell(QTableWidget* grid, int row, int column, const QString& text, bool editable = true)
{
    QTableWidgetItem* item = grid->item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        item->setFont(theme::typeFont(Type::Code));
        grid->setItem(row, column, item);
    }
    if (item->text() != text)
        item->setText(text);
    item->setFlags(editable ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable
                            : Qt::ItemIsEnabled | Qt::ItemIsSelectable);
}

void growTo(QTableWidget* grid)
{
    grid->setFixedHeight(grid->horizontalHeader()->sizeHint().height() +
                         grid->rowCount() * theme::kTableRow + 2);
}

QString roleText(ColumnRole role, bool descending)
{
    switch (role) {
    case ColumnRole::PartitionKey:
        return QStringLiteral("K");
    case ColumnRole::Clustering:
        return descending ? QStringLiteral("C↓") : QStringLiteral("C↑");
    case ColumnRole::Static:
        return QStringLiteral("S");
    case ColumnRole::Regular:
        break;
    }
    return {};
}

} // namespace

TableForm::TableForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : Form(theme, context, parent),
      m_title(addTitle()),
      m_key(theme::makeLabel({}, Type::Code, "2")),
      m_name(addField(tr("Name"))),
      m_keyspace(new QComboBox(this)),
      m_rows(makeRows({tr("Column"), tr("Type"), tr("Key")}, tr("Columns"), this)),
      m_options(new QWidget(this))
{
    m_key->setWordWrap(true);
    m_layout->insertWidget(1, m_key);
    m_keyspace->setAccessibleName(tr("Keyspace"));
    m_layout->addWidget(m_keyspace);
    m_layout->addSpacing(4);
    m_layout->addWidget(m_rows);
    m_rows->setColumnWidth(1, 118);
    m_rows->setColumnWidth(2, 42);
    auto* add = new QPushButton(tr("Add row"), this);
    add->setProperty("link", true);
    m_layout->addWidget(add, 0, Qt::AlignLeft);
    auto* options = new QVBoxLayout(m_options);
    options->setContentsMargins(0, 0, 0, 0);
    options->setSpacing(5);
    const auto addOption = [&](const QString& label, const QString& placeholder) {
        options->addWidget(theme::makeLabel(label, Type::Label, "2"));
        auto* field = new QLineEdit(m_options);
        field->setAccessibleName(label);
        field->setPlaceholderText(placeholder);
        options->addWidget(field);
        return field;
    };
    m_ttl = addOption(tr("Default time to live, seconds"), tr("none"));
    m_compaction = addOption(tr("Compaction"), tr("the server's default"));
    m_compactionAdvice = theme::makeLabel({}, Type::Label, "2");
    m_compactionAdvice->setWordWrap(true);
    connect(m_compactionAdvice, &QLabel::linkActivated, this, [this] {
        if (const ModelTable* table = findTable(model(), m_id)) {
            ModelTable changed = *table;
            changed.options["compaction"] = compactionAdvice(model(), *table).cql;
            edit(tr("Change compaction"),
                 [changed](const Model& model) { return setTable(model, changed); });
        }
    });
    options->addWidget(m_compactionAdvice);
    m_comment = addOption(tr("Comment"), {});
    m_proof = theme::makeLabel({}, Type::Label, "2");
    m_proof->setWordWrap(true);
    m_proof->setTextFormat(Qt::RichText);
    options->addWidget(m_proof);
    m_layout->addWidget(m_options);

    onEdited(m_name, [this](const QString& name) {
        edit(tr("Rename"), [id = m_id, text = name.toStdString()](const Model& model) {
            return mo::rename(model, id, text);
        });
    });
    connect(m_keyspace, &QComboBox::activated, this, [this] {
        edit(tr("Change keyspace"),
             [id = m_id, name = m_keyspace->currentText().toStdString()](const Model& model) {
                 return setTableKeyspace(model, id, name);
             });
    });
    connect(m_rows, &QTableWidget::cellChanged, this, &TableForm::cellChanged);
    connect(m_rows, &QTableWidget::cellDoubleClicked, this, [this](int row, int column) {
        const ModelTable* table = findTable(model(), m_id);
        if (table && column == 2 && row < static_cast<int>(table->columns.size()))
            edit(tr("Change key"), [id = table->columns[static_cast<std::size_t>(row)].id](
                                       const Model& model) { return cycleRole(model, id); });
    });
    connect(add, &QPushButton::clicked, this, &TableForm::addRow);
    const auto setOption = [this](const char* name, const QString& text) {
        const ModelTable* table = findTable(model(), m_id);
        if (!table)
            return;
        ModelTable changed = *table;
        if (text.isEmpty())
            changed.options.erase(name);
        else
            changed.options[name] = text.toStdString();
        edit(tr("Change %1").arg(QLatin1String(name)),
             [changed](const Model& model) { return setTable(model, changed); });
    };
    onEdited(m_ttl, [this, setOption](const QString& text) {
        if (!text.isEmpty() && !numberOf(text)) {
            show(m_id);
            return;
        }
        setOption("default_time_to_live",
                  text.isEmpty() ? text : QString::number(static_cast<qint64>(*numberOf(text))));
    });
    onEdited(m_compaction, [setOption](const QString& text) { setOption("compaction", text); });
    onEdited(m_comment, [this](const QString& text) {
        if (const ModelTable* table = findTable(model(), m_id)) {
            ModelTable changed = *table;
            changed.comment = text.toStdString();
            edit(tr("Change comment"),
                 [changed](const Model& model) { return setTable(model, changed); });
        }
    });
}

bool TableForm::show(ElementId id)
{
    const ModelTable* table = findTable(model(), id);
    const mo::UserType* type = findType(model(), id);
    if (!table && !type)
        return false;
    m_id = id;
    m_filling = true;
    m_keyspace->setVisible(table && model().keyspaces.size() > 1);
    m_options->setVisible(table);
    m_key->setVisible(table);
    m_rows->setColumnHidden(2, !table);
    if (table)
        showTable(*table);
    else
        showType(*type);
    growTo(m_rows);
    m_filling = false;
    return true;
}

void TableForm::showTable(const ModelTable& table)
{
    m_title->setText(tr("Table %1").arg(studio::text(table.name)));
    m_key->setText(studio::text(keyNotation(table)));
    setText(m_name, studio::text(table.name));
    m_keyspace->clear();
    for (const ModelKeyspace& keyspace : model().keyspaces)
        m_keyspace->addItem(studio::text(keyspace.name));
    m_keyspace->setCurrentText(studio::text(table.keyspace));
    m_rows->setHorizontalHeaderItem(0, new QTableWidgetItem(tr("Column")));
    m_rows->setRowCount(static_cast<int>(table.columns.size()));
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const TableColumn& column = table.columns[static_cast<std::size_t>(row)];
        putCell(m_rows, row, 0, studio::text(column.name));
        putCell(m_rows, row, 1, studio::text(column.type));
        m_rows->item(row, 1)->setForeground(m_theme.tokens().bundled);
        putCell(m_rows, row, 2, roleText(column.role, column.descending), false);
        m_rows->item(row, 2)->setToolTip(
            column.reason.empty()
                ? tr("Double-click to change")
                : QStringLiteral("%1: %2").arg(studio::text(ruleName(column.rule)),
                                               studio::text(column.reason)));
    }
    const auto option = [&table](const char* name) {
        const auto found = table.options.find(name);
        return found == table.options.end() ? QString() : studio::text(found->second);
    };
    setText(m_ttl, option("default_time_to_live"));
    setText(m_compaction, option("compaction"));
    const CompactionAdvice advice = compactionAdvice(model(), table);
    const bool taken = option("compaction").contains(studio::text(advice.strategy));
    m_compactionAdvice->setText(taken ? studio::text(advice.reason).toHtmlEscaped()
                                      : QStringLiteral("%1 <a href=\"use\">%2</a>")
                                            .arg(studio::text(advice.reason).toHtmlEscaped(),
                                                 tr("Use %1").arg(studio::text(advice.strategy))));
    setText(m_comment, studio::text(table.comment));
    showProof(table);
}

void TableForm::showProof(const ModelTable& table)
{
    const UniquenessProof proof = uniquenessProof(model(), table);
    if (proof.unique || proof.columns.empty()) {
        m_proof->clear();
        return;
    }
    QString html = QStringLiteral("<p><b>%1</b> %2</p><table cellpadding=\"3\"><tr>")
                       .arg(tr("MR5 is broken."), studio::text(proof.text).toHtmlEscaped());
    for (const std::string& column : proof.columns)
        html += QStringLiteral("<td><b>%1</b></td>").arg(studio::text(column).toHtmlEscaped());
    for (const auto* row : {&proof.first, &proof.second}) {
        html += QStringLiteral("</tr><tr>");
        for (const std::string& value : *row)
            html += QStringLiteral("<td>%1</td>").arg(studio::text(value).toHtmlEscaped());
    }
    m_proof->setText(html + QStringLiteral("</tr></table><p>%1</p>")
                                .arg(tr("The second row overwrites the first one.")));
}

void TableForm::showType(const mo::UserType& type)
{
    m_title->setText(tr("Type %1").arg(studio::text(typeTitle(type))));
    setText(m_name, studio::text(type.name));
    m_rows->setHorizontalHeaderItem(0, new QTableWidgetItem(tr("Field")));
    m_rows->setRowCount(static_cast<int>(type.fields.size()));
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        putCell(m_rows, row, 0, studio::text(type.fields[static_cast<std::size_t>(row)].name));
        putCell(m_rows, row, 1, studio::text(type.fields[static_cast<std::size_t>(row)].type));
    }
}

void TableForm::cellChanged(int row, int column)
{
    if (m_filling)
        return;
    if (const mo::UserType* type = findType(model(), m_id)) {
        typeCellChanged(*type, row, column);
        return;
    }
    const ModelTable* table = findTable(model(), m_id);
    if (!table || row >= static_cast<int>(table->columns.size()))
        return;
    TableColumn changed = table->columns[static_cast<std::size_t>(row)];
    const std::string text = m_rows->item(row, column)->text().trimmed().toStdString();
    if (column == 0) {
        edit(tr("Rename"),
             [id = changed.id, text](const Model& model) { return mo::rename(model, id, text); });
    } else if (column == 1) {
        changed.type = text;
        edit(tr("Change type"),
             [changed](const Model& model) { return setColumn(model, changed); });
    }
}

void TableForm::typeCellChanged(const mo::UserType& type, int row, int column)
{
    std::vector<TypeField> fields = type.fields;
    if (row >= static_cast<int>(fields.size()))
        return;
    std::string& target = column == 0 ? fields[static_cast<std::size_t>(row)].name
                                      : fields[static_cast<std::size_t>(row)].type;
    target = m_rows->item(row, column)->text().trimmed().toStdString();
    edit(tr("Change type"),
         [id = m_id, fields](const Model& model) { return setTypeFields(model, id, fields); });
}

void TableForm::addRow()
{
    edit(tr("Add row"), [id = m_id](const Model& model) -> engine::Result<Model> {
        if (const mo::UserType* type = findType(model, id)) {
            std::vector<TypeField> fields = type->fields;
            std::string name = "field";
            for (int number = 2; std::ranges::find(fields, name, &TypeField::name) != fields.end();
                 ++number)
                name = "field_" + std::to_string(number);
            fields.push_back({name, "text"});
            return setTypeFields(model, id, fields);
        }
        auto made = addColumn(model, id, "column", "text");
        for (int number = 2; !made && number < 1000; ++number)
            made = addColumn(model, id, "column_" + std::to_string(number), "text");
        return made;
    });
}

// ---- a column -----------------------------------------------------------------------------------

ColumnForm::ColumnForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : Form(theme, context, parent),
      m_title(addTitle()),
      m_name(addField(tr("Name"))),
      m_type(makeTypeBox(tr("Type"), this)),
      m_role(new QComboBox(this)),
      m_index(new QCheckBox(tr("Secondary index"), this)),
      m_reason(theme::makeLabel({}, Type::Label, "2"))
{
    addLabel(tr("Type"));
    m_layout->addWidget(m_type);
    addLabel(tr("Role"));
    m_role->setAccessibleName(tr("Role"));
    m_role->addItems({tr("K  partition key"), tr("C↑  clustering, ascending"),
                      tr("C↓  clustering, descending"), tr("S  static"), tr("regular")});
    m_layout->addWidget(m_role);
    m_layout->addWidget(m_index);
    m_reason->setWordWrap(true);
    m_layout->addSpacing(4);
    m_layout->addWidget(m_reason);
    onEdited(m_name, [this](const QString& name) {
        edit(tr("Rename"), [id = m_id, text = name.toStdString()](const Model& model) {
            return mo::rename(model, id, text);
        });
    });
    const auto takeType = [this] {
        const TableColumn* column = findColumn(model(), m_id);
        if (m_filling || !column || studio::text(column->type) == m_type->currentText().trimmed())
            return;
        TableColumn changed = *column;
        changed.type = m_type->currentText().trimmed().toStdString();
        edit(tr("Change type"),
             [changed](const Model& model) { return setColumn(model, changed); });
    };
    connect(m_type, &QComboBox::activated, this, takeType);
    connect(m_type->lineEdit(), &QLineEdit::editingFinished, this, takeType);
    connect(m_role, &QComboBox::activated, this, [this](int index) {
        const ColumnRole roles[] = {ColumnRole::PartitionKey, ColumnRole::Clustering,
                                    ColumnRole::Clustering, ColumnRole::Static,
                                    ColumnRole::Regular};
        edit(tr("Change key"), [id = m_id, role = roles[index], down = index == 2](
                                   const Model& model) { return setRole(model, id, role, down); });
    });
    connect(m_index, &QCheckBox::clicked, this, [this](bool on) {
        const ModelTable* table = tableOfColumn(model(), m_id);
        const TableColumn* column = findColumn(model(), m_id);
        if (!table || !column)
            return;
        if (on) {
            edit(tr("Add index"),
                 [id = m_id, t = table->id](const Model& model) { return addIndex(model, t, id); });
            return;
        }
        std::vector<ElementId> ids;
        for (const TableIndex& index : table->indexes)
            if (index.target == column->name)
                ids.push_back(index.id);
        edit(tr("Remove index"), [ids](const Model& model) { return mo::remove(model, ids); });
    });
}

bool ColumnForm::show(ElementId id)
{
    const TableColumn* column = findColumn(model(), id);
    const ModelTable* table = tableOfColumn(model(), id);
    if (!column)
        return false;
    m_id = id;
    m_filling = true;
    m_title->setText(tr("Column %1").arg(studio::text(column->name)));
    setText(m_name, studio::text(column->name));
    if (!m_type->lineEdit()->hasFocus()) {
        m_type->clear();
        m_type->addItems(typeNames(model()));
        m_type->setCurrentText(studio::text(column->type));
    }
    m_role->setCurrentIndex(column->role == ColumnRole::PartitionKey ? 0
                            : column->role == ColumnRole::Clustering ? (column->descending ? 2 : 1)
                            : column->role == ColumnRole::Static     ? 3
                                                                     : 4);
    m_index->setChecked(std::ranges::any_of(
        table->indexes, [&](const TableIndex& i) { return i.target == column->name; }));
    const std::string from = attributePath(model(), column->attribute);
    QStringList reasons;
    if (!from.empty())
        reasons += tr("From %1.").arg(studio::text(from));
    if (!column->reason.empty())
        reasons += QStringLiteral("%1: %2").arg(studio::text(ruleName(column->rule)),
                                                studio::text(column->reason));
    if (!column->bucketOf.empty())
        reasons += tr("Bucket %1.").arg(studio::text(column->bucketOf));
    m_reason->setText(reasons.join(u'\n'));
    m_filling = false;
    return true;
}

// ---- the model ----------------------------------------------------------------------------------

ModelForm::ModelForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : Form(theme, context, parent),
      m_title(addTitle()),
      m_name(addField(tr("Name"))),
      m_figures(theme::makeLabel({}, Type::Label, "2")),
      m_keyspaces(makeRows({tr("Keyspace"), tr("Replication")}, tr("Keyspaces"), this))
{
    m_figures->setWordWrap(true);
    m_layout->addWidget(m_figures);
    m_layout->addSpacing(4);
    m_layout->addWidget(m_keyspaces);
    m_keyspaces->setColumnWidth(1, 150);
    onEdited(m_name, [this](const QString& name) {
        edit(tr("Rename"),
             [text = name.toStdString()](const Model& before) -> engine::Result<Model> {
                 Model model = before;
                 model.name = text;
                 return model;
             });
    });
    connect(m_keyspaces, &QTableWidget::cellChanged, this, [this](int row, int column) {
        if (m_filling || row >= static_cast<int>(model().keyspaces.size()))
            return;
        ModelKeyspace changed = model().keyspaces[static_cast<std::size_t>(row)];
        const QString text = m_keyspaces->item(row, column)->text().trimmed();
        if (column == 0) {
            edit(tr("Rename"), [id = changed.id, name = text.toStdString()](const Model& model) {
                return mo::rename(model, id, name);
            });
            return;
        }
        // "3" for all, or "dc1: 3, dc2: 2".
        bool number = false;
        text.toInt(&number);
        changed.replication.clear();
        if (number) {
            changed.replication = {{"class", "SimpleStrategy"},
                                   {"replication_factor", text.toStdString()}};
        } else {
            changed.replication["class"] = "NetworkTopologyStrategy";
            for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
                bool good = false;
                const QString count = part.section(u':', 1).trimmed();
                if (count.toInt(&good) >= 0 && good)
                    changed.replication[part.section(u':', 0, 0).trimmed().toStdString()] =
                        count.toStdString();
            }
        }
        if (changed.replication.size() < 2) {
            show(ElementId::None);
            return;
        }
        edit(tr("Change replication"),
             [changed](const Model& model) { return setKeyspace(model, changed); });
    });
}

bool ModelForm::show(ElementId)
{
    m_filling = true;
    m_title->setText(tr("Model %1").arg(studio::text(model().name)));
    setText(m_name, studio::text(model().name));
    const auto count = [](const auto& items) { return static_cast<int>(items.size()); };
    const QStringList figures{tr("%n entities", nullptr, count(model().entities)),
                              tr("%n relationships", nullptr, count(model().relationships)),
                              tr("%n queries", nullptr, count(model().queries)),
                              tr("%n tables", nullptr, count(model().tables)),
                              tr("%n types", nullptr, count(model().types))};
    m_figures->setText(figures.join(QStringLiteral(", ")));
    m_keyspaces->setVisible(!model().keyspaces.empty());
    m_keyspaces->setRowCount(static_cast<int>(model().keyspaces.size()));
    for (int row = 0; row < m_keyspaces->rowCount(); ++row) {
        const ModelKeyspace& keyspace = model().keyspaces[static_cast<std::size_t>(row)];
        putCell(m_keyspaces, row, 0, studio::text(keyspace.name));
        QStringList parts;
        for (const auto& [name, value] : keyspace.replication)
            if (name == "replication_factor")
                parts += studio::text(value);
            else if (name != "class")
                parts += studio::text(name) + QStringLiteral(": ") + studio::text(value);
        putCell(m_keyspaces, row, 1, parts.join(QStringLiteral(", ")));
    }
    growTo(m_keyspaces);
    m_filling = false;
    return true;
}

} // namespace views
