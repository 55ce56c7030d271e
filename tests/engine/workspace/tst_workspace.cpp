#include "engine/workspace/migrations.h"
#include "engine/workspace/workspace.h"
#include "tests/support/test_main.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <csignal>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace engine;
using namespace engine::workspace;
using std::chrono::milliseconds;

class TstWorkspace : public QObject {
    Q_OBJECT
private slots:
    void init();
    void everythingReadsBackAfterReopening();
    void namesOfConnectionsAreUnique();
    void removingAConnectionTakesItsHistoryAndLeavesItsTabs();
    void historyIsSearchedByWords();
    void historyPages();
    void killedStudioLosesNothing();
    void secondStudioIsRefusedWithTheOwner();
    void newerFilesAreRefused();
    void olderFilesAreMigratedAfterACopy();
    void foreignFilesAreRefusedUntouched();
    void savingTextIsQuick();

private:
    std::filesystem::path file() const
    {
        return (m_folder->path() + "/deep/er/work.ringwright").toStdString();
    }
    std::unique_ptr<Workspace> opened() const
    {
        auto workspace = Workspace::open(file());
        if (!workspace)
            qFatal("%s", workspace.error().detail().c_str());
        return std::move(*workspace);
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstWorkspace::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TstWorkspace::everythingReadsBackAfterReopening()
{
    std::int64_t connection = 0;
    {
        const auto workspace = opened();
        Connection made;
        made.name = "läb";
        made.kind = ConnectionKind::Remote;
        made.contactPoints = {"10.0.0.1:9042", "[::1]:9042"};
        made.user = "bob";
        made.secretReference = "keychain/7";
        made.tls = true;
        made.settings = "{}";
        connection = *workspace->saveConnection(made);
        QVERIFY(workspace->touchConnection(connection, milliseconds{5}).has_value());
        Tab tab;
        tab.connection = connection;
        tab.title = "Query 1";
        tab.pageSize = 500;
        tab.tracing = true;
        tab.keyspace = "hotel";
        tab.consistency = 4;
        const auto id = *workspace->saveTab(tab);
        QVERIFY(workspace->saveTabText(id, std::string{"SELECT '\0é';", 13}, 7, 3).has_value());
        QVERIFY(workspace->setSetting("window", std::string{"\0\1\xff", 3}).has_value());
        QVERIFY(workspace->setSetting("gone", "x").has_value());
        QVERIFY(workspace->removeSetting("gone").has_value());
        QVERIFY(workspace->saveTask({"t1", "Repair", milliseconds{1}, milliseconds{0}, ""})
                    .has_value());
        QVERIFY(workspace->addTaskLog("t1", milliseconds{2}, "half").has_value());
        QVERIFY(workspace->addTaskLog("t1", milliseconds{3}, "all").has_value());
        QVERIFY(workspace->saveTask({"t1", "Repair", milliseconds{1}, milliseconds{4}, "done"})
                    .has_value());
    }
    const auto workspace = opened();
    const auto connections = *workspace->connections();
    QCOMPARE(connections.size(), 1U);
    QCOMPARE(connections[0].id, connection);
    QCOMPARE(connections[0].contactPoints,
             (std::vector<std::string>{"10.0.0.1:9042", "[::1]:9042"}));
    QCOMPARE(connections[0].lastUsed, milliseconds{5});
    QVERIFY(connections[0].tls && connections[0].kind == ConnectionKind::Remote);
    const auto tabs = *workspace->tabs();
    QCOMPARE(tabs.size(), 1U);
    QCOMPARE(tabs[0].text, std::string("SELECT '\0é';", 13));
    QCOMPARE(tabs[0].caret, 7);
    QCOMPARE(tabs[0].anchor, 3);
    QCOMPARE(tabs[0].pageSize, 500);
    QVERIFY(tabs[0].tracing && tabs[0].consistency == 4 && tabs[0].keyspace == "hotel");
    QCOMPARE(**workspace->setting("window"), std::string("\0\1\xff", 3));
    QVERIFY(!workspace->setting("gone")->has_value());
    QCOMPARE((*workspace->tasks())[0].outcome, std::string{"done"});
    const auto log = *workspace->taskLog("t1");
    QCOMPARE(log.size(), 2U);
    QCOMPARE(log[1].text, std::string{"all"});
}

void TstWorkspace::namesOfConnectionsAreUnique()
{
    const auto workspace = opened();
    Connection made;
    made.name = "a";
    made.id = *workspace->saveConnection(made);
    QVERIFY(workspace->saveConnection(made).has_value()); // the same again
    made.id = 0;
    const auto twice = workspace->saveConnection(made);
    QVERIFY(!twice);
    QCOMPARE(twice.error().code(), ErrorCode::AlreadyExists);
    QCOMPARE(workspace->connections()->size(), 1U);
}

void TstWorkspace::removingAConnectionTakesItsHistoryAndLeavesItsTabs()
{
    const auto workspace = opened();
    Connection made;
    made.name = "a";
    const auto id = *workspace->saveConnection(made);
    Tab tab;
    tab.connection = id;
    QVERIFY(workspace->saveTab(tab).has_value());
    QVERIFY(workspace->addHistory({0, id, milliseconds{1}, "ks", "SELECT 1", 1, {}, "n", ""})
                .has_value());
    QVERIFY(workspace->removeConnection(id).has_value());
    QVERIFY(workspace->history({})->empty());
    QCOMPARE((*workspace->tabs())[0].connection, 0);
    // A connection that never was is an error, not an orphan.
    QVERIFY(!workspace->addHistory({0, 77, milliseconds{1}, "", "x", std::nullopt, {}, "", ""}));
}

void TstWorkspace::historyIsSearchedByWords()
{
    const auto workspace = opened();
    const auto add = [&](const char* statement, const char* error,
                         std::optional<std::int64_t> rows) {
        QVERIFY(workspace
                    ->addHistory({0, 0, milliseconds{9}, "hotel", statement, rows,
                                  std::chrono::microseconds{1500}, "127.0.0.1", error})
                    .has_value());
    };
    add("SELECT * FROM hotels", "", 3);
    add("SELECT * FROM rooms WHERE rate = '100%'", "", 0);
    add("INSERT INTO hotels (id) VALUES (1)", "Write timeout", std::nullopt);
    const auto found = [&](const char* words, bool errorsOnly = false) {
        HistoryFilter filter;
        filter.words = words;
        filter.errorsOnly = errorsOnly;
        return workspace->history(filter)->size();
    };
    QCOMPARE(found(""), 3U);
    QCOMPARE(found("hotels"), 2U);
    QCOMPARE(found("select HOTELS"), 1U);
    QCOMPARE(found("timeout"), 1U);
    QCOMPARE(found("100%'"), 1U);
    QCOMPARE(found("h_tels"), 0U);
    QCOMPARE(found("", true), 1U);
    const auto all = *workspace->history({});
    QCOMPARE(all[0].error, std::string{"Write timeout"});
    QVERIFY(!all[0].rows && all[2].rows == 3);
    QCOMPARE(all[2].duration, std::chrono::microseconds{1500});
}

void TstWorkspace::historyPages()
{
    const auto workspace = opened();
    for (int i = 0; i < 10; ++i)
        QVERIFY(workspace
                    ->addHistory(
                        {0, 0, milliseconds{i}, "", std::to_string(i), std::nullopt, {}, "", ""})
                    .has_value());
    HistoryFilter filter;
    filter.limit = 4;
    const auto first = *workspace->history(filter);
    filter.before = first.back().id;
    const auto second = *workspace->history(filter);
    QCOMPARE(first.front().statement, std::string{"9"});
    QCOMPARE(second.front().statement, std::string{"5"});
}

void TstWorkspace::killedStudioLosesNothing()
{
    int ready[2];
    QCOMPARE(::pipe(ready), 0);
    const pid_t child = ::fork();
    QVERIFY(child >= 0);
    if (child == 0) {
        // The child: types, reports that the call returned, and is shot while typing on.
        auto workspace = Workspace::open(file());
        Tab tab;
        tab.id = *(*workspace)->saveTab(tab);
        bool stored = (*workspace)->saveTabText(tab.id, "typed before the shot", 3, 3).has_value();
        stored = stored && ::write(ready[1], "x", 1) == 1;
        for (int i = 0; stored; ++i)
            stored = (*workspace)->setSetting("noise", std::to_string(i)).has_value();
        ::_exit(1);
    }
    char byte = 0;
    QCOMPARE(::read(ready[0], &byte, 1), ssize_t{1});
    QCOMPARE(::kill(child, SIGKILL), 0);
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    ::close(ready[0]);
    ::close(ready[1]);
    QVERIFY(WIFSIGNALED(status));
    const auto workspace = opened(); // the lock is free, the file whole
    QCOMPARE((*workspace->tabs())[0].text, std::string{"typed before the shot"});
}

void TstWorkspace::secondStudioIsRefusedWithTheOwner()
{
    const auto first = opened();
    const auto second = Workspace::open(file());
    QVERIFY(!second);
    QCOMPARE(second.error().code(), ErrorCode::AddressInUse);
    QVERIFY(second.error().detail().find(fmt::format("process {}", ::getpid())) !=
            std::string::npos);
}

void TstWorkspace::newerFilesAreRefused()
{
    opened().reset();
    {
        auto database = *Database::open(file());
        QVERIFY(database->execute("PRAGMA user_version = 99").has_value());
    }
    const auto workspace = Workspace::open(file());
    QVERIFY(!workspace);
    QCOMPARE(workspace.error().code(), ErrorCode::VersionTooNew);
}

void TstWorkspace::olderFilesAreMigratedAfterACopy()
{
    std::filesystem::create_directories(file().parent_path());
    {
        auto database = *Database::open(file());
        QVERIFY(database->execute(migrations()[0]).has_value());
        QVERIFY(database
                    ->execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = 1; "
                                          "INSERT INTO settings VALUES ('theme', 'dark')",
                                          kWorkspaceMagic))
                    .has_value());
    }
    {
        const auto workspace = opened();
        QCOMPARE(**workspace->setting("theme"), std::string{"dark"});
        QVERIFY(workspace->tasks().has_value());
    }
    auto copy = *Database::open(file().string() + ".v1.bak");
    QCOMPARE(*copy->number("PRAGMA user_version"), 1);
    QCOMPARE(*copy->number("SELECT count(*) FROM settings"), 1);
}

