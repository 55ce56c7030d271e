#include "engine/modeling/dictionary_parts.h"

namespace engine::modeling {

namespace {

struct HeadingEntry {
    int level;
    std::string text;
    std::string anchor;
};

/// "Hotels by POI" → "hotels-by-poi", as most Markdown viewers make it; numbered when taken.
std::string anchorFor(const std::string& text, const std::vector<HeadingEntry>& taken)
{
    std::string anchor;
    for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
            static_cast<unsigned char>(c) >= 0x80)
            anchor += c;
        else if (c >= 'A' && c <= 'Z')
            anchor += static_cast<char>(c - 'A' + 'a');
        else if (c == ' ')
            anchor += '-';
    }
    int same = 0;
    for (const HeadingEntry& entry : taken)
        same += entry.anchor == anchor || entry.anchor.starts_with(anchor + "-");
    return same == 0 ? anchor : anchor + "-" + std::to_string(same);
}

class MarkdownDictionary final : public DictionaryWriter {
public:
    void heading(int level, const std::string& text) override
    {
        const std::string anchor = anchorFor(text, m_headings);
        m_headings.push_back({level, text, anchor});
        m_text +=
            "\n" + std::string(static_cast<std::size_t>(level), '#') + " " + plain(text) + "\n";
    }
    void paragraph(const std::string& text) override { m_text += "\n" + plain(text) + "\n"; }
    void contents() override { m_contentsAt = m_text.size(); }
    void table(const DictionaryTable& table) override
    {
        m_text += "\n|";
        for (const std::string& title : table.titles)
            m_text += " " + title + " |";
        m_text += "\n|";
        for (std::size_t i = 0; i < table.titles.size(); ++i)
            m_text += "---|";
        m_text += "\n";
        for (const std::vector<DictionaryCell>& row : table.rows) {
            m_text += "|";
            for (const DictionaryCell& cell : row)
                m_text += cell.text.empty()
                              ? " |"
                              : " " + (cell.code ? codeSpan(cell.text) : plain(cell.text)) + " |";
            m_text += "\n";
        }
    }
    void item(const std::string& text) override
    {
        m_text += (m_items ? "- " : "\n- ") + plain(text) + "\n";
        m_items = true;
    }
    void endItems() override { m_items = false; }
    void code(const std::string& cql) override { m_text += "\n```sql\n" + cql + "\n```\n"; }
    std::string finish() override
    {
        std::string contents = "\n";
        for (const HeadingEntry& entry : m_headings) {
            if (entry.level == 2 || entry.level == 3)
                contents += std::string(entry.level == 3 ? "  " : "") + "- [" + plain(entry.text) +
                            "](#" + entry.anchor + ")\n";
        }
        m_text.insert(m_contentsAt, contents);
        return m_text.substr(m_text.find_first_not_of('\n'));
    }

private:
    /// Nothing in a name may become markup.
    static std::string plain(const std::string& text)
    {
        std::string out;
        for (const char c : text) {
            if (c == '\n')
                out += ' ';
            else if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos &&
                     !(c == '_'))
                out += std::string("\\") + c;
            else
                out += c;
        }
        return out;
    }
    static std::string codeSpan(const std::string& text)
    {
        std::string out;
        for (const char c : text)
            out += c == '|' ? std::string("\\|") : c == '\n' ? std::string(" ") : std::string(1, c);
        return out.find('`') == std::string::npos ? "`" + out + "`" : "`` " + out + " ``";
    }

    std::string m_text;
    std::vector<HeadingEntry> m_headings;
    std::size_t m_contentsAt = 0;
    bool m_items = false;
};

