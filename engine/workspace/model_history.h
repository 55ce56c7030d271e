#pragma once

#include "engine/base/result.h"
#include "engine/workspace/database.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace engine::workspace {

/// An open model document as it was left; its states are the history's.
struct StoredModel {
    std::int64_t id = 0; ///< 0: not stored yet
    int position = 0;    ///< among the open documents
    std::string title;
    std::string file;        ///< where it was opened from, or saved to; empty: nowhere
    std::string stage;       ///< opaque to us: what the view shows
    std::int64_t cursor = 0; ///< the state that is shown: a ModelState's sequence
    std::int64_t saved = -1; ///< the state that the file has; -1: none
};

/// One state in a model's history: the text after an edit.
struct ModelState {
    std::int64_t sequence = 0; ///< 0: the state at first
    std::string description;   ///< of the edit that made it
    std::chrono::milliseconds at{0};
};

/// The unlimited undo of models, in the workspace file: each state as the difference (zstd, with
/// the state before as its prefix) from the one before, every 32nd whole. A state's text is any
/// bytes. Every writing call is one transaction and is in the file when it returns. One thread.
class ModelHistory {
public:
    /// `database` outlives it.
    explicit ModelHistory(Database& database) : m_database(database) {}

    /// By position.
    [[nodiscard]] Result<std::vector<StoredModel>> models() const;
    /// Inserts (id 0) or replaces what StoredModel says; returns the id.
    [[nodiscard]] Result<std::int64_t> save(const StoredModel& model);
    /// Its states go too.
    [[nodiscard]] Result<void> remove(std::int64_t model);

    struct NewState {
        std::string description;
        std::chrono::milliseconds at{0};
        std::string text;
    };
    /// Forgets the states after `after` (-1: all) and appends these; the last one (or `after`, if
    /// there are none) is shown from now on.
    [[nodiscard]] Result<void> append(std::int64_t model, std::int64_t after,
                                      const std::vector<NewState>& states);
    [[nodiscard]] Result<void> setCursor(std::int64_t model, std::int64_t sequence);

    /// In order.
    [[nodiscard]] Result<std::vector<ModelState>> states(std::int64_t model) const;
    /// NotFound, or Corrupt if the stored bytes are damaged.
    [[nodiscard]] Result<std::string> text(std::int64_t model, std::int64_t sequence) const;

private:
    [[nodiscard]] Result<void> appendWithin(std::int64_t model, std::int64_t after,
                                            const std::vector<NewState>& states);

    Database& m_database;
};

} // namespace engine::workspace
