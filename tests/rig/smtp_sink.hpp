// SPDX-License-Identifier: LGPL-2.1-or-later
// An SMTP server (RFC 5321) in a thread of the test process that keeps what it is given.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "socket.hpp"

namespace columbarium::rig {

// An address of an envelope with the parameters that followed it ("BODY=8BITMIME SIZE=12").
struct EnvelopeAddress {
    std::string address;
    std::string parameters;
};

// A message the sink accepted.
struct SentMessage {
    // The address is empty for <>.
    EnvelopeAddress from;
    // Accepted recipients only, in the order they came.
    std::vector<EnvelopeAddress> to;
    // Every byte of the message, dots unstuffed, line ends CRLF.
    std::string text;

    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] std::string body() const;
};

// Where in a conversation a sink stops answering.
enum class SinkStage { greeting, mail, rcpt, data, end_of_data };

// Listens on 127.0.0.1 from its construction to its destruction, for any number of clients at once. All
// functions may be called at any time; what they change holds for commands that come later.
class SmtpSink {
  public:
    // Throws std::runtime_error when there is no free port.
    SmtpSink();
    SmtpSink(const SmtpSink&) = delete;
    SmtpSink& operator=(const SmtpSink&) = delete;
    ~SmtpSink();

    [[nodiscard]] std::uint16_t port() const { return listener_.port; }

    // Answers RCPT for this address (compared exactly) with `reply`. A 4xx reply defers.
    void refuse(const std::string& recipient, const std::string& reply = "550 5.1.1 No such user");

    // Answers the end of every message with `reply` and keeps none.
    void refuse_messages(const std::string& reply = "451 4.3.0 Try again later");

    // From now on the sink goes silent at that stage and holds the connection open.
    void hang_at(SinkStage stage);

    // From now on the sink closes the connection at that stage, without an answer.
    void drop_at(SinkStage stage);

    // Accepts everything again. Connections that hang go on hanging.
    void accept_everything();

    // What has been accepted so far.
    [[nodiscard]] std::vector<SentMessage> messages() const;

    // Waits until at least `count` messages have come, or the deadline has passed; returns all that have
    // come.
    [[nodiscard]] std::vector<SentMessage> wait_for(std::size_t count,
                                                    Milliseconds deadline = Milliseconds(10'000)) const;

    // Forgets the messages.
    void clear();

  private:
    struct Policy {
        std::map<std::string, std::string> refused_recipients;
        std::string message_refusal;
        std::vector<SinkStage> silent_stages;
        std::vector<SinkStage> closing_stages;
    };
    // One client's conversation.
    class Session;

    void accept_clients();
    void serve(Descriptor client);
    [[nodiscard]] Policy policy() const;
    void keep(SentMessage message);
    // Waits for the end of the sink.
    void hang() const;

    Listener listener_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Policy policy_;
    std::vector<SentMessage> messages_;
    std::vector<int> open_clients_;
    std::list<std::thread> sessions_;
    std::set<std::thread::id> ended_sessions_; // of these, to be joined
    bool stopping_ = false;
    std::thread acceptor_;
};

} // namespace columbarium::rig
