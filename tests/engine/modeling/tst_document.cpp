#include "engine/modeling/document.h"
#include "tests/engine/modeling/random_model.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <fstream>
#include <sstream>

using namespace engine::modeling;

namespace {

std::string fileText(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

const char* const kSmall = R"(ringwright-model: 1
name: Small
entities:
  - name: Hotel
    attributes:
      - {name: id, key: true, type: text}
      - {name: name, type: text}
queries:
  - label: Q1
    finds: Hotel
    equality: [Hotel.id]
tables:
  - name: hotels
    keyspace: hotel
    queries: [Q1]
    columns:
      - {name: id, type: text, role: partition key, from: Hotel.id, rule: MR2}
)";

/// kSmall with one place changed.
std::string damaged(const std::string& what, const std::string& to)
{
    std::string text = kSmall;
    const std::size_t at = text.find(what);
    return at == std::string::npos ? std::string() : text.replace(at, what.size(), to);
}

} // namespace

class TstDocument : public QObject {
    Q_OBJECT
private slots:
    void aRandomModelIsReadBackEqualAndItsTextIsStable()
    {
        for (std::uint64_t seed = 1; seed <= 250; ++seed) {
            const Model model = tests::randomDocument(seed);
            const std::string text = writeModel(model);
            const auto again = readModel(text);
            QVERIFY2(
                again,
                qPrintable(QString("seed %1: %2")
                               .arg(seed)
                               .arg(QString::fromStdString(again ? "" : again.error().detail()))));
            QVERIFY2(*again == model, qPrintable(QString("seed %1").arg(seed)));
            QVERIFY2(writeModel(*again) == text, qPrintable(QString("seed %1").arg(seed)));
        }
    }

    void aSmallEditIsASmallDiff()
    {
        Model model = *readModel(kSmall);
        const std::string before = writeModel(model);
        model.entities[0].attributes[1].comment = "as guests know it";
        const std::string after = writeModel(model);
        std::istringstream a(before);
        std::istringstream b(after);
        std::string lineA;
        std::string lineB;
        int different = 0;
        while (std::getline(a, lineA) && std::getline(b, lineB))
            different += lineA != lineB;
        QCOMPARE(different, 1);
        QVERIFY(!std::getline(b, lineB));
    }

