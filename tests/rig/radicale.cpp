// SPDX-License-Identifier: LGPL-2.1-or-later
#include "radicale.hpp"

#include <csignal>
#include <memory>
#include <stdexcept>
#include <utility>

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "process.hpp"
#include "socket.hpp"

namespace columbarium::rig {

namespace {

constexpr int start_attempts = 5;
constexpr Milliseconds stop_deadline{10'000};

// Radicale cannot be handed a listening socket, so that another program may be faster.
[[nodiscard]] std::uint16_t free_port() {
    return listen_on_loopback().port;
}

[[nodiscard]] bool accepts_connections(std::uint16_t port) {
    try {
        const Connection probe("Radicale", port);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::size_t ignore_body(const char*, std::size_t, std::size_t count, void*) {
    return count;
}

constexpr const char* mkcol_body = R"(<?xml version="1.0" encoding="utf-8"?>
<d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>
<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>
</d:prop></d:set></d:mkcol>
)";

} // namespace

Radicale::Radicale(RadicaleOptions options) : options_(std::move(options)), directory_(server_account()) {
    if (options_.encrypted) {
        authority_.emplace(directory_, "authority");
        static_cast<void>(authority_->sign(options_.names));
    }
    for (int attempt = 0; attempt < start_attempts; ++attempt) {
        port_ = free_port();
        write_files();
        if (start()) {
            return;
        }
    }
    throw std::runtime_error("Radicale does not start:\n" + log());
}

Radicale::~Radicale() {
    stop();
}

void Radicale::write_files() const {
    directory_.make_directory("storage");
    std::string users;
    for (const auto& [name, password] : options_.users) {
        users.append(name).append(":").append(password).append("\n");
        directory_.write("password-" + name, password + "\n");
    }
    directory_.write("users", users);
    const auto path = [this](const char* name) { return (directory_.path() / name).string(); };
    std::string settings = "[server]\nhosts = 127.0.0.1:" + std::to_string(port_) + "\n";
    if (options_.encrypted) {
        settings += "ssl = True\ncertificate = " + path("authority/server.pem") +
                    "\nkey = " + path("authority/server.key") + "\n";
    }
    settings += "[auth]\ntype = htpasswd\nhtpasswd_filename = " + path("users") +
                "\nhtpasswd_encryption = plain\ndelay = 0\n"
                "[rights]\ntype = owner_only\n"
                "[storage]\ntype = multifilesystem\nfilesystem_folder = " +
                path("storage") + "\n[web]\ntype = none\n[logging]\nlevel = debug\nmask_passwords = True\n";
    directory_.write("radicale.conf", settings);
}

bool Radicale::start() {
    const auto messages = directory_.write("log", "");
    const Descriptor log_file(::open(messages.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    Launch server;
    server.command = {"radicale", "--config", (directory_.path() / "radicale.conf").string()};
    server.environment = {"HOME=" + directory_.path().string()};
    server.directory = directory_.path();
    server.account = server_account();
    server.standard_output = log_file.get();
    server.standard_error = log_file.get();
    pid_ = launch(server);
    // Who answers may be somebody else, who took the port: then Radicale is never ready, and ends.
    const bool settled = eventually(default_deadline, [this] {
        return has_ended() || (log().find("server ready") != std::string::npos && accepts_connections(port_));
    });
    if (settled && !has_ended()) {
        return true;
    }
    stop();
    return false;
}

bool Radicale::has_ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = -1;
    }
    return pid_ < 0;
}

void Radicale::stop() {
    if (pid_ < 0) {
        return;
    }
    ::kill(pid_, SIGTERM);
    if (!eventually(stop_deadline, [this] { return has_ended(); })) {
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
}

std::string Radicale::url() const {
    return (options_.encrypted ? "https" : "http") + ("://localhost:" + std::to_string(port_)) + "/";
}

std::string Radicale::url(const std::string& user, const std::string& book) const {
    return url() + user + "/" + book + "/";
}

std::filesystem::path Radicale::ca_file() const {
    return authority_.value().ca_file();
}

std::filesystem::path Radicale::password_file(const std::string& user) const {
    return directory_.path() / ("password-" + user);
}

std::string Radicale::log() const {
    return read_file(directory_.path() / "log");
}

void Radicale::create_book(const std::string& user, const std::string& book) const {
    request("MKCOL", user, user + "/" + book + "/", mkcol_body, "application/xml");
}

void Radicale::delete_book(const std::string& user, const std::string& book) const {
    request("DELETE", user, user + "/" + book + "/", "", "");
}

void Radicale::put_card(const std::string& user, const std::string& book, const std::string& name,
                        const std::string& vcard) const {
    request("PUT", user, user + "/" + book + "/" + name, vcard, "text/vcard; charset=utf-8");
}

void Radicale::delete_card(const std::string& user, const std::string& book, const std::string& name) const {
    request("DELETE", user, user + "/" + book + "/" + name, "", "");
}

void Radicale::forget_tokens(const std::string& user, const std::string& book) const {
    const auto tokens =
        directory_.path() / "storage/collection-root" / user / book / ".Radicale.cache/sync-token";
    if (std::filesystem::remove_all(tokens) == 0) {
        throw std::runtime_error("Radicale has no tokens in " + tokens.string());
    }
}

void Radicale::request(const std::string& method, const std::string& user, const std::string& path,
                       const std::string& body, const std::string& type) const {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> fields(
        curl_slist_append(nullptr, ("Content-Type: " + type).c_str()), &curl_slist_free_all);
    const std::string target = url() + path;
    curl_easy_setopt(curl.get(), CURLOPT_URL, target.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password(user).c_str());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &ignore_body);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(default_deadline.count()));
    const std::string authority = options_.encrypted ? ca_file().string() : std::string();
    if (options_.encrypted) {
        curl_easy_setopt(curl.get(), CURLOPT_CAINFO, authority.c_str());
        // The certificate may be made out wrongly on purpose.
        curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!body.empty()) {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, fields.get());
    }
    const CURLcode code = curl_easy_perform(curl.get());
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status / 100 != 2) {
        throw std::runtime_error(method + " " + target + ": " + std::to_string(status) + " " +
                                 curl_easy_strerror(code) + "\n" + log());
    }
}

} // namespace columbarium::rig
