// main() of the test programs that show widgets, offscreen.
#include <QApplication>
#include <QStandardPaths>

namespace tests {
int runAll(int argc, char** argv);
}

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("ringwright-test"));
    return tests::runAll(argc, argv);
}
