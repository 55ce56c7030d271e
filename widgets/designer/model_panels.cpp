#include "widgets/designer/model_panels.h"

#include "engine/modeling/edit.h"
#include "widgets/studio/text.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/small_widgets.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>

namespace views {

using namespace engine::modeling;
using theme::Ink;
using theme::Type;

namespace {

enum Role { IdRole = Qt::UserRole + 1, IconRole, InkRole, LabelRole, RightRole, DotRole };

/// Icon, "Q5" or an icon, the name, a figure at the right, a dot.
class RowDelegate final : public QStyledItemDelegate {
public:
    RowDelegate(const theme::Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme)
    {
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {120, theme::kTreeRow};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const theme::Tokens& t = m_theme.tokens();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect r = option.rect;
        if (!(index.flags() & Qt::ItemIsSelectable)) {
            QFont font = theme::typeFont(Type::Label);
            font.setWeight(QFont::DemiBold);
            painter->setFont(font);
            painter->setPen(t.text2);
            painter->drawText(r.adjusted(12, 0, -8, 0), Qt::AlignVCenter,
                              index.data(Qt::DisplayRole).toString());
            painter->restore();
            return;
        }
        if (option.state & QStyle::State_Selected)
            painter->fillRect(r, t.selection);
        else if (option.state & QStyle::State_MouseOver)
            painter->fillRect(r, t.hover);
        int x = r.left() + 11;
        const auto ink = static_cast<Ink>(index.data(InkRole).toInt());
        const QPixmap icon = theme::iconPixmap(index.data(IconRole).toString(), m_theme.ink(ink),
                                               15, painter->device()->devicePixelRatioF());
        painter->drawPixmap(x, r.top() + (r.height() - 15) / 2, icon);
        x += 23;
        QFont font = theme::typeFont(Type::Body);
        const QString label = index.data(LabelRole).toString();
        if (!label.isEmpty()) {
            font.setWeight(QFont::DemiBold);
            painter->setFont(font);
            painter->setPen(ink == Ink::Warning ? t.warning : t.accent);
            painter->drawText(QRect(x, r.top(), 34, r.height()), Qt::AlignVCenter, label);
            x += 35;
            font.setWeight(QFont::Normal);
        }
        int right = r.right() - 8;
        if (const QVariant dot = index.data(DotRole); dot.isValid()) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(m_theme.ink(static_cast<Ink>(dot.toInt())));
            painter->drawEllipse(QPointF(right - 5, r.center().y() + 0.5), 4, 4);
            right -= 16;
        }
        const QString figure = index.data(RightRole).toString();
        if (!figure.isEmpty()) {
            painter->setFont(theme::typeFont(Type::Label));
            painter->setPen(t.text3);
            const int width = QFontMetrics(painter->font()).horizontalAdvance(figure);
            painter->drawText(QRect(right - width, r.top(), width, r.height()), Qt::AlignVCenter,
                              figure);
            right -= width + 6;
        }
        painter->setFont(font);
        painter->setPen(t.text);
        const QRect box(x, r.top(), right - x, r.height());
        painter->drawText(box, Qt::AlignVCenter,
                          QFontMetrics(font).elidedText(index.data(Qt::DisplayRole).toString(),
                                                        Qt::ElideRight, box.width()));
        if ((option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_Selected)) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(t.accent, 1));
            painter->drawRect(QRectF(r).adjusted(0.5, 0.5, -0.5, -0.5));
        }
        painter->restore();
    }

private:
    const theme::Theme& m_theme;
};

