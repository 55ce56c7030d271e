#include "widgets/designer/conceptual_forms.h"

#include "engine/modeling/edit.h"
#include "widgets/studio/text.h"
#include "widgets/theme/small_widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace views {

using namespace engine::modeling;
namespace mo = engine::modeling;
using theme::Type;

namespace {

QTableWidget* makeGrid(const QStringList& heads, const QString& name, QWidget* parent)
{
    auto* grid = new QTableWidget(0, static_cast<int>(heads.size()), parent);
    grid->setHorizontalHeaderLabels(heads);
    grid->verticalHeader()->hide();
    grid->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    grid->horizontalHeader()->setHighlightSections(false);
    grid->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    grid->setShowGrid(false);
    grid->setSelectionBehavior(QAbstractItemView::SelectRows);
    grid->setSelectionMode(QAbstractItemView::SingleSelection);
    grid->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    grid->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    grid->setAccessibleName(name);
    return grid;
}

void fitHeight(QTableWidget* grid)
{
    grid->setFixedHeight(grid->horizontalHeader()->sizeHint().height() +
                         grid->rowCount() * theme::kTableRow + 2);
}

void setCell(QTableWidget* grid, int row, int column, const QString& text)
{
    QTableWidgetItem* item = grid->item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        grid->setItem(row, column, item);
    }
    if (item->text() != text)
        item->setText(text);
}

void setCheck(QTableWidget* grid, int row, int column, bool on)
{
    setCell(grid, row, column, {});
    grid->item(row, column)
        ->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    grid->item(row, column)->setCheckState(on ? Qt::Checked : Qt::Unchecked);
}

} // namespace

OwnerForm::OwnerForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : Form(theme, context, parent),
      m_title(addTitle()),
      m_name(addField(tr("Name"))),
      m_instancesLabel(theme::makeLabel(tr("Instances"), Type::Label, "2")),
      m_instances(new QLineEdit(this)),
      m_weak(new QCheckBox(tr("Weak: its key needs its owner's"), this)),
      m_endsLabel(theme::makeLabel(tr("Ends"), Type::Label, "2")),
      m_ends(makeGrid({tr("Entity"), tr("Card."), tr("Total"), tr("Average"), tr("Largest")},
                      tr("Ends"), this)),
      m_attributes(makeGrid({tr("Attribute"), tr("Type"), tr("Key")}, tr("Attributes"), this))
{
    m_layout->addWidget(m_instancesLabel);
    m_layout->addWidget(m_instances);
    m_instances->setAccessibleName(tr("Instances"));
    m_instances->setPlaceholderText(tr("used by the size estimate"));
    m_layout->addWidget(m_weak);
    m_layout->addWidget(m_endsLabel);
    m_layout->addWidget(m_ends);
    m_layout->addSpacing(4);
    m_layout->addWidget(m_attributes);
    m_attributes->setColumnWidth(1, 112);
    m_attributes->setColumnWidth(2, 44);
    for (int column = 1; column < 5; ++column)
        m_ends->setColumnWidth(column, column < 3 ? 48 : 68);
    auto* add = new QPushButton(tr("Add attribute"), this);
    add->setProperty("link", true);
    m_layout->addWidget(add, 0, Qt::AlignLeft);

    onEdited(m_name, [this](const QString& name) {
        edit(tr("Rename"), [id = m_id, text = name.toStdString()](const Model& model) {
            return mo::rename(model, id, text);
        });
    });
    onEdited(m_instances, [this](const QString& text) {
        const auto number = numberOf(text);
        const EntityType* entity = findEntity(model(), m_id);
        if (!entity || (!text.isEmpty() && !number)) {
            show(m_id);
            return;
        }
        EntityType changed = *entity;
        changed.instances = number;
        edit(tr("Set instances"),
             [changed](const Model& model) { return setEntity(model, changed); });
    });
    connect(m_weak, &QCheckBox::clicked, this, [this](bool on) {
        if (const EntityType* entity = findEntity(model(), m_id)) {
            EntityType changed = *entity;
            changed.weak = on;
            edit(tr("Weak entity"),
                 [changed](const Model& model) { return setEntity(model, changed); });
        } else if (const RelationshipType* relationship = findRelationship(model(), m_id)) {
            RelationshipType changed = *relationship;
            changed.identifying = on;
            edit(tr("Identifying relationship"),
                 [changed](const Model& model) { return setRelationship(model, changed); });
        }
    });
    connect(add, &QPushButton::clicked, this, [this] {
        edit(tr("Add attribute"), [id = m_id](const Model& model) -> engine::Result<Model> {
            auto made = addAttribute(model, id, "attribute");
            for (int number = 2; !made && number < 1000; ++number)
                made = addAttribute(model, id, "attribute_" + std::to_string(number));
            return made;
        });
        m_attributes->setFocus();
        m_attributes->setCurrentCell(m_attributes->rowCount() - 1, 0);
        m_attributes->editItem(m_attributes->item(m_attributes->rowCount() - 1, 0));
    });
    connect(m_attributes, &QTableWidget::cellChanged, this, &OwnerForm::attributeChanged);
    connect(m_ends, &QTableWidget::cellChanged, this, &OwnerForm::endChanged);
}