void TstWorkspace::foreignFilesAreRefusedUntouched()
{
    std::filesystem::create_directories(file().parent_path());
    const QString path = QString::fromStdString(file().string());
    const QByteArray letter = QByteArray("Dear reader, this is no database. ").repeated(100);
    {
        QFile text{path};
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write(letter);
    }
    const auto workspace = Workspace::open(file());
    QVERIFY(!workspace);
    QCOMPARE(workspace.error().code(), ErrorCode::Corrupt);
    QFile text{path};
    QVERIFY(text.open(QIODevice::ReadOnly));
    QCOMPARE(text.readAll(), letter);
    text.close();
    QVERIFY(text.remove());
    {
        auto database = *Database::open(file());
        QVERIFY(database->execute("CREATE TABLE strange (x INTEGER)").has_value());
    }
    QCOMPARE(Workspace::open(file()).error().code(), ErrorCode::Corrupt);
}

void TstWorkspace::savingTextIsQuick()
{
    const auto workspace = opened();
    Tab tab;
    const auto id = *workspace->saveTab(tab);
    const std::string text(20'000, 'x');
    // Every pause in typing calls this on the GUI's worker: 200 of them in well under a second.
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 200; ++i)
        QVERIFY(workspace->saveTabText(id, text, i, i).has_value());
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
}

RW_TEST(TstWorkspace)
#include "tst_workspace.moc"
