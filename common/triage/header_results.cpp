// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/header_results.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "config/pattern.hpp"
#include "mail/address.hpp"
#include "mail/authentication_results.hpp"

namespace columbarium::triage {

namespace {

using mail::AuthenticationResult;

constexpr std::size_t domain_limit = 50;
constexpr int spam_field_limit = 50; // fields of one name that are looked at

// One system's word on one domain by one method; "" for a domain that it does not name.
struct Told {
    std::string authserv_id; // lower case
    std::string method;
    std::string domain;
    friend auto operator<=>(const Told&, const Told&) = default;
};

std::string domain_in(std::string_view address) {
    const std::size_t at = address.rfind('@');
    std::string domain = to_lower(at == std::string_view::npos ? address : address.substr(at + 1));
    if (domain.ends_with('.'))
        domain.pop_back();
    return domain;
}

// The domain that a result speaks of (RFC 8601 section 2.7; RFC 7489 section 3.1).
std::string domain_of(const AuthenticationResult& result) {
    if (result.method == "spf")
        return domain_in(result.property("smtp", "mailfrom"));
    if (result.method == "dmarc")
        return domain_in(result.property("header", "from"));
    const std::string_view domain = result.property("header", "d");
    return domain_in(domain.empty() ? result.property("header", "i") : domain);
}

bool is_trusted(const config::TriagePolicy& policy, std::string_view authserv_id) {
    return std::ranges::any_of(policy.authserv_ids, [authserv_id](const std::string& trusted) {
        return equals_ignoring_case(trusted, authserv_id);
    });
}

// What the trusted systems say. Where one of them says in two fields that something passed and that it did
// not, one of the two is forged. Two signatures of one domain in one field may differ.
class Results {
  public:
    void add_field(const mail::AuthenticationResults& field) {
        std::set<Told> passed;
        std::set<Told> failed;
        for (const AuthenticationResult& result : field.results) {
            if (result.method != "spf" && result.method != "dkim" && result.method != "dmarc")
                continue;
            Told told{to_lower(field.authserv_id), result.method, domain_of(result)};
            if (result.result != "pass")
                failed.insert(std::move(told));
            else if (passed.insert(told).second && std::ranges::find(passed_, told) == passed_.end())
                passed_.push_back(std::move(told));
        }
        for (const Told& told : failed)
            if (told.method != "dkim" || !passed.contains(told))
                failed_.insert(told);
    }

    [[nodiscard]] std::vector<Told> proved() const {
        std::vector<Told> proved;
        for (const Told& told : passed_)
            if (!failed_.contains(told) && proved.size() < domain_limit)
                proved.push_back(told);
        return proved;
    }

  private:
    std::vector<Told> passed_;
    std::set<Told> failed_;
};

void add_once(std::vector<Finding>& findings, const std::string& value, const std::string& rule) {
    const auto same = [&value](const Finding& known) { return known.value == value; };
    if (!value.empty() && std::ranges::none_of(findings, same))
        findings.push_back({value, rule});
}

// Whether what is proved for `domain` holds for an address in `from`: it is that domain or one above it, with
// two labels at least and at most three labels shorter.
bool is_aligned(std::string_view domain, std::string_view from) {
    if (domain == from)
        return true;
    if (domain.find('.') == std::string_view::npos || from.size() <= domain.size() + 1 ||
        !from.ends_with(domain) || from[from.size() - domain.size() - 1] != '.')
        return false;
    const std::string_view below = from.substr(0, from.size() - domain.size() - 1);
    return std::ranges::count(below, '.') < 3;
}

// The domain of From's only mailbox as it is compared, or "".
std::string from_domain(const mail::HeaderFields& header) {
    std::string_view raw;
    for (const mail::HeaderField& field : header.fields())
        if (equals_ignoring_case(field.name, "From")) {
            if (!raw.empty())
                return {};
            raw = field.raw;
        }
    const std::vector<mail::Mailbox> mailboxes = mail::parse_mailboxes(raw);
    if (mailboxes.size() != 1)
        return {};
    return std::string(mail::domain_of(mail::fold_address(mailboxes.front().address)));
}

Finding from_proved(const std::vector<Told>& proved, const std::string& from) {
    if (!from.empty())
        for (const Told& told : proved)
            if (!told.domain.empty() &&
                (told.method == "dmarc" ? told.domain == from : is_aligned(told.domain, from)))
                return {"yes", told.method + " of " + told.domain + ", says " + told.authserv_id};
    return {"no", "nobody who is trusted proves it"};
}

} // namespace

Authentication read_authentication(const mail::HeaderFields& header, const config::TriagePolicy& policy) {
    Authentication read;
    if (policy.authserv_ids.empty())
        return read;
    Results results;
    for (const mail::HeaderField& field : header.fields())
        if (equals_ignoring_case(field.name, "Authentication-Results"))
            if (const auto parsed = mail::parse_authentication_results(field.raw);
                parsed && is_trusted(policy, parsed->authserv_id))
                results.add_field(*parsed);
    const std::vector<Told> proved = results.proved();
    for (const Told& told : proved) {
        const std::string rule = told.method + ", says " + told.authserv_id;
        add_once(read.methods, told.method, rule);
        add_once(read.domains, told.domain, rule);
    }
    read.from = {from_proved(proved, proved.empty() ? std::string() : from_domain(header))};
    return read;
}

std::vector<Finding> read_spam(const mail::HeaderFields& header, const config::TriagePolicy& policy) {
    if (policy.spam_fields.empty())
        return {};
    for (const config::SpamField& wanted : policy.spam_fields) {
        int seen = 0;
        for (const mail::HeaderField& field : header.fields()) {
            if (!equals_ignoring_case(field.name, wanted.field) || seen++ >= spam_field_limit)
                continue;
            const RE2* const pattern = config::compiled_pattern(wanted.pattern);
            const std::string value = mail::decode_text(field.raw);
            if (pattern != nullptr && RE2::PartialMatch(value, *pattern))
                return {{"yes", "field " + wanted.field}};
        }
    }
    return {{"no", "no field of spam_fields says so"}};
}

} // namespace columbarium::triage
