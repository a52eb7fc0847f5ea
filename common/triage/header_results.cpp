// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/header_results.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <libpsl.h>
#include <re2/re2.h>

#include "base/ascii.hpp"
#include "config/pattern.hpp"
#include "mail/address.hpp"
#include "mail/authentication_results.hpp"
#include "mail/sole_mailbox.hpp"
#include "triage/tokens.hpp"

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
    friend auto operator<=>(const Told&, const Told&) = default; // NOLINT(modernize-use-nullptr)
};

// Of an address or a domain, as mail::fold_address() writes domains; "" for none.
std::string domain_in(std::string_view address) {
    const std::size_t at = address.rfind('@');
    std::string_view domain = at == std::string_view::npos ? address : address.substr(at + 1);
    if (domain.ends_with('.'))
        domain.remove_suffix(1);
    return std::string(mail::domain_of(mail::fold_address("a@" + std::string(domain))));
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
// not, one of the two is forged; so it is where it says that there is no signature and that one passed. Two
// signatures of one domain in one field may differ.
class Results {
  public:
    void add_field(const mail::AuthenticationResults& field) {
        std::set<Told> passed;
        std::set<Told> failed;
        for (const AuthenticationResult& result : field.results) {
            if (result.method != "spf" && result.method != "dkim" && result.method != "dmarc")
                continue;
            Told told{to_lower(field.authserv_id), result.method, domain_of(result)};
            if (told.method == "dmarc" && result.result != "pass" && result.result != "none" &&
                result.result != "bestguesspass")
                dmarc_failed_.insert(told.domain);
            if (told.method == "dkim" && result.result == "none")
                unsigned_.insert(told.authserv_id);
            if (result.result != "pass")
                failed.insert(std::move(told));
            else if (passed.insert(told).second && known_.insert(told).second)
                passed_.push_back(std::move(told));
        }
        for (const Told& told : failed)
            if (told.method != "dkim" || !passed.contains(told))
                failed_.insert(told);
    }

    // Where dmarc did not hold, says one of them; "" for a domain that it does not name.
    [[nodiscard]] const std::set<std::string>& dmarc_failed() const { return dmarc_failed_; }

    [[nodiscard]] std::vector<Told> proved() const {
        std::vector<Told> proved;
        for (const Told& told : passed_)
            if (!failed_.contains(told) && !(told.method == "dkim" && unsigned_.contains(told.authserv_id)) &&
                proved.size() < domain_limit)
                proved.push_back(told);
        return proved;
    }

  private:
    std::vector<Told> passed_; // each once, in order
    std::set<Told> known_;     // the same
    std::set<Told> failed_;
    std::set<std::string> unsigned_; // authserv-ids that say that there is no signature at all
    std::set<std::string> dmarc_failed_;
};

void add_once(std::vector<Finding>& findings, const std::string& value, const std::string& rule) {
    const auto same = [&value](const Finding& known) { return known.value == value; };
    if (!value.empty() && std::ranges::none_of(findings, same))
        findings.push_back({value, rule});
}

bool is_or_above(std::string_view domain, std::string_view from) {
    return from.ends_with(domain) &&
           (from.size() == domain.size() || from[from.size() - domain.size() - 1] == '.');
}

// Whether what is proved for `domain` holds for an address in `from`: it is that domain, or one above it that
// is no public suffix, so that it belongs to the same people.
bool is_aligned(const std::string& domain, std::string_view from) {
    return domain == from || (is_or_above(domain, from) &&
                              psl_is_public_suffix2(psl_builtin(), domain.c_str(), PSL_TYPE_ANY) == 0);
}

Finding from_proved(const Results& results, const std::vector<Told>& proved, const std::string& from) {
    if (from.empty())
        return {"no", "From is not one address"};
    for (const std::string& domain : results.dmarc_failed())
        if (domain.empty() || is_or_above(domain, from))
            return {"no", "dmarc did not pass, says somebody who is trusted"};
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
    const std::string from = mail::sole_mailbox(header, "From");
    read.from = {from_proved(results, proved, std::string(mail::domain_of(from)))};
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
            const std::string value = decoded_line(field);
            if (pattern != nullptr && RE2::PartialMatch(value, *pattern))
                return {{"yes", "field " + wanted.field}};
        }
    }
    return {{"no", "no field of spam_fields says so"}};
}

} // namespace columbarium::triage
