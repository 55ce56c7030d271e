#include "engine/modeling/expression.h"

#include <charconv>
#include <cmath>

namespace engine::modeling {

namespace {

constexpr int kExpressionDepthMax = 100;

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isExpressionDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Recursive descent over sums, products and atoms. The first error wins.
class ExpressionReader {
public:
    ExpressionReader(std::string_view text, const std::map<std::string, double, std::less<>>& names)
        : m_text(text), m_names(names)
    {
    }

    Result<double> read()
    {
        const double value = sum(0);
        skipSpace();
        if (m_error.empty() && m_at < m_text.size())
            fail("\"" + std::string{m_text.substr(m_at)} + "\" does not belong there");
        if (m_error.empty() && !std::isfinite(value))
            fail("its value is not a number (a division by zero?)");
        if (m_error.empty() && value < 0)
            fail("its value is negative");
        if (!m_error.empty())
            return Error{ErrorCode::Invalid,
                         "\"" + std::string{m_text} + "\" cannot be computed: " + m_error};
        return value;
    }

private:
    void fail(std::string reason)
    {
        if (m_error.empty())
            m_error = std::move(reason);
    }

    void skipSpace()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
    }

    bool take(std::string_view symbol)
    {
        skipSpace();
        if (!m_text.substr(m_at).starts_with(symbol))
            return false;
        m_at += symbol.size();
        return true;
    }

    double sum(int depth)
    {
        double value = product(depth);
        while (m_error.empty()) {
            if (take("+"))
                value += product(depth);
            else if (take("-") || take("−"))
                value -= product(depth);
            else
                break;
        }
        return value;
    }

    double product(int depth)
    {
        double value = atom(depth);
        while (m_error.empty()) {
            if (take("*") || take("×") || take("·"))
                value *= atom(depth);
            else if (take("/") || take("÷"))
                value /= atom(depth);
            else
                break;
        }
        return value;
    }

    double atom(int depth)
    {
        if (depth > kExpressionDepthMax) {
            fail("it nests too deep");
            return 0;
        }
        if (take("(")) {
            const double value = sum(depth + 1);
            if (!take(")"))
                fail("a \")\" is missing");
            return value;
        }
        skipSpace();
        if (m_at == m_text.size()) {
            fail("a number is missing at the end");
            return 0;
        }
        if (isExpressionDigit(m_text[m_at]) || m_text[m_at] == '.')
            return number();
        if (isNameStart(m_text[m_at]))
            return name();
        fail("a number is expected at \"" + std::string{m_text.substr(m_at)} + "\"");
        return 0;
    }

    /// Digits may be grouped by spaces, commas, apostrophes or underscores, three by three.
    double number()
    {
        std::string digits;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            const bool exponentSign =
                (c == '+' || c == '-') && !digits.empty() && digits.back() == 'e';
            if (isExpressionDigit(c) || c == '.' || exponentSign)
                digits += c;
            else if ((c == 'e' || c == 'E') && digits.find('e') == std::string::npos)
                digits += 'e';
            else if (!isGroupSeparator())
                break;
            ++m_at;
        }
        double value = 0;
        const auto end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, value);
        if (read.ec != std::errc{} || read.ptr != end)
            fail("\"" + digits + "\" is not a number");
        return value;
    }

    bool isGroupSeparator() const
    {
        const char c = m_text[m_at];
        if (c != ' ' && c != ',' && c != '\'' && c != '_')
            return false;
        std::size_t digits = 0;
        while (m_at + 1 + digits < m_text.size() && isExpressionDigit(m_text[m_at + 1 + digits]))
            ++digits;
        return digits == 3;
    }

    double name()
    {
        const std::size_t start = m_at;
        while (m_at < m_text.size() &&
               (isNameStart(m_text[m_at]) || isExpressionDigit(m_text[m_at])))
            ++m_at;
        const std::string_view word = m_text.substr(start, m_at - start);
        const auto found = m_names.find(word);
        if (found != m_names.end())
            return found->second;
        std::string known;
        for (const auto& [known_, value] : m_names)
            known += (known.empty() ? "" : ", ") + known_;
        fail("\"" + std::string{word} + "\" is unknown" +
             (known.empty() ? std::string{} : "; known are " + known));
        return 0;
    }

    std::string_view m_text;
    const std::map<std::string, double, std::less<>>& m_names;
    std::size_t m_at = 0;
    std::string m_error;
};

} // namespace

Result<double> evaluate(std::string_view expression,
                        const std::map<std::string, double, std::less<>>& names)
{
    return ExpressionReader{expression, names}.read();
}

} // namespace engine::modeling
