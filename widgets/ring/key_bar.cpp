#include "widgets/ring/key_bar.h"

#include "widgets/theme/small_widgets.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>

namespace views {

namespace {
constexpr int kKeyWidth = 130; ///< of all columns together, at least
}

KeyBar::KeyBar(const theme::Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_table(new QComboBox),
      m_fieldRow(new QHBoxLayout),
      m_token(theme::makeLabel({}, theme::Type::Code)),
      m_hint(theme::makeLabel({}, theme::Type::Label, "2")),
      m_replicas(new QWidget)
{
    setProperty("bar", true);
    setAttribute(Qt::WA_StyledBackground);
    auto* key = new QLabel;
    key->setPixmap(
        theme::iconPixmap(QStringLiteral("key"), theme.tokens().warning, 16, devicePixelRatioF()));
    m_table->setAccessibleName(tr("Table"));
    // Not as wide as the longest name: the list that opens is.
    m_table->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_table->setMinimumContentsLength(20);
    m_token->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_fieldRow->setSpacing(6);
    auto* replicas = new QHBoxLayout(m_replicas);
    replicas->setContentsMargins(0, 0, 0, 0);
    replicas->setSpacing(5);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme::kSpace3, 5, theme::kSpace3, 5);
    layout->setSpacing(theme::kSpace2);
    layout->addWidget(key);
    layout->addWidget(m_table);
    layout->addLayout(m_fieldRow);
    layout->addWidget(m_hint);
    layout->addWidget(m_token);
    layout->addWidget(m_replicas);
    layout->addStretch(1);
    connect(m_table, &QComboBox::currentIndexChanged, this, [this] {
        rebuildFields();
        place();
    });
}

void KeyBar::setSource(studio::ClusterSource* source)
{
    m_source = source;
    reloadSchema();
}

void KeyBar::reloadSchema()
{
    const QString before = m_table->currentText();
    const QSignalBlocker blocker(m_table);
    m_table->clear();
    if (m_source)
        for (const auto& keyspace : m_source->schema()->keyspaces)
            if (!keyspace.isSystem)
                for (const auto& table : keyspace.tables)
                    m_table->addItem(m_theme.icon(QStringLiteral("table")),
                                     keyspace.name + u'.' + table.name,
                                     QStringList{keyspace.name, table.name});
    const int index = m_table->findText(before);
    m_table->setCurrentIndex(index >= 0 ? index : m_table->count() > 0 ? 0 : -1);
    if (before != m_table->currentText() || m_fields.isEmpty())
        rebuildFields();
    place();
}

void KeyBar::rebuildFields()
{
    qDeleteAll(m_fields);
    m_fields.clear();
    const QStringList names = m_table->currentData().toStringList();
    if (!m_source || names.size() != 2)
        return;
    const studio::SchemaPtr schema = m_source->schema();
    const auto* table = schema->table(names[0], names[1]);
    if (!table)
        return;
    for (const auto* column : table->partitionKey()) {
        auto* field = new QLineEdit;
        field->setPlaceholderText(column->name);
        field->setAccessibleName(tr("%1, %2").arg(column->name, column->type));
        field->setToolTip(tr("%1: %2").arg(column->name, column->type));
        field->setMinimumWidth(kKeyWidth / static_cast<int>(table->partitionKey().size()));
        field->setMaximumWidth(170);
        connect(field, &QLineEdit::textChanged, this, &KeyBar::place);
        m_fieldRow->addWidget(field);
        m_fields.append(field);
    }
    setFocusProxy(m_fields.isEmpty() ? nullptr : m_fields.first());
}

studio::PlacementQuery KeyBar::query() const
{
    const QStringList names = m_table->currentData().toStringList();
    studio::PlacementQuery query{names.value(0), names.value(1), {}};
    for (const QLineEdit* field : m_fields)
        query.keyValues += field->text();
    return query;
}

void KeyBar::choose(const studio::PlacementQuery& query)
{
    const int index = m_table->findText(query.keyspace + u'.' + query.table);
    if (index >= 0)
        m_table->setCurrentIndex(index);
    for (qsizetype i = 0; i < std::min(query.keyValues.size(), m_fields.size()); ++i)
        m_fields[i]->setText(query.keyValues[i]);
    if (!m_fields.isEmpty())
        m_fields.first()->setFocus();
}

/// A sentence takes what room there is, in two lines if it must; a word before a token does not.
void KeyBar::say(const QString& text, bool isSentence)
{
    m_hint->setWordWrap(isSentence);
    m_hint->setMinimumWidth(isSentence ? 180 : 0);
    static_cast<QBoxLayout*>(layout())->setStretchFactor(m_hint, isSentence ? 100 : 0);
    m_hint->setText(text);
}

void KeyBar::place()
{
    qDeleteAll(m_replicas->findChildren<theme::NodeDot*>());
    m_token->clear();
    bool complete = !m_fields.isEmpty();
    for (const QLineEdit* field : m_fields)
        complete = complete && !field->text().isEmpty();
    if (!m_source || !complete) {
        say(m_fields.isEmpty() ? tr("No table yet")
                               : tr("Type a partition key to see its token and replicas"),
            true);
        emit placed(std::nullopt, {});
        return;
    }
    const studio::PlacementQuery asked = query();
    const studio::Placement placement = m_source->place(asked);
    for (QLineEdit* field : m_fields) {
        field->setProperty("invalid", !placement.problem.isEmpty());
        field->setStyleSheet(field->styleSheet());
    }
    if (!placement.problem.isEmpty()) {
        say(placement.problem, true);
        emit placed(std::nullopt, {});
        return;
    }
    say(tr("token"), false);
    m_token->setText(QString::number(placement.token));
    const auto& nodes = m_source->topology().nodes;
    for (const int replica : placement.replicas) {
        const auto& node = nodes[static_cast<std::size_t>(replica)];
        auto* dot = new theme::NodeDot(m_theme, 20, m_replicas);
        dot->set(node.number, !node.isUp(),
                 node.isUp() ? tr("Replica %1").arg(node.name)
                             : tr("Replica %1, down").arg(node.name));
        m_replicas->layout()->addWidget(dot);
        dot->show();
    }
    emit placed(placement, asked.keyValues.join(QStringLiteral(", ")));
}

} // namespace views
