#pragma once

#include "widgets/studio/cluster_types.h"

#include <QAbstractButton>

namespace theme {
class Theme;
}

namespace views {

/// One cluster of the start page's list. Click or Enter opens it; the context menu stops or
/// removes it.
class RecentRow : public QAbstractButton {
    Q_OBJECT
public:
    RecentRow(const theme::Theme& theme, studio::ClusterEntry entry, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {320, 46}; }

signals:
    void opened();
    void stopped();
    void removed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const theme::Theme& m_theme;
    studio::ClusterEntry m_entry;
};

} // namespace views
