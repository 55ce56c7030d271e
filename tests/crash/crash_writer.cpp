// Writes numbers from `first` on into a LocalStore and says each one on standard output (8 bytes,
// big-endian) once it is acknowledged, until it is killed. Started by tst_sigkill.
#include "engine/base/real_runtime.h"
#include "engine/storage/local_store.h"
#include "tests/crash/crash_table.h"

#include <cstdlib>
#include <unistd.h>

using namespace engine;

namespace {

constexpr std::int64_t kInFlight = 32;

struct Writer {
    RealRuntime& runtime;
    std::string folder;
    storage::CommitLogSync sync;
    std::int64_t next;
    schema::TablePtr table = tests::makeNumbersTable();
    std::unique_ptr<storage::LocalStore> store;

    Task<void> writeForEver(std::int64_t n)
    {
        while (true) {
            auto writing = store->apply(tests::numberMutation(table, n));
            RW_CO_TRY(co_await writing);
            char raw[8];
            storeBigEndian(raw, n);
            if (::write(STDOUT_FILENO, raw, sizeof(raw)) != static_cast<ssize_t>(sizeof(raw)))
                std::_Exit(3);
            n += kInFlight;
        }
    }
    Task<void> run()
    {
        auto opening = storage::LocalStore::open(runtime, tests::crashOptions(folder, sync), {});
        auto opened = co_await opening;
        if (!opened)
            fail(opened.error());
        store = std::move(*opened);
        auto starting = store->start(tests::makeNumbersSchema(table));
        auto started = co_await starting;
        if (!started)
            fail(started.error());
        for (std::int64_t i = 0; i < kInFlight; ++i)
            runtime.spawn(Priority::Request, "writer", writeForEver(next + i));
        co_return ok();
    }
    [[noreturn]] void fail(const Error& error)
    {
        runtime.log().error("crash_writer", error.detail());
        std::_Exit(2);
    }
};

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4)
        return 1;
    const auto runtime = RealRuntime::make({});
    Writer writer{*runtime, argv[1], static_cast<storage::CommitLogSync>(std::atoi(argv[2])),
                  std::atoll(argv[3])};
    runtime->spawn(Priority::Request, "run", writer.run());
    runtime->run();
    return 0;
}
