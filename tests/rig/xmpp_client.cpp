// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp_client.hpp"

#include <csignal>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include <pthread.h>
#include <strophe.h>
#include <sys/socket.h>

namespace columbarium::rig {

namespace {

constexpr unsigned long turn_milliseconds = 10;
constexpr Milliseconds goodbye_deadline{2'000};

thread_local int socket_of_this_thread = -1;

int remember_socket(xmpp_conn_t* /*connection*/, void* socket) {
    socket_of_this_thread = *static_cast<int*>(socket);
    return 0;
}

[[nodiscard]] std::string text_or_empty(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

[[nodiscard]] std::string child_text(xmpp_stanza_t* stanza, const char* name) {
    xmpp_stanza_t* const child = xmpp_stanza_get_child_by_name(stanza, name);
    if (child == nullptr) {
        return {};
    }
    char* const text = xmpp_stanza_get_text(child);
    std::string result = text_or_empty(text);
    xmpp_free(xmpp_stanza_get_context(stanza), text);
    return result;
}

[[nodiscard]] std::string whole_text(xmpp_stanza_t* stanza) {
    char* text = nullptr;
    std::size_t length = 0;
    if (xmpp_stanza_to_text(stanza, &text, &length) != XMPP_EOK) {
        return {};
    }
    std::string result(text, length);
    xmpp_free(xmpp_stanza_get_context(stanza), text);
    return result;
}

[[nodiscard]] std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&apos;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

[[nodiscard]] std::string with_status(std::string xml, const std::string& status) {
    return status.empty() ? xml : xml + "<status>" + escaped(status) + "</status>";
}

} // namespace

// libstrophe belongs to the thread; what is behind the mutex belongs to both.
class XmppClient::Implementation {
  public:
    explicit Implementation(XmppClientOptions chosen) : options(std::move(chosen)) {
        xmpp_initialize();
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        thread = std::thread([this] { live(); });
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    Implementation(const Implementation&) = delete;
    Implementation& operator=(const Implementation&) = delete;
    ~Implementation() {
        {
            const std::lock_guard lock(mutex);
            is_stopping = true;
        }
        thread.join();
    }

    void send(std::string xml) {
        const std::lock_guard lock(mutex);
        outgoing.push_back(std::move(xml));
    }

    template <class Read>
    [[nodiscard]] auto locked(const Read& read) const {
        const std::lock_guard lock(mutex);
        return read();
    }

    const XmppClientOptions options;
    mutable std::mutex mutex;
    std::vector<std::string> outgoing;
    std::vector<XmppMessage> messages;
    std::vector<XmppPresence> presences;
    std::map<std::string, std::string> roster;
    std::string full_jid;
    std::string error;
    unsigned long asked = 0;    // by flush()
    unsigned long answered = 0; // the same
    bool has_roster = false;
    bool has_ended = false;
    bool is_leaving = false;
    bool is_vanishing = false;
    bool is_stopping = false;

  private:
    static void handle_connection(xmpp_conn_t* connection, xmpp_conn_event_t event, int error_number,
                                  xmpp_stream_error_t* stream_error, void* self) {
        auto* const client = static_cast<Implementation*>(self);
        const std::lock_guard lock(client->mutex);
        if (event == XMPP_CONN_CONNECT) {
            client->full_jid = text_or_empty(xmpp_conn_get_bound_jid(connection));
            client->outgoing.emplace_back(
                "<iq type='get' id='rig-roster'><query xmlns='jabber:iq:roster'/></iq>");
            return;
        }
        client->has_ended = true;
        client->error = "error " + std::to_string(error_number) + " " +
                        (stream_error == nullptr ? std::string() : whole_text(stream_error->stanza));
    }

    static int handle_stanza(xmpp_conn_t* /*connection*/, xmpp_stanza_t* stanza, void* self) {
        auto* const client = static_cast<Implementation*>(self);
        const std::lock_guard lock(client->mutex);
        const std::string name = text_or_empty(xmpp_stanza_get_name(stanza));
        if (name == "message") {
            client->hear_message(stanza);
        } else if (name == "presence") {
            client->hear_presence(stanza);
        } else if (name == "iq") {
            client->hear_iq(stanza);
        }
        return 1;
    }

    void hear_message(xmpp_stanza_t* stanza) {
        messages.push_back(
            {text_or_empty(xmpp_stanza_get_from(stanza)), text_or_empty(xmpp_stanza_get_to(stanza)),
             text_or_empty(xmpp_stanza_get_type(stanza)), text_or_empty(xmpp_stanza_get_id(stanza)),
             child_text(stanza, "subject"), child_text(stanza, "body"), whole_text(stanza)});
    }

    void hear_presence(xmpp_stanza_t* stanza) {
        const std::string type = text_or_empty(xmpp_stanza_get_type(stanza));
        const std::string from = text_or_empty(xmpp_stanza_get_from(stanza));
        presences.push_back(
            {from, type, child_text(stanza, "show"), child_text(stanza, "status"), whole_text(stanza)});
        if (type == "subscribe" && options.approves) {
            outgoing.push_back("<presence type='subscribed' to='" + escaped(from) + "'/>");
            if (options.returns_subscription) {
                outgoing.push_back("<presence type='subscribe' to='" + escaped(from) + "'/>");
            }
        }
    }

    void hear_iq(xmpp_stanza_t* stanza) {
        const std::string type = text_or_empty(xmpp_stanza_get_type(stanza));
        const std::string id = text_or_empty(xmpp_stanza_get_id(stanza));
        if (id.starts_with("rig-flush-")) {
            answered = std::stoul(id.substr(std::string_view("rig-flush-").size()));
        } else if (xmpp_stanza_t* const query =
                       xmpp_stanza_get_child_by_name_and_ns(stanza, "query", XMPP_NS_ROSTER)) {
            for (xmpp_stanza_t* item = xmpp_stanza_get_children(query); item != nullptr;
                 item = xmpp_stanza_get_next(item)) {
                roster[text_or_empty(xmpp_stanza_get_attribute(item, "jid"))] =
                    text_or_empty(xmpp_stanza_get_attribute(item, "subscription"));
            }
            if (type == "set") {
                outgoing.push_back("<iq type='result' id='" + escaped(id) + "'/>");
            }
        } else if (type == "get" || type == "set") {
            outgoing.push_back("<iq type='error' id='" + escaped(id) + "' to='" +
                               escaped(text_or_empty(xmpp_stanza_get_from(stanza))) +
                               "'><error type='cancel'><service-unavailable "
                               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
        }
        if (id == "rig-roster" && !has_roster) {
            has_roster = true;
            if (options.initial_presence) {
                outgoing.emplace_back("<presence/>");
            }
        }
    }

    void live() {
        xmpp_ctx_t* const context = xmpp_ctx_new(nullptr, nullptr);
        xmpp_conn_t* const connection = xmpp_conn_new(context);
        xmpp_conn_set_jid(connection, (options.jid + "/" + options.resource).c_str());
        xmpp_conn_set_pass(connection, options.password.c_str());
        xmpp_conn_set_cafile(connection, options.ca_file.c_str());
        xmpp_conn_set_flags(connection, XMPP_CONN_FLAG_MANDATORY_TLS | XMPP_CONN_FLAG_DISABLE_SM);
        xmpp_conn_set_sockopt_callback(connection, remember_socket);
        xmpp_handler_add(connection, handle_stanza, nullptr, nullptr, nullptr, this);
        if (xmpp_connect_client(connection, options.host.c_str(), options.port, handle_connection, this) !=
            XMPP_EOK) {
            const std::lock_guard lock(mutex);
            has_ended = true;
            error = "cannot connect";
        }
        talk(context, connection);
        xmpp_conn_release(connection);
        xmpp_ctx_free(context);
    }

    void talk(xmpp_ctx_t* context, xmpp_conn_t* connection) {
        bool said_goodbye = false;
        bool broke = false;
        std::chrono::steady_clock::time_point end{};
        for (;;) {
            std::vector<std::string> sending;
            bool leaves = false;
            bool vanishes = false;
            {
                const std::lock_guard lock(mutex);
                if (has_ended) {
                    return;
                }
                sending.swap(outgoing);
                leaves = is_leaving || is_stopping;
                vanishes = is_vanishing;
            }
            for (const std::string& xml : sending) {
                xmpp_send_raw(connection, xml.data(), xml.size());
            }
            if (leaves && !said_goodbye) {
                xmpp_disconnect(connection);
                said_goodbye = true;
                end = std::chrono::steady_clock::now() + goodbye_deadline;
            }
            if ((vanishes || (said_goodbye && std::chrono::steady_clock::now() > end)) && !broke) {
                ::shutdown(socket_of_this_thread, SHUT_RDWR);
                broke = true;
            }
            xmpp_run_once(context, turn_milliseconds);
        }
    }

    std::thread thread;
};

XmppClient::XmppClient(XmppClientOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(options))) {
    const bool settled = eventually(default_deadline, [this] {
        return implementation_->locked(
            [this] { return implementation_->has_roster || implementation_->has_ended; });
    });
    if (!settled || !is_connected()) {
        const std::string error = implementation_->locked([this] { return implementation_->error; });
        throw std::runtime_error("no XMPP session of " + implementation_->options.jid + ": " + error);
    }
    if (implementation_->options.initial_presence) {
        flush();
    }
}

XmppClient::~XmppClient() = default;

void XmppClient::presence(const std::string& show, const std::string& status, int priority) {
    std::string inner = show.empty() ? std::string() : "<show>" + escaped(show) + "</show>";
    inner = with_status(std::move(inner), status);
    if (priority != 0) {
        inner += "<priority>" + std::to_string(priority) + "</priority>";
    }
    send_raw("<presence>" + inner + "</presence>");
}

void XmppClient::unavailable(const std::string& status) {
    send_raw(with_status("<presence type='unavailable'>", status) + "</presence>");
}

void XmppClient::leave(const std::string& status) {
    unavailable(status);
    {
        const std::lock_guard lock(implementation_->mutex);
        implementation_->is_leaving = true;
    }
    static_cast<void>(eventually(default_deadline, [this] { return !is_connected(); }));
}

void XmppClient::vanish() {
    {
        const std::lock_guard lock(implementation_->mutex);
        implementation_->is_vanishing = true;
    }
    static_cast<void>(eventually(default_deadline, [this] { return !is_connected(); }));
}

void XmppClient::presence_type(const std::string& to, const std::string& type) {
    send_raw("<presence to='" + escaped(to) + "' type='" + escaped(type) + "'/>");
}

void XmppClient::send_raw(const std::string& xml) {
    implementation_->send(xml);
}

void XmppClient::flush() {
    unsigned long number = 0;
    {
        const std::lock_guard lock(implementation_->mutex);
        number = ++implementation_->asked;
        implementation_->outgoing.push_back("<iq type='get' id='rig-flush-" + std::to_string(number) +
                                            "'><ping xmlns='urn:xmpp:ping'/></iq>");
    }
    const bool answered = eventually(default_deadline, [this, number] {
        return implementation_->locked(
            [this, number] { return implementation_->answered >= number || implementation_->has_ended; });
    });
    if (!answered || !is_connected()) {
        throw std::runtime_error("the XMPP server does not answer " + implementation_->options.jid);
    }
}

bool XmppClient::is_connected() const {
    return implementation_->locked(
        [this] { return !implementation_->has_ended && !implementation_->full_jid.empty(); });
}

std::string XmppClient::full_jid() const {
    return implementation_->locked([this] { return implementation_->full_jid; });
}

std::vector<XmppMessage> XmppClient::messages() const {
    return implementation_->locked([this] { return implementation_->messages; });
}

std::vector<XmppPresence> XmppClient::presences() const {
    return implementation_->locked([this] { return implementation_->presences; });
}

std::map<std::string, std::string> XmppClient::roster() const {
    return implementation_->locked([this] { return implementation_->roster; });
}

bool XmppClient::wait_for_messages(std::size_t count, Milliseconds deadline) const {
    return eventually(deadline, [this, count] { return messages().size() >= count; });
}

bool XmppClient::wait_for_subscription(const std::string& jid, const std::string& subscription,
                                       Milliseconds deadline) const {
    return eventually(deadline, [&] {
        const auto lines = roster();
        const auto line = lines.find(jid);
        return line != lines.end() && line->second == subscription;
    });
}

} // namespace columbarium::rig
