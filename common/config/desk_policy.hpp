// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables [desk] and [answers.NAME] of columbarium.toml: what a triage desk sends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"

namespace columbarium::config {

struct DeskPolicy {
    // from = "Support <support@example.org>": From of forwards and answers, and the address of it their
    // envelope sender and where failures of forwards come back to. "": the address of the user whose mail is
    // sorted.
    std::string from;
    // forwards_per_message, 1 to 100: channels that one message may be forwarded to
    std::size_t forwards_per_message = 4;
    // forwards_per_hour, 0 to 1,000,000: of one user, through all channels. 0: none at all
    std::size_t forwards_per_hour = 500;
    // hops, 1 to 20: a message that so many desks have forwarded already is not forwarded once more
    std::size_t hops = 3;
};

// An automatic answer of the desk: [answers.NAME].
struct DeskAnswer {
    std::string name;
    // subject: a Mustache template as NoticePolicy::subject is
    std::string subject = "Auto: {{{subject}}}";
    // templates: the folder with NAME.LANGUAGE.txt for each language; the only value that they know is
    // {{subject}}
    std::string templates;
    // languages, as in NoticePolicy; at least one
    std::vector<std::string> languages = {"en"};
};

} // namespace columbarium::config
