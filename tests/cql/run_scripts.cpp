// cql_scripts HOST[:PORT] [--update] [NAME.cql …]: plays the scripts of this folder on a server, as
// a rule Apache Cassandra 5.0, and compares what it answers with the .expected files that our own
// engine is tested with. --update writes them with the server's answers; read the difference.
// Exit status 0: all the same. It drops and creates the keyspace "spec".

#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/query/query_processor.h"
#include "tests/support/query_fixture.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <sstream>

using namespace engine;

namespace {

class Silent final : public client::SessionListener {
public:
    void onState(const client::SessionState& state) override
    {
        if (state.phase == client::SessionState::Phase::Connected && !m_isDone) {
            m_isDone = true;
            m_connected.set_value(true);
        }
    }
    void onTopology(const client::TopologyPtr&) override {}
    void onSchema(const client::SchemaInfoPtr&) override {}
    bool waitUntilConnected()
    {
        return m_connected.get_future().wait_for(std::chrono::seconds(30)) ==
               std::future_status::ready;
    }

private:
    std::promise<bool> m_connected;
    bool m_isDone = false;
};

Result<query::QueryResult> asEngineResult(Result<client::ResultPagePtr> page)
{
    if (!page)
        return page.error();
    query::QueryResult result;
    result.warnings = (*page)->warnings;
    switch ((*page)->kind) {
    case client::ResultPage::Kind::Void:
        break;
    case client::ResultPage::Kind::SetKeyspace:
        result.value = protocol::SetKeyspaceResult{(*page)->keyspace};
        break;
    case client::ResultPage::Kind::SchemaChange:
        result.value = *(*page)->schemaChange;
        break;
    case client::ResultPage::Kind::Rows: {
        query::Rows rows;
        rows.metadata.columns = (*page)->columns;
        rows.rowCount = (*page)->rowCount;
        rows.content = (*page)->content;
        result.value = std::move(rows);
        break;
    }
    }
    return result;
}

class Server {
public:
    explicit Server(std::string address)
        : m_session(m_thread, m_clock, optionsOf(address), m_silent)
    {
    }
    bool waitUntilConnected() { return m_silent.waitUntilConnected(); }
    std::string show(const std::string& statement)
    {
        std::promise<Result<client::ResultPagePtr>> answer;
        client::RequestOptions options;
        options.pageSize = 0;
        options.timeout = std::chrono::seconds(60);
        options.consistency = protocol::Consistency::One;
        (void)m_session.execute(statement, {}, options,
                                [&answer](auto page) { answer.set_value(std::move(page)); });
        return tests::QueryFixture::show(asEngineResult(answer.get_future().get()));
    }

private:
    static client::SessionOptions optionsOf(const std::string& address)
    {
        client::SessionOptions options;
        options.contactPoints = {address};
        options.wantsSchema = false;
        return options;
    }

    SystemClock m_clock;
    client::ClientThread m_thread;
    Silent m_silent;
    client::Session m_session;
};

std::string readFile(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// A syntax error has a sentence of the parser's own: the code alone counts.
std::string comparable(const std::string& answer)
{
    return answer.starts_with("error SyntaxError:") ? "error SyntaxError" : answer;
}

/// The answers of an .expected file by their place: "> statement", its lines, an empty line.
std::vector<std::string> answersOf(const std::string& text,
                                   const std::vector<std::string>& statements)
{
    std::vector<std::string> answers;
    std::size_t at = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const std::string head = "> " + statements[i] + "\n";
        if (at > text.size() || text.compare(at, head.size(), head) != 0)
            return answers; // the statements are others by now
        at += head.size();
        std::size_t end = i + 1 < statements.size() ? text.find("\n\n> " + statements[i + 1], at)
                                                    : text.rfind("\n\n");
        if (end == std::string::npos || end < at)
            end = text.size();
        answers.push_back(text.substr(at, end - at));
        at = end + 2;
    }
    return answers;
}

/// How many answers of a script differ; prints them.
int play(Server& server, const std::filesystem::path& script, bool update)
{
    (void)server.show("USE system"); // a session in a keyspace that goes is in none
    (void)server.show("DROP KEYSPACE IF EXISTS spec");
    (void)server.show("CREATE KEYSPACE spec WITH replication = {'class': 'SimpleStrategy', "
                      "'replication_factor': 1}");
    (void)server.show("USE spec");
    const auto statements = tests::splitStatements(readFile(script));
    std::filesystem::path expectedPath = script;
    expectedPath.replace_extension(".expected");
    const auto expected = answersOf(readFile(expectedPath), statements);
    std::string written;
    int different = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const std::string theirs = server.show(statements[i]);
        const std::string ours = i < expected.size() ? expected[i] : "(nothing)";
        const bool isSame = comparable(theirs) == comparable(ours);
        // The sentences of our parser stay.
        written += "> " + statements[i] + "\n" + (isSame ? ours : theirs) + "\n\n";
        if (isSame)
            continue;
        ++different;
        std::printf("%s: %s\n  expected: %s\n  server:   %s\n", script.filename().c_str(),
                    statements[i].c_str(), ours.c_str(), theirs.c_str());
    }
    std::printf("%s: %zu statements, %d answers differ\n", script.filename().c_str(),
                statements.size(), different);
    if (update)
        std::ofstream{expectedPath, std::ios::binary} << written;
    return different;
}

} // namespace

int main(int argc, char** argv)
{
    std::string address;
    bool update = false;
    std::vector<std::filesystem::path> scripts;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--update")
            update = true;
        else if (word.ends_with(".cql"))
            scripts.emplace_back(std::filesystem::path{RINGWRIGHT_SCRIPTS} / word);
        else
            address = word;
    }
    if (address.empty()) {
        std::fputs("cql_scripts HOST[:PORT] [--update] [NAME.cql …]\n", stderr);
        return 2;
    }
    if (scripts.empty()) {
        for (const auto& entry : std::filesystem::directory_iterator(RINGWRIGHT_SCRIPTS)) {
            if (entry.path().extension() == ".cql")
                scripts.push_back(entry.path());
        }
        std::sort(scripts.begin(), scripts.end());
    }
    Server server{address};
    if (!server.waitUntilConnected()) {
        std::fprintf(stderr, "no CQL server answers at %s\n", address.c_str());
        return 2;
    }
    int different = 0;
    for (const auto& script : scripts)
        different += play(server, script, update);
    std::printf("%zu scripts, %d answers differ\n", scripts.size(), different);
    return different == 0 ? 0 : 1;
}
