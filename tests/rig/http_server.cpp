// SPDX-License-Identifier: LGPL-2.1-or-later
#include "http_server.hpp"

#include <algorithm>
#include <cctype>
#include <exception>
#include <utility>

#include <sys/socket.h>

namespace columbarium::rig {

namespace {

[[nodiscard]] std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

[[nodiscard]] HttpRequest read_request(Connection& client) {
    HttpRequest request;
    const std::string line = client.read_line();
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', first + 1);
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, second - first - 1);
    for (std::string field = client.read_line(); !field.empty(); field = client.read_line()) {
        const std::size_t colon = field.find(':');
        const std::size_t value = field.find_first_not_of(' ', colon + 1);
        request.fields[lower(field.substr(0, colon))] =
            value == std::string::npos ? std::string() : field.substr(value);
    }
    if (const auto length = request.fields.find("content-length"); length != request.fields.end()) {
        request.body = client.read_bytes(std::stoul(length->second));
    }
    return request;
}

} // namespace

HttpServer::HttpServer(Responder responder)
    : responder_(std::move(responder)), listener_(listen_on_loopback()), thread_([this] { serve(); }) {}

HttpServer::~HttpServer() {
    stopping_ = true;
    // Wakes the thread where it waits in accept(); it looks at stopping_ wherever else it may be.
    ::shutdown(listener_.descriptor.get(), SHUT_RDWR);
    thread_.join();
}

std::string HttpServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(listener_.port) + path;
}

std::vector<HttpRequest> HttpServer::take_requests() {
    const std::lock_guard lock(mutex_);
    return std::exchange(requests_, {});
}

void HttpServer::serve() {
    while (!stopping_) {
        Descriptor accepted(::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!accepted.is_open()) {
            continue;
        }
        try {
            constexpr Milliseconds patience{5'000};
            Connection client("the HTTP client", std::move(accepted), patience);
            serve(client);
        } catch (const std::exception&) {
            // The client went away: some of the tests make it do so.
        }
    }
}

void HttpServer::serve(Connection& client) {
    const HttpRequest request = read_request(client);
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }
    const HttpAnswer answer = responder_(request);
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Answer\r\nConnection: close\r\n";
    for (const auto& [name, value] : answer.fields) {
        head += name + ": " + value + "\r\n";
    }
    if (!answer.endless) {
        head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
    }
    client.write(head + "\r\n");
    send_body(client, answer);
}

void HttpServer::send_body(Connection& client, const HttpAnswer& answer) {
    if (answer.drip) {
        for (const char octet : answer.body) {
            client.write(std::string(1, octet));
            // An end of the wait that is nobody's business but ours.
            if (eventually(*answer.drip, [this] { return stopping_.load(); })) {
                return;
            }
        }
        return;
    }
    do {
        client.write(std::string_view(answer.body).substr(0, answer.cut_after.value_or(std::string::npos)));
    } while (answer.endless && !stopping_);
}

} // namespace columbarium::rig
