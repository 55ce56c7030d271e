#pragma once

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/sstable/descriptor.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine::storage {

/// Replaces SSTables of one folder by others, all or nothing, whatever crash comes between: what
/// Cassandra's LogTransaction does, in a form of our own. The others may lie in more folders (those
/// of a table on several disks); only the first is known to recover().
///
/// The file "ringwright-txn-<id>" holds a line for each SSTable to be added, written and synced
/// before its first file is, then on commit() a line for each to be removed and the word "commit";
/// each line with a CRC, an SSTable of another folder with its path. At the next start recover()
/// removes what an unfinished transaction added, or what a finished one replaced. Everything
/// blocks: use it on the pool, one thread at a time. Destroyed without commit(), it removes what it
/// added.
class FileTransaction {
public:
    FileTransaction(Disk& disk, std::string folder, std::string id);
    ~FileTransaction();
    FileTransaction(const FileTransaction&) = delete;
    FileTransaction& operator=(const FileTransaction&) = delete;

    /// Before the first file of the SSTable is made.
    [[nodiscard]] Result<void> add(const sstable::Descriptor& descriptor);
    /// An SSTable that add() announced will not be: its files are removed already.
    void forget(const sstable::Descriptor& descriptor);
    /// From here on the added SSTables count and `obsolete` do not, durably. The files of
    /// `obsolete` are still there: finish() removes them.
    [[nodiscard]] Result<void> commit(std::vector<sstable::Descriptor> obsolete);
    /// Removes the files of what was replaced, then the transaction's own. Requires commit().
    [[nodiscard]] Result<void> finish();

    /// What transactions in `folder` have added and not committed: complete SSTables may be among
    /// it.
    [[nodiscard]] static Result<std::set<sstable::Descriptor>>
    uncommitted(Disk& disk, const std::string& folder);
    /// Completes or undoes what a crash interrupted in `folder`; gives the number of transactions.
    /// Of a table with several folders, in all of them before the SSTables of any are looked at.
    [[nodiscard]] static Result<std::size_t> recover(Disk& disk, const std::string& folder);

private:
    [[nodiscard]] Result<void> writeLines(const std::vector<std::string>& lines);
    void undo();

    Disk& m_disk;
    std::string m_folder;
    std::string m_path;
    std::unique_ptr<File> m_file;
    std::vector<sstable::Descriptor> m_added;
    std::vector<sstable::Descriptor> m_obsolete;
    bool m_triedToCommit = false;
    bool m_committed = false;
};

} // namespace engine::storage
