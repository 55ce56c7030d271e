#pragma once

#include <QHeaderView>
#include <QStyledItemDelegate>

namespace theme {
class Theme;
}

namespace views {

/// Paints a cell of the matrix: phi as heat and number, generation:version below, the verdict as a
/// word, so that colour is never alone.
class HeatDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    HeatDelegate(const theme::Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const theme::Theme& m_theme;
};

/// A header with the node's dot before its name.
class NodeHeader : public QHeaderView {
    Q_OBJECT
public:
    NodeHeader(const theme::Theme& theme, Qt::Orientation orientation, QWidget* parent);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;

private:
    const theme::Theme& m_theme;
};

} // namespace views
