#include "widgets/designer/physical/differences_panel.h"

#include "widgets/theme/small_widgets.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTextLayout>

namespace views {

using namespace engine::modeling;
using theme::Ink;
using theme::Type;

namespace {

enum DifferenceRole {
    ElementRole = Qt::UserRole + 1,
    SentenceRole,
    BadgeRole,
    ToneRole,
    DifferenceIconRole
};

/// Icon, name and badge, and below the sentence in as many lines as it needs.
class DifferenceDelegate final : public QStyledItemDelegate {
public:
    DifferenceDelegate(const theme::Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme)
    {
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override
    {
        const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
        const int width = (view ? view->viewport()->width() : 320) - kLeft - kRight;
        const QFontMetrics small(theme::typeFont(Type::Label));
        const int lines =
            small.boundingRect(0, 0, width, 1000, Qt::TextWordWrap, sentenceOf(index)).height();
        const QFontMetrics bold(theme::typeFont(Type::Emphasis));
        return {100, kPad + bold.height() + 2 + (sentenceOf(index).isEmpty() ? 0 : lines) + kPad};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const theme::Tokens& t = m_theme.tokens();
        const QRect r = option.rect;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected)
            painter->fillRect(r, t.selection);
        else if (option.state & QStyle::State_MouseOver)
            painter->fillRect(r, t.hover);
        const QColor tone = m_theme.ink(static_cast<Ink>(index.data(ToneRole).toInt()));
        painter->drawPixmap(r.left() + 11, r.top() + kPad,
                            theme::iconPixmap(index.data(DifferenceIconRole).toString(), tone, 16,
                                              painter->device()->devicePixelRatioF()));
        int right = r.right() - 10;
        const QString badge = index.data(BadgeRole).toString();
        if (!badge.isEmpty()) {
            QFont font = theme::typeFont(Type::Small);
            font.setWeight(QFont::DemiBold);
            const int width = QFontMetrics(font).horizontalAdvance(badge) + 12;
            const QRectF pill(right - width, r.top() + kPad - 1, width, 18);
            painter->setPen(Qt::NoPen);
            painter->setBrush(t.soft(tone));
            painter->drawRoundedRect(pill, 4, 4);
            painter->setFont(font);
            painter->setPen(tone);
            painter->drawText(pill, Qt::AlignCenter, badge);
            right -= width + 6;
        }
        painter->setFont(theme::typeFont(Type::Emphasis));
        painter->setPen(t.text);
        const QFontMetrics bold(painter->font());
        const QRect name(r.left() + kLeft, r.top() + kPad, right - r.left() - kLeft, bold.height());
        painter->drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                          bold.elidedText(index.data().toString(), Qt::ElideRight, name.width()));
        painter->setFont(theme::typeFont(Type::Label));
        painter->setPen(t.text2);
        painter->drawText(QRect(r.left() + kLeft, name.bottom() + 3, r.width() - kLeft - kRight,
                                r.bottom() - name.bottom()),
                          Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, sentenceOf(index));
        painter->setPen(t.line);
        painter->drawLine(r.bottomLeft(), r.bottomRight());
        painter->restore();
    }

private:
    static constexpr int kLeft = 37;
    static constexpr int kRight = 12;
    static constexpr int kPad = 8;
    static QString sentenceOf(const QModelIndex& index)
    {
        return index.data(SentenceRole).toString();
    }
    const theme::Theme& m_theme;
};

struct KindLook {
    const char* icon;
    Ink ink;
};

KindLook lookOf(DifferenceKind kind)
{
    switch (kind) {
    case DifferenceKind::Create:
        return {"plus", Ink::Success};
    case DifferenceKind::Alter:
        return {"pencil", Ink::Warning};
    case DifferenceKind::Rebuild:
        return {"refresh", Ink::Error};
    case DifferenceKind::Drop:
        return {"minus", Ink::Error};
    case DifferenceKind::Same:
        break;
    }
    return {"circle-check", Ink::Success};
}

} // namespace

