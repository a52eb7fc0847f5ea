// SPDX-License-Identifier: LGPL-2.1-or-later
// The [tombstone] table of columbarium.toml: what correspondents of people who left are told, and how.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"

namespace columbarium::config {

// What a reply may tell of somebody (RFC 3834 section 6, AR-19).
enum class Disclosure {
    nothing,          // no reply goes out: senders are refused
    address,          // his new address
    address_and_name, // and his full name
};

// "nothing", "address", "address-and-name".
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(Disclosure disclosure);
[[nodiscard]] COLUMBARIUM_API std::optional<Disclosure> disclosure_of_name(std::string_view name);

// Whether it is a language tag (BCP 47, RFC 5646 section 2.1): "de", "zh-Hant-TW". At most 60 octets.
[[nodiscard]] COLUMBARIUM_API bool is_language_tag(std::string_view text);

struct NoticePolicy {
    // What becomes of a message whose sender was told within the interval.
    enum class Repeated { refuse, drop };

    Repeated repeated = Repeated::refuse;      // repeated = "refuse" | "drop"
    Disclosure disclose = Disclosure::address; // disclose; a person may have his own
    std::vector<std::string> roles = {"abuse",
                                      "postmaster"}; // roles: local parts that are nobody's (RFC 2142),
                                                     // in lower case; mail to them is left alone
    // from = "Change of address <moved@cam.example.org>": From of replies (AR-11), one mailbox, as
    // mail::is_sendable() wants it. "": the address that was written to, with the person's name where it is
    // disclosed and the reply tells of nobody else.
    std::string from;
    // subject = "Auto: {{{subject}}}": a Mustache template; `subject` is that of the message (AR-15)
    std::string subject = "Auto: {{{subject}}}";
    // templates = "/etc/dovecot/columbarium-replies": the folder with change-of-address.LANGUAGE.txt for each
    // language. "": the text that is built in, in English.
    std::string templates;
    // languages = ["en", "de"]: BCP 47 tags, each with its template, and none twice, whatever the case of its
    // letters. Several make a multipart/alternative (AR-18): the first is the main one, which mail programs
    // show, so it is the last part (RFC 2046 section 5.1.4).
    std::vector<std::string> languages = {"en"};
    // [tombstone.languages_of] ".de" = ["de"], "example.com" = ["en"]: languages for who writes from this
    // domain; with a dot before it, from it or one below it. The longest that fits counts.
    std::map<std::string, std::vector<std::string>> languages_of;
};

} // namespace columbarium::config
