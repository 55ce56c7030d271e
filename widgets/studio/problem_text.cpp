#include "widgets/studio/problem_text.h"

#include "engine/base/error.h"

#include <QCoreApplication>

namespace studio {

namespace {
struct ProblemTr {
    Q_DECLARE_TR_FUNCTIONS(studio::Problem)
};

QString adviceFor(engine::ErrorCode code)
{
    using engine::ErrorCode;
    switch (code) {
    case ErrorCode::Unavailable:
        return ProblemTr::tr("Too few replicas are alive for this consistency level. Start the "
                             "nodes that are down, or choose a lower level.");
    case ErrorCode::ReadTimeout:
    case ErrorCode::WriteTimeout:
        return ProblemTr::tr("Too few replicas answered in time. A write may still have been "
                             "applied; running it again is safe unless it is a counter.");
    case ErrorCode::BadCredentials:
        return ProblemTr::tr("Check user name and password.");
    case ErrorCode::Unauthorized:
        return ProblemTr::tr("The role lacks a permission; a superuser can GRANT it.");
    case ErrorCode::Overloaded:
        return ProblemTr::tr("The node refuses new work for the moment. Try again shortly.");
    case ErrorCode::ConnectionRefused:
        return ProblemTr::tr("Nothing listens there. Start the cluster or check the address.");
    case ErrorCode::ConnectionLost:
        return ProblemTr::tr("The connection was lost; the studio reconnects by itself.");
    case ErrorCode::AddressInUse:
        return ProblemTr::tr("Stop the program that uses the port, or choose another address.");
    case ErrorCode::DiskFull:
        return ProblemTr::tr("Free some space or choose another folder.");
    default:
        return {};
    }
}
} // namespace

Problem describe(const engine::Error& error)
{
    Problem problem;
    problem.summary = QString::fromStdString(error.detail());
    if (problem.summary.isEmpty())
        problem.summary = QString::fromLatin1(engine::errorCodeName(error.code()));
    problem.advice = adviceFor(error.code());
    return problem;
}

} // namespace studio
