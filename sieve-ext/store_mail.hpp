// SPDX-License-Identifier: LGPL-2.1-or-later
// Storing mail apart from the host's own actions. Include this last.
#pragma once

#include <string>

#include "compat.hpp"

namespace columbarium::sieve {

// A keyword of messages whose forward did not go out.
inline constexpr const char* not_forwarded_keyword = "$NotForwarded";

// What is stored: a stream, from its offset to its end, or where that is nullptr a mail of the host as it is.
struct Stored {
    istream* input;
    struct mail* mail;
    mail_flags flags;
    const char* keyword; // or nullptr
};

// Stores it in the user's mailbox of this name (UTF-8), which is made where it is missing. Returns "", or
// what failed.
[[nodiscard]] std::string store_mail(const sieve_action_exec_env* aenv, const char* mailbox,
                                     const Stored& stored);

// Adds a keyword to a message where it lies. False where its mailbox cannot be written.
bool add_keyword(struct mail* mail, const char* keyword);

} // namespace columbarium::sieve
