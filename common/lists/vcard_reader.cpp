// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/vcard_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "lists/vcard_property.hpp"
#include "lists/vcard_value.hpp"
#include "mail/address.hpp"

namespace columbarium::lists {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

constexpr int least_preferred = 101; // RFC 6350 section 5.3: 1 to 100, no preference is less than that

int preference_of(const VcardProperty& property) {
    const std::string_view text = property.parameter("PREF");
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= 100)
        return value;
    return property.has_type("pref") ? 1 : least_preferred;
}

// The lines that no value goes on over, whatever the line before says.
bool is_boundary(std::string_view line) {
    return equals_ignoring_case(trim(line), "BEGIN:VCARD") || equals_ignoring_case(trim(line), "END:VCARD");
}

// Members that are people, but at no address of mail.
bool is_other_address(std::string_view uri) {
    static constexpr std::array<std::string_view, 5> schemes{"xmpp:", "sip:", "sips:", "tel:", "im:"};
    return std::ranges::any_of(
        schemes, [uri](std::string_view scheme) { return starts_with_ignoring_case(uri, scheme); });
}

// "Family;Given;..." as "Given Family"; several given names stand between commas.
std::string name_of_components(std::string_view value) {
    const std::vector<std::string_view> components = split_vcard_value(value, ';');
    std::string name;
    for (std::size_t index : {std::size_t{1}, std::size_t{0}}) {
        if (index >= components.size())
            continue;
        for (const std::string_view part : split_vcard_value(components[index], ','))
            if (const std::string text = vcard_text(part); !text.empty())
                name += (name.empty() ? "" : " ") + text;
    }
    return name;
}

// The first part that is not empty.
std::string first_part(std::string_view value, char separator) {
    for (const std::string_view part : split_vcard_value(value, separator))
        if (std::string text = vcard_text(part); !text.empty())
            return text;
    return "";
}

} // namespace

VcardReader::VcardReader(OnCard on_card, OnFault on_fault)
    : on_card_(std::move(on_card)), on_fault_(std::move(on_fault)) {}

void VcardReader::feed(std::string_view octets) {
    while (!octets.empty()) {
        const std::size_t end = octets.find('\n');
        keep(octets.substr(0, end));
        if (end == std::string_view::npos)
            return;
        octets.remove_prefix(end + 1);
        take_physical_line();
    }
}

void VcardReader::finish() {
    if (physical_octets_ > 0)
        take_physical_line();
    take_property();
    if (inside_)
        fault("no END:VCARD");
}

void VcardReader::keep(std::string_view octets) {
    if (octets.empty())
        return;
    // One more than a property may have: a line of exactly property_limit octets may end in CR.
    const std::size_t room = property_limit + 1 - std::min(property_limit + 1, physical_.size());
    physical_ += octets.substr(0, room);
    physical_octets_ += octets.size();
    before_last_ = octets.size() >= 2 ? octets[octets.size() - 2] : last_;
    last_ = octets.back();
}

void VcardReader::take_physical_line() {
    std::string_view line = physical_;
    const bool cut = physical_octets_ > physical_.size();
    char final_octet = last_;
    if (physical_octets_ == 0) {
        final_octet = '\0';
    } else if (last_ == '\r') {
        final_octet = before_last_;
        if (!cut)
            line.remove_suffix(1);
    }
    if (line_ == 1 && line.starts_with(byte_order_mark))
        line.remove_prefix(byte_order_mark.size());

    const bool continues = soft_break_ ? !is_boundary(line) : !line.empty() && is_blank(line.front());
    if (continues && (soft_break_ || !logical_.empty() || overlong_)) {
        // In vCard 2.1 lines are folded at blanks, which stay.
        if (!soft_break_ && !version_21_)
            line.remove_prefix(1);
    } else {
        take_property();
        logical_line_ = line_;
    }
    const std::size_t room = property_limit - std::min(property_limit, logical_.size());
    overlong_ = overlong_ || cut || line.size() > room;
    logical_ += line.substr(0, room);
    look_at_head();
    soft_break_ = final_octet == '=' && quoted_printable_.value_or(false);
    if (soft_break_ && !overlong_)
        logical_.pop_back();
    // At once: who copies the octets of a card wants to know in which line it begins and ends. What many
    // lines made long is not looked at again for each of them.
    if ((!continues || logical_.size() <= property_head_limit) && is_boundary(logical_))
        take_property();

    physical_.clear();
    physical_octets_ = 0;
    last_ = '\0';
    before_last_ = '\0';
    ++line_;
}

// Looks at the octets that came since the last time.
void VcardReader::look_at_head() {
    while (!quoted_printable_ && head_octets_ < logical_.size()) {
        const char octet = logical_[head_octets_++];
        if (octet == '"')
            head_quoted_ = !head_quoted_;
        else if (octet == ':' && !head_quoted_)
            quoted_printable_ = is_quoted_printable(std::string_view(logical_).substr(0, head_octets_));
        if (!quoted_printable_ && head_octets_ >= property_head_limit)
            quoted_printable_ = false;
    }
}

void VcardReader::take_property() {
    if (!logical_.empty()) {
        const std::string name = vcard_property_name(logical_);
        const bool was_agent = std::exchange(after_agent_, false);
        const bool is_card =
            (name == "BEGIN" || name == "END") &&
            equals_ignoring_case(trim(std::string_view(logical_).substr(logical_.find(':') + 1)), "VCARD");
        if (is_card && name == "BEGIN") {
            if (inside_ && was_agent)
                ++nested_;
            else
                begin_card();
        } else if (is_card) {
            if (nested_ > 0)
                --nested_;
            else if (inside_)
                end_card();
        } else if (inside_) {
            take_value(name);
        }
    }
    logical_.clear();
    overlong_ = false;
    soft_break_ = false;
    quoted_printable_.reset();
    head_octets_ = 0;
    head_quoted_ = false;
}

