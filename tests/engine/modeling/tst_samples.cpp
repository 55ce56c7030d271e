#include "engine/base/arena.h"
#include "engine/cql/parser.h"
#include "engine/modeling/buckets.h"
#include "engine/modeling/coverage.h"
#include "engine/modeling/cql.h"
#include "engine/modeling/document.h"
#include "engine/modeling/export_document.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/query_cql.h"
#include "engine/modeling/samples.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace engine::modeling;

namespace {

std::filesystem::path modelsFolder()
{
    return std::filesystem::path(RINGWRIGHT_SOURCE) / "resources" / "models";
}

Model sampleOf(const std::string& id)
{
    auto model = loadSample(modelsFolder(), id);
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    return *model;
}

} // namespace

class TstSamples : public QObject {
    Q_OBJECT

    void forEach(const char* = nullptr)
    {
        QTest::addColumn<QString>("id");
        for (const SampleModel& sample : sampleModels())
            QTest::newRow(sample.id.c_str()) << QString::fromStdString(sample.id);
    }
private slots:
    void isCompleteInAllStages_data() { forEach(); }
    void isCompleteInAllStages()
    {
        QFETCH(QString, id);
        const Model model = sampleOf(id.toStdString());
        QVERIFY(!model.entities.empty() && !model.relationships.empty() && !model.screens.empty());
        QVERIFY(model.queries.size() >= 5 && model.tables.size() >= 4);
        for (const EntityType& entity : model.entities)
            QVERIFY2(model.positions.contains(entity.id), entity.name.c_str());
        for (const Screen& screen : model.screens)
            QVERIFY2(model.positions.contains(screen.id), screen.name.c_str());
        for (const Query& query : model.queries)
            QVERIFY2(query.callsPerSecond > 0, query.label.c_str());
    }

    void itsFileIsAsWeWriteIt_data() { forEach(); }
    void itsFileIsAsWeWriteIt()
    {
        QFETCH(QString, id);
        std::ifstream in(modelsFolder() / (id.toStdString() + ".rwmodel"));
        std::stringstream text;
        text << in.rdbuf();
        QCOMPARE(QString::fromStdString(writeModel(sampleOf(id.toStdString()))),
                 QString::fromStdString(text.str()));
    }

    void aBucketThatATableHasIsAmongItsCandidates_data() { forEach(); }
    void aBucketThatATableHasIsAmongItsCandidates()
    {
        QFETCH(QString, id);
        const Model model = sampleOf(id.toStdString());
        for (const ModelTable& table : model.tables) {
            const auto present = bucketOf(table);
            if (!present)
                continue;
            const auto candidates = *bucketCandidates(model, table.id, Depth::Formula);
            const auto found = std::ranges::find(candidates, *present, &BucketCandidate::bucket);
            QVERIFY2(found != candidates.end(), table.name.c_str());
            const TableSize size = *sizeOf(model, table.id, SizeProfile::Largest, Depth::Formula);
            QCOMPARE(found->rows, size.rows.value);
        }
    }

