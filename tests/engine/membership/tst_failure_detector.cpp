#include "engine/membership/failure_detector.h"
#include "tests/support/test_main.h"

#include <cmath>

using namespace engine;
using namespace engine::membership;
using namespace std::chrono_literals;

namespace {

const InetEndpoint kPeer = *InetEndpoint::parse("127.0.0.2", 7000);

MonoTime secondsOn(double seconds)
{
    return MonoTime{Duration{static_cast<std::int64_t>(seconds * 1e9)}};
}

} // namespace

class TstFailureDetector : public QObject {
    Q_OBJECT
private slots:
    void phiIsCassandrasFormula()
    {
        FailureDetector detector;
        QCOMPARE(detector.phi(kPeer, secondsOn(1)), 0.0);
        detector.report(kPeer, secondsOn(10)); // interval 2 s, as nothing is known
        detector.report(kPeer, secondsOn(11)); // 1 s
        const double mean = 1.5;
        QVERIFY(std::abs(detector.phi(kPeer, secondsOn(14)) - 3.0 / mean / std::log(10.0)) < 1e-9);
    }

    void aRegularPeerIsConvictedAfterEightTimesLn10Intervals()
    {
        FailureDetector detector;
        for (int i = 0; i <= 1000; ++i)
            detector.report(kPeer, secondsOn(i));
        detector.beginRound(secondsOn(1000));
        QVERIFY(!detector.convicts(kPeer, secondsOn(1018.3)));
        QVERIFY(detector.convicts(kPeer, secondsOn(1018.6)));
    }

    void intervalsOverTwoSecondsDoNotCount()
    {
        FailureDetector detector;
        detector.report(kPeer, secondsOn(0));
        detector.report(kPeer, secondsOn(1));
        detector.report(kPeer, secondsOn(60));
        const auto rows = detector.inspect(secondsOn(60));
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(rows[0].intervals, (std::vector<Duration>{2s, 1s}));
        QVERIFY(rows[0].mean == 1500ms);
    }

    void afterAPauseOfItsOwnANodeConvictsNobody()
    {
        FailureDetector detector;
        for (int i = 0; i <= 100; ++i) {
            detector.report(kPeer, secondsOn(i));
            detector.beginRound(secondsOn(i));
        }
        // Stopped for 30 s: phi is far over the threshold, but it was this node that slept.
        detector.beginRound(secondsOn(130));
        QVERIFY(detector.phi(kPeer, secondsOn(130)) > 8);
        QVERIFY(!detector.convicts(kPeer, secondsOn(130)));
        for (int i = 131; i < 135; ++i) {
            detector.beginRound(secondsOn(i));
            QVERIFY(!detector.convicts(kPeer, secondsOn(i)));
        }
        detector.beginRound(secondsOn(135));
        QVERIFY(detector.convicts(kPeer, secondsOn(135)));
    }

    void theWindowHoldsAThousandIntervals()
    {
        FailureDetector detector;
        for (int i = 0; i < 3000; ++i)
            detector.report(kPeer, secondsOn(i * 0.5));
        QVERIFY(detector.inspect(secondsOn(1500), 5000)[0].intervals.size() ==
                FailureDetector::kWindowSize);
        QVERIFY(detector.inspect(secondsOn(1500))[0].mean == 500ms);
    }
};

RW_TEST(TstFailureDetector)
#include "tst_failure_detector.moc"
