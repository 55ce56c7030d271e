#pragma once

#include <string_view>

namespace engine {

enum class LogLevel : unsigned char { Debug, Info, Warn, Error };

/// Where a node writes what an operator should know. Any thread. `part` is the folder's noun
/// ("storage", "gossip"); one full sentence a message.
class Log {
public:
    virtual ~Log() = default;
    virtual void write(LogLevel level, std::string_view part, std::string_view sentence) = 0;
    [[nodiscard]] virtual bool enabled(LogLevel level) const = 0;

    void debug(std::string_view part, std::string_view sentence)
    {
        write(LogLevel::Debug, part, sentence);
    }
    void info(std::string_view part, std::string_view sentence)
    {
        write(LogLevel::Info, part, sentence);
    }
    void warn(std::string_view part, std::string_view sentence)
    {
        write(LogLevel::Warn, part, sentence);
    }
    void error(std::string_view part, std::string_view sentence)
    {
        write(LogLevel::Error, part, sentence);
    }
};

} // namespace engine