DifferencesPanel::DifferencesPanel(const theme::Theme& theme, PhysicalContext& physical,
                                   QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_physical(physical),
      m_scope(theme::makeLabel({}, Type::Label, "2")),
      m_new(new theme::Badge(theme)),
      m_altered(new theme::Badge(theme)),
      m_risky(new theme::Badge(theme)),
      m_problem(theme::makeLabel({}, Type::Body, "error")),
      m_list(new QListWidget(this))
{
    setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 7, 10, 7);
    m_scope->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    head->addWidget(m_scope, 1);
    for (theme::Badge* badge : {m_new, m_altered, m_risky})
        head->addWidget(badge);
    layout->addLayout(head);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(12, 4, 12, 8);
    layout->addWidget(m_problem);
    m_list->setAccessibleName(tr("Differences"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new DifferenceDelegate(theme, m_list));
    m_list->setResizeMode(QListView::Adjust);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_list, 1);
    connect(&physical, &PhysicalContext::compared, this, &DifferencesPanel::refresh);
    connect(&physical.design(), &studio::DesignContext::selectionChanged, this,
            &DifferencesPanel::showSelection);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (m_updating || !item)
            return;
        const ElementId element{item->data(ElementRole).toUInt()};
        if (element != ElementId::None)
            m_physical.design().reveal(element);
    });
    connect(&theme, &theme::Theme::changed, m_list->viewport(), qOverload<>(&QWidget::update));
    refresh();
}

void DifferencesPanel::refresh()
{
    const PhysicalComparison& now = *m_physical.comparison();
    m_updating = true;
    m_list->clear();
    m_scope->setText(now.target.isEmpty() ? tr("no cluster is open")
                                          : tr("model → %1").arg(now.target));
    const int created = now.count(DifferenceKind::Create);
    const int altered = now.count(DifferenceKind::Alter);
    m_new->set(created > 0 ? tr("%n new", nullptr, created) : QString(), Ink::Success);
    m_altered->set(altered > 0 ? tr("%n altered", nullptr, altered) : QString(), Ink::Warning);
    m_risky->set(now.risky() > 0 ? tr("%n risky", nullptr, now.risky()) : QString(), Ink::Error);
    for (theme::Badge* badge : {m_new, m_altered, m_risky})
        badge->setVisible(!badge->text().isEmpty());
    m_problem->setText(now.problem);
    m_problem->setVisible(!now.problem.isEmpty());
    const auto add = [this](const QString& name, const QString& sentence, const QString& badge,
                            DifferenceKind kind, ElementId element) {
        auto* item = new QListWidgetItem(name, m_list);
        const KindLook look = lookOf(kind);
        item->setData(DifferenceIconRole, QString::fromLatin1(look.icon));
        item->setData(ToneRole, static_cast<int>(look.ink));
        item->setData(SentenceRole, sentence);
        item->setData(BadgeRole, badge);
        item->setData(ElementRole, static_cast<uint>(element));
        item->setData(Qt::AccessibleTextRole,
                      QStringLiteral("%1. %2. %3").arg(name, badge, sentence));
    };
    for (const Difference& each : now.diff.differences) {
        if (each.kind == DifferenceKind::Same)
            continue;
        QString badge;
        switch (each.kind) {
        case DifferenceKind::Create:
            badge = tr("create");
            break;
        case DifferenceKind::Alter:
            badge = tr("alter");
            break;
        case DifferenceKind::Rebuild:
            badge = tr("rebuild");
            break;
        default:
            badge = tr("drop");
        }
        const QString name = each.name.empty()
                                 ? tr("Keyspace %1").arg(QString::fromStdString(each.keyspace))
                                 : QString::fromStdString(each.name);
        add(name, QString::fromStdString(each.sentence), badge, each.kind, each.element);
    }
    if (const int same = now.count(DifferenceKind::Same); same > 0)
        add(tr("%n object(s) are the same", nullptr, same), {}, {}, DifferenceKind::Same,
            ElementId::None);
    m_updating = false;
    showSelection();
}

void DifferencesPanel::showSelection()
{
    m_updating = true;
    const ModelTable* table = m_physical.design().currentTable();
    const ElementId wanted = table ? table->id : m_physical.design().current();
    QListWidgetItem* found = nullptr;
    for (int i = 0; i < m_list->count() && wanted != ElementId::None; ++i)
        if (m_list->item(i)->data(ElementRole).toUInt() == static_cast<uint>(wanted))
            found = m_list->item(i);
    m_list->setCurrentItem(found);
    m_updating = false;
}

} // namespace views
