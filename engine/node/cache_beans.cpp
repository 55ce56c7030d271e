// The key and the row cache under the names of Cassandra's CacheService and CacheMetrics.

#include "engine/node/bean_values.h"

#include <limits>

namespace engine::node {

namespace json = boost::json;

namespace {

using Arguments = json::array;
using Value = Result<json::value>;
using Counters = const storage::StoreMetrics&;

constexpr std::uint64_t kCacheMebibyte = 1ULL << 20;

/// One cache, as CacheMetrics shows it.
struct CacheFigures {
    const char* scope;
    std::uint64_t (*capacity)(Counters);
    std::uint64_t (*size)(Counters);
    std::uint64_t (*entries)(Counters);
    std::uint64_t (*hits)(Counters);
    std::uint64_t (*misses)(Counters);
};

constexpr CacheFigures kCaches[] = {
    {"KeyCache", [](Counters m) { return m.keyCacheCapacity; },
     [](Counters m) { return m.keyCacheBytes; }, [](Counters m) { return m.keyCacheEntries; },
     [](Counters m) { return m.keyCacheHits; }, [](Counters m) { return m.keyCacheMisses; }},
    {"RowCache", [](Counters m) { return m.rowCacheCapacity; },
     [](Counters m) { return m.rowCacheBytes; }, [](Counters m) { return m.rowCacheEntries; },
     [](Counters m) { return m.rowCacheHits; }, [](Counters m) { return m.rowCacheMisses; }},
};

MBean cacheMetric(const CacheFigures& cache, const char* name, const char* attribute,
                  const char* type, std::function<json::value()> read)
{
    auto bean = MBean::named(std::string{"org.apache.cassandra.metrics:type=Cache,scope="} +
                             cache.scope + ",name=" + name);
    bean.attribute(attribute, type, [read = std::move(read)]() -> Value { return read(); });
    return bean;
}

void addCacheMetrics(std::vector<MBean>& beans, const BeanContext& c, const CacheFigures& cache)
{
    using Read = std::uint64_t (*)(Counters);
    const auto figure = [&](const char* name, const char* attribute, const char* type, Read read) {
        beans.push_back(cacheMetric(cache, name, attribute, type,
                                    [&c, read] { return json::value(read(c.store.metrics())); }));
    };
    figure("Capacity", "Value", "java.lang.Long", cache.capacity);
    figure("Size", "Value", "java.lang.Long", cache.size);
    figure("Entries", "Value", "java.lang.Integer", cache.entries);
    figure("Hits", "Count", "long", cache.hits);
    figure("Misses", "Count", "long", cache.misses);
    const Read hits = cache.hits;
    const Read misses = cache.misses;
    beans.push_back(cacheMetric(cache, "Requests", "Count", "long", [&c, hits, misses] {
        return json::value(hits(c.store.metrics()) + misses(c.store.metrics()));
    }));
    beans.push_back(
        cacheMetric(cache, "HitRate", "Value", "java.lang.Double", [&c, hits, misses]() {
            const double all =
                static_cast<double>(hits(c.store.metrics()) + misses(c.store.metrics()));
            // JSON has no NaN: Jolokia says it in a word.
            return all == 0 ? json::value("NaN")
                            : json::value(static_cast<double>(hits(c.store.metrics())) / all);
        }));
}

/// A number of an argument or of a written value; refused below 0 and above `max`.
Result<std::uint64_t> countOf(const json::value& value, std::uint64_t max)
{
    std::int64_t number = -1;
    if (value.is_int64())
        number = value.as_int64();
    else if (value.is_uint64() && value.as_uint64() <= max)
        number = static_cast<std::int64_t>(value.as_uint64());
    if (number < 0 || static_cast<std::uint64_t>(number) > max)
        return javaError("java.lang.RuntimeException", 400,
                         "capacities, periods and counts of caches must not be negative");
    return static_cast<std::uint64_t>(number);
}

struct CacheCalls {
    using Change = void (*)(storage::CacheSettings&, std::uint64_t);

