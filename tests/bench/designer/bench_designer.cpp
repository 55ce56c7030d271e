// What an edit of a large model costs on screen: 100 entity types, 300 queries and the tables that
// follow, with every dock of the designer open:
//   QT_QPA_PLATFORM=offscreen build/release/bin/bench_designer
// From the edit to the repainted window, median and worst of 15; then opening, arranging, memory.
// Budget: an edit 50 ms, opening and arranging 1 s, growth 100 MB.
#include "engine/modeling/edit.h"
#include "engine/modeling/mapping.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/inspector.h"
#include "widgets/designer/model_panels.h"
#include "widgets/designer/stage_views.h"
#include "widgets/sizing/size_panel.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QThread>

#include <algorithm>
#include <cstdio>

using namespace engine::modeling;
using studio::DesignStage;

namespace {

constexpr int kRounds = 15;

Model drawnModel()
{
    Model model;
    model.name = "large";
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
        model.screens.push_back({.id = model.newId(), .name = "Screen" + std::to_string(i)});
    }
    for (std::size_t i = 0; i < 300; ++i) {
        const EntityType& entity = model.entities[i % 100];
        Query query{.id = model.newId(),
                    .label = "Q" + std::to_string(i + 1),
                    .question = "A question of the application",
                    .finds = entity.id};
        query.equality = {entity.attributes[i / 100].id};
        if (i / 100 > 0)
            query.order = {{entity.attributes[2].id, true}};
        if (i / 100 < 2)
            query.from = model.screens[i % 100].id;
        query.to = model.screens[(i + 1 + i / 100) % 100].id;
        model.queries.push_back(query);
    }
    return model;
}

long residentKb()
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (file.open(QIODevice::ReadOnly))
        for (const QByteArray& line : file.readAll().split('\n'))
            if (line.startsWith("VmRSS:"))
                return line.mid(6).trimmed().split(' ').front().toLong();
    return 0;
}

struct Bench {
    theme::Theme theme{*qApp, theme::Theme::Mode::Light};
    studio::Session session;
    studio::DesignContext context{session};
    views::DesignerPage page{theme, context, nullptr};
    views::QueriesPanel queries{theme, context};
    views::TablesPanel tables{theme, context};
    views::ChecksPanel checks{theme, context};
    views::DesignInspector inspector{theme, context};
    views::SizePanel sizes{theme, context};
    bool follows = false;

    QList<QWidget*> all() { return {&page, &queries, &tables, &checks, &inspector, &sizes}; }
    void show()
    {
        page.resize(1100, 860);
        for (QWidget* each : all())
            each->show();
        QObject::connect(&context, &studio::DesignContext::findingsChanged, qApp,
                         [this] { follows = true; });
    }
    /// Until everything that the edit asked for is painted; not what is computed on the pool.
    void painted()
    {
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    }
    void settled()
    {
        follows = false;
        QElapsedTimer timer;
        timer.start();
        while (!follows && timer.elapsed() < 5000)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    void measure(const char* what, const std::function<void(int)>& edit)
    {
        std::vector<double> edits, following;
        for (int round = 0; round < kRounds; ++round) {
            QElapsedTimer timer;
            timer.start();
            edit(round);
            painted();
            edits.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
            // The same for what follows from it, when the pool has computed it.
            settled();
            timer.restart();
            emit context.findingsChanged();
            painted();
            following.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        std::ranges::sort(edits);
        std::ranges::sort(following);
        std::printf("%-34s %6.1f ms, worst %6.1f; findings shown in %6.1f, worst %6.1f\n", what,
                    edits[kRounds / 2], edits.back(), following[kRounds / 2], following.back());
        std::fflush(stdout);
    }
};

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    const Model model = generateLogical(drawnModel()).model;
    std::printf("%zu entity types, %zu queries, %zu tables\n", model.entities.size(),
                model.queries.size(), model.tables.size());
    Bench bench;
    bench.show();
    bench.painted();
    const long before = residentKb();
    QElapsedTimer timer;
    timer.start();
    bench.page.openModel(model);
    bench.context.setStage(DesignStage::Conceptual);
    bench.painted();
    std::printf("open, conceptual                   %6lld ms\n", timer.elapsed());
    bench.settled();
    auto& context = bench.context;
    const auto now = [&context]() -> const Model& { return context.model(); };
    bench.measure("rename an entity type", [&](int round) {
        context.edit("", [&, round](const Model& m) {
            return rename(m, m.entities[50].id, "Renamed" + std::to_string(round));
        });
    });
    bench.measure("add an attribute", [&](int round) {
        context.select({now().entities[40].id});
        context.edit("", [&, round](const Model& m) {
            return addAttribute(m, m.entities[40].id, "more" + std::to_string(round));
        });
    });
    bench.measure("move an entity type", [&](int round) {
        context.edit("", [&, round](const Model& m) {
            return place(m, {{m.entities[30].id, {round * 10.0, 40.0}}});
        });
    });
    bench.measure("change a query", [&](int round) {
        context.select({now().queries[150].id});
        context.edit("", [&, round](const Model& m) {
            engine::modeling::Query query = m.queries[150];
            query.callsPerSecond = round + 1;
            return setQuery(m, query);
        });
    });
    timer.restart();
    bench.page.conceptual().entities()->diagram().arrange();
    bench.painted();
    std::printf("arrange, conceptual                %6lld ms\n", timer.elapsed());
    timer.restart();
    context.setStage(DesignStage::Logical);
    bench.painted();
    std::printf("logical stage, first               %6lld ms\n", timer.elapsed());
    bench.settled();
    bench.measure("role of a column", [&](int) {
        context.select({now().tables[70].id});
        context.edit("",
                     [](const Model& m) { return cycleRole(m, m.tables[70].columns.back().id); });
    });
    bench.measure("rename a table", [&](int round) {
        context.edit("", [round](const Model& m) {
            return rename(m, m.tables[70].id, "renamed" + std::to_string(round));
        });
    });
    bench.measure("move a table", [&](int round) {
        context.edit("", [round](const Model& m) {
            return place(m, {{m.tables[70].id, {round * 10.0, 40.0}}});
        });
    });
    timer.restart();
    bench.page.logical().diagram()->diagram().arrange();
    bench.painted();
    std::printf("arrange, logical                   %6lld ms\n", timer.elapsed());
    std::printf("memory growth                      %6ld MB\n", (residentKb() - before) / 1024);
    return 0;
}
