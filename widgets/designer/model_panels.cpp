#include "widgets/designer/model_panels.h"

#include "engine/modeling/edit.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/small_widgets.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStyledItemDelegate>
#include <QToolButton>

namespace views {

using namespace engine::modeling;
using theme::Ink;
using theme::Type;

namespace {

enum Role { IdRole = Qt::UserRole + 1, IconRole, InkRole, LabelRole, RightRole, DotRole };

QString text(const std::string& s)
{
    return QString::fromStdString(s);
}

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

QListWidgetItem* addRow(QListWidget* list, ElementId id, const QString& name, const char* icon,
                        Ink ink)
{
    auto* item = new QListWidgetItem(name, list);
    item->setData(IdRole, static_cast<quint32>(id));
    item->setData(IconRole, QLatin1String(icon));
    item->setData(InkRole, static_cast<int>(ink));
    return item;
}

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

QHBoxLayout* headRow(QVBoxLayout* layout, QWidget* parent)
{
    auto* bar = new QWidget(parent);
    bar->setProperty("surface", "panel");
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(11, 3, 6, 3);
    row->setSpacing(6);
    layout->addWidget(bar);
    return row;
}

} // namespace

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
    auto* head = headRow(layout, this);
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
    const int scroll = m_list->currentRow();
    m_list->clear();
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
        auto* item = addRow(m_list, query.id,
                            query.question.empty() ? tr("(no question yet)") : text(query.question),
                            icon, ink);
        item->setData(LabelRole, text(query.label));
        item->setToolTip(tip);
        item->setData(Qt::AccessibleTextRole,
                      tr("%1, %2. %3").arg(text(query.label), item->text(), tip));
    }
    m_list->setCurrentRow(scroll);
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
    m_list->clear();
    const QString words = m_filter->text().trimmed();
    const auto& findings = m_context.findings();
    for (const ModelTable& table : m_context.model().tables) {
        if (!text(table.name).contains(words, Qt::CaseInsensitive))
            continue;
        auto* item = addRow(m_list, table.id, text(table.name), "table", Ink::Text2);
        QString spoken = tr("Table %1").arg(text(table.name));
        if (const auto size = findings->sizes.find(table.id); size != findings->sizes.end()) {
            const Light light = size->second.light;
            item->setData(RightRole, studio::decimalBytes(size->second.bytes.value));
            item->setData(DotRole, static_cast<int>(light == Light::Green   ? Ink::Success
                                                    : light == Light::Amber ? Ink::Warning
                                                                            : Ink::Error));
            spoken += tr(", largest partition %1, %2")
                          .arg(item->data(RightRole).toString(),
                               light == Light::Green   ? tr("within limits")
                               : light == Light::Amber ? tr("over half of a limit")
                                                       : tr("over a limit"));
        }
        item->setData(Qt::AccessibleTextRole, spoken);
        item->setToolTip(spoken);
    }
    bool heading = false;
    for (const engine::modeling::UserType& type : m_context.model().types) {
        if (!text(type.name).contains(words, Qt::CaseInsensitive))
            continue;
        if (!heading) {
            auto* title = new QListWidgetItem(tr("Types"), m_list);
            title->setFlags(Qt::ItemIsEnabled);
            heading = true;
        }
        auto* item = addRow(m_list, type.id, text(type.name), "braces", Ink::Text2);
        item->setData(RightRole, tr("%n field(s)", nullptr, static_cast<int>(type.fields.size())));
    }
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

// ---- checks -------------------------------------------------------------------------------------

namespace {

/// Long names of tables may break after each underscore: a narrow dock cuts them otherwise.
QString breakable(const QString& sentence)
{
    return sentence.toHtmlEscaped().replace(u'_', QStringLiteral("_&#8203;"));
}

} // namespace

