#pragma once

#include "engine/base/bytes.h"
#include "engine/base/random.h"
#include "engine/base/uuid.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::workload {

/// How much of the hotel domain to make. Rows of available_rooms_by_hotel_date:
/// hotels × roomsPerHotel × days.
struct HotelSampleSize {
    std::uint32_t hotels = 200;
    std::uint32_t roomsPerHotel = 100;
    std::uint32_t days = 50;
    std::uint32_t guests = 10'000;
    std::uint32_t reservations = 20'000;

    /// 200 hotels, 20,000 rooms, 1,000,000 availability rows.
    [[nodiscard]] static HotelSampleSize full() { return {}; }
    /// For quick starts: 20 hotels, 400 rooms, 8,000 availability rows.
    [[nodiscard]] static HotelSampleSize small() { return {20, 20, 20, 200, 400}; }
};

/// One INSERT: which statement, and its bound values in serialized form, one a marker.
struct SampleRow {
    std::uint32_t statement = 0; ///< index into HotelSample::inserts()
    std::vector<Bytes> values;
};

/// The hotel reservation domain of our material (keyspaces `hotel` and `reservation`), with
/// generated data.
///
/// The data follow from size and seed alone, on every machine. Duplicate tables agree: a
/// reservation stands alike in reservations_by_confirmation, _by_hotel_date and _by_guest, its
/// room is not available on its nights, its guest exists, its hotel is in hotels_by_poi under
/// each of its points of interest. Not thread-safe; independent of any driver.
class HotelSample {
public:
    explicit HotelSample(HotelSampleSize size, std::uint64_t seed = 20240611);

    /// CREATE statements in order. `replication` is the CQL map, "{'class': …}".
    [[nodiscard]] static std::vector<std::string> schema(const std::string& replication);
    /// INSERT statements with `?` markers.
    [[nodiscard]] static const std::vector<std::string>& inserts();

    [[nodiscard]] std::uint64_t rowCount() const noexcept { return m_rowCount; }
    /// The next row, hotel by hotel; false at the end. Reuses `row`'s memory.
    [[nodiscard]] bool next(SampleRow& row);

    /// The questions Q1 to Q9 that the tables answer, as a CQL script with keys of rows that exist:
    /// each SELECT names a whole partition key and finds at least one row.
    [[nodiscard]] std::string queries() const;
    /// A hotel id that exists, for examples: "AZ123" is the first.
    [[nodiscard]] std::string hotelId(std::uint32_t hotel) const;
    /// 2026-01-01, the first date of availability, as CQL stores dates.
    static constexpr std::uint32_t kFirstDate = (1U << 31) + 20454;

private:
    struct Hotel {
        std::string id;
        std::string name;
        std::string phone;
        Bytes address;
        std::vector<std::uint32_t> pois;
        std::vector<std::uint16_t> rooms;
    };
    struct Guest {
        Uuid id;
        std::string first;
        std::string last;
        std::string title;
        Bytes address;
        std::string confirmation; ///< of the latest reservation, or empty
    };
    struct Reservation {
        std::uint32_t hotel = 0;
        std::uint32_t room = 0; ///< index into the hotel's rooms
        std::uint32_t firstDay = 0;
        std::uint32_t nights = 1;
        std::uint32_t guest = 0;
        std::string confirmation;
    };

    void makeHotels(SeededRandom& random);
    void makeGuests(SeededRandom& random);
    void makeReservations(SeededRandom& random);
    void emitHotel(SampleRow& row, std::uint64_t part);
    void emitAvailability(SampleRow& row);
    bool isTaken(std::uint32_t hotel, std::uint32_t room, std::uint32_t day) const;

    HotelSampleSize m_size;
    std::vector<Hotel> m_hotels;
    std::vector<Guest> m_guests;
    std::vector<Reservation> m_reservations;
    std::vector<bool> m_taken;      ///< hotel, room, day
    std::vector<SampleRow> m_queue; ///< small tables' rows of the part at hand, last first
    std::uint64_t m_rowCount = 0;
    std::uint64_t m_part = 0;         ///< hotels, then guests, then reservations
    std::uint64_t m_availability = 0; ///< availability rows that the hotel at hand still has
};

} // namespace engine::workload
