// SPDX-License-Identifier: LGPL-2.1-or-later
#include "host/presence_source.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "host/bounded_dict.hpp"
#include "presence/presence_value.hpp"
#include "presence/published_presence.hpp"

namespace columbarium::host {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view dict_scheme = "dict:";
constexpr const char* dict_prefix = "priv/presence/";

// The service, which holds the XMPP session.
class XmppSource final : public PresenceSource {
  public:
    XmppSource(std::string service, std::shared_ptr<wire::Client> connection)
        : service_(std::move(service)), connection_(std::move(connection)) {}

    const std::string& name() const override { return name_; }

    Expected<SourceAnswer> ask(const xmpp::Jid& jid, milliseconds time) override {
        std::optional<wire::Client> own;
        wire::Client& client = connection_ == nullptr ? own.emplace(service_) : *connection_;
        const auto reply = client.ask({"presence", jid.text()}, wire::Clock::now() + time);
        if (!reply)
            return tl::make_unexpected(reply.error());
        if (reply->status == wire::ReplyStatus::not_found)
            return SourceAnswer{{},
                                "not known: the service has asked for permission, or [xmpp] domains does "
                                "not name the domain"};
        if (reply->status != wire::ReplyStatus::ok)
            return temporary_failure("the service: " + failure_text(*reply));
        auto presence = presence::from_value(reply->text);
        if (!presence)
            return temporary_failure("the service: " + presence.error().text);
        return SourceAnswer{std::move(*presence),
                            "nobody can tell now: the service has no session with the XMPP server, or has "
                            "just begun one"};
    }

  private:
    std::string service_;
    std::shared_ptr<wire::Client> connection_;
    std::string name_ = "xmpp";
};

// A dict of Dovecot's that a groupware or a script writes.
class DictSource final : public PresenceSource {
  public:
    DictSource(std::string uri, DictUser user)
        : uri_(std::move(uri)), user_(std::move(user)),
          name_(std::string(dict_scheme).append(dict_place(uri_))) {}

    const std::string& name() const override { return name_; }

    // The key has no resource: what is published is a person's.
    Expected<SourceAnswer> ask(const xmpp::Jid& jid, milliseconds time) override {
        const std::string bare = jid.bare().text();
        const auto value = look_up_within(time, uri_, user_, dict_prefix, bare);
        if (!value)
            return tl::make_unexpected(value.error());
        if (!*value)
            return SourceAnswer{{}, "nothing is published"};
        const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        auto presence = presence::read_published_presence(**value, now);
        if (!presence)
            return temporary_failure(fmt::format("dict {}: key {}{}: {}", dict_place(uri_), dict_prefix, bare,
                                                 presence.error().text));
        return SourceAnswer{std::move(*presence), "what is published is no longer valid"};
    }

  private:
    std::string uri_;
    DictUser user_;
    std::string name_;
};

} // namespace

std::string failure_text(const wire::Reply& reply) {
    return reply.text.empty() ? "refused without a reason" : reply.text;
}

Expected<std::unique_ptr<PresenceSource>> make_presence_source(const std::string& value,
                                                               const std::string& service,
                                                               std::shared_ptr<wire::Client> connection,
                                                               const DictUser& user) {
    if (value == "xmpp")
        return std::make_unique<XmppSource>(service, std::move(connection));
    if (value.starts_with(dict_scheme) && value.find(':', dict_scheme.size()) != std::string::npos)
        return std::make_unique<DictSource>(value.substr(dict_scheme.size()), user);
    return permanent_failure("write xmpp, or dict:DRIVER:PARAMETERS");
}

} // namespace columbarium::host
