#include "engine/admin/jolokia_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <openssl/evp.h>

namespace engine::admin {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;

constexpr std::size_t kAnswerBytesMax = 256 << 20;

std::string basicAuthorization(const std::string& user, const std::string& password)
{
    const std::string pair = user + ":" + password;
    std::string out(4 * ((pair.size() + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                    reinterpret_cast<const unsigned char*>(pair.data()),
                    static_cast<int>(pair.size()));
    return "Basic " + out;
}

Result<json::value> valueOf(json::value& answer)
{
    auto* object = answer.if_object();
    if (object == nullptr)
        return Error{ErrorCode::Corrupt, "the agent's answer is not a JSON object"};
    const auto* status = object->if_contains("status");
    if (status != nullptr && status->is_int64() && status->as_int64() == 200)
        return object->contains("value") ? std::move(object->at("value")) : json::value();
    const auto* error = object->if_contains("error");
    std::string text = error != nullptr && error->is_string() ? std::string(error->as_string())
                                                              : json::serialize(answer);
    // "java.lang.IllegalArgumentException : Unknown keyspace" says it in the second half.
    if (const auto at = text.find(" : "); at != std::string::npos)
        text.erase(0, at + 3);
    const bool missing = status != nullptr && status->is_int64() && status->as_int64() == 404;
    return Error{missing ? ErrorCode::NotFound : ErrorCode::Invalid, std::move(text)};
}

} // namespace

struct JolokiaClient::Connection {
    asio::io_context io{1};
    beast::tcp_stream stream{io};
    beast::flat_buffer buffer;
    bool open = false;
    bool reused = false;
};

JolokiaClient::JolokiaClient(JolokiaAddress address, std::chrono::milliseconds timeout)
    : m_address(std::move(address)), m_timeout(timeout)
{
}

JolokiaClient::~JolokiaClient() = default;

Result<json::value> JolokiaClient::post(const std::string& body)
{
    const std::string where = m_address.endpoint.toString();
    http::request<http::string_body> request{http::verb::post, m_address.path, 11};
    request.set(http::field::host, where);
    request.set(http::field::content_type, "application/json");
    if (!m_address.user.empty())
        request.set(http::field::authorization,
                    basicAuthorization(m_address.user, m_address.password));
    request.body() = body;
    request.prepare_payload();

    // A connection that was kept may have been closed meanwhile: then once more on a fresh one.
    while (true) {
        if (!m_connection || !m_connection->open)
            m_connection = std::make_unique<Connection>();
        auto& c = *m_connection;
        const bool reused = c.open;
        beast::error_code failed;
        http::response_parser<http::string_body> parser;
        parser.body_limit(kAnswerBytesMax);
        const auto step = [&](auto start) {
            if (failed)
                return;
            if (m_timeout.count() > 0)
                c.stream.expires_after(m_timeout);
            else
                c.stream.expires_never();
            start([&](beast::error_code error, auto&&...) { failed = error; });
            c.io.restart();
            c.io.run();
        };
        if (!c.open) {
            step([&](auto done) {
                beast::error_code bad;
                c.stream.async_connect(
                    {asio::ip::make_address(m_address.endpoint.address.toString(), bad),
                     m_address.endpoint.port},
                    done);
            });
            if (failed) {
                m_connection.reset();
                return Error{failed == beast::error::timeout ? ErrorCode::Timeout
                                                             : ErrorCode::ConnectionRefused,
                             "no Jolokia agent answers on " + where + ": " + failed.message()};
            }
            c.open = true;
        }
        step([&](auto done) { http::async_write(c.stream, request, done); });
        step([&](auto done) { http::async_read(c.stream, c.buffer, parser, done); });
        if (failed) {
            m_connection.reset();
            if (failed == beast::error::timeout)
                return Error{ErrorCode::Timeout,
                             "the Jolokia agent on " + where + " did not answer in time"};
            if (reused)
                continue;
            return Error{ErrorCode::ConnectionLost,
                         "the Jolokia agent on " + where +
                             " closed the connection: " + failed.message()};
        }
        const auto& response = parser.get();
        c.open = response.keep_alive();
        if (response.result() == http::status::unauthorized)
            return Error{ErrorCode::BadCredentials,
                         "the Jolokia agent on " + where + " wants another user or password"};
        if (response.result() != http::status::ok)
            return Error{ErrorCode::Invalid, "the Jolokia agent on " + where + " answered " +
                                                 std::to_string(response.result_int()) + ": " +
                                                 response.body().substr(0, 200)};
        beast::error_code bad;
        json::value value = json::parse(response.body(), bad);
        if (bad)
            return Error{ErrorCode::Corrupt,
                         "the Jolokia agent on " + where +
                             " answered something that is no JSON: " + bad.message()};
        return value;
    }
}

Result<json::value> JolokiaClient::ask(const json::object& request)
{
    RW_ASSIGN(json::value answer, post(json::serialize(request)));
    return valueOf(answer);
}

Result<std::vector<Result<json::value>>> JolokiaClient::askAll(const json::array& requests)
{
    RW_ASSIGN(json::value answer, post(json::serialize(requests)));
    auto* array = answer.if_array();
    if (array == nullptr || array->size() != requests.size())
        return Error{ErrorCode::Corrupt, "the agent did not answer each request of a bulk"};
    std::vector<Result<json::value>> all;
    for (auto& each : *array)
        all.push_back(valueOf(each));
    return all;
}

Result<json::value> JolokiaClient::read(const std::string& bean,
                                        const std::vector<std::string>& attributes)
{
    return ask({{"type", "read"}, {"mbean", bean}, {"attribute", json::value_from(attributes)}});
}

Result<json::value> JolokiaClient::exec(const std::string& bean, const std::string& signature,
                                        json::array arguments)
{
    return ask({{"type", "exec"},
                {"mbean", bean},
                {"operation", signature},
                {"arguments", std::move(arguments)}});
}

} // namespace engine::admin
