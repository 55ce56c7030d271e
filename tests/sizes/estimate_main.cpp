// size_estimates CASES.json: prints what the estimator says of each case, as JSON. run.py calls it
// before any data exist.
#include "tests/sizes/size_case.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTextStream>

int main(int argc, char** argv)
{
    if (argc != 2)
        return 2;
    QFile file{QString::fromLocal8Bit(argv[1])};
    if (!file.open(QIODevice::ReadOnly))
        return 1;
    QJsonArray estimates;
    for (const QJsonValue& parameters : QJsonDocument::fromJson(file.readAll()).array()) {
        const auto size = tests::estimateOf(tests::modelOfCase(parameters.toObject()));
        estimates.append(QJsonObject{{"name", parameters["name"]},
                                     {"partitionBytes", size.partitionBytes},
                                     {"compressionRatio", size.compressionRatio},
                                     {"rowsEncoded", double(size.rowsEncoded)}});
    }
    QTextStream{stdout} << QJsonDocument{estimates}.toJson();
    return 0;
}
