#pragma once

#include "widgets/studio/model_document.h"

#include <memory>
#include <utility>
#include <vector>

namespace studio {

/// The models that are open, in the order of their tabs: the same in every window of the program.
/// A window chooses which of them it shows, and in which stage; an edit in one is at once in all,
/// and so is its undo. GUI thread.
class OpenModels : public QObject {
    Q_OBJECT
public:
    /// Opens those of the last run. `store` may be null (nothing is kept) and outlives it.
    explicit OpenModels(ModelStore* store, QObject* parent = nullptr);
    /// Everything drawn is in the store when it returns.
    ~OpenModels() override;

    [[nodiscard]] int count() const { return static_cast<int>(m_documents.size()); }
    /// nullptr out of range. It lives until removed() has been emitted for it.
    [[nodiscard]] ModelDocument* at(int index) const;
    /// The model that came from, or was saved to, this file; -1: none. `path` is absolute.
    [[nodiscard]] int indexOfFile(const QString& path) const;
    /// Models of the last run that could not be opened, a sentence each; once.
    [[nodiscard]] QStringList takeProblems() { return std::exchange(m_problems, {}); }

    /// Opens a model as the last one; `filePath`: where it came from, or empty. The index.
    int add(engine::modeling::Model model, const QString& filePath = {});
    void move(int from, int to);
    /// Closes it in every window and forgets it with its history.
    void remove(int index);
    /// Everything drawn is in the store when it returns.
    void storeAll();

signals:
    void added(int index);
    void moved(int from, int to);
    void removed(int index);

private:
    void append(std::unique_ptr<ModelDocument> document);

    ModelStore* m_store;
    std::vector<std::unique_ptr<ModelDocument>> m_documents;
    QStringList m_problems;
};

} // namespace studio
