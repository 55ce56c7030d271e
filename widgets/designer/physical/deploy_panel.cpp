#include "widgets/designer/physical/deploy_panel.h"

#include "engine/modeling/deployment.h"

#include "widgets/theme/small_widgets.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>
#include <QStyle>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace views {

using namespace engine::modeling;
using studio::MigrationRun;
using theme::Ink;
using theme::Type;

namespace {
constexpr int kDestructive = Qt::UserRole + 1; ///< of a step: loses data
} // namespace

DeployPanel::DeployPanel(const theme::Theme& theme, PhysicalContext& physical,
                         studio::ClusterCatalog& catalog, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_physical(physical),
      m_catalog(catalog),
      m_clusters(new QListWidget(this)),
      m_snapshot(new QCheckBox(tr("Snapshot the tables first"), this)),
      m_steps(new QTreeWidget(this)),
      m_note(theme::makeLabel(tr("stops at the first error"), Type::Label, "2")),
      m_warnings(theme::makeLabel({}, Type::Label)),
      m_result(theme::makeLabel({}, Type::Label)),
      m_dry(theme::makeButton(theme, QStringLiteral("play"), tr("Dry run"))),
      m_save(theme::makeButton(theme, QStringLiteral("save"), tr("Save script…"))),
      m_retry(theme::makeButton(theme, QStringLiteral("refresh"), tr("Try again"))),
      m_skip(theme::makeButton(theme, QStringLiteral("arrow-right"), tr("Skip"))),
      m_deploy(theme::makeButton(theme, QStringLiteral("rocket"), tr("Deploy"), true))
{
    setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 10);
    layout->setSpacing(8);
    m_clusters->setAccessibleName(tr("Clusters to deploy to"));
    m_clusters->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    m_clusters->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    m_clusters->setMaximumHeight(96);
    m_clusters->setWordWrap(true);
    m_clusters->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_clusters);
    layout->addWidget(m_snapshot);
    auto* head = new QHBoxLayout;
    head->addWidget(theme::makeLabel(tr("Migration script"), Type::Emphasis));
    head->addStretch();
    head->addWidget(m_note);
    layout->addLayout(head);
    buildSteps();
    layout->addWidget(m_steps, 1);
    m_warnings->setWordWrap(true);
    m_warnings->setProperty("tone", "warning");
    layout->addWidget(m_warnings);
    m_result->setWordWrap(true);
    m_result->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    layout->addWidget(m_result);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {m_dry, m_save, m_retry, m_skip})
        buttons->addWidget(button);
    buttons->addStretch();
    buttons->addWidget(m_deploy);
    layout->addLayout(buttons);
    m_dry->setToolTip(
        tr("Runs the schema changes on a copy of the cluster's schema; sends nothing"));

    connect(&catalog, &studio::ClusterCatalog::entriesChanged, this, &DeployPanel::showClusters);
    connect(&physical.design().session(), &studio::Session::sourceChanged, this, [this] {
        showClusters();
        updateButtons();
    });
    connect(m_clusters, &QListWidget::itemActivated, this,
            [this](QListWidgetItem* item) { openCluster(item->data(Qt::UserRole).toString()); });
    connect(m_clusters, &QListWidget::itemClicked, this,
            [this](QListWidgetItem* item) { openCluster(item->data(Qt::UserRole).toString()); });
    connect(&physical, &PhysicalContext::compared, this, &DeployPanel::showSteps);
    connect(&theme, &theme::Theme::changed, this, &DeployPanel::colorSteps);
    connect(&physical, &PhysicalContext::ticksChanged, this, &DeployPanel::showTicks);
    connect(m_dry, &QPushButton::clicked, this, &DeployPanel::tryDry);
    connect(m_save, &QPushButton::clicked, this, &DeployPanel::saveScript);
    connect(m_deploy, &QPushButton::clicked, this, &DeployPanel::deploy);
    connect(m_retry, &QPushButton::clicked, this, [this] {
        const auto from = std::ranges::find(m_runSteps, static_cast<std::size_t>(m_failedAt));
        run({from, m_runSteps.end()});
    });
    connect(m_skip, &QPushButton::clicked, this, [this] {
        auto from = std::ranges::find(m_runSteps, static_cast<std::size_t>(m_failedAt));
        if (from != m_runSteps.end())
            run({from + 1, m_runSteps.end()});
    });
    showClusters();
    showSteps();
}

