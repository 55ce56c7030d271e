#include "widgets/studio/model_document.h"

#include "engine/modeling/document.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QPointer>
#include <QThreadPool>
#include <QUndoCommand>

namespace studio {

using engine::modeling::Model;
using engine::modeling::ModelPtr;

namespace {
constexpr int kStoreDelayMs = 250;
constexpr int kMergeMs = 2000;
// States in memory on either side of the current one.
constexpr int kStatesNear = 24;

ModelPtr withDeployments(Model model, const std::vector<engine::modeling::Deployment>& deployments)
{
    model.deployments = deployments;
    return std::make_shared<const Model>(std::move(model));
}

std::vector<std::string> textsOf(const std::vector<ModelPtr>& models)
{
    std::vector<std::string> texts;
    for (const ModelPtr& model : models)
        texts.push_back(engine::modeling::writeModel(*model));
    return texts;
}
} // namespace

/// From state `index - 1` to state `index`; the document has the states.
class ModelDocument::Step final : public QUndoCommand {
public:
    Step(ModelDocument& document, int index, const QString& text, QString merge)
        : m_document(document), m_index(index), m_merge(std::move(merge))
    {
        setText(text);
        m_made.start();
    }
    void redo() override { m_document.show(m_index); }
    void undo() override { m_document.show(m_index - 1); }
    [[nodiscard]] bool takes(const QString& merge) const
    {
        return !merge.isEmpty() && merge == m_merge && m_made.elapsed() < kMergeMs;
    }

private:
    ModelDocument& m_document;
    int m_index;
    QString m_merge;
    QElapsedTimer m_made;
};

ModelDocument::ModelDocument(ModelStore* store, Model model, QObject* parent)
    : QObject(parent), m_store(store), m_model(std::make_shared<const Model>(std::move(model)))
{
    m_states.push_back({{}, QDateTime::currentDateTime(), m_model});
    m_deployments = m_model->deployments;
    m_record.stage = QStringLiteral("conceptual");
    connectStack();
    m_timer.start();
}

ModelDocument::ModelDocument(ModelStore* store, const ModelRecord& record, QObject* parent)
    : QObject(parent), m_store(store), m_record(record), m_model(std::make_shared<const Model>())
{
    connectStack();
    m_restoring = true;
    for (const ModelStateRecord& state : store->states(record.id)) {
        if (!m_states.empty())
            m_stack.push(new Step(*this, static_cast<int>(m_states.size()), state.description, {}));
        m_states.push_back({state.description, state.at, nullptr});
    }
    m_storedStates = static_cast<int>(m_states.size());
    if (m_states.empty()) {
        m_problem = tr("The workspace has nothing of the model %1.").arg(record.title);
        m_states.push_back({{}, QDateTime::currentDateTime(), m_model});
    }
    const int last = static_cast<int>(m_states.size()) - 1;
    if (record.saved >= 0 && record.saved <= last) {
        m_stack.setIndex(static_cast<int>(record.saved));
        m_stack.setClean();
    } else {
        m_stack.resetClean();
    }
    m_stack.setIndex(std::clamp(static_cast<int>(record.cursor), 0, last));
    m_restoring = false;
    // The last state has what was deployed last, also if steps before it were taken back.
    if (const ModelPtr newest = loaded(last))
        m_deployments = newest->deployments;
    // The newest state that can be read, should the current one be damaged.
    for (int index = m_stack.index(); index >= 0 && m_problem.isEmpty(); --index) {
        show(index);
        if (m_states[static_cast<std::size_t>(index)].model) {
            if (index != m_stack.index()) {
                m_restoring = true;
                m_stack.setIndex(index);
                m_restoring = false;
            }
            break;
        }
        if (index == 0)
            m_problem = tr("No state of the model %1 can be read any more.").arg(record.title);
    }
    m_timer.stop();
}

ModelDocument::~ModelDocument()
{
    store();
}

void ModelDocument::connectStack()
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kStoreDelayMs);
    connect(&m_timer, &QTimer::timeout, this, &ModelDocument::storeSoon);
    connect(&m_stack, &QUndoStack::cleanChanged, this, &ModelDocument::titleChanged);
}

bool ModelDocument::edit(const QString& description, const Edit& change, const QString& merge)
{
    auto result = change(*m_model);
    if (!result) {
        emit refused(QString::fromStdString(result.error().detail()));
        return false;
    }
    if (*result == *m_model)
        return true;
    auto next = std::make_shared<const Model>(std::move(*result));
    if (next->deployments != m_model->deployments &&
        *withDeployments(*m_model, next->deployments) == *next && replaceState(next))
        return true;
    const int index = m_stack.index();
    if (index > 0 && index == m_stack.count()) {
        const auto* last = static_cast<const Step*>(m_stack.command(index - 1));
        if (last->takes(merge) && index != m_stack.cleanIndex()) {
            remember(index, description, std::move(next));
            show(index);
            return true;
        }
    }
    remember(index + 1, description, std::move(next));
    m_stack.push(new Step(*this, index + 1, description, merge));
    return true;
}

void ModelDocument::remember(int index, const QString& description, ModelPtr model)
{
    m_deployments = model->deployments;
    m_states.resize(static_cast<std::size_t>(index));
    m_states.push_back({description, QDateTime::currentDateTime(), std::move(model)});
    m_storedStates = std::min(m_storedStates, index);
}

bool ModelDocument::replaceState(ModelPtr model)
{
    const int index = m_stack.index();
    // What can be done again is stored after it, and so is needed to be stored again.
    for (int i = index + 1; i < static_cast<int>(m_states.size()); ++i)
        if (!loaded(i))
            return false;
    m_deployments = model->deployments;
    for (std::size_t i = static_cast<std::size_t>(index) + 1; i < m_states.size(); ++i)
        m_states[i].model = withDeployments(*m_states[i].model, *m_deployments);
    m_states[static_cast<std::size_t>(index)].model = std::move(model);
    m_storedStates = std::min(m_storedStates, index);
    if (m_stack.isClean())
        m_stack.resetClean(); // the file does not have it
    show(index);
    return true;
}

