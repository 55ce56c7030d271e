// What can be asked of the hotel sample.
#include "engine/cql/quote.h"
#include "engine/cql/temporal.h"
#include "engine/workload/hotel_sample.h"
#include "engine/workload/hotel_words.h"

#include <fmt/format.h>

namespace engine::workload {

std::string HotelSample::queries() const
{
    // All about one stay, so that whoever goes through them meets the same hotel and guest again.
    const Reservation& stay = m_reservations.front();
    const Hotel& hotel = m_hotels[stay.hotel];
    const Guest& guest = m_guests[stay.guest];
    const auto text = [](std::string_view value) { return cql::quoteString(value); };
    const auto day = [&](std::uint32_t number) {
        return text(cql::formatDate(kFirstDate + number));
    };
    const std::string id = text(hotel.id);
    const std::string from = day(stay.firstDay);
    return fmt::format("-- Q1. Hotels near a point of interest\n"
                       "SELECT hotel_id, name, phone FROM hotel.hotels_by_poi\n"
                       " WHERE poi_name = {};\n\n",
                       text(words::kPois[hotel.pois.front()])) +
           fmt::format("-- Q2. A hotel\n"
                       "SELECT * FROM hotel.hotels WHERE id = {};\n\n",
                       id) +
           fmt::format("-- Q3. Points of interest near a hotel\n"
                       "SELECT * FROM hotel.pois_by_hotel WHERE hotel_id = {};\n\n",
                       id) +
           fmt::format("-- Q4. Rooms of a hotel in a range of dates\n"
                       "SELECT date, room_number, is_available\n"
                       "  FROM hotel.available_rooms_by_hotel_date\n"
                       " WHERE hotel_id = {} AND date >= {} AND date < {};\n\n",
                       id, from, day(stay.firstDay + stay.nights)) +
           fmt::format("-- Q5. Amenities of a room\n"
                       "SELECT amenity_name, description FROM hotel.amenities_by_room\n"
                       " WHERE hotel_id = {} AND room_number = {};\n\n",
                       id, hotel.rooms[stay.room]) +
           fmt::format("-- Q6. A reservation by its confirmation number\n"
                       "SELECT * FROM reservation.reservations_by_confirmation\n"
                       " WHERE confirm_number = {};\n\n",
                       text(stay.confirmation)) +
           fmt::format("-- Q7. Reservations of a hotel from a date\n"
                       "SELECT * FROM reservation.reservations_by_hotel_date\n"
                       " WHERE hotel_id = {} AND start_date = {};\n\n",
                       id, from) +
           fmt::format("-- Q8. Reservations of a guest\n"
                       "SELECT * FROM reservation.reservations_by_guest\n"
                       " WHERE guest_last_name = {};\n\n",
                       text(guest.last)) +
           fmt::format("-- Q9. A guest\n"
                       "SELECT * FROM reservation.guests WHERE guest_id = {};\n",
                       guest.id.toString());
}

} // namespace engine::workload