    void damageIsRefusedWithLineAndReason_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* what, const char* to,
                            const char* message) {
            QTest::newRow(name) << QString(what) << QString(to) << QString(message);
        };
        row("no YAML", "{name: id, key: true", "{name: id, key: [true", "hotel.rwmodel:6:");
        row("unknown key", "key: true", "clef: true",
            "hotel.rwmodel:6:20: an attribute of \"Hotel\" has no field \"clef\"");
        row("wrong kind", "key: true", "key: maybe",
            "hotel.rwmodel:6:25: \"key\" of an attribute of \"Hotel\" must be true or false, not "
            "\"maybe\"");
        row("list for a value", "name: Small", "name: [Small]",
            "hotel.rwmodel:2:7: \"name\" of the model must be text, not a list");
        row("value for a list", "equality: [Hotel.id]", "equality: Hotel.id",
            "hotel.rwmodel:11:15: \"equality\" of a query must be a list, not a value");
        row("reference to nothing", "equality: [Hotel.id]", "equality: [Hotel.no]",
            "hotel.rwmodel:11:16: \"equality\" of a query names \"Hotel.no\", which is not among "
            "the attributes");
        row("name twice", "name: name, type", "name: id, type",
            "hotel.rwmodel:7:9: the name \"Hotel.id\" stands twice among the attributes");
        row("unknown word", "role: partition key", "role: primary",
            "hotel.rwmodel:17:38: \"role\" of a column must be one of partition key, clustering, "
            "static, regular, not \"primary\"");
        row("field twice", "finds: Hotel", "finds: Hotel\n    finds: Hotel",
            "hotel.rwmodel:11:5: a query has the field \"finds\" twice");
        row("no value", "finds: Hotel",
            "finds:", "hotel.rwmodel:10:5: \"finds\" of a query has no value");
        row("newer", "ringwright-model: 1", "ringwright-model: 2",
            "hotel.rwmodel:1:19: this model has format version 2; this Ringwright reads up to 1: "
            "open it with a newer one");
        row("no version", "ringwright-model: 1\n", "",
            "hotel.rwmodel:1:1: this is no Ringwright model: \"ringwright-model: 1\" is missing");
        row("without a name", "name: id, key", "key",
            "hotel.rwmodel:6:9: an attribute of \"Hotel\" needs the field \"name\"");
    }
    void damageIsRefusedWithLineAndReason()
    {
        QFETCH(QString, what);
        QFETCH(QString, to);
        QFETCH(QString, message);
        const std::string text = damaged(what.toStdString(), to.toStdString());
        QVERIFY(!text.empty());
        const auto read = readModel(text, "hotel.rwmodel");
        QVERIFY(!read);
        QVERIFY2(read.error().detail().starts_with(message.toStdString()),
                 read.error().detail().c_str());
        QCOMPARE(read.error().code() == engine::ErrorCode::VersionTooNew,
                 message.contains("newer"));
    }

    void deepNestingAndAliasesAreRefusedWithoutACrash()
    {
        QVERIFY(!readModel(std::string(100000, '[')));
        QVERIFY(!readModel("ringwright-model: 1\nname: &a [*a]\n"));
        std::string bomb = "ringwright-model: 1\nx0: &x0 [a, a, a, a, a, a, a, a, a]\n";
        for (int i = 1; i < 30; ++i) {
            const std::string before = "*x" + std::to_string(i - 1);
            bomb += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [" + before + ", " +
                    before + ", " + before + ", " + before + "]\n";
        }
        QVERIFY(!readModel(bomb + "entities: *x29\n"));
    }

    void mutatedFilesAreReadOrRefusedButNeverCrash()
    {
        unsigned refused = 0;
        for (std::uint64_t seed = 1; seed <= 700; ++seed) {
            tests::Dice dice(seed);
            std::string text = writeModel(tests::randomDocument(seed % 40 + 1));
            for (std::size_t i = 1 + dice.below(4); i > 0 && !text.empty(); --i) {
                const std::size_t at = dice.below(text.size());
                const std::size_t length = 1 + dice.below(12);
                switch (dice.below(4)) {
                case 0:
                    text[at] = static_cast<char>(dice.next());
                    break;
                case 1:
                    text.erase(at, length);
                    break;
                case 2:
                    text.insert(at, text.substr(dice.below(text.size()), length));
                    break;
                default:
                    text.resize(at);
                }
            }
            const auto read = readModel(text);
            if (!read) {
                ++refused;
                QVERIFY2(read.error().detail().starts_with("model:"),
                         qPrintable(QString("seed %1: %2")
                                        .arg(seed)
                                        .arg(QString::fromStdString(read.error().detail()))));
            } else {
                // What was read can be written and read again.
                QVERIFY2(readModel(writeModel(*read)), qPrintable(QString("seed %1").arg(seed)));
            }
        }
        QVERIFY(refused > 150);
    }

    void savingIsAtomicAndKeepsTheVersionBefore()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("a.rwmodel").toStdString();
        Model model = *readModel(kSmall);
        QVERIFY(saveModel(model, file));
        const std::string first = fileText(file);
        model.name = "Second";
        QVERIFY(saveModel(model, file));
        QCOMPARE(fileText(file.string() + "~"), first);
        QCOMPARE(loadModel(file)->name, std::string("Second"));
        QVERIFY(!std::filesystem::exists(file.string() + ".new"));

        // A model that could not be read again does not replace the good file.
        model.entities.push_back(model.entities[0]);
        const auto saved = saveModel(model, file);
        QVERIFY(!saved);
        QVERIFY(saved.error().detail().find("stands twice") != std::string::npos);
        QCOMPARE(loadModel(file)->name, std::string("Second"));
    }

    void aMissingFileAndAFolderAreSaidSo()
    {
        QTemporaryDir folder;
        const auto missing = loadModel(folder.filePath("none.rwmodel").toStdString());
        QVERIFY(!missing);
        QCOMPARE(missing.error().code(), engine::ErrorCode::NotFound);
        QVERIFY(!loadModel(folder.path().toStdString()));
        QVERIFY(!saveModel(Model{}, folder.filePath("no/such/a.rwmodel").toStdString()));
    }
};

RW_TEST(TstDocument)
#include "tst_document.moc"
