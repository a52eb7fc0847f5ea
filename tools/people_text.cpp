// SPDX-License-Identifier: LGPL-2.1-or-later
#include "people_text.hpp"

#include <variant>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "printable.hpp"
#include "tombstone/resolve.hpp"

namespace columbarium::tools {

namespace {

struct MailText {
    std::string operator()(const tombstone::Forward& forward) const {
        return "forwarded to " + forward.address;
    }
    std::string operator()(const tombstone::ChangeOfAddress& change) const {
        return "change of address to " + change.address;
    }
    std::string operator()(const tombstone::Reject& reject) const {
        return fmt::format("refused: {}", tombstone::refusal(reject.reason));
    }
};

struct MailJson {
    Json operator()(const tombstone::Forward& forward) const {
        return {{"action", "forward"}, {"address", forward.address}};
    }
    Json operator()(const tombstone::ChangeOfAddress& change) const {
        return {{"action", "change-of-address"}, {"address", change.address}};
    }
    Json operator()(const tombstone::Reject& reject) const {
        return {{"action", "reject"}, {"reply", std::string(tombstone::refusal(reject.reason))}};
    }
};

// What a person has to know beside his data; "" for nothing.
std::string remarks(const tombstone::Person& person) {
    std::string text;
    const auto remark = [&text](std::string_view line) {
        text += fmt::format("{:<18} {}\n", text.empty() ? "remarks" : "", line);
    };
    if (person.is_new)
        remark("new: has set no address yet");
    if (person.is_account_missing)
        remark("forwards to his own account, which does not exist: that counts as unset");
    if (person.hold == tombstone::Hold::cancelled)
        remark("cancelled by hand, until the feed lists him no more");
    if (person.hold == tombstone::Hold::present)
        remark("restored by hand, until the feed lists him");
    if (person.hold == tombstone::Hold::leaving)
        remark("leaves on the day that stands at \"cancelled\", by hand");
    if (person.forwarding_address != person.listed_forwarding_address ||
        person.tombstone_address != person.listed_tombstone_address)
        remark("an address was set here: the feed has another one, or none");
    if (person.is_mail_attribute_due)
        remark("his address is to be added to the directory's mail attribute");
    return text;
}

} // namespace

std::string to_text(const tombstone::Person& person, tombstone::Date today,
                    const config::PeoplePolicy& policy) {
    std::string text;
    const auto line = [&text](std::string_view name, std::string_view value) {
        text += fmt::format("{:<18} {}\n", name, value.empty() ? "-" : printable(value));
    };
    line("username", person.username);
    if (!person.id.empty())
        line("id", person.id);
    bool is_first = true;
    for (const std::string& domain : policy.domains) {
        text += fmt::format("{:<18} {}@{}\n", is_first ? "addresses" : "", person.username, domain);
        is_first = false;
    }
    line("full name", person.full_name);
    line("affiliation", person.affiliation);
    line("forwarding address", person.forwarding_address);
    line("tombstone address", person.tombstone_address);
    if (person.disclosure)
        line("disclosure", config::name_of(*person.disclosure));
    line("cancelled", person.cancelled ? tombstone::to_text(*person.cancelled) : "");
    line("mail", std::visit(MailText{}, tombstone::resolve(person, today)));
    return text + remarks(person);
}

Json to_json(const tombstone::Person& person, tombstone::Date today, const config::PeoplePolicy& policy) {
    Json object;
    object["username"] = person.username;
    object["id"] = person.id;
    object["addresses"] = Json::array();
    for (const std::string& domain : policy.domains)
        object["addresses"].push_back(person.username + '@' + domain);
    object["full_name"] = person.full_name;
    object["affiliation"] = person.affiliation;
    object["forwarding_address"] = person.forwarding_address;
    object["tombstone_address"] = person.tombstone_address;
    object["disclosure"] = person.disclosure ? config::name_of(*person.disclosure) : std::string_view();
    object["cancelled"] = person.cancelled ? Json(tombstone::to_text(*person.cancelled)) : Json();
    object["new"] = person.is_new;
    object["account_missing"] = person.is_account_missing;
    object["hold"] = tombstone::name_of(person.hold);
    object["listed_forwarding_address"] = person.listed_forwarding_address;
    object["listed_tombstone_address"] = person.listed_tombstone_address;
    object["listed_disclosure"] =
        person.listed_disclosure ? config::name_of(*person.listed_disclosure) : std::string_view();
    object["mail_attribute_due"] = person.is_mail_attribute_due;
    object["mail"] = std::visit(MailJson{}, tombstone::resolve(person, today));
    return object;
}

std::string to_text(const tombstone::Change& change) {
    std::string text(tombstone::name_of(change.kind));
    if (!change.before.empty() || !change.after.empty())
        text += fmt::format(": {} -> {}", change.before.empty() ? "-" : change.before,
                            change.after.empty() ? "-" : change.after);
    if (!change.reason.empty())
        text += fmt::format(" ({})", change.reason);
    return printable(text);
}

void add_to(Json& object, const tombstone::Change& change) {
    object["kind"] = tombstone::name_of(change.kind);
    object["before"] = change.before;
    object["after"] = change.after;
    object["reason"] = change.reason;
}

std::string to_text(std::chrono::sys_seconds time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time.time_since_epoch().count()));
}

std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace columbarium::tools
