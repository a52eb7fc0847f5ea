// SPDX-License-Identifier: LGPL-2.1-or-later
// Whom the service runs as, and whom it lets in. The master has to be root to choose, so that the rig's
// unprivileged Dovecot is no help: here is one of its own, with three accounts.
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "rig/directory.hpp"
#include "rig/lmtp.hpp"
#include "rig/modules.hpp"
#include "rig/xmpp_component_server.hpp"
#include "service_fixture.hpp"
#include "wire/client.hpp"

namespace columbarium::e2e {
namespace {

using rig::eventually;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Accounts that are everywhere: the service's, and the mail users'. Dovecot's own is the rig's.
constexpr const char* service_user = "daemon";
const rig::Account mail_account{2, 2, "bin", "bin"};

// A Dovecot of root's with the service as the package ships it, for another user; `lines` stand in its block.
class RootDovecot {
  public:
    explicit RootDovecot(const std::string& lines, const std::string& site_config = "")
        : directory_({0, 0, "root", "root"}),
          modules_(rig::gather_modules(directory_, rig::built_module_directories())) {
        rig::adopt_orphans();
        const std::string place = directory_.path().string();
        std::filesystem::permissions(place, std::filesystem::perms(0755));
        directory_.make_directory("state");
        directory_.write("columbarium.toml", rig::with_directory(site_config, directory_.path()));
        rig::hand_over(directory_.make_directory("home").string(), mail_account);
        const rig::Listener lmtp = rig::listen_on_loopback();
        lmtp_port_ = lmtp.port;
        rig::Launch master;
        master.command = {"dovecot", "-F", "-c",
                          directory_.write("dovecot.conf", configuration(lines)).string()};
        master.environment = modules_.environment;
        master.directory = directory_.path();
        master.listeners = {lmtp.descriptor.get()};
        pid_ = rig::launch(master);
        // A socket that is there may not listen yet; with the pid file it does.
        EXPECT_TRUE(eventually(rig::default_deadline, [&] {
            return std::filesystem::exists(directory_.path() / "run/master.pid");
        })) << log();
    }
    RootDovecot(const RootDovecot&) = delete;
    RootDovecot& operator=(const RootDovecot&) = delete;
    ~RootDovecot() {
        const auto children = rig::children_of(pid_);
        ::kill(pid_, SIGTERM);
        if (!eventually(rig::default_deadline, [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
            ADD_FAILURE() << "the master does not stop";
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        static_cast<void>(rig::reap(children, rig::default_deadline));
    }

    // Readable for everybody, and root's.
    void write(const std::string& name, const std::string& text) const { directory_.write(name, text); }

    [[nodiscard]] std::filesystem::path home() const { return directory_.path() / "home"; }
    [[nodiscard]] std::uint16_t lmtp_port() const { return lmtp_port_; }
    [[nodiscard]] std::string socket_path() const { return (directory_.path() / "run/columbarium").string(); }
    [[nodiscard]] std::string log() const {
        const auto file = directory_.path() / "log";
        return std::filesystem::exists(file) ? rig::read_file(file) : std::string();
    }

    [[nodiscard]] Expected<wire::Reply> ask(const std::string& map, const std::string& key) const {
        wire::Client client(socket_path());
        return client.ask({map, key}, wire::Clock::now() + rig::default_deadline);
    }

  private:
    [[nodiscard]] std::string configuration(const std::string& lines) const {
        std::string environment;
        for (const std::string& variable : modules_.environment)
            environment += " " + variable.substr(0, variable.find('='));
        const rig::Account internal = rig::server_account();
        const std::string mail_id = std::to_string(mail_account.uid);
        const std::string modules = modules_.directory.string();
        return rig::with_directory(
            "base_dir = @directory@/run\nstate_dir = @directory@/state\nlog_path = @directory@/log\n"
            "protocols = lmtp\nlisten = 127.0.0.1\nssl = no\ndefault_vsz_limit = 0\n"
            "default_internal_user = " +
                internal.user + "\ndefault_internal_group = " + internal.group + "\ndefault_login_user = " +
                internal.user + "\nimport_environment = TZ LISTEN_PID LISTEN_FDS" + environment +
                "\nservice lmtp {\n  inet_listener lmtp {\n    port = " + std::to_string(lmtp_port_) +
                "\n  }\n}\n"
                "passdb {\n  driver = static\n  args = password=secret\n}\n"
                "userdb {\n  driver = static\n  args = uid=" +
                mail_id + " gid=" + std::to_string(mail_account.gid) +
                " home=@directory@/home allow_all_users=yes\n}\nfirst_valid_uid = " + mail_id +
                "\nmail_location = maildir:~/Maildir\nnamespace inbox {\n  inbox = yes\n}\n"
                "auth_username_format = %Ln\nhostname = mail.example.org\n"
                "postmaster_address = postmaster@example.org\nsendmail_path = /bin/false\n"
                "mail_plugin_dir = " +
                modules +
                "\nprotocol lmtp {\n  mail_plugins = sieve\n}\n"
                "plugin {\n  sieve = file:@directory@/script.sieve\n  sieve_plugins = sieve_columbarium\n"
                "  sieve_plugin_dir = " +
                modules +
                "/sieve\n  columbarium_config = @directory@/columbarium.toml\n"
                "  columbarium_presence = xmpp\n  columbarium_jid = %n@example.com\n}\n" +
                rig::shipped_service_conf() + "service columbarium {\n  executable = " + modules_.service +
                "\n  vsz_limit = 0\n" + lines +
                "}\nservice auth {\n  unix_listener columbarium-userdb {\n    user = " + service_user +
                "\n  }\n}\n",
            directory_.path());
    }

    rig::TemporaryDirectory directory_;
    rig::Modules modules_;
    std::uint16_t lmtp_port_ = 0;
    pid_t pid_ = -1;
};

// The values of a line of /proc/PID/status.
std::vector<int> numbers_of(int pid, const std::string& name) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(name + ":"))
            continue;
        std::istringstream values(line.substr(name.size() + 1));
        return {std::istream_iterator<int>(values), std::istream_iterator<int>()};
    }
    return {};
}

class ServiceUser : public ::testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0)
            GTEST_SKIP() << "only root can start processes of others";
    }
};

