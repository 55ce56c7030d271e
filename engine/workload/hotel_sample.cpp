#include "engine/workload/hotel_sample.h"

#include "engine/workload/hotel_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace engine::workload {

namespace {

enum Insert : std::uint32_t {
    kHotelsByPoi,
    kHotels,
    kPoisByHotel,
    kAvailableRooms,
    kAmenitiesByRoom,
    kByConfirmation,
    kByHotelDate,
    kByGuest,
    kGuests,
};

Bytes date(std::uint32_t day)
{
    return bigEndian<std::uint32_t>(HotelSample::kFirstDate + day);
}

/// A frozen collection: count, then each element with its length.
Bytes collection(const std::vector<Bytes>& elements, std::size_t perEntry = 1)
{
    Bytes out;
    ByteWriter writer{out};
    writer.i32(static_cast<std::int32_t>(elements.size() / perEntry));
    for (const auto& element : elements)
        writer.bytes32(element);
    return out;
}

template <std::size_t size>
std::string pick(const std::array<std::string_view, size>& from, SeededRandom& random)
{
    return std::string(from[random.below(size)]);
}

/// The user type `address`: street, city, state_or_province, postal_code, country.
Bytes address(const words::City& city, SeededRandom& random)
{
    Bytes out;
    ByteWriter writer{out};
    writer.bytes32(fmt::format("{} {}", 1 + random.below(240), pick(words::kStreets, random)));
    writer.bytes32(city.name);
    writer.bytes32(city.state);
    writer.bytes32(fmt::format("{:05}", 1000 + random.below(98000)));
    writer.bytes32(city.country);
    return out;
}

void set(SampleRow& row, Insert statement, std::vector<Bytes> values)
{
    row.statement = statement;
    row.values = std::move(values);
}

} // namespace

std::vector<std::string> HotelSample::schema(const std::string& replication)
{
    const std::string type =
        "(street text, city text, state_or_province text, postal_code text, country text)";
    return {
        "CREATE KEYSPACE IF NOT EXISTS hotel WITH replication = " + replication,
        "CREATE TYPE IF NOT EXISTS hotel.address " + type,
        "CREATE TABLE IF NOT EXISTS hotel.hotels_by_poi (poi_name text, hotel_id text, name text, "
        "phone text, "
        "address frozen<address>, PRIMARY KEY ((poi_name), hotel_id)) WITH comment = 'Q1. Find "
        "hotels near a given poi'",
        "CREATE TABLE IF NOT EXISTS hotel.hotels (id text PRIMARY KEY, name text, phone text, "
        "address frozen<address>, "
        "pois set<text>) WITH comment = 'Q2. Find information about a hotel'",
        "CREATE TABLE IF NOT EXISTS hotel.pois_by_hotel (hotel_id text, poi_name text, description "
        "text, "
        "PRIMARY KEY ((hotel_id), poi_name)) WITH comment = 'Q3. Find pois near a hotel'",
        "CREATE TABLE IF NOT EXISTS hotel.available_rooms_by_hotel_date (hotel_id text, date date, "
        "room_number smallint, "
        "is_available boolean, PRIMARY KEY ((hotel_id), date, room_number)) WITH comment = 'Q4. "
        "Find available rooms by hotel and date'",
        "CREATE TABLE IF NOT EXISTS hotel.amenities_by_room (hotel_id text, room_number smallint, "
        "amenity_name text, "
        "description text, PRIMARY KEY ((hotel_id, room_number), amenity_name)) WITH comment = "
        "'Q5. Find amenities for a room'",
        "CREATE KEYSPACE IF NOT EXISTS reservation WITH replication = " + replication,
        "CREATE TYPE IF NOT EXISTS reservation.address " + type,
        "CREATE TABLE IF NOT EXISTS reservation.reservations_by_confirmation (confirm_number text "
        "PRIMARY KEY, hotel_id text, "
        "start_date date, end_date date, room_number smallint, guest_id uuid) WITH comment = 'Q6. "
        "Find reservations by confirmation number'",
        "CREATE TABLE IF NOT EXISTS reservation.reservations_by_hotel_date (hotel_id text, "
        "start_date date, room_number smallint, "
        "end_date date, confirm_number text, guest_id uuid, PRIMARY KEY ((hotel_id, start_date), "
        "room_number)) "
        "WITH comment = 'Q7. Find reservations by hotel and date'",
        "CREATE TABLE IF NOT EXISTS reservation.reservations_by_guest (guest_last_name text, "
        "start_date date, hotel_id text, "
        "room_number smallint, end_date date, confirm_number text, guest_id uuid, "
        "PRIMARY KEY ((guest_last_name), start_date, hotel_id, room_number)) "
        "WITH CLUSTERING ORDER BY (start_date DESC, hotel_id ASC, room_number ASC) AND comment = "
        "'Q8. Find reservations by guest name'",
        "CREATE TABLE IF NOT EXISTS reservation.guests (guest_id uuid PRIMARY KEY, first_name "
        "text, last_name text, title text, "
        "emails set<text>, phone_numbers list<text>, addresses map<text, frozen<address>>, "
        "confirm_number text) "
        "WITH comment = 'Q9. Find guest by ID'",
    };
}

