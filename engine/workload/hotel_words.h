#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Words that the hotel sample is made of.
namespace engine::workload::words {

struct City {
    std::string_view name;
    std::string_view state;
    std::string_view country;
    std::string_view code; ///< begins its hotels' ids
};
inline constexpr std::array kCities{City{"Scottsdale", "Arizona", "United States", "AZ"},
                                    City{"New York", "New York", "United States", "NY"},
                                    City{"San Francisco", "California", "United States", "CA"},
                                    City{"Austin", "Texas", "United States", "TX"},
                                    City{"Seattle", "Washington", "United States", "WA"},
                                    City{"Boston", "Massachusetts", "United States", "MA"},
                                    City{"London", "England", "United Kingdom", "LN"},
                                    City{"Edinburgh", "Scotland", "United Kingdom", "ED"},
                                    City{"Paris", "Île-de-France", "France", "PA"},
                                    City{"Lyon", "Auvergne-Rhône-Alpes", "France", "LY"},
                                    City{"Berlin", "Berlin", "Germany", "BE"},
                                    City{"München", "Bayern", "Germany", "MU"},
                                    City{"Wien", "Wien", "Österreich", "VI"},
                                    City{"Zürich", "Zürich", "Schweiz", "ZU"},
                                    City{"Lisboa", "Lisboa", "Portugal", "LI"},
                                    City{"Madrid", "Comunidad de Madrid", "España", "MD"},
                                    City{"Praha", "Praha", "Česko", "PR"},
                                    City{"København", "Hovedstaden", "Danmark", "KB"},
                                    City{"Tokyo", "Tokyo", "Japan", "TK"},
                                    City{"Sydney", "New South Wales", "Australia", "SY"}};

inline constexpr std::array<std::string_view, 16> kHotelFirst{
    "Grand",  "Royal",   "Harbour",  "Park",   "Central", "Old Town", "Riverside", "Garden",
    "Palace", "Station", "Lakeview", "Museum", "Opera",   "Market",   "Cathedral", "Sunset"};
inline constexpr std::array<std::string_view, 8> kHotelLast{
    "Hotel", "Inn", "Suites", "House", "Resort", "Lodge", "Residence", "Court"};
inline constexpr std::array<std::string_view, 10> kPois{
    "Central Station", "Cathedral",   "Opera House",  "Art Museum", "Botanical Garden",
    "Old Bridge",      "Market Hall", "City Stadium", "University", "Convention Center"};
inline constexpr std::array<std::string_view, 10> kPoiTexts{
    "Trains to everywhere, five minutes on foot",
    "Seven centuries of stone and light",
    "Evening performances six days a week",
    "Old masters and a fine café",
    "Greenhouses from 1884 and a rose garden",
    "Best at sunset",
    "Cheese, bread, flowers and fish since 1902",
    "Matches and concerts for 60,000",
    "Libraries open to visitors",
    "Fairs and congresses all year"};
inline constexpr std::array<std::string_view, 12> kStreets{
    "Main Street", "Station Road", "High Street",   "Park Avenue", "Mill Lane",     "Church Street",
    "Castle Road", "Harbour Walk", "Garden Street", "King Street", "Bridge Street", "Oak Avenue"};
inline constexpr std::array<std::string_view, 6> kAmenities{
    "Wi-Fi", "Minibar", "Balcony", "Bathtub", "Desk", "Espresso machine"};
inline constexpr std::array<std::string_view, 6> kAmenityTexts{"Free in all rooms",
                                                               "Refilled every day",
                                                               "With a view of the city",
                                                               "With bath salts",
                                                               "With a lamp and three sockets",
                                                               "Capsules included"};
inline constexpr std::array<std::string_view, 32> kFirstNames{
    "Ada",    "Alan",  "Barbara", "Carlos", "Chiara",  "Daniel", "Edsger", "Elena",
    "Fatima", "Grace", "Hana",    "Ingrid", "Jim",     "José",   "Kenji",  "Lars",
    "Leslie", "Maria", "Mehmet",  "Nadia",  "Niklaus", "Olga",   "Pavel",  "Priya",
    "Radia",  "Samir", "Shafi",   "Sofia",  "Tony",    "Ursula", "Wei",    "Zoë"};
inline constexpr std::array<std::string_view, 48> kLastNames{
    "Nguyen",  "Smith",   "Müller",   "García",   "Rossi",    "Dubois",   "Novák",  "Kowalski",
    "Jensen",  "Larsson", "Silva",    "Tanaka",   "Kim",      "Chen",     "Singh",  "Khan",
    "Ivanova", "Öztürk",  "O'Brien",  "MacLeod",  "Johnson",  "Williams", "Brown",  "Jones",
    "Miller",  "Davis",   "Martinez", "Lopez",    "Wilson",   "Anderson", "Thomas", "Taylor",
    "Moore",   "Martin",  "Lee",      "Perez",    "Thompson", "White",    "Harris", "Sanchez",
    "Clark",   "Ramirez", "Lewis",    "Robinson", "Walker",   "Young",    "Allen",  "King"};
inline constexpr std::array<std::string_view, 4> kTitles{"Dr.", "Ms.", "Mr.", "Mx."};

} // namespace engine::workload::words
