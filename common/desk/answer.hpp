// SPDX-License-Identifier: LGPL-2.1-or-later
// Automatic answers of a desk ([answers.NAME]): the texts, and the message. Whether one may go out is decided
// by reply::objections() and reply::is_addressed(), and who was told is remembered as everywhere
// (reply/claim.hpp).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/desk_policy.hpp"
#include "mail/message.hpp"

namespace columbarium::desk {

// For whom an answer is claimed, as reply::Claim::people has it: "answer:the-bat". A person's username holds
// no ":".
[[nodiscard]] COLUMBARIUM_API std::string claim_name(std::string_view answer);
// What the service makes of it: "answer:the-bat:LOGIN"; nothing where it is no claim_name().
[[nodiscard]] COLUMBARIUM_API std::string claim_person(std::string_view claim_name, std::string_view login);
[[nodiscard]] COLUMBARIUM_API bool is_claim_name(std::string_view name);

struct AnswerRequest {
    const config::DeskPolicy& policy;
    const config::DeskAnswer& answer;
    std::string desk_address; // of the user whose mail is sorted
    std::string to;           // the reverse-path of the message
    std::chrono::sys_seconds date;
    std::string message_id_domain;
};

// Reads the templates and makes the answer (reply::compose()). Languages in their order make a
// multipart/alternative, the first one its last part. A temporary failure names a template that cannot be
// read, is not UTF-8, has a syntax error or a name that is unknown, or is longer than 16 KiB.
[[nodiscard]] COLUMBARIUM_API Expected<std::string> compose_answer(const AnswerRequest& request,
                                                                   mail::Message& message);

} // namespace columbarium::desk
