#include "engine/node/event_stream.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#undef emit // Qt's keyword

using namespace engine;
using namespace engine::node;

namespace {

struct Fixture {
    simulation::SimulatedWorld world{1};
    simulation::SimulatedDisk disk{1};
    simulation::SimulatedRuntime runtime{world, 0, disk};
    EventStream stream{runtime,
                       {"127.0.0.1:7000", 3, 4},
                       [] { return 42; },
                       [] { return Bytes{R"({"status":"NORMAL"})"}; }};
    QList<QJsonObject> got;
    bool takes = true;

    EventStream::SubscriberId subscribe(std::set<EventKind> kinds = {})
    {
        return stream.subscribe(std::move(kinds), [this](const std::string& json) {
            if (takes)
                got.push_back(QJsonDocument::fromJson(QByteArray::fromStdString(json)).object());
            return takes;
        });
    }
    QStringList kinds() const
    {
        QStringList all;
        for (const auto& event : got)
            all << event["kind"].toString();
        return all;
    }
};

} // namespace

class TstEventStream : public QObject {
    Q_OBJECT
private slots:
    void everyEventHasTheDocumentedEnvelope();
    void everyKindIsDocumented();
    void aSnapshotComesFirst();
    void onlyTheWantedKindsAreSent();
    void nothingIsWantedWithoutSubscribers();
    void aSlowReaderGetsAGapAndANewSnapshot();
};

void TstEventStream::everyEventHasTheDocumentedEnvelope()
{
    Fixture f;
    f.subscribe();
    f.stream.emit(EventKind::Gossip, "syn_sent", R"({"peer":"x"})", "127.0.0.2:7000/9");
    QCOMPARE(f.got.size(), 2);
    QFile page(RINGWRIGHT_SOURCE "/engine/node/EVENTS.md");
    QVERIFY(page.open(QIODevice::ReadOnly));
    QStringList documented;
    const QString text = QString::fromUtf8(page.readAll());
    const QString envelope = text.section("## The envelope", 1).section("##", 0, 0);
    auto rows = QRegularExpression("^\\| `(\\w+)`", QRegularExpression::MultilineOption)
                    .globalMatch(envelope);
    while (rows.hasNext())
        documented << rows.next().captured(1);
    documented.sort();
    for (const auto& event : f.got) {
        QStringList keys = event.keys();
        keys.sort();
        QCOMPARE(keys, documented);
    }
    const auto& event = f.got[1];
    QCOMPARE(event["kind"].toString(), QString("gossip.syn_sent"));
    QCOMPARE(event["cause"].toString(), QString("127.0.0.2:7000/9"));
    QCOMPARE(event["data"].toObject()["peer"].toString(), QString("x"));
    QCOMPARE(event["seq"].toInt(), 1);
    QCOMPARE(event["generation"].toInt(), 3);
}

void TstEventStream::everyKindIsDocumented()
{
    QFile page(RINGWRIGHT_SOURCE "/engine/node/EVENTS.md");
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(page.readAll());
    for (int i = 0; i <= static_cast<int>(EventKind::Fault); ++i) {
        const auto name = eventKindName(static_cast<EventKind>(i));
        EventKind parsed{};
        QVERIFY(parseEventKind(name, parsed) && static_cast<int>(parsed) == i);
        QVERIFY(text.contains(
            "| `" + QString::fromUtf8(name.data(), static_cast<int>(name.size())) + ".*`"));
    }
    EventKind none{};
    QVERIFY(!parseEventKind("weather", none));
}

void TstEventStream::aSnapshotComesFirst()
{
    Fixture f;
    f.subscribe();
    QCOMPARE(f.kinds(), QStringList{"snapshot"});
    QCOMPARE(f.got[0]["data"].toObject()["status"].toString(), QString("NORMAL"));
}

void TstEventStream::onlyTheWantedKindsAreSent()
{
    Fixture f;
    f.subscribe({EventKind::Hint});
    QVERIFY(f.stream.wants(EventKind::Hint) && !f.stream.wants(EventKind::Gossip));
    f.stream.emit(EventKind::Gossip, "syn_sent", "{}", "");
    f.stream.emit(EventKind::Hint, "stored", "{}", "");
    QCOMPARE(f.kinds(), (QStringList{"snapshot", "hint.stored"}));
    QCOMPARE(f.got[1]["seq"].toInt(), 2);
}

void TstEventStream::nothingIsWantedWithoutSubscribers()
{
    Fixture f;
    QVERIFY(!f.stream.wants(EventKind::Gossip));
    const auto id = f.subscribe();
    QVERIFY(f.stream.wants(EventKind::Gossip));
    f.stream.unsubscribe(id);
    QVERIFY(!f.stream.wants(EventKind::Gossip));
}

void TstEventStream::aSlowReaderGetsAGapAndANewSnapshot()
{
    Fixture f;
    f.subscribe();
    f.takes = false;
    for (int i = 0; i < 10; ++i)
        f.stream.emit(EventKind::Storage, "flushed", "{}", "");
    f.takes = true;
    f.world.runFor(std::chrono::seconds{1});
    QCOMPARE(f.kinds(), (QStringList{"snapshot", "gap", "snapshot"}));
    QCOMPARE(f.got[1]["data"].toObject()["dropped"].toInt(), 10);
    f.stream.emit(EventKind::Storage, "flushed", "{}", "");
    QCOMPARE(f.kinds().back(), QString("storage.flushed"));
    // A reader that is only a little behind loses nothing.
    f.got.clear();
    f.takes = false;
    for (int i = 0; i < 3; ++i)
        f.stream.emit(EventKind::Storage, "flushed", "{}", "");
    f.takes = true;
    f.world.runFor(std::chrono::seconds{1});
    QCOMPARE(f.got.size(), 3);
}

RW_TEST(TstEventStream)
#include "tst_event_stream.moc"