void DeployPanel::buildSteps()
{
    m_steps->setAccessibleName(tr("Steps of the migration"));
    m_steps->setColumnCount(2);
    m_steps->setHeaderHidden(true);
    m_steps->setRootIsDecorated(false);
    m_steps->setUniformRowHeights(true);
    m_steps->setFrameShape(QFrame::NoFrame);
    m_steps->header()->setStretchLastSection(false);
    m_steps->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_steps->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_steps->setTextElideMode(Qt::ElideMiddle);
    connect(m_steps, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item, int column) {
        if (!m_updating && column == 0)
            m_physical.setTicked(static_cast<std::size_t>(m_steps->indexOfTopLevelItem(item)),
                                 item->checkState(0) == Qt::Checked);
    });
}

QString DeployPanel::resultText() const
{
    return m_result->text();
}

void DeployPanel::showClusters()
{
    m_updating = true;
    const studio::ClusterSource* open = m_physical.design().session().source();
    m_clusters->clear();
    QList<studio::ClusterEntry> entries = m_catalog.entries();
    if (open && std::ranges::none_of(entries, [&](const studio::ClusterEntry& e) {
            return e.id == open->entry().id;
        }))
        entries.prepend(open->entry());
    for (const studio::ClusterEntry& entry : std::as_const(entries)) {
        if (entry.kind == studio::ClusterKind::Simulated)
            continue;
        QString kind = entry.kind == studio::ClusterKind::Bundled ? tr("bundled") : tr("remote");
        if (entry.production)
            kind = tr("production");
        const bool current = open && open->entry().id == entry.id;
        QString text = tr("%1 · %2").arg(entry.name, kind);
        if (current)
            text += QStringLiteral(" · ") +
                    tr("%n difference(s)", nullptr, m_physical.comparison()->changes());
        else if (entry.phase == studio::ClusterPhase::Stopped)
            text += QStringLiteral(" · ") + tr("stopped; a click starts it");
        auto* item = new QListWidgetItem(text, m_clusters);
        item->setIcon(m_theme.icon(entry.kind == studio::ClusterKind::Bundled ? "box" : "cloud",
                                   entry.production                             ? Ink::Production
                                   : entry.kind == studio::ClusterKind::Bundled ? Ink::Bundled
                                                                                : Ink::Remote));
        item->setData(Qt::UserRole, entry.id);
        if (current)
            m_clusters->setCurrentItem(item);
    }
    if (m_clusters->count() == 0) {
        auto* none = new QListWidgetItem(
            tr("No cluster yet. Start one on the page Home, or save the script."), m_clusters);
        none->setFlags(Qt::NoItemFlags);
    }
    m_updating = false;
}

void DeployPanel::openCluster(const QString& id)
{
    const studio::ClusterSource* open = m_physical.design().session().source();
    if (m_updating || m_run || id.isEmpty() || (open && open->entry().id == id))
        return;
    showResult(tr("Opening the cluster…"), "2");
    m_catalog.open(id);
}

