#include "tests/support/test_main.h"

#include <vector>

namespace tests {

namespace {
std::vector<MakeTest>& registry()
{
    static std::vector<MakeTest> all;
    return all;
}
} // namespace

bool registerTest(MakeTest make)
{
    registry().push_back(std::move(make));
    return true;
}

int runAll(int argc, char** argv)
{
    int failed = 0;
    for (const auto& make : registry()) {
        const auto test = make();
        failed += QTest::qExec(test.get(), argc, argv);
    }
    return failed == 0 ? 0 : 1;
}

} // namespace tests
