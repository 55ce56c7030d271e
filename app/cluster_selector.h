#pragma once

#include <QToolButton>

namespace studio {
class ClusterCatalog;
class Session;
} // namespace studio
namespace theme {
class Theme;
}

namespace app {

/// The first control of the tool bar: kind badge and name of the cluster that the window works
/// on, with a menu of all of them.
class ClusterSelector : public QToolButton {
    Q_OBJECT
public:
    ClusterSelector(const theme::Theme& theme, studio::ClusterCatalog& catalog,
                    studio::Session& session, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void fillMenu();
    void updateName();

    const theme::Theme& m_theme;
    studio::ClusterCatalog& m_catalog;
    studio::Session& m_session;
};

} // namespace app
