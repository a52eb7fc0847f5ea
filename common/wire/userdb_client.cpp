// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/userdb_client.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "wire/unix_stream.hpp"
#include "wire/userdb_protocol.hpp"

namespace columbarium::wire {

using Kind = UserdbLine::Kind;

// The connection, its handshake, and the lines that come.
class UserdbClient::Connection {
  public:
    explicit Connection(std::string path) : stream_(std::move(path)) {}

    // Asks; where a kept connection was closed by the server meanwhile, once more on a new one. `take` is
    // given the lines of the answer until it returns false. After a failure the connection is closed.
    template <class Take>
    [[nodiscard]] Expected<void> ask(const std::function<std::string(std::uint32_t)>& question,
                                     Clock::time_point deadline, Take&& take) {
        if (stream_.is_connected() &&
            !(buffer_.is_empty() && stream_.is_quiet() && Clock::now() - last_use_ < longest_idle))
            close();
        for (bool kept = stream_.is_connected();; kept = false) {
            auto answered = ask_once(question, deadline, take);
            if (answered && *answered) {
                last_use_ = Clock::now();
                return {};
            }
            close();
            if (!answered)
                return tl::make_unexpected(std::move(answered.error()));
            if (!kept)
                return stream_.failure("the server closed the connection without a reply; Dovecot's log "
                                       "says why");
        }
    }

  private:
    // An auth process that Dovecot has replaced lives as long as somebody is connected to it.
    static constexpr std::chrono::seconds longest_idle{10};

    void close() {
        stream_.close();
        buffer_ = {};
        has_version_ = false;
    }

    // False where the server has closed the connection before the first line of the answer.
    template <class Take>
    [[nodiscard]] Expected<bool> ask_once(const std::function<std::string(std::uint32_t)>& question,
                                          Clock::time_point deadline, Take& take) {
        const bool is_new = !stream_.is_connected();
        if (auto connected = stream_.connect(deadline); !connected)
            return tl::make_unexpected(std::move(connected.error()));
        last_id_ = last_id_ % 999'999 + 1;
        const std::string text = (is_new ? userdb_version_line() : std::string()) + question(last_id_);
        if (auto sent = stream_.send(text, deadline); !sent || !*sent)
            return sent;
        for (bool has_begun = false;;) {
            auto line = next(has_begun, deadline);
            if (!line)
                return tl::make_unexpected(std::move(line.error()));
            if (!*line && has_begun)
                return stream_.failure("the server closed the connection within its reply");
            if (!*line)
                return false;
            if ((*line)->kind == Kind::version || (*line)->kind == Kind::process) {
                if (Clock::now() >= deadline)
                    return stream_.failure("the deadline passed before the server answered");
                continue;
            }
            if ((*line)->id != last_id_)
                return stream_.failure("the server answered what nobody had asked");
            has_begun = true;
            const Expected<bool> goes_on = take(**line);
            if (!goes_on)
                return stream_.failure(goes_on.error().text);
            if (!*goes_on)
                return true;
        }
    }

    // The next line; nothing where the server has closed the connection.
    [[nodiscard]] Expected<std::optional<UserdbLine>> next(bool has_begun, Clock::time_point deadline) {
        std::optional<std::string_view> text;
        while (!(text = buffer_.next())) {
            if (buffer_.is_overlong())
                return stream_.failure("the server's line is too long for the userdb protocol");
            if (has_begun && Clock::now() >= deadline)
                return stream_.failure("the deadline passed before the reply was complete");
            const auto more = stream_.receive(buffer_.octets(), has_begun, deadline);
            if (!more)
                return tl::make_unexpected(more.error());
            if (!*more)
                return std::nullopt;
        }
        auto line = read_userdb_line(*text);
        if (!line)
            return stream_.failure(fmt::format("the server says {}; is it an auth socket of the kind userdb?",
                                               line.error().text));
        if (!has_version_ && (line->kind != Kind::version || line->id != 1))
            return stream_.failure("the server does not speak version 1 of the userdb protocol");
        has_version_ = true;
        return std::optional<UserdbLine>(std::move(*line));
    }

    UnixStream stream_;
    LineBuffer buffer_;
    bool has_version_ = false; // of the server
    std::uint32_t last_id_ = 0;
    Clock::time_point last_use_;
};

namespace {

tl::unexpected<Error> failed(const UserdbLine& line) {
    return temporary_failure(line.reason.empty()
                                 ? "the userdb's look-up failed; Dovecot's log says why"
                                 : fmt::format("the userdb's look-up failed: {}", printable(line.reason)));
}

} // namespace

UserdbClient::UserdbClient(std::string socket_path)
    : connection_(std::make_unique<Connection>(std::move(socket_path))) {}

UserdbClient::~UserdbClient() = default;

Expected<std::optional<UserdbUser>> UserdbClient::look_up(std::string_view user, Clock::time_point deadline) {
    if (user.empty() || user.size() > longest_userdb_name || has_control(user))
        return permanent_failure(fmt::format("no name of a user: \"{}\"", printable(user)));
    std::optional<UserdbUser> found;
    has_answered_ = false;
    const auto take = [&](UserdbLine& line) -> Expected<bool> {
        has_answered_ = line.kind == Kind::failed || line.kind == Kind::user || line.kind == Kind::not_found;
        if (line.kind == Kind::failed)
            return failed(line);
        if (line.kind != Kind::user && line.kind != Kind::not_found)
            return temporary_failure("the server's answer is none to a look-up");
        if (line.kind == Kind::user)
            found = UserdbUser{std::move(line.name), line.uid};
        return false;
    };
    auto asked =
        connection_->ask([&](std::uint32_t id) { return userdb_user_line(id, user); }, deadline, take);
    if (!asked)
        return tl::make_unexpected(std::move(asked.error()));
    return found;
}

Expected<void> UserdbClient::list(const std::function<void(std::string_view)>& take,
                                  Clock::time_point deadline) {
    const auto take_line = [&take](UserdbLine& line) -> Expected<bool> {
        if (line.kind == Kind::listed) {
            take(line.name);
            return true;
        }
        if (line.kind == Kind::done && line.is_complete)
            return false;
        return temporary_failure("the userdb cannot list its users, or failed while it did");
    };
    return connection_->ask(userdb_list_line, deadline, take_line);
}

} // namespace columbarium::wire
