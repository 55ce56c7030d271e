#include "widgets/designer/physical/physical_context.h"

#include "engine/modeling/deployment.h"
#include "engine/modeling/import.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QThreadPool>

#include <algorithm>

namespace views {

using namespace engine::modeling;

namespace {

Model liveModel(const engine::schema::Schema& live, const Model& model)
{
    std::vector<std::string> keyspaces;
    for (const ModelKeyspace& keyspace : model.keyspaces)
        if (live.keyspace(keyspace.name))
            keyspaces.push_back(keyspace.name);
    if (keyspaces.empty())
        return {};
    auto made = modelOf(live, keyspaces);
    return made ? std::move(*made) : Model{};
}

/// The live model as this one would write it down, where they do not differ: columns in its order,
/// options as it words them.
void alignWith(Model& live, const Model& wanted, const SchemaDiff& diff)
{
    for (ModelTable& table : live.tables) {
        const ModelTable* mine = findTable(wanted, table.keyspace, table.name);
        if (!mine)
            continue;
        const auto place = [mine](const TableColumn& column) {
            return std::ranges::find(mine->columns, column.name, &TableColumn::name) -
                   mine->columns.begin();
        };
        std::ranges::stable_sort(table.columns, [&](const TableColumn& a, const TableColumn& b) {
            const bool keys =
                a.role == ColumnRole::PartitionKey || a.role == ColumnRole::Clustering ||
                b.role == ColumnRole::PartitionKey || b.role == ColumnRole::Clustering;
            return a.role == b.role && !keys && place(a) < place(b);
        });
        const auto found = std::ranges::find_if(diff.differences, [&](const Difference& each) {
            return each.keyspace == table.keyspace && each.name == table.name;
        });
        const auto differs = [&](const std::string& option) {
            return found != diff.differences.end() && found->kind != DifferenceKind::Same &&
                   found->sentence.find(option == "default_time_to_live" ? "TTL" : option) !=
                       std::string::npos;
        };
        std::map<std::string, std::string> options;
        for (const auto& [name, value] : table.options)
            if (differs(name))
                options[name] = value;
        for (const auto& [name, value] : mine->options)
            if (!differs(name))
                options[name] = value;
        table.options = std::move(options);
        if (!differs("comment")) {
            table.comment = mine->comment;
            table.queries = mine->queries;
        }
    }
    live.queries = wanted.queries; // the title of a table without a comment
}

/// What was last deployed, to the cluster of that identity if it was, stands beside the model.
void compareDeployed(PhysicalComparison& out, const std::string& identity)
{
    const Deployment* last = lastDeployment(*out.model, identity);
    if (!last)
        last = lastDeployment(*out.model, {});
    if (!last)
        return;
    auto there = deployedModel(*last);
    const QDateTime at = QDateTime::fromString(QString::fromStdString(last->at), Qt::ISODate);
    out.deployedTo = QCoreApplication::translate("views::PhysicalStage", "%1, %2")
                         .arg(QString::fromStdString(last->cluster),
                              QLocale().toString(at.toLocalTime(), QLocale::ShortFormat));
    if (!there)
        return;
    if (auto diff = diffModels(*out.model, *there))
        alignWith(*there, *out.model, *diff);
    out.sinceDeployed = cqlDifferences(*out.model, *there);
}

PhysicalComparisonPtr compare(const ModelPtr& model,
                              const std::shared_ptr<const engine::schema::Schema>& live,
                              const QString& target, const QString& identity)
{
    auto out = std::make_shared<PhysicalComparison>();
    out->model = model;
    out->live = live;
    out->target = target;
    out->modelOnly = cqlLines(*model);
    compareDeployed(*out, identity.toStdString());
    const engine::schema::Schema nothing;
    auto diff = diffToModel(*model, live ? *live : nothing);
    if (!diff) {
        out->problem = QString::fromStdString(diff.error().detail());
        out->differences = out->modelOnly;
        return out;
    }
    out->diff = std::move(*diff);
    if (!live) {
        out->differences = out->modelOnly;
        return out;
    }
    Model there = liveModel(*live, *model);
    out->liveOnly = cqlLines(there);
    alignWith(there, *model, out->diff);
    out->differences = cqlDifferences(*model, there);
    return out;
}

} // namespace

int PhysicalComparison::count(DifferenceKind kind) const
{
    return static_cast<int>(std::ranges::count(diff.differences, kind, &Difference::kind));
}

int PhysicalComparison::risky() const
{
    return static_cast<int>(std::ranges::count(diff.differences, true, &Difference::risky));
}

int PhysicalComparison::changes() const
{
    return static_cast<int>(diff.differences.size()) - count(DifferenceKind::Same);
}

PhysicalContext::PhysicalContext(studio::DesignContext& context, QObject* parent)
    : QObject(parent),
      m_context(context),
      m_comparison(compare(std::make_shared<const Model>(), nullptr, {}, {}))
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(40);
    connect(&m_delay, &QTimer::timeout, this, &PhysicalContext::compute);
    connect(&context, &studio::DesignContext::modelChanged, this, &PhysicalContext::refresh);
    connect(&context, &studio::DesignContext::documentChanged, this, [this] {
        m_unticked.clear();
        m_wanted.clear();
        refresh();
    });
    connect(&context, &studio::DesignContext::stageChanged, this, &PhysicalContext::refresh);
    connect(&context.session(), &studio::Session::sourceChanged, this,
            &PhysicalContext::followSource);
    followSource();
}

