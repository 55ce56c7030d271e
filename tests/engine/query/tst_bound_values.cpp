#include "engine/base/random.h"
#include "engine/cql/token.h"
#include "engine/cql/type_elements.h"
#include "tests/engine/query/script.h"
#include "tests/support/test_main.h"

using namespace engine;

/// Whatever is bound to whichever marker is an answer or an error. The statements are those of
/// tests/cql with literals, tuples and collections of theirs made markers; AddressSanitizer tells
/// more in the deep run.
class TstBoundValues : public QObject {
    Q_OBJECT
private slots:
    void anyValueForAnyMarkerIsAnAnswerOrAnError_data();
    void anyValueForAnyMarkerIsAnAnswerOrAnError();
};

namespace {

constexpr int kVariants = 6; ///< of a statement
constexpr int kBindings = 8; ///< of a variant

bool isLiteral(cql::TokenKind kind)
{
    using cql::TokenKind;
    switch (kind) {
    case TokenKind::String:
    case TokenKind::Integer:
    case TokenKind::Float:
    case TokenKind::Boolean:
    case TokenKind::Uuid:
    case TokenKind::Hex:
        return true;
    default:
        return false;
    }
}

/// Where a marker may stand instead: literals, and all that lies between brackets of any kind.
std::vector<cql::SourceRange> replaceable(const std::string& statement)
{
    using cql::TokenKind;
    std::vector<cql::SourceRange> found;
    std::vector<std::uint32_t> open;
    for (std::uint32_t at = 0;;) {
        const cql::Token token = cql::nextToken(statement, at);
        if (token.kind == TokenKind::End)
            return found;
        at = token.range.end;
        if (isLiteral(token.kind))
            found.push_back(token.range);
        if (token.kind == TokenKind::ParenOpen || token.kind == TokenKind::BracketOpen ||
            token.kind == TokenKind::BraceOpen)
            open.push_back(token.range.begin);
        const bool closes = token.kind == TokenKind::ParenClose ||
                            token.kind == TokenKind::BracketClose ||
                            token.kind == TokenKind::BraceClose;
        if (closes && !open.empty()) {
            found.push_back({open.back(), token.range.end});
            open.pop_back();
        }
    }
}

/// One to three of them are markers.
std::string withMarkers(const std::string& statement, SeededRandom& random)
{
    std::string text = statement;
    for (auto count = 1 + random.below(3); count > 0; --count) {
        const auto places = replaceable(text);
        if (places.empty())
            break;
        const cql::SourceRange place = places[random.below(places.size())];
        text.replace(place.begin, place.end - place.begin, "?");
    }
    return text;
}

Bytes valueOf(const cql::Type& type, SeededRandom& random)
{
    const auto small = static_cast<char>(random.below(4)); // as the scripts' keys are
    if (const auto length = type.fixedLength()) {
        Bytes bytes(*length, '\0');
        if (!bytes.empty())
            bytes.back() = small;
        return bytes;
    }
    if (type.parameters().empty())
        return Bytes(random.below(3), static_cast<char>('a' + small));
    std::vector<Bytes> bytes;
    const std::size_t step = type.kind() == cql::TypeKind::Map ? 2 : 1;
    const std::size_t count =
        type.isCollection() ? random.below(4) * step : type.parameters().size();
    for (std::size_t i = 0; i < count; ++i)
        bytes.push_back(valueOf(*type.parameters()[i % type.parameters().size()], random));
    std::vector<cql::Element> elements;
    for (const Bytes& each : bytes)
        elements.push_back(random.below(12) == 0 ? cql::Element{} : cql::Element{each});
    return cql::joinValue(type, elements);
}

/// Mostly right; sometimes cut off, too long, with a bit flipped, or of another type altogether.
Bytes boundTo(const cql::Type& type, SeededRandom& random)
{
    Bytes bytes = valueOf(type, random);
    switch (random.below(10)) {
    case 0:
        bytes.resize(random.below(bytes.size() + 1));
        break;
    case 1:
        bytes.append(1 + random.below(9), '\1');
        break;
    case 2:
        if (!bytes.empty())
            bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
        break;
    case 3:
        bytes = Bytes(random.below(20), static_cast<char>(random.below(256)));
        break;
    default:
        break;
    }
    return bytes;
}

} // namespace

void TstBoundValues::anyValueForAnyMarkerIsAnAnswerOrAnError_data()
{
    tests::addScripts({""});
}

void TstBoundValues::anyValueForAnyMarkerIsAnAnswerOrAnError()
{
    QFETCH(QString, script);
    tests::Script run{script};
    tests::QueryFixture& fixture = run.fixture;
    SeededRandom random{static_cast<std::uint64_t>(
        std::max(1, qEnvironmentVariableIntValue("RINGWRIGHT_BOUND_SEED")))};
    int prepared = 0;
    int answered = 0;
    for (const std::string& statement : run.statements) {
        (void)fixture.run(statement);
        for (int variant = 0; variant < kVariants; ++variant) {
            const std::string text = withMarkers(statement, random);
            const auto made = fixture.processor.prepare(text, "spec");
            if (!made || made->metadata.columns.empty())
                continue;
            ++prepared;
            for (int binding = 0; binding < kBindings; ++binding) {
                std::vector<Bytes> bytes;
                for (const auto& column : made->metadata.columns)
                    bytes.push_back(boundTo(*column.type, random));
                std::vector<protocol::Value> values;
                for (const Bytes& each : bytes)
                    values.push_back(protocol::Value::of(each));
                if (random.below(8) == 0)
                    values[random.below(values.size())] = {};
                if (random.below(8) == 0)
                    values[random.below(values.size())].kind = protocol::Value::Kind::Unset;
                protocol::QueryOptions options;
                options.values = values;
                const auto got = fixture.execute(made->id, options);
                answered += got ? 1 : 0;
                QVERIFY2(got || !got.error().detail().empty(), text.c_str());
            }
        }
    }
    QVERIFY2(prepared > 0 && answered > prepared, // else nothing was tried
             qPrintable(QString{"%1 prepared, %2 answered"}.arg(prepared).arg(answered)));
}

RW_TEST(TstBoundValues)
#include "tst_bound_values.moc"
