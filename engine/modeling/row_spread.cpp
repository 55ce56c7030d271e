#include "engine/modeling/row_spread.h"

#include "engine/modeling/expression.h"
#include "engine/modeling/figures.h"

#include <algorithm>
#include <cmath>

namespace engine::modeling {

namespace {

constexpr int kNestedMost = 100;

using Names = std::map<std::string, double, std::less<>>;

std::string_view withoutBlanks(std::string_view text)
{
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

Error unclear(std::string_view text, const std::string& why)
{
    return Error{ErrorCode::Invalid, "\"" + std::string{text} + "\" cannot be computed: " + why};
}

/// The place of the parenthesis that closes the first one; npos if the text does not begin with
/// one.
std::size_t closingOf(std::string_view text)
{
    int depth = 0;
    for (std::size_t i = 0; i < text.size() && text.starts_with('('); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth == 0)
            return i;
    }
    return std::string_view::npos;
}

Result<RowSpread::Class> readClass(std::string_view text, const Names& names)
{
    RowSpread::Class read;
    read.share = -1;
    if (const auto percent = text.find('%'); percent != std::string_view::npos) {
        RW_ASSIGN(const double share, evaluate(withoutBlanks(text.substr(0, percent)), names));
        read.share = share / 100;
        text = withoutBlanks(text.substr(percent + 1));
        if (text.starts_with(':'))
            text = withoutBlanks(text.substr(1));
    }
    const auto dots = text.find("..");
    RW_ASSIGN(read.low, evaluate(withoutBlanks(text.substr(0, dots)), names));
    read.high = read.low;
    if (dots != std::string_view::npos) {
        RW_ASSIGN(read.high, evaluate(withoutBlanks(text.substr(dots + 2)), names));
    }
    if (read.high < read.low)
        return unclear(text, "a range begins with its smaller number");
    return read;
}

Result<RowSpread> readClasses(std::string_view whole, const Names& names)
{
    RowSpread spread;
    double said = 0;
    std::size_t silent = 0;
    for (std::string_view rest = whole; !rest.empty();) {
        const auto end = std::min(rest.find(';'), rest.size());
        const std::string_view part = withoutBlanks(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (part.empty())
            continue;
        RW_ASSIGN(const RowSpread::Class read, readClass(part, names));
        spread.classes.push_back(read);
        if (read.share < 0)
            ++silent;
        else
            said += read.share;
    }
    if (silent > 1)
        return unclear(whole, "only one of its parts may go without a share");
    constexpr double kRounding = 0.005;
    const double left = silent == 1 ? std::max(0.0, 1 - said) : 0;
    if (spread.classes.empty() || std::abs(said + left - 1) > kRounding)
        return unclear(whole, "its shares make " + grouped(100 * (said + left)) + " %, not 100 %");
    for (RowSpread::Class& each : spread.classes)
        if (each.share < 0)
            each.share = left;
    return spread;
}

} // namespace

double RowSpread::mean() const
{
    double rows = 0;
    for (const Class& each : classes)
        rows += each.share * (each.low + each.high) / 2;
    return rows;
}

double RowSpread::maximum() const
{
    double rows = 0;
    for (const Class& each : classes)
        rows = each.share > 0 ? std::max(rows, each.high) : rows;
    return rows;
}

double RowSpread::shareAbove(double rows) const
{
    double share = 0;
    for (const Class& each : classes) {
        if (each.low > rows)
            share += each.share;
        else if (each.high > rows)
            share += each.share * (each.high - rows) / (each.high - each.low);
    }
    return share;
}

bool isRowSpread(std::string_view text)
{
    return text.find_first_of(";%") != std::string_view::npos ||
           text.find("..") != std::string_view::npos;
}

Result<RowSpread> readRowSpread(std::string_view text, const Names& names)
{
    text = withoutBlanks(text);
    if (std::ranges::count(text, '(') > kNestedMost)
        return unclear(text.substr(0, 40), "it nests too deep");
    const auto close = closingOf(text);
    if (close == std::string_view::npos || !isRowSpread(text.substr(0, close)))
        return readClasses(text, names);
    RW_ASSIGN(RowSpread spread, readRowSpread(text.substr(1, close - 1), names));
    const std::string rest{withoutBlanks(text.substr(close + 1))};
    if (rest.empty())
        return spread;
    RW_ASSIGN(const double factor, evaluate("1 " + rest, names));
    for (RowSpread::Class& each : spread.classes) {
        each.low *= factor;
        each.high *= factor;
    }
    return spread;
}

} // namespace engine::modeling
