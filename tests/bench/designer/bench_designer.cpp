// What an edit of a large model costs on screen: 100 entity types, 300 queries and the 200 tables
// that follow, with every dock of the designer open and every edit kept in a workspace file:
//   QT_QPA_PLATFORM=offscreen build/release/bin/bench_designer
// From the edit to the repainted window, median and worst of 15, in time and in work of the GUI
// thread alone; then the longest single step of that thread until all that follows from the edit is
// shown (findings, lines that are led again, the CQL, the stored state). Opening, arranging,
// memory. Budget: an edit 50 ms, opening and arranging 1 s, a step 50 ms, growth 100 MB.
//   build/release/bin/bench_designer --write FILE.rwmodel
// writes the model, to look at it in the studio.
#include "app/model_store.h"
#include "engine/modeling/document.h"
#include "engine/modeling/edit.h"
#include "engine/modeling/mapping.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/inspector.h"
#include "widgets/designer/model_panels.h"
#include "widgets/designer/physical/differences_panel.h"
#include "widgets/designer/physical/physical_stage.h"
#include "widgets/designer/stage_views.h"
#include "widgets/sizing/size_panel.h"
#include "widgets/studio/open_models.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace engine::modeling;
using studio::DesignStage;
using views::RouterWork;

namespace {

int rounds = 15; ///< or the first argument

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
        // The last hundred ask for what the hundred before it ask for, from another screen.
        query.equality = {entity.attributes[std::min<std::size_t>(i / 100, 1)].id};
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

double threadMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Notes the longest event of the GUI thread, in its own work: other programs do not count.
class WatchedApplication final : public QApplication {
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_depth > 0)
            return QApplication::notify(receiver, event);
        ++m_depth;
        const QByteArray who = receiver->metaObject()->className();
        const int type = event->type();
        const double before = threadMs();
        const bool done = QApplication::notify(receiver, event);
        const double ms = threadMs() - before;
        --m_depth;
        if (ms > longest) {
            longest = ms;
            what = who + " event " + QByteArray::number(type);
        }
        return done;
    }
    double longest = 0;
    QByteArray what;

private:
    int m_depth = 0;
};

struct Bench {
    WatchedApplication& app;
    QTemporaryDir dir;
    std::unique_ptr<engine::workspace::Workspace> workspace = openWorkspace();
    app::SqliteModelStore store{*workspace,
                                [](const QString& why) { qFatal("%s", qPrintable(why)); }};
    theme::Theme theme{*qApp, theme::Theme::Mode::Light};
    studio::Session session;
    studio::DesignContext context{session};
    views::PhysicalContext physical{context};
    studio::OpenModels models{&store};
    views::DesignerPage page{theme, context, models};
    views::QueriesPanel queries{theme, context};
    views::TablesPanel tables{theme, context};
    views::ChecksPanel checks{theme, context};
    views::DesignInspector inspector{theme, context};
    views::SizePanel sizes{theme, context};
    views::DifferencesPanel differences{theme, physical};

    std::unique_ptr<engine::workspace::Workspace> openWorkspace()
    {
        auto made =
            engine::workspace::Workspace::open(dir.filePath("bench.rwworkspace").toStdString());
        if (!made)
            qFatal("%s", made.error().detail().c_str());
        return std::move(*made);
    }
    QList<QWidget*> all()
    {
        return {&page, &queries, &tables, &checks, &inspector, &sizes, &differences};
    }
    void show()
    {
        auto* stage = new views::PhysicalStage(theme, physical);
        page.addStage(DesignStage::Physical, "Physical", stage, stage->diagram());
        page.resize(1100, 860);
        for (QWidget* each : all())
            each->show();
    }
    /// Until everything that the edit asked for is painted; not what is computed on the pool.
    void painted()
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
    [[nodiscard]] bool isRouting()
    {
        return page.conceptual().workflow()->diagram().isRouting() ||
               page.logical().diagram()->diagram().isRouting();
    }
    /// Until all that follows is shown, and half a second more for what is stored.
    void settled()
    {
        QElapsedTimer timer;
        timer.start();
        do
            wait(400);
        while (isRouting() && timer.elapsed() < 20000);
    }
    static void wait(int milliseconds)
    {
        QEventLoop loop;
        QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
        loop.exec();
    }
    void measure(const char* what, const std::function<void(int)>& edit)
    {
        std::vector<double> edits, work;
        app.longest = 0;
        for (int round = 0; round < rounds; ++round) {
            QElapsedTimer timer;
            timer.start();
            const double before = threadMs();
            edit(round);
            painted();
            edits.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
            work.push_back(threadMs() - before);
            settled();
        }
        std::ranges::sort(edits);
        std::ranges::sort(work);
        std::printf(
            "%-26s %6.1f ms, worst %6.1f (own work %6.1f, %6.1f); longest step %5.1f (%s)\n", what,
            edits[rounds / 2], edits.back(), work[rounds / 2], work.back(), app.longest,
            app.what.constData());
        std::fflush(stdout);
    }
    /// Until it is painted, and until its last line has its way.
    void once(const char* what, const std::function<void()>& act)
    {
        app.longest = 0;
        QElapsedTimer timer;
        timer.start();
        const double before = threadMs();
        act();
        const double asked = threadMs() - before;
        painted();
        const qint64 shown = timer.elapsed();
        while (isRouting())
            QCoreApplication::processEvents();
        QCoreApplication::processEvents();
        std::printf(
            "%-26s %6lld ms, with all lines %6lld ms (own work %6.1f); longest step %5.1f (%s)\n",
            what, shown, timer.elapsed(), threadMs() - before, std::max(asked, app.longest),
            asked > app.longest ? "itself" : app.what.constData());
        std::fflush(stdout);
        settled();
    }
};

} // namespace

