// SPDX-License-Identifier: LGPL-2.1-or-later
// Storing mail apart from the host's own actions. Include this last.
#pragma once

#include <string>
#include <string_view>

#include "compat.hpp"

namespace columbarium::sieve {

// Keywords of messages whose forward did not go out, and whose forward did.
inline constexpr const char* not_forwarded_keyword = "$NotForwarded";
inline constexpr const char* forwarded_keyword = "$Forwarded";

// What is stored: a stream, from its offset to its end, or where that is nullptr a mail of the host as it is.
struct Stored {
    istream* input;
    struct mail* mail;
    mail_flags flags;
    const char* const* keywords; // ends with nullptr; those that the mailbox cannot have are left out
};

// Stores it in the user's mailbox of this name (UTF-8), which is made where it is missing. Returns "", or
// what failed.
[[nodiscard]] std::string store_mail(const sieve_action_exec_env* aenv, const char* mailbox,
                                     const Stored& stored);

// Adds a keyword to a message where it lies, or takes it away; nothing where its mailbox cannot be written.
void add_keyword(struct mail* mail, const char* keyword);
void remove_keyword(struct mail* mail, const char* keyword);

// The flag of this name ("\\Seen", in any case); none for others.
[[nodiscard]] mail_flags system_flag(std::string_view flag);

} // namespace columbarium::sieve
