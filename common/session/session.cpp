// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/session.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <pthread.h>
#include <strophe.h>

#include "session/mailbox.hpp"
#include "session/session_thread.hpp"

namespace columbarium::session {

namespace {

constexpr std::chrono::milliseconds goodbye_time{1'000};

bool has_international_domain(std::string_view address) {
    return std::ranges::any_of(address.substr(address.find('@') + 1),
                               [](char c) { return static_cast<unsigned char>(c) > 0x7F; });
}

// While it lives, new threads begin with all signals blocked.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_{};
};

} // namespace

class Session::Implementation {
  public:
    Implementation() : mailbox(std::make_shared<Mailbox>()) {}
    Implementation(const Implementation&) = delete;
    Implementation& operator=(const Implementation&) = delete;

    ~Implementation() {
        if (!thread.joinable())
            return;
        mailbox->request_stop();
        if (mailbox->wait_for_end(goodbye_time))
            thread.join();
        else
            thread.detach(); // a name server keeps it; it ends by itself, and has all that it needs
    }

    std::shared_ptr<Mailbox> mailbox;
    std::thread thread;
};

Session::Session() : implementation_(std::make_unique<Implementation>()) {}

Session::~Session() = default;

Expected<std::unique_ptr<Session>> Session::start(const config::XmppAccount& account, std::string secret) {
    if (account.kind == config::XmppAccount::Kind::none)
        return permanent_failure("there is no XMPP account");
    if (account.kind == config::XmppAccount::Kind::client && has_international_domain(account.address))
        return permanent_failure(fmt::format("the domain of {} has characters beyond ASCII: give [xmpp] an "
                                             "account in another domain, or a component",
                                             account.address));
    std::unique_ptr<Session> session(new Session);
    const std::shared_ptr<Mailbox> mailbox = session->implementation_->mailbox;
    if (!mailbox->is_open())
        return temporary_failure("no descriptor left for the XMPP session");
    xmpp_initialize();
    const SignalsBlocked blocked;
    try {
        session->implementation_->thread = std::thread(
            [mailbox, account, secret = std::move(secret)] { run_session(mailbox, account, secret); });
    } catch (const std::system_error& error) {
        return temporary_failure(std::string("no thread for the XMPP session: ") + error.what());
    }
    return session;
}

int Session::event_descriptor() const {
    return implementation_->mailbox->event_descriptor();
}

std::vector<Event> Session::take_events() {
    return implementation_->mailbox->take_events();
}

void Session::order(Command command) {
    implementation_->mailbox->order(std::move(command));
}

} // namespace columbarium::session
