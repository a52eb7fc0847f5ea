// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/address.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mail/field_bound.hpp"
#include "mail/gmime.hpp"

namespace columbarium::mail {

namespace {

constexpr std::size_t folded_limit = 1024; // octets of an addr-spec

bool is_control_or_blank(char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
}

// specials of RFC 5322 section 3.2.3 but the dot: what no local part and no domain holds bare.
bool is_special(char c) {
    return std::string_view("()<>[]:;@\\,\"").find(c) != std::string_view::npos;
}

bool has_special(std::string_view text) {
    return std::any_of(text.begin(), text.end(), is_special);
}

bool has_control(std::string_view text) {
    if (is_ascii(text))
        return std::any_of(text.begin(), text.end(), is_control_or_blank);
    for (gunichar c = 0; !text.empty();
         text.remove_prefix(static_cast<std::size_t>(g_utf8_skip[static_cast<unsigned char>(text[0])]))) {
        c = g_utf8_get_char(text.data());
        if (g_unichar_iscntrl(c) || g_unichar_isspace(c))
            return true;
    }
    return false;
}

// What the quotes of a local part enclose, without its backslashes; false where they enclose no such thing.
bool unquote(std::string_view quoted, std::string& content) {
    if (quoted.size() < 2 || quoted.back() != '"')
        return false;
    quoted = quoted.substr(1, quoted.size() - 2);
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        if (quoted[i] == '"')
            return false;
        if (quoted[i] == '\\' && ++i == quoted.size())
            return false;
        content += quoted[i];
    }
    return !content.empty();
}

std::string quote(std::string_view content) {
    std::string quoted = "\"";
    for (const char c : content) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string folded_letters(std::string_view text) {
    if (is_ascii(text))
        return to_lower(text);
    const GString_ptr folded(g_utf8_casefold(text.data(), static_cast<gssize>(text.size())));
    return folded.get();
}

std::string folded_local_part(std::string_view local) {
    if (local.starts_with('"')) {
        std::string content;
        if (!unquote(local, content))
            return {};
        content = folded_letters(content);
        return has_special(content) ? quote(content) : content;
    }
    return has_special(local) ? std::string() : folded_letters(local);
}

// The A-label form (RFC 5890) that GMime would write, or "".
std::string in_a_labels(std::string_view domain) {
    ensure_gmime();
    const std::string address = "a@" + std::string(domain);
    const GObject_ptr<InternetAddress> mailbox(internet_address_mailbox_new(nullptr, address.c_str()));
    const std::string_view encoded =
        internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(mailbox.get()));
    return encoded.starts_with("a@") && is_ascii(encoded) ? to_lower(encoded.substr(2)) : std::string();
}

std::string folded_domain(std::string_view domain) {
    const bool literal = domain.size() > 2 && domain.front() == '[' && domain.back() == ']';
    if (literal) {
        const bool broken = domain.find_first_of("[]\\@<>,;\"()", 1) != domain.size() - 1;
        return broken || !is_ascii(domain) ? std::string() : to_lower(domain);
    }
    const std::string folded = is_ascii(domain) ? to_lower(domain) : in_a_labels(domain);
    // Asked after the conversion: compatibility forms of "@" and others turn into ASCII by it.
    return has_special(folded) || std::any_of(folded.begin(), folded.end(), is_control_or_blank)
               ? std::string()
               : folded;
}

void add_mailboxes(InternetAddressList* list, std::vector<Mailbox>& mailboxes) {
    const int length = internet_address_list_length(list);
    for (int i = 0; i < length && mailboxes.size() < mailboxes_of_field_limit; ++i) {
        InternetAddress* address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address)) {
            add_mailboxes(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), mailboxes);
            continue;
        }
        const char* spec = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
        if (spec == nullptr || fold_address(spec).empty())
            continue;
        const char* name = internet_address_get_name(address);
        mailboxes.push_back({valid_utf8(name == nullptr ? "" : name), spec});
    }
}

// Dots stand inside only, one at a time (RFC 5321 section 4.1.2): readers make another address of others.
bool has_sound_dots(std::string_view text) {
    return !text.starts_with('.') && !text.ends_with('.') && text.find("..") == std::string_view::npos;
}

} // namespace

std::vector<Mailbox> parse_mailboxes(std::string_view field_body) {
    std::vector<Mailbox> mailboxes;
    if (field_body.size() > address_field_limit) {
        // Cut between mailboxes: half an address can be the whole of another one.
        const std::size_t comma = field_body.rfind(',', address_field_limit);
        field_body = comma == std::string_view::npos ? std::string_view() : field_body.substr(0, comma);
    }
    // GMime reads up to a NUL, which would make one address of another.
    if (field_body.find('\0') != std::string_view::npos ||
        std::count(field_body.begin(), field_body.end(), ':') > colon_limit)
        return mailboxes;
    // GMime 3.2 loses memory where a comment behind an address never ends: end them all. What is too much
    // stands behind the last address, where it is no other one.
    std::string text(field_body);
    if (const auto comments = std::count(text.begin(), text.end(), '('); comments > 0)
        text += ' ' + std::string(static_cast<std::size_t>(comments), ')');
    InternetAddressList* parsed = internet_address_list_parse(parser_options(), text.c_str());
    if (parsed == nullptr)
        return mailboxes;
    const GObject_ptr<InternetAddressList> list(parsed);
    add_mailboxes(list.get(), mailboxes);
    return mailboxes;
}

std::string fold_address(std::string_view addr_spec) {
    const std::string_view address = trim(addr_spec);
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || address.size() > folded_limit ||
        std::any_of(address.begin(), address.end(), is_control_or_blank) ||
        !g_utf8_validate_len(address.data(), address.size(), nullptr) || has_control(address))
        return {};
    const std::string local = folded_local_part(address.substr(0, at));
    const std::string domain = folded_domain(address.substr(at + 1));
    if (local.empty() || domain.empty() || local.size() + domain.size() >= folded_limit)
        return {};
    return local + '@' + domain;
}

std::string without_subaddress(std::string_view folded, std::string_view delimiters) {
    const std::size_t at = folded.rfind('@');
    // In quotes any character can be meant: nothing is taken off.
    if (at == std::string_view::npos || folded.starts_with('"'))
        return {};
    const std::size_t delimiter = folded.substr(0, at).find_first_of(delimiters);
    if (delimiter == std::string_view::npos || delimiter == 0)
        return {};
    return std::string(folded.substr(0, delimiter)).append(folded.substr(at));
}

bool is_sendable(std::string_view address) {
    constexpr std::size_t longest = 320; // 64 octets, "@", and 255: RFC 5321 section 4.5.3.1
    const std::size_t at = address.rfind('@');
    // Readers decode an encoded word wherever it stands.
    return at != std::string_view::npos && address.size() <= longest && is_ascii(address) &&
           trim(address) == address && address.find("=?") == std::string_view::npos &&
           !fold_address(address).empty() && has_sound_dots(address.substr(at + 1)) &&
           (address.starts_with('"') || has_sound_dots(address.substr(0, at)));
}

std::string_view domain_of(std::string_view address) {
    const std::size_t at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

} // namespace columbarium::mail
