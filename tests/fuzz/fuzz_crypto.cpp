// SPDX-License-Identifier: LGPL-2.1-or-later
// What reads signed and encrypted mail. The first octet chooses the reader: "p" OpenPGP packets, "c" a CMS
// object, "t" a text with armour, "f" a header with marks of forwards, else a whole message; so a message as
// it stands is a good seed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "mail/message.hpp"
#include "mail/source.hpp"
#include "triage/certificate_request.hpp"
#include "triage/crypto.hpp"
#include "triage/crypto_armour.hpp"
#include "triage/crypto_cms.hpp"
#include "triage/crypto_openpgp.hpp"
#include "triage/forward_mark.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void fuzz_packets(std::string_view input) {
    const triage::OpenPgpMessage message = triage::read_openpgp(input);
    require(message.recipients.size() <= triage::key_recipient_limit);
    require(message.recipients.empty() || message.content == triage::OpenPgpMessage::Content::encrypted);
    for (const triage::OpenPgpKey& key : message.recipients)
        require(key.id.size() == 16);
}

void fuzz_cms(std::string_view input) {
    static_cast<void>(triage::cms_content(input));
    const auto recipients = triage::cms_recipients(input, {});
    require(recipients && recipients->recipients.size() <= triage::key_recipient_limit &&
            !recipients->has_ours);
    for (const std::string& recipient : recipients->recipients)
        require(!has_control(recipient));
}

void fuzz_text(std::string_view input) {
    for (const triage::Armour& armour : triage::find_armours(input, false))
        require(armour.octets.size() <= triage::encrypted_head_limit);
    static_cast<void>(triage::without_armour(std::string(input)));
}

// What can be read is written and read again as the same, but for what is too long.
void fuzz_marks(std::string_view input) {
    for (const triage::ForwardMark& mark : triage::forward_marks(mail::HeaderFields(input))) {
        const std::string body = triage::to_field(mark);
        require(body.size() <= 400 && is_ascii(body) && !has_control(body));
        require(!has_control(mark.channel));
        const std::string field = std::string(triage::forward_field) + ": " + body + "\n";
        const auto again = triage::forward_marks(mail::HeaderFields(field));
        require(again.size() == 1);
        if (body.size() < 250)
            require(again.front() == mark);
    }
}

void fuzz_message(std::string_view input) {
    mail::StringSource source(input);
    mail::Message message(source);
    config::TriagePolicy policy;
    policy.openpgp_keys = {"FD245381791EE281"};
    const auto known = triage::read_cryptography(message, policy);
    require(known && known->kinds.size() <= 4 && known->readable.size() <= 1);
    require(known->recipients.empty() || !known->readable.empty());
    triage::BodyText body;
    body.text = std::string(input);
    require(triage::certificate_requests(message, body).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view input(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const std::string_view rest = input.empty() ? input : input.substr(1);
    switch (input.empty() ? '\0' : input.front()) {
    case 'p':
        fuzz_packets(rest);
        break;
    case 'c':
        fuzz_cms(rest);
        break;
    case 't':
        fuzz_text(rest);
        break;
    case 'f':
        fuzz_marks(rest);
        break;
    default:
        fuzz_message(input);
    }
    return 0;
}
