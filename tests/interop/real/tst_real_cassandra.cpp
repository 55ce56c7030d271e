#include "engine/admin/jolokia_client.h"
#include "engine/admin/node_admin.h"
#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/modeling/import.h"
#include "engine/modeling/schema_diff.h"
#include "engine/workload/migration.h"
#include "engine/workload/sample_loader.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QDirIterator>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>

using namespace engine;
using namespace engine::client;

/// The studio's driver and admin client against Apache Cassandra itself. run.py starts it and says
/// where in RINGWRIGHT_REAL_ADDRESS and RINGWRIGHT_REAL_DATA.
class TstRealCassandra : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aWrongPasswordIsSaidWithItsStage();
    void connectsWithTheNewestProtocol();
    void loadsTheSmallSample();
    void everyTableOfTheSampleHasItsRows();
    void answersAreTyped();
    void pagesFollowEachOther();
    void preparedStatementsAreExecuted();
    void errorsKeepTheirCode();
    void tracesAreRead();
    void theRingIsReported();
    void gossipIsReported();
    void aChangedKeyIsCopiedIntoANewTable();
    void flushWritesSstables();
    void snapshotsAreTakenListedAndCleared();
    void compactionLeavesOneSstable();
    void repairComesToItsEnd();
    void cleanupTestCase();

private:
    Result<ResultPagePtr> execute(const std::string& cql, RequestOptions options = {});
    /// The data files of a table; snapshots are left out.
    [[nodiscard]] QStringList dataFiles(const QString& table) const;

    struct Watcher;
    std::string m_address;
    QString m_data;
    std::unique_ptr<ClientThread> m_thread;
    SystemClock m_clock;
    std::unique_ptr<Watcher> m_watcher;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<admin::NodeAdmin> m_admin;
};

struct TstRealCassandra::Watcher final : SessionListener {
    std::mutex mutex;
    std::condition_variable changed;
    SessionState latest;

    void onState(const SessionState& state) override
    {
        const std::lock_guard lock(mutex);
        latest = state;
        changed.notify_all();
    }
    void onTopology(const TopologyPtr&) override {}
    void onSchema(const SchemaInfoPtr&) override {}

    template <class Condition>
    bool wait(Condition condition)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds{60}, condition);
    }
};

namespace {

SessionOptions optionsFor(const std::string& address, const std::string& password)
{
    SessionOptions options;
    options.contactPoints = {address};
    options.credentials = Credentials{"cassandra", password};
    options.connectTimeout = std::chrono::seconds{20};
    return options;
}

std::vector<std::string> firstRow(const ResultPagePtr& page)
{
    std::vector<std::string> values;
    const auto offsets = page->rowOffsets();
    if (page->rowCount == 0 || offsets.empty())
        return values;
    const auto row = page->rowAt(offsets.front());
    for (std::size_t i = 0; i < row.size(); ++i)
        values.push_back(row[i] ? (*page->columns)[i].type->getString(*row[i]) : "null");
    return values;
}

std::int64_t bigint(const ResultPagePtr& page)
{
    return std::stoll(firstRow(page).at(0));
}

} // namespace

