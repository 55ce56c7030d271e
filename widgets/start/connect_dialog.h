#pragma once

#include "widgets/studio/cluster_types.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace theme {
class Theme;
}

namespace views {

/// Asks where a cluster listens that we did not start.
class ConnectDialog : public QDialog {
    Q_OBJECT
public:
    explicit ConnectDialog(const theme::Theme& theme, QWidget* parent = nullptr);
    [[nodiscard]] studio::RemoteAddress address() const;

private:
    QLineEdit* m_hosts;
    QLineEdit* m_user;
    QLineEdit* m_password;
    QLineEdit* m_datacenter;
    QPushButton* m_connect;
};

} // namespace views
