#pragma once

#include <QString>
#include <QTranslator>

#include <array>

namespace app {

/// The language of the program's texts, and of Qt's own (buttons, file dialogs). GUI thread.
class Language {
public:
    Language() = default;
    ~Language();
    Language(const Language&) = delete;
    Language& operator=(const Language&) = delete;

    /// "system", "en" or "de". Installs the catalogues; widgets that exist already get
    /// LanguageChange. A language without catalogue is English.
    void use(const QString& name);

private:
    std::array<QTranslator, 2> m_translators; ///< Qt's first: ours is asked before it
    bool m_installed = false;
};

} // namespace app
