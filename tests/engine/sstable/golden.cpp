#include "tests/engine/sstable/golden.h"

#include <QDir>
#include <QFile>
#include <zlib.h>

using namespace engine;

namespace golden {

namespace {
QString folderOf(const std::string& format, const std::string& name = {})
{
    return QString::fromStdString(std::string{RINGWRIGHT_FIXTURES} + "/sstables/" + format + "/" +
                                  name);
}
} // namespace

std::vector<std::string> cases(const std::string& format)
{
    std::vector<std::string> names;
    for (const auto& name :
         QDir{folderOf(format)}.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        names.push_back(name.toStdString());
    return names;
}

std::vector<sstable::Descriptor> load(tests::MemoryDisk& disk, const std::string& name,
                                      const std::string& format)
{
    const std::string folder = "/" + format + "/" + name;
    for (const auto& entry : QDir{folderOf(format, name)}.entryList(QDir::Files, QDir::Name)) {
        QFile file{folderOf(format, name) + "/" + entry};
        if (file.open(QIODevice::ReadOnly))
            disk.put(folder + "/" + entry.toStdString(), file.readAll().toStdString());
    }
    auto tables = sstable::listTables(disk, folder);
    return tables ? *tables : std::vector<sstable::Descriptor>{};
}

Result<sstable::ReaderPtr> open(tests::MemoryDisk& disk, const sstable::Descriptor& descriptor)
{
    RW_ASSIGN(const auto* version, sstable::findVersion(descriptor.format, descriptor.version));
    RW_ASSIGN(const auto statistics,
              sstable::Statistics::decode(
                  *version, disk.at(descriptor.path(sstable::Component::Statistics))));
    RW_ASSIGN(auto table, statistics.header.toTable(
                              "fx", descriptor.folder.substr(descriptor.folder.rfind('/') + 1)));
    return sstable::Reader::open(disk, descriptor, std::move(table));
}

QByteArray gunzip(const QString& path)
{
    QByteArray out;
    gzFile file = gzopen(path.toLocal8Bit().constData(), "rb");
    if (file == nullptr)
        return out;
    char buffer[65536];
    for (int got = 0; (got = gzread(file, buffer, sizeof(buffer))) > 0;)
        out.append(buffer, got);
    gzclose(file);
    return out;
}

QByteArray dump(const sstable::Descriptor& descriptor)
{
    const QString folder = folderOf(descriptor.folder.substr(1));
    const QByteArray several =
        gunzip(folder + "/dump." + QString::fromStdString(descriptor.name()) + ".json.gz");
    return several.isEmpty() ? gunzip(folder + "/dump.json.gz") : several;
}

QByteArray compact(const QByteArray& json)
{
    QByteArray out;
    bool inString = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inString && c == '\\') {
            out += c;
            out += json[++i];
            continue;
        }
        if (c == '"')
            inString = !inString;
        if (inString || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
            out += c;
    }
    return out;
}

} // namespace golden
