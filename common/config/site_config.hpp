// SPDX-License-Identifier: LGPL-2.1-or-later
// The site's policy: /etc/dovecot/columbarium.toml, read by every adapter.
//
// An unknown key, a wrong type or a value out of range is an error whose text names file, line and key;
// a file with an error is not used in part.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/desk_policy.hpp"
#include "config/feed_source.hpp"
#include "config/list_policy.hpp"
#include "config/milter_policy.hpp"
#include "config/notice_policy.hpp"
#include "config/notify_policy.hpp"
#include "config/people_policy.hpp"
#include "config/presence_policy.hpp"
#include "config/reply_policy.hpp"
#include "config/store_place.hpp"
#include "config/submission_place.hpp"
#include "config/triage_policy.hpp"
#include "config/xmpp_account.hpp"

namespace columbarium::config {

// Where the packages install the file.
inline constexpr const char* default_site_config_path = "/etc/dovecot/columbarium.toml";

// A place to keep mail that nobody needs to answer: `kind = "bucket"`.
struct Bucket {
    std::string mailbox;            // full name with the namespace's separators, UTF-8
    std::vector<std::string> flags; // IMAP system flags (with backslash) and keywords, in the file's order
    bool create = true;             // create the mailbox where it does not exist
};

// A place where people wait for forwards: `kind = "channel"`.
struct Channel {
    // How a forward has the original.
    enum class Original {
        attached,  // whole, as message/rfc822
        as_inline, // its text, and those attachments that do not clutter it
    };

    // forward_to: one addr-spec, RFC 5321. "": nothing is forwarded, mail waits in the mailbox, where people
    // look for it
    std::string forward_to;
    // mailbox: where a copy of each forward goes, or where there is no forward_to, the mail itself; it is
    // made where it does not exist. "": no copy. Either this or forward_to is there.
    std::string mailbox;
    Original original = Original::attached; // original = "attached" | "inline"
    // tokens = ["arbitration"]: names of [triage.tokens]; the first value of each that the message has stands
    // in the forward's subject and first line
    std::vector<std::string> tokens;
    // per_hour, 0 to 1,000,000: forwards of one user through this channel. 0: none at all
    std::size_t per_hour = 200;
};

// What a script's `route "name"` stands for: [destinations.name] of the file.
struct Destination {
    std::string name; // as the administrator wrote it; names are compared without regard to ASCII case
    std::variant<Bucket, Channel> kind;
    std::string answer;           // answer: the name of one of [answers]; "" for none
    bool records_bounces = false; // record_bounces: what a bounce says is kept in the store
};

// The whole file.
struct SiteConfig {
    // In the file's order.
    std::vector<Destination> destinations;
    TriagePolicy triage;
    DeskPolicy desk;
    std::vector<DeskAnswer> answers; // in the file's order
    ListPolicy lists;
    PresencePolicy presence;
    XmppAccount xmpp;
    NotifyPolicy notify;
    PeoplePolicy people;
    StorePlace store;
    FeedSource feed;
    ReplyPolicy reply;
    NoticePolicy tombstone;
    SubmissionPlace submission;
    MilterPolicy milter;

    // The destination of this name (ASCII case ignored), or nullptr.
    [[nodiscard]] COLUMBARIUM_API const Destination* find_destination(std::string_view name) const;

    // The answer of this name (ASCII case ignored), or nullptr.
    [[nodiscard]] COLUMBARIUM_API const DeskAnswer* find_answer(std::string_view name) const;

    // All names, as written, in the file's order.
    [[nodiscard]] COLUMBARIUM_API std::vector<std::string> destination_names() const;
};

// Reads the text of a columbarium.toml; `path` is used in error texts only. Errors are temporary failures:
// the administrator mends the file and the mail is tried again.
[[nodiscard]] COLUMBARIUM_API Expected<SiteConfig> parse_site_config(std::string_view text,
                                                                     std::string_view path);

// Reads the file. Where it does not exist: the error says so. The result is kept for the life of the process
// and read anew only when the file's device, inode, size or modification time changed. Not thread-safe.
[[nodiscard]] COLUMBARIUM_API Expected<std::shared_ptr<const SiteConfig>>
read_site_config(const std::string& path);

} // namespace columbarium::config