bool OwnerForm::show(ElementId id)
{
    const EntityType* entity = findEntity(model(), id);
    const RelationshipType* relationship = findRelationship(model(), id);
    if (!entity && !relationship)
        return false;
    m_id = id;
    m_filling = true;
    const std::string& name = entity ? entity->name : relationship->name;
    m_title->setText(entity ? tr("Entity %1").arg(studio::text(name))
                            : tr("Relationship %1").arg(studio::text(name)));
    setText(m_name, studio::text(name));
    for (QWidget* each :
         {static_cast<QWidget*>(m_instancesLabel), static_cast<QWidget*>(m_instances)})
        each->setVisible(entity);
    for (QWidget* each : {static_cast<QWidget*>(m_endsLabel), static_cast<QWidget*>(m_ends)})
        each->setVisible(relationship);
    m_weak->setText(entity ? tr("Weak: its key needs its owner's")
                           : tr("Identifying: gives a weak entity its owner"));
    m_weak->setChecked(entity ? entity->weak : relationship->identifying);
    if (entity)
        setText(m_instances, numberText(entity->instances));
    else
        showEnds(*relationship);
    showAttributes(entity ? entity->attributes : relationship->attributes);
    m_filling = false;
    return true;
}

void OwnerForm::showAttributes(const std::vector<Attribute>& attributes)
{
    const QStringList types = typeNames(model());
    m_attributes->setRowCount(static_cast<int>(attributes.size()));
    for (int row = 0; row < m_attributes->rowCount(); ++row) {
        const Attribute& attribute = attributes[static_cast<std::size_t>(row)];
        setCell(m_attributes, row, 0, studio::text(attribute.name));
        const bool composite = attribute.kind == AttributeKind::Composite;
        setCell(m_attributes, row, 1, composite ? tr("composite") : studio::text(attribute.type));
        m_attributes->item(row, 1)->setFont(theme::typeFont(Type::Code));
        m_attributes->item(row, 0)->setFont(theme::typeFont(Type::Code));
        m_attributes->item(row, 1)->setForeground(m_theme.tokens().bundled);
        m_attributes->item(row, 1)->setFlags(composite ? Qt::ItemIsSelectable | Qt::ItemIsEnabled
                                                       : Qt::ItemIsSelectable | Qt::ItemIsEnabled |
                                                             Qt::ItemIsEditable);
        setCheck(m_attributes, row, 2, attribute.key);
        m_attributes->item(row, 2)->setToolTip(tr("Part of the key"));
    }
    fitHeight(m_attributes);
}

