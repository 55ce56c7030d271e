#include "app/single_instance.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>

#include <memory>
#include <unistd.h>

namespace app {

namespace {

constexpr int kAnswerMs = 1000;
constexpr char kGreeting[] = "raise ";
constexpr qint64 kLineBytesMax = 16384;
constexpr char kAnswer[] = "raised\n";

QString socketName(const QString& workspace)
{
    const QFileInfo file(workspace);
    const QString folder = QFileInfo(file.absolutePath()).canonicalFilePath();
    const QByteArray path = (folder + u'/' + file.fileName()).toUtf8();
    return QStringLiteral("ringwright-%1-%2")
        .arg(getuid())
        .arg(QString::fromLatin1(
            QCryptographicHash::hash(path, QCryptographicHash::Sha256).toHex().left(24)));
}

} // namespace

SingleInstance::SingleInstance(const QString& workspace, QObject* parent)
    : QObject(parent), m_name(socketName(workspace)), m_server(new QLocalServer(this))
{
    // Another user of the machine cannot raise our window, let alone read from it.
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    connect(m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* socket = m_server->nextPendingConnection()) {
            connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
            const auto read = [this, socket] {
                if (!socket->canReadLine())
                    return;
                const QByteArray line = socket->readLine(kLineBytesMax).trimmed();
                if (!line.startsWith(QByteArray(kGreeting).trimmed()))
                    return;
                socket->write(kAnswer);
                socket->flush();
                const QByteArrayList words = line.mid(sizeof kGreeting - 1).split(' ');
                const auto word = [&words](qsizetype at) {
                    return QString::fromUtf8(QByteArray::fromPercentEncoding(words.value(at)));
                };
                emit raiseRequested(word(0), word(1));
            };
            connect(socket, &QLocalSocket::readyRead, this, read);
            read();
        }
    });
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::raiseOther(const QString& file) const
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kAnswerMs))
        return false;
    QByteArray token = qgetenv("XDG_ACTIVATION_TOKEN");
    if (token.isEmpty())
        token = qgetenv("DESKTOP_STARTUP_ID");
    socket.write(kGreeting + token.toPercentEncoding() + ' ' + file.toUtf8().toPercentEncoding() +
                 '\n');
    return socket.waitForReadyRead(kAnswerMs) && socket.readLine() == kAnswer;
}

bool SingleInstance::listen()
{
    if (m_server->listen(m_name))
        return true;
    // The socket of a studio that crashed: the workspace's lock said that nobody has it open.
    QLocalServer::removeServer(m_name);
    return m_server->listen(m_name);
}

} // namespace app
