// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection of libstrophe, from its beginning to its end. Everything happens in the thread that calls;
// connect() may wait for names, pump() for a TLS handshake.
//
// libstrophe keeps a stanza until it is whole, and looks for a child's place behind all the children before
// it: the time for a stanza grows with the square of its children. One of 512 KB, the most that servers
// usually let through from others, can take half a minute of processor time. pump() returns between its
// parts, so that orders are carried out meanwhile, but what comes behind it is heard that much later.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <strophe.h>

#include "config/xmpp_account.hpp"
#include "session/watchdog.hpp"

namespace columbarium::session {

class StropheStream {
  public:
    struct Listener {
        std::function<void(const std::string& jid)> connected; // logged in; the bound JID
        std::function<void(xmpp_stanza_t* stanza)> heard;
    };

    // `stop_descriptor`: when it becomes readable, what still connects is broken off.
    StropheStream(const config::XmppAccount& account, const std::string& secret, int stop_descriptor,
                  Listener listener);
    StropheStream(const StropheStream&) = delete; // libstrophe has its address
    StropheStream& operator=(const StropheStream&) = delete;
    // Breaks the connection where it has not ended.
    ~StropheStream();

    // Begins. Without a host in the account libstrophe looks for SRV records of the domain, and for the
    // domain itself where there are none (XP-1). False where that fails at once: see reason().
    [[nodiscard]] bool connect();

    // Reads and writes what is there, without waiting for more: for 50 ms, and then until the next 4 KB are
    // read. True where there is more already.
    bool pump();

    // Octets of the connection that were read so far, with those of TLS; and those of them behind the last
    // whole stanza: somebody has to end a stream whose stanza never does.
    [[nodiscard]] std::uint64_t octets_read() const { return octets_read_; }
    [[nodiscard]] std::uint64_t octets_of_stanza() const { return octets_read_ - octets_at_stanza_; }

    // What poll(2) should wait for; the descriptor is -1 where there is none.
    [[nodiscard]] int socket() const { return socket_; }
    [[nodiscard]] short wanted() const;

    void send(const std::string& xml);

    // Says goodbye; the stream ends when the server does so too.
    void close();

    // From now on nothing that comes in is heard.
    void mute() { is_muted_ = true; }

    [[nodiscard]] bool has_ended() const { return has_ended_; }

    // What went wrong on our side, or that the other one sends no XML; "" for nothing. The stream may still
    // stand, and is of no use.
    [[nodiscard]] const std::string& fault() const { return fault_; }

    // Why it ended, for a person; the server knows neither this name nor this password.
    [[nodiscard]] const std::string& reason() const { return reason_; }
    [[nodiscard]] bool was_refused() const { return was_refused_; }

  private:
    static void handle_connection(xmpp_conn_t* connection, xmpp_conn_event_t event, int error,
                                  xmpp_stream_error_t* stream_error, void* self);
    static int handle_stanza(xmpp_conn_t* connection, xmpp_stanza_t* stanza, void* self);
    static void handle_log(void* self, xmpp_log_level_t level, const char* area, const char* text);
    static int handle_socket(xmpp_conn_t* connection, void* socket);
    static int handle_certificate(const xmpp_tlscert_t* certificate, const char* text);

    // libstrophe is C: nothing may be thrown through it.
    template <class Work>
    void guarded(const Work& work) noexcept;
    void log(xmpp_log_level_t level, std::string_view line);
    void look_at_octets();
    [[nodiscard]] bool is_component() const;
    void ended(int error, xmpp_stream_error_t* stream_error);
    [[nodiscard]] std::string why(int error, xmpp_stream_error_t* stream_error);

    const config::XmppAccount& account_;
    int stop_descriptor_;
    Listener listener_;
    xmpp_log_t log_;
    xmpp_ctx_t* context_;
    xmpp_conn_t* connection_;
    int socket_ = -1;
    std::optional<Watchdog> watchdog_;
    bool is_reached_ = false;   // TCP stands
    bool is_logged_in_ = false; // and the session
    bool has_ended_ = false;
    bool is_muted_ = false;
    bool was_refused_ = false;
    bool has_heard_stanza_ = false; // since look_at_octets()
    std::uint64_t octets_read_ = 0;
    std::uint64_t octets_at_stanza_ = 0;
    std::string reason_;
    std::string fault_;
    std::string certificate_fault_;
    std::string sasl_condition_;
    std::string stream_condition_;
    std::string last_complaint_; // of libstrophe
};

} // namespace columbarium::session