void PhysicalContext::followSource()
{
    disconnect(m_following);
    if (studio::ClusterSource* source = m_context.session().source())
        m_following =
            connect(source, &studio::ClusterSource::schemaChanged, this, &PhysicalContext::refresh);
    refresh();
}

void PhysicalContext::refresh()
{
    if (!m_frozen && m_context.stage() == studio::DesignStage::Physical && m_context.document())
        m_delay.start();
}

void PhysicalContext::setFrozen(bool frozen)
{
    m_frozen = frozen;
    m_delay.stop();
    refresh();
}

void PhysicalContext::compute()
{
    if (m_computing) {
        m_again = true;
        return;
    }
    if (!m_context.document())
        return;
    m_computing = true;
    m_again = false;
    const ModelPtr model = m_context.document()->model();
    std::shared_ptr<const engine::schema::Schema> live;
    QString target;
    QString identity;
    if (const studio::ClusterSource* source = m_context.session().source()) {
        live = source->schema() ? source->schema()->definitions : nullptr;
        target = source->entry().name;
        identity = source->entry().id;
    }
    QThreadPool::globalInstance()->start(
        [self = QPointer<PhysicalContext>(this), model, live, target, identity] {
            PhysicalComparisonPtr made = compare(model, live, target, identity);
            QMetaObject::invokeMethod(
                qApp,
                [self, made = std::move(made)]() mutable {
                    if (!self)
                        return;
                    self->m_computing = false;
                    if (self->m_again)
                        self->compute();
                    self->take(std::move(made));
                },
                Qt::QueuedConnection);
        });
}

void PhysicalContext::take(PhysicalComparisonPtr next)
{
    m_comparison = std::move(next);
    const std::vector<MigrationStep>& steps = m_comparison->diff.steps;
    m_ticked.clear();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        // Nothing is lost unless somebody says so: what a model lacks may be another one's.
        const bool loses = steps[i].kind == StepKind::Destructive;
        if (loses ? m_wanted.contains(steps[i].title) : !m_unticked.contains(steps[i].title))
            m_ticked.insert(i);
    }
    // But a view that is made anew must go first.
    for (const std::size_t index : ticked())
        for (const std::size_t needed : steps[index].needs)
            m_ticked.insert(needed);
    emit compared();
    emit ticksChanged();
}

void PhysicalContext::setTicked(std::size_t step, bool ticked)
{
    const std::vector<MigrationStep>& steps = m_comparison->diff.steps;
    if (step >= steps.size())
        return;
    std::vector<std::size_t> all{step};
    if (ticked) {
        for (std::size_t i = 0; i < all.size(); ++i)
            for (const std::size_t needed : steps[all[i]].needs)
                all.push_back(needed);
    } else {
        const auto others = dependents(m_comparison->diff, step);
        all.insert(all.end(), others.begin(), others.end());
    }
    for (const std::size_t each : all) {
        if (ticked) {
            m_ticked.insert(each);
            m_unticked.erase(steps[each].title);
            m_wanted.insert(steps[each].title);
        } else {
            m_ticked.erase(each);
            m_unticked.insert(steps[each].title);
            m_wanted.erase(steps[each].title);
        }
    }
    emit ticksChanged();
}

std::vector<QString> dryRun(const PhysicalComparison& comparison,
                            const std::vector<std::size_t>& ticked, const QStringList& datacenters)
{
    std::set<std::string> names;
    for (const QString& name : datacenters)
        names.insert(name.toStdString());
    if (names.empty())
        names.insert("datacenter1");
    std::vector<QString> out(comparison.diff.steps.size());
    engine::schema::SchemaPtr schema = comparison.live;
    for (const std::size_t index : ticked) {
        const MigrationStep& step = comparison.diff.steps[index];
        if (step.refused)
            out[index] = QString::fromStdString(step.warning);
        if (step.kind != StepKind::SchemaChange && step.kind != StepKind::Destructive)
            continue;
        auto after = schemaOfCql(step.cql, schema, names);
        if (after)
            schema = std::move(*after);
        else
            out[index] = QString::fromStdString(after.error().detail());
    }
    return out;
}

} // namespace views
