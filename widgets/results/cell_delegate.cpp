#include "widgets/results/cell_delegate.h"

#include "widgets/results/result_model.h"
#include "widgets/theme/theme.h"

namespace views {

CellDelegate::CellDelegate(const theme::Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme)
{
}

void CellDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const auto& t = m_theme.tokens();
    const auto color = [option](const QColor& c) {
        option->palette.setColor(QPalette::Text, c);
        option->palette.setColor(QPalette::HighlightedText, c);
    };
    option->font = theme::typeFont(theme::Type::Code);
    option->font.setPointSizeF(9.2);
    switch (static_cast<CellKind>(index.data(ResultModel::KindRole).toInt())) {
    case CellKind::Null:
    case CellKind::Empty:
        option->font = theme::typeFont(theme::Type::Body);
        option->font.setItalic(true);
        color(t.text3);
        break;
    case CellKind::True:
        color(t.success);
        break;
    case CellKind::False:
        color(t.error);
        break;
    case CellKind::Structure:
        color(t.bundled);
        break;
    default:
        color(t.text);
        break;
    }
}

} // namespace views