ChecksPanel::ChecksPanel(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_context(context),
      m_errors(new theme::Badge(theme)),
      m_warnings(new theme::Badge(theme)),
      m_body(new QWidget),
      m_rows(new QVBoxLayout(m_body)),
      m_empty(theme::makeLabel(tr("Nothing to object to."), Type::Body, "2"))
{
    setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = headRow(layout, this);
    head->addWidget(m_errors);
    head->addWidget(m_warnings);
    head->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Checks"));
    m_body->setProperty("surface", "panel");
    m_rows->setContentsMargins(11, 6, 9, 8);
    m_rows->setSpacing(10);
    m_rows->addWidget(m_empty);
    m_rows->addStretch();
    scroll->setWidget(m_body);
    layout->addWidget(scroll);
    connect(&context, &studio::DesignContext::findingsChanged, this, &ChecksPanel::refresh);
    connect(&context, &studio::DesignContext::documentChanged, this, &ChecksPanel::refresh);
    connect(&theme, &theme::Theme::changed, this, &ChecksPanel::refresh);
    refresh();
}

void ChecksPanel::refresh()
{
    constexpr int kShownMax = 60;
    while (m_rows->count() > 2) {
        QLayoutItem* item = m_rows->takeAt(0);
        delete item->widget();
        delete item;
    }
    int errors = 0, warnings = 0;
    m_shown = 0;
    const auto& findings = m_context.findings()->findings;
    for (const Finding& finding : findings) {
        errors += finding.severity == Severity::Error ? 1 : 0;
        warnings += finding.severity == Severity::Warning ? 1 : 0;
        if (m_shown >= kShownMax)
            continue;
        auto* row = new QWidget;
        auto* line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(8);
        auto* icon = new QLabel;
        const Ink ink = finding.severity == Severity::Error     ? Ink::Error
                        : finding.severity == Severity::Warning ? Ink::Warning
                                                                : Ink::Text2;
        icon->setPixmap(theme::iconPixmap(finding.severity == Severity::Error     ? "circle-x"
                                          : finding.severity == Severity::Warning ? "alert"
                                                                                  : "info",
                                          m_theme.ink(ink), 15, devicePixelRatioF()));
        icon->setAlignment(Qt::AlignTop);
        line->addWidget(icon, 0, Qt::AlignTop);
        auto* column = new QVBoxLayout;
        column->setSpacing(1);
        auto* label =
            new QLabel(QStringLiteral("<a href=\"go\" style=\"color:%1;text-decoration:"
                                      "none\">%2</a>")
                           .arg(m_theme.tokens().text.name(), breakable(text(finding.sentence))));
        label->setWordWrap(true);
        label->setToolTip(
            QStringLiteral("<p>%1</p>").arg(text(finding.explanation).toHtmlEscaped()));
        label->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
        label->setAccessibleName(text(finding.sentence));
        const ElementId at = finding.column != ElementId::None ? finding.column : finding.element;
        connect(label, &QLabel::linkActivated, this, [this, at] {
            if (findQuery(m_context.model(), at) == nullptr &&
                m_context.stage() == studio::DesignStage::Conceptual &&
                (findTable(m_context.model(), at) || tableOfColumn(m_context.model(), at)))
                m_context.setStage(studio::DesignStage::Logical);
            m_context.reveal(at);
        });
        column->addWidget(label);
        if (!finding.fix.label.empty() && finding.fix.apply) {
            auto* fix = new QPushButton(text(finding.fix.label));
            fix->setProperty("link", true);
            // A long name of a strategy must not widen every row past the dock.
            fix->setMinimumWidth(40);
            fix->setToolTip(text(finding.fix.label));
            fix->setAccessibleName(text(finding.fix.label));
            const Fix apply = finding.fix;
            connect(fix, &QPushButton::clicked, this,
                    [this, apply] { m_context.edit(text(apply.label), apply.apply); });
            column->addWidget(fix, 0, Qt::AlignLeft);
        }
        line->addLayout(column, 1);
        m_rows->insertWidget(m_shown++, row);
    }
    m_empty->setVisible(findings.empty());
    m_errors->set(errors > 0 ? tr("%n error(s)", nullptr, errors) : QString(), Ink::Error);
    m_warnings->set(warnings > 0 ? tr("%n warning(s)", nullptr, warnings) : QString(),
                    Ink::Warning);
}

} // namespace views
