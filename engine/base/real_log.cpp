#include "engine/base/real_runtime.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <sys/random.h>

namespace engine {

namespace {

constexpr std::size_t kLogFileBytesMax = 10 << 20;

spdlog::level::level_enum spdLevel(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warn:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

class RealLog final : public Log {
public:
    RealLog(const std::string& file, LogLevel level) : m_logger("node")
    {
        m_logger.sinks().push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
        if (!file.empty())
            m_logger.sinks().push_back(
                std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file, kLogFileBytesMax, 3));
        m_logger.set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
        m_logger.set_level(spdLevel(level));
        m_logger.flush_on(spdlog::level::info);
    }
    void write(LogLevel level, std::string_view part, std::string_view sentence) override
    {
        m_logger.log(spdLevel(level), "{}: {}", part, sentence);
    }
    bool enabled(LogLevel level) const override { return m_logger.should_log(spdLevel(level)); }

private:
    spdlog::logger m_logger;
};

class RealRandom final : public Random {
public:
    std::uint64_t next() override
    {
        if (m_used == std::size(m_words)) {
            char* to = reinterpret_cast<char*>(m_words);
            for (std::size_t got = 0; got < sizeof(m_words);) {
                const ssize_t n = ::getrandom(to + got, sizeof(m_words) - got, 0);
                if (n > 0)
                    got += static_cast<std::size_t>(n);
            }
            m_used = 0;
        }
        return m_words[m_used++];
    }

private:
    std::uint64_t m_words[32];
    std::size_t m_used = 32;
};

} // namespace

std::unique_ptr<Log> makeRealLog(const std::string& file, LogLevel level)
{
    return std::make_unique<RealLog>(file, level);
}

std::unique_ptr<Random> makeRealRandom()
{
    return std::make_unique<RealRandom>();
}

} // namespace engine
