#pragma once

#include "widgets/studio/cluster_types.h"

#include <QDialog>

class QFrame;
class QLabel;
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
    /// Fills everything but the password in; `problem` says why it is asked for again.
    void setAddress(const studio::RemoteAddress& address, const QString& problem);

private:
    QLineEdit* m_hosts;
    QLineEdit* m_user;
    QLineEdit* m_password;
    QLineEdit* m_datacenter;
    QFrame* m_problem;
    QLabel* m_problemText;
    QPushButton* m_connect;
};

} // namespace views
