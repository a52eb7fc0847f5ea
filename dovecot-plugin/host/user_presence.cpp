// SPDX-License-Identifier: LGPL-2.1-or-later
#include "host/user_presence.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "host/presence_source.hpp"
#include "host/user_lists.hpp"
#include "wire/client.hpp"

#include "compat.hpp"

namespace columbarium::host {

namespace {

using std::chrono::milliseconds;

std::string text_of(const char* setting) {
    return setting == nullptr ? std::string() : std::string(trim(setting));
}

// The words of a text, separated by blanks.
std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<std::string_view> words;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        if (text.empty())
            return words;
        words.push_back(text.substr(0, text.find_first_of(blanks)));
        text.remove_prefix(words.back().size());
    }
}

// Whether a JID's domain is one of these, as an administrator wrote them.
bool is_of_domain(const xmpp::Jid& jid, const std::vector<std::string>& domains) {
    return std::any_of(domains.begin(), domains.end(), [&](const std::string& domain) {
        const auto prepared = xmpp::Jid::make("", domain, "");
        return prepared && prepared->domain() == jid.domain();
    });
}

// Whether [presence] public names the JID, or its domain as "@domain".
bool is_public(const xmpp::Jid& jid, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        if (name.starts_with('@'))
            return is_of_domain(jid, {name.substr(1)});
        const auto named = xmpp::Jid::parse(name);
        return named && named->bare() == jid.bare();
    });
}

} // namespace

class UserPresence::Implementation {
  public:
    explicit Implementation(UserPresenceInput input);

    [[nodiscard]] const config::SiteConfig& site() const { return *site_; }
    [[nodiscard]] const std::vector<xmpp::Jid>& own_jids();
    [[nodiscard]] bool is_own(const xmpp::Jid& jid);
    [[nodiscard]] const PresenceAnswer& look_up(const xmpp::Jid& jid);
    [[nodiscard]] Expected<void> send(const notify::Notification& notification);

  private:
    void warn(const std::string& text);
    void read_sources();
    [[nodiscard]] PresenceAnswer ask(const xmpp::Jid& jid);
    // What is left of the site's deadline where this was spent of it; zero where it is over.
    [[nodiscard]] milliseconds time_left(wire::Clock::duration spent) const;

    UserPresenceInput input_;
    std::shared_ptr<const config::SiteConfig> site_;
    std::string service_; // its socket
    std::vector<std::unique_ptr<PresenceSource>> sources_;
    bool has_sources_ = false; // they were read
    std::vector<xmpp::Jid> own_jids_;
    bool has_own_jids_ = false; // they were read
    std::map<xmpp::Jid, PresenceAnswer> answers_;
    wire::Clock::duration spent_{};         // on look-ups
    wire::Clock::duration spent_sending_{}; // on notifications
    std::optional<Error> send_failure_;     // nobody could be reached
    std::set<std::string> warnings_;
};

UserPresence::Implementation::Implementation(UserPresenceInput input)
    : input_(std::move(input)), service_(service_socket(input_.base_dir)) {
    auto config = site_config(input_.setting);
    if (!config)
        warn(config.error().text);
    site_ = config ? std::move(*config) : std::make_shared<const config::SiteConfig>();
}

void UserPresence::Implementation::warn(const std::string& text) {
    if (input_.warn && warnings_.insert(text).second)
        input_.warn(text);
}

const std::vector<xmpp::Jid>& UserPresence::Implementation::own_jids() {
    if (std::exchange(has_own_jids_, true))
        return own_jids_;
    const std::string said = text_of(input_.setting("columbarium_jid"));
    if (said.empty()) {
        // As it stands, for a site may allow anything in login names: what has to be split or prepared to
        // become a JID is somebody else's. Without a local part it would be a server's.
        const auto jid = xmpp::Jid::parse(input_.username);
        if (jid && !jid->local().empty() && jid->is_bare() && jid->text() == to_lower(input_.username))
            own_jids_.push_back(*jid);
        return own_jids_;
    }
    for (const std::string_view word : words_of(said)) {
        const auto jid = xmpp::Jid::parse(word);
        if (!jid)
            warn(fmt::format("columbarium_jid: \"{}\" is no JID: {}", word, jid.error().text));
        else if (!is_own(jid->bare()))
            own_jids_.push_back(jid->bare());
    }
    return own_jids_;
}

bool UserPresence::Implementation::is_own(const xmpp::Jid& jid) {
    const auto& own = own_jids();
    return std::find(own.begin(), own.end(), jid.bare()) != own.end();
}

