#include "engine/node/admin_server.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace engine::node {

namespace {

constexpr const char* kAdminUser = "ringwright";

std::string base64(const std::string& text)
{
    std::string out(4 * ((text.size() + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                    reinterpret_cast<const unsigned char*>(text.data()),
                    static_cast<int>(text.size()));
    return out;
}

bool isOwnOrigin(const std::string& origin, const std::string& own)
{
    return origin == "http://" + own || origin.starts_with("http://" + own + "/");
}

} // namespace

AdminRefusal checkAdminRequest(const AdminRequestHead& head, const AdminServerOptions& options)
{
    const std::string own = options.listen.toString();
    // A rebound name carries its own Host; only ours is served.
    if (head.host != own)
        return {403, "this endpoint answers only to Host " + own};
    if (!head.origin.empty() && !isOwnOrigin(head.origin, own))
        return {403, "requests from web pages of another origin are refused"};
    if (!head.referer.empty() && !isOwnOrigin(head.referer, own))
        return {403, "requests from web pages of another origin are refused"};
    if (!head.secFetchSite.empty() && head.secFetchSite != "none" &&
        head.secFetchSite != "same-origin")
        return {403, "requests from web pages of another origin are refused"};
    const std::string expected = "Basic " + base64(kAdminUser + (":" + options.secret));
    // The lengths are no secret; the bytes are compared in constant time.
    if (head.authorization.size() != expected.size() ||
        CRYPTO_memcmp(head.authorization.data(), expected.data(), expected.size()) != 0)
        return {
            401,
            "the cluster's secret is missing or wrong: use HTTP Basic with user ringwright and the "
            "content of the file 'secret' in the cluster's folder"};
    if (head.method == "POST") {
        std::string type = head.contentType.substr(0, head.contentType.find(';'));
        std::transform(type.begin(), type.end(), type.begin(),
                       [](unsigned char c) { return std::tolower(c); });
        if (type != "application/json")
            return {415, "a POST must have Content-Type application/json"};
    } else if (head.method != "GET") {
        return {405, "only GET and POST are answered"};
    }
    return {};
}

} // namespace engine::node
