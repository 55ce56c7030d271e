#include "engine/modeling/coverage.h"
#include "engine/modeling/document.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/notation.h"
#include "tests/support/test_main.h"

#include <QStringList>

using namespace engine::modeling;

namespace {

/// The model of a file without its tables: what the mapper starts from.
Model conceptualOnly(const std::string& file)
{
    auto model = loadModel(file);
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    model->tables.clear();
    model->types.clear();
    return *model;
}

Model sample(const std::string& id)
{
    return conceptualOnly(std::string(RINGWRIGHT_SOURCE) + "/resources/models/" + id + ".rwmodel");
}

Model fixture(const std::string& id)
{
    return conceptualOnly(std::string(RINGWRIGHT_SOURCE) + "/tests/engine/modeling/models/" + id +
                          ".rwmodel");
}

/// "hotels_by_poi: poi_name K, hotel_id C↑, name, phone, *address*"
QString withNames(const ModelTable& table)
{
    QStringList columns;
    for (const ColumnNotation& line : tableNotation(table)) {
        QString text = QString::fromStdString(line.name);
        if (!line.mark.empty())
            text += " " + QString::fromStdString(line.mark);
        columns << text;
    }
    return QString::fromStdString(table.name) + ": " + columns.join(", ");
}

/// "Performer.name K, Album.year C↓ | Album.genre S": the table's key by attributes, and what is
/// static, for sources whose column names follow no rule.
QString withAttributes(const Model& model, const ModelTable& table)
{
    QStringList key;
    QStringList statics;
    for (const TableColumn& column : table.columns) {
        const QString path = column.attribute == ElementId::None
                                 ? QString::fromStdString(column.name)
                                 : QString::fromStdString(attributePath(model, column.attribute));
        const QString mark = QString::fromStdString(columnNotation(table, column).mark);
        if (column.role == ColumnRole::Static)
            statics << path;
        else if (columnNotation(table, column).inKey)
            key << path + " " + mark;
        else if (column.type == "counter")
            statics << path + " ++";
    }
    return key.join(", ") + (statics.isEmpty() ? "" : " | " + statics.join(", "));
}

QStringList tablesByName(const Model& model)
{
    QStringList tables;
    const LogicalResult result = generateLogical(model);
    for (const ModelTable& table : result.model.tables)
        tables << withNames(table);
    return tables;
}

QStringList tablesByAttribute(const Model& model)
{
    QStringList tables;
    const LogicalResult result = generateLogical(model);
    for (const ModelTable& table : result.model.tables)
        tables << withAttributes(result.model, table);
    return tables;
}

void compareLists(const QStringList& actual, const QStringList& expected)
{
    for (qsizetype i = 0; i < std::max(actual.size(), expected.size()); ++i)
        QCOMPARE(actual.value(i), expected.value(i));
}

} // namespace

class TstGoldenModels : public QObject {
    Q_OBJECT
private slots:
    void theHotelModelIsMappedTableForTableColumnForColumn()
    {
        compareLists(
            tablesByName(sample("hotel")),
            {"hotels_by_poi: poi_name K, hotel_id C↑, name, phone, *address*",
             "hotels: id K, name, phone, *address*, {pois}",
             "pois_by_hotel: hotel_id K, poi_name C↑, description",
             "available_rooms_by_hotel_date: hotel_id K, date C↑, room_number C↑, is_available",
             "amenities_by_room: hotel_id K, room_number K, amenity_name C↑, description",
             "reservations_by_confirmation: confirm_number K, hotel_id, start_date, end_date, "
             "room_number, guest_id",
             "reservations_by_hotel_date: hotel_id K, start_date K, room_number C↑, end_date, "
             "confirm_number, guest_id",
             "reservations_by_guest: guest_last_name K, start_date C↓, hotel_id C↑, room_number "
             "C↑, end_date, confirm_number, guest_id",
             "guests: guest_id K, first_name, last_name, title, {emails}, [phone_numbers], "
             "<addresses>, confirm_number"});
    }

    void theHotelModelHasTheTypesOfTheSource()
    {
        const LogicalResult result = generateLogical(sample("hotel"));
        const auto type = [&](const char* table, const char* column) {
            const ModelTable* found = findTable(result.model, "hotel", table);
            for (const TableColumn& each : found->columns) {
                if (each.name == column)
                    return each.type;
            }
            return std::string();
        };
        QCOMPARE(type("hotels", "address"), std::string("frozen<address>"));
        QCOMPARE(type("hotels", "pois"), std::string("set<text>"));
        QCOMPARE(type("guests", "emails"), std::string("set<text>"));
        QCOMPARE(type("guests", "phone_numbers"), std::string("list<text>"));
        QCOMPARE(type("guests", "addresses"), std::string("map<text, frozen<address>>"));
        QCOMPARE(result.model.types.size(), 1U);
        QCOMPARE(result.model.types[0].name, std::string("address"));
        QCOMPARE(result.model.types[0].fields.size(), 5U);
    }