TEST_F(ServiceUser, IsTheOneOfItsBlock) {
    const RootDovecot dovecot("  user = " + std::string(service_user) + "\n");
    const auto reply = dovecot.ask("service", "status");
    ASSERT_TRUE(reply.has_value()) << reply.error().text << dovecot.log();
    const int pid = nlohmann::json::parse(reply->text).at("pid");
    EXPECT_EQ(numbers_of(pid, "Uid"), (std::vector{1, 1, 1, 1}));
    EXPECT_EQ(numbers_of(pid, "Gid"), (std::vector{1, 1, 1, 1}));
    EXPECT_EQ(numbers_of(pid, "Groups"), (std::vector{1}));
}

TEST_F(ServiceUser, IsNeverRoot) {
    const RootDovecot dovecot("  user =\n");
    EXPECT_FALSE(dovecot.ask("service", "status").has_value());
    EXPECT_TRUE(eventually(rig::default_deadline,
                           [&] { return dovecot.log().find("must not run as root") != std::string::npos; }));
    EXPECT_THAT(dovecot.log(), AllOf(HasSubstr("Fatal: "), HasSubstr("service columbarium { user = ")));
}

// What connect() says to a process of this account without further groups: 0 or errno.
int connect_as(const rig::Account& account, const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const pid_t child = ::fork();
    if (child == 0) {
        const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool is_ready = ::setgroups(0, nullptr) == 0 && ::setgid(account.gid) == 0 &&
                              ::setuid(account.uid) == 0 && socket >= 0;
        const int result = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::_exit(!is_ready ? 255 : result == 0 ? 0 : errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(ServiceUser, IsOpenToDovecotsGroupAlone) {
    const RootDovecot dovecot("  user = " + std::string(service_user) + "\n");
    rig::Account account = mail_account;
    EXPECT_EQ(connect_as(account, dovecot.socket_path()), EACCES);
    account.gid = rig::server_account().gid;
    EXPECT_EQ(connect_as(account, dovecot.socket_path()), 0);
}

TEST_F(ServiceUser, AnswersTheDeliveriesOfAnother) {
    rig::XmppComponentServer xmpp;
    const RootDovecot dovecot("  user = " + std::string(service_user) + "\n",
                              "[xmpp]\ncomponent = \"" + xmpp.component() +
                                  "\"\nsecret_file = \"@directory@/xmpp.secret\"\n"
                                  "host = \"127.0.0.1\"\nport = " +
                                  std::to_string(xmpp.port()) + "\ndomains = [\"example.com\"]\n");
    const auto secret = dovecot.home().parent_path() / "xmpp.secret";
    dovecot.write("xmpp.secret", "component's secret\n");
    ASSERT_EQ(::chown(secret.c_str(), 1, 1), 0);
    std::filesystem::permissions(secret, std::filesystem::perms(0600));
    dovecot.write("script.sieve", R"(require ["enotify", "fileinto", "mailbox"];
if notify_method_capability "xmpp:person-7@example.com" "show" "xa" { fileinto :create "Away"; })");
    const auto status = [&dovecot] {
        const auto reply = dovecot.ask("service", "status");
        return nlohmann::json::parse(reply ? reply->text : "null");
    };
    ASSERT_TRUE(
        eventually(rig::default_deadline, [&] { return status().at("xmpp").at("connected") == true; }))
        << status() << dovecot.log();
    xmpp.send_people(10);
    ASSERT_TRUE(eventually(rig::default_deadline, [&] { return status().at("xmpp").at("available") == 10; }));
    const auto delivery = rig::deliver_over_lmtp(dovecot.lmtp_port(), "Subject: Hello\r\n\r\nHello\r\n",
                                                 {.to = {"person-7@example.com"}});
    EXPECT_TRUE(delivery.accepted()) << to_string(delivery) << dovecot.log();
    const auto away = dovecot.home() / "Maildir/.Away/new";
    ASSERT_TRUE(std::filesystem::exists(away)) << dovecot.log();
    ASSERT_FALSE(std::filesystem::is_empty(away));
    struct stat message {};
    ASSERT_EQ(::stat(std::filesystem::directory_iterator(away)->path().c_str(), &message), 0);
    EXPECT_EQ(message.st_uid, mail_account.uid);
}

} // namespace
} // namespace columbarium::e2e
