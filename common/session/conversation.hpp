// SPDX-License-Identifier: LGPL-2.1-or-later
// What is said on a stream from its beginning to its end: which stanzas go out, what is made of those that
// come in, and whether the server still lives. It knows no socket and waits for nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "config/xmpp_account.hpp"
#include "session/session.hpp"
#include "session/stanza_reader.hpp"

namespace columbarium::session {

using TimePoint = std::chrono::steady_clock::time_point;

// Where the conversation speaks to. Both are called from within its functions.
struct Outlets {
    std::function<void(const std::string& xml)> send;
    std::function<void(Event event)> tell;
};

class Conversation {
  public:
    // Notifications whose errors are still recognised.
    static constexpr std::size_t most_remembered = 2'000;
    // A server that reads slowly (many limit that) has a second more to answer for each so many octets that
    // were sent before the question.
    static constexpr std::size_t octets_a_second = 8'192;
    // Whatever else it says, an answer takes so many times answer_seconds at most.
    static constexpr int longest_patience = 30;

    // `id_prefix`: of A-Z a-z 0-9, not to be guessed, and seen by the own server only: an answer is known by
    // it.
    Conversation(const config::XmppAccount& account, std::string id_prefix, Outlets outlets);

    // The stream is ready; `jid` is the bound JID, or the component's address. A client asks for its roster,
    // and sends its presence when it has it (XP-4, XP-6).
    void begin(const std::string& jid, TimePoint now);

    void hear(Stanza* stanza, TimePoint now);
    void obey(const Command& command);

    // Sends a ping where one is due: behind notifications at once, else after the site's ping_seconds.
    void tick(TimePoint now);

    // Nothing was read for a while, so that the server cannot be blamed.
    void excuse(TimePoint now);

    // Octets have come: a server that still speaks has time for its answer.
    void notice_life(TimePoint now);

    // A client's roster is the one stanza that may be large.
    [[nodiscard]] bool awaits_roster() const { return !roster_id_.empty(); }

    // Why there is nothing more to say, for a person; "" where all is well.
    [[nodiscard]] const std::string& fault() const { return fault_; }

    // When tick() or is_dead() may have something to say.
    [[nodiscard]] TimePoint next() const;

    // The server owes an answer for too long.
    [[nodiscard]] bool is_dead(TimePoint now) const;

  private:
    void hear_presence(Stanza* stanza);
    void hear_message(Stanza* stanza);
    void hear_iq(Stanza* stanza, TimePoint now);
    void hear_request(Stanza* stanza, const std::string& type);
    void hear_answer(const std::string& id, Stanza* stanza, TimePoint now);
    void hear_roster(Stanza* stanza, TimePoint now);
    [[nodiscard]] bool may_answer(const std::string& from) const;
    [[nodiscard]] TimePoint deadline() const;
    void send(const std::string& xml);
    void send_notification(const notify::Notification& notification);
    void send_presence(const char* type, const std::string& to);
    void send_iq(const char* type, const std::string& id, const char* name, const char* xml_namespace,
                 const std::string& to);
    void answer(Stanza* request, const std::string& payload_namespace);
    void ping(TimePoint now);
    [[nodiscard]] std::string new_id();

    bool is_component_;
    std::string address_;
    std::string domain_;
    std::string jid_; // of this session
    std::chrono::seconds ping_time_;
    std::chrono::seconds answer_time_;
    std::string id_prefix_;
    Outlets outlets_;

    unsigned long last_id_ = 0;
    unsigned long last_presence_ = 0;
    std::string roster_id_; // "" where no answer is awaited
    std::string ping_id_;   // the same
    TimePoint asked_;       // for the one that is awaited: they are never asked for together
    TimePoint alive_;       // something came
    TimePoint answered_;
    std::size_t unanswered_octets_ = 0;          // sent since the last question
    std::chrono::seconds reading_time_{0};       // for those that were sent before it
    std::vector<std::string> unconfirmed_;       // notifications behind which no ping went out
    std::vector<std::string> confirmed_by_ping_; // those before the ping that is out
    std::string fault_;
    std::map<std::string, xmpp::Jid> sent_to_;
    std::deque<std::string> sent_order_;
};

} // namespace columbarium::session
