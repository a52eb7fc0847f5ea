// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages of ours as GMime builds them. Private to common/reply and common/desk.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "mail/gmime.hpp"
#include "mail/message.hpp"
#include "reply/compose.hpp"

namespace columbarium::reply {

using MimePart = mail::GObject_ptr<GMimePart>;
using MimeMessage = mail::GObject_ptr<GMimeMessage>;

// What every message of ours begins with: From, To, Date, Subject, Message-ID, Auto-Submitted: auto-replied,
// X-Auto-Response-Suppress: All. The addresses are sendable ones, the other texts are made fit here.
[[nodiscard]] MimeMessage new_message(const From& from, const std::string& to, std::string_view subject,
                                      std::chrono::sys_seconds date, std::string_view message_id_domain);

// A field whose value is fit to be written as it is: ASCII, without line ends or folded.
void set_field(GMimeObject* object, const char* name, std::string_view value);

// As a field has it (RFC 5322 section 3.3).
[[nodiscard]] std::string date_text(std::chrono::sys_seconds date);

// A part of type "text/plain" and the like. `text` has LF; the encoding is the shortest of 7bit,
// quoted-printable and base64 that holds it. What is not UTF-8 is said to be of an unknown charset.
[[nodiscard]] MimePart text_part(const char* subtype, const std::string& text);

// A part of another type, whose text is ASCII in short lines.
[[nodiscard]] MimePart ascii_part(const char* type, const char* subtype, const std::string& text);

// A part of any type: the octets as they are, in base64.
[[nodiscard]] MimePart file_part(const char* type, const char* subtype, const std::string& octets);

// Octets that nobody can guess, as 32 hexadecimal digits.
[[nodiscard]] std::string random_digits();

// The fields In-Reply-To and References of an answer to a message (RFC 5322 section 3.6.4): none where it has
// no identifier; References at most the last 20, each once.
[[nodiscard]] Expected<void> add_references(GMimeMessage* answer, mail::Message& message);

// The whole message with CRLF.
[[nodiscard]] std::string to_wire(GMimeMessage* message);

} // namespace columbarium::reply