QListWidget* makeList(const theme::Theme& theme, const QString& name, QWidget* parent)
{
    auto* list = new QListWidget(parent);
    list->setItemDelegate(new RowDelegate(theme, list));
    list->setAccessibleName(name);
    list->setMouseTracking(true);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

/// Fills a list from the top; rows that are there already are changed and not made anew, so that
/// after an edit only those are painted that differ.
class RowFiller {
public:
    explicit RowFiller(QListWidget* list) : m_list(list) {}

    QListWidgetItem* add(ElementId id, const QString& name, const char* icon, Ink ink)
    {
        QListWidgetItem* item = next(name, QListWidgetItem().flags());
        item->setData(IdRole, static_cast<quint32>(id));
        item->setData(IconRole, QLatin1String(icon));
        item->setData(InkRole, static_cast<int>(ink));
        return item;
    }
    void addHeading(const QString& name)
    {
        QListWidgetItem* item = next(name, Qt::ItemIsEnabled);
        item->setData(IdRole, {});
        item->setData(Qt::AccessibleTextRole, {});
        item->setToolTip({});
    }
    void finish()
    {
        while (m_list->count() > m_used)
            delete m_list->takeItem(m_used);
    }

private:
    QListWidgetItem* next(const QString& name, Qt::ItemFlags flags)
    {
        QListWidgetItem* item = m_list->item(m_used++);
        if (!item)
            item = new QListWidgetItem(name, m_list);
        item->setText(name);
        if (item->flags() != flags)
            item->setFlags(flags);
        return item;
    }

    QListWidget* m_list;
    int m_used = 0;
};

ElementId idOf(const QListWidgetItem* item)
{
    return item ? ElementId{item->data(IdRole).toUInt()} : ElementId::None;
}

void selectIn(QListWidget* list, ElementId id)
{
    for (int i = 0; i < list->count(); ++i)
        if (idOf(list->item(i)) == id && id != ElementId::None) {
            list->setCurrentRow(i);
            return;
        }
    list->setCurrentItem(nullptr);
    list->clearSelection();
}

} // namespace

QHBoxLayout* addHeadRow(QVBoxLayout* layout, QWidget* parent)
{
    auto* bar = new QWidget(parent);
    bar->setProperty("surface", "panel");
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(11, 3, 6, 3);
    row->setSpacing(6);
    layout->addWidget(bar);
    return row;
}

// ---- queries ------------------------------------------------------------------------------------

QueriesPanel::QueriesPanel(const theme::Theme& theme, studio::DesignContext& context,
                           QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_context(context),
      m_badge(new theme::Badge(theme)),
      m_list(makeList(theme, tr("Queries"), this))
{
    setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = addHeadRow(layout, this);
    head->addWidget(m_badge);
    head->addStretch();
    auto* matrix = theme::makeFlatButton(theme, QStringLiteral("table"),
                                         tr("Coverage: which table answers which query"));
    auto* add = theme::makeFlatButton(theme, QStringLiteral("plus"), tr("Add query"));
    head->addWidget(matrix);
    head->addWidget(add);
    layout->addWidget(m_list);
    setFocusProxy(m_list);
    connect(matrix, &QToolButton::clicked, this, &QueriesPanel::coverageRequested);
    connect(add, &QToolButton::clicked, this, &QueriesPanel::addQuery);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (!m_updating && item)
            m_context.reveal(idOf(item));
    });
    connect(&context, &studio::DesignContext::modelChanged, this, &QueriesPanel::refresh);
    connect(&context, &studio::DesignContext::findingsChanged, this, &QueriesPanel::refresh);
    connect(&context, &studio::DesignContext::selectionChanged, this, &QueriesPanel::showSelection);
    refresh();
}

void QueriesPanel::refresh()
{
    m_updating = true;
    RowFiller rows(m_list);
    const auto& findings = m_context.findings();
    int byKey = 0, reads = 0;
    const bool known = !m_context.model().tables.empty();
    for (const Query& query : m_context.model().queries) {
        const char* icon = "circle-check";
        Ink ink = Ink::Success;
        QString tip = tr("Answered by key");
        const AnswerKind kind = findings->answerOf(query.id);
        const bool write = query.access == Access::Write;
        reads += write ? 0 : 1;
        if (write) {
            tip = tr("A write");
            icon = "arrow-right";
            ink = Ink::Text2;
        } else if (!known) {
            icon = "search";
            ink = Ink::Text2;
            tip = tr("No tables yet: generate the logical model");
        } else if (kind == AnswerKind::Index || kind == AnswerKind::Scan) {
            icon = "alert";
            ink = Ink::Warning;
            tip = kind == AnswerKind::Index
                      ? tr("Answered through an index: asks every token range")
                      : tr("Only a scan with ALLOW FILTERING answers it");
        } else if (kind == AnswerKind::None) {
            icon = "circle-x";
            ink = Ink::Error;
            tip = tr("No table answers it");
        } else {
            ++byKey;
            if (kind == AnswerKind::Partitions)
                tip = tr("Answered by key, from several partitions");
        }
        auto* item = rows.add(query.id,
                              query.question.empty() ? tr("(no question yet)")
                                                     : studio::text(query.question),
                              icon, ink);
        item->setData(LabelRole, studio::text(query.label));
        item->setToolTip(tip);
        item->setData(Qt::AccessibleTextRole,
                      tr("%1, %2. %3").arg(studio::text(query.label), item->text(), tip));
    }
    rows.finish();
    m_badge->set(reads == 0 || !known ? QString() : tr("%1 of %2 by key").arg(byKey).arg(reads),
                 byKey == reads ? Ink::Success : Ink::Warning);
    m_updating = false;
    showSelection();
}

