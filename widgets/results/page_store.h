#pragma once

#include "widgets/studio/result_page.h"

#include <QString>

#include <memory>
#include <vector>

class QTemporaryFile;

namespace views {

/// The pages of one result, with a bound on what they take in memory: beyond it those that were
/// looked at longest ago go to a temporary file, and come back when somebody looks at them.
///
/// GUI thread. The file has no name that others could find and goes with the store.
class PageStore {
public:
    static constexpr qint64 kMemoryMax = 64 * 1024 * 1024;

    explicit PageStore(qint64 memoryMax = kMemoryMax);
    ~PageStore();

    void clear();
    void add(studio::ResultPagePtr page);
    [[nodiscard]] int count() const noexcept { return static_cast<int>(m_slots.size()); }
    /// nullptr if it was written out and cannot be read back; problem() says why.
    [[nodiscard]] studio::ResultPagePtr page(int index);
    /// Bytes of the pages in memory, and of those in the file.
    [[nodiscard]] qint64 memoryBytes() const noexcept { return m_memory; }
    [[nodiscard]] qint64 fileBytes() const noexcept { return m_fileEnd; }
    /// Why the file cannot be written or read, one sentence; empty: it can. What cannot be written
    /// stays in memory.
    [[nodiscard]] QString problem() const { return m_problem; }

private:
    struct Slot {
        studio::ResultPagePtr page; ///< null: in the file
        qint64 bytes = 0;           ///< in memory
        qint64 offset = -1;         ///< in the file; -1: not there
        qint64 length = 0;
        quint64 used = 0;
    };
    void shrink(int keep);
    bool write(Slot& slot);
    studio::ResultPagePtr read(const Slot& slot);

    std::vector<Slot> m_slots;
    studio::ResultColumns m_columns;
    std::unique_ptr<QTemporaryFile> m_file;
    qint64 m_fileEnd = 0;
    qint64 m_memory = 0;
    qint64 m_memoryMax;
    quint64 m_clock = 0;
    QString m_problem;
};

} // namespace views
