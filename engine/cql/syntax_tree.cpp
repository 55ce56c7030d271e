#include "engine/cql/syntax_tree.h"

#include "engine/cql/parser_impl.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {
constexpr const char* kNodeNames[] = {"Script",   "Statement", "Clause", "List",
                                      "Term",     "Relation",  "Type",   "Definition",
                                      "Property", "Name",      "Error"};
}

SyntaxTree SyntaxTree::parse(std::string_view source)
{
    SyntaxTree tree;
    Arena arena{16 * 1024};
    const auto all = tokenize(source, arena, true);
    tree.m_tokens.assign(all.begin(), all.end() - 1); // End holds no bytes
    std::vector<Token> tokens;
    std::vector<std::uint32_t> indexOf; // of a token without trivia, among all
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        if (!all[i].isTrivia()) {
            tokens.push_back(all[i]);
            indexOf.push_back(i);
        }
    }
    ResilientSink sink;
    Parser parser{source, tokens, arena, &sink};
    (void)parser.script();

    std::uint32_t parent = 0;
    for (const auto& event : sink.events) {
        const std::uint32_t token = indexOf[event.token];
        if (event.opens) {
            const auto index = static_cast<std::uint32_t>(tree.m_nodes.size());
            tree.m_nodes.push_back({event.kind, parent, token, token});
            parent = index;
        } else {
            Node& node = tree.m_nodes[parent];
            // A node ends behind its last token, before the trivia that follow.
            std::uint32_t end = token;
            while (end > node.firstToken && all[end - 1].isTrivia())
                --end;
            node.endToken = end;
            parent = node.parent;
        }
    }
    tree.m_nodes.front().firstToken = 0;
    tree.m_nodes.front().endToken = static_cast<std::uint32_t>(tree.m_tokens.size());
    tree.m_errors = std::move(sink.errors);
    return tree;
}

std::uint32_t SyntaxTree::nodeAt(std::uint32_t offset) const noexcept
{
    std::uint32_t best = 0;
    for (std::uint32_t i = 0; i < m_nodes.size(); ++i) {
        const Node& node = m_nodes[i];
        if (node.firstToken == node.endToken)
            continue;
        if (m_tokens[node.firstToken].range.begin <= offset &&
            offset < m_tokens[node.endToken - 1].range.end)
            best = i; // nodes stand in the order of the text, inner ones after outer ones
    }
    return best;
}

std::string SyntaxTree::dump(std::string_view source) const
{
    std::string out;
    for (const auto& node : m_nodes) {
        int depth = 0;
        for (const Node* up = &node; up != m_nodes.data(); up = &m_nodes[up->parent])
            ++depth;
        std::string text;
        if (node.firstToken < node.endToken) {
            const std::uint32_t begin = m_tokens[node.firstToken].range.begin;
            text = source.substr(begin, m_tokens[node.endToken - 1].range.end - begin);
        }
        out += fmt::format("{:{}}{} '{}'\n", "", depth * 2,
                           kNodeNames[static_cast<std::size_t>(node.kind)], text);
    }
    return out;
}

} // namespace engine::cql