void DeployPanel::showSteps()
{
    if (m_run)
        return; // the steps that run stay until they have ended
    m_updating = true;
    const PhysicalComparison& now = *m_physical.comparison();
    m_steps->clear();
    int number = 0;
    for (const MigrationStep& step : now.diff.steps) {
        auto* item = new QTreeWidgetItem(m_steps);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setText(
            0, QStringLiteral("%1  %2").arg(++number).arg(QString::fromStdString(step.title)));
        QString note;
        switch (step.kind) {
        case StepKind::SchemaChange:
            note = tr("schema change");
            break;
        case StepKind::Copy:
            note = tr("copies rows");
            break;
        case StepKind::Verify:
            note = tr("read only");
            break;
        case StepKind::Switch:
            note = tr("in the application");
            break;
        case StepKind::Destructive:
            note = tr("asks first");
        }
        item->setText(1, note);
        item->setData(1, kDestructive, step.kind == StepKind::Destructive);
        item->setToolTip(0, QString::fromStdString(step.cql));
        item->setToolTip(1, QString::fromStdString(step.warning));
        item->setData(0, Qt::AccessibleTextRole,
                      QStringLiteral("%1, %2").arg(item->text(0), item->text(1)));
    }
    m_retry->hide();
    m_skip->hide();
    m_failedAt = -1;
    m_updating = false;
    colorSteps();
    showClusters();
    showTicks();
}

void DeployPanel::colorSteps()
{
    const bool updating = std::exchange(m_updating, true);
    for (int i = 0; i < m_steps->topLevelItemCount(); ++i) {
        QTreeWidgetItem* item = m_steps->topLevelItem(i);
        item->setForeground(1, item->data(1, kDestructive).toBool() ? m_theme.tokens().error
                                                                    : m_theme.tokens().text2);
    }
    m_updating = updating;
}

void DeployPanel::showTicks()
{
    m_updating = true;
    for (int i = 0; i < m_steps->topLevelItemCount(); ++i)
        m_steps->topLevelItem(i)->setCheckState(
            0, m_physical.isTicked(static_cast<std::size_t>(i)) ? Qt::Checked : Qt::Unchecked);
    m_updating = false;
    showWarnings();
    updateButtons();
}

void DeployPanel::showWarnings()
{
    const PhysicalComparison& now = *m_physical.comparison();
    QStringList copies; // of each what is kept and what is not, before anything starts
    QStringList others;
    for (const std::size_t index : m_physical.ticked()) {
        if (index >= now.diff.steps.size())
            continue;
        const MigrationStep& step = now.diff.steps[index];
        const QString text = QString::fromStdString(step.warning);
        if (step.kind == StepKind::Copy)
            copies += text;
        else if (!text.isEmpty() && !others.contains(text))
            others += text;
    }
    const QStringList texts = copies + others;
    m_warnings->setText(texts.mid(0, 2).join(u'\n'));
    m_warnings->setToolTip(texts.join(u'\n'));
    m_warnings->setVisible(!texts.isEmpty());
}

void DeployPanel::updateButtons()
{
    const int count = static_cast<int>(m_physical.ticked().size());
    const bool open = m_physical.design().session().source() != nullptr;
    m_deploy->setText(m_run       ? tr("Cancel")
                      : count > 0 ? tr("Deploy %n step(s)", nullptr, count)
                                  : tr("Deploy"));
    m_deploy->setEnabled(m_run || (open && count > 0));
    m_deploy->setToolTip(open ? QString() : tr("Choose a cluster first"));
    m_dry->setEnabled(!m_run && count > 0);
    m_save->setEnabled(!m_run && count > 0);
    m_steps->setEnabled(!m_run);
    const studio::ClusterSource* source = m_physical.design().session().source();
    const studio::Ability snapshot = source && !source->topology().nodes.empty()
                                         ? source->ability(studio::NodeAction::Snapshot, 0)
                                         : studio::Ability{false, tr("No cluster is open")};
    m_snapshot->setEnabled(snapshot.possible && !m_run);
    m_snapshot->setToolTip(snapshot.reason);
}

void DeployPanel::showResult(const QString& text, const char* tone)
{
    m_result->setText(text);
    m_result->setProperty("tone", tone);
    m_result->style()->unpolish(m_result);
    m_result->style()->polish(m_result);
    m_result->setVisible(!text.isEmpty());
}

