// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/accounts.hpp"

#include <chrono>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <fcntl.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/regular_file.hpp"
#include "base/utf8.hpp"
#include "feed/has_changed.hpp"
#include "tombstone/person.hpp"
#include "wire/userdb_client.hpp"

namespace columbarium::feed {

namespace {

using tombstone::Account;
using Names = std::unordered_set<std::string>;

class NobodyKnows : public Accounts {
  public:
    Account ask(const std::string& /*username*/) override { return Account::unknown; }
    const std::string& trouble() const override { return trouble_; }

  private:
    std::string trouble_;
};

// A file with one username a line. Who is in it has an account; who is not has none, if the file is good.
class ListedAccounts : public Accounts {
  public:
    explicit ListedAccounts(const std::string& path) {
        trouble_ = read(path);
        if (!trouble_.empty())
            trouble_ =
                fmt::format("the list of accounts {}: {}; who is not in it is unknown", path, trouble_);
    }

    Account ask(const std::string& username) override {
        if (names_.contains(username))
            return Account::yes;
        return trouble_.empty() ? Account::no : Account::unknown;
    }
    const std::string& trouble() const override { return trouble_; }

  private:
    static constexpr std::size_t octet_limit = std::size_t{1} << 30;

    // What is wrong with it, "" for nothing.
    [[nodiscard]] std::string read(const std::string& path) {
        const OpenedFile file = open_regular(AT_FDCWD, path, true);
        if (file.error_number == not_regular)
            return "is no regular file";
        if (file.error_number != 0)
            return reason(file.error_number);
        std::string begun;
        std::string fault;
        std::size_t number = 0;
        const int read_fault = read_blocks(file.descriptor, octet_limit, [&](std::string_view block) {
            for (std::size_t end = block.find('\n'); end != std::string_view::npos; end = block.find('\n')) {
                begun += block.substr(0, end);
                block.remove_prefix(end + 1);
                ++number;
                if (!take(begun) && fault.empty())
                    fault = fmt::format("line {} is no username: \"{}\"", number, printable(begun));
                begun.clear();
            }
            begun += block;
            return begun.size() <= longest_line;
        });
        if (read_fault != 0)
            return reason(read_fault);
        if (has_changed(file)) {
            names_.clear();
            return "changed while it was read; write it beside and rename it when it is complete";
        }
        if (fault.empty() && begun.size() > longest_line)
            return fmt::format("line {} is too long", number + 1);
        if (fault.empty() && !trim(begun).empty())
            return "its last line has no line end: it was cut off";
        return fault.empty() && names_.empty() ? "is empty" : fault;
    }

    static std::string reason(int error_number) { return std::generic_category().message(error_number); }

    // False for what is no username.
    [[nodiscard]] bool take(std::string_view line) {
        line = trim(line);
        if (line.empty() || line.front() == '#')
            return true;
        auto username = tombstone::fold_username(line);
        if (username)
            names_.insert(std::move(*username));
        return username.has_value();
    }

    static constexpr std::size_t longest_line = 4096;

    Names names_;
    std::string trouble_;
};

// Dovecot's userdb.
class UserdbAccounts : public Accounts {
  public:
    UserdbAccounts(std::string socket, std::string account_name)
        : client_(std::move(socket)), account_name_(std::move(account_name)) {}

    Account ask(const std::string& username) override {
        if (failures_ >= most_failures)
            return Account::unknown;
        const std::string name = expanded(username);
        if (!is_listed_ && ++asked_ > few)
            list();
        if (listed_.contains(to_lower(name)))
            return Account::yes;
        const auto user = client_.look_up(name, wire::Clock::now() + look_up_time);
        if (user) {
            failures_ = 0;
            return *user ? Account::yes : Account::no;
        }
        // A name that no user can have is nobody's trouble.
        if (user.error().kind == ErrorKind::permanent)
            return Account::no;
        ++failures_;
        if (trouble_.empty())
            trouble_ = user.error().text;
        return Account::unknown;
    }
    const std::string& trouble() const override { return trouble_; }

  private:
    static constexpr int most_failures = 3;
    static constexpr std::size_t few = 20;
    static constexpr std::chrono::seconds look_up_time{10};
    static constexpr std::chrono::seconds list_time{300};

    [[nodiscard]] std::string expanded(const std::string& username) const {
        std::string name = account_name_;
        constexpr std::string_view variable = "{username}";
        for (std::size_t at = name.find(variable); at != std::string::npos;
             at = name.find(variable, at + username.size()))
            name.replace(at, variable.size(), username);
        return name;
    }

    // Once only. A userdb that cannot be iterated is asked one by one; a part of the list is good as well.
    void list() {
        is_listed_ = true;
        const auto listed = client_.list([&](std::string_view name) { listed_.insert(to_lower(name)); },
                                         wire::Clock::now() + list_time);
        static_cast<void>(listed);
    }

    wire::UserdbClient client_;
    std::string account_name_;
    Names listed_;
    bool is_listed_ = false;
    std::size_t asked_ = 0;
    int failures_ = 0; // in a row
    std::string trouble_;
};

} // namespace

Expected<std::unique_ptr<Accounts>> open_accounts(const config::PeoplePolicy& policy) {
    constexpr std::string_view list = "list:";
    constexpr std::string_view userdb = "userdb:";
    const std::string_view accounts = policy.accounts;
    if (accounts.empty())
        return std::make_unique<NobodyKnows>();
    if (accounts == "userdb")
        return std::make_unique<UserdbAccounts>(wire::UserdbClient::default_socket, policy.account_name);
    if (accounts.starts_with(userdb))
        return std::make_unique<UserdbAccounts>(std::string(accounts.substr(userdb.size())),
                                                policy.account_name);
    if (accounts.starts_with(list))
        return std::make_unique<ListedAccounts>(std::string(accounts.substr(list.size())));
    return permanent_failure(fmt::format("[people] accounts is none of \"userdb\", \"userdb:SOCKET\" and "
                                         "\"list:FILE\": \"{}\"",
                                         printable(accounts)));
}

} // namespace columbarium::feed
