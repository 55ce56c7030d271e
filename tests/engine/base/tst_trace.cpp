#include "engine/base/trace.h"
#include "tests/support/manual_runtime.h"
#include "tests/support/test_main.h"

#include <set>

using namespace engine;

namespace {

InetEndpoint traceEndpoint(int last)
{
    return *InetEndpoint::parse("127.0.0." + std::to_string(last), 7000);
}

} // namespace

class TstTrace : public QObject {
    Q_OBJECT
private slots:
    void entriesTellWhatWhenAndWhere()
    {
        tests::ManualRuntime runtime;
        TraceSession session{runtime, Uuid::fromHalves(1, 2), traceEndpoint(1)};
        session.add("first");
        runtime.mono = runtime.mono + std::chrono::microseconds{30};
        session.add("second", "pool");
        const auto entries = session.take();
        QCOMPARE(entries.size(), std::size_t{2});
        QCOMPARE(entries[1].activity, std::string{"second"});
        QCOMPARE(entries[1].thread, std::string{"pool"});
        QVERIFY(entries[1].elapsed == std::chrono::microseconds{30});
        QVERIFY(entries[1].source == traceEndpoint(1));
        // The wall clock stood still: the order is in the ids all the same.
        QVERIFY(entries[0].id.ticks() < entries[1].id.ticks());
        QCOMPARE(entries[0].id.version(), 1);
        QVERIFY(session.take().empty());
    }

    void partsOfSeveralNodesNeverShareAnId()
    {
        tests::ManualRuntime runtime;
        std::set<Uuid> ids;
        for (int node = 1; node <= 50; ++node) {
            TraceSession session{runtime, Uuid{}, traceEndpoint(node)};
            session.add("at the same microsecond");
            ids.insert(session.take().front().id);
        }
        QCOMPARE(ids.size(), std::size_t{50});
    }

    void aPartTravels()
    {
        tests::ManualRuntime runtime;
        TraceSession replica{runtime, Uuid::fromHalves(1, 2), traceEndpoint(2)};
        replica.add("on the replica");
        const Bytes wire = encodeTraceEntries(replica.take());
        TraceSession coordinator{runtime, Uuid::fromHalves(1, 2), traceEndpoint(1)};
        QVERIFY(coordinator.absorb(wire));
        const auto entries = coordinator.take();
        QCOMPARE(entries.size(), std::size_t{1});
        QVERIFY(entries[0].source == traceEndpoint(2));
        QCOMPARE(entries[0].activity, std::string{"on the replica"});
        for (std::size_t size = 0; size < wire.size(); ++size)
            QVERIFY(!coordinator.absorb(ByteView{wire}.substr(0, size)));
        QVERIFY(coordinator.take().empty());
    }

    void aLengthFromTheWireIsNotBelieved()
    {
        Bytes bytes;
        ByteWriter{bytes}.unsignedVint(std::uint64_t{1} << 60);
        QVERIFY(!decodeTraceEntries(bytes));
    }

    void aTraceHasABound()
    {
        tests::ManualRuntime runtime;
        TraceSession session{runtime, Uuid{}, traceEndpoint(1)};
        for (std::size_t i = 0; i < TraceSession::kEntriesMax + 100; ++i)
            session.add("again");
        const auto entries = session.take();
        QCOMPARE(entries.size(), TraceSession::kEntriesMax + 1);
        QVERIFY(entries.back().activity.starts_with("Too much happened"));
    }

    void theEndWaitsForOutstandingAnswers()
    {
        tests::ManualRuntime runtime;
        TraceSession session{runtime, Uuid{}, traceEndpoint(1)};
        int calls = 0;
        session.messageSent();
        session.messageSent();
        session.whenAnswered([&] { ++calls; });
        session.answerArrived();
        QCOMPARE(calls, 0);
        session.answerArrived();
        QCOMPARE(calls, 1);
        session.answerArrived(); // one too many changes nothing
        QCOMPARE(calls, 1);
        session.whenAnswered([&] { ++calls; });
        QCOMPARE(calls, 2);
    }
};

RW_TEST(TstTrace)
#include "tst_trace.moc"
