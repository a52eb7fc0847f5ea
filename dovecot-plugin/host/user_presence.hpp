// SPDX-License-Identifier: LGPL-2.1-or-later
// The presence of a user of Dovecot, for the modules that ask for it: Sieve, doveadm.
//
// Read from plugin {} (the userdb's fields win):
//   columbarium_presence, columbarium_presence2, ...  the sources, asked in this order: `xmpp` (the service),
//       or `dict:URI` (key priv/presence/<bare JID>); the first that knows wins. Where none is set: `xmpp`,
//       if columbarium.toml has an [xmpp] table; else presence is unknown.
//   columbarium_jid   the user's own JIDs, separated by blanks; default: the login name, where that is, in
//       lower case, a JID with a local part and without a resource as it stands
//   columbarium_config
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "config/site_config.hpp"
#include "notify/notification.hpp"
#include "presence/presence.hpp"
#include "xmpp/jid.hpp"

struct mail_user;

namespace columbarium::wire {
class Client;
}

namespace columbarium::host {

// The socket of the service, below Dovecot's base_dir.
[[nodiscard]] std::string service_socket(const std::string& base_dir);

// What it is made of, as the caller's host has it.
struct UserPresenceInput {
    std::function<const char*(const char* name)> setting;
    std::string username;
    std::string home;
    std::string base_dir; // Dovecot's: the service's socket is there
    // A connection to the service that look-ups use, where the user himself may make none; without it each
    // question makes one of its own.
    std::shared_ptr<wire::Client> service = nullptr;
    std::function<void(const std::string& text)> warn;
};

// What was found for one JID.
struct PresenceAnswer {
    presence::Presence presence;
    bool allowed = true; // false: this user may not ask for this JID; then it is unknown
    std::string source;  // "xmpp", "dict:..." without passwords; "" where nobody knows
    std::string reason;  // why it is unknown; "" where it is not
};

// One user's presence and notifications within one delivery (PR-17): each JID is asked once, and all
// questions together take no longer than the site's deadline. Failures are warned of once, and are unknown.
// A service that is just being replaced (a reload) is not waited for: the new one knows nobody yet.
class UserPresence {
  public:
    explicit UserPresence(UserPresenceInput input);
    UserPresence(const UserPresence&) = delete; // one delivery
    UserPresence& operator=(const UserPresence&) = delete;
    ~UserPresence();

    // The site's configuration; the default one where it has an error (warned of).
    [[nodiscard]] const config::SiteConfig& site() const;

    // The user's own JIDs (bare), valid ones only.
    [[nodiscard]] const std::vector<xmpp::Jid>& own_jids();

    [[nodiscard]] const PresenceAnswer& look_up(const xmpp::Jid& jid);

    // Whether this user's scripts may send notifications there: own JIDs, and the site's domains (EN-15).
    [[nodiscard]] bool may_notify(const xmpp::Jid& jid);

    // Hands a notification to the service. All of them together take no longer than a deadline of their own,
    // of the same length; a service that is being replaced is waited for within it. Once nobody could be
    // reached, or answered, all that follow fail at once. Temporary: nobody took it. Permanent: the service
    // does not want it.
    [[nodiscard]] Expected<void> send(const notify::Notification& notification);

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

// The input for a user that the mail storage knows.
[[nodiscard]] UserPresenceInput presence_input_of(mail_user* user,
                                                  std::function<void(const std::string&)> warn);

} // namespace columbarium::host
