#pragma once

#include <memory>
#include <string>
#include <vector>

/// What a dictionary is made of, written as Markdown or HTML. Private to this folder's .cpp files.
namespace engine::modeling {

struct DictionaryCell {
    std::string text;
    bool code = false; ///< a name or a type, in the code font
};

struct DictionaryTable {
    std::vector<std::string> titles;
    std::vector<std::vector<DictionaryCell>> rows; ///< as many cells each as there are titles
};

class DictionaryWriter {
public:
    virtual ~DictionaryWriter() = default;
    virtual void heading(int level, const std::string& text) = 0;
    virtual void paragraph(const std::string& text) = 0;
    /// Here comes a list of the headings of levels 2 and 3.
    virtual void contents() = 0;
    virtual void table(const DictionaryTable& table) = 0;
    virtual void item(const std::string& text) = 0;
    virtual void endItems() = 0;
    virtual void code(const std::string& cql) = 0;
    /// The whole text; nothing may be written after.
    virtual std::string finish() = 0;
};

[[nodiscard]] std::unique_ptr<DictionaryWriter> markdownWriter();
[[nodiscard]] std::unique_ptr<DictionaryWriter> htmlWriter(const std::string& title);

} // namespace engine::modeling