void UserPresence::Implementation::read_sources() {
    if (std::exchange(has_sources_, true))
        return;
    const DictUser user{input_.username, input_.home, input_.base_dir};
    std::string name = "columbarium_presence";
    bool has_setting = false;
    for (int number = 2;; ++number) {
        const std::string value = text_of(input_.setting(name.c_str()));
        if (value.empty())
            break;
        auto source = make_presence_source(value, service_, input_.service, user);
        if (source)
            sources_.push_back(std::move(*source));
        else
            warn(fmt::format("{}: {}", name, source.error().text));
        has_setting = true;
        name = fmt::format("columbarium_presence{}", number);
    }
    if (!has_setting && site_->xmpp.kind != config::XmppAccount::Kind::none)
        if (auto source = make_presence_source("xmpp", service_, input_.service, user))
            sources_.push_back(std::move(*source));
}

milliseconds UserPresence::Implementation::time_left(wire::Clock::duration spent) const {
    const auto left = milliseconds(site_->presence.deadline_milliseconds) - spent;
    return std::max(std::chrono::floor<milliseconds>(left), milliseconds(0));
}

const PresenceAnswer& UserPresence::Implementation::look_up(const xmpp::Jid& jid) {
    if (const auto known = answers_.find(jid); known != answers_.end())
        return known->second;
    PresenceAnswer answer;
    if (is_own(jid) || is_public(jid, site_->presence.public_jids)) {
        answer = ask(jid);
    } else {
        answer.allowed = false;
        answer.reason = "not allowed: neither the user's own JID nor a public one";
    }
    return answers_.emplace(jid, std::move(answer)).first->second;
}

PresenceAnswer UserPresence::Implementation::ask(const xmpp::Jid& jid) {
    read_sources();
    PresenceAnswer answer;
    if (sources_.empty())
        answer.reason = "no source: neither columbarium_presence nor an [xmpp] table names one";
    for (const auto& source : sources_) {
        std::string reason;
        if (const milliseconds time = time_left(spent_); time == milliseconds(0)) {
            reason = "no time is left";
        } else {
            const auto begun = wire::Clock::now();
            auto found = source->ask(jid, time);
            spent_ += wire::Clock::now() - begun;
            if (found && found->presence.knowledge != presence::Knowledge::unknown)
                return {std::move(found->presence), true, source->name(), ""};
            reason = found ? found->reason : found.error().text;
            if (!found)
                warn("presence: " + reason);
        }
        if (!answer.reason.empty())
            answer.reason += "; ";
        answer.reason += fmt::format("{}: {}", source->name(), reason);
    }
    return answer;
}

Expected<void> UserPresence::Implementation::send(const notify::Notification& notification) {
    if (send_failure_)
        return tl::make_unexpected(*send_failure_);
    const auto begun = wire::Clock::now();
    wire::Client client(service_);
    const auto reply =
        client.ask_patiently({"notify", notify::to_value(notification)}, begun + time_left(spent_sending_));
    spent_sending_ += wire::Clock::now() - begun;
    if (!reply) {
        if (reply.error().kind == ErrorKind::temporary)
            send_failure_ = reply.error();
        return tl::make_unexpected(reply.error());
    }
    switch (reply->status) {
    case wire::ReplyStatus::ok:
        if (reply->text == "dropped")
            return permanent_failure("the service drops it: this user has sent too many within an hour");
        return {};
    case wire::ReplyStatus::temporary:
    case wire::ReplyStatus::timeout:
        return temporary_failure("the service: " + failure_text(*reply));
    case wire::ReplyStatus::not_found:
    case wire::ReplyStatus::permanent:
        break;
    }
    return permanent_failure("the service: " + failure_text(*reply));
}

std::string service_socket(const std::string& base_dir) {
    return base_dir + "/columbarium";
}

UserPresence::UserPresence(UserPresenceInput input)
    : implementation_(std::make_unique<Implementation>(std::move(input))) {}

UserPresence::~UserPresence() = default;

const config::SiteConfig& UserPresence::site() const {
    return implementation_->site();
}

const std::vector<xmpp::Jid>& UserPresence::own_jids() {
    return implementation_->own_jids();
}

const PresenceAnswer& UserPresence::look_up(const xmpp::Jid& jid) {
    return implementation_->look_up(jid);
}

bool UserPresence::may_notify(const xmpp::Jid& jid) {
    return implementation_->is_own(jid) || is_of_domain(jid, site().notify.domains);
}

Expected<void> UserPresence::send(const notify::Notification& notification) {
    return implementation_->send(notification);
}

UserPresenceInput presence_input_of(mail_user* user, std::function<void(const std::string&)> warn) {
    UserPresenceInput input;
    input.setting = [user](const char* name) { return plugin_setting(user, name); };
    input.username = user->username;
    const char* home = nullptr;
    if (mail_user_get_home(user, &home) > 0 && home != nullptr)
        input.home = home;
    input.base_dir = user->set->base_dir;
    input.warn = std::move(warn);
    return input;
}

} // namespace columbarium::host