    static Result<void> change(const BeanContext& c, const json::value& value, std::uint64_t max,
                               Change apply)
    {
        RW_ASSIGN(const std::uint64_t number, countOf(value, max));
        auto settings = c.store.cacheSettings();
        apply(settings, number);
        c.store.setCacheSettings(settings);
        return ok();
    }

    static Task<json::value> setCapacity(const BeanContext* c, json::value mebibytes, Change apply)
    {
        RW_CO_TRY(change(*c, mebibytes, 1ULL << 30, apply));
        co_return json::value();
    }

    static Task<json::value> invalidate(const BeanContext* c, bool ofKeys)
    {
        if (ofKeys)
            c->store.invalidateKeyCache();
        else
            c->store.invalidateRowCache();
        co_return json::value();
    }

    static Task<json::value> save(const BeanContext* c)
    {
        auto saving = c->store.saveCaches();
        RW_CO_TRY(co_await saving);
        co_return json::value();
    }
};

json::value firstOf(const Arguments& arguments)
{
    return arguments.empty() ? json::value() : arguments.front();
}

MBean cachesBean(const BeanContext& c)
{
    auto bean = MBean::named("org.apache.cassandra.db:type=Caches");
    const auto setting = [&](const char* name, std::int64_t (*read)(const storage::CacheSettings&),
                             CacheCalls::Change apply) {
        bean.attribute(
            name, "int",
            [&c, read]() -> Value { return json::value(read(c.store.cacheSettings())); },
            [&c, apply](const json::value& value) {
                return CacheCalls::change(c, value, INT32_MAX, apply);
            });
    };
    using Settings = storage::CacheSettings;
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    setting(
        "KeyCacheSavePeriodInSeconds",
        [](const Settings& s) -> std::int64_t {
            return duration_cast<seconds>(s.keyCacheSavePeriod).count();
        },
        [](Settings& s, std::uint64_t n) { s.keyCacheSavePeriod = seconds{n}; });
    setting(
        "RowCacheSavePeriodInSeconds",
        [](const Settings& s) -> std::int64_t {
            return duration_cast<seconds>(s.rowCacheSavePeriod).count();
        },
        [](Settings& s, std::uint64_t n) { s.rowCacheSavePeriod = seconds{n}; });
    setting(
        "KeyCacheKeysToSave",
        [](const Settings& s) -> std::int64_t { return s.keyCacheKeysToSave; },
        [](Settings& s, std::uint64_t n) { s.keyCacheKeysToSave = static_cast<std::uint32_t>(n); });
    setting(
        "RowCacheKeysToSave",
        [](const Settings& s) -> std::int64_t { return s.rowCacheKeysToSave; },
        [](Settings& s, std::uint64_t n) { s.rowCacheKeysToSave = static_cast<std::uint32_t>(n); });
    bean.operation("setKeyCacheCapacityInMB(long)", "void", [&c](Arguments arguments) {
        return CacheCalls::setCapacity(&c, firstOf(arguments), [](Settings& s, std::uint64_t n) {
            s.keyCacheBytes = n * kCacheMebibyte;
        });
    });
    bean.operation("setRowCacheCapacityInMB(long)", "void", [&c](Arguments arguments) {
        return CacheCalls::setCapacity(&c, firstOf(arguments), [](Settings& s, std::uint64_t n) {
            s.rowCacheBytes = n * kCacheMebibyte;
        });
    });
    bean.operation("invalidateKeyCache()", "void",
                   [&c](const Arguments&) { return CacheCalls::invalidate(&c, true); });
    bean.operation("invalidateRowCache()", "void",
                   [&c](const Arguments&) { return CacheCalls::invalidate(&c, false); });
    bean.operation("saveCaches()", "void", [&c](const Arguments&) { return CacheCalls::save(&c); });
    return bean;
}

} // namespace

std::vector<MBean> cacheBeans(const BeanContext& c)
{
    std::vector<MBean> beans;
    for (const CacheFigures& cache : kCaches)
        addCacheMetrics(beans, c, cache);
    beans.push_back(cachesBean(c));
    return beans;
}

} // namespace engine::node
