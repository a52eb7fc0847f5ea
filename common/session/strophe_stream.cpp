// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/strophe_stream.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>

namespace columbarium::session {

namespace {

// libstrophe reads 4,096 octets at a time, and a TLS record holds 16,384: what the socket does not show any
// more may still wait in TLS, for that many passes. One more sends what the last one has answered.
constexpr int passes_for_a_record = 16'384 / 4'096 + 1;
constexpr int most_passes = 200;
constexpr std::chrono::milliseconds pump_time{50};
constexpr std::size_t longest_complaint = 200;

// Callbacks for sockets and certificates bring no pointer of ours with them. Each stream lives in one thread,
// and a thread has one at a time.
thread_local StropheStream* current = nullptr;

[[nodiscard]] std::string_view view(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

// "system-shutdown" of a <stream:error/>; "" where it has none.
[[nodiscard]] std::string condition_of(xmpp_stanza_t* error) {
    for (xmpp_stanza_t* child = error == nullptr ? nullptr : xmpp_stanza_get_children(error);
         child != nullptr; child = xmpp_stanza_get_next(child))
        if (view(xmpp_stanza_get_ns(child)) == XMPP_NS_STREAMS_IETF &&
            view(xmpp_stanza_get_name(child)) != "text")
            return std::string(view(xmpp_stanza_get_name(child)).substr(0, longest_complaint));
    return {};
}

// The name of the first element within the first one of a stanza's text: of a SASL <failure/> the condition.
[[nodiscard]] std::string first_child_of(std::string_view xml) {
    const std::size_t inner = xml.find('<', xml.find('>'));
    if (inner == std::string_view::npos)
        return {};
    const std::string_view name = xml.substr(inner + 1);
    return std::string(name.substr(0, std::min(name.find_first_of(" />"), longest_complaint)));
}

int refuse_socket(xmpp_conn_t* /*connection*/, void* /*socket*/) {
    return -1;
}

// libstrophe 0.12 follows a pointer to the state of stream management wherever it sends and disconnects, and
// only xmpp_connect_client() makes that state: a component crashes at its first stanza. So it is made by a
// try as a client that never reaches a network; xmpp_connect_component() keeps it.
void make_stream_management_state(xmpp_conn_t* connection, xmpp_conn_handler handler, void* data) {
    xmpp_conn_set_sockopt_callback(connection, refuse_socket);
    static_cast<void>(xmpp_connect_client(connection, "127.0.0.1", 1, handler, data));
}

} // namespace

StropheStream::StropheStream(const config::XmppAccount& account, const std::string& secret,
                             int stop_descriptor, Listener listener)
    : account_(account), stop_descriptor_(stop_descriptor),
      listener_(std::move(listener)), log_{handle_log, this}, context_(xmpp_ctx_new(nullptr, &log_)),
      connection_(xmpp_conn_new(context_)) {
    current = this;
    xmpp_conn_set_jid(connection_, account.address.c_str());
    xmpp_conn_set_pass(connection_, secret.c_str());
    xmpp_handler_add(connection_, handle_stanza, nullptr, nullptr, nullptr, this);
}

StropheStream::~StropheStream() {
    is_muted_ = true;
    if (socket_ >= 0 && !has_ended_) {
        // So that libstrophe sees an end at once, and does not wait for the other side's in TLS.
        ::shutdown(socket_, SHUT_RDWR);
        const auto end = std::chrono::steady_clock::now() + pump_time;
        for (int turn = 0; turn < most_passes && !has_ended_ && std::chrono::steady_clock::now() < end;
             ++turn)
            xmpp_run_once(context_, 1);
    }
    watchdog_.reset();
    xmpp_conn_release(connection_);
    xmpp_ctx_free(context_);
    current = nullptr;
}

bool StropheStream::is_component() const {
    return account_.kind == config::XmppAccount::Kind::component;
}

bool StropheStream::connect() {
    if (is_component()) {
        make_stream_management_state(connection_, handle_connection, this);
        // Nothing of that try counts.
        has_ended_ = false;
        reason_.clear();
    } else {
        // Stream management would resume a session after a break, with the presence of before it. We start
        // anew instead: a ping tells what the server has taken, and the roster comes again.
        xmpp_conn_set_flags(connection_, XMPP_CONN_FLAG_MANDATORY_TLS | XMPP_CONN_FLAG_DISABLE_SM);
        xmpp_conn_set_certfail_handler(connection_, handle_certificate);
        if (!account_.ca_file.empty())
            xmpp_conn_set_cafile(connection_, account_.ca_file.c_str());
    }
    xmpp_conn_set_sockopt_callback(connection_, handle_socket);
    const char* const host = account_.host.empty() ? nullptr : account_.host.c_str();
    const int result = is_component()
                           ? xmpp_connect_component(connection_, host, account_.port, handle_connection, this)
                           : xmpp_connect_client(connection_, host, account_.port, handle_connection, this);
    if (result == XMPP_EOK)
        return true;
    watchdog_.reset();
    socket_ = -1;
    if (reason_.empty())
        reason_ = "nobody answers to this name, or there is no way to it";
    return false;
}

template <class Work>
void StropheStream::guarded(const Work& work) noexcept {
    try {
        work();
    } catch (const std::exception& error) {
        try {
            fault_ = fmt::format("a fault here: {}", error.what());
        } catch (const std::exception&) {
            fault_ = "no memory"; // short: kept without any
        }
    }
}

bool StropheStream::pump() {
    int idle = 0;
    const auto end = std::chrono::steady_clock::now() + pump_time;
    for (int pass = 0; pass < most_passes && idle < passes_for_a_record && !has_ended_ && fault_.empty();
         ++pass) {
        if (std::chrono::steady_clock::now() >= end)
            return true;
        int octets = 0;
        if (socket_ < 0 || ::ioctl(socket_, FIONREAD, &octets) != 0)
            octets = 0;
        xmpp_run_once(context_, 0);
        look_at_octets();
        idle = octets > 0 ? 0 : idle + 1;
    }
    if (!is_reached_ && socket_ >= 0 && !has_ended_) {
        pollfd writable{socket_, POLLOUT, 0};
        is_reached_ = ::poll(&writable, 1, 0) > 0;
    }
    return idle < passes_for_a_record && !has_ended_;
}

void StropheStream::look_at_octets() {
    tcp_info info{};
    socklen_t size = sizeof info;
    int unread = 0;
    // A kernel that does not know has zeros there.
    if (socket_ >= 0 && ::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
        ::ioctl(socket_, FIONREAD, &unread) == 0 && info.tcpi_bytes_received >= static_cast<unsigned>(unread))
        octets_read_ = info.tcpi_bytes_received - static_cast<unsigned>(unread);
    if (std::exchange(has_heard_stanza_, false))
        octets_at_stanza_ = octets_read_;
}

short StropheStream::wanted() const {
    const bool wants_to_write = !is_reached_ || xmpp_conn_send_queue_len(connection_) > 0;
    return static_cast<short>(wants_to_write ? POLLIN | POLLOUT : POLLIN);
}

void StropheStream::send(const std::string& xml) {
    if (!has_ended_ && !is_muted_)
        xmpp_send_raw(connection_, xml.data(), xml.size());
}

void StropheStream::close() {
    is_muted_ = true;
    xmpp_disconnect(connection_);
}

int StropheStream::handle_socket(xmpp_conn_t* /*connection*/, void* socket) {
    const int descriptor = *static_cast<int*>(socket);
    StropheStream* const stream = current;
    bool is_watched = false;
    stream->guarded([&] {
        // libstrophe waits with select(2).
        if (descriptor >= FD_SETSIZE) {
            stream->reason_ = "this process has too many open files";
            return;
        }
        stream->watchdog_.emplace(descriptor, std::chrono::seconds(stream->account_.answer_seconds),
                                  stream->stop_descriptor_);
        is_watched = stream->watchdog_->is_watching();
        if (!is_watched)
            stream->reason_ = "no thread or no descriptor left to watch over the connection";
    });
    if (!is_watched) {
        stream->watchdog_.reset();
        return -1;
    }
    stream->socket_ = descriptor;
    stream->is_reached_ = false;
    return 0;
}

int StropheStream::handle_certificate(const xmpp_tlscert_t* /*certificate*/, const char* text) {
    StropheStream* const stream = current;
    stream->guarded(
        [&] { stream->certificate_fault_ = std::string(view(text).substr(0, longest_complaint)); });
    return 0; // never accepted
}

void StropheStream::handle_log(void* self, xmpp_log_level_t level, const char* /*area*/, const char* text) {
    auto* const stream = static_cast<StropheStream*>(self);
    stream->guarded([&] { stream->log(level, view(text)); });
}

// The one way to learn why a login failed, and that XML cannot be read: libstrophe tells it to its log only.
// What the other side sends comes there behind "RECV: ".
void StropheStream::log(xmpp_log_level_t level, std::string_view line) {
    if (line.starts_with("parse error"))
        fault_ = "what the server sends is no XML";
    // A whole conversation may fit into one turn of pump(), which looks at the socket at its end only.
    if (line.starts_with("RECV: "))
        is_reached_ = true;
    if (is_logged_in_)
        return;
    const bool is_of_sasl = line.find(XMPP_NS_SASL) != std::string_view::npos;
    if (is_of_sasl && line.starts_with("RECV: <failure"))
        sasl_condition_ = first_child_of(line);
    else if (is_of_sasl && line.starts_with("RECV: <success"))
        sasl_condition_.clear();
    else if (level == XMPP_LEVEL_ERROR)
        last_complaint_ = std::string(line.substr(0, longest_complaint));
}

int StropheStream::handle_stanza(xmpp_conn_t* /*connection*/, xmpp_stanza_t* stanza, void* self) {
    auto* const stream = static_cast<StropheStream*>(self);
    stream->has_heard_stanza_ = true;
    stream->guarded([&] {
        // libstrophe forgets to look for it once the session stands.
        if (view(xmpp_stanza_get_ns(stanza)) == XMPP_NS_STREAMS &&
            view(xmpp_stanza_get_name(stanza)) == "error")
            stream->stream_condition_ = condition_of(stanza);
        else if (stream->is_logged_in_ && !stream->is_muted_)
            stream->listener_.heard(stanza);
    });
    return 1;
}

void StropheStream::handle_connection(xmpp_conn_t* connection, xmpp_conn_event_t event, int error,
                                      xmpp_stream_error_t* stream_error, void* self) {
    auto* const stream = static_cast<StropheStream*>(self);
    stream->guarded([&] {
        if (event != XMPP_CONN_CONNECT) {
            stream->ended(error, stream_error);
            return;
        }
        // Given up already: who listens may be gone.
        if (stream->is_muted_)
            return;
        // libstrophe itself refuses to go on without TLS; nothing may ever be sent should it not.
        if (!stream->is_component() && xmpp_conn_is_secured(connection) == 0) {
            stream->reason_ = "the stream is not encrypted";
            stream->close();
            return;
        }
        stream->watchdog_.reset();
        stream->is_logged_in_ = true;
        const char* const jid = xmpp_conn_get_bound_jid(connection);
        stream->listener_.connected(jid == nullptr ? stream->account_.address : std::string(jid));
    });
}

void StropheStream::ended(int error, xmpp_stream_error_t* stream_error) {
    has_ended_ = true;
    watchdog_.reset();
    socket_ = -1;
    if (reason_.empty())
        reason_ = why(error, stream_error);
}

std::string StropheStream::why(int error, xmpp_stream_error_t* stream_error) {
    if (!certificate_fault_.empty())
        return fmt::format("the certificate is not accepted: {}", certificate_fault_);
    if (!sasl_condition_.empty() && !is_logged_in_) {
        // A server that has a problem of its own says so (RFC 6120, 6.5.11).
        was_refused_ = sasl_condition_ != "temporary-auth-failure";
        return fmt::format("the account with the password of {} is refused ({})", account_.secret_file,
                           sasl_condition_);
    }
    if (stream_error != nullptr)
        stream_condition_ = condition_of(stream_error->stanza);
    if (!stream_condition_.empty()) {
        was_refused_ = is_component() && !is_logged_in_ && stream_condition_ == "not-authorized";
        return was_refused_ ? fmt::format("the component with the secret of {} is refused ({})",
                                          account_.secret_file, stream_condition_)
                            : fmt::format("the server ended the stream ({})", stream_condition_);
    }
    if (!is_reached_)
        return "nobody accepts connections there";
    if (!is_logged_in_ && !last_complaint_.empty())
        return fmt::format("no session: {}", last_complaint_);
    if (!is_logged_in_)
        return "the connection ended before there was a session";
    // Behind TLS the number is a code of its own, which tells a person nothing.
    return is_component() && error != 0
               ? fmt::format("the connection broke: {}", std::generic_category().message(error))
               : std::string("the connection broke");
}

} // namespace columbarium::session
