// What an edit of a large model costs in the engine: 100 entity types, 300 queries, 200 tables and
// more:
//   build/release/bin/bench_modeling
// Budget: coverage and generateLogical under 20 ms each, reading the file well under 1 s.
#include "engine/modeling/coverage.h"
#include "engine/modeling/document.h"
#include "engine/modeling/mapping.h"

#include <benchmark/benchmark.h>

using namespace engine::modeling;

namespace {

/// A chain of entity types with five attributes each; queries by own key, by the neighbour's key,
/// by an attribute.
Model largeModel()
{
    Model model;
    model.keyspaces.push_back({.id = model.newId(), .name = "ks"});
    for (std::size_t i = 0; i < 100; ++i) {
        EntityType entity{.id = model.newId(), .name = "Entity" + std::to_string(i)};
        for (const char* name : {"id", "name", "created", "state", "amount", "note"})
            entity.attributes.push_back(
                {.id = model.newId(), .name = name, .key = std::string_view(name) == "id"});
        model.entities.push_back(entity);
        if (i > 0)
            model.relationships.push_back({.id = model.newId(),
                                           .name = "has" + std::to_string(i),
                                           .ends = {{model.entities[i - 1].id, Cardinality::One},
                                                    {entity.id, Cardinality::Many}}});
    }
    for (std::size_t i = 0; i < 300; ++i) {
        const EntityType& entity = model.entities[i % 100];
        Query query{.id = model.newId(),
                    .label = "Q" + std::to_string(i),
                    .question = "A question of the application",
                    .finds = entity.id};
        const bool byNeighbour = i / 100 == 1 && i % 100 > 0;
        query.equality = {i / 100 == 0  ? entity.attributes[0].id
                          : byNeighbour ? model.entities[i % 100 - 1].attributes[0].id
                                        : entity.attributes[1].id};
        if (i / 100 > 0)
            query.order = {{entity.attributes[2].id, true}};
        model.queries.push_back(query);
    }
    return model;
}

void generateFromNothing(benchmark::State& state)
{
    const Model model = largeModel();
    for (auto _ : state)
        benchmark::DoNotOptimize(generateLogical(model));
    state.counters["tables"] = static_cast<double>(generateLogical(model).model.tables.size());
}

void generateAgain(benchmark::State& state)
{
    const Model model = generateLogical(largeModel()).model;
    for (auto _ : state)
        benchmark::DoNotOptimize(generateLogical(model));
}

void coverageOfAll(benchmark::State& state)
{
    const Model model = generateLogical(largeModel()).model;
    for (auto _ : state)
        benchmark::DoNotOptimize(coverage(model));
    state.counters["pairs looked at"] = static_cast<double>(coverage(model).pairsExamined);
}

void oneQueryWithItsTrace(benchmark::State& state)
{
    const Model model = generateLogical(largeModel()).model;
    for (auto _ : state)
        benchmark::DoNotOptimize(mapQuery(model, model.queries[150]));
}

void writeFile(benchmark::State& state)
{
    const Model model = generateLogical(largeModel()).model;
    for (auto _ : state)
        benchmark::DoNotOptimize(writeModel(model));
}

void readFile(benchmark::State& state)
{
    const std::string text = writeModel(generateLogical(largeModel()).model);
    for (auto _ : state)
        benchmark::DoNotOptimize(readModel(text));
    state.counters["KB"] = static_cast<double>(text.size()) / 1024;
}

BENCHMARK(generateFromNothing)->Unit(benchmark::kMillisecond);
BENCHMARK(generateAgain)->Unit(benchmark::kMillisecond);
BENCHMARK(coverageOfAll)->Unit(benchmark::kMillisecond);
BENCHMARK(oneQueryWithItsTrace)->Unit(benchmark::kMillisecond);
BENCHMARK(writeFile)->Unit(benchmark::kMillisecond);
BENCHMARK(readFile)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
