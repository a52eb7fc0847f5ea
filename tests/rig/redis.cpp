// SPDX-License-Identifier: LGPL-2.1-or-later
#include "redis.hpp"

#include <csignal>
#include <initializer_list>
#include <stdexcept>

#include <sys/wait.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

// Redis takes no socket from us, so that somebody else may take the port in between.
constexpr int attempts = 5;

// One command (a RESP array of bulk strings), and the first line of its answer.
[[nodiscard]] std::string ask(std::uint16_t port, std::initializer_list<std::string_view> words) {
    Connection connection("Redis", port);
    std::string request = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string_view word : words) {
        request += "$" + std::to_string(word.size()) + "\r\n" + std::string(word) + "\r\n";
    }
    connection.write(request);
    return connection.read_line();
}

void expect(std::string_view answer, std::string_view begin) {
    if (!answer.starts_with(begin)) {
        throw std::runtime_error("Redis answers " + std::string(answer));
    }
}

[[nodiscard]] bool answers(std::uint16_t port) {
    try {
        return ask(port, {"PING"}) == "+PONG";
    } catch (const std::runtime_error&) {
        return false; // not yet
    }
}

} // namespace

Redis::Redis() {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const std::uint16_t port = listen_on_loopback().port;
        if (start_on(port)) {
            port_ = port;
            return;
        }
    }
    throw std::runtime_error("redis-server does not start");
}

Redis::~Redis() {
    stop();
}

bool Redis::start_on(std::uint16_t port) {
    Launch server;
    server.command = {
        "redis-server", "--bind",    "127.0.0.1",   "--port", std::to_string(port), "--save", "",
        "--appendonly", "no",        "--daemonize", "no",     "--databases",        "1",      "--dir",
        "/tmp",         "--logfile", "/dev/null"};
    server.directory = "/";
    server.account = server_account();
    pid_ = launch(server);
    bool ended = false;
    const bool settled = eventually(default_deadline, [&] {
        ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        return ended || answers(port);
    });
    if (ended) {
        pid_ = -1;
    } else if (!settled) {
        stop();
    }
    return settled && !ended;
}

std::string Redis::dict_uri() const {
    return "redis:host=127.0.0.1:port=" + std::to_string(port_);
}

void Redis::set(std::string_view key, std::string_view value) const {
    expect(ask(port_, {"SET", key, value}), "+OK");
}

void Redis::remove(std::string_view key) const {
    expect(ask(port_, {"DEL", key}), ":");
}

void Redis::stop() {
    if (pid_ < 0) {
        return;
    }
    ::kill(pid_, SIGTERM);
    if (!eventually(default_deadline, [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
}

void Redis::start() {
    if (pid_ < 0 && !start_on(port_)) {
        throw std::runtime_error("redis-server does not start again");
    }
}

} // namespace columbarium::rig
