#include "widgets/designer/form_support.h"

#include "widgets/theme/small_widgets.h"

#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>
#include <QListWidget>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace views {

using namespace engine::modeling;
using theme::Type;

namespace {
constexpr int kFieldWidth = 170;
constexpr int kLinesShown = 8;
} // namespace

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
    : QWidget(parent),
      m_theme(theme),
      m_name(name),
      m_layout(new FlowLayout(this)),
      m_anchor(new QWidget(this)),
      m_add(theme::makeFlatButton(theme, QStringLiteral("plus"), tr("Add to %1").arg(name), this)),
      m_field(new QLineEdit(this)),
      m_list(new QListWidget)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_anchor->setFocusPolicy(Qt::TabFocus);
    m_anchor->hide();
    m_field->setAccessibleName(m_add->accessibleName());
    m_field->setPlaceholderText(tr("Find an attribute"));
    m_field->setFixedWidth(kFieldWidth);
    m_field->installEventFilter(this);
    m_field->hide();
    // No window of its own, as a completer's list is: that takes the keyboard away, and keys that
    // are struck while it closes are lost.
    m_list->setProperty("choices", true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(m_add->accessibleName());
    m_list->hide();
    connect(m_add, &QToolButton::clicked, this, &Chips::beginAdding);
    connect(m_field, &QLineEdit::textEdited, this, &Chips::offer);
    connect(m_list, &QListWidget::itemClicked, this,
            [this](const QListWidgetItem* item) { take(item->text()); });
    rebuild();
}

Chips::~Chips()
{
    delete m_list;
}

void Chips::offer()
{
    const QString words = m_field->text().trimmed();
    m_list->clear();
    for (const Chip& each : choices ? choices() : QList<Chip>())
        if (!words.isEmpty() && each.text.contains(words, Qt::CaseInsensitive))
            m_list->addItem(each.text);
    if (m_list->count() == 0) {
        m_list->hide();
        return;
    }
    m_list->setParent(window());
    const int lines = std::min(m_list->count(), kLinesShown);
    const QSize size(std::max(kFieldWidth, m_list->sizeHintForColumn(0) + 28),
                     lines * m_list->sizeHintForRow(0) + 10);
    QPoint at = m_field->mapTo(window(), QPoint(0, m_field->height() + 1));
    at.setX(std::max(0, std::min(at.x(), window()->width() - size.width() - 4)));
    if (at.y() + size.height() > window()->height())
        at.ry() -= size.height() + m_field->height() + 2;
    m_list->setGeometry(QRect(at, size));
    m_list->show();
    m_list->raise();
}

void Chips::set(const QList<Chip>& chips)
{
    if (chips == m_chips)
        return;
    m_chips = chips;
    rebuild();
}

void Chips::rebuild()
{
    const QWidget* focus = QApplication::focusWidget();
    const bool focused = focus && isAncestorOf(focus) && focus != m_field;
    // A chip that was turned around keeps the keyboard.
    int place = 0;
    while (focused && place < m_layout->count() && m_layout->itemAt(place)->widget() != focus)
        ++place;
    // Widgets made later come last in Tab's order unless told otherwise.
    QWidget* before = m_anchor;
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        if (item->widget() != m_add && item->widget() != m_field) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
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
    m_layout->addWidget(m_field);
    m_layout->addWidget(m_add);
    setTabOrder(before, m_field);
    setTabOrder(m_field, m_add);
    if (focused && place < m_chips.size())
        m_layout->itemAt(place)->widget()->setFocus(Qt::TabFocusReason);
    else if (focused)
        m_add->setFocus(Qt::TabFocusReason);
    updateGeometry();
}

void Chips::beginAdding()
{
    m_field->clear();
    m_field->show();
    m_add->hide();
    m_field->setFocus(Qt::OtherFocusReason);
    updateGeometry();
}

void Chips::endAdding()
{
    m_list->hide();
    m_add->show();
    m_field->hide();
    updateGeometry();
}

ElementId Chips::named(const QString& words) const
{
    if (words.isEmpty())
        return ElementId::None;
    const QList<Chip> all = choices ? choices() : QList<Chip>();
    // The path, or the end of just one, or the only one that holds the words.
    const auto matching = [&](auto fits) {
        QList<Chip> found;
        for (const Chip& each : all)
            if (fits(each.text))
                found += each;
        return found;
    };
    QList<Chip> found =
        matching([&](const QString& t) { return t.compare(words, Qt::CaseInsensitive) == 0; });
    if (found.isEmpty())
        found = matching(
            [&](const QString& t) { return t.endsWith(u'.' + words, Qt::CaseInsensitive); });
    if (found.isEmpty())
        found = matching([&](const QString& t) { return t.contains(words, Qt::CaseInsensitive); });
    return found.size() == 1 ? found.front().id : ElementId::None;
}

void Chips::take(const QString& words)
{
    const ElementId id = named(words);
    if (id == ElementId::None) {
        m_field->selectAll();
        offer();
        return;
    }
    m_list->hide();
    m_field->clear();
    emit added(id);
    beginAdding();
}

bool Chips::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_field)
        return QWidget::eventFilter(watched, event);
    const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    const int which = key ? static_cast<QKeyEvent*>(event)->key() : 0;
    const bool enter = which == Qt::Key_Return || which == Qt::Key_Enter;
    const bool step = m_list->isVisible() && (which == Qt::Key_Up || which == Qt::Key_Down);
    if (enter || step || which == Qt::Key_Escape) {
        event->accept();
        if (event->type() == QEvent::ShortcutOverride)
            return true;
        const QListWidgetItem* chosen = m_list->isVisible() ? m_list->currentItem() : nullptr;
        const QString words = chosen ? chosen->text() : m_field->text().trimmed();
        if (step) {
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + (which == Qt::Key_Up ? -1 : 1),
                                             0, m_list->count() - 1));
        } else if (enter && !words.isEmpty()) {
            take(words);
        } else {
            m_field->clear();
            endAdding();
            m_add->setFocus(Qt::OtherFocusReason);
        }
        return true;
    }
    if (event->type() == QEvent::FocusOut) {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason) {
            endAdding();
            if (const ElementId id = named(m_field->text().trimmed()); id != ElementId::None)
                emit added(id);
            m_field->clear();
        }
    }
    return QWidget::eventFilter(watched, event);
}

QList<Chips::Chip> attributeChoices(const Model& model, const QList<ElementId>& without)
{
    QList<Chips::Chip> out;
    const auto add = [&](ElementId id) {
        if (!without.contains(id))
            out.append({id, QString::fromStdString(attributePath(model, id)), {}, true});
    };
    const auto addAll = [&](const std::vector<Attribute>& attributes) {
        for (const Attribute& attribute : attributes) {
            add(attribute.id);
            for (const Attribute& part : attribute.parts)
                add(part.id);
        }
    };
    for (const EntityType& entity : model.entities)
        addAll(entity.attributes);
    for (const RelationshipType& relationship : model.relationships)
        addAll(relationship.attributes);
    return out;
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
