#pragma once

#include <QStyledItemDelegate>

namespace theme {
class Theme;
}

namespace views {

/// Paints cells by what they are: null and empty as quiet words in italics, so that neither looks
/// like a text of that name; numbers and dates in tabular figures; booleans coloured and named.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    CellDelegate(const theme::Theme& theme, QObject* parent);

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    const theme::Theme& m_theme;
};

} // namespace views
