#include "engine/modeling/mapping_graph.h"

#include <algorithm>

namespace engine::modeling {

namespace {

bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}
bool isLowerOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

} // namespace

std::string snakeName(std::string_view name)
{
    std::string snake;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (isUpper(c)) {
            const bool afterWord = i > 0 && isLowerOrDigit(name[i - 1]);
            const bool lastOfCapitals = i > 0 && isUpper(name[i - 1]) && i + 1 < name.size() &&
                                        name[i + 1] >= 'a' && name[i + 1] <= 'z';
            if ((afterWord || lastOfCapitals) && !snake.empty() && snake.back() != '_')
                snake += '_';
            snake += static_cast<char>(c - 'A' + 'a');
        } else if (isLowerOrDigit(c) || static_cast<unsigned char>(c) >= 0x80) {
            snake += c;
        } else if (!snake.empty() && snake.back() != '_') {
            snake += '_';
        }
    }
    while (snake.ends_with('_'))
        snake.pop_back();
    return snake;
}

std::string pluralName(const std::string& name)
{
    const auto ends = [&](const char* with) { return name.ends_with(with); };
    if (name.empty())
        return name;
    if (ends("ss") || ends("x") || ends("ch") || ends("sh") || ends("z") || ends("us") ||
        ends("is"))
        return name + "es";
    if (ends("s"))
        return name; // plural already
    if (ends("y") && name.size() > 1 &&
        std::string_view("aeiou").find(name[name.size() - 2]) == std::string_view::npos)
        return name.substr(0, name.size() - 1) + "ies";
    return name + "s";
}

std::string singularName(const std::string& name)
{
    const auto ends = [&](const char* with) { return name.ends_with(with); };
    if (ends("ies") && name.size() > 4)
        return name.substr(0, name.size() - 3) + "y";
    if (ends("sses") || ends("xes") || ends("ches") || ends("shes") || ends("uses"))
        return name.substr(0, name.size() - 2);
    // "areas_of_expertise": the head of the phrase has the plural.
    if (const std::size_t of = name.find("s_of_"); of != std::string::npos)
        return name.substr(0, of) + name.substr(of + 1);
    if (ends("s") && !ends("ss") && !ends("us") && !ends("is") && name.size() > 1)
        return name.substr(0, name.size() - 1);
    return name;
}

} // namespace engine::modeling
