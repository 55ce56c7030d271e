#include "engine/modeling/coverage.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/notation.h"
#include "tests/engine/modeling/instances.h"
#include "tests/engine/modeling/random_model.h"
#include "tests/support/test_main.h"

#include <set>

using namespace engine::modeling;

namespace {

constexpr std::uint64_t kSeeds = 300;
constexpr std::uint64_t kWorlds = 120; ///< of those, joined by brute force

bool isElement(const Model& model, const TableColumn& column)
{
    const AttributeOwner owner = findAttribute(model, column.attribute);
    return owner.attribute && owner.attribute->kind == AttributeKind::MultiValued &&
           column.type.find('<') == std::string::npos;
}

bool isMultiValued(const Model& model, ElementId attribute)
{
    const AttributeOwner owner = findAttribute(model, attribute);
    return owner.attribute->kind == AttributeKind::MultiValued;
}

bool among(const std::vector<ElementId>& list, ElementId id)
{
    return std::find(list.begin(), list.end(), id) != list.end();
}

/// CQL's rules for one partition, by themselves: "" or what does not hold.
std::string restrictionFault(const Model& model, const Query& query, const ModelTable& table)
{
    std::vector<const TableColumn*> clustering;
    std::set<ElementId> served;
    const auto gives = [&](const TableColumn& column, const std::vector<ElementId>& list) {
        return among(list, column.attribute) &&
               (!isMultiValued(model, column.attribute) || isElement(model, column));
    };
    for (const TableColumn& column : table.columns) {
        if (column.role == ColumnRole::PartitionKey) {
            if (!gives(column, query.equality))
                return column.name + " is in the partition key and not given";
            served.insert(column.attribute);
        }
        if (column.role == ColumnRole::Clustering)
            clustering.push_back(&column);
    }
    std::size_t at = 0;
    while (at < clustering.size() && gives(*clustering[at], query.equality))
        served.insert(clustering[at++]->attribute);
    for (const ElementId id : query.equality) {
        if (!served.contains(id))
            return attributePath(model, id) + " is given and not at the front of the key";
    }
    std::size_t ranges = 0;
    for (const ElementId id : query.range) {
        if (served.contains(id))
            continue;
        if (++ranges > 1 || at >= clustering.size() || clustering[at]->attribute != id)
            return "the range of " + attributePath(model, id) + " does not follow";
    }
    std::vector<bool> turned;
    for (const Ordering& ordering : query.order) {
        if (served.contains(ordering.attribute))
            continue;
        if (at >= clustering.size() || clustering[at]->attribute != ordering.attribute)
            return "not in the order of " + attributePath(model, ordering.attribute);
        turned.push_back(clustering[at]->descending != ordering.descending);
        ++at;
    }
    for (const bool each : turned) {
        if (each != turned[0])
            return "directions are mixed";
    }
    for (const ElementId id : query.returns) {
        if (std::ranges::find(table.columns, id, &TableColumn::attribute) == table.columns.end())
            return attributePath(model, id) + " is not in the table";
    }
    return {};
}

bool isBroken(const MappingResult& result)
{
    return std::ranges::any_of(result.verdicts, [](const Verdict& verdict) {
        return verdict.judgement == Judgement::Broken;
    });
}

QString about(std::uint64_t seed, const Model& model, const Query& query, const ModelTable& table,
              const std::string& what)
{
    QStringList given;
    for (const ElementId id : query.equality)
        given << QString::fromStdString(attributePath(model, id));
    return QString("seed %1, %2 (finds %3, given %4), %5: %6")
        .arg(seed)
        .arg(QString::fromStdString(query.label),
             QString::fromStdString(elementName(model, query.finds)), given.join(", "),
             QString::fromStdString(keyNotation(table)), QString::fromStdString(what));
}

} // namespace

