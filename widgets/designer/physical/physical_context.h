#pragma once

#include "widgets/designer/physical/cql_diff.h"
#include "widgets/studio/design_context.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/schema_diff.h"
#endif

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace views {

/// The model against the schema of the open cluster (an empty one if none is open).
struct PhysicalComparison {
    engine::modeling::ModelPtr model;
    std::shared_ptr<const engine::schema::Schema> live; ///< null: nothing to compare with
    QString target;                                     ///< the cluster's name; empty: none
    engine::modeling::SchemaDiff diff;
    QString problem; ///< why there is no diff: what is wrong with the model
    std::vector<CqlLine> differences;
    std::vector<CqlLine> modelOnly;
    std::vector<CqlLine> liveOnly;
    /// The model against what was last deployed, to this cluster if it was, else to any.
    std::vector<CqlLine> sinceDeployed;
    QString deployedTo; ///< "workshop, 2026-11-21 12:40"; empty: never

    [[nodiscard]] int count(engine::modeling::DifferenceKind kind) const;
    [[nodiscard]] int risky() const;
    /// How many differ.
    [[nodiscard]] int changes() const;
};
using PhysicalComparisonPtr = std::shared_ptr<const PhysicalComparison>;

/// What the views of the physical stage share: the comparison, and which steps are ticked.
/// Compared on a thread of the pool while the stage is shown. GUI thread.
class PhysicalContext : public QObject {
    Q_OBJECT
public:
    explicit PhysicalContext(studio::DesignContext& context, QObject* parent = nullptr);

    [[nodiscard]] studio::DesignContext& design() const { return m_context; }
    /// Never null.
    [[nodiscard]] const PhysicalComparisonPtr& comparison() const { return m_comparison; }
    [[nodiscard]] bool isTicked(std::size_t step) const { return m_ticked.contains(step); }
    /// Unticking takes those along that need it; ticking takes along what it needs.
    void setTicked(std::size_t step, bool ticked);
    [[nodiscard]] std::vector<std::size_t> ticked() const
    {
        return {m_ticked.begin(), m_ticked.end()};
    }
    /// Compares again, soon.
    void refresh();
    /// While a migration runs the comparison stays as it was when that began.
    void setFrozen(bool frozen);

signals:
    void compared();
    void ticksChanged();

private:
    void compute();
    void take(PhysicalComparisonPtr next);
    void followSource();

    studio::DesignContext& m_context;
    PhysicalComparisonPtr m_comparison;
    std::set<std::size_t> m_ticked;
    std::set<std::string> m_unticked; ///< titles that the user took out
    std::set<std::string> m_wanted;   ///< destructive ones that the user put in
    QTimer m_delay;
    bool m_computing = false;
    bool m_again = false;
    bool m_frozen = false;
    QMetaObject::Connection m_following;
};

/// What would happen at each ticked step, by our own DDL on the live schema: "" or the server's
/// sentence, one a step of the diff. Nothing is sent. `datacenters`: the cluster's, if known.
[[nodiscard]] std::vector<QString> dryRun(const PhysicalComparison& comparison,
                                          const std::vector<std::size_t>& ticked,
                                          const QStringList& datacenters);

} // namespace views