void OwnerForm::showEnds(const RelationshipType& relationship)
{
    m_ends->setRowCount(static_cast<int>(relationship.ends.size()));
    for (int row = 0; row < m_ends->rowCount(); ++row) {
        const Participation& end = relationship.ends[static_cast<std::size_t>(row)];
        QString name = studio::text(elementName(model(), end.entity));
        if (!end.role.empty())
            name += QStringLiteral(" (%1)").arg(studio::text(end.role));
        setCell(m_ends, row, 0, name);
        m_ends->item(row, 0)->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled);
        setCell(m_ends, row, 1,
                end.cardinality == Cardinality::One ? QStringLiteral("1") : QStringLiteral("n"));
        m_ends->item(row, 1)->setToolTip(tr("1 or n"));
        setCheck(m_ends, row, 2, end.total);
        setCell(m_ends, row, 3, numberText(end.average));
        setCell(m_ends, row, 4, numberText(end.maximum));
    }
    fitHeight(m_ends);
}

void OwnerForm::attributeChanged(int row, int column)
{
    if (m_filling)
        return;
    const EntityType* entity = findEntity(model(), m_id);
    const RelationshipType* relationship = findRelationship(model(), m_id);
    if (!entity && !relationship)
        return;
    const auto& attributes = entity ? entity->attributes : relationship->attributes;
    if (row >= static_cast<int>(attributes.size()))
        return;
    Attribute changed = attributes[static_cast<std::size_t>(row)];
    const std::string text = m_attributes->item(row, column)->text().trimmed().toStdString();
    if (column == 0) {
        edit(tr("Rename"),
             [id = changed.id, text](const Model& model) { return mo::rename(model, id, text); });
        return;
    }
    if (column == 1)
        changed.type = text;
    else
        changed.key = m_attributes->item(row, 2)->checkState() == Qt::Checked;
    edit(column == 1 ? tr("Change type") : tr("Change key"),
         [changed](const Model& model) { return mo::setAttribute(model, changed); });
}

void OwnerForm::endChanged(int row, int column)
{
    const RelationshipType* relationship = findRelationship(model(), m_id);
    if (m_filling || !relationship || row >= static_cast<int>(relationship->ends.size()))
        return;
    RelationshipType changed = *relationship;
    Participation& end = changed.ends[static_cast<std::size_t>(row)];
    const QString text = m_ends->item(row, column)->text().trimmed();
    if (column == 1)
        end.cardinality = text == QLatin1String("1") ? Cardinality::One : Cardinality::Many;
    if (column == 2)
        end.total = m_ends->item(row, 2)->checkState() == Qt::Checked;
    if (column == 3)
        end.average = numberOf(text);
    if (column == 4)
        end.maximum = numberOf(text);
    edit(tr("Change relationship"),
         [changed](const Model& model) { return setRelationship(model, changed); });
    show(m_id);
}

// ---- attributes, screens, notes, hierarchies ----------------------------------------------------

