// SPDX-License-Identifier: LGPL-2.1-or-later
#include "service_fixture.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/un.h>

#include "notify/notification.hpp"
#include "wire/client.hpp"

namespace columbarium::e2e {

ServiceTest::ServiceTest() {
    options.service = true;
    options.site_config = "[presence]\n";
}

void ServiceTest::use_component(std::uint16_t port) {
    options.site_config = "[xmpp]\n"
                          "component = \"notify.example.org\"\n"
                          "secret_file = \"@directory@/xmpp.secret\"\n"
                          "host = \"127.0.0.1\"\n"
                          "port = " +
                          std::to_string(port) +
                          "\n"
                          "domains = [\"example.org\"]\n"
                          "reconnect_seconds = 1\n"
                          "reconnect_limit_seconds = 2\n";
}

rig::Dovecot& ServiceTest::server() {
    rig::Dovecot& server = dovecot();
    const auto file = server.directory() / "xmpp.secret";
    if (!secret.empty() && !std::filesystem::exists(file)) {
        namespace fs = std::filesystem;
        fs::permissions(server.write_file("xmpp.secret", secret),
                        fs::perms::owner_read | fs::perms::owner_write);
    }
    return server;
}

std::string ServiceTest::socket_path() {
    return (server().directory() / "run" / "columbarium").string();
}

rig::Connection ServiceTest::connect() {
    return connect_to(socket_path());
}

wire::Reply ServiceTest::ask(const std::string& map, const std::string& key) {
    wire::Client client(socket_path());
    const auto reply = client.ask_patiently({map, key}, wire::Clock::now() + rig::default_deadline);
    if (reply)
        return *reply;
    ADD_FAILURE() << reply.error().text;
    return {wire::ReplyStatus::temporary, reply.error().text};
}

nlohmann::json ServiceTest::status() {
    const wire::Reply reply = ask("service", "status");
    auto value = nlohmann::json::parse(reply.text, nullptr, false);
    if (reply.status == wire::ReplyStatus::ok && value.is_object())
        return value;
    ADD_FAILURE() << "no status: " << reply.text;
    return nlohmann::json::object();
}

std::vector<pid_t> ServiceTest::processes() {
    std::vector<pid_t> found;
    for (const auto& child : rig::children_of(server().pid()))
        if (child.name == "columbarium" && !child.ended)
            found.push_back(child.pid);
    return found;
}

bool ServiceTest::runs(pid_t pid) {
    const auto all = processes();
    return std::find(all.begin(), all.end(), pid) != all.end();
}

void ServiceTest::reload() {
    const auto reloaded = server().tool("doveadm", {"reload"});
    EXPECT_EQ(reloaded.status, 0) << to_string(reloaded);
}

rig::Connection connect_to(const std::string& socket_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof address.sun_path)
        throw std::runtime_error("the path is too long: " + socket_path);
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size());
    rig::Descriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect to " + socket_path + ": " + std::strerror(errno));
    return {"the service", std::move(descriptor)};
}

wire::Reply next_reply(rig::Connection& connection) {
    std::size_t length = 0;
    for (std::string octet = connection.read_bytes(1); octet != ":"; octet = connection.read_bytes(1))
        length = length * 10 + static_cast<std::size_t>(octet[0] - '0');
    const std::string content = connection.read_bytes(length);
    EXPECT_EQ(connection.read_bytes(1), ",");
    const auto reply = wire::decode_reply(content);
    if (reply)
        return *reply;
    ADD_FAILURE() << reply.error().text;
    return {};
}

std::string notification_value(const std::string& id, const std::string& to) {
    notify::Notification notification{.id = id,
                                      .owner = "alice",
                                      .to = xmpp::Jid::parse(to).value(),
                                      .subject = "SIEVE",
                                      .body = "New mail",
                                      .urgency = "medium",
                                      .resent_from = "",
                                      .url = "",
                                      .created = std::time(nullptr)};
    return notify::to_value(notification);
}

std::uint16_t closed_port() {
    return rig::listen_on_loopback().port; // closed at once
}

} // namespace columbarium::e2e
