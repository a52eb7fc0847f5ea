// SPDX-License-Identifier: LGPL-2.1-or-later
#include "submission/connection.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>
#include <poll.h>

#include "submission/reply.hpp"

namespace columbarium::submission {

namespace {

using std::chrono::milliseconds;

milliseconds time_until(Clock::time_point deadline) {
    return std::max(std::chrono::ceil<milliseconds>(deadline - Clock::now()), milliseconds(0));
}

constexpr const char* too_late = "the time was over";

// Of an answer to EHLO; what a server says beyond that is not kept.
constexpr std::size_t most_keywords = 100;

// RFC 5321 wants the client's own name; the server that we speak to knows us by our address.
std::string url_of(const config::SubmissionPlace& place) {
    const bool is_ipv6 = place.host.find(':') != std::string::npos;
    return fmt::format("smtp://{}{}{}:{}/", is_ipv6 ? "[" : "", place.host, is_ipv6 ? "]" : "", place.port);
}

} // namespace

struct Connection::State {
    // Freed before the buffers that it writes to.
    std::string server;
    Clock::time_point deadline;
    std::array<char, CURL_ERROR_SIZE> reason{};
    std::vector<std::string> keywords; // of the last EHLO
    std::string last_line;             // that the server has said so far
    std::string received;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{nullptr, &curl_easy_cleanup};

    template <class Value>
    void set(CURLoption option, Value value) const {
        curl_easy_setopt(curl.get(), option, value);
    }

    [[nodiscard]] tl::unexpected<Error> failure(std::string_view what) const {
        return temporary_failure(fmt::format("{}: {}", server, what));
    }

    void note(std::string_view line);
    [[nodiscard]] Expected<void> wait(short events) const;
};

// The server's lines while libcurl speaks: the answers to EHLO, the last of which counts.
void Connection::State::note(std::string_view line) {
    last_line = printable_line(line);
    if (line.starts_with("220"))
        keywords.clear(); // the greeting, or the answer to STARTTLS: what was said before counts no more
    if (!line.starts_with("250") || keywords.size() >= most_keywords)
        return;
    if (const auto keyword = keyword_of(line); !keyword.empty())
        keywords.push_back(keyword);
}

Expected<void> Connection::State::wait(short events) const {
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(curl.get(), CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
        socket == CURL_SOCKET_BAD)
        return failure("the connection was lost");
    pollfd watched{socket, events, 0};
    const milliseconds left = time_until(deadline);
    if (left == milliseconds(0))
        return failure(too_late);
    ::poll(&watched, 1, static_cast<int>(left.count()));
    return {};
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Expected<Connection> Connection::open(const config::SubmissionPlace& place, const std::string& password,
                                      Clock::time_point deadline) {
    auto state = std::make_unique<State>();
    state->server = fmt::format("{} port {}", place.host, place.port);
    state->deadline = deadline;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return state->failure("libcurl cannot be used");
    state->curl.reset(curl_easy_init());
    if (state->curl == nullptr)
        return state->failure("libcurl cannot be used");
    state->set(CURLOPT_URL, url_of(place).c_str());
    state->set(CURLOPT_PROTOCOLS_STR, "smtp");
    state->set(CURLOPT_PROXY, ""); // whatever the environment says
    state->set(CURLOPT_NOSIGNAL, 1L);
    // The greeting, EHLO, TLS and login are libcurl's; what follows is ours.
    state->set(CURLOPT_CONNECT_ONLY, 1L);
    const long left = std::max<long>(time_until(deadline).count(), 1);
    state->set(CURLOPT_TIMEOUT_MS, left);
    state->set(CURLOPT_CONNECTTIMEOUT_MS, left);
    state->set(CURLOPT_ERRORBUFFER, state->reason.data());
    curl_write_callback take = [](char* octets, std::size_t one, std::size_t length, void* to) {
        static_cast<State*>(to)->note({octets, one * length});
        return one * length;
    };
    state->set(CURLOPT_HEADERFUNCTION, take);
    state->set(CURLOPT_HEADERDATA, static_cast<void*>(state.get()));
    if (place.start_tls) {
        state->set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
        state->set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!place.ca_file.empty()) {
            state->set(CURLOPT_CAINFO, place.ca_file.c_str());
            state->set(CURLOPT_CAPATH, static_cast<const char*>(nullptr)); // these authorities and no others
        }
    }
    if (!place.user.empty()) {
        state->set(CURLOPT_USERNAME, place.user.c_str());
        state->set(CURLOPT_PASSWORD, password.c_str());
        state->set(CURLOPT_SASL_IR, 1L); // with the command, where the mechanism lets us: RFC 4954 section 4
    }
    if (const CURLcode code = curl_easy_perform(state->curl.get()); code != CURLE_OK) {
        std::string why = state->reason[0] != '\0' ? state->reason.data() : curl_easy_strerror(code);
        if (!state->last_line.empty())
            why += fmt::format(" (the server said last: {})", state->last_line);
        return state->failure(printable_line(why));
    }
    if (!place.user.empty() && !state->last_line.starts_with("235"))
        return state->failure("the server offers no login that can be used here");
    return Connection(std::move(state));
}

bool Connection::offers(std::string_view keyword) const {
    return std::find(state_->keywords.begin(), state_->keywords.end(), keyword) != state_->keywords.end();
}

Expected<void> Connection::send(std::string_view octets) {
    while (!octets.empty()) {
        if (Clock::now() >= state_->deadline)
            return state_->failure(too_late);
        std::size_t sent = 0;
        const CURLcode code = curl_easy_send(state_->curl.get(), octets.data(), octets.size(), &sent);
        if (code == CURLE_OK) {
            octets.remove_prefix(sent);
        } else if (code != CURLE_AGAIN) {
            return state_->failure("the connection was lost");
        } else if (auto waited = state_->wait(POLLOUT); !waited) {
            return waited;
        }
    }
    return {};
}

Expected<Reply> Connection::receive() {
    std::array<char, 4096> block; // NOLINT: it is filled before it is read
    for (;;) {
        auto reply = take_reply(state_->received);
        if (!reply)
            return state_->failure(reply.error().text);
        if (*reply)
            return **std::move(reply);
        std::size_t length = 0;
        const CURLcode code = curl_easy_recv(state_->curl.get(), block.data(), block.size(), &length);
        if (code == CURLE_OK && length > 0) {
            state_->received.append(block.data(), length);
        } else if (code != CURLE_AGAIN) {
            return state_->failure("the connection was lost");
        } else if (const auto waited = state_->wait(POLLIN); !waited) {
            return tl::make_unexpected(waited.error());
        }
        if (Clock::now() >= state_->deadline)
            return state_->failure(too_late);
    }
}

const std::string& Connection::server() const {
    return state_->server;
}

} // namespace columbarium::submission
