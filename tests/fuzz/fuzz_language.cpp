// SPDX-License-Identifier: LGPL-2.1-or-later
// A message to its text, language, tokens and what systems in front say of it. The first octet chooses the
// token; so a message as it stands is a good seed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <glib.h>

#include "mail/address.hpp"
#include "mail/message.hpp"
#include "mail/sole_mailbox.hpp"
#include "mail/source.hpp"
#include "triage/body_text.hpp"
#include "triage/header_results.hpp"
#include "triage/html_text.hpp"
#include "triage/language.hpp"
#include "triage/tokens.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

bool is_utf8(std::string_view text) {
    return g_utf8_validate_len(text.data(), text.size(), nullptr) != FALSE;
}

void require_sound(const std::vector<triage::Finding>& findings, std::size_t most) {
    require(findings.size() <= most);
    for (const triage::Finding& finding : findings)
        require(!finding.value.empty() && !finding.rule.empty() && is_utf8(finding.value));
}

const config::TriagePolicy& policy() {
    static const config::TriagePolicy site = [] {
        using Place = config::TokenPattern::Place;
        config::TriagePolicy made;
        made.authserv_ids = {"mx.example.org"};
        made.languages = {"en"};
        const std::vector<config::TokenPattern::Source> all = {
            {Place::subject, ""}, {Place::body, ""}, {Place::header, "To"}, {Place::address, "From"}};
        made.tokens = {{"number", R"(a20[0-9]{6}\.[0-9]{1,3})", all},
                       {"line", R"(^\s*(.*)$)", all},
                       {"any", R"((?s)x?.?)", all}};
        return made;
    }();
    return site;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view input(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    mail::StringSource source(input);
    mail::Message message(source);
    const auto header = message.header();
    const auto body = triage::read_body_text(message);
    require(header.has_value() && body.has_value());
    require(body->text.size() <= triage::body_text_limit && is_utf8(body->text));
    require(body->unreadable <= body->octets);

    const triage::Language language = triage::read_language(*body, (*header)->text("Subject"), policy());
    require_sound(language.language, 1);
    require(language.confidence.size() == language.language.size());
    require_sound(language.garbled, 1);
    require_sound(language.script, 10);
    require_sound(language.wrong, 1);

    const std::size_t chosen = input.empty() ? 0 : static_cast<unsigned char>(input.front());
    const config::TokenPattern& token = policy().tokens[chosen % policy().tokens.size()];
    const auto values = triage::token_values(token, message, *body);
    require(values.has_value());
    require_sound(*values, triage::token_value_limit);
    for (const triage::Finding& finding : *values)
        require(finding.value.size() <= triage::token_octet_limit &&
                finding.value.find('\n') == std::string::npos);

    const triage::Authentication read = triage::read_authentication(**header, policy());
    require(read.methods.size() <= 3 && read.from.size() == 1);
    // What is proved of From is proved of all that others read in it.
    if (const std::string from = mail::sole_mailbox(**header, "From"); !from.empty()) {
        const auto mailboxes = mail::parse_mailboxes((*header)->raw("From"));
        require(mailboxes.size() == 1 && mail::fold_address(mailboxes.front().address) == from);
    } else {
        require(read.from.front().value == "no");
    }
    require_sound(triage::read_spam(**header, policy()), 1);
    if (is_utf8(input))
        require(is_utf8(triage::text_of_html(input, 1000)));
    return 0;
}
