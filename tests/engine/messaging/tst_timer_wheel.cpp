#include "engine/base/random.h"
#include "engine/messaging/timer_wheel.h"
#include "tests/support/test_main.h"

#include <map>

using namespace engine;
using namespace engine::messaging;

class TstTimerWheel : public QObject {
    Q_OBJECT
private slots:
    void everyEntryExpiresOnceNeverEarlyAndAtMostTwoTicksLate()
    {
        SeededRandom random(11);
        MonoTime now{std::chrono::seconds{3}};
        TimerWheel wheel(now);
        std::map<std::uint64_t, MonoTime> open;
        std::uint64_t next = 1;
        for (int step = 0; step < 5000; ++step) {
            if (random.below(2) == 0) {
                // Up to 60 s: several rounds of the wheel.
                const MonoTime deadline =
                    now + Duration{static_cast<std::int64_t>(random.below(60'000'000'000))};
                wheel.add(next, deadline);
                open[next++] = deadline;
            }
            now = now + Duration{static_cast<std::int64_t>(random.below(50'000'000))};
            wheel.advance(now, [&](std::uint64_t id) {
                QVERIFY(open.contains(id));
                QVERIFY(open[id] <= now);
                open.erase(id);
            });
            for (const auto& [id, deadline] : open)
                QVERIFY(deadline + 2 * TimerWheel::kTick > now);
        }
    }

    void whoeverComesOnlyWhenSomethingIsDueMissesNothing()
    {
        SeededRandom random(12);
        MonoTime now{std::chrono::seconds{3}};
        TimerWheel wheel(now);
        QVERIFY(!wheel.nextDue());
        std::map<std::uint64_t, MonoTime> open;
        for (std::uint64_t id = 1; id <= 200; ++id) {
            const MonoTime deadline =
                now + Duration{static_cast<std::int64_t>(random.below(30'000'000'000))};
            const MonoTime due = wheel.add(id, deadline);
            QVERIFY(due > deadline && due <= deadline + 2 * TimerWheel::kTick);
            open[id] = deadline;
        }
        int wakes = 0;
        while (const auto due = wheel.nextDue()) {
            QVERIFY(*due > now);
            now = *due;
            ++wakes;
            wheel.advance(now, [&](std::uint64_t id) {
                QVERIFY(open[id] <= now && open[id] + 2 * TimerWheel::kTick > now);
                open.erase(id);
            });
        }
        QVERIFY(open.empty());
        QVERIFY(wakes <= 600); // entries further away than one round are looked at each round
    }

    void aLongPauseExpiresAllThatIsDue()
    {
        MonoTime now{};
        TimerWheel wheel(now);
        for (std::uint64_t id = 1; id <= 100; ++id)
            wheel.add(id, MonoTime{std::chrono::milliseconds{id * 37}});
        int expired = 0;
        wheel.advance(MonoTime{std::chrono::hours{5}}, [&](std::uint64_t) { ++expired; });
        QCOMPARE(expired, 100);
        QVERIFY(wheel.empty());
    }
};

RW_TEST(TstTimerWheel)
#include "tst_timer_wheel.moc"
