#include "widgets/studio/open_models.h"

#include <algorithm>

namespace studio {

OpenModels::OpenModels(ModelStore* store, QObject* parent) : QObject(parent), m_store(store)
{
    if (!store)
        return;
    for (const ModelRecord& record : store->models()) {
        auto document = std::make_unique<ModelDocument>(store, record);
        if (document->problem().isEmpty())
            append(std::move(document));
        else
            m_problems += document->problem();
    }
}

OpenModels::~OpenModels()
{
    storeAll();
}

ModelDocument* OpenModels::at(int index) const
{
    return index >= 0 && index < count() ? m_documents[static_cast<std::size_t>(index)].get()
                                         : nullptr;
}

int OpenModels::indexOfFile(const QString& path) const
{
    for (int i = 0; i < count(); ++i)
        if (at(i)->filePath() == path)
            return i;
    return -1;
}

void OpenModels::append(std::unique_ptr<ModelDocument> document)
{
    document->setPosition(count());
    m_documents.push_back(std::move(document));
}

int OpenModels::add(engine::modeling::Model model, const QString& filePath)
{
    auto document = std::make_unique<ModelDocument>(m_store, std::move(model));
    if (!filePath.isEmpty())
        document->setFile(filePath);
    // What has tables only (from CQL) is looked at as tables.
    if (document->model()->entities.empty() && !document->model()->tables.empty())
        document->setStage(QStringLiteral("logical"));
    append(std::move(document));
    emit added(count() - 1);
    return count() - 1;
}

void OpenModels::move(int from, int to)
{
    if (!at(from) || !at(to) || from == to)
        return;
    const auto begin = m_documents.begin();
    if (from < to)
        std::rotate(begin + from, begin + from + 1, begin + to + 1);
    else
        std::rotate(begin + to, begin + from, begin + from + 1);
    for (int i = 0; i < count(); ++i)
        at(i)->setPosition(i);
    emit moved(from, to);
}

void OpenModels::remove(int index)
{
    if (!at(index))
        return;
    ModelDocument* closing = m_documents[static_cast<std::size_t>(index)].release();
    m_documents.erase(m_documents.begin() + index);
    closing->forget();
    emit removed(index);
    closing->deleteLater();
}

void OpenModels::storeAll()
{
    for (const auto& document : m_documents)
        document->store();
}

} // namespace studio