int main(int argc, char** argv)
{
    const Model model = generateLogical(drawnModel()).model;
    if (argc == 3 && std::string_view(argv[1]) == "--write") {
        const auto saved = saveModel(model, argv[2]);
        if (!saved)
            std::fprintf(stderr, "%s\n", saved.error().detail().c_str());
        return saved ? 0 : 1;
    }
    WatchedApplication app(argc, argv);
    if (argc > 1)
        rounds = std::atoi(argv[1]);
    std::printf("%zu entity types, %zu queries, %zu tables\n", model.entities.size(),
                model.queries.size(), model.tables.size());
    Bench bench{app};
    bench.show();
    bench.painted();
    const long before = residentKb();
    auto& context = bench.context;
    const auto now = [&context]() -> const Model& { return context.model(); };
    bench.once("open, conceptual", [&] { bench.page.openModel(model); });
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
    bench.measure("move a screen", [&](int round) {
        const QPointF was =
            bench.page.conceptual().workflow()->diagram().node(now().screens[40].id)->pos();
        context.edit("", [&, round](const Model& m) {
            return place(m, {{m.screens[40].id, {was.x() + (round % 2 ? 90 : -80), was.y() + 30}}});
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
    bench.measure("undo", [&](int) { context.document()->undoStack().undo(); });
    bench.once("arrange, conceptual",
               [&] { bench.page.conceptual().entities()->diagram().arrange(); });
    bench.once("arrange, workflow",
               [&] { bench.page.conceptual().workflow()->diagram().arrange(); });
    bench.once("open, logical", [&] { context.setStage(DesignStage::Logical); });
    const RouterWork opened = bench.page.logical().diagram()->diagram().routerWork();
    std::printf("  lines led: %lld, paths %lld, compared %lld, places searched %lld\n",
                opened.routed, opened.paths, opened.compared, opened.searched);
    std::fflush(stdout);
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
    views::DiagramScene& logical = bench.page.logical().diagram()->diagram();
    const RouterWork led = logical.routerWork();
    bench.measure("move a table", [&](int round) {
        const QPointF was = logical.node(now().tables[70].id)->pos();
        context.edit("", [=](const Model& m) {
            return place(m, {{m.tables[70].id, {was.x() + (round % 2 ? 40 : -30), was.y() + 20}}});
        });
    });
    std::printf("  lines led again for each: %lld, paths %lld\n",
                (logical.routerWork().routed - led.routed) / rounds,
                (logical.routerWork().paths - led.paths) / rounds);
    bench.measure("add a column", [&](int round) {
        context.edit("", [round](const Model& m) {
            return addColumn(m, m.tables[70].id, "more" + std::to_string(round), "text");
        });
    });
    bench.measure("undo", [&](int) { context.document()->undoStack().undo(); });
    bench.once("arrange, logical", [&] { logical.arrange(); });
    bench.once("open, physical", [&] { context.setStage(DesignStage::Physical); });
    bench.measure("type of a column", [&](int round) {
        context.edit("", [round](const Model& m) {
            TableColumn column = m.tables[70].columns.back();
            column.type = round % 2 ? "text" : "int";
            return setColumn(m, column);
        });
    });
    bench.measure("rename a table", [&](int round) {
        context.edit("", [round](const Model& m) {
            return rename(m, m.tables[70].id, "again" + std::to_string(round));
        });
    });
    std::printf("memory growth              %6ld MB\n", (residentKb() - before) / 1024);
    return 0;
}