    void readingsByDayAreFineAsTheyAre()
    {
        const Model model = sampleOf("iot");
        const ModelTable& table = *findTable(model, "iot", "sensor_readings_by_day");
        const auto candidates = *bucketCandidates(model, table.id, Depth::Formula);
        const auto labelled = [&](const char* label) {
            return *std::ranges::find(candidates, std::string(label), &BucketCandidate::label);
        };
        QCOMPARE(labelled("day").bucket, *bucketOf(table));
        QVERIFY(labelled("day").recommended);
        // The rows that were given for a day, for the other lengths too.
        QCOMPARE(labelled("day").rows, 17'280.0);
        QCOMPARE(labelled("hour").rows, 720.0);
        QCOMPARE(labelled("week").rows, 7 * 17'280.0);
        QCOMPARE(labelled("none").rows, 90 * 17'280.0); // what lives for the TTL
    }

    void itsTablesAreWhatTheMapperMakes_data() { forEach(); }
    void itsTablesAreWhatTheMapperMakes()
    {
        QFETCH(QString, id);
        const Model model = sampleOf(id.toStdString());
        const LogicalResult again = generateLogical(model);
        QVERIFY(again.added.empty());
        QVERIFY(again.changed.empty());
        QVERIFY(again.keptEdited.empty());
        QVERIFY(again.unused.empty());
        for (const Verdict& verdict : again.verdicts)
            QFAIL(verdict.text.c_str());
    }

    void everyQueryIsAnsweredByKeyAndEveryRowStaysApart_data() { forEach(); }
    void everyQueryIsAnsweredByKeyAndEveryRowStaysApart()
    {
        QFETCH(QString, id);
        const Model model = sampleOf(id.toStdString());
        const CoverageMatrix matrix = coverage(model);
        for (std::size_t i = 0; i < matrix.queries.size(); ++i)
            QVERIFY2(matrix.at(i, *matrix.bestTable(i)).kind <= AnswerKind::Partitions,
                     elementName(model, matrix.queries[i]).c_str());
        QVERIFY(matrix.unused.empty());
        for (const ModelTable& table : model.tables)
            QVERIFY2(uniquenessProof(model, table).unique, table.name.c_str());
    }

    void itsCqlMakesASchema_data() { forEach(); }
    void itsCqlMakesASchema()
    {
        QFETCH(QString, id);
        const Model model = sampleOf(id.toStdString());
        const auto schema = schemaOf(model);
        QVERIFY2(schema, schema ? "" : schema.error().detail().c_str());
    }

    void allItsStatementsAreCql_data() { forEach(); }
    void allItsStatementsAreCql()
    {
        QFETCH(QString, id);
        const Model model = sampleOf(id.toStdString());
        std::vector<std::string> statements;
        for (const Query& query : model.queries)
            statements.push_back(queryStatements(model, query));
        for (const WritePlan& plan : writePlans(model)) {
            for (const std::string& text : {plan.insert, plan.update, plan.erase}) {
                // Counters come after an empty line, in a statement of their own.
                const std::size_t second = text.find("\n\n");
                statements.push_back(text.substr(0, second));
                if (second != std::string::npos)
                    statements.push_back(text.substr(second));
            }
        }
        for (const ModelTable& table : model.tables) {
            for (std::string text : {insertCql(table), updateCql(table), deleteCql(table)})
                statements.push_back(std::move(text));
        }
        unsigned parsed = 0;
        for (const std::string& text : statements) {
            if (text.empty())
                continue;
            engine::Arena arena;
            const auto statement = engine::cql::parseStatement(text, arena);
            QVERIFY2(statement,
                     (text + "\n" + (statement ? "" : statement.error().detail())).c_str());
            ++parsed;
        }
        QVERIFY(parsed > model.tables.size() * 3);
    }

    void itsDictionaryNamesEveryTableQueryAndReason_data() { forEach(); }
    void itsDictionaryNamesEveryTableQueryAndReason()
    {
        QFETCH(QString, id);
        const Model model = sampleOf(id.toStdString());
        const std::string markdown = markdownDictionary(model);
        const std::string html = htmlDictionary(model);
        for (const std::string& text : {markdown, html}) {
            for (const ModelTable& table : model.tables)
                QVERIFY2(text.find(table.name) != std::string::npos, table.name.c_str());
            for (const EntityType& entity : model.entities)
                QVERIFY2(text.find(entity.name) != std::string::npos, entity.name.c_str());
            for (const Query& query : model.queries)
                QVERIFY2(text.find(query.question) != std::string::npos, query.label.c_str());
        }
        for (const ModelTable& table : model.tables) {
            for (const TableColumn& column : table.columns)
                QVERIFY2(markdown.find(column.reason.substr(0, 30)) != std::string::npos,
                         column.reason.c_str());
        }
        QVERIFY(html.find("<script") == std::string::npos);
    }

    void aSampleThatIsNotThereIsSaidSo()
    {
        const auto none = loadSample(modelsFolder(), "nothing");
        QVERIFY(!none);
        QCOMPARE(none.error().code(), engine::ErrorCode::NotFound);
    }
};

RW_TEST(TstSamples)
#include "tst_samples.moc"
