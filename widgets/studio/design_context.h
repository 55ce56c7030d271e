#pragma once

#include "widgets/studio/model_document.h"
#include "widgets/studio/session.h"

#ifndef Q_MOC_RUN
#include "engine/modeling/advice.h"
#include "engine/modeling/coverage.h"
#include "engine/modeling/sizing.h"
#endif

#include <QHash>
#include <QList>
#include <QPointer>

#include <map>
#include <memory>

namespace studio {

enum class DesignStage { Conceptual, Logical, Physical };
[[nodiscard]] QString stageName(DesignStage stage); ///< "conceptual", …; for storing
[[nodiscard]] DesignStage stageFromName(const QString& name);

/// "4.5 MB", "0.3 KB", "12 B": powers of 1000, as the limits of partitions are given.
[[nodiscard]] QString decimalBytes(double bytes);

/// What follows from a model: computed on a thread of the pool, a moment after each edit.
struct DesignFindings {
    engine::modeling::ModelPtr model; ///< of which; compare before using ids
    engine::modeling::CoverageMatrix coverage;
    std::vector<engine::modeling::Finding> findings;
    std::map<engine::modeling::ElementId, engine::modeling::TableSize> sizes; ///< Largest, Formula

    /// The best answer of a query, None if there is none.
    [[nodiscard]] engine::modeling::AnswerKind answerOf(engine::modeling::ElementId query) const;
    [[nodiscard]] engine::modeling::ElementId tableOf(engine::modeling::ElementId query) const;
};
using DesignFindingsPtr = std::shared_ptr<const DesignFindings>;

/// What canvases, docks and inspectors of the designer share: the document that is shown, the
/// stage, what is selected, what follows from the model. GUI thread.
class DesignContext : public QObject {
    Q_OBJECT
public:
    using ElementId = engine::modeling::ElementId;

    explicit DesignContext(Session& session, QObject* parent = nullptr);
    ~DesignContext() override;

    [[nodiscard]] Session& session() const { return m_session; }
    /// nullptr if none is open.
    [[nodiscard]] ModelDocument* document() const { return m_document; }
    void setDocument(ModelDocument* document);
    /// Of the document, or an empty model.
    [[nodiscard]] const engine::modeling::Model& model() const;
    [[nodiscard]] DesignStage stage() const { return m_stage; }
    /// The one it was last shown in here, else anywhere.
    [[nodiscard]] DesignStage stageOf(const ModelDocument& document) const;
    void setStage(DesignStage stage);

    [[nodiscard]] const QList<ElementId>& selection() const { return m_selection; }
    /// The one that is selected alone, or the last of several; None if none is.
    [[nodiscard]] ElementId current() const;
    void select(const QList<ElementId>& ids);
    /// Selects it and asks the canvases to bring it into view.
    void reveal(ElementId id);
    /// The selected table, or that of the selected column or query; nullptr if there is none.
    [[nodiscard]] const engine::modeling::ModelTable* currentTable() const;

    /// Of the newest model that it was computed for; never null.
    [[nodiscard]] const DesignFindingsPtr& findings() const { return m_findings; }
    /// Runs an edit on the document; false if there is none or it was refused.
    bool edit(const QString& description, const ModelDocument::Edit& change,
              const QString& merge = {});

signals:
    void documentChanged();
    void modelChanged();
    void stageChanged();
    void selectionChanged();
    void findingsChanged();
    void revealRequested(engine::modeling::ElementId id);
    /// A change of one table by hand broke rules or queries that were right before it.
    void overrideBroke(engine::modeling::ElementId table, const QStringList& sentences);
    /// One sentence for the status line: an edit that was refused.
    void messageArrived(const QString& text);

private:
    void keepStage();
    void onModelChanged();
    void judgeOverride(const engine::modeling::Model& before);
    void compute();

    Session& m_session;
    QPointer<ModelDocument> m_document;
    DesignStage m_stage = DesignStage::Conceptual;
    /// Another window may show the same document in another stage.
    QHash<const ModelDocument*, DesignStage> m_stages;
    QList<ElementId> m_selection;
    DesignFindingsPtr m_findings;
    QTimer m_delay;
    bool m_computing = false;
    bool m_again = false;
};

} // namespace studio
