// query_fixture.h first: moc of Qt 6.4 fails on some standard headers otherwise.
#include "tests/support/query_fixture.h"

#include "engine/schema/schema_change.h"
#include "engine/schema/table_options.h"
#include "tests/support/test_main.h"

using namespace engine;

class TstDdl : public QObject {
    Q_OBJECT
private slots:
    void unchangedColumnsKeepTheirObjects();
    void alteringATypeChangesEveryUseOfIt();
    void differencesListWhatChanged();
    void speculativeRetryIsCanonical();
    void ifNotExistsChangesNothing();
    void provideOverlappingTombstonesIsOneOfThree();
};

namespace {
const char* const kSimple = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                            "'replication_factor': 1}";
}

void TstDdl::unchangedColumnsKeepTheirObjects()
{
    tests::QueryFixture fixture;
    QVERIFY(fixture.run(kSimple));
    QVERIFY(fixture.run("CREATE TABLE ks.t (k int PRIMARY KEY, a int, b text)"));
    const auto before = fixture.schemaOwner.current()->table("ks", "t");
    QVERIFY(fixture.run("ALTER TABLE ks.t ADD c int"));
    const auto after = fixture.schemaOwner.current()->table("ks", "t");
    QCOMPARE(after->column("a"), before->column("a"));
    QVERIFY(after->column("c") != nullptr);
    QVERIFY(before->column("c") == nullptr);
    QCOMPARE(after->id().value, before->id().value);
}

void TstDdl::alteringATypeChangesEveryUseOfIt()
{
    tests::QueryFixture fixture;
    QVERIFY(fixture.run(kSimple));
    QVERIFY(fixture.run("CREATE TYPE ks.inner (a int)"));
    QVERIFY(fixture.run("CREATE TYPE ks.outer (i frozen<inner>)"));
    QVERIFY(fixture.run(
        "CREATE TABLE ks.t (k int PRIMARY KEY, o frozen<outer>, l list<frozen<inner>>)"));
    QVERIFY(fixture.run("ALTER TYPE ks.inner ADD b text"));
    const auto table = fixture.schemaOwner.current()->table("ks", "t");
    const auto& outer = *table->column("o")->type;
    QCOMPARE(outer.parameters()[0]->fieldNames().size(), 2u);
    QCOMPARE(table->column("l")->type->parameters()[0]->fieldNames().size(), 2u);
    QVERIFY(outer.parameters()[0]->isFrozen());
}

void TstDdl::differencesListWhatChanged()
{
    tests::QueryFixture fixture;
    const auto before = fixture.schemaOwner.current();
    QVERIFY(fixture.run(kSimple));
    QVERIFY(fixture.run("CREATE TYPE ks.ty (a int)"));
    QVERIFY(fixture.run("CREATE TABLE ks.t (k int PRIMARY KEY)"));
    const auto middle = fixture.schemaOwner.current();
    const auto created = schema::differences(*before, *middle);
    QCOMPARE(created.size(), 3u);
    QCOMPARE(created[0].target, schema::ChangeDescription::Target::Keyspace);
    QCOMPARE(created[1].name, std::string{"ty"});
    QCOMPARE(created[2].name, std::string{"t"});
    QVERIFY(fixture.run("ALTER TABLE ks.t WITH comment = 'x'"));
    const auto updated = schema::differences(*middle, *fixture.schemaOwner.current());
    QCOMPARE(updated.size(), 1u);
    QCOMPARE(updated[0].change, schema::ChangeDescription::Change::Updated);
    QCOMPARE(schema::differences(*middle, *before).size(), 3u);
}

void TstDdl::speculativeRetryIsCanonical()
{
    QCOMPARE(*schema::canonicalSpeculativeRetry("99PERCENTILE", "x"), std::string{"99p"});
    QCOMPARE(*schema::canonicalSpeculativeRetry("99.9p", "x"), std::string{"99.9p"});
    QCOMPARE(*schema::canonicalSpeculativeRetry("max(99p, 5ms)", "x"), std::string{"MAX(99p,5ms)"});
    QCOMPARE(*schema::canonicalSpeculativeRetry("none", "x"), std::string{"NEVER"});
    QVERIFY(!schema::canonicalSpeculativeRetry("sometimes", "x"));
    QVERIFY(!schema::canonicalSpeculativeRetry("100p", "x"));
}

void TstDdl::ifNotExistsChangesNothing()
{
    tests::QueryFixture fixture;
    QVERIFY(fixture.run(kSimple));
    const auto before = fixture.schemaOwner.current();
    const auto result =
        fixture.run(std::string{"CREATE KEYSPACE IF NOT EXISTS ks WITH replication = "
                                "{'class': 'SimpleStrategy', 'replication_factor': 3}"});
    QVERIFY(result);
    QVERIFY(std::holds_alternative<protocol::VoidResult>(result->value));
    QCOMPARE(fixture.schemaOwner.current(), before);
}

void TstDdl::provideOverlappingTombstonesIsOneOfThree()
{
    tests::QueryFixture fixture;
    QVERIFY(fixture.run(kSimple));
    const auto create = [&](const std::string& table, const std::string& value) {
        return fixture.run("CREATE TABLE ks." + table +
                           " (k int PRIMARY KEY) WITH compaction = {'class': "
                           "'SizeTieredCompactionStrategy', 'provide_overlapping_tombstones': '" +
                           value + "'}");
    };
    QVERIFY(create("a", "row"));
    QVERIFY(create("b", "CELL"));
    // CompactionParams.create() says it so.
    const auto refused = create("c", "partition");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code(), ErrorCode::ConfigError);
    QCOMPARE(refused.error().detail(),
             std::string{"Invalid value PARTITION for 'provide_overlapping_tombstones' compaction "
                         "sub-option - must be one of the following [NONE, ROW, CELL]."});
}

RW_TEST(TstDdl)
#include "tst_ddl.moc"
