#pragma once

// Only for client's .cpp files: shows Asio.

#include "engine/client/session.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace engine::client {

struct ClientThread::Impl {
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    std::thread thread;
};

} // namespace engine::client
