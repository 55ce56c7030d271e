#include "engine/workspace/model_history.h"
#include "engine/workspace/workspace.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

using namespace engine::workspace;

class TstModelHistory : public QObject {
    Q_OBJECT
private slots:
    void everyStateComesBackAfterReopening();
    void appendingForgetsWhatWasUndone();
    void smallEditsOfALargeModelTakeLittleRoom();
    void damagedStateIsRefused();
    void removedModelTakesItsStatesAlong();
};

namespace {

std::string largeText(int changed)
{
    std::string text;
    for (int i = 0; i < 3000; ++i)
        text += "- column: c" + std::to_string(i * 7919 % 1000) +
                (i == 1500 ? " changed " + std::to_string(changed) : "") + "\n";
    return text;
}

struct File {
    QTemporaryDir dir;
    std::unique_ptr<Workspace> workspace;
    void open()
    {
        workspace.reset();
        auto opened = Workspace::open(dir.filePath("w.db").toStdString());
        if (!opened)
            qFatal("%s", opened.error().detail().c_str());
        workspace = std::move(*opened);
    }
    File() { open(); }
    ModelHistory history() { return ModelHistory(workspace->database()); }
};

} // namespace

void TstModelHistory::everyStateComesBackAfterReopening()
{
    File file;
    StoredModel model;
    model.title = "hotel";
    model.stage = "logical";
    const auto id = file.history().save(model);
    QVERIFY(id.has_value());
    // More than one whole state, in several calls.
    for (int i = 0; i < 70; ++i)
        QVERIFY(
            file.history().append(*id, i - 1, {{"edit " + std::to_string(i), {}, largeText(i)}}));
    file.open();
    const auto models = file.history().models();
    QCOMPARE(models->size(), 1U);
    QCOMPARE(models->front().cursor, 69);
    QCOMPARE(file.history().states(*id)->size(), 70U);
    for (const int i : {0, 1, 31, 32, 33, 64, 69})
        QVERIFY(*file.history().text(*id, i) == largeText(i));
    QVERIFY(!file.history().text(*id, 70));
}

void TstModelHistory::appendingForgetsWhatWasUndone()
{
    File file;
    const auto id = file.history().save({});
    QVERIFY(file.history().append(*id, -1, {{"", {}, "a"}, {"", {}, "b"}, {"", {}, "c"}}));
    QVERIFY(file.history().append(*id, 0, {{"other", {}, "d"}}));
    QCOMPARE(file.history().states(*id)->size(), 2U);
    QVERIFY(*file.history().text(*id, 1) == "d");
}

void TstModelHistory::smallEditsOfALargeModelTakeLittleRoom()
{
    File file;
    const auto id = file.history().save({});
    std::vector<ModelHistory::NewState> states;
    for (int i = 0; i < 30; ++i)
        states.push_back({"", {}, largeText(i)});
    QVERIFY(file.history().append(*id, -1, states));
    const auto bytes = file.workspace->database().number(
        "SELECT sum(length(bytes)) FROM model_edits WHERE whole = 0");
    QVERIFY2(*bytes < 29 * 200, qPrintable(QString::number(*bytes)));
}

void TstModelHistory::damagedStateIsRefused()
{
    File file;
    const auto id = file.history().save({});
    QVERIFY(file.history().append(*id, -1, {{"", {}, largeText(0)}, {"", {}, largeText(1)}}));
    QVERIFY(file.workspace->database().execute(
        "UPDATE model_edits SET bytes = CAST('nothing of the kind' AS BLOB) WHERE sequence = 1"));
    const auto text = file.history().text(*id, 1);
    QVERIFY(!text);
    QCOMPARE(text.error().code(), engine::ErrorCode::Corrupt);
    QVERIFY(file.history().text(*id, 0).has_value());
}

void TstModelHistory::removedModelTakesItsStatesAlong()
{
    File file;
    const auto id = file.history().save({});
    QVERIFY(file.history().append(*id, -1, {{"", {}, "a"}}));
    QVERIFY(file.history().remove(*id));
    QCOMPARE(*file.workspace->database().number("SELECT count(*) FROM model_edits"), 0);
}

RW_TEST(TstModelHistory)
#include "tst_model_history.moc"
