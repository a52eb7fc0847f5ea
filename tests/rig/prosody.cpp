// SPDX-License-Identifier: LGPL-2.1-or-later
#include "prosody.hpp"

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

constexpr int start_attempts = 5;
constexpr Milliseconds stop_deadline{10'000};

// Prosody takes no socket from us, so that somebody else may take the port in between.
[[nodiscard]] std::uint16_t free_port() {
    return listen_on_loopback().port;
}

[[nodiscard]] bool accepts_connections(std::uint16_t port) {
    try {
        const Connection probe("Prosody", port);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

// A Lua string.
[[nodiscard]] std::string lua_string(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result + "\"";
}

// The name of a file in Prosody's store.
[[nodiscard]] std::string file_name(const std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            result += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            result.append({'%', digits[octet >> 4U], digits[octet & 15U]});
        }
    }
    return result;
}

} // namespace

Prosody::Prosody(ProsodyOptions options) : options_(std::move(options)), directory_(server_account()) {
    authority_.emplace(directory_, "authority");
    certificate_ = authority_->sign(options_.names.empty() ? "DNS:" + options_.domain : options_.names);
    write_accounts();
    for (int attempt = 0; attempt < start_attempts; ++attempt) {
        port_ = free_port();
        component_port_ = free_port();
        write_files();
        if (start_once()) {
            return;
        }
    }
    throw std::runtime_error("Prosody does not start:\n" + log());
}

Prosody::~Prosody() {
    stop();
}

void Prosody::write_accounts() const {
    directory_.make_directory("data");
    for (const auto& [user, password] : options_.users) {
        directory_.write("password-" + user, password + "\n");
        // Prosody replaces it by what SCRAM needs at the first login.
        directory_.write("data/" + file_name(options_.domain) + "/accounts/" + file_name(user) + ".dat",
                         "return { password = " + lua_string(password) + " };\n");
    }
    directory_.write("component-secret", options_.component_secret + "\n");
}

void Prosody::write_files() {
    directory_.write("log", "");
    std::string settings;
    const auto set = [&settings](const char* name, const std::string& value) {
        settings.append(name).append(" = ").append(value).append("\n");
    };
    set("daemonize", "false");
    set("data_path", lua_string((directory_.path() / "data").string()));
    set("log", R"({ { levels = { min = "debug" }, to = "console" } })");
    set("interfaces", R"({ "127.0.0.1" })");
    set("c2s_ports", "{ " + std::to_string(port_) + " }");
    set("component_interfaces", R"({ "127.0.0.1" })");
    set("component_ports", options_.component.empty() ? "{}" : "{ " + std::to_string(component_port_) + " }");
    set("modules_enabled", options_.rate.empty()
                               ? R"({ "disco", "roster", "saslauth", "tls", "ping", "posix" })"
                               : R"({ "disco", "roster", "saslauth", "tls", "ping", "posix", "limits" })");
    set("limits", options_.rate.empty() ? "{}" : "{ c2s = { rate = " + lua_string(options_.rate) + " } }");
    set("modules_disabled", R"({ "s2s", "s2s_auth_certs" })");
    set("storage", lua_string("internal"));
    set("authentication", lua_string("internal_hashed"));
    set("disable_sasl_mechanisms", R"({ "PLAIN", "DIGEST-MD5", "LOGIN" })");
    set("c2s_require_encryption", "true");
    set("allow_registration", "false");
    set("ssl", "{ key = " + lua_string(certificate_->key.string()) +
                   ", certificate = " + lua_string(certificate_->certificate.string()) + " }");
    settings += "VirtualHost " + lua_string(options_.domain) + "\n" + options_.extra + "\n";
    if (!options_.component.empty()) {
        settings += "Component " + lua_string(options_.component) +
                    "\n  component_secret = " + lua_string(options_.component_secret) + "\n";
    }
    directory_.write("prosody.cfg.lua", settings);
}

bool Prosody::start_once() {
    const auto messages = directory_.path() / "log";
    const Descriptor log_file(::open(messages.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    Launch server;
    server.command = {"prosody", "-F", "--config", (directory_.path() / "prosody.cfg.lua").string()};
    server.environment = {"HOME=" + directory_.path().string()};
    server.directory = directory_.path();
    server.account = server_account();
    server.standard_output = log_file.get();
    server.standard_error = log_file.get();
    const std::size_t seen = log().size();
    pid_ = launch(server);
    // Who answers may be somebody else, who took the port: Prosody says which ports it has.
    const std::string ready = "Activated service 'c2s' on [127.0.0.1]:" + std::to_string(port_);
    const std::string component_ready =
        "Activated service 'component' on [127.0.0.1]:" + std::to_string(component_port_);
    const bool settled = eventually(default_deadline, [&] {
        const std::string lines = log().substr(seen);
        return has_ended() || lines.find("Failed to open server port") != std::string::npos ||
               (lines.find(ready) != std::string::npos && accepts_connections(port_) &&
                (options_.component.empty() ||
                 (lines.find(component_ready) != std::string::npos && accepts_connections(component_port_))));
    });
    if (settled && !has_ended() &&
        log().substr(seen).find("Failed to open server port") == std::string::npos) {
        return true;
    }
    kill();
    return false;
}

bool Prosody::has_ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = -1;
    }
    return pid_ < 0;
}

bool Prosody::runs() {
    return !has_ended();
}

void Prosody::end(int signal) {
    if (has_ended()) {
        return;
    }
    ::kill(pid_, signal);
    ::kill(pid_, SIGCONT);
    if (!eventually(stop_deadline, [this] { return has_ended(); })) {
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
}

void Prosody::stop() {
    end(SIGTERM);
}

void Prosody::kill() {
    end(SIGKILL);
}

void Prosody::start() {
    if (has_ended() && !start_once()) {
        throw std::runtime_error("Prosody does not start again:\n" + log());
    }
}

void Prosody::pause() {
    ::kill(pid_, SIGSTOP);
}

void Prosody::resume() {
    ::kill(pid_, SIGCONT);
}

std::string Prosody::jid(const std::string& user) const {
    return user + "@" + options_.domain;
}

const std::string& Prosody::password(const std::string& user) const {
    return options_.users.at(user);
}

std::filesystem::path Prosody::ca_file() const {
    return authority_.value().ca_file();
}

std::filesystem::path Prosody::password_file(const std::string& user) const {
    return directory_.path() / ("password-" + user);
}

std::filesystem::path Prosody::component_secret_file() const {
    return directory_.path() / "component-secret";
}

void Prosody::set_subscription(const std::string& user, const std::string& contact,
                               const std::string& subscription) {
    if (runs()) {
        throw std::runtime_error("Prosody keeps rosters in memory while it runs");
    }
    const std::string other = subscription == "to" ? "from" : subscription == "from" ? "to" : subscription;
    rosters_[user][contact] = subscription;
    rosters_[contact][user] = other;
    for (const std::string& owner : std::array{user, contact}) {
        std::string lines = "return {\n  [false] = { version = 1; };\n";
        for (const auto& [name, state] : rosters_[owner]) {
            lines += "  [" + lua_string(jid(name)) + "] = { subscription = " + lua_string(state) +
                     "; groups = {}; };\n";
        }
        directory_.write("data/" + file_name(options_.domain) + "/roster/" + file_name(owner) + ".dat",
                         lines + "};\n");
    }
}

std::string Prosody::log() const {
    return read_file(directory_.path() / "log");
}

} // namespace columbarium::rig
