#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/results/export.h"
#include "widgets/results/page_store.h"
#include "widgets/results/result_model.h"

#include <QBuffer>

using views::PageStore;
using views::ResultModel;

class TstPageStore : public QObject {
    Q_OBJECT
private slots:
    void beyondTheBoundPagesGoToTheFileAndComeBackTheSame();
    void aMillionRowsStayWithinTheBound();
    void insertsLeaveNullsOut();
};

void TstPageStore::beyondTheBoundPagesGoToTheFileAndComeBackTheSame()
{
    const auto first = tests::roomsPage(100);
    PageStore store(first->byteSize() * 3);
    for (int i = 0; i < 10; ++i)
        store.add(tests::roomsPage(100, i * 100));
    QVERIFY(store.memoryBytes() <= first->byteSize() * 4);
    QVERIFY(store.fileBytes() > 0);
    const int columns = static_cast<int>(first->columns()->size());
    for (const int index : {0, 9, 4, 0}) {
        const auto page = store.page(index);
        const auto fresh = tests::roomsPage(100, index * 100);
        QVERIFY(page);
        QCOMPARE(page->rowCount(), fresh->rowCount());
        for (int row = 0; row < 100; ++row)
            for (int column = 0; column < columns; ++column) {
                engine::ByteView got, wanted;
                const bool present = fresh->cell(row, column, wanted);
                QCOMPARE(page->cell(row, column, got), present);
                if (present)
                    QVERIFY(got == wanted); // also: empty is told from null
            }
    }
    QVERIFY(store.problem().isEmpty());
    store.clear();
    QCOMPARE(store.count(), 0);
    QCOMPARE(store.memoryBytes(), 0);
}

void TstPageStore::aMillionRowsStayWithinTheBound()
{
    // One page given a thousand times: what counts is what the store keeps, not what a test builds.
    constexpr qint64 kBound = 256 * 1024;
    constexpr int kPages = 1000;
    const auto page = tests::roomsPage(1000);
    ResultModel model(nullptr, kBound);
    for (int i = 0; i < kPages; ++i)
        model.addPage(page);
    QCOMPARE(model.rowCount(), 1000 * kPages);
    QVERIFY(model.pages().memoryBytes() <= kBound + page->byteSize());
    QVERIFY(model.pages().fileBytes() > kBound);
    const quint64 before = model.cellsDecoded();
    const int columns = model.columnCount();
    for (int row = 0; row < model.rowCount(); row += 40'007)
        for (int column = 0; column < columns; ++column)
            QCOMPARE(model.index(row, column).data(), model.index(row % 1000, column).data());
    QCOMPARE(model.cellsDecoded() - before, quint64(2 * 25 * columns));
    QVERIFY(model.pages().memoryBytes() <= kBound + page->byteSize());
}

void TstPageStore::insertsLeaveNullsOut()
{
    using engine::cql::Type;
    const auto text = Type::native(engine::cql::TypeKind::Text);
    const auto columns =
        std::make_shared<const std::vector<studio::ResultColumn>>(std::vector<studio::ResultColumn>{
            {"hotel", "Odd Name", "k", text}, {"hotel", "Odd Name", "v", text}});
    ResultModel model;
    model.addPage(std::make_shared<tests::FakePage>(
        columns, std::vector<tests::FakePage::Row>{{engine::Bytes("a'b"), std::nullopt},
                                                   {engine::Bytes("c"), engine::Bytes("")}}));
    QBuffer out;
    out.open(QIODevice::WriteOnly);
    QCOMPARE(views::exportRows(model, 0, 1, views::ExportFormat::Inserts, out), QString());
    QCOMPARE(QString::fromUtf8(out.data()),
             QString("INSERT INTO hotel.\"Odd Name\" (k) VALUES ('a''b');\n"
                     "INSERT INTO hotel.\"Odd Name\" (k, v) VALUES ('c', '');\n"));
    // A column that a function made cannot be inserted.
    ResultModel rooms;
    rooms.addPage(tests::roomsPage(3));
    QBuffer none;
    none.open(QIODevice::WriteOnly);
    QVERIFY(!views::exportRows(rooms, 0, 2, views::ExportFormat::Inserts, none).isEmpty());
    QVERIFY(none.data().isEmpty());
}

RW_TEST(TstPageStore)
#include "tst_page_store.moc"
