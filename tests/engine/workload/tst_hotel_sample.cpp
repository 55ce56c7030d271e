#include "engine/cql/type.h"
#include "engine/workload/hotel_sample.h"
#include "tests/support/test_main.h"

#include <map>
#include <set>

using namespace engine;
using namespace engine::workload;
using cql::Type;
using cql::TypeKind;

namespace {

std::vector<SampleRow> all(HotelSampleSize size)
{
    HotelSample sample{size};
    std::vector<SampleRow> rows;
    SampleRow row;
    while (sample.next(row))
        rows.push_back(row);
    return rows;
}

} // namespace

class TstHotelSample : public QObject {
    Q_OBJECT
private slots:
    void rowCountIsWhatComes();
    void theFullSampleHasAMillionAvailabilityRows();
    void theSameSeedGivesTheSameRows();
    void everyValueIsValidForItsColumn();
    void duplicateTablesAgree();
    void primaryKeysAreUnique();
};

void TstHotelSample::rowCountIsWhatComes()
{
    const HotelSample sample{HotelSampleSize::small()};
    QCOMPARE(all(HotelSampleSize::small()).size(), std::size_t{sample.rowCount()});
}

void TstHotelSample::theFullSampleHasAMillionAvailabilityRows()
{
    const auto full = HotelSampleSize::full();
    QCOMPARE(full.hotels, 200U);
    QCOMPARE(full.hotels * full.roomsPerHotel, 20'000U);
    QCOMPARE(full.hotels * full.roomsPerHotel * full.days, 1'000'000U);
}

void TstHotelSample::theSameSeedGivesTheSameRows()
{
    const auto a = all({3, 4, 5, 6, 7});
    const auto b = all({3, 4, 5, 6, 7});
    QCOMPARE(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        QVERIFY(a[i].statement == b[i].statement && a[i].values == b[i].values);
}

void TstHotelSample::everyValueIsValidForItsColumn()
{
    const auto text = Type::native(TypeKind::Text);
    const auto date = Type::native(TypeKind::Date);
    const auto small = Type::native(TypeKind::Smallint);
    const auto uuid = Type::native(TypeKind::Uuid);
    const auto address = Type::udt("hotel", "address",
                                   {{"street", text},
                                    {"city", text},
                                    {"state_or_province", text},
                                    {"postal_code", text},
                                    {"country", text}},
                                   true);
    const std::vector<std::vector<cql::TypePtr>> types{
        {text, text, text, text, address},
        {text, text, text, address, Type::set(text, true)},
        {text, text, text},
        {text, date, small, Type::native(TypeKind::Boolean)},
        {text, small, text, text},
        {text, text, date, date, small, uuid},
        {text, date, small, date, text, uuid},
        {text, date, text, small, date, text, uuid},
        {uuid, text, text, text, Type::set(text, true), Type::list(text, true),
         Type::map(text, address, true), text}};
    for (const auto& row : all({4, 5, 6, 7, 8})) {
        QCOMPARE(row.values.size(), types[row.statement].size());
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            const auto valid = types[row.statement][i]->validate(row.values[i]);
            QVERIFY2(valid.has_value(), valid ? "" : valid.error().detail().c_str());
        }
    }
}

void TstHotelSample::duplicateTablesAgree()
{
    std::map<Bytes, std::vector<Bytes>> byConfirmation;
    std::map<Bytes, std::vector<Bytes>> byHotelDate;
    std::map<Bytes, std::vector<Bytes>> byGuest;
    std::map<Bytes, Bytes> lastNames;
    std::map<std::pair<Bytes, std::pair<Bytes, Bytes>>, bool> available;
    for (const auto& row : all(HotelSampleSize::small())) {
        const auto& v = row.values;
        if (row.statement == 3)
            available[{v[0], {v[1], v[2]}}] = v[3] == Bytes(1, '\1');
        if (row.statement == 5)
            byConfirmation[v[0]] = {v[1], v[2], v[3], v[4], v[5]}; // hotel, from, to, room, guest
        if (row.statement == 6)
            byHotelDate[v[4]] = {v[0], v[1], v[3], v[2], v[5]};
        if (row.statement == 7)
            byGuest[v[5]] = {v[2], v[1], v[4], v[3], v[6], v[0]};
        if (row.statement == 8)
            lastNames[v[0]] = v[2];
    }
    QCOMPARE(byConfirmation.size(), std::size_t{400});
    QVERIFY(byConfirmation == byHotelDate);
    for (const auto& [confirmation, stay] : byConfirmation) {
        auto guest = byGuest.at(confirmation);
        QCOMPARE(guest.back(), lastNames.at(stay[4]));
        guest.pop_back();
        QVERIFY(guest == stay);
        QCOMPARE(available.at({stay[0], {stay[1], stay[3]}}), false);
    }
}

void TstHotelSample::primaryKeysAreUnique()
{
    const std::size_t keyColumns[] = {2, 1, 2, 3, 3, 1, 3, 4, 1};
    std::set<std::pair<std::uint32_t, std::vector<Bytes>>> seen;
    for (const auto& row : all(HotelSampleSize::small()))
        QVERIFY(seen.insert({row.statement,
                             {row.values.begin(),
                              row.values.begin() + static_cast<long>(keyColumns[row.statement])}})
                    .second);
}

RW_TEST(TstHotelSample)
#include "tst_hotel_sample.moc"
