// SPDX-License-Identifier: LGPL-2.1-or-later
// What the reverse-path alone forbids.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"
#include "reply/address_name.hpp"
#include "reply/claim.hpp"
#include "reply/known_addresses.hpp"
#include "reply/objections.hpp"
#include "reply/objections_sender.hpp"

namespace columbarium::reply {

namespace {

bool is_domain_or_below(std::string_view domain, std::string_view parent) {
    if (!domain.ends_with(parent) || parent.empty())
        return false;
    return domain.size() == parent.size() || domain[domain.size() - parent.size() - 1] == '.';
}

// Whether an entry of reply.never is meant: "fred@example.com", "@example.com", "fred@".
bool is_meant(std::string_view entry, std::string_view folded, std::string_view delimiters) {
    entry = trim(entry);
    if (entry.starts_with('@'))
        return is_domain_or_below(domain_of(folded), folded_domain(entry.substr(1)));
    const std::string main = main_form(std::string(folded), delimiters);
    if (entry.ends_with('@')) {
        const std::string wanted = mail::fold_address(std::string(entry) + "a");
        return !wanted.empty() && (local_part_of(folded) == local_part_of(wanted) ||
                                   local_part_of(main) == local_part_of(wanted));
    }
    const std::string wanted = mail::fold_address(entry);
    return !wanted.empty() && (folded == wanted || main == wanted);
}

// Whether a local part in quotes stands before the domain (RFC 5321 section 4.1.2): it may hold blanks, which
// no address of ours does.
bool is_quoted(std::string_view address) {
    const std::size_t end = address.rfind("\"@");
    return address.starts_with('"') && end != std::string_view::npos && end > 0;
}

} // namespace

std::vector<Objection> objections_to_sender(const Question& question, const config::ReplyPolicy& policy) {
    return objections_to_sender(
        question, KnownAddresses(question.recipients, question.own_addresses, question, policy), policy);
}

std::vector<Objection> objections_to_sender(const Question& question, const KnownAddresses& own,
                                            const config::ReplyPolicy& policy) {
    if (trim(question.sender).empty())
        return {{"AR-6", "the reverse-path is the null one"}};
    const std::string folded = mail::fold_address(question.sender);
    if (folded.empty())
        return {{"AR-7", is_quoted(trim(question.sender))
                             ? "no reply is sent to this quoted local part: " + printable(question.sender)
                             : "the reverse-path is no address: " + printable(question.sender)}};
    if (!mail::is_sendable(question.sender))
        return {{"AR-7", "no reply can be sent to the reverse-path: " + printable(question.sender)}};

    // What the address was before a forwarder or a tag changed it, and what it is.
    std::vector<std::string> forms{folded};
    if (std::string original = original_sender(folded); original != folded)
        forms.push_back(std::move(original));

    const std::string shown = printable(question.sender);
    std::vector<Objection> found;
    for (const std::string& form : forms)
        // A wrapped address looks like VERP: there the address inside decides.
        if (const auto name = name_of_address(local_part_of(form));
            name && (&form == &forms.back() || !name->is_list)) {
            found.push_back({"AR-7", "the reverse-path is " + std::string(name->kind) + ": " + shown});
            break;
        }
    for (const std::string& form : forms)
        if (own.holds(form)) {
            found.push_back({"AR-10", "the reverse-path is an address of the recipient: " + shown});
            break;
        }
    for (const std::string& entry : policy.never) {
        bool meant = false;
        for (const std::string& form : forms)
            meant |= is_meant(entry, form, question.subaddress_delimiters);
        if (meant) {
            found.push_back({"AR-5", "the site never answers " + printable(entry)});
            break;
        }
    }
    return found;
}

} // namespace columbarium::reply
