#include "widgets/studio/design_context.h"

#include "engine/modeling/mapping.h"
#include "engine/modeling/notation.h"

#include "engine/modeling/edit.h"

#include <QCoreApplication>
#include <QLocale>
#include <QThreadPool>

#include <algorithm>

namespace studio {

using namespace engine::modeling;

namespace {

const Model& emptyModel()
{
    static const Model kEmpty;
    return kEmpty;
}

DesignFindingsPtr computed(const ModelPtr& model)
{
    auto out = std::make_shared<DesignFindings>();
    out->model = model;
    out->coverage = coverage(*model);
    out->findings = advise(*model);
    for (const ModelTable& table : model->tables)
        if (auto size = sizeOf(*model, table.id, SizeProfile::Largest, Depth::Formula))
            out->sizes.emplace(table.id, std::move(*size));
    return out;
}

bool exists(const Model& model, ElementId id)
{
    return !elementName(model, id).empty() || findNote(model, id) || findColumn(model, id) ||
           findQuery(model, id);
}

} // namespace

QString stageName(DesignStage stage)
{
    switch (stage) {
    case DesignStage::Logical:
        return QStringLiteral("logical");
    case DesignStage::Physical:
        return QStringLiteral("physical");
    case DesignStage::Conceptual:
        break;
    }
    return QStringLiteral("conceptual");
}

DesignStage stageFromName(const QString& name)
{
    if (name == QLatin1String("logical"))
        return DesignStage::Logical;
    if (name == QLatin1String("physical"))
        return DesignStage::Physical;
    return DesignStage::Conceptual;
}

QString decimalBytes(double bytes)
{
    const QLocale locale;
    if (!(bytes >= 100))
        return QCoreApplication::translate("studio::DesignContext", "%1 B")
            .arg(locale.toString(bytes, 'f', 0));
    static const char* const kUnits[] = {"KB", "MB", "GB", "TB", "PB"};
    int unit = 0;
    for (bytes /= 1000; bytes >= 1000 && unit < 4; ++unit)
        bytes /= 1000;
    return QStringLiteral("%1 %2").arg(locale.toString(bytes, 'f', bytes < 10 ? 1 : 0),
                                       QLatin1String(kUnits[unit]));
}

AnswerKind DesignFindings::answerOf(ElementId query) const
{
    const auto row = std::ranges::find(coverage.queries, query);
    if (row == coverage.queries.end())
        return AnswerKind::None;
    const auto index = static_cast<std::size_t>(row - coverage.queries.begin());
    const auto best = coverage.bestTable(index);
    return best ? coverage.at(index, *best).kind : AnswerKind::None;
}

ElementId DesignFindings::tableOf(ElementId query) const
{
    const auto row = std::ranges::find(coverage.queries, query);
    if (row == coverage.queries.end())
        return ElementId::None;
    const auto index = static_cast<std::size_t>(row - coverage.queries.begin());
    const auto best = coverage.bestTable(index);
    if (!best || coverage.at(index, *best).kind == AnswerKind::None)
        return ElementId::None;
    return coverage.tables[*best];
}

DesignContext::DesignContext(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_findings(std::make_shared<const DesignFindings>())
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(60);
    connect(&m_delay, &QTimer::timeout, this, &DesignContext::compute);
}

DesignContext::~DesignContext() = default;

void DesignContext::setDocument(ModelDocument* document)
{
    if (m_document == document)
        return;
    if (m_document) {
        disconnect(m_document, &ModelDocument::changed, this, nullptr);
        disconnect(m_document, &ModelDocument::refused, this, nullptr);
    }
    m_document = document;
    m_selection.clear();
    m_findings = std::make_shared<const DesignFindings>();
    if (document) {
        connect(document, &ModelDocument::changed, this, &DesignContext::onModelChanged);
        connect(document, &ModelDocument::refused, this, &DesignContext::messageArrived);
        m_stage = stageOf(*document);
        keepStage();
    }
    emit documentChanged();
    emit stageChanged();
    onModelChanged();
    emit selectionChanged();
}

const Model& DesignContext::model() const
{
    return m_document ? *m_document->model() : emptyModel();
}

DesignStage DesignContext::stageOf(const ModelDocument& document) const
{
    const auto own = m_stages.constFind(&document);
    return own == m_stages.cend() ? stageFromName(document.stage()) : *own;
}

void DesignContext::setStage(DesignStage stage)
{
    if (m_stage == stage)
        return;
    m_stage = stage;
    if (m_document) {
        keepStage();
        m_document->setStage(stageName(stage));
    }
    emit stageChanged();
}

void DesignContext::keepStage()
{
    ModelDocument* document = m_document;
    if (!m_stages.contains(document))
        connect(document, &QObject::destroyed, this,
                [this, document] { m_stages.remove(document); });
    m_stages[document] = m_stage;
}

ElementId DesignContext::current() const
{
    return m_selection.isEmpty() ? ElementId::None : m_selection.last();
}

void DesignContext::select(const QList<ElementId>& ids)
{
    if (ids == m_selection)
        return;
    m_selection = ids;
    emit selectionChanged();
}

void DesignContext::reveal(ElementId id)
{
    select({id});
    emit revealRequested(id);
}

const ModelTable* DesignContext::currentTable() const
{
    const ElementId id = current();
    if (id == ElementId::None)
        return nullptr;
    if (const ModelTable* table = findTable(model(), id))
        return table;
    if (const ModelTable* table = tableOfColumn(model(), id))
        return table;
    if (findQuery(model(), id))
        for (const ModelTable& table : model().tables)
            if (std::ranges::find(table.queries, id) != table.queries.end())
                return &table;
    return nullptr;
}

bool DesignContext::edit(const QString& description, const ModelDocument::Edit& change,
                         const QString& merge)
{
    if (!m_document)
        return false;
    const ModelPtr before = m_document->model();
    if (!m_document->edit(description, change, merge))
        return false;
    judgeOverride(*before);
    return true;
}

void DesignContext::judgeOverride(const Model& before)
{
    // Only what a hand changes: one table, whose columns are others now.
    const ModelTable* changed = nullptr;
    for (const ModelTable& table : model().tables) {
        const ModelTable* was = findTable(before, table.id);
        if (!was || was->columns == table.columns)
            continue;
        if (changed)
            return;
        changed = &table;
    }
    if (!changed)
        return;
    QStringList sentences;
    for (const Verdict& verdict : checkOverride(before, *changed)) {
        if (verdict.judgement != Judgement::Broken && verdict.judgement != Judgement::Warning)
            continue;
        QString who;
        for (const ElementId id : verdict.elements)
            if (const engine::modeling::Query* query = findQuery(model(), id))
                who = QString::fromStdString(query->label);
        const QString rule = QString::fromStdString(ruleName(verdict.rule));
        sentences += QStringLiteral("%1: %2").arg(
            who.isEmpty() ? rule : QStringLiteral("%1, %2").arg(rule, who),
            QString::fromStdString(verdict.text));
    }
    if (!sentences.isEmpty())
        emit overrideBroke(changed->id, sentences);
}

void DesignContext::onModelChanged()
{
    QList<ElementId> left;
    for (const ElementId id : std::as_const(m_selection))
        if (exists(model(), id))
            left.append(id);
    emit modelChanged();
    select(left);
    m_delay.start();
}

void DesignContext::compute()
{
    if (m_computing) {
        m_again = true;
        return;
    }
    m_computing = true;
    m_again = false;
    const ModelPtr model = m_document ? m_document->model() : std::make_shared<const Model>();
    QThreadPool::globalInstance()->start([self = QPointer<DesignContext>(this), model] {
        DesignFindingsPtr result = computed(model);
        QMetaObject::invokeMethod(
            qApp,
            [self, result = std::move(result)] {
                if (!self)
                    return;
                self->m_computing = false;
                self->m_findings = result;
                if (self->m_again)
                    self->compute();
                emit self->findingsChanged();
            },
            Qt::QueuedConnection);
    });
}

} // namespace studio
