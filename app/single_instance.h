#pragma once

#include <QObject>
#include <QString>

class QLocalServer;

namespace app {

/// One studio a workspace: the first one listens, a later one asks it to come to the front.
///
/// The socket's name comes from the workspace's real path, so two names of one file are one
/// workspace. GUI thread.
class SingleInstance : public QObject {
    Q_OBJECT
public:
    explicit SingleInstance(const QString& workspace, QObject* parent = nullptr);
    ~SingleInstance() override;

    /// Asks the studio that has the workspace open to show itself, and `file` if one is given. True
    /// if one answered; waits at most a second for it.
    [[nodiscard]] bool raiseOther(const QString& file = {}) const;
    /// Takes requests of later starts from now on. False if the socket cannot be made.
    bool listen();

signals:
    /// A later start was made; `activationToken` is what the desktop gave it to allow the switch,
    /// `file` what it was to open, or empty.
    void raiseRequested(const QString& activationToken, const QString& file);

private:
    QString m_name;
    QLocalServer* m_server;
};

} // namespace app
