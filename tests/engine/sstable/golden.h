#pragma once

#include "engine/sstable/reader.h"
#include "tests/support/memory_disk.h"

#include <QByteArray>
#include <QString>

#include <string>
#include <vector>

/// The SSTables of tests/fixtures/sstables, loaded into memory.
namespace golden {

/// The cases under `format` ("nb"), by name.
[[nodiscard]] std::vector<std::string> cases(const std::string& format = "nb");
/// Puts all files of a case into /<format>/<case>/ of the disk and returns its tables.
[[nodiscard]] std::vector<engine::sstable::Descriptor>
load(tests::MemoryDisk& disk, const std::string& name, const std::string& format = "nb");
/// Opens a table as the one that its header describes.
[[nodiscard]] engine::Result<engine::sstable::ReaderPtr>
open(tests::MemoryDisk& disk, const engine::sstable::Descriptor& descriptor);
/// What sstabledump printed about the table; empty if it was not recorded.
[[nodiscard]] QByteArray dump(const engine::sstable::Descriptor& descriptor);
/// JSON text without white space between its parts.
[[nodiscard]] QByteArray compact(const QByteArray& json);
[[nodiscard]] QByteArray gunzip(const QString& path);

} // namespace golden
