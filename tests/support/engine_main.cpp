// main() of the test programs that have no window.
#include <QCoreApplication>

namespace tests {
int runAll(int argc, char** argv);
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    return tests::runAll(argc, argv);
}