Result<ResultPagePtr> TstRealCassandra::execute(const std::string& cql, RequestOptions options)
{
    std::promise<Result<ResultPagePtr>> answer;
    options.timeout = std::chrono::seconds{30};
    m_session->execute(cql, {}, std::move(options),
                       [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
    return answer.get_future().get();
}

QStringList TstRealCassandra::dataFiles(const QString& table) const
{
    QStringList found;
    QDirIterator files(m_data, {QStringLiteral("*-Data.db")}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (path.contains(QStringLiteral("/") + table + QStringLiteral("-")) &&
            !path.contains(QStringLiteral("/snapshots/")))
            found << path;
    }
    return found;
}

void TstRealCassandra::initTestCase()
{
    m_address = qgetenv("RINGWRIGHT_REAL_ADDRESS").toStdString();
    m_data = QString::fromLocal8Bit(qgetenv("RINGWRIGHT_REAL_DATA"));
    QVERIFY2(!m_address.empty() && QDir(m_data).exists(), "run.py starts this program");
    m_thread = std::make_unique<ClientThread>();
    admin::JolokiaAddress jolokia;
    jolokia.endpoint = InetEndpoint::parse(m_address, 8778).value();
    m_admin = admin::makeJolokiaAdmin(jolokia, std::chrono::seconds{60});
}

void TstRealCassandra::aWrongPasswordIsSaidWithItsStage()
{
    // Cassandra makes its first role some moments after it began to listen: until then every
    // password is wrong, so this needs no waiting.
    Watcher watcher;
    Session session(*m_thread, m_clock, optionsFor(m_address, "wrong"), watcher);
    QVERIFY(watcher.wait([&] { return watcher.latest.error.has_value(); }));
    session.close();
    const auto* failure = watcher.latest.error->extra<ConnectFailure>();
    QVERIFY(failure);
    QCOMPARE(connectStageName(failure->stage), connectStageName(ConnectStage::Auth));
    QCOMPARE(watcher.latest.error->code(), ErrorCode::BadCredentials);
}

void TstRealCassandra::connectsWithTheNewestProtocol()
{
    m_watcher = std::make_unique<Watcher>();
    m_session = std::make_unique<Session>(*m_thread, m_clock, optionsFor(m_address, "cassandra"),
                                          *m_watcher);
    const bool connected =
        m_watcher->wait([&] { return m_watcher->latest.phase == SessionState::Phase::Connected; });
    QVERIFY2(connected, m_watcher->latest.error ? m_watcher->latest.error->detail().c_str() : "");
    QCOMPARE(static_cast<int>(m_watcher->latest.version), 5);
    QVERIFY(m_session->topology()->releaseVersion.starts_with("5.0."));
    QCOMPARE(m_session->topology()->nodes.size(), std::size_t{1});
    QCOMPARE(m_session->topology()->nodes.front().tokens.size(), std::size_t{16});
}

void TstRealCassandra::loadsTheSmallSample()
{
    const std::atomic<bool> cancelled = false;
    workload::SampleLoadOptions options;
    options.replication = "{'class': 'NetworkTopologyStrategy', 'datacenter1': 1}";
    workload::SampleLoadProgress last;
    const auto loaded = workload::loadHotelSample(
        *m_session, options, [&](const auto& progress) { last = progress; }, cancelled);
    QVERIFY2(loaded, loaded ? "" : loaded.error().detail().c_str());
    QCOMPARE(last.rowsDone, last.rowsTotal);
}

void TstRealCassandra::everyTableOfTheSampleHasItsRows()
{
    // What was sent, counted a table by the keys that the generator made.
    workload::HotelSample sample{workload::HotelSampleSize::small()};
    std::map<std::string, std::int64_t> sent;
    workload::SampleRow row;
    std::map<std::uint32_t, std::set<std::string>> keys;
    while (sample.next(row)) {
        std::string all;
        for (const auto& value : row.values)
            all.append(reinterpret_cast<const char*>(value.data()), value.size()).append("|");
        keys[row.statement].insert(all);
    }
    for (const auto& [statement, rows] : keys) {
        const std::string& cql = workload::HotelSample::inserts()[statement];
        const std::size_t begin = cql.find("INTO ") + 5;
        const std::string table = cql.substr(begin, cql.find_first_of(" (", begin) - begin);
        const auto page = execute("SELECT count(*) FROM " + table);
        QVERIFY2(page, page ? "" : page.error().detail().c_str());
        QVERIFY2(bigint(*page) == static_cast<std::int64_t>(rows.size()), table.c_str());
    }
}

void TstRealCassandra::answersAreTyped()
{
    const auto page = execute("SELECT hotel_id, date, room_number, is_available FROM "
                              "hotel.available_rooms_by_hotel_date WHERE hotel_id = 'AZ123' "
                              "AND date = '2026-01-01' LIMIT 1");
    QVERIFY2(page, page ? "" : page.error().detail().c_str());
    const auto row = firstRow(*page);
    QCOMPARE(row.size(), std::size_t{4});
    QCOMPARE(row[0], std::string("AZ123"));
    QCOMPARE(row[1], std::string("2026-01-01"));
    QVERIFY(row[3] == "true" || row[3] == "false" || row[3] == "True" || row[3] == "False");
}

void TstRealCassandra::pagesFollowEachOther()
{
    RequestOptions options;
    options.pageSize = 77;
    std::int64_t rows = 0;
    int pages = 0;
    do {
        const auto page = execute(
            "SELECT * FROM hotel.available_rooms_by_hotel_date WHERE hotel_id = 'AZ123'", options);
        QVERIFY2(page, page ? "" : page.error().detail().c_str());
        rows += (*page)->rowCount;
        ++pages;
        options.pagingState = (*page)->pagingState;
    } while (options.pagingState);
    QCOMPARE(rows, 400); // 20 rooms on 20 days
    QCOMPARE(pages, 6);
}

void TstRealCassandra::preparedStatementsAreExecuted()
{
    std::promise<Result<PreparedPtr>> prepared;
    m_session->prepare("SELECT name FROM hotel.hotels WHERE id = ?", {},
                       [&](Result<PreparedPtr> done) { prepared.set_value(std::move(done)); });
    const auto statement = prepared.get_future().get();
    QVERIFY2(statement, statement ? "" : statement.error().detail().c_str());
    const std::string id = "AZ123";
    std::promise<Result<ResultPagePtr>> answer;
    m_session->execute(*statement, {BoundValue::of(Bytes(id.begin(), id.end()))}, {},
                       [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
    const auto page = answer.get_future().get();
    QVERIFY2(page, page ? "" : page.error().detail().c_str());
    QCOMPARE((*page)->rowCount, 1);
    QVERIFY(!firstRow(*page).at(0).empty());
}

void TstRealCassandra::errorsKeepTheirCode()
{
    const auto syntax = execute("SELEC 1");
    QVERIFY(!syntax);
    QCOMPARE(syntax.error().code(), ErrorCode::SyntaxError);
    const auto unavailable = [&] {
        RequestOptions options;
        options.consistency = protocol::Consistency::Three;
        return execute("SELECT * FROM hotel.hotels WHERE id = 'AZ123'", options);
    }();
    QVERIFY(!unavailable);
    QCOMPARE(unavailable.error().code(), ErrorCode::Unavailable);
}

void TstRealCassandra::tracesAreRead()
{
    RequestOptions options;
    options.tracing = true;
    const auto page = execute("SELECT * FROM hotel.hotels WHERE id = 'AZ123'", options);
    QVERIFY2(page, page ? "" : page.error().detail().c_str());
    QVERIFY((*page)->tracingId.has_value());
    std::promise<Result<Trace>> answer;
    m_session->readTrace(*(*page)->tracingId,
                         [&](Result<Trace> trace) { answer.set_value(std::move(trace)); });
    const auto trace = answer.get_future().get();
    QVERIFY2(trace, trace ? "" : trace.error().detail().c_str());
    QVERIFY(trace->events.size() > 3);
}

void TstRealCassandra::theRingIsReported()
{
    const auto ring = m_admin->ring("hotel");
    QVERIFY2(ring, ring ? "" : ring.error().detail().c_str());
    QCOMPARE(ring->operationMode, std::string("NORMAL"));
    QCOMPARE(ring->nodes.size(), std::size_t{1});
    QVERIFY(ring->nodes.front().up);
    // Cassandra adds shares of the ring as floats: 1.0000011 is all of it.
    QVERIFY(std::abs(ring->nodes.front().owns.value_or(0) - 1) < 1e-4);
    QCOMPARE(ring->tokens.size(), std::size_t{16});
}

void TstRealCassandra::gossipIsReported()
{
    const auto gossip = m_admin->gossip();
    QVERIFY2(gossip, gossip ? "" : gossip.error().detail().c_str());
    QCOMPARE(gossip->endpoints.size(), std::size_t{1});
    QVERIFY(gossip->endpoints.front().generation > 0);
    QVERIFY(gossip->endpoints.front().states.size() > 5);
}

namespace {

/// The live table and what is wanted in its place: a bucket in the key, wider numbers.
modeling::Model readingsModel(bool wanted)
{
    const std::string keyspace = "CREATE KEYSPACE copied WITH replication = {'class': "
                                 "'NetworkTopologyStrategy', 'datacenter1': 1};";
    const std::string columns = wanted ? "sensor text, month text, at timestamp, value bigint, "
                                         "tags set<text>, unit text static, PRIMARY KEY ((sensor, "
                                         "month), at)"
                                       : "sensor text, at timestamp, value int, tags set<text>, "
                                         "unit text static, PRIMARY KEY (sensor, at)";
    auto model =
        *modeling::modelOfCql(keyspace + "CREATE TABLE copied.readings (" + columns + ");");
    if (wanted)
        for (modeling::TableColumn& column : model.tables[0].columns)
            if (column.name == "month") {
                column.rule = modeling::MappingRule::Bucket;
                column.bucketOf = "month(at)";
            }
    return model;
}

} // namespace

void TstRealCassandra::aChangedKeyIsCopiedIntoANewTable()
{
    const auto run = [&](const std::string& cql) {
        const auto done = execute(cql);
        if (!done)
            qFatal("%s: %s", cql.c_str(), done.error().detail().c_str());
        return *done;
    };
    run("CREATE KEYSPACE copied WITH replication = {'class': 'NetworkTopologyStrategy', "
        "'datacenter1': 1}");
    run("CREATE TABLE copied.readings (sensor text, at timestamp, value int, tags set<text>, "
        "unit text static, PRIMARY KEY (sensor, at))");
    run("INSERT INTO copied.readings (sensor, unit) VALUES ('s0', 'K') USING TIMESTAMP 1000");
    for (int i = 0; i < 300; ++i)
        run("INSERT INTO copied.readings (sensor, at, value, tags) VALUES ('s" +
            std::to_string(i % 3) + "', " + std::to_string(1'700'000'000'000 + i * 86'400'000LL) +
            ", " + (i % 7 == 0 ? "null" : std::to_string(i)) + ", {'a', 't" + std::to_string(i) +
            "'}) USING TIMESTAMP " + std::to_string(2000 + i) +
            (i % 5 == 0 ? " AND TTL 50000" : ""));
    run("DELETE FROM copied.readings WHERE sensor = 's1' AND at = 1700086400000");

    const auto diff =
        modeling::diffModels(readingsModel(true), readingsModel(false), {.keyspaces = {"copied"}});
    QVERIFY2(diff, diff ? "" : diff.error().detail().c_str());
    std::vector<std::size_t> ticked;
    for (std::size_t i = 0; i < diff->steps.size(); ++i)
        if (diff->steps[i].kind != modeling::StepKind::Destructive)
            ticked.push_back(i);
    const std::atomic<bool> cancelled = false;
    std::map<modeling::StepKind, std::string> said;
    const auto done = workload::runMigration(
        *m_session, diff->steps, ticked, {},
        [&](const workload::MigrationNews& news) { said[diff->steps[news.step].kind] = news.text; },
        cancelled);
    QVERIFY2(done, done ? "" : done.error().detail().c_str());
    QVERIFY2(said[modeling::StepKind::Copy].find("299") != std::string::npos,
             said[modeling::StepKind::Copy].c_str());
    QVERIFY(said.contains(modeling::StepKind::Verify));

    const std::string table = "copied." + diff->newNames.at("copied.readings");
    QCOMPARE(bigint(run("SELECT count(*) FROM " + table + " WHERE value >= 0 ALLOW FILTERING")),
             std::int64_t{256}); // 300 less 43 nulls and the deleted one
    // The eleventh day is in the month that its date says, and tells when it was written.
    const auto row =
        firstRow(run("SELECT value, tags, writetime(value), ttl(value), unit FROM " + table +
                     " WHERE sensor = 's1' AND month = '2023-11' AND at = "
                     "1700864000000"));
    QCOMPARE(row.size(), std::size_t{5});
    QCOMPARE(row[0], std::string("10"));
    QCOMPARE(row[2], std::string("2010"));
    QVERIFY(std::stoi(row[3]) > 49'000 && std::stoi(row[3]) <= 50'000);
    const auto fixed = firstRow(run("SELECT unit, writetime(unit) FROM " + table +
                                    " WHERE sensor = 's0' AND month = '2023-11' LIMIT 1"));
    QCOMPARE(fixed, std::vector<std::string>({"K", "1000"}));
    run("DROP KEYSPACE copied");
}

void TstRealCassandra::flushWritesSstables()
{
    // The keyspace that was dropped before this has made Cassandra flush what there was.
    QVERIFY(execute("INSERT INTO hotel.available_rooms_by_hotel_date (hotel_id, date, room_number, "
                    "is_available) VALUES ('again', '2026-01-01', 1, true)"));
    const auto before = dataFiles(QStringLiteral("available_rooms_by_hotel_date")).size();
    const auto flushed = m_admin->flush("hotel", {});
    QVERIFY2(flushed, flushed ? "" : flushed.error().detail().c_str());
    QCOMPARE(dataFiles(QStringLiteral("available_rooms_by_hotel_date")).size(), before + 1);
}

void TstRealCassandra::snapshotsAreTakenListedAndCleared()
{
    const auto taken = m_admin->snapshot("from-ringwright", {"hotel"});
    QVERIFY2(taken, taken ? "" : taken.error().detail().c_str());
    const auto rows = m_admin->snapshots();
    QVERIFY2(rows, rows ? "" : rows.error().detail().c_str());
    const auto ours = std::count_if(rows->begin(), rows->end(), [](const auto& each) {
        return each.name == "from-ringwright" && each.keyspace == "hotel";
    });
    QCOMPARE(ours, 5); // the tables of keyspace hotel
    const auto cleared = m_admin->clearSnapshot("from-ringwright");
    QVERIFY2(cleared, cleared ? "" : cleared.error().detail().c_str());
    const auto left = m_admin->snapshots();
    QVERIFY(left);
    QVERIFY(std::none_of(left->begin(), left->end(),
                         [](const auto& each) { return each.name == "from-ringwright"; }));
}

void TstRealCassandra::compactionLeavesOneSstable()
{
    QVERIFY(execute("INSERT INTO hotel.hotels (id, name) VALUES ('again', 'Again')"));
    QVERIFY(m_admin->flush("hotel", {"hotels"}));
    QCOMPARE(dataFiles(QStringLiteral("hotels")).size(), 2);
    const auto compacted = m_admin->compact("hotel", {"hotels"});
    QVERIFY2(compacted, compacted ? "" : compacted.error().detail().c_str());
    // Cassandra deletes what it compacted a moment later, on a thread of its own.
    QTRY_COMPARE_WITH_TIMEOUT(dataFiles(QStringLiteral("hotels")).size(), 1, 20'000);
}

void TstRealCassandra::repairComesToItsEnd()
{
    admin::RepairOptions options;
    options.keyspace = "hotel";
    int reports = 0;
    const auto repaired = m_admin->repair(options, [&](const admin::RepairProgress&) {
        ++reports;
        return true;
    });
    QVERIFY2(repaired, repaired ? "" : repaired.error().detail().c_str());
}

void TstRealCassandra::cleanupTestCase()
{
    if (m_session)
        m_session->close();
    m_session.reset();
    m_thread.reset();
}

RW_TEST(TstRealCassandra)
#include "tst_real_cassandra.moc"
