#include "engine/storage/compaction/token_spans.h"

#include <algorithm>
#include <limits>

namespace engine::storage {

namespace {
constexpr std::int64_t kTokenMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kTokenMax = std::numeric_limits<std::int64_t>::max();
} // namespace

TokenSpans disjointSpans(const std::vector<std::pair<std::int64_t, std::int64_t>>& ranges)
{
    TokenSpans parts;
    for (const auto& [after, upTo] : ranges) {
        if (after < upTo) {
            parts.push_back({after, upTo});
            continue;
        }
        if (after != kTokenMax)
            parts.push_back({after, kTokenMax});
        if (upTo != kTokenMin)
            parts.push_back({kTokenMin, upTo});
    }
    std::sort(parts.begin(), parts.end(),
              [](const TokenSpan& a, const TokenSpan& b) { return a.after < b.after; });
    TokenSpans spans;
    for (const TokenSpan& part : parts) {
        if (!spans.empty() && part.after <= spans.back().upTo)
            spans.back().upTo = std::max(spans.back().upTo, part.upTo);
        else
            spans.push_back(part);
    }
    return spans;
}

TokenSpans tokensOutside(const TokenSpans& spans)
{
    TokenSpans outside;
    std::int64_t end = kTokenMin;
    for (const TokenSpan& span : spans) {
        if (end < span.after)
            outside.push_back({end, span.after});
        end = span.upTo;
    }
    if (end < kTokenMax)
        outside.push_back({end, kTokenMax});
    return outside;
}

bool covers(const TokenSpans& spans, std::int64_t first, std::int64_t last) noexcept
{
    return std::any_of(spans.begin(), spans.end(), [first, last](const TokenSpan& span) {
        return span.after < first && last <= span.upTo;
    });
}

bool touches(const TokenSpans& spans, std::int64_t first, std::int64_t last) noexcept
{
    return std::any_of(spans.begin(), spans.end(), [first, last](const TokenSpan& span) {
        return span.after < last && first <= span.upTo;
    });
}

} // namespace engine::storage
