// SPDX-License-Identifier: LGPL-2.1-or-later
// Composes the forward of a message, sends it, and stores the channel's copy. Include this last.
#pragma once

#include <string>

#include "base/expected.hpp"

#include "send_mail.hpp"

namespace columbarium::sieve {

// What a forward says beside the message. Plain memory of the host.
struct ForwardText {
    const char* channel; // the destination's name
    const char* by;      // a person's login name, or the script and its line
    bool is_by_person;
    const char* note;                // or nullptr
    const char* const* tokens;       // ends with nullptr
    const char* const* explanations; // ends with nullptr
};

// Sends `mail` to the channel; `sending` tells as soon as it is known how far that got, and is not_now until
// then. "" where it went out and its copy is stored, or no copy is wanted; else what
// failed with the copy. An error tells that nothing went out: a permanent one that it never will, a temporary
// one that it may later (or that nobody knows whether it did: twice is better than never).
[[nodiscard]] Expected<std::string> send_forward(const sieve_action_exec_env* aenv, struct mail* mail,
                                                 const ForwardText& text, Sending& sending);

} // namespace columbarium::sieve
