// SPDX-License-Identifier: LGPL-2.1-or-later
// An HTTP server for bad manners: it answers what a test tells it to, whether that is HTTP or not.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "socket.hpp"

namespace columbarium::rig {

struct HttpRequest {
    std::string method;
    std::string target;
    std::map<std::string, std::string> fields; // names in lower case
    std::string body;
};

struct HttpAnswer {
    int status = 200;
    std::map<std::string, std::string> fields = {}; // beside Content-Length and Connection: close
    std::string body = {};
    // The connection is cut after so many octets of the body, although Content-Length promises all.
    std::optional<std::size_t> cut_after = {};
    // The body comes octet by octet, with this pause after each.
    std::optional<Milliseconds> drip = {};
    // The body comes again and again, without an end.
    bool endless = false;
};

// Plain HTTP/1.1 on 127.0.0.1, in a thread of the test process; one connection after the other, one request
// each.
class HttpServer {
  public:
    using Responder = std::function<HttpAnswer(const HttpRequest&)>;

    // `responder` is called in the server's thread.
    explicit HttpServer(Responder responder);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    ~HttpServer();

    // "http://127.0.0.1:PORT" and the path.
    [[nodiscard]] std::string url(const std::string& path) const;

    // All requests so far, and forgets them.
    [[nodiscard]] std::vector<HttpRequest> take_requests();

  private:
    void serve();
    void serve(Connection& client);
    void send_body(Connection& client, const HttpAnswer& answer);

    Responder responder_;
    Listener listener_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::vector<HttpRequest> requests_;
    std::thread thread_;
};

} // namespace columbarium::rig
