// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/author.hpp"

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "triage/field_rule.hpp"
#include "triage/pattern_set.hpp"

namespace columbarium::triage {

namespace {

// Mail programs of people. Mail systems, too, write an X-Mailer.
constexpr FieldRule program_fields[] = {
    {"User-Agent", ""},
    {"X-Mailer", "outlook"},
    {"X-Mailer", "mozilla"},
    {"X-Mailer", "apple mail"},
    {"X-Mailer", "the bat"},
    {"X-Mailer", "evolution"},
    {"X-Mailer", "kmail"},
    {"X-Mailer", "eudora"},
    {"X-Mailer", "iphone mail"},
    {"X-Mailer", "ipad mail"},
    {"X-Mailer", "sylpheed"},
    {"X-Mailer", "roundcube"},
    {"X-Mailer", "zimbra"},
    {"X-Mailer", "yahoomail"},
    {"Message-ID", "mail.gmail.com"}, // Gmail names no program
};

// Marks of a conversation. Some gateways put them into their notices.
constexpr FieldRule conversation_fields[] = {
    {"In-Reply-To", ""},
    {"References", ""},
    {"X-Mailer", ""},
    {"X-MimeOLE", ""},
};

// Fields that only mail systems and their notification services write.
constexpr FieldRule system_fields[] = {
    {"X-Failed-Recipients", ""},
    {"X-AMZ-SNS-Message-ID", ""},
};

struct NamePattern {
    std::string_view name;
    Author author;
    std::string_view pattern; // over display name and local part: "Mail Delivery System <mailer-daemon@>"
};

constexpr NamePattern names[] = {
    {"mailer-daemon", Author::mail_system,
     R"(mailer[-_. ]?d(ae|e|ea)mon|\b(mail|mda|mta|smtp)[-_. ]?daemon)"},
    {"mail delivery system", Author::mail_system,
     R"(mail[-_. ]?delivery[-_. ]?(sub)?(system|service|agent)|internet mail delivery|maildeliverysystem)"},
    {"Exchange", Author::mail_system, R"(^\W*microsoft exchange\W*(<|$)|microsoftexchange[0-9a-f]{10,})"},
    {"non-delivery address", Author::mail_system,
     R"(\b(non-?delivery|undeliver\w+|mail-?errors?|uucp|autopostmaster|mail-?notification)@)"},
    {"postmaster", Author::postmaster, R"(post[-_.]?master|mail-?master|hostmaster)"},
    {"system administrator", Author::postmaster,
     R"(system administrator|système|systemadministrator|administrador del sistema)"},
    {"mail system", Author::postmaster,
     R"(mail[-_. ]?(system|transport|transfer|router|gateway|server)\b|email system|smtp (server|gateway|router)|)"
     R"(mail (administrator|administration)|message (transfer|handling)|netmail|mdaemon at|returned mail|)"
     R"(delivery (agent|status|notification|subsystem)|\bmailer@)"},
    {"address of machines and desks", Author::shared,
     R"(\b(no-?reply|do-?not-?reply|nobody|mailagent|emailserver|mail-?admin\w*|admin\w*|root|system|daemon|)"
     R"(notification|notify|mmdf|bounces?|support|info|mailbox|mail|abuse|service|help)@)"},
};

const PatternSet& name_set() {
    static const PatternSet* const set = new_pattern_set(names, &NamePattern::pattern);
    return *set;
}

// Display name and local part of From; hosts are called demon and bounce, too.
std::string name_of(const mail::HeaderFields& header) {
    std::string name = header.text("From");
    static const RE2* const domain = new RE2(R"(@[^\s<>(),;]+)");
    RE2::GlobalReplace(&name, *domain, "@");
    return name;
}

} // namespace

AuthorSign read_author(const mail::HeaderFields& header, const std::optional<std::string>& sender,
                       bool answers) {
    const std::vector<int> found = name_set().find(name_of(header));
    const NamePattern* name = found.empty() ? nullptr : &names[static_cast<std::size_t>(found.front())];
    const auto named = [name] { return AuthorSign{name->author, std::string(name->name), false}; };

    if (const FieldRule* rule = find_rule(header, system_fields))
        return {Author::mail_system, field_rule_name(*rule), false};
    if (name != nullptr && name->author == Author::mail_system)
        return named();
    const std::string_view from = header.raw("From");
    if (header.has("From") && (from.empty() || from.find("<>") != std::string_view::npos))
        return {Author::mail_system, "null From", false};
    if (sender && (starts_with_ignoring_case(*sender, "mailer-daemon") ||
                   starts_with_ignoring_case(*sender, "double-bounce")))
        return {Author::mail_system, "reverse-path of a mail system", false};

    if (const FieldRule* rule = find_rule(header, program_fields))
        return {Author::person, field_rule_name(*rule), true};
    if (name != nullptr && name->author == Author::postmaster)
        return named();
    if (sender && sender->empty())
        return {Author::null_sender, "null reverse-path", false};
    if (const FieldRule* rule = find_rule(header, conversation_fields))
        return {Author::person, field_rule_name(*rule), false};
    if (answers)
        return {Author::person, "answer's subject", false};
    return name == nullptr ? AuthorSign{} : named();
}

} // namespace columbarium::triage
