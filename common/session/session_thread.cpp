// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/session_thread.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <optional>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include "session/conversation.hpp"
#include "session/reconnect_pause.hpp"
#include "session/strophe_stream.hpp"

namespace columbarium::session {

namespace {

using Clock = std::chrono::steady_clock;

// libstrophe has timers of its own, and TLS may hold back what was read: nobody waits longer.
constexpr Milliseconds longest_wait{1'000};
constexpr Milliseconds goodbye_time{700};

// Octets of one stanza. Servers let through 256 to 512 KB of others' at most; a roster is their own, and may
// have a hundred octets for each of many people.
constexpr std::uint64_t longest_stanza = 2'097'152;
constexpr std::uint64_t longest_roster = 33'554'432;

[[nodiscard]] std::string random_prefix() {
    std::random_device source;
    return fmt::format("c{:08x}{:08x}", source(), source());
}

[[nodiscard]] std::string place_of(const config::XmppAccount& account) {
    const bool is_component = account.kind == config::XmppAccount::Kind::component;
    if (account.host.empty())
        return fmt::format("XMPP server of {}", account.address.substr(account.address.find('@') + 1));
    const unsigned port = account.port != 0 ? account.port : (is_component ? 5347U : 5222U);
    return fmt::format("XMPP server {}:{}", account.host, port);
}

// How a try ended.
struct Outcome {
    std::string reason;
    std::optional<Milliseconds> lived; // its session; nothing where there was none
    bool was_refused = false;
};

// One try: a stream, and the conversation on it. The destructor ends the stream, which may take a moment.
class Attempt {
  public:
    Attempt(Mailbox& mailbox, const config::XmppAccount& account, const std::string& secret)
        : mailbox_(mailbox), account_(account), started_(Clock::now()),
          conversation_(account, random_prefix(),
                        {[this](const std::string& xml) { stream_.send(xml); },
                         [this](Event event) { mailbox_.tell(std::move(event)); }}),
          stream_(account, secret, mailbox.stop_descriptor(),
                  {[this](const std::string& jid) { connected(jid); },
                   [this](Stanza* stanza) { conversation_.hear(stanza, Clock::now()); }}) {}

    // Until the stream has ended, the server does not answer, or the owner wants to stop.
    [[nodiscard]] Outcome run() {
        if (!stream_.connect())
            return outcome(stream_.reason());
        bool has_more = false;
        while (!mailbox_.is_stopping()) {
            wait(has_more);
            obey();
            has_more = !is_held_ && stream_.pump();
            const TimePoint now = Clock::now();
            if (const auto end = why_it_ends(now))
                return outcome(*end);
            if (since_)
                conversation_.tick(now);
        }
        say_goodbye();
        return outcome("");
    }

  private:
    [[nodiscard]] std::chrono::seconds answer_time() const {
        return std::chrono::seconds(account_.answer_seconds);
    }

    void connected(const std::string& jid) {
        since_ = Clock::now();
        conversation_.begin(jid, *since_);
    }

    [[nodiscard]] std::optional<std::string> why_it_ends(TimePoint now) {
        // The stream's own end may come of the same delay, see Watchdog.
        if (!since_ && now - started_ >= answer_time())
            return fmt::format("no session within {} seconds", account_.answer_seconds);
        if (!stream_.fault().empty())
            return stream_.fault();
        if (stream_.has_ended())
            return stream_.reason();
        if (!since_)
            return std::nullopt;
        if (std::exchange(octets_seen_, stream_.octets_read()) != stream_.octets_read())
            conversation_.notice_life(now);
        const std::uint64_t longest = conversation_.awaits_roster() ? longest_roster : longest_stanza;
        if (stream_.octets_of_stanza() > longest)
            return fmt::format("a stanza of more than {} octets", longest);
        if (!conversation_.fault().empty())
            return conversation_.fault();
        if (conversation_.is_dead(now))
            return fmt::format("no answer within {} seconds", account_.answer_seconds);
        return std::nullopt;
    }

    [[nodiscard]] Outcome outcome(const std::string& reason) {
        stream_.mute();
        std::optional<Milliseconds> lived;
        if (since_)
            lived = std::chrono::duration_cast<Milliseconds>(Clock::now() - *since_);
        return {fmt::format("{}: {}", place_of(account_), reason), lived, stream_.was_refused()};
    }

    // Where the owner does not take his events, the server has to wait.
    void wait(bool has_more) {
        is_held_ = mailbox_.is_full();
        const TimePoint next = since_ ? conversation_.next() : started_ + answer_time();
        const auto left = std::chrono::ceil<Milliseconds>(next - Clock::now());
        const Milliseconds time =
            has_more ? Milliseconds(0) : std::clamp(left, Milliseconds(0), longest_wait);
        std::array<pollfd, 3> watched = {{{mailbox_.stop_descriptor(), POLLIN, 0},
                                          {mailbox_.order_descriptor(), POLLIN, 0},
                                          {is_held_ ? -1 : stream_.socket(), stream_.wanted(), 0}}};
        ::poll(watched.data(), watched.size(), static_cast<int>(time.count()));
        if (is_held_ && since_)
            conversation_.excuse(Clock::now());
    }

    // Orders of a time without a session are forgotten.
    void obey() {
        for (const Command& command : mailbox_.take_orders())
            if (since_)
                conversation_.obey(command);
        if (since_)
            conversation_.tick(Clock::now());
    }

    void say_goodbye() {
        if (!since_)
            return;
        stream_.close();
        const TimePoint end = Clock::now() + goodbye_time;
        while (!stream_.has_ended() && Clock::now() < end) {
            pollfd watched{stream_.socket(), stream_.wanted(), 0};
            if (!stream_.pump())
                ::poll(&watched, 1, 50);
        }
    }

    Mailbox& mailbox_;
    const config::XmppAccount& account_;
    TimePoint started_;
    std::optional<TimePoint> since_;
    bool is_held_ = false;
    std::uint64_t octets_seen_ = 0;
    Conversation conversation_;
    StropheStream stream_; // last: while it ends, it may still call the others
};

// True where it is time to stop.
[[nodiscard]] bool pause(Mailbox& mailbox, Milliseconds time) {
    const TimePoint end = Clock::now() + time;
    while (!mailbox.is_stopping()) {
        const auto left = std::chrono::ceil<Milliseconds>(end - Clock::now());
        if (left.count() <= 0)
            return false;
        pollfd watched{mailbox.stop_descriptor(), POLLIN, 0};
        ::poll(&watched, 1, static_cast<int>(std::min(left, Milliseconds(60'000)).count()));
    }
    return true;
}

void tell_end(Mailbox& mailbox, const std::string& reason, Milliseconds pause) {
    mailbox.tell(Disconnected{reason, std::chrono::ceil<std::chrono::seconds>(pause).count()});
}

} // namespace

void run_session(const std::shared_ptr<Mailbox>& mailbox, const config::XmppAccount& account,
                 const std::string& secret) {
    ReconnectPause reconnect(account, std::random_device()());
    Milliseconds time{0};
    while (!pause(*mailbox, time)) {
        try {
            Attempt attempt(*mailbox, account, secret);
            const Outcome outcome = attempt.run();
            if (mailbox->is_stopping())
                break;
            time = reconnect.after(outcome.lived, outcome.was_refused);
            // Before the stream is taken down: the owner has to know at once.
            tell_end(*mailbox, outcome.reason, time);
        } catch (const std::exception& error) {
            time = reconnect.after(std::nullopt, false);
            tell_end(*mailbox, fmt::format("{}: a fault here: {}", place_of(account), error.what()), time);
        }
    }
    mailbox->end();
}

} // namespace columbarium::session
