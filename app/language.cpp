#include "app/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace app {

Language::~Language()
{
    if (m_installed && QCoreApplication::instance())
        for (QTranslator& translator : m_translators)
            QCoreApplication::removeTranslator(&translator);
}

void Language::use(const QString& name)
{
    if (m_installed)
        for (QTranslator& translator : m_translators)
            QCoreApplication::removeTranslator(&translator);
    // Figures and dates keep the desktop's locale; only words change.
    const QLocale locale = name == QLatin1String("system") ? QLocale::system() : QLocale(name);
    QTranslator& qt = m_translators[0];
    QTranslator& own = m_translators[1];
    (void)qt.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                  QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    // English texts are in the program; its catalogue has the plurals.
    if (!own.load(locale, QStringLiteral("ringwright"), QStringLiteral("_"),
                  QStringLiteral(":/i18n")))
        (void)own.load(QStringLiteral(":/i18n/ringwright_en.qm"));
    QCoreApplication::installTranslator(&qt);
    QCoreApplication::installTranslator(&own);
    m_installed = true;
}

} // namespace app
