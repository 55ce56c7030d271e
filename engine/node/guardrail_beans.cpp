// Guardrails under the names of Cassandra's GuardrailsMBean: the limits of the data folders' size.

#include "engine/node/bean_values.h"
#include "engine/node/disk_usage.h"

#include <fmt/format.h>

namespace engine::node {

namespace json = boost::json;

namespace {

/// "75GiB": in the largest unit that says it exactly (DataStorageSpec).
json::value sizeText(std::optional<std::uint64_t> bytes)
{
    if (!bytes)
        return nullptr;
    static constexpr std::pair<const char*, unsigned> kUnits[] = {
        {"GiB", 30}, {"MiB", 20}, {"KiB", 10}};
    for (const auto& [unit, shift] : kUnits)
        if (*bytes % (1ULL << shift) == 0)
            return json::value(fmt::format("{}{}", *bytes >> shift, unit));
    return json::value(fmt::format("{}B", *bytes));
}

Error illegalGuardrail(std::string message)
{
    return javaError("java.lang.IllegalArgumentException", 400, std::move(message));
}

Result<void> applyLimits(const BeanContext& c, const DiskUsageLimits& limits)
{
    if (const auto applied = c.diskUsage->setLimits(limits); !applied)
        return illegalGuardrail(applied.error().detail());
    return ok();
}

/// null or an empty text: no limit but the disk.
Result<void> setMaxSize(const BeanContext& c, const json::value& value)
{
    DiskUsageLimits limits = c.diskUsage->limits();
    limits.maxBytes.reset();
    if (value.is_string() && !value.as_string().empty()) {
        const auto bytes = parseConfigSize(std::string_view{value.as_string()});
        if (!bytes)
            return illegalGuardrail("Invalid data storage: " + std::string{value.as_string()});
        limits.maxBytes = *bytes;
    } else if (!value.is_string() && !value.is_null()) {
        return illegalGuardrail("data_disk_usage_max_disk_size wants a size such as 75GiB");
    }
    return applyLimits(c, limits);
}

Task<json::value> setPercentages(const BeanContext* c, json::array arguments)
{
    DiskUsageLimits limits = c->diskUsage->limits();
    std::int32_t* const targets[] = {&limits.warnPercent, &limits.failPercent};
    for (std::size_t i = 0; i < std::size(targets); ++i) {
        if (i >= arguments.size() || !arguments[i].is_int64() ||
            arguments[i].as_int64() < INT32_MIN || arguments[i].as_int64() > INT32_MAX)
            co_return illegalGuardrail("the thresholds are two numbers, -1 for none");
        *targets[i] = static_cast<std::int32_t>(arguments[i].as_int64());
    }
    RW_CO_TRY(applyLimits(*c, limits));
    co_return json::value();
}

} // namespace

MBean guardrailsBean(const BeanContext& c)
{
    auto bean = MBean::named("org.apache.cassandra.db:type=Guardrails");
    bean.attribute("DataDiskUsagePercentageWarnThreshold", "int", [&c]() -> Result<json::value> {
        return json::value(c.diskUsage->limits().warnPercent);
    });
    bean.attribute("DataDiskUsagePercentageFailThreshold", "int", [&c]() -> Result<json::value> {
        return json::value(c.diskUsage->limits().failPercent);
    });
    bean.attribute(
        "DataDiskUsageMaxDiskSize", "java.lang.String",
        [&c]() -> Result<json::value> { return sizeText(c.diskUsage->limits().maxBytes); },
        [&c](const json::value& value) { return setMaxSize(c, value); });
    bean.operation(
        "setDataDiskUsagePercentageThreshold(int,int)", "void",
        [&c](json::array arguments) { return setPercentages(&c, std::move(arguments)); });
    return bean;
}

} // namespace engine::node
