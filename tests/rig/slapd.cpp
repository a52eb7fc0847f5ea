// SPDX-License-Identifier: LGPL-2.1-or-later
#include "slapd.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>

#include "socket.hpp"

namespace columbarium::rig {

namespace {

constexpr int start_attempts = 5;
constexpr Milliseconds stop_deadline{10'000};
constexpr const char* manager = "cn=manager,dc=example,dc=org";
constexpr const char* manager_password = "the manager's secret";

constexpr const char* schema = R"(include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.3.6.1.4.1.4203.666.1.901 NAME 'forwardingAddress' EQUALITY caseIgnoreIA5Match
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.4203.666.1.902 NAME 'tombstoneAddress' EQUALITY caseIgnoreIA5Match
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.4203.666.1.903 NAME 'forwardingAddresses' EQUALITY caseIgnoreIA5Match
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )
objectclass ( 1.3.6.1.4.1.4203.666.3.901 NAME 'addressee' SUP top AUXILIARY
  MAY ( forwardingAddress $ tombstoneAddress $ forwardingAddresses ) )
)";

[[nodiscard]] bool accepts_connections(std::uint16_t port) {
    try {
        const Connection probe("slapd", port);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

// A value that is no plain text has to be in base64 (RFC 2849).
[[nodiscard]] std::string ldif_line(const std::string& attribute, std::string_view value) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string encoded;
    for (std::size_t i = 0; i < value.size(); i += 3) {
        unsigned bits = 0;
        const std::size_t count = std::min<std::size_t>(3, value.size() - i);
        for (std::size_t j = 0; j < 3; ++j) {
            bits = bits << 8U | (j < count ? static_cast<unsigned char>(value[i + j]) : 0U);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            encoded += j <= count ? digits[bits >> (18 - 6 * j) & 63U] : '=';
        }
    }
    return attribute + ":: " + encoded + "\n";
}

[[nodiscard]] std::string person_ldif(const std::string& username, const Slapd::Attributes& attributes) {
    std::string ldif = "dn: " + Slapd::name_of(username) + "\n";
    ldif += "objectClass: inetOrgPerson\nobjectClass: addressee\n";
    ldif += ldif_line("uid", username);
    for (const char* needed : {"cn", "sn"}) {
        if (std::none_of(attributes.begin(), attributes.end(),
                         [&](const auto& attribute) { return attribute.first == needed; })) {
            ldif += ldif_line(needed, username);
        }
    }
    for (const auto& [attribute, value] : attributes) {
        ldif += ldif_line(attribute, value);
    }
    return ldif + "\n";
}

} // namespace

Slapd::Slapd(SlapdOptions options) : options_(std::move(options)), directory_(server_account()) {
    if (options_.encrypted) {
        authority_.emplace(directory_, "authority");
        static_cast<void>(authority_->sign(options_.names));
    }
    directory_.make_directory("data");
    write_files();
    load_first_entries();
    for (int attempt = 0; attempt < start_attempts; ++attempt) {
        // slapd takes no socket from us, so that another program may be faster.
        {
            const Listener first = listen_on_loopback();
            const Listener second = listen_on_loopback();
            port_ = first.port;
            ldaps_port_ = second.port;
        }
        if (try_to_start()) {
            return;
        }
    }
    throw std::runtime_error("slapd does not start:\n" + log());
}

Slapd::~Slapd() {
    end(SIGTERM);
}

std::string Slapd::url() const {
    return "ldap://127.0.0.1:" + std::to_string(port_);
}

std::string Slapd::ldaps_url() const {
    return "ldaps://127.0.0.1:" + std::to_string(ldaps_port_);
}

std::filesystem::path Slapd::password_file() const {
    return directory_.path() / "password";
}

std::filesystem::path Slapd::ca_file() const {
    return authority_.value().ca_file();
}

std::string Slapd::name_of(const std::string& username) {
    return "uid=" + username + "," + base();
}

void Slapd::write_files() const {
    std::string conf = schema;
    conf += "modulepath /usr/lib/ldap\nmoduleload back_mdb\nsizelimit unlimited\n";
    if (authority_) {
        conf += "TLSCACertificateFile " + authority_->ca_file().string() + "\n";
        conf += "TLSCertificateFile " + (directory_.path() / "authority/server.pem").string() + "\n";
        conf += "TLSCertificateKeyFile " + (directory_.path() / "authority/server.key").string() + "\n";
    }
    conf += options_.global + "\ndatabase mdb\nsuffix dc=example,dc=org\n";
    conf += std::string("rootdn ") + manager + "\nrootpw \"" + manager_password + "\"\n";
    conf += "directory " + (directory_.path() / "data").string() + "\n";
    conf += "maxsize 1073741824\ndbnosync\nindex objectClass,uid eq\n" + options_.database + "\n";
    conf += "access to attrs=userPassword by anonymous auth by * none\n";
    conf += "access to * by dn.exact=\"" + bind_dn() + "\" write by * none\n";
    directory_.write("slapd.conf", conf);
    const std::filesystem::path file = directory_.write("password", password() + "\n");
    std::filesystem::permissions(file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

void Slapd::load_first_entries() const {
    std::string ldif = "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\n"
                       "dc: example\no: Example\n\n"
                       "dn: " +
                       base() +
                       "\nobjectClass: organizationalUnit\nou: people\n\n"
                       "dn: " +
                       bind_dn() +
                       "\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
                       "cn: columbarium\n" +
                       ldif_line("userPassword", password()) + "\n";
    for (const auto& username : options_.usernames) {
        ldif += person_ldif(username, {});
    }
    const auto file = directory_.write("first.ldif", ldif);
    RunOptions run_options;
    run_options.account = server_account();
    run_options.directory = "/";
    const RunResult loaded =
        run({"slapadd", "-q", "-f", directory_.path() / "slapd.conf", "-l", file}, run_options);
    if (loaded.status != 0) {
        throw std::runtime_error("slapadd fails: " + to_string(loaded));
    }
}

bool Slapd::try_to_start() {
    const Descriptor log_file(
        ::open((directory_.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    Launch server;
    std::string addresses = "ldap://127.0.0.1:" + std::to_string(port_) + "/";
    if (authority_) {
        addresses += " ldaps://127.0.0.1:" + std::to_string(ldaps_port_) + "/";
    }
    server.command = {"slapd", "-d", "stats", "-h", addresses, "-f", directory_.path() / "slapd.conf"};
    server.directory = "/";
    server.account = server_account();
    server.standard_output = log_file.get();
    server.standard_error = log_file.get();
    pid_ = launch(server);
    bool has_ended = false;
    const bool settled = eventually(default_deadline, [&] {
        has_ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        return has_ended || accepts_connections(port_);
    });
    if (has_ended) {
        pid_ = -1;
    } else if (!settled) {
        end(SIGKILL);
    }
    return settled && !has_ended;
}

void Slapd::add_person(const std::string& username, const Attributes& attributes) const {
    std::string ldif = person_ldif(username, attributes);
    ldif.insert(ldif.find('\n') + 1, "changetype: add\n");
    apply(ldif);
}

void Slapd::remove_person(const std::string& username) const {
    apply("dn: " + name_of(username) + "\nchangetype: delete\n\n");
}

void Slapd::set(const std::string& username, const std::string& attribute,
                const std::vector<std::string>& values) const {
    std::string ldif = "dn: " + name_of(username) + "\nchangetype: modify\nreplace: " + attribute + "\n";
    for (const auto& value : values) {
        ldif += ldif_line(attribute, value);
    }
    apply(ldif + "-\n\n");
}

void Slapd::apply(const std::string& ldif) const {
    RunOptions run_options;
    run_options.input = ldif;
    const RunResult applied = run({"ldapmodify", "-x", "-H", "ldap://127.0.0.1:" + std::to_string(port_),
                                   "-D", manager, "-w", manager_password},
                                  run_options);
    if (applied.status != 0) {
        throw std::runtime_error("ldapmodify fails: " + to_string(applied) + "\n" + ldif);
    }
}

std::vector<std::string> Slapd::values(const std::string& username, const std::string& attribute) const {
    const RunResult found =
        run({"ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H",
             "ldap://127.0.0.1:" + std::to_string(port_), "-D", manager, "-w", manager_password, "-b",
             name_of(username), "-s", "base", "(objectClass=*)", attribute});
    if (found.status != 0) {
        throw std::runtime_error("ldapsearch fails: " + to_string(found));
    }
    std::vector<std::string> values;
    const std::string begin = "\n" + attribute + ": ";
    for (std::size_t at = found.output.find(begin); at != std::string::npos;
         at = found.output.find(begin, at + 1)) {
        const std::size_t value = at + begin.size();
        values.push_back(found.output.substr(value, found.output.find('\n', value) - value));
    }
    std::sort(values.begin(), values.end());
    return values;
}

std::string Slapd::log() const {
    return read_file(directory_.path() / "log");
}

void Slapd::stop() {
    end(SIGTERM);
}

void Slapd::kill() {
    end(SIGKILL);
}

void Slapd::freeze() {
    ::kill(pid_, SIGSTOP);
    // Until all of its threads have stopped.
    if (int status = 0; ::waitpid(pid_, &status, WUNTRACED) != pid_ || !WIFSTOPPED(status)) {
        throw std::runtime_error("slapd does not stop");
    }
}

void Slapd::thaw() {
    ::kill(pid_, SIGCONT);
}

void Slapd::start() {
    if (pid_ < 0 && !try_to_start()) {
        throw std::runtime_error("slapd does not start again:\n" + log());
    }
}

void Slapd::end(int signal) {
    if (pid_ < 0) {
        return;
    }
    ::kill(pid_, signal);
    ::kill(pid_, SIGCONT); // where it is frozen
    if (!eventually(stop_deadline, [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
}

} // namespace columbarium::rig