void DeployPanel::setState(int step, const char* icon, Ink ink, const QString& text)
{
    QTreeWidgetItem* item = m_steps->topLevelItem(step);
    if (!item)
        return;
    m_updating = true;
    item->setIcon(1, m_theme.icon(QString::fromLatin1(icon), ink));
    if (!text.isEmpty())
        item->setText(1, text.size() > 40 ? text.left(38) + QStringLiteral("…") : text);
    item->setToolTip(1, text);
    item->setForeground(1, m_theme.ink(ink));
    item->setData(
        0, Qt::AccessibleTextRole,
        QStringLiteral("%1, %2").arg(item->text(0), text.isEmpty() ? item->text(1) : text));
    m_updating = false;
}

// ---- trying and running -------------------------------------------------------------------------

void DeployPanel::tryDry()
{
    const PhysicalComparison& now = *m_physical.comparison();
    QStringList datacenters;
    if (const studio::ClusterSource* source = m_physical.design().session().source())
        datacenters = source->topology().datacenters();
    const std::vector<std::size_t> ticked = m_physical.ticked();
    const std::vector<QString> problems = dryRun(now, ticked, datacenters);
    int failed = 0;
    QString first;
    for (const std::size_t index : ticked) {
        const bool good = problems[index].isEmpty();
        if (!good && failed++ == 0)
            first = problems[index];
        setState(static_cast<int>(index), good ? "circle-check" : "circle-x",
                 good ? Ink::Success : Ink::Error, good ? tr("would work") : problems[index]);
    }
    if (failed == 0)
        showResult(tr("The dry run went well: nothing was sent."), "success");
    else
        showResult(tr("%n step(s) would fail: %1", nullptr, failed).arg(first), "error");
}

void DeployPanel::saveScript()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save migration script"),
        QString::fromStdString(m_physical.comparison()->model->name) + QStringLiteral(".cql"),
        tr("CQL (*.cql)"));
    if (path.isEmpty())
        return;
    const std::string script = scriptOf(m_physical.comparison()->diff, m_physical.ticked());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(script.data(), static_cast<qint64>(script.size())) < 0 || !file.commit())
        showResult(tr("%1 could not be written: %2").arg(path, file.errorString()), "error");
    else
        showResult(tr("Saved as %1.").arg(path), "success");
}

bool DeployPanel::confirmed(const std::vector<std::size_t>& steps)
{
    const studio::ClusterEntry& entry = m_physical.design().session().source()->entry();
    QStringList lost;
    for (const std::size_t index : steps)
        if (m_physical.comparison()->diff.steps[index].kind == StepKind::Destructive)
            lost += QString::fromStdString(m_physical.comparison()->diff.steps[index].title);
    if (lost.isEmpty() && !entry.production)
        return true;
    QMessageBox ask(QMessageBox::Warning, tr("Deploy"),
                    tr("Deploy to %1? This cannot be undone.").arg(entry.name), QMessageBox::Cancel,
                    this);
    ask.setInformativeText(lost.join(u'\n'));
    QPushButton* go = ask.addButton(lost.isEmpty() ? tr("Deploy") : tr("Deploy and drop"),
                                    QMessageBox::DestructiveRole);
    QLineEdit* name = nullptr;
    if (entry.production) {
        // As for every action on production: its name is typed, not pasted.
        ask.setInformativeText(ask.informativeText() + u'\n' +
                               tr("This is production. Type its name:"));
        name = new QLineEdit(&ask);
        name->setAccessibleName(tr("Name of the cluster"));
        name->setContextMenuPolicy(Qt::NoContextMenu);
        ask.layout()->addWidget(name);
        go->setEnabled(false);
        connect(name, &QLineEdit::textChanged, go,
                [go, wanted = entry.name](const QString& text) { go->setEnabled(text == wanted); });
    }
    ask.exec();
    return ask.clickedButton() == go;
}

void DeployPanel::deploy()
{
    if (m_run) {
        m_run->cancel();
        return;
    }
    const std::vector<std::size_t> steps = m_physical.ticked();
    if (steps.empty() || !m_physical.design().session().source() || !confirmed(steps))
        return;
    snapshotFirst();
    run(steps);
}

