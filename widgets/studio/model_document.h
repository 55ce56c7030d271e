#pragma once

#include "widgets/studio/model_store.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/base/result.h"
#include "engine/modeling/model.h"
#endif

#include <QObject>
#include <QTimer>
#include <QUndoStack>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace studio {

/// One open model: the current value, its undo stack, its file.
///
/// Widgets never change a model; they call edit(), which pushes one command. Undo and redo are
/// without limit and go on in the next session: every state is in the ModelStore a quarter of a
/// second after it was made. States far from the current one are dropped from memory and read back
/// when they are wanted. What was deployed (Model::deployments) is no part of the history: a
/// cluster does not forget it when a step is taken back, so every state has the newest. GUI thread;
/// the text of a state is written on a thread of the pool.
class ModelDocument : public QObject {
    Q_OBJECT
public:
    using Edit =
        std::function<engine::Result<engine::modeling::Model>(const engine::modeling::Model&)>;

    /// A new document. `store` may be null (nothing is kept) and outlives it.
    ModelDocument(ModelStore* store, engine::modeling::Model model, QObject* parent = nullptr);
    /// One of the store's. Check problem() afterwards.
    ModelDocument(ModelStore* store, const ModelRecord& record, QObject* parent = nullptr);
    ~ModelDocument() override;

    /// Never null.
    [[nodiscard]] const engine::modeling::ModelPtr& model() const { return m_model; }
    [[nodiscard]] QUndoStack& undoStack() { return m_stack; }
    /// Why the stored document could not be restored; empty if it was.
    [[nodiscard]] const QString& problem() const { return m_problem; }

    /// Changes the model as one undo step. Steps with the same `merge` that follow each other
    /// within two seconds become one (typing, dragging a slider). Returns false, and emits
    /// refused(), if the edit is not possible; a change of nothing is no step, nor is one of
    /// Model::deployments alone.
    bool edit(const QString& description, const Edit& change, const QString& merge = {});

    [[nodiscard]] QString title() const;
    [[nodiscard]] QString filePath() const { return m_record.filePath; }
    [[nodiscard]] QString stage() const { return m_record.stage; }
    void setStage(const QString& stage);
    void setPosition(int position);
    [[nodiscard]] bool isModified() const;
    /// Writes the file ("" : the one it came from); empty if it went well, else one sentence.
    QString save(const QString& path);
    /// Says that the model at hand is what this file has.
    void setFile(const QString& path);
    /// Writes what is not in the store yet before it returns.
    void store();
    /// Takes it out of the store; it is not kept from now on.
    void forget();
    [[nodiscard]] qint64 storeId() const { return m_record.id; }

signals:
    void changed();
    /// An edit could not be made; one sentence.
    void refused(const QString& why);
    void titleChanged();

private:
    class Step;
    struct State {
        QString description;
        QDateTime at;
        engine::modeling::ModelPtr model; ///< null: only in the store
    };

    void connectStack();
    void show(int index);
    /// Reads a state that is only in the store; null if that cannot be done, with the reason.
    [[nodiscard]] engine::modeling::ModelPtr loaded(int index, QString* why = nullptr);
    /// The state at hand, with other deployments; false if states after it cannot be kept.
    bool replaceState(engine::modeling::ModelPtr model);
    void remember(int index, const QString& description, engine::modeling::ModelPtr model);
    void dropFarStates();
    void storeRecord();
    /// The states that are not in the store as they are here.
    [[nodiscard]] std::vector<engine::modeling::ModelPtr> unstored() const;
    /// Writes their text on the pool, then stores them.
    void storeSoon();
    /// Stores those of `models`, the states from `first` on, that are still what was written.
    void takeTexts(int first, const std::vector<engine::modeling::ModelPtr>& models,
                   const std::vector<std::string>& texts);

    ModelStore* m_store;
    ModelRecord m_record;
    QString m_problem;
    engine::modeling::ModelPtr m_model;
    std::vector<State> m_states; ///< one more than the stack has commands
    int m_storedStates = 0;      ///< the first so many are in the store as they are here
    bool m_restoring = false;
    bool m_writing = false; ///< on the pool
    int m_generation = 0;   ///< of what is written there; another one is out of date
    /// Of every state; nothing until the first state is known.
    std::optional<std::vector<engine::modeling::Deployment>> m_deployments;
    QUndoStack m_stack;
    QTimer m_timer;
};

} // namespace studio
