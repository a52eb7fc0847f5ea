// SPDX-License-Identifier: LGPL-2.1-or-later
#include "submission/submission.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "submission/connection.hpp"
#include "submission/reply.hpp"

namespace columbarium::submission {

namespace {

using Kind = Outcome::Kind;

// What could end a path, or a command.
bool is_unsafe(std::string_view address) {
    return has_control(address) || address.find_first_of("<>") != std::string_view::npos;
}

// The server wants a login, or a better one: that is our configuration's fault, not the mail's (RFC 4954
// section 6).
bool is_about_login(int code) {
    return code == 530 || code == 534 || code == 535 || code == 538;
}

// A dialogue stops at the first command that is not answered as it should be.
class Dialogue {
  public:
    explicit Dialogue(Connection connection) : connection_(std::move(connection)) {}

    [[nodiscard]] Outcome hand_over(const Mail& mail) {
        const bool is_international =
            !is_ascii(std::string_view(mail.reverse_path)) || !is_ascii(std::string_view(mail.recipient));
        if (is_international && !connection_.offers("SMTPUTF8"))
            return {Kind::never,
                    connection_.server() + ": no addresses but ASCII are taken there (RFC 6531)"};
        const char* const international = is_international ? " SMTPUTF8" : "";
        const char* const notify = connection_.offers("DSN") ? " NOTIFY=NEVER" : "";
        if (!says(fmt::format("MAIL FROM:<{}>{}", mail.reverse_path, international), 2) ||
            !says(fmt::format("RCPT TO:<{}>{}", mail.recipient, notify), 2) || !says("DATA", 3))
            return std::move(outcome_);
        return hand_over_data(mail.text);
    }

  private:
    // Without the end of the data the server has to forget what it got (RFC 5321 section 4.1.1.10); behind
    // that, only the server knows.
    [[nodiscard]] Outcome hand_over_data(std::string_view text) {
        if (const auto sent = connection_.send(stuffed(text)); !sent)
            return {Kind::not_now, sent.error().text};
        const auto reply = connection_.receive();
        if (!reply)
            return {Kind::unknown, reply.error().text};
        if (reply->code / 100 == 2) {
            static_cast<void>(connection_.send("QUIT\r\n")); // it has the mail, whatever becomes of this
            return {Kind::over, {}};
        }
        refused("the message", *reply);
        // An answer that SMTP does not know here leaves open whether the mail was taken.
        if (reply->code / 100 != 4 && reply->code / 100 != 5)
            outcome_.kind = Kind::unknown;
        return std::move(outcome_);
    }

    // Whether the server answers a command as it is hoped for. If not, the outcome is there.
    [[nodiscard]] bool says(const std::string& command, int hoped) {
        if (const auto sent = connection_.send(command + "\r\n"); !sent) {
            outcome_ = {Kind::not_now, sent.error().text};
            return false;
        }
        const auto reply = connection_.receive();
        if (!reply) {
            outcome_ = {Kind::not_now, reply.error().text};
            return false;
        }
        if (reply->code / 100 == hoped)
            return true;
        refused(command, *reply);
        return false;
    }

    void refused(std::string_view what, const Reply& reply) {
        const bool is_final = reply.code / 100 == 5 && !is_about_login(reply.code);
        outcome_ = {is_final ? Kind::never : Kind::not_now,
                    fmt::format("{} answers {}: {}", connection_.server(), what, reply.text)};
        static_cast<void>(connection_.send("QUIT\r\n"));
    }

    Connection connection_;
    Outcome outcome_;
};

} // namespace

Outcome submit(const Mail& mail, const config::SubmissionPlace& place, const std::string& password) {
    if (mail.recipient.empty() || is_unsafe(mail.recipient) || is_unsafe(mail.reverse_path))
        return {Kind::never, "the mail has an address that no SMTP command can carry"};
    const auto deadline = Clock::now() + std::chrono::seconds(place.seconds);
    auto connection = Connection::open(place, password, deadline);
    if (!connection)
        return {Kind::not_now, std::move(connection.error().text), true};
    return Dialogue(*std::move(connection)).hand_over(mail);
}

} // namespace columbarium::submission
