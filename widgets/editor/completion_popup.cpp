#include "widgets/editor/completion_popup.h"

#include "widgets/theme/theme.h"

#include <QListWidget>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace views {

using engine::cql::CandidateKind;

namespace {
constexpr int kDetailRole = Qt::UserRole;
constexpr int kKindRole = Qt::UserRole + 1;
constexpr int kRowsShown = 10;

QString iconOf(CandidateKind kind)
{
    switch (kind) {
    case CandidateKind::Keyspace:
        return QStringLiteral("database");
    case CandidateKind::Table:
        return QStringLiteral("table");
    case CandidateKind::View:
        return QStringLiteral("eye");
    case CandidateKind::KeyColumn:
        return QStringLiteral("key");
    case CandidateKind::Column:
        return QStringLiteral("minus");
    case CandidateKind::Type:
    case CandidateKind::UserType:
        return QStringLiteral("braces");
    case CandidateKind::Function:
        return QStringLiteral("function");
    case CandidateKind::Option:
        return QStringLiteral("settings");
    case CandidateKind::Snippet:
        return QStringLiteral("wand");
    case CandidateKind::Keyword:
        break;
    }
    return QStringLiteral("terminal");
}

class CandidateDelegate final : public QStyledItemDelegate {
public:
    CandidateDelegate(const theme::Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme)
    {
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const auto& t = m_theme.tokens();
        painter->save();
        if (option.state & QStyle::State_Selected) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(t.selection);
            painter->drawRoundedRect(option.rect, 4, 4);
        }
        const auto kind = static_cast<CandidateKind>(index.data(kKindRole).toInt());
        const QColor color = kind == CandidateKind::KeyColumn ? t.warning : t.text2;
        painter->drawPixmap(
            option.rect.left() + 7, option.rect.center().y() - 6,
            theme::iconPixmap(iconOf(kind), color, 14, painter->device()->devicePixelRatioF()));
        QRect rect = option.rect.adjusted(28, 0, -8, 0);
        painter->setFont(theme::typeFont(theme::Type::Code));
        painter->setPen(kind == CandidateKind::Keyword ? t.accent : t.text);
        const QString text = index.data().toString();
        painter->drawText(rect, Qt::AlignVCenter, text);
        rect.setLeft(rect.left() + painter->fontMetrics().horizontalAdvance(text) + 12);
        painter->setFont(theme::typeFont(theme::Type::Label));
        painter->setPen(t.text2);
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight,
                          painter->fontMetrics().elidedText(index.data(kDetailRole).toString(),
                                                            Qt::ElideRight, rect.width()));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {200, 24};
    }

private:
    const theme::Theme& m_theme;
};
} // namespace

CompletionPopup::CompletionPopup(const theme::Theme& theme, QWidget* editor)
    : QFrame(editor, Qt::ToolTip | Qt::FramelessWindowHint),
      m_theme(theme),
      m_list(new QListWidget(this))
{
    setFocusPolicy(Qt::NoFocus);
    setAttribute(Qt::WA_ShowWithoutActivating);
    setFrameShape(QFrame::Box);
    setProperty("card", true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setItemDelegate(new CandidateDelegate(theme, m_list));
    m_list->setAccessibleName(tr("Completions"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_list);
    connect(m_list, &QListWidget::itemClicked, this, &CompletionPopup::choose);
}

void CompletionPopup::show(const engine::cql::Completion& completion, const QPoint& at,
                           int lineHeight)
{
    m_completion = completion;
    if (completion.candidates.empty()) {
        hide();
        return;
    }
    m_list->clear();
    for (const auto& candidate : completion.candidates) {
        auto* item = new QListWidgetItem(QString::fromStdString(candidate.label), m_list);
        item->setData(kDetailRole, QString::fromStdString(candidate.detail));
        item->setData(kKindRole, static_cast<int>(candidate.kind));
    }
    m_list->setCurrentRow(0);
    const int rows = std::min(kRowsShown, m_list->count());
    resize(380, rows * 24 + 12);
    QPoint place = at + QPoint(-28, lineHeight + 2);
    if (const QScreen* display = screen()) {
        const QRect area = display->availableGeometry();
        if (place.y() + height() > area.bottom())
            place.setY(at.y() - height() - 2);
        place.setX(
            std::clamp(place.x(), area.left(), std::max(area.left(), area.right() - width())));
    }
    move(place);
    QFrame::show();
}

int CompletionPopup::count() const
{
    return m_list->count();
}

bool CompletionPopup::handleKey(int key)
{
    const int row = m_list->currentRow();
    switch (key) {
    case Qt::Key_Down:
        m_list->setCurrentRow((row + 1) % m_list->count());
        return true;
    case Qt::Key_Up:
        m_list->setCurrentRow((row + m_list->count() - 1) % m_list->count());
        return true;
    case Qt::Key_PageDown:
        m_list->setCurrentRow(std::min(row + kRowsShown, m_list->count() - 1));
        return true;
    case Qt::Key_PageUp:
        m_list->setCurrentRow(std::max(row - kRowsShown, 0));
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        choose();
        return true;
    case Qt::Key_Escape:
        hide();
        return true;
    default:
        return false;
    }
}

void CompletionPopup::choose()
{
    const int row = m_list->currentRow();
    hide();
    if (row < 0 || static_cast<std::size_t>(row) >= m_completion.candidates.size())
        return;
    emit chosen(
        QByteArray::fromStdString(m_completion.candidates[static_cast<std::size_t>(row)].insert),
        m_completion.replace.begin, m_completion.replace.end);
}

} // namespace views
