#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/editor/statement_facts.h"
#include "widgets/tasks/events_panel.h"
#include "widgets/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QTableView>

class TstEvents : public QObject {
    Q_OBJECT
private slots:
    void eventsAreNewestFirstAndFiltered();
    void theOldestEventsAreForgotten();
    void destructiveStatementsAreTold_data();
    void destructiveStatementsAreTold();
    void aStatementNamesItsPartition_data();
    void aStatementNamesItsPartition();
};

void TstEvents::eventsAreNewestFirstAndFiltered()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    views::EventsPanel panel(theme, session);
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    session.setSource(source);
    emit source->eventArrived({QDateTime::currentDateTime(), "n2", "status", "n2 is down"});
    emit source->eventArrived({QDateTime::currentDateTime(), {}, "schema", "hotel.x was created"});
    const auto* model = panel.table()->model();
    QCOMPARE(model->rowCount(), 2);
    QCOMPARE(model->index(0, views::EventsModel::Text).data().toString(),
             QString("hotel.x was created"));
    QCOMPARE(model->index(1, views::EventsModel::Cluster).data().toString(), QString("workshop"));
    panel.searchField()->setText("DOWN");
    QCOMPARE(model->rowCount(), 1);
    panel.searchField()->clear();
    auto* kinds = panel.findChild<QComboBox*>();
    kinds->setCurrentIndex(kinds->findText("schema"));
    QCOMPARE(model->rowCount(), 1);
    QCOMPARE(model->index(0, views::EventsModel::Kind).data().toString(), QString("schema"));
    kinds->setCurrentIndex(0);
    QCOMPARE(model->rowCount(), 2);
}

void TstEvents::theOldestEventsAreForgotten()
{
    views::EventsModel model;
    {
        const QAbstractItemModelTester tester(&model);
        for (int i = 0; i < 5; ++i)
            model.add("c", {QDateTime(), {}, "k", "x"});
        model.clear();
    }
    for (int i = 0; i < views::EventsModel::kEventsMax + 3; ++i)
        model.add("c", {QDateTime(), {}, "k", QString::number(i)});
    QCOMPARE(model.rowCount(), views::EventsModel::kEventsMax);
    QCOMPARE(model.index(model.rowCount() - 1, views::EventsModel::Text)
                 .data(Qt::DisplayRole)
                 .toString(),
             QString("3"));
}

void TstEvents::destructiveStatementsAreTold_data()
{
    QTest::addColumn<QString>("statement");
    QTest::addColumn<QString>("told");
    QTest::newRow("table") << "DROP TABLE hotels"
                           << "DROP TABLE hotel.hotels";
    QTest::newRow("keyspace") << "DROP KEYSPACE IF EXISTS x;"
                              << "DROP KEYSPACE x";
    QTest::newRow("truncate") << "truncate a.b"
                              << "TRUNCATE a.b";
    QTest::newRow("column") << "ALTER TABLE hotels DROP phone"
                            << "DROP hotel.hotels.phone";
    QTest::newRow("added column") << "ALTER TABLE hotels ADD phone text"
                                  << "";
    QTest::newRow("select") << "SELECT * FROM hotels"
                            << "";
    QTest::newRow("a string that says drop") << "SELECT * FROM a.b WHERE k = 'DROP TABLE x'"
                                             << "";
    QTest::newRow("no CQL") << "DROP everything now"
                            << "";
}

void TstEvents::destructiveStatementsAreTold()
{
    QFETCH(QString, statement);
    QFETCH(QString, told);
    const auto found = views::destructionOf(statement, "hotel");
    QCOMPARE(found ? found->verb + ' ' + found->object : QString(), told);
}

void TstEvents::aStatementNamesItsPartition_data()
{
    QTest::addColumn<QString>("statement");
    QTest::addColumn<QStringList>("key");
    const QString rooms = "hotel.available_rooms_by_hotel_date";
    QTest::newRow("select") << "SELECT * FROM " + rooms +
                                   " WHERE hotel_id = 'AZ123' AND date > '2025-01-01'"
                            << QStringList{"AZ123"};
    QTest::newRow("insert")
        << "INSERT INTO " + rooms +
               " (date, hotel_id, room_number) VALUES ('2025-01-01', 'O''Hare', 1)"
        << QStringList{"O'Hare"};
    QTest::newRow("delete") << "DELETE FROM " + rooms + " WHERE hotel_id = 'x'" << QStringList{"x"};
    QTest::newRow("scan") << "SELECT * FROM " + rooms << QStringList();
    QTest::newRow("IN") << "SELECT * FROM " + rooms + " WHERE hotel_id IN ('a', 'b')"
                        << QStringList();
    QTest::newRow("no table") << "SELECT * FROM hotel.nowhere WHERE hotel_id = 'x'"
                              << QStringList();
    QTest::newRow("no partition") << "USE hotel" << QStringList();
}

void TstEvents::aStatementNamesItsPartition()
{
    QFETCH(QString, statement);
    QFETCH(QStringList, key);
    QString problem;
    const auto schema = tests::hotelSchema();
    const auto found = views::partitionOf(statement, *schema, QString(), problem);
    QCOMPARE(found.has_value(), !key.isEmpty());
    QCOMPARE(problem.isEmpty(), found.has_value());
    if (found)
        QCOMPARE(found->keyValues, key);
}

RW_TEST(TstEvents)
#include "tst_events.moc"
