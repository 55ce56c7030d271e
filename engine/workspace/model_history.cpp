#include "engine/workspace/model_history.h"

#include <fmt/format.h>
#include <memory>
#include <zstd.h>

namespace engine::workspace {

namespace {

constexpr std::int64_t kWholeEvery = 32;
// A model of 200 tables takes about 200 KB; a length from the file beyond this is damage.
constexpr std::uint64_t kTextBytesMax = 256U << 20U;

Error damaged(std::int64_t sequence)
{
    return Error{ErrorCode::Corrupt,
                 fmt::format("State {} of the model's history is damaged.", sequence)};
}

Result<std::string> packed(const std::string& text, const std::string& prefix)
{
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                       &ZSTD_freeCCtx);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, 3);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    // The window must reach over the whole prefix.
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, 27);
    if (!prefix.empty())
        ZSTD_CCtx_refPrefix(context.get(), prefix.data(), prefix.size());
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size =
        ZSTD_compress2(context.get(), out.data(), out.size(), text.data(), text.size());
    if (ZSTD_isError(size))
        return Error{ErrorCode::Io, ZSTD_getErrorName(size)};
    out.resize(size);
    return out;
}

Result<std::string> unpacked(const std::string& bytes, const std::string& prefix,
                             std::int64_t sequence)
{
    const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kTextBytesMax)
        return damaged(sequence);
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                       &ZSTD_freeDCtx);
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 27);
    if (!prefix.empty())
        ZSTD_DCtx_refPrefix(context.get(), prefix.data(), prefix.size());
    std::string out(size, '\0');
    const std::size_t got =
        ZSTD_decompressDCtx(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(got) || got != size)
        return damaged(sequence);
    return out;
}

} // namespace

Result<std::vector<StoredModel>> ModelHistory::models() const
{
    RW_ASSIGN(Query query, m_database.query("SELECT id, position, title, file, stage, cursor, "
                                            "saved FROM models ORDER BY position, id"));
    std::vector<StoredModel> out;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            return out;
        StoredModel model;
        model.id = query.integer(0);
        model.position = static_cast<int>(query.integer(1));
        model.title = query.text(2);
        model.file = query.text(3);
        model.stage = query.text(4);
        model.cursor = query.integer(5);
        model.saved = query.integer(6);
        out.push_back(std::move(model));
    }
}

Result<std::int64_t> ModelHistory::save(const StoredModel& model)
{
    RW_ASSIGN(Query query,
              m_database.query(
                  "INSERT INTO models (id, position, title, file, stage, cursor, saved) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                  "position = excluded.position, title = excluded.title, file = excluded.file, "
                  "stage = excluded.stage, cursor = excluded.cursor, saved = excluded.saved"));
    query.bind(model.id == 0 ? std::optional<std::int64_t>{} : std::optional{model.id})
        .bind(static_cast<std::int64_t>(model.position))
        .bind(model.title)
        .bind(model.file)
        .bind(model.stage)
        .bind(model.cursor)
        .bind(model.saved);
    RW_TRY(query.run());
    return model.id == 0 ? m_database.lastInsertId() : model.id;
}

Result<void> ModelHistory::remove(std::int64_t model)
{
    RW_ASSIGN(Query query, m_database.query("DELETE FROM models WHERE id = ?"));
    return query.bind(model).run();
}

Result<void> ModelHistory::append(std::int64_t model, std::int64_t after,
                                  const std::vector<NewState>& states)
{
    RW_TRY(m_database.execute("BEGIN IMMEDIATE"));
    auto done = appendWithin(model, after, states);
    if (done)
        done = m_database.execute("COMMIT");
    if (!done)
        (void)m_database.execute("ROLLBACK");
    return done;
}

Result<void> ModelHistory::appendWithin(std::int64_t model, std::int64_t after,
                                        const std::vector<NewState>& states)
{
    {
        RW_ASSIGN(Query forget,
                  m_database.query("DELETE FROM model_edits WHERE model = ? AND sequence > ?"));
        RW_TRY(forget.bind(model).bind(after).run());
    }
    std::string before;
    if (after >= 0 && !states.empty()) {
        RW_ASSIGN(before, text(model, after));
    }
    std::int64_t sequence = after;
    for (const NewState& state : states) {
        ++sequence;
        const bool whole = sequence % kWholeEvery == 0;
        RW_ASSIGN(const std::string bytes, packed(state.text, whole ? std::string() : before));
        RW_ASSIGN(Query insert,
                  m_database.query("INSERT INTO model_edits (model, sequence, description, at, "
                                   "whole, bytes) VALUES (?, ?, ?, ?, ?, CAST(? AS BLOB))"));
        insert.bind(model)
            .bind(sequence)
            .bind(state.description)
            .bind(static_cast<std::int64_t>(state.at.count()))
            .bind(static_cast<std::int64_t>(whole ? 1 : 0))
            .bind(bytes);
        RW_TRY(insert.run());
        before = state.text;
    }
    return setCursor(model, sequence);
}

Result<void> ModelHistory::setCursor(std::int64_t model, std::int64_t sequence)
{
    RW_ASSIGN(Query query, m_database.query("UPDATE models SET cursor = ? WHERE id = ?"));
    return query.bind(sequence).bind(model).run();
}

Result<std::vector<ModelState>> ModelHistory::states(std::int64_t model) const
{
    RW_ASSIGN(Query query, m_database.query("SELECT sequence, description, at FROM model_edits "
                                            "WHERE model = ? ORDER BY sequence"));
    query.bind(model);
    std::vector<ModelState> out;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            return out;
        out.push_back(
            {query.integer(0), query.text(1), std::chrono::milliseconds(query.integer(2))});
    }
}

Result<std::string> ModelHistory::text(std::int64_t model, std::int64_t sequence) const
{
    RW_ASSIGN(Query query,
              m_database.query(
                  "SELECT sequence, whole, bytes FROM model_edits WHERE model = ?1 AND "
                  "sequence <= ?2 AND sequence >= (SELECT max(sequence) FROM model_edits WHERE "
                  "model = ?1 AND sequence <= ?2 AND whole = 1) ORDER BY sequence"));
    query.bind(model).bind(sequence);
    std::string text;
    std::int64_t last = -1;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            break;
        const bool whole = query.integer(1) != 0;
        if (!whole && query.integer(0) != last + 1)
            return damaged(sequence);
        last = query.integer(0);
        RW_ASSIGN(text, unpacked(query.text(2), whole ? std::string() : text, last));
    }
    if (last != sequence)
        return Error{ErrorCode::NotFound,
                     fmt::format("The model's history has no state {}.", sequence)};
    return text;
}

} // namespace engine::workspace
