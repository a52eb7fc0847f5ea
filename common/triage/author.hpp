// SPDX-License-Identifier: LGPL-2.1-or-later
// Who seems to have written a message. The less an author proves, the more a notice's words must prove.
#pragma once

#include <optional>
#include <string>

#include "mail/header_fields.hpp"

namespace columbarium::triage {

enum class Author {
    mail_system, // a mail system, by its name in From or by a field that only mail systems write
    postmaster,  // postmaster, or the name of a mail system; people bear them, too
    null_sender, // the null reverse-path: of notices, automatic replies and some other mail of machines
    shared,      // an address of help desks and machines of all kinds: support@, noreply@
    unknown,     // nothing tells
    person,      // a person's mail program, or an answer in a conversation
};

struct AuthorSign {
    Author author = Author::unknown;
    std::string rule;               // why, for traces; "" for unknown
    bool uses_mail_program = false; // a field that names a person's mail program is there
};

// `sender` is the envelope sender as mail::Message::sender() gives it; `answers` whether the subject is
// marked as an answer or a forward.
[[nodiscard]] AuthorSign read_author(const mail::HeaderFields& header,
                                     const std::optional<std::string>& sender, bool answers);

} // namespace columbarium::triage