ModelPtr ModelDocument::loaded(int index, QString* why)
{
    State& state = m_states[static_cast<std::size_t>(index)];
    if (!state.model && m_store) {
        const auto text = m_store->stateText(m_record.id, index);
        auto model =
            text ? engine::modeling::readModel(
                       std::string_view(text->constData(), static_cast<std::size_t>(text->size())),
                       "the workspace")
                 : engine::Result<Model>(engine::Error{engine::ErrorCode::Corrupt,
                                                       "A state of the history is damaged."});
        if (model)
            state.model = std::make_shared<const Model>(std::move(*model));
        else if (why)
            *why = QString::fromStdString(model.error().detail());
    }
    return state.model;
}

void ModelDocument::show(int index)
{
    if (m_restoring)
        return;
    QString why;
    ModelPtr model = loaded(index, &why);
    if (!model) {
        if (!why.isEmpty())
            emit refused(why);
        return;
    }
    if (!m_deployments)
        m_deployments = model->deployments;
    if (model->deployments != *m_deployments) {
        model = withDeployments(*model, *m_deployments);
        m_states[static_cast<std::size_t>(index)].model = model;
    }
    m_model = model;
    if (!m_timer.isActive())
        m_timer.start();
    emit changed();
}

std::vector<ModelPtr> ModelDocument::unstored() const
{
    std::vector<ModelPtr> models;
    for (std::size_t i = static_cast<std::size_t>(m_storedStates); i < m_states.size(); ++i)
        models.push_back(m_states[i].model);
    return models;
}

void ModelDocument::storeSoon()
{
    if (!m_store || m_writing)
        return;
    const std::vector<ModelPtr> models = unstored();
    if (models.empty()) {
        store();
        return;
    }
    m_writing = true;
    QThreadPool::globalInstance()->start([self = QPointer<ModelDocument>(this), models,
                                          first = m_storedStates, generation = ++m_generation] {
        QMetaObject::invokeMethod(
            qApp,
            [self, models, first, generation, texts = textsOf(models)] {
                if (self && self->m_generation == generation)
                    self->takeTexts(first, models, texts);
            },
            Qt::QueuedConnection);
    });
}

void ModelDocument::store()
{
    m_timer.stop();
    ++m_generation; // what the pool is writing comes too late
    if (!m_store)
        return;
    const std::vector<ModelPtr> models = unstored();
    takeTexts(m_storedStates, models, textsOf(models));
}

void ModelDocument::takeTexts(int first, const std::vector<ModelPtr>& models,
                              const std::vector<std::string>& texts)
{
    m_writing = false;
    if (!m_store)
        return;
    if (m_record.id == 0)
        storeRecord();
    if (m_record.id == 0)
        return; // told by the store; tried again after the next edit
    // Those that are still what was written; later edits may have replaced some.
    QList<NewModelState> states;
    for (std::size_t i = 0; m_storedStates == first && i < models.size(); ++i) {
        const std::size_t at = static_cast<std::size_t>(first) + i;
        if (at >= m_states.size() || m_states[at].model != models[i])
            break;
        states.append(
            {m_states[at].description, m_states[at].at, QByteArray::fromStdString(texts[i])});
    }
    if (!states.isEmpty()) {
        if (!m_store->appendStates(m_record.id, first - 1, states))
            return;
        m_storedStates = first + static_cast<int>(states.size());
    }
    if (m_storedStates < static_cast<int>(m_states.size())) {
        m_timer.start();
        return;
    }
    storeRecord();
    dropFarStates();
}

void ModelDocument::storeRecord()
{
    m_record.title = title();
    m_record.cursor = m_stack.index();
    m_record.saved = m_record.filePath.isEmpty() ? -1 : m_stack.cleanIndex();
    m_record.id = m_store->saveModel(m_record);
}

void ModelDocument::dropFarStates()
{
    for (int i = 0; i < m_storedStates; ++i)
        if (std::abs(i - m_stack.index()) > kStatesNear)
            m_states[static_cast<std::size_t>(i)].model.reset();
}

QString ModelDocument::title() const
{
    if (!m_record.filePath.isEmpty())
        return QFileInfo(m_record.filePath).fileName();
    const QString name = QString::fromStdString(m_model->name);
    return name.isEmpty() ? tr("untitled") : name;
}

void ModelDocument::setStage(const QString& stage)
{
    if (m_record.stage == stage)
        return;
    m_record.stage = stage;
    m_timer.start();
}

void ModelDocument::setPosition(int position)
{
    if (m_record.position == position)
        return;
    m_record.position = position;
    m_timer.start();
}

bool ModelDocument::isModified() const
{
    return m_record.filePath.isEmpty() ? m_stack.count() > 0 : !m_stack.isClean();
}

QString ModelDocument::save(const QString& path)
{
    const QString target = path.isEmpty() ? m_record.filePath : path;
    const auto saved = engine::modeling::saveModel(*m_model, target.toStdString());
    if (!saved)
        return QString::fromStdString(saved.error().detail());
    setFile(target);
    return {};
}

void ModelDocument::setFile(const QString& path)
{
    m_record.filePath = path;
    m_stack.setClean();
    store();
    emit titleChanged();
}

void ModelDocument::forget()
{
    m_timer.stop();
    if (m_store && m_record.id != 0)
        m_store->removeModel(m_record.id);
    m_store = nullptr;
}

} // namespace studio