    void theDigitalLibraryOfThePaperIsMappedKeyForKey()
    {
        compareLists(
            tablesByAttribute(sample("library")),
            {"Venue.name K, Venue.year C↓, Artifact.id C↑",
             "Artifact.authors K, Venue.year C↓, Artifact.id C↑", "Artifact.id K",
             "Artifact.id K, User.id C↑", "Artifact.id K, User.areas_of_expertise K, User.id C↑",
             "Artifact.id K | Artifact.num_ratings ++, Artifact.sum_ratings ++",
             "User.id K, Venue.name C↑, Venue.year C↑", "User.id K, Venue.year C↓, Artifact.id C↑",
             "User.id K, Review.timestamp C↓, Review.id C↑"});
        const LogicalResult result = generateLogical(sample("library"));
        QStringList names;
        for (const ModelTable& table : result.model.tables)
            names << QString::fromStdString(table.name);
        compareLists(names, {"artifacts_by_venue", "artifacts_by_author", "artifacts",
                             "users_by_artifact", "experts_by_artifact", "ratings_by_artifact",
                             "venues_by_user", "artifacts_by_user", "reviews_by_user"});
        QCOMPARE(withNames(result.model.tables[1]),
                 QString("artifacts_by_author: author K, venue_year C↓, artifact_id C↑, title, "
                         "[authors], {keywords}, venue_name"));
    }

    void theVenueAndItsYearTogetherAreThePartitionKeyOfTheSecondSection()
    {
        Model model = sample("library");
        Query& query = model.queries[0];
        query.equality.push_back(query.range[0]);
        query.range.clear();
        query.order.clear();
        const auto mapped = mapQuery(model, query);
        QVERIFY(mapped);
        QCOMPARE(withAttributes(model, mapped->table),
                 QString("Venue.name K, Venue.year K, Artifact.id C↑"));
    }

    void theMusicLibraryIsMappedKeyForKey()
    {
        compareLists(tablesByAttribute(fixture("music")),
                     {"Performer.name K", "Performer.name K, Album.year C↓, Album.title C↑",
                      "Album.title K, Album.year C↓",
                      "Album.genre K, Album.year C↓, Album.title C↑",
                      "Track.title K, Album.year C↓, Album.title C↑, Track.number C↑",
                      "Album.title K, Album.year K, Track.number C↑ | Album.genre", "User.id K",
                      "User.id K, plays.month K, plays.timestamp C↓, Album.title C↑, Album.year "
                      "C↑, Track.number C↑"});
    }

    void thePortfolioIsMappedKeyForKeyByItsChosenSplits()
    {
        compareLists(tablesByAttribute(sample("portfolio")),
                     {"User.username K, Account.number C↑ | User.name",
                      "Account.number K, Instrument.symbol C↑",
                      "Account.number K, Trade.date C↓, Trade.id C↑",
                      "Account.number K, Trade.type C↑, Trade.date C↓, Trade.id C↑",
                      "Account.number K, Instrument.symbol C↑, Trade.type C↑, Trade.date C↓, "
                      "Trade.id C↑",
                      "Account.number K, Instrument.symbol C↑, Trade.date C↓, Trade.id C↑"});
        // Six tables for seven queries: the first two ways to ask share one.
        const LogicalResult result = generateLogical(sample("portfolio"));
        QCOMPARE(result.model.tables[2].queries.size(), 2U);
        QCOMPARE(result.model.tables[0].name, std::string("accounts_by_user"));
        QCOMPARE(result.model.tables[1].name, std::string("positions_by_account"));
    }

    void theMessagingModelIsMappedKeyForKey()
    {
        compareLists(tablesByAttribute(sample("messaging")),
                     {"User.username K, Folder.label C↑",
                      "User.username K, Folder.label C↑ | Folder.num_unread ++",
                      "User.username K, Folder.label K, Email.id C↓", "Email.id K",
                      "Email.id K, Attachment.filename K, Attachment.chunk_number K"});
    }

    void theSensorNetworkIsMappedKeyForKey()
    {
        compareLists(tablesByAttribute(fixture("sensors")),
                     {"bucket K, Network.name C↑",
                      "Network.name K, HourlyAverage.week K, HourlyAverage.date_hour C↓, "
                      "Sensor.name C↑",
                      "Network.name K, Sensor.name C↑",
                      "Sensor.name K, Temperature.date K, Temperature.timestamp C↓"});
    }

    void theSensorDataOfTheKdmToolIsMappedKeyForKey()
    {
        compareLists(tablesByAttribute(fixture("kdm")),
                     {"Sensor.location K, Measurement.parameter K, Measurement.timestamp C↓, "
                      "Sensor.id C↑"});
    }

    void everyGoldenQueryIsAnsweredByKeyAndEveryTableKeepsItsRowsApart()
    {
        for (const Model& model :
             {sample("hotel"), sample("library"), sample("portfolio"), sample("messaging"),
              sample("iot"), fixture("music"), fixture("sensors"), fixture("kdm")}) {
            const LogicalResult result = generateLogical(model);
            const CoverageMatrix matrix = coverage(result.model);
            QVERIFY2(matrix.unanswered.empty(), model.name.c_str());
            QVERIFY2(matrix.unused.empty(), model.name.c_str());
            for (const ModelTable& table : result.model.tables) {
                const UniquenessProof proof = uniquenessProof(result.model, table);
                QVERIFY2(proof.unique, (table.name + ": " + proof.text).c_str());
            }
        }
    }
};

RW_TEST(TstGoldenModels)
#include "tst_golden_models.moc"