class TstMappingProperties : public QObject {
    Q_OBJECT
private slots:
    void aMappedTableAnswersItsQueryFromOnePartition()
    {
        unsigned right = 0;
        unsigned broken = 0;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const Model model = tests::randomConceptualModel(seed);
            for (const Query& query : model.queries) {
                const auto mapped = mapQuery(model, query);
                if (!mapped)
                    continue;
                const std::string fault = restrictionFault(model, query, mapped->table);
                const AnswerKind kind = answers(model, query, mapped->table).kind;
                if (isBroken(*mapped)) {
                    // Said to be broken, and it is.
                    ++broken;
                    QVERIFY2(!fault.empty(),
                             qPrintable(about(seed, model, query, mapped->table, "is fine")));
                    QVERIFY(kind != AnswerKind::Key);
                    continue;
                }
                ++right;
                QVERIFY2(fault.empty(),
                         qPrintable(about(seed, model, query, mapped->table, fault)));
                QVERIFY2(kind == AnswerKind::Key,
                         qPrintable(about(seed, model, query, mapped->table,
                                          coverageReason(model, query, mapped->table))));
            }
        }
        QVERIFY2(right > 400 && broken > 10,
                 qPrintable(QString("%1 right, %2 broken").arg(right).arg(broken)));
    }

    void noTwoInstancesCollideInAMappedTable()
    {
        unsigned examined = 0;
        for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
            const Model model = tests::randomConceptualModel(seed);
            const tests::World world(model, seed * 7919);
            for (const Query& query : model.queries) {
                const auto mapped = mapQuery(model, query);
                if (!mapped)
                    continue;
                const std::string fault = collision(model, query, *mapped, world);
                QVERIFY2(fault.empty(),
                         qPrintable(about(seed, model, query, mapped->table, fault)));
                examined += static_cast<unsigned>(
                    world.rows(mapped->table, mapped->path, query.finds).size() > 1);
            }
        }
        QVERIFY2(examined > 90, qPrintable(QString::number(examined)));
    }

    /// The judge itself must be able to say no: without the columns that MR5 added, rows collide.
    void withoutTheColumnsOfMr5SomeInstancesCollide()
    {
        unsigned collided = 0;
        unsigned examined = 0;
        for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
            const Model model = tests::randomConceptualModel(seed);
            const tests::World world(model, seed * 7919);
            for (const Query& query : model.queries) {
                auto mapped = mapQuery(model, query);
                if (!mapped)
                    continue;
                bool demoted = false;
                for (TableColumn& column : mapped->table.columns) {
                    if (column.rule != MappingRule::MR5)
                        continue;
                    column.role = ColumnRole::Regular;
                    demoted = true;
                }
                if (!demoted)
                    continue;
                ++examined;
                QVERIFY2(!uniquenessProof(model, mapped->table).unique,
                         qPrintable(about(seed, model, query, mapped->table,
                                          "is said to be unique without MR5's columns")));
                collided += !collision(model, query, *mapped, world).empty();
            }
        }
        QVERIFY2(examined > 60 && collided * 4 > examined,
                 qPrintable(QString("%1 of %2").arg(collided).arg(examined)));
    }

    void theProofOfAMappedTableSaysThatItIsUnique()
    {
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const Model model = tests::randomConceptualModel(seed);
            for (const Query& query : model.queries) {
                const auto mapped = mapQuery(model, query);
                if (!mapped)
                    continue;
                const UniquenessProof proof = uniquenessProof(model, mapped->table);
                QVERIFY2(proof.unique,
                         qPrintable(about(seed, model, query, mapped->table, proof.text)));
            }
        }
    }

    void generatingTheLogicalModelTwiceChangesNothing()
    {
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const Model model = tests::randomConceptualModel(seed);
            const LogicalResult first = generateLogical(model);
            const LogicalResult second = generateLogical(first.model);
            QVERIFY2(second.added.empty() && second.changed.empty() && second.keptEdited.empty(),
                     qPrintable(QString("seed %1").arg(seed)));
            QCOMPARE(second.model.tables, first.model.tables);
            // Every query that can be answered is, by a table that has it in its list.
            const CoverageMatrix matrix = coverage(first.model);
            for (const ElementId id : matrix.unanswered) {
                const auto mapped = mapQuery(model, *findQuery(model, id));
                QVERIFY2(!mapped || isBroken(*mapped),
                         qPrintable(QString("seed %1 %2")
                                        .arg(seed)
                                        .arg(QString::fromStdString(elementName(model, id)))));
            }
        }
    }

private:
    /// "" or which column differs in two rows with the same key.
    static std::string collision(const Model&, const Query& query, const MappingResult& mapped,
                                 const tests::World& world)
    {
        const ModelTable& table = mapped.table;
        std::map<std::vector<std::string>, tests::World::Row> byKey;
        std::map<std::vector<std::string>, std::vector<std::string>> byPartition;
        for (const auto& row : world.rows(table, mapped.path, query.finds)) {
            std::vector<std::string> partition;
            std::vector<std::string> key;
            std::vector<std::string> statics;
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                const ColumnRole role = table.columns[i].role;
                if (role == ColumnRole::PartitionKey)
                    partition.push_back(row.values[i]);
                if (role == ColumnRole::PartitionKey || role == ColumnRole::Clustering)
                    key.push_back(row.values[i]);
                if (role == ColumnRole::Static)
                    statics.push_back(row.values[i]);
            }
            const auto [before, fresh] = byKey.emplace(key, row);
            if (!fresh && before->second.found != row.found)
                return "two different instances have one key";
            for (std::size_t i = 0; i < table.columns.size(); ++i) {
                if (before->second.values[i] != row.values[i])
                    return table.columns[i].name + " is overwritten";
            }
            const auto [there, first] = byPartition.emplace(partition, statics);
            if (!first && there->second != statics)
                return "a static column has two values in one partition";
        }
        return {};
    }
};

RW_TEST(TstMappingProperties)
#include "tst_mapping_properties.moc"
