#include "tests/engine/protocol/capture.h"

#include "tests/support/fixture.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>

namespace tests {

QStringList captureNames()
{
    QStringList names =
        QDir(QStringLiteral(RINGWRIGHT_FIXTURES "/protocol")).entryList(QDir::Files, QDir::Name);
    for (QString& name : names)
        name = name.left(name.indexOf(u'.'));
    return names;
}

Capture readCapture(const QString& name)
{
    const QByteArray text = readFixture(QStringLiteral("protocol/%1.json").arg(name));
    const QJsonObject root = QJsonDocument::fromJson(text).object();
    Capture capture{name, root[u"protocol"].toInt(), root[u"compression"].toString(), {}};
    const QJsonArray messages = root[u"messages"].toArray();
    for (const QJsonValue& value : messages) {
        const QJsonObject object = value.toObject();
        CapturedMessage message;
        message.fromClient = object[u"dir"].toString() == u"C>S";
        message.isNote = object[u"dir"].toString() == u"note";
        message.isSegment = object[u"kind"].toString() == u"segment";
        message.note = object[u"note"].toString();
        if (!engine::fromHex(object[u"hex"].toString().toStdString(), message.bytes))
            qFatal("a capture has damaged hexadecimal");
        const QJsonValue decoded = object[u"decoded"];
        if (decoded.isArray()) {
            const QJsonArray several = decoded.toArray();
            for (const QJsonValue& one : several)
                message.decoded.push_back(one.toObject());
        } else if (decoded.isObject()) {
            message.decoded.push_back(decoded.toObject());
        }
        capture.messages.push_back(std::move(message));
    }
    return capture;
}

} // namespace tests