DetailForm::DetailForm(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : Form(theme, context, parent),
      m_title(addTitle()),
      m_name(addField(tr("Name"))),
      m_attributePart(new QWidget(this)),
      m_hierarchyPart(new QWidget(this))
{
    auto* attribute = new QVBoxLayout(m_attributePart);
    attribute->setContentsMargins(0, 0, 0, 0);
    attribute->setSpacing(5);
    attribute->addWidget(theme::makeLabel(tr("Type"), Type::Label, "2"));
    m_type = makeTypeBox(tr("Type"), m_attributePart);
    attribute->addWidget(m_type);
    attribute->addWidget(theme::makeLabel(tr("Kind"), Type::Label, "2"));
    m_kind = new QComboBox(m_attributePart);
    m_kind->setAccessibleName(tr("Kind"));
    m_kind->addItems({tr("simple"), tr("composite"), tr("multi-valued"), tr("derived")});
    attribute->addWidget(m_kind);
    m_key = new QCheckBox(tr("Part of the key"), m_attributePart);
    attribute->addWidget(m_key);
    m_layout->addWidget(m_attributePart);
    auto* hierarchy = new QVBoxLayout(m_hierarchyPart);
    hierarchy->setContentsMargins(0, 0, 0, 0);
    m_disjoint = new QCheckBox(tr("Disjoint: an instance is of one subtype only"));
    m_covering = new QCheckBox(tr("Covering: every instance is of some subtype"));
    hierarchy->addWidget(m_disjoint);
    hierarchy->addWidget(m_covering);
    m_layout->addWidget(m_hierarchyPart);

    onEdited(m_name, [this](const QString& name) {
        edit(tr("Rename"), [id = m_id, text = name.toStdString()](const Model& model) {
            return mo::rename(model, id, text);
        });
    });
    const auto changeAttribute = [this](auto change) {
        const Attribute* attribute = findAttribute(model(), m_id).attribute;
        if (!attribute || m_filling)
            return;
        Attribute changed = *attribute;
        change(changed);
        if (!(changed == *attribute))
            edit(tr("Change attribute"),
                 [changed](const Model& model) { return mo::setAttribute(model, changed); });
    };
    const auto takeType = [this, changeAttribute] {
        changeAttribute(
            [this](Attribute& a) { a.type = m_type->currentText().trimmed().toStdString(); });
    };
    connect(m_type, &QComboBox::activated, this, takeType);
    connect(m_type->lineEdit(), &QLineEdit::editingFinished, this, takeType);
    connect(m_kind, &QComboBox::activated, this, [changeAttribute](int index) {
        changeAttribute([index](Attribute& a) { a.kind = static_cast<AttributeKind>(index); });
    });
    connect(m_key, &QCheckBox::clicked, this,
            [changeAttribute](bool on) { changeAttribute([on](Attribute& a) { a.key = on; }); });
    const auto changeHierarchy = [this] {
        for (const Hierarchy& hierarchy : model().hierarchies)
            if (hierarchy.id == m_id) {
                Hierarchy changed = hierarchy;
                changed.disjoint = m_disjoint->isChecked();
                changed.covering = m_covering->isChecked();
                edit(tr("Change hierarchy"),
                     [changed](const Model& model) { return setHierarchy(model, changed); });
                return;
            }
    };
    connect(m_disjoint, &QCheckBox::clicked, this, changeHierarchy);
    connect(m_covering, &QCheckBox::clicked, this, changeHierarchy);
}

bool DetailForm::show(ElementId id)
{
    const AttributeOwner found = findAttribute(model(), id);
    const Screen* screen = findScreen(model(), id);
    const Note* note = findNote(model(), id);
    const Hierarchy* hierarchy = nullptr;
    for (const Hierarchy& each : model().hierarchies)
        if (each.id == id)
            hierarchy = &each;
    if (!found.attribute && !screen && !note && !hierarchy)
        return false;
    m_id = id;
    m_filling = true;
    m_attributePart->setVisible(found.attribute);
    m_hierarchyPart->setVisible(hierarchy);
    m_name->setVisible(!hierarchy);
    if (found.attribute) {
        m_title->setText(tr("Attribute %1").arg(studio::text(attributePath(model(), id))));
        setText(m_name, studio::text(found.attribute->name));
        if (!m_type->lineEdit()->hasFocus()) {
            m_type->clear();
            m_type->addItems(typeNames(model()));
            m_type->setCurrentText(studio::text(found.attribute->type));
        }
        m_type->setEnabled(found.attribute->kind != AttributeKind::Composite);
        m_kind->setCurrentIndex(static_cast<int>(found.attribute->kind));
        m_key->setChecked(found.attribute->key);
    } else if (screen) {
        m_title->setText(tr("Screen %1").arg(studio::text(screen->name)));
        setText(m_name, studio::text(screen->name));
    } else if (note) {
        m_title->setText(tr("Note"));
        setText(m_name, studio::text(note->text));
    } else {
        m_title->setText(
            tr("Subtypes of %1").arg(studio::text(elementName(model(), hierarchy->supertype))));
        m_disjoint->setChecked(hierarchy->disjoint);
        m_covering->setChecked(hierarchy->covering);
    }
    m_filling = false;
    return true;
}

} // namespace views
