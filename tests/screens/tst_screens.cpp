#include "app/main_window.h"
#include "app/query_page.h"
#include "app/studio.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/editor/editor_tab.h"
#include "widgets/results/result_model.h"
#include "widgets/results/results_panel.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QTableView>

using tests::FakeCatalog;
using tests::FakeSource;
using tests::FakeStore;

namespace {

const char* kBookings = R"(-- Q4. Find available rooms of a hotel in a date range
SELECT date, room_number, is_available
  FROM hotel.available_rooms_by_hotel_date
 WHERE hotel_id = 'AZ123'
   AND date >= '2025-11-14' AND date < '2025-11-17';

-- Q7. Reservations of a hotel on one date
SELECT * FROM reservation.reservations_by_hotel_date
 WHERE hotel_id = 'AZ123';

-- Book the room only if it is still free (lightweight transaction)
UPDATE hotel.available_rooms_by_hotel_date SET is_available = false
 WHERE hotel_id = 'AZ123' AND date = '2025-11-14' AND room_number = 101
    IF is_available = true;
)";

} // namespace

/// The whole window with a fake cluster, one picture a mode, theme, size and scale. Looked at by
/// people; the assertions are about work done.
class TstScreens : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void modes_data();
    void modes();
};

void TstScreens::initTestCase()
{
    QVERIFY(QDir().mkpath(QStringLiteral(RINGWRIGHT_SCREENS)));
}

void TstScreens::modes_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("scale");
    for (const QString mode : {"home", "query", "ring", "gossip", "nodes", "trace"})
        for (const bool dark : {false, true}) {
            const auto name = [&](const char* rest) {
                return (mode + (dark ? "-dark" : "-light") + rest).toLatin1();
            };
            QTest::newRow(name("")) << mode << dark << QSize(1600, 1000) << 1;
            if (!dark) {
                QTest::newRow(name("-1280")) << mode << dark << QSize(1280, 800) << 1;
                QTest::newRow(name("-x2")) << mode << dark << QSize(1280, 800) << 2;
            }
        }
}

void TstScreens::modes()
{
    QFETCH(QString, mode);
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    QFETCH(int, scale);
    theme::Theme theme(*qApp, dark ? theme::Theme::Mode::Dark : theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    settings.mode.set(mode);
    studio::TaskList tasks;
    FakeCatalog catalog;
    FakeStore store;
    studio::SavedTab tab;
    tab.title = QStringLiteral("bookings.cql");
    tab.text = QString::fromUtf8(kBookings);
    tab.options.keyspace = QStringLiteral("hotel");
    tab.cursor = 60;
    (void)store.saveTab(tab);
    auto source = std::make_shared<FakeSource>(5, 16);
    source->setLiveness(2, studio::Liveness::Down);
    source->setPhi(2, 8.4);
    source->setPhi(3, 6.9);
    catalog.list = {source->entry()};
    catalog.list[0].lastUsed = QDateTime::currentDateTime();
    studio::ClusterEntry other;
    other.id = QStringLiteral("remote:10.0.0.1");
    other.kind = studio::ClusterKind::Remote;
    other.name = QStringLiteral("staging");
    other.detail = QStringLiteral("12 nodes in 2 data centres, Cassandra 5.0.4");
    other.lastUsed = QDateTime::currentDateTime().addDays(-1);
    catalog.list.append(other);
    const quint64 repair =
        tasks.begin(QStringLiteral("Repair"), QStringLiteral("workshop / hotel"), [] {});
    tasks.progress(repair, 62, QStringLiteral("range 31 of 50"));
    tasks.finish(tasks.begin(QStringLiteral("Load sample"), QStringLiteral("workshop")),
                 studio::TaskState::Done, QStringLiteral("51,300 rows in 2.1 s"));

    studio::OpenModels models{nullptr};
    app::Studio studio({theme, settings, tasks, catalog, store, models}, store.tabs());
    auto& window = studio.window();
    source->onRun = [](tests::FakeRun* run, const QString&) {
        studio::StatementOutcome outcome;
        outcome.kind = studio::StatementOutcome::Kind::Rows;
        outcome.coordinator = QStringLiteral("127.0.0.2");
        outcome.elapsed = std::chrono::microseconds(1800);
        outcome.morePages = true;
        run->answer({tests::roomsPage(100)}, outcome);
    };
    if (mode != QLatin1String("home"))
        studio.session().setSource(source);
    studio.show();
    if (window.mode() != mode)
        QSKIP("this mode is not built yet");
    window.resize(size);
    studio.session().selectTable(
        {QStringLiteral("hotel"), QStringLiteral("available_rooms_by_hotel_date")});
    if (mode == QLatin1String("query"))
        studio.queryPage().currentTab()->run();
    if (mode == QLatin1String("home")) {
        studio::ClusterCatalog::StartProgress progress;
        progress.id = QStringLiteral("bundled:workshop");
        progress.name = QStringLiteral("workshop");
        progress.text = QStringLiteral("n3 joins the ring: 2 of 3 nodes accept CQL on port 9042");
        progress.nodeCount = 3;
        progress.readyCount = 2;
        progress.percent = 74;
        progress.elapsedMs = 3100;
        emit catalog.startProgress(progress);
    }
    QTest::qWait(400);
    QApplication::processEvents();

    QImage image(size * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    window.render(&image);
    const QString file = QStringLiteral(RINGWRIGHT_SCREENS "/%1.png")
                             .arg(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(image.save(file));

    if (mode == QLatin1String("query")) {
        QCOMPARE(source->statements.size(), 1);
        auto* results = studio.queryPage().currentResults();
        QCOMPARE(results->model()->rowCount(), 100);
        // Only what is seen is decoded: a screenful of rows, painted a few times, not all of them.
        QVERIFY(results->grid()->height() > 50);
        QVERIFY(results->model()->cellsDecoded() > 0);
    }
}

RW_TEST(TstScreens)
#include "tst_screens.moc"
