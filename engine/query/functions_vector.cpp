#include "engine/cql/literals.h"
#include "engine/cql/type_elements.h"
#include "engine/query/functions.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace engine::query {

using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace {

Result<std::vector<float>> floatsOf(const Type& type, ByteView value)
{
    RW_ASSIGN(const std::vector<cql::Element> elements, cql::splitValue(type, value));
    std::vector<float> out;
    for (const cql::Element& element : elements) {
        const auto bits = loadBigEndian<std::uint32_t>(element->data());
        float number = 0;
        std::memcpy(&number, &bits, sizeof number);
        out.push_back(number);
    }
    return out;
}

float similarity(std::string_view name, const std::vector<float>& a, const std::vector<float>& b)
{
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    double distance = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        dot += static_cast<double>(a[i]) * b[i];
        squaresA += static_cast<double>(a[i]) * a[i];
        squaresB += static_cast<double>(b[i]) * b[i];
        distance += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
    }
    if (name == "similarity_cosine")
        return static_cast<float>((1 + dot / std::sqrt(squaresA * squaresB)) / 2);
    if (name == "similarity_euclidean")
        return static_cast<float>(1 / (1 + distance));
    return static_cast<float>((1 + dot) / 2);
}

bool isFloatVector(const Type& type)
{
    return type.kind() == TypeKind::Vector && type.parameters()[0]->kind() == TypeKind::Float;
}

/// The vector type of one argument: its own, or that of a literal's length; nullptr for a marker or
/// null, which take the other's.
Result<TypePtr> vectorOf(const std::string& function, const cql::Term& given, const TypePtr& known)
{
    const TypePtr type = known ? known : typeOfLiteral(given);
    if (type && !isFloatVector(*type))
        return invalidRequest("Function " + function +
                              " requires a float vector argument, but found argument " +
                              cql::termText(given) + " of type " + type->toString());
    if (!type && (given.kind == cql::TermKind::Set || given.kind == cql::TermKind::Map ||
                  given.kind == cql::TermKind::Tuple || given.kind == cql::TermKind::Udt))
        return invalidRequest("Function " + function +
                              " requires a float vector argument, but found argument " +
                              cql::termText(given));
    if (!type && given.kind == cql::TermKind::List)
        return Type::vector(Type::native(TypeKind::Float),
                            static_cast<std::uint32_t>(given.items.size()));
    return type;
}

} // namespace

Result<ScalarFunctionPtr> similarityFunction(const cql::Term& call, std::span<const TypePtr> types)
{
    const std::string name{call.text};
    const std::string full = "system." + name;
    if (types.size() != 2)
        return invalidRequest("Invalid number of arguments for function " + full +
                              "(vector<float, n>, vector<float, n>)");
    RW_ASSIGN(TypePtr first, vectorOf(full, call.items[0], types[0]));
    RW_ASSIGN(TypePtr second, vectorOf(full, call.items[1], types[1]));
    if (!first && !second)
        return invalidRequest("Cannot infer type of argument " + cql::termText(call.items[0]) +
                              " in call to function " + full + ": use type casts to disambiguate");
    if (!first)
        first = second;
    if (!second)
        second = first;
    if (first->dimension() != second->dimension())
        return invalidRequest("All arguments must have the same vector dimensions");
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (!types[i] && !cql::isAssignable(call.items[i], *first))
            return invalidRequest("Type error: " + cql::termText(call.items[i]) +
                                  " cannot be passed as argument " + std::to_string(i) +
                                  " of function " + full + " of type " + first->toString());
    }
    auto function = std::make_shared<ScalarFunction>();
    function->name = name;
    function->arguments = {first, first};
    function->result = Type::native(TypeKind::Float);
    function->call = [type = first, name](std::span<const MaybeValue> in,
                                          BindContext& context) -> Result<MaybeValue> {
        RW_ASSIGN(const std::vector<float> a, floatsOf(*type, *in[0]));
        RW_ASSIGN(const std::vector<float> b, floatsOf(*type, *in[1]));
        const auto isZero = [](const std::vector<float>& vector) {
            return std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0; });
        };
        if (name == "similarity_cosine" && (isZero(a) || isZero(b)))
            return invalidRequest("Function system." + name + " doesn't support all-zero vectors.");
        const float value = similarity(name, a, b);
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        return MaybeValue{putNumber(context.arena, bits)};
    };
    return ScalarFunctionPtr{std::move(function)};
}

} // namespace engine::query