void DeployPanel::snapshotFirst()
{
    studio::ClusterSource* source = m_physical.design().session().source();
    if (!m_snapshot->isChecked() || !m_snapshot->isEnabled())
        return;
    std::set<QString> keyspaces;
    for (const ModelKeyspace& keyspace : m_physical.comparison()->model->keyspaces)
        if (m_physical.comparison()->live && m_physical.comparison()->live->keyspace(keyspace.name))
            keyspaces.insert(QString::fromStdString(keyspace.name));
    const QString name = QStringLiteral("deploy-") + QDateTime::currentDateTimeUtc().toString(
                                                         QStringLiteral("yyyyMMdd-HHmmss"));
    for (int node = 0; node < static_cast<int>(source->topology().nodes.size()); ++node)
        for (const QString& keyspace : keyspaces)
            if (source->ability(studio::NodeAction::Snapshot, node))
                source->perform({studio::NodeAction::Snapshot, node, keyspace, name});
}

void DeployPanel::run(const std::vector<std::size_t>& steps)
{
    if (steps.empty())
        return;
    studio::ClusterSource* source = m_physical.design().session().source();
    if (m_failedAt < 0 || !m_running)
        m_running = m_physical.comparison();
    m_runSteps = steps;
    auto made = source ? source->migrate({QString::fromStdString(m_running->model->name),
                                          m_running->diff.steps, steps})
                       : nullptr;
    if (!made) {
        showResult(tr("The studio cannot change this cluster. Save the script and run it there."),
                   "error");
        return;
    }
    m_run = std::move(made);
    m_physical.setFrozen(true);
    m_failedAt = -1;
    m_retry->hide();
    m_skip->hide();
    showResult({}, "2");
    connect(m_run.get(), &MigrationRun::stepChanged, this, &DeployPanel::stepChanged);
    connect(m_run.get(), &MigrationRun::finished, this, &DeployPanel::ended);
    updateButtons();
}

void DeployPanel::stepChanged(int step, MigrationRun::State state, const QString& text)
{
    switch (state) {
    case MigrationRun::State::Running:
        setState(step, "clock", Ink::Accent, text.isEmpty() ? tr("runs") : text);
        break;
    case MigrationRun::State::Done:
        setState(step, "circle-check", Ink::Success, text.isEmpty() ? tr("done") : text);
        break;
    case MigrationRun::State::Failed:
        setState(step, "circle-x", Ink::Error, text);
        m_failedAt = step;
    }
    m_steps->scrollToItem(m_steps->topLevelItem(step));
}

void DeployPanel::ended(const QString& problem)
{
    const int count = static_cast<int>(m_runSteps.size());
    m_run.release()->deleteLater();
    if (problem.isEmpty()) {
        showResult(tr("Deployed: %n step(s) done.", nullptr, count), "success");
        remember();
        m_running.reset();
        emit deployed();
        m_physical.setFrozen(false);
    } else {
        showResult(problem, "error");
        m_retry->setVisible(m_failedAt >= 0);
        m_skip->setVisible(m_failedAt >= 0 && m_failedAt != static_cast<int>(m_runSteps.back()));
    }
    updateButtons();
}

void DeployPanel::remember()
{
    const studio::ClusterSource* source = m_physical.design().session().source();
    std::set<std::string> datacenters;
    QString name = m_running->target;
    QString identity;
    if (source) {
        for (const QString& datacenter : source->topology().datacenters())
            datacenters.insert(datacenter.toStdString());
        identity = source->entry().id;
    }
    if (datacenters.empty())
        datacenters.insert("datacenter1");
    auto done =
        deploymentOf(*m_running->model, m_running->diff, m_runSteps, m_running->live, datacenters);
    if (done) {
        done->cluster = name.toStdString();
        done->identity = identity.toStdString();
        done->at = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    }
    // A rebuilt table bears its new name, because Cassandra cannot rename one.
    m_physical.design().edit(
        tr("Deploy to %1").arg(name),
        [diff = m_running->diff, done](const Model& model) -> engine::Result<Model> {
            const Model renamed = diff.newNames.empty() ? model : withNewNames(model, diff);
            return done ? withDeployment(renamed, *done) : renamed;
        });
}

} // namespace views
