#include "engine/cql/parser.h"
#include "tests/support/test_main.h"

#include <cstdlib>
#include <new>

namespace {
// Counts what this program takes from the heap while `counting` is on.
bool counting = false;
int allocations = 0;
} // namespace

#ifndef __SANITIZE_ADDRESS__ // which has its own
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    allocations += counting ? 1 : 0;
    return std::malloc(size);
}
void* operator new(std::size_t size)
{
    allocations += counting ? 1 : 0;
    if (void* out = std::malloc(size))
        return out;
    throw std::bad_alloc{};
}
void operator delete(void* pointer) noexcept
{
    std::free(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept
{
    std::free(pointer);
}

#endif

using namespace engine;
using namespace engine::cql;

namespace {
constexpr std::string_view kInsert =
    "INSERT INTO hotel.available_rooms_by_hotel_date (hotel_id, date, room_number, is_available, "
    "Note, prices) VALUES "
    "('AZ123', '2026-11-21', 101, true, 'it''s free', {'single': 12.5, 'double': ?}) IF NOT EXISTS "
    "USING TIMESTAMP 1700000000000000 AND TTL ?";
constexpr std::string_view kSelect =
    "SELECT hotel_id, date, room_number, is_available FROM hotel.available_rooms_by_hotel_date "
    "WHERE hotel_id = ? AND date >= ? AND date < ? LIMIT 100";
} // namespace

class TstParserCost : public QObject {
    Q_OBJECT
private slots:
    void parsingForTheServerAllocatesOnlyInTheArena();
    void insertIsParsedQuickly();
};

void TstParserCost::parsingForTheServerAllocatesOnlyInTheArena()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("the sanitizer has its own operator new");
#endif
    for (const auto text : {kInsert, kSelect}) {
        Arena arena{16 * 1024};
        QVERIFY(parseStatement(text, arena).has_value()); // takes the arena's block
        arena.clear();
        allocations = 0;
        counting = true;
        const bool parsed = parseStatement(text, arena).has_value();
        counting = false;
        QVERIFY(parsed);
        QCOMPARE(allocations, 0);
    }
}

void TstParserCost::insertIsParsedQuickly()
{
    Arena arena{16 * 1024};
    QBENCHMARK
    {
        arena.clear();
        const auto parsed = parseStatement(kInsert, arena);
        if (!parsed)
            qFatal("the statement is fine");
    }
}

RW_TEST(TstParserCost)
#include "tst_parser_cost.moc"
