#pragma once

#include "engine/base/bytes.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <vector>

namespace tests {

/// One message of a recorded connection (tests/fixtures/protocol).
struct CapturedMessage {
    bool fromClient = false;
    bool isNote = false; ///< the connection ended here
    bool isSegment = false;
    engine::Bytes bytes;
    std::vector<QJsonObject> decoded; ///< what the recorder read; empty where it could not
    QString note;
};

struct Capture {
    QString name;
    int protocol = 0;
    QString compression;
    std::vector<CapturedMessage> messages;
};

/// The names of all captures, sorted.
QStringList captureNames();
Capture readCapture(const QString& name);

} // namespace tests
