// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp_component_server.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <utility>

#include <poll.h>
#include <strophe.h>
#include <sys/socket.h>

namespace columbarium::rig {

namespace {

constexpr int turn_milliseconds = 20;
constexpr const char* stream_id = "a-stream-of-the-rig";

// The end of the tag that begins at `start`; npos where it has not come yet.
[[nodiscard]] std::size_t tag_end(const std::string& xml, std::size_t start) {
    char quote = 0;
    for (std::size_t at = start; at < xml.size(); ++at) {
        if (quote != 0) {
            quote = xml[at] == quote ? '\0' : quote;
        } else if (xml[at] == '"' || xml[at] == '\'') {
            quote = xml[at];
        } else if (xml[at] == '>') {
            return at;
        }
    }
    return std::string::npos;
}

// Takes the first whole element off `xml`; "" where there is none yet.
[[nodiscard]] std::string take_element(std::string& xml) {
    const std::size_t start = xml.find('<');
    int depth = 0;
    for (std::size_t tag = start; tag != std::string::npos;) {
        const std::size_t end = tag_end(xml, tag);
        if (end == std::string::npos) {
            return {};
        }
        const bool closes = xml[tag + 1] == '/';
        depth += closes ? -1 : (xml[end - 1] == '/' ? 0 : 1);
        if (depth <= 0) {
            std::string element = xml.substr(start, end + 1 - start);
            xml.erase(0, end + 1);
            return element;
        }
        tag = xml.find('<', end);
    }
    return {};
}

// The value of an attribute of the first tag; libstrophe and pugixml both write double quotes.
[[nodiscard]] std::string attribute(const std::string& stanza, const std::string& name) {
    const std::string tag = stanza.substr(0, stanza.find('>'));
    const std::string begin = " " + name + "=\"";
    const std::size_t at = tag.find(begin);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t value = at + begin.size();
    return tag.substr(value, tag.find('"', value) - value);
}

// What came within a moment; false at the end of the connection.
[[nodiscard]] bool read_more(int client, std::string& received) {
    pollfd watched{client, POLLIN, 0};
    if (::poll(&watched, 1, turn_milliseconds) <= 0) {
        return true;
    }
    std::array<char, 65'536> chunk{};
    const ssize_t count = ::recv(client, chunk.data(), chunk.size(), 0);
    if (count <= 0) {
        return count < 0 && errno == EINTR;
    }
    received.append(chunk.data(), static_cast<std::size_t>(count));
    return true;
}

void write_all(int client, std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t count = ::send(client, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            throw std::runtime_error("the component is gone");
        }
        octets.remove_prefix(static_cast<std::size_t>(count));
    }
}

// XEP-0114: the digest of the stream's id and the secret.
[[nodiscard]] std::string handshake(const std::string& secret) {
    const std::unique_ptr<xmpp_ctx_t, decltype(&xmpp_ctx_free)> context(xmpp_ctx_new(nullptr, nullptr),
                                                                        &xmpp_ctx_free);
    const std::string text = stream_id + secret;
    std::string octets;
    char* const digest =
        xmpp_sha1(context.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    octets = digest;
    xmpp_free(context.get(), digest);
    return octets;
}

} // namespace

XmppComponentServer::XmppComponentServer(XmppComponentServerOptions options)
    : options_(std::move(options)), directory_(server_account()), listener_(listen_on_loopback()) {
    xmpp_initialize();
    directory_.write("secret", options_.secret + "\n");
    thread_ = std::thread([this] { serve(); });
}

XmppComponentServer::~XmppComponentServer() {
    is_stopping_ = true;
    ::shutdown(listener_.descriptor.get(), SHUT_RDWR);
    disconnect();
    thread_.join();
}

std::filesystem::path XmppComponentServer::secret_file() const {
    return directory_.path() / "secret";
}

bool XmppComponentServer::wait_for_session(std::size_t count, Milliseconds deadline) const {
    return eventually(deadline, [this, count] { return sessions_ >= count; });
}

void XmppComponentServer::serve() {
    while (!is_stopping_) {
        const Descriptor client(::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!client.is_open()) {
            continue;
        }
        {
            const std::lock_guard lock(mutex_);
            client_ = client.get();
        }
        try {
            serve(client.get());
        } catch (const std::runtime_error&) {
            // It went away while we wrote.
        }
        // Nobody may write to the number once it is closed.
        const std::scoped_lock lock(sending_, mutex_);
        client_ = -1;
    }
}

bool XmppComponentServer::greet(int client, std::string& received) {
    while (is_silent_ || received.find("<stream:stream") == std::string::npos) {
        if (is_stopping_ || !read_more(client, received)) {
            return false;
        }
    }
    received.clear();
    write_all(client, "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
                      "xmlns:stream='http://etherx.jabber.org/streams' from='" +
                          options_.component + "' id='" + stream_id + "'>");
    std::string element;
    while ((element = take_element(received)).empty()) {
        if (is_stopping_ || !read_more(client, received)) {
            return false;
        }
    }
    if (is_refusing_ || element.find(handshake(options_.secret)) == std::string::npos) {
        write_all(client, "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                          "</stream:error></stream:stream>");
        return false;
    }
    write_all(client, "<handshake/>");
    return true;
}

void XmppComponentServer::serve(int client) {
    std::string received;
    if (!greet(client, received)) {
        return;
    }
    ++sessions_;
    while (!is_stopping_) {
        for (std::string stanza = take_element(received); !stanza.empty(); stanza = take_element(received)) {
            {
                const std::lock_guard lock(mutex_);
                stanzas_.push_back(stanza);
            }
            if (stanza.starts_with("</stream:stream")) {
                write_all(client, "</stream:stream>");
                return;
            }
            if (!is_silent_) {
                hear(stanza);
            }
        }
        if (!read_more(client, received)) {
            return;
        }
    }
}

void XmppComponentServer::hear(const std::string& stanza) {
    const std::string to = attribute(stanza, "to");
    const std::string type = attribute(stanza, "type");
    if (to == options_.component) {
        send(stanza);
    } else if (options_.has_people && type == "subscribe") {
        send("<presence type='subscribed' from='" + to + "' to='" + options_.component + "'/>");
    } else if (options_.has_people && type == "probe") {
        send("<presence from='" + to + "/phone' to='" + options_.component + "'/>");
    }
}

void XmppComponentServer::send(std::string_view xml) {
    const std::lock_guard lock(sending_);
    int client = -1;
    {
        const std::lock_guard state(mutex_);
        client = client_;
    }
    write_all(client, xml);
}

void XmppComponentServer::send_people(std::size_t count, const std::string& domain, const std::string& show,
                                      const std::string& status) {
    const std::string inner =
        (show.empty() ? "" : "<show>" + show + "</show>") + "<status>" + status + "</status></presence>";
    const std::string to = "' to='" + options_.component + "'";
    std::string stanzas;
    for (std::size_t number = 0; number < count; ++number) {
        const std::string jid = "person-" + std::to_string(number) + "@" + domain;
        stanzas += "<presence type='subscribed' from='" + jid + to + "/><presence from='" + jid + "/phone" +
                   to + ">" + inner;
    }
    send(stanzas);
}

void XmppComponentServer::disconnect() {
    const std::lock_guard lock(mutex_);
    if (client_ >= 0) {
        ::shutdown(client_, SHUT_RDWR);
    }
}

std::vector<std::string> XmppComponentServer::stanzas() const {
    const std::lock_guard lock(mutex_);
    return stanzas_;
}

bool XmppComponentServer::wait_for(std::string_view part, Milliseconds deadline) const {
    return eventually(deadline, [this, part] {
        const std::lock_guard lock(mutex_);
        for (const std::string& stanza : stanzas_) {
            if (stanza.find(part) != std::string::npos) {
                return true;
            }
        }
        return false;
    });
}

} // namespace columbarium::rig
