// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/address_name.hpp"

#include <cstddef>
#include <vector>

#include "triage/pattern_set.hpp"

namespace columbarium::reply {

namespace {

struct Row {
    AddressName name;
    std::string_view pattern; // over the local part
};

constexpr AddressName mail_system{false, false, "a mail system's address"};
constexpr AddressName machine{false, false, "a machine's address"};
constexpr AddressName list{true, false, "a mailing list's address"};
constexpr AddressName returned{true, false, "an address that bounces are sent to"};
constexpr AddressName no_answers{false, true, "an address that takes no answers"};

constexpr Row rows[] = {
    {mail_system, R"(^(e?mail|smtp|mta|mda)?[-_.]?(mailer|mail)?[-_.]?daemon([-_+]|$))"},
    {mail_system,
     R"(^(postmaster|autopostmaster|mailer|mmdf|uucp|double-bounce|mail-?delivery[-_.a-z]*)([+]|$))"},
    {mail_system, R"(^microsoftexchange[0-9a-f]{10,}$)"},
    {machine, R"(^(root|nobody|crond?|www-?data|wwwrun|apache2?|httpd|nginx|nagios|icinga|zabbix)$)"},
    {machine,
     R"(^auto[-_.]?(repl(y|ies)|respon(d|se)|responder|answer|antwort|mailer|notif(y|ier|ications?))([-_.+]|$))"},
    // "vacation@" alone may be a shop's for holidays.
    {machine, R"(^vacation[-_+]|^(notifications?|notify|notifier)([-_+]|$))"},
    {machine, R"([-+](confirm|challenge)([-+_.=]|$)|^(confirm|challenge)[-+])"},
    {list,
     R"(^(majordomo|listserv|listproc|mailman|sympa|petidomo|ezmlm|smartlist|ecartis|listar|mlmmj)([-_+]|$))"},
    {list, R"(^owner-|[-+](owner|subscribe|unsubscribe)$|-request$|[-+]owner[-+])"},
    // VERP: "list+fred=example.com", "list-return-17-fred=example.com"
    {list, R"([-+_.=][^=]+=[^=]*[^=.]\.[^=.]+$|^sentto-\d|-return-\d)"},
    {returned, R"((^|[-+])bounce[sd]?($|[-_.+=0-9])|[_.]bounces($|[-_+=0-9])|[-+]errors?$|^errors?[-+])"},
    // "no-reply", "do_not_reply", "noreply2", "service.noreply"; not "casino.reply"
    {no_answers,
     R"((^|[^a-z])(no|do[^a-z]?not|dont|not|never)[^a-z]?(repl(y|ies)|respon(d|se)|answers?)([^a-z]|$))"},
    {no_answers,
     R"((^|[^a-z])(keine?[^a-z]?antwort(en)?|nicht[^a-z]?antworten|ne[^a-z]?pas[^a-z]?repondre|)"
     R"(no[^a-z]?responder|non[^a-z]?rispondere|nao[^a-z]?respond(a|er)|unmonitored|unattended|dev-?null|blackhole))"
     R"(([^a-z]|$))"},
};

const triage::PatternSet& patterns() {
    static const triage::PatternSet* const set = triage::new_pattern_set(rows, &Row::pattern);
    return *set;
}

} // namespace

std::optional<AddressName> name_of_address(std::string_view local_part) {
    const std::vector<int> found = patterns().find(local_part);
    if (found.empty())
        return std::nullopt;
    return rows[static_cast<std::size_t>(found.front())].name;
}

} // namespace columbarium::reply
