#include "engine/launcher/ports.h"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

namespace engine::launcher {

namespace {

namespace fs = std::filesystem;

/// The inode of the socket that listens on an IPv4 endpoint, from /proc/net/tcp.
std::optional<std::string> inodeOfListener(const InetEndpoint& endpoint)
{
    std::uint32_t raw = 0;
    std::memcpy(&raw, endpoint.address.bytes.data(), sizeof(raw));
    char exact[32];
    char any[32];
    std::snprintf(exact, sizeof(exact), "%08X:%04X", raw, endpoint.port);
    std::snprintf(any, sizeof(any), "00000000:%04X", endpoint.port);
    std::ifstream table("/proc/net/tcp");
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line)) {
        std::istringstream words(line);
        std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
        words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
            timeout >> inode;
        if (state == "0A" && (local == exact || local == any))
            return inode;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> ownerOfPort(const InetEndpoint& endpoint)
{
    const auto inode = inodeOfListener(endpoint);
    if (!inode)
        return std::nullopt;
    const std::string wanted = "socket:[" + *inode + "]";
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
        const std::string pid = process.path().filename();
        if (pid.find_first_not_of("0123456789") != std::string::npos)
            continue;
        std::error_code denied;
        for (fs::directory_iterator fd(process.path() / "fd", denied), end; !denied && fd != end;
             fd.increment(denied)) {
            std::error_code gone;
            if (fs::read_symlink(fd->path(), gone).string() != wanted)
                continue;
            std::ifstream comm(process.path() / "comm");
            std::string name;
            std::getline(comm, name);
            return name + " (pid " + pid + ")";
        }
    }
    return std::nullopt;
}

Result<void> checkPortFree(const InetEndpoint& endpoint)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, endpoint.address.bytes.data(), 4);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return Error{ErrorCode::Io, std::string("cannot open a socket: ") + std::strerror(errno)};
    const int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    int failed =
        ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0 : errno;
    if (failed == 0 && ::listen(fd, 1) != 0)
        failed = errno;
    ::close(fd);
    if (failed == 0)
        return ok();
    const std::string place =
        "port " + std::to_string(endpoint.port) + " on " + endpoint.address.toString();
    if (failed == EADDRINUSE) {
        const auto owner = ownerOfPort(endpoint);
        return Error{ErrorCode::AddressInUse,
                     place + " is in use by " + owner.value_or("another program") +
                         "; stop it, or create a cluster on other addresses"};
    }
    if (failed == EADDRNOTAVAIL)
        return Error{ErrorCode::Io,
                     endpoint.address.toString() +
                         " is not an address of this machine; bring up the loopback interface"};
    return Error{ErrorCode::Io, place + " cannot be opened: " + std::strerror(failed)};
}

Result<void> checkPortsFree(const ClusterSpec& spec)
{
    for (const auto& node : spec.nodes) {
        for (const std::uint16_t port : {node.cqlPort, node.storagePort, node.adminPort})
            RW_TRY(checkPortFree({node.address, port}));
    }
    return ok();
}

} // namespace engine::launcher
