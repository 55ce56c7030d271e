"""The hotel model drawn by hand: where its parts are put on the canvas, and the keys that write them.

The facts are those of resources/models/hotel.rwmodel, which the drawing is compared with.
"""
import time

from desktop import wait_for

# Name, place on the screen, weak, instances, attributes: "name: type" and the keys that follow.
ENTITIES = [
    ("POI", (420, 340), False, "8000",
     [("name: text", "k"), ("description: text", ""), ("latitude: double", ""), ("longitude: double", "")]),
    ("Hotel", (730, 340), False, "5000",
     [("id: text", "k"), ("name: text", ""), ("phone: text", ""),
      ("address", ["street: text", "city: text", "state_or_province: text", "postal_code: text",
                   "country: text"])]),
    ("Room", (1070, 340), True, "", [("room_number: smallint", "k"), ("rate: decimal", "")]),
    ("Availability", (1070, 200), True, "", [("date: date", "k"), ("is_available: boolean", "")]),
    ("Amenity", (1400, 340), False, "120", [("name: text", "k"), ("description: text", "")]),
    ("Reservation", (1070, 610), True, "",
     [("start_date: date", "k"), ("end_date: date", ""), ("confirm_number: text", "")]),
    ("Guest", (560, 610), False, "6000000",
     [("guest_id: uuid", "k"), ("first_name: text", ""), ("last_name: text", ""), ("title: text", ""),
      ("emails: text", "m"), ("phone_numbers: list<text>", "m"),
      ("addresses: map<text, frozen<address>>", "m"), ("confirm_number: text", "")]),
]
RELATIONSHIPS = [("POI", "Hotel", "near: n 8..25:n 5..200", False), ("Hotel", "Room", "has: 1:n 100..410", True),
                 ("Room", "Availability", "calendar: 1:n 730", True), ("Room", "Amenity", "offers: n:n 12..40", False),
                 ("Room", "Reservation", "books: 1:n 60..365", True), ("Guest", "Reservation", "makes: 1:n 5..200", False)]
SCREENS = {"Hotels near a POI": (620, 860), "Hotel page": (930, 860), "Points of interest": (1240, 860),
           "Available rooms": (930, 965), "Room and amenities": (1240, 965), "My reservation": (620, 1070),
           "Reservation list": (930, 1070), "Guest page": (1240, 1070)}
# From, to, question, finds, equality, range, order (- descends), returns, rate, p99, unique.
QUERIES = [
    (None, "Hotels near a POI", "Hotels near a POI", "Hotel", ["POI.name"], [], [],
     ["Hotel.id", "Hotel.name", "Hotel.phone", "Hotel.address"], "200", "20", False),
    ("Hotels near a POI", "Hotel page", "Information about a hotel", "Hotel", ["Hotel.id"], [], [],
     ["Hotel.id", "Hotel.name", "Hotel.phone", "Hotel.address", "POI.name"], "400", "10", True),
    ("Hotel page", "Points of interest", "POIs near a hotel", "POI", ["Hotel.id"], [], [],
     ["POI.name", "POI.description"], "60", "20", False),
    ("Hotel page", "Available rooms", "Available rooms by hotel and date", "Availability", ["Hotel.id"],
     ["Availability.date"], ["Availability.date"], ["Room.room_number", "is_available"], "300", "20", False),
    ("Available rooms", "Room and amenities", "Amenities of a room", "Amenity", ["Hotel.id", "room_number"], [],
     ["Amenity.name"], ["Amenity.name", "Amenity.description"], "40", "20", False),
    (None, "My reservation", "A reservation by its confirmation number", "Reservation",
     ["Reservation.confirm_number"], [], [],
     ["Hotel.id", "start_date", "end_date", "room_number", "guest_id"], "80", "10", True),
    ("My reservation", "Reservation list", "Reservations by hotel and date", "Reservation",
     ["Hotel.id", "start_date"], [], [],
     ["room_number", "end_date", "Reservation.confirm_number", "guest_id"], "30", "30", False),
    ("Room and amenities", "Reservation list", "Reservations by the name of the guest", "Reservation",
     ["last_name"], [], ["-start_date"],
     ["Hotel.id", "room_number", "end_date", "Reservation.confirm_number", "guest_id"], "20", "40", False),
    ("Reservation list", "Guest page", "A guest by id", "Guest", ["guest_id"], [], [], [], "100", "10", True),
    ("Room and amenities", "My reservation", "Book a room", "Reservation", [], [], [], [], "15", "30", False),
]


class Hand:
    """Mouse and keys on the canvas of the designer. Each act waits for what it makes."""

    def __init__(self, studio):
        self.studio, self.desktop = studio, studio.desktop

    def edits(self):
        """How many edits of the newest model the workspace holds."""
        found = self.studio.rows("SELECT max(sequence) FROM model_edits WHERE model = (SELECT max(id) FROM models)")
        return found[0][0] or 0 if found else 0

    def stored(self):
        """Waits until everything that was done is stored; the number of edits."""
        count = [-1, self.edits()]

        def still():
            count.append(self.edits())
            return count[-1] == count[-2] == count[-3] and count[-1]
        time.sleep(0.4)  # longer than the studio waits to store
        return wait_for("the edits in the workspace", still)

    def name(self, words):
        self.desktop.type(words)
        self.desktop.key("Return")

    def entity(self, name, at, weak, instances, attributes):
        self.desktop.key("e")
        self.desktop.click(*at)
        self.name(name)
        if weak:
            self.desktop.key("w")
        if instances:
            self.desktop.key("ctrl+i", "Tab")
            self.name(instances)
            self.desktop.key("Escape")
        for number, (words, more) in enumerate(attributes):
            self.desktop.key("shift+a" if number else "a")
            self.name(words)
            if isinstance(more, str):
                self.desktop.key(*more)
                continue
            for part, text in enumerate(more):
                self.desktop.key("shift+a" if part else "a")
                self.name(text)

    def relationship(self, start, end, words, identifying):
        self.desktop.key("r")
        self.desktop.drag(start, end)
        self.name(words)
        if identifying:
            self.desktop.key("w")

    def screen(self, name, at):
        self.desktop.key("s")
        self.desktop.click(*at)
        self.name(name)

    def choose(self, names):
        """In a list of attributes whose adding button has the keyboard."""
        if not names:
            return
        self.desktop.key("space")
        for name in names:
            self.name(name.lstrip("-"))
            if name.startswith("-"):  # the chip before the field turns the order around
                self.desktop.key("Escape")
                self.stored()
                self.desktop.key("shift+Tab", "space", "Tab")

    def query(self, at, question, finds, equality, ranged, order, returns, rate, p99, unique):
        self.desktop.key("q")
        if at[0] is None:
            self.desktop.click(*at[1])
        else:
            self.desktop.drag(*at)
        self.desktop.key("ctrl+i")
        self.desktop.type(question)
        self.desktop.key("Tab", *([] if equality else ["w"]), "Tab")  # what gives nothing writes
        self.desktop.type(finds)
        for names in (equality, ranged, order, returns):
            self.desktop.key("Tab")
            self.choose(names)
        self.desktop.key("Tab")
        self.desktop.type(rate)
        self.desktop.key("Tab")
        self.desktop.type(p99)
        self.desktop.key("Tab", *(["space"] if unique else []))  # what it becomes is not known yet
        self.desktop.key("Escape")
