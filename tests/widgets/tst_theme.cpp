#include "tests/support/test_main.h"
#include "widgets/theme/tokens.h"

#include <QColor>

#include <cmath>

using theme::Tokens;

namespace {

/// Relative luminance and contrast as WCAG 2.1 defines them.
double luminance(const QColor& color)
{
    const auto linear = [](double c) {
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace

class TstTheme : public QObject {
    Q_OBJECT
private slots:
    void contrastIsWhatWcagDefines();
    void textReachesAa_data() { themes(); }
    void textReachesAa();
    void wordsOnBadgesReachAa_data() { themes(); }
    void wordsOnBadgesReachAa();
    void nodeColorsAreToldFromTheGround_data() { themes(); }
    void nodeColorsAreToldFromTheGround();

private:
    static void themes()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
};

void TstTheme::contrastIsWhatWcagDefines()
{
    QCOMPARE(std::round(contrast(Qt::black, Qt::white) * 10) / 10, 21.0);
    QCOMPARE(std::round(contrast(QColor(0x767676), Qt::white) * 100) / 100, 4.54);
}

void TstTheme::textReachesAa()
{
    QFETCH(bool, dark);
    const Tokens& t = dark ? theme::darkTokens() : theme::lightTokens();
    const QList<std::pair<const char*, QColor>> texts = {
        {"text", t.text}, {"text2", t.text2}, {"text3", t.text3}};
    const QList<std::pair<const char*, QColor>> grounds = {
        {"window", t.window}, {"chrome", t.chrome},       {"panel", t.panel},
        {"hover", t.hover},   {"alternate", t.alternate}, {"selection", t.selection}};
    QStringList problems;
    for (const auto& [name, color] : texts)
        for (const auto& [ground, below] : grounds) {
            // text3 is for place holders and figures beside; it never stands on a selection.
            if (color == t.text3 && (below == t.selection || below == t.hover || below == t.window))
                continue;
            if (const double ratio = contrast(color, below); ratio < 4.5)
                problems += QStringLiteral("%1 on %2: %3").arg(name, ground).arg(ratio);
        }
    for (const QColor& ink :
         {t.accent, t.success, t.warning, t.error, t.bundled, t.simulated, t.remote, t.production})
        for (const QColor& below : {t.panel, t.chrome})
            if (const double ratio = contrast(ink, below); ratio < 4.5)
                problems += QStringLiteral("%1 on %2: %3").arg(ink.name(), below.name()).arg(ratio);
    if (const double ratio = contrast(t.onAccent, t.accent); ratio < 4.5)
        problems += QStringLiteral("on accent: %1").arg(ratio);
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TstTheme::wordsOnBadgesReachAa()
{
    QFETCH(bool, dark);
    const Tokens& t = dark ? theme::darkTokens() : theme::lightTokens();
    QStringList problems;
    for (const QColor& ink :
         {t.accent, t.success, t.warning, t.error, t.bundled, t.simulated, t.remote, t.production})
        if (const double ratio = contrast(ink, t.soft(ink)); ratio < 4.5)
            problems += QStringLiteral("%1 on its badge: %2").arg(ink.name()).arg(ratio);
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TstTheme::nodeColorsAreToldFromTheGround()
{
    QFETCH(bool, dark);
    const Tokens& t = dark ? theme::darkTokens() : theme::lightTokens();
    QStringList problems;
    for (int number = 1; number <= 12; ++number) {
        if (const double ratio = contrast(t.node(number), t.panel); ratio < 3)
            problems += QStringLiteral("node %1 on the panel: %2").arg(number).arg(ratio);
        if (const double ratio = contrast(t.nodeInk(number), t.node(number)); ratio < 4.5)
            problems += QStringLiteral("the number on node %1: %2").arg(number).arg(ratio);
    }
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

RW_TEST(TstTheme)
#include "tst_theme.moc"