void VcardReader::begin_card() {
    if (inside_)
        fault("no END:VCARD before the next card");
    inside_ = true;
    card_line_ = logical_line_;
}

void VcardReader::fault(std::string text) {
    if (!std::exchange(too_large_, true)) // else it is known already
        on_fault_({card_line_, std::move(text)});
    end_card();
}

void VcardReader::end_card() {
    Card card = std::exchange(card_, {});
    std::vector<std::pair<int, std::string>> addresses = std::exchange(addresses_, {});
    const bool given = !std::exchange(too_large_, false);
    inside_ = false;
    nested_ = 0;
    after_agent_ = false;
    version_21_ = false;
    kept_ = 0;
    std::ranges::stable_sort(addresses, {}, &std::pair<int, std::string>::first);
    for (auto& [preference, address] : addresses)
        card.addresses.push_back(std::move(address));
    for (std::string* name : {&formatted_name_, &name_, &nickname_, &organisation_}) {
        if (card.name.empty())
            card.name = std::move(*name);
        name->clear();
    }
    if (card.name.empty() && !card.addresses.empty())
        card.name = card.addresses.front();
    if (!card.is_group) {
        card.member_uids.clear();
        card.member_addresses.clear();
    }
    if (given)
        on_card_(std::move(card));
}

void VcardReader::take_value(const std::string& name) {
    static constexpr std::array<std::string_view, 13> wanted{"AGENT",
                                                             "CATEGORIES",
                                                             "EMAIL",
                                                             "FN",
                                                             "KIND",
                                                             "MEMBER",
                                                             "N",
                                                             "NICKNAME",
                                                             "ORG",
                                                             "UID",
                                                             "VERSION",
                                                             "X-ADDRESSBOOKSERVER-KIND",
                                                             "X-ADDRESSBOOKSERVER-MEMBER"};
    if (overlong_ || too_large_ || std::ranges::find(wanted, name) == wanted.end())
        return;
    const auto property = parse_vcard_property(logical_);
    if (!property)
        return;
    if (name == "AGENT") {
        const std::string_view value = trim(property->value);
        if (equals_ignoring_case(value, "BEGIN:VCARD"))
            ++nested_;
        else
            after_agent_ = value.empty();
        return;
    }
    if (nested_ > 0)
        return;
    const auto decoded = decode_vcard_value(*property);
    if (!decoded)
        return;
    const std::string_view value = *decoded;
    const auto keep_first = [&value](std::string& text, auto read) {
        if (text.empty())
            text = read(value);
    };
    if (name == "VERSION")
        version_21_ = trim(value) == "2.1";
    else if (name == "FN")
        keep_first(formatted_name_, vcard_text);
    else if (name == "N")
        keep_first(name_, name_of_components);
    else if (name == "NICKNAME")
        keep_first(nickname_, [](std::string_view text) { return first_part(text, ','); });
    else if (name == "ORG")
        keep_first(organisation_, [](std::string_view text) { return first_part(text, ';'); });
    else if (name == "UID")
        keep_first(card_.uid, vcard_uid);
    else if (name == "KIND" || name == "X-ADDRESSBOOKSERVER-KIND")
        card_.is_group = card_.is_group || equals_ignoring_case(trim(value), "group");
    else if (name == "MEMBER" || name == "X-ADDRESSBOOKSERVER-MEMBER")
        take_member(value);
    else if (name == "EMAIL" && !property->has_type("x400"))
        take_address(value, preference_of(*property));
    else if (name == "CATEGORIES")
        for (const std::string_view part : split_vcard_value(value, ','))
            if (std::string category = vcard_text(part); !category.empty())
                card_.categories.push_back(std::move(category));

    kept_ += value.size();
    const std::size_t most = std::max({addresses_.size(), card_.categories.size(), card_.member_uids.size(),
                                       card_.member_addresses.size()});
    if (kept_ > card_limit || most > card_value_limit) {
        on_fault_({card_line_, kept_ > card_limit
                                   ? "it holds more than 4 MiB of names and addresses"
                                   : "it holds more than 10000 addresses, categories or members"});
        too_large_ = true; // the rest of it is passed over
        card_ = {};
        addresses_.clear();
    }
}

void VcardReader::take_address(std::string_view text, int preference) {
    std::string address = vcard_text(text);
    if (starts_with_ignoring_case(address, "mailto:")) {
        const std::vector<std::string> several = mailto_addresses(address);
        address = several.empty() ? "" : several.front();
    }
    if (!mail::fold_address(address).empty())
        addresses_.emplace_back(preference, std::move(address));
}

void VcardReader::take_member(std::string_view text) {
    const std::string uri = vcard_text(text);
    if (starts_with_ignoring_case(uri, "mailto:")) {
        for (std::string& address : mailto_addresses(uri))
            if (!mail::fold_address(address).empty())
                card_.member_addresses.push_back(std::move(address));
    } else if (std::string uid = vcard_uid(uri); !uid.empty() && !is_other_address(uid)) {
        card_.member_uids.push_back(std::move(uid));
    }
}

} // namespace columbarium::lists
