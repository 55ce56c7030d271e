#include "widgets/designer/form_support.h"

#include "widgets/theme/small_widgets.h"

#include <QApplication>
#include <QComboBox>
#include <QCoreApplication>
#include <QLocale>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace views {

using namespace engine::modeling;
using theme::Type;

FlowLayout::FlowLayout(QWidget* parent, int gap) : QLayout(parent), m_gap(gap)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    while (QLayoutItem* item = takeAt(0))
        delete item;
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem* item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    place(rect, true);
}

int FlowLayout::place(const QRect& rect, bool apply) const
{
    int x = rect.x(), y = rect.y(), line = 0;
    for (QLayoutItem* item : m_items) {
        const QSize size = item->sizeHint();
        if (x > rect.x() && x + size.width() > rect.right() + 1) {
            x = rect.x();
            y += line + m_gap;
            line = 0;
        }
        if (apply)
            item->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + m_gap;
        line = std::max(line, size.height());
    }
    return y + line - rect.y();
}

Chips::Chips(const theme::Theme& theme, const QString& name, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_name(name), m_layout(new FlowLayout(this))
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    rebuild();
}

void Chips::set(const QList<Chip>& chips)
{
    m_chips = chips;
    rebuild();
}

void Chips::rebuild()
{
    const QWidget* focus = QApplication::focusWidget();
    const bool focused = focus && isAncestorOf(focus);
    // Widgets made later come last in Tab's order unless told otherwise.
    QWidget* before = this;
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (const Chip& chip : std::as_const(m_chips)) {
        auto* button = new QToolButton(this);
        button->setText(chip.text);
        button->setProperty("chip", chip.accent ? "accent" : "quiet");
        button->setToolTip(chip.tip.isEmpty()
                               ? tr("Remove %1 with Delete, or from its menu").arg(chip.text)
                               : chip.tip);
        button->setAccessibleName(tr("%1: %2").arg(m_name, chip.text));
        button->setFocusPolicy(Qt::StrongFocus);
        auto* remove = new QAction(tr("Remove %1").arg(chip.text), button);
        remove->setShortcut(QKeySequence::Delete);
        remove->setShortcutContext(Qt::WidgetShortcut);
        button->addAction(remove);
        button->setContextMenuPolicy(Qt::ActionsContextMenu);
        const ElementId id = chip.id;
        connect(remove, &QAction::triggered, this, [this, id] { emit removed(id); });
        connect(button, &QToolButton::clicked, this, [this, id] { emit clicked(id); });
        m_layout->addWidget(button);
        setTabOrder(before, button);
        before = button;
        button->show();
    }
    auto* add =
        theme::makeFlatButton(m_theme, QStringLiteral("plus"), tr("Add to %1").arg(m_name), this);
    connect(add, &QToolButton::clicked, this, [this, add] {
        QMenu menu;
        if (fillMenu)
            fillMenu(menu);
        if (QAction* chosen = menu.exec(add->mapToGlobal(QPoint(0, add->height()))))
            emit added(ElementId{chosen->data().toUInt()});
    });
    m_layout->addWidget(add);
    setTabOrder(before, add);
    add->show();
    if (focused)
        add->setFocus(Qt::TabFocusReason);
    updateGeometry();
}

void fillAttributeMenu(QMenu& menu, const Model& model, const QList<ElementId>& without)
{
    const auto addOwner = [&](const std::string& name, const std::vector<Attribute>& attributes) {
        QMenu* sub = nullptr;
        const auto add = [&](const Attribute& attribute, const QString& prefix) {
            if (without.contains(attribute.id))
                return;
            if (!sub)
                sub = menu.addMenu(QString::fromStdString(name));
            QAction* action = sub->addAction(prefix + QString::fromStdString(attribute.name));
            action->setData(static_cast<quint32>(attribute.id));
            QFont font = action->font();
            font.setBold(attribute.key);
            action->setFont(font);
        };
        for (const Attribute& attribute : attributes) {
            add(attribute, {});
            for (const Attribute& part : attribute.parts)
                add(part, QString::fromStdString(attribute.name) + u'.');
        }
    };
    for (const EntityType& entity : model.entities)
        addOwner(entity.name, entity.attributes);
    for (const RelationshipType& relationship : model.relationships)
        addOwner(relationship.name, relationship.attributes);
    if (menu.isEmpty())
        menu.addAction(QCoreApplication::translate("views::Form", "No attributes yet"))
            ->setEnabled(false);
}

Form::Form(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_context(context), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(12, 10, 12, 10);
    m_layout->setSpacing(5);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

QLabel* Form::addTitle()
{
    QLabel* label = theme::makeLabel({}, Type::Heading);
    label->setWordWrap(true);
    m_layout->addWidget(label);
    m_layout->addSpacing(2);
    return label;
}

void Form::addLabel(const QString& label)
{
    m_layout->addSpacing(3);
    m_layout->addWidget(theme::makeLabel(label, Type::Label, "2"));
}

QLineEdit* Form::addField(const QString& label, const QString& placeholder)
{
    addLabel(label);
    auto* field = new QLineEdit(this);
    field->setAccessibleName(label);
    field->setPlaceholderText(placeholder);
    m_layout->addWidget(field);
    return field;
}

void Form::onEdited(QLineEdit* field, std::function<void(const QString&)> take)
{
    connect(field, &QLineEdit::editingFinished, this, [field, take = std::move(take)] {
        if (!field->isModified())
            return;
        field->setModified(false);
        take(field->text().trimmed());
    });
}

void Form::setText(QLineEdit* field, const QString& text)
{
    if (field->hasFocus() && field->isModified())
        return;
    if (field->text() != text)
        field->setText(text);
    field->setModified(false);
}

void Form::edit(const QString& text, const studio::ModelDocument::Edit& change,
                const QString& merge)
{
    if (!m_context.edit(text, change, merge))
        show(m_id);
}

QStringList typeNames(const Model& model)
{
    QStringList names{"text",     "int",  "bigint", "smallint",  "tinyint",  "boolean", "uuid",
                      "timeuuid", "date", "time",   "timestamp", "double",   "float",   "decimal",
                      "varint",   "blob", "inet",   "ascii",     "duration", "counter"};
    for (const engine::modeling::UserType& type : model.types)
        names += QStringLiteral("frozen<%1>").arg(QString::fromStdString(type.name));
    names += {"set<text>", "list<text>", "map<text, text>"};
    return names;
}

QComboBox* makeTypeBox(const QString& name, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setAccessibleName(name);
    return box;
}

std::optional<double> numberOf(const QString& text)
{
    if (text.trimmed().isEmpty())
        return std::nullopt;
    bool good = false;
    double number = QLocale().toDouble(text.trimmed(), &good);
    if (!good)
        number = QLocale::c().toDouble(text.trimmed().remove(u',').remove(u' '), &good);
    return good ? std::optional(number) : std::nullopt;
}

QString numberText(const std::optional<double>& number)
{
    if (!number)
        return {};
    const bool whole = std::abs(*number - std::round(*number)) < 1e-9;
    return whole ? QLocale().toString(*number, 'f', 0) : QLocale().toString(*number, 'g', 6);
}

} // namespace views
