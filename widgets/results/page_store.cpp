#include "widgets/results/page_store.h"

#include <QCoreApplication>
#include <QTemporaryFile>
#include <QtEndian>

#include <algorithm>

namespace views {

namespace {

struct StoreTr {
    Q_DECLARE_TR_FUNCTIONS(views::PageStore)
};

constexpr qint32 kNull = -1;

void appendNumber(QByteArray& out, qint32 value)
{
    const qint32 little = qToLittleEndian(value);
    out.append(reinterpret_cast<const char*>(&little), sizeof little);
}

/// Every cell as length and bytes, row after row; where each cell begins is kept beside, so that a
/// cell is found without reading those before it.
class StoredPage final : public studio::ResultPage {
public:
    StoredPage(studio::ResultColumns columns, QByteArray content)
        : m_columns(std::move(columns)), m_content(std::move(content))
    {
        const char* at = m_content.constData();
        const char* const end = at + m_content.size();
        while (end - at >= static_cast<qsizetype>(sizeof(qint32))) {
            m_cells.push_back(static_cast<quint32>(at - m_content.constData()));
            const auto length = qFromLittleEndian<qint32>(at);
            at += sizeof(qint32) + static_cast<std::size_t>(std::max(0, length));
        }
    }
    const studio::ResultColumns& columns() const override { return m_columns; }
    int rowCount() const override
    {
        return m_columns->empty() ? 0 : static_cast<int>(m_cells.size() / m_columns->size());
    }
    bool cell(int row, int column, engine::ByteView& value) const override
    {
        const std::size_t at =
            static_cast<std::size_t>(row) * m_columns->size() + static_cast<std::size_t>(column);
        const char* start = m_content.constData() + m_cells[at];
        const auto length = qFromLittleEndian<qint32>(start);
        if (length == kNull)
            return false;
        value = engine::ByteView(start + sizeof(qint32), static_cast<std::size_t>(length));
        return true;
    }
    qint64 byteSize() const override
    {
        return m_content.size() + static_cast<qint64>(m_cells.size() * sizeof(quint32));
    }

private:
    studio::ResultColumns m_columns;
    QByteArray m_content;
    std::vector<quint32> m_cells;
};

QByteArray contentOf(const studio::ResultPage& page)
{
    QByteArray content;
    content.reserve(page.byteSize());
    const int columns = static_cast<int>(page.columns()->size());
    for (int row = 0; row < page.rowCount(); ++row)
        for (int column = 0; column < columns; ++column) {
            engine::ByteView value;
            if (!page.cell(row, column, value)) {
                appendNumber(content, kNull);
                continue;
            }
            appendNumber(content, static_cast<qint32>(value.size()));
            content.append(value.data(), static_cast<qsizetype>(value.size()));
        }
    return content;
}

} // namespace

PageStore::PageStore(qint64 memoryMax) : m_memoryMax(memoryMax) {}
PageStore::~PageStore() = default;

void PageStore::clear()
{
    m_slots.clear();
    m_columns.reset();
    m_file.reset();
    m_fileEnd = 0;
    m_memory = 0;
    m_problem.clear();
}

void PageStore::add(studio::ResultPagePtr page)
{
    if (!m_columns)
        m_columns = page->columns();
    Slot slot;
    slot.bytes = page->byteSize();
    slot.page = std::move(page);
    slot.used = ++m_clock;
    m_memory += slot.bytes;
    m_slots.push_back(std::move(slot));
    shrink(count() - 1);
}

studio::ResultPagePtr PageStore::page(int index)
{
    Slot& slot = m_slots[static_cast<std::size_t>(index)];
    slot.used = ++m_clock;
    if (slot.page)
        return slot.page;
    slot.page = read(slot);
    if (!slot.page)
        return nullptr;
    slot.bytes = slot.page->byteSize();
    m_memory += slot.bytes;
    studio::ResultPagePtr found = slot.page;
    shrink(index);
    return found;
}

void PageStore::shrink(int keep)
{
    while (m_memory > m_memoryMax) {
        // Few pages are in memory at a time, and this happens once a page: a search will do.
        Slot* oldest = nullptr;
        for (std::size_t i = 0; i < m_slots.size(); ++i)
            if (m_slots[i].page && static_cast<int>(i) != keep &&
                (!oldest || m_slots[i].used < oldest->used))
                oldest = &m_slots[i];
        if (!oldest || !write(*oldest))
            return;
        m_memory -= oldest->bytes;
        oldest->page.reset();
    }
}

bool PageStore::write(Slot& slot)
{
    if (slot.offset >= 0)
        return true;
    if (!m_problem.isEmpty())
        return false;
    const auto fail = [this] {
        m_problem = StoreTr::tr("The rows do not fit into memory, and %1 cannot be written: %2")
                        .arg(m_file->fileTemplate(), m_file->errorString());
        return false;
    };
    if (!m_file) {
        m_file = std::make_unique<QTemporaryFile>();
        if (!m_file->open())
            return fail();
    }
    const QByteArray content = contentOf(*slot.page);
    if (!m_file->seek(m_fileEnd) || m_file->write(content) != content.size() || !m_file->flush())
        return fail();
    slot.offset = m_fileEnd;
    slot.length = content.size();
    m_fileEnd += content.size();
    return true;
}

studio::ResultPagePtr PageStore::read(const Slot& slot)
{
    QByteArray content;
    if (m_file->seek(slot.offset))
        content = m_file->read(slot.length);
    if (content.size() != slot.length) {
        m_problem = StoreTr::tr("Rows that were put into a temporary file cannot be read back: %1")
                        .arg(m_file->errorString());
        return nullptr;
    }
    return std::make_shared<StoredPage>(m_columns, std::move(content));
}

} // namespace views