constexpr const char* kDictionaryStyle = R"(
:root { color-scheme: light dark; --ink: #1b2130; --soft: #5b6478; --line: #d8dce5; --back: #ffffff;
  --fill: #f5f6fa; --key: #94530b; --accent: #3a4fd0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f2; --soft: #a2abc0; --line: #353c4d;
  --back: #171b25; --fill: #1f2430; --key: #e8a654; --accent: #8fa2ff; } }
body { font: 15px/1.5 Inter, "Segoe UI", Roboto, sans-serif; color: var(--ink);
  background: var(--back); max-width: 60rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem;
  border-bottom: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 1rem; font-size: .92em; }
th { text-align: left; font-weight: 600; color: var(--soft); background: var(--fill); }
th, td { padding: .35rem .6rem; border: 1px solid var(--line); vertical-align: top; }
code, pre { font-family: "JetBrains Mono", Consolas, monospace; font-size: .9em; }
pre { background: var(--fill); border: 1px solid var(--line); border-radius: 6px;
  padding: .8rem 1rem; overflow-x: auto; }
td.mark { color: var(--key); font-weight: 700; white-space: nowrap; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
nav { background: var(--fill); border: 1px solid var(--line); border-radius: 8px;
  padding: .7rem 1.2rem; margin: 1.2rem 0; columns: 2; }
nav ul { margin: 0; padding-left: 1.1rem; }
@media print { body { margin: 0; max-width: none; } nav { display: none; }
  h3, table, pre { break-inside: avoid; } }
)";

class HtmlDictionary final : public DictionaryWriter {
public:
    explicit HtmlDictionary(const std::string& title) : m_title(title) {}
    void heading(int level, const std::string& text) override
    {
        const std::string anchor = anchorFor(text, m_headings);
        m_headings.push_back({level, text, anchor});
        const std::string tag = "h" + std::to_string(level);
        m_text +=
            "<" + tag + " id=\"" + escaped(anchor) + "\">" + escaped(text) + "</" + tag + ">\n";
    }
    void paragraph(const std::string& text) override { m_text += "<p>" + escaped(text) + "</p>\n"; }
    void contents() override { m_contentsAt = m_text.size(); }
    void table(const DictionaryTable& table) override
    {
        m_text += "<table>\n<thead><tr>";
        for (const std::string& title : table.titles)
            m_text += "<th scope=\"col\">" + escaped(title) + "</th>";
        m_text += "</tr></thead>\n<tbody>\n";
        for (const std::vector<DictionaryCell>& row : table.rows) {
            m_text += "<tr>";
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::string text = escaped(row[i].text);
                m_text += table.titles[i] == "Key" ? "<td class=\"mark\">" : "<td>";
                m_text += row[i].code && !text.empty() ? "<code>" + text + "</code>" : text;
                m_text += "</td>";
            }
            m_text += "</tr>\n";
        }
        m_text += "</tbody>\n</table>\n";
    }
    void item(const std::string& text) override
    {
        m_text += (m_items ? "<li>" : "<ul>\n<li>") + escaped(text) + "</li>\n";
        m_items = true;
    }
    void endItems() override
    {
        if (m_items)
            m_text += "</ul>\n";
        m_items = false;
    }
    void code(const std::string& cql) override
    {
        m_text += "<pre><code>" + escaped(cql) + "</code></pre>\n";
    }
    std::string finish() override
    {
        std::string contents = "<nav aria-label=\"Contents\"><ul>\n";
        for (const HeadingEntry& entry : m_headings) {
            if (entry.level == 2 || entry.level == 3)
                contents += std::string("<li") +
                            (entry.level == 3 ? " style=\"margin-left:1rem\"" : "") +
                            "><a href=\"#" + escaped(entry.anchor) + "\">" + escaped(entry.text) +
                            "</a></li>\n";
        }
        m_text.insert(m_contentsAt, contents + "</ul></nav>\n");
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
               "name=\"viewport\" content=\"width=device-width\">\n<title>" +
               escaped(m_title) + "</title>\n<style>" + kDictionaryStyle +
               "</style>\n</head>\n<body>\n<main>\n" + m_text + "</main>\n</body>\n</html>\n";
    }

private:
    static std::string escaped(const std::string& text)
    {
        std::string out;
        for (const char c : text) {
            switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
            }
        }
        return out;
    }

    std::string m_title;
    std::string m_text;
    std::vector<HeadingEntry> m_headings;
    std::size_t m_contentsAt = 0;
    std::size_t m_keyColumn = std::string::npos;
    bool m_items = false;
};

} // namespace

std::unique_ptr<DictionaryWriter> markdownWriter()
{
    return std::make_unique<MarkdownDictionary>();
}

std::unique_ptr<DictionaryWriter> htmlWriter(const std::string& title)
{
    return std::make_unique<HtmlDictionary>(title);
}

} // namespace engine::modeling