const std::vector<std::string>& HotelSample::inserts()
{
    static const std::vector<std::string> all{
        "INSERT INTO hotel.hotels_by_poi (poi_name, hotel_id, name, phone, address) VALUES (?, ?, "
        "?, ?, ?)",
        "INSERT INTO hotel.hotels (id, name, phone, address, pois) VALUES (?, ?, ?, ?, ?)",
        "INSERT INTO hotel.pois_by_hotel (hotel_id, poi_name, description) VALUES (?, ?, ?)",
        "INSERT INTO hotel.available_rooms_by_hotel_date (hotel_id, date, room_number, "
        "is_available) VALUES (?, ?, ?, ?)",
        "INSERT INTO hotel.amenities_by_room (hotel_id, room_number, amenity_name, description) "
        "VALUES (?, ?, ?, ?)",
        "INSERT INTO reservation.reservations_by_confirmation (confirm_number, hotel_id, "
        "start_date, end_date, room_number, guest_id) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        "INSERT INTO reservation.reservations_by_hotel_date (hotel_id, start_date, room_number, "
        "end_date, confirm_number, guest_id) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        "INSERT INTO reservation.reservations_by_guest (guest_last_name, start_date, hotel_id, "
        "room_number, end_date, confirm_number, "
        "guest_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        "INSERT INTO reservation.guests (guest_id, first_name, last_name, title, emails, "
        "phone_numbers, addresses, confirm_number) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    };
    return all;
}

HotelSample::HotelSample(HotelSampleSize size, std::uint64_t seed) : m_size(size)
{
    SeededRandom random{seed};
    makeHotels(random);
    makeGuests(random);
    makeReservations(random);
    for (const auto& hotel : m_hotels)
        m_rowCount += 1 + 2 * hotel.pois.size() + 2 * hotel.rooms.size() +
                      std::uint64_t{m_size.days} * hotel.rooms.size();
    m_rowCount += m_guests.size() + 3 * m_reservations.size();
}

void HotelSample::makeHotels(SeededRandom& random)
{
    for (std::uint32_t i = 0; i < m_size.hotels; ++i) {
        const auto& city = words::kCities[i % words::kCities.size()];
        Hotel hotel;
        hotel.id = fmt::format("{}{}", city.code, 123 + i / words::kCities.size());
        hotel.name = fmt::format("{} {} {}", pick(words::kHotelFirst, random),
                                 pick(words::kHotelLast, random), city.name);
        hotel.phone =
            fmt::format("+1-{:03}-555-{:04}", 200 + random.below(700), random.below(10000));
        hotel.address = address(city, random);
        std::set<std::uint32_t> pois;
        while (pois.size() < 3)
            pois.insert(static_cast<std::uint32_t>(random.below(words::kPois.size())));
        hotel.pois.assign(pois.begin(), pois.end());
        for (std::uint32_t room = 0; room < m_size.roomsPerHotel; ++room) // twenty rooms a floor
            hotel.rooms.push_back(
                static_cast<std::uint16_t>((room / 20 + 1) * 100 + room % 20 + 1));
        m_hotels.push_back(std::move(hotel));
    }
}

void HotelSample::makeGuests(SeededRandom& random)
{
    for (std::uint32_t i = 0; i < m_size.guests; ++i) {
        Guest guest;
        guest.id = Uuid::random(random);
        guest.first = pick(words::kFirstNames, random);
        guest.last = pick(words::kLastNames, random);
        guest.title = pick(words::kTitles, random);
        guest.address = address(words::kCities[random.below(words::kCities.size())], random);
        m_guests.push_back(std::move(guest));
    }
}

void HotelSample::makeReservations(SeededRandom& random)
{
    m_taken.assign(std::size_t{m_size.hotels} * m_size.roomsPerHotel * m_size.days, false);
    const auto at = [&](const Reservation& r, std::uint32_t night) {
        return (std::size_t{r.hotel} * m_size.roomsPerHotel + r.room) * m_size.days + r.firstDay +
               night;
    };
    // A stay that overlaps another is drawn again, so the number made can fall short in a full
    // house.
    for (std::uint32_t tries = 0;
         m_reservations.size() < m_size.reservations && tries < 20 * m_size.reservations; ++tries) {
        Reservation r;
        r.hotel = static_cast<std::uint32_t>(random.below(m_size.hotels));
        r.room = static_cast<std::uint32_t>(random.below(m_size.roomsPerHotel));
        r.nights = 1 + static_cast<std::uint32_t>(random.below(std::min(5U, m_size.days)));
        r.firstDay = static_cast<std::uint32_t>(random.below(m_size.days - r.nights + 1));
        r.guest = static_cast<std::uint32_t>(random.below(m_size.guests));
        bool free = true;
        for (std::uint32_t night = 0; night < r.nights; ++night)
            free = free && !m_taken[at(r, night)];
        if (!free)
            continue;
        for (std::uint32_t night = 0; night < r.nights; ++night)
            m_taken[at(r, night)] = true;
        // Letters and digits that cannot be mistaken for one another.
        static constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        std::uint64_t serial = m_reservations.size() * 7919 + 31;
        for (int i = 0; i < 6; ++i, serial /= kLetters.size())
            r.confirmation +=
                kLetters[(serial + static_cast<std::uint64_t>(i) * 11) % kLetters.size()];
        m_guests[r.guest].confirmation = r.confirmation;
        m_reservations.push_back(std::move(r));
    }
}

std::string HotelSample::hotelId(std::uint32_t hotel) const
{
    return m_hotels[hotel].id;
}

bool HotelSample::isTaken(std::uint32_t hotel, std::uint32_t room, std::uint32_t day) const
{
    return m_taken[(std::size_t{hotel} * m_size.roomsPerHotel + room) * m_size.days + day];
}

void HotelSample::emitAvailability(SampleRow& row)
{
    const auto hotel = static_cast<std::uint32_t>(m_part - 1);
    const std::uint64_t done = std::uint64_t{m_size.days} * m_size.roomsPerHotel - m_availability--;
    const auto day = static_cast<std::uint32_t>(done / m_size.roomsPerHotel);
    const auto room = static_cast<std::uint32_t>(done % m_size.roomsPerHotel);
    row.statement = kAvailableRooms;
    row.values.resize(4);
    row.values[0] = m_hotels[hotel].id;
    row.values[1] = date(day);
    row.values[2] = bigEndian<std::uint16_t>(m_hotels[hotel].rooms[room]);
    row.values[3] = Bytes(1, isTaken(hotel, room, day) ? '\0' : '\1');
}

void HotelSample::emitHotel(SampleRow& row, std::uint64_t part)
{
    const auto& hotel = m_hotels[part];
    const auto add = [&](Insert statement, std::vector<Bytes> values) {
        set(row, statement, std::move(values));
        m_queue.push_back(row);
    };
    std::vector<Bytes> poiNames;
    for (const auto poi : hotel.pois) {
        poiNames.emplace_back(words::kPois[poi]);
        add(kHotelsByPoi,
            {Bytes(words::kPois[poi]), hotel.id, hotel.name, hotel.phone, hotel.address});
        add(kPoisByHotel, {hotel.id, Bytes(words::kPois[poi]), Bytes(words::kPoiTexts[poi])});
    }
    std::sort(poiNames.begin(), poiNames.end());
    add(kHotels, {hotel.id, hotel.name, hotel.phone, hotel.address, collection(poiNames)});
    for (std::size_t i = 0; i < hotel.rooms.size(); ++i) {
        for (const std::size_t amenity :
             {i % words::kAmenities.size(), (i + 2) % words::kAmenities.size()})
            add(kAmenitiesByRoom,
                {hotel.id, bigEndian<std::uint16_t>(hotel.rooms[i]),
                 Bytes(words::kAmenities[amenity]), Bytes(words::kAmenityTexts[amenity])});
    }
}

bool HotelSample::next(SampleRow& row)
{
    while (true) {
        if (!m_queue.empty()) {
            row = std::move(m_queue.back());
            m_queue.pop_back();
            return true;
        }
        if (m_availability > 0) {
            emitAvailability(row);
            return true;
        }
        if (m_part < m_hotels.size()) {
            emitHotel(row, m_part++);
            m_availability = std::uint64_t{m_size.days} * m_size.roomsPerHotel;
        } else if (m_part < m_hotels.size() + m_guests.size()) {
            const auto& guest = m_guests[m_part++ - m_hotels.size()];
            const std::string mail = fmt::format("{}.{}@example.com", guest.first, guest.last);
            set(row, kGuests,
                {Bytes(guest.id.view()), guest.first, guest.last, guest.title, collection({mail}),
                 collection({fmt::format("+1-555-{:07}", guest.id.low() % 10'000'000)}),
                 collection({Bytes("home"), guest.address}, 2), guest.confirmation});
            return true;
        } else if (const auto index = m_part - m_hotels.size() - m_guests.size();
                   index < m_reservations.size()) {
            ++m_part;
            const auto& r = m_reservations[index];
            const auto& hotel = m_hotels[r.hotel];
            const auto& guest = m_guests[r.guest];
            const Bytes room = bigEndian<std::uint16_t>(hotel.rooms[r.room]);
            const Bytes from = date(r.firstDay);
            const Bytes to = date(r.firstDay + r.nights);
            const Bytes id{guest.id.view()};
            set(row, kByGuest, {guest.last, from, hotel.id, room, to, r.confirmation, id});
            m_queue.push_back(row);
            set(row, kByHotelDate, {hotel.id, from, room, to, r.confirmation, id});
            m_queue.push_back(row);
            set(row, kByConfirmation, {r.confirmation, hotel.id, from, to, room, id});
            return true;
        } else {
            return false;
        }
    }
}

} // namespace engine::workload