void QueriesPanel::showSelection()
{
    m_updating = true;
    selectIn(m_list, m_context.current());
    m_updating = false;
}

void QueriesPanel::addQuery()
{
    const ElementId made{m_context.model().lastId + 1};
    if (m_context.edit(tr("Add query"), [](const Model& model) {
            return engine::modeling::addQuery(model, "Find rows", ElementId::None, ElementId::None);
        }))
        m_context.reveal(made);
}

// ---- tables -------------------------------------------------------------------------------------

TablesPanel::TablesPanel(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_context(context),
      m_filter(new QLineEdit(this)),
      m_list(makeList(theme, tr("Tables"), this))
{
    setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(9, 0, 9, 0);
    row->addWidget(m_filter);
    layout->addLayout(row);
    layout->addWidget(m_list);
    m_filter->setPlaceholderText(tr("Filter tables"));
    m_filter->setAccessibleName(tr("Filter tables"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    setFocusProxy(m_list);
    connect(m_filter, &QLineEdit::textChanged, this, &TablesPanel::refresh);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (!m_updating && item)
            m_context.reveal(idOf(item));
    });
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) {
        if (m_context.stage() == studio::DesignStage::Conceptual)
            m_context.setStage(studio::DesignStage::Logical);
        m_context.reveal(idOf(item));
    });
    connect(&context, &studio::DesignContext::modelChanged, this, &TablesPanel::refresh);
    connect(&context, &studio::DesignContext::findingsChanged, this, &TablesPanel::refresh);
    connect(&context, &studio::DesignContext::selectionChanged, this, &TablesPanel::showSelection);
    refresh();
}

void TablesPanel::refresh()
{
    m_updating = true;
    RowFiller rows(m_list);
    const QString words = m_filter->text().trimmed();
    const auto& findings = m_context.findings();
    for (const ModelTable& table : m_context.model().tables) {
        if (!studio::text(table.name).contains(words, Qt::CaseInsensitive))
            continue;
        auto* item = rows.add(table.id, studio::text(table.name), "table", Ink::Text2);
        QString spoken = tr("Table %1").arg(studio::text(table.name));
        QVariant bytes, dot;
        if (const auto size = findings->sizes.find(table.id); size != findings->sizes.end()) {
            const Light light = size->second.light;
            bytes = studio::decimalBytes(size->second.bytes.value);
            dot = static_cast<int>(light == Light::Green   ? Ink::Success
                                   : light == Light::Amber ? Ink::Warning
                                                           : Ink::Error);
            spoken +=
                tr(", largest partition %1, %2")
                    .arg(bytes.toString(), light == Light::Green   ? tr("within limits")
                                           : light == Light::Amber ? tr("over half of a limit")
                                                                   : tr("over a limit"));
        }
        item->setData(RightRole, bytes);
        item->setData(DotRole, dot);
        item->setData(Qt::AccessibleTextRole, spoken);
        item->setToolTip(spoken);
    }
    bool heading = false;
    for (const engine::modeling::UserType& type : m_context.model().types) {
        if (!studio::text(type.name).contains(words, Qt::CaseInsensitive))
            continue;
        if (!heading) {
            rows.addHeading(tr("Types"));
            heading = true;
        }
        auto* item = rows.add(type.id, studio::text(type.name), "braces", Ink::Text2);
        item->setData(RightRole, tr("%n field(s)", nullptr, static_cast<int>(type.fields.size())));
        item->setData(DotRole, {});
        item->setData(Qt::AccessibleTextRole, {});
        item->setToolTip({});
    }
    rows.finish();
    m_updating = false;
    showSelection();
}

void TablesPanel::showSelection()
{
    m_updating = true;
    const ModelTable* table = m_context.currentTable();
    selectIn(m_list, table ? table->id : m_context.current());
    m_updating = false;
}

} // namespace views
