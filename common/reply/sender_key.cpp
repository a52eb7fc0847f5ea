// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "reply/claim.hpp"

namespace columbarium::reply {

namespace {

// Takes what stands before the next `delimiter` off `text`; nothing where none follows.
std::optional<std::string_view> take(std::string_view& text, char delimiter) {
    const std::size_t end = text.find(delimiter);
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end + 1);
    return taken;
}

bool is_tag(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

// BATV: "prvs=TAG=LOCAL", in older drafts "prvs=LOCAL/TAG"; two vendors write "btv1==TAG==LOCAL" and
// "msprvs1=TAG=LOCAL". "" where it is none.
std::string without_tag(std::string_view local, std::string_view domain) {
    std::string_view rest = local;
    if (take_prefix(rest, "btv1==")) {
        const auto tag = take(rest, '=');
        if (!tag || !is_tag(*tag) || !take_prefix(rest, "="))
            return {};
    } else if (take_prefix(rest, "prvs=") || take_prefix(rest, "msprvs1=")) {
        const auto tag = take(rest, '=');
        if (tag && !is_tag(*tag))
            return {};
        if (!tag) {
            const std::size_t slash = rest.rfind('/');
            if (slash == std::string_view::npos || !is_tag(rest.substr(slash + 1)))
                return {};
            rest = rest.substr(0, slash);
        }
    } else {
        return {};
    }
    return std::string(rest) + '@' + std::string(domain);
}

// What SRS wraps: "SRS0=HASH=TT=DOMAIN=LOCAL", "SRS1=HASH=HOST==HASH=TT=DOMAIN=LOCAL". The character behind
// the version may be "=", "+" or "-", and SRS1 keeps that of SRS0.
struct Forwarded {
    std::string original; // folded
    std::string prefix;   // of the key: what says that it was forwarded, and for SRS1 by whom first
};

// A hash or a time stamp: base64 has no dot, and a domain has one.
bool take_stamp(std::string_view& text) {
    const auto stamp = take(text, '=');
    return stamp && stamp->find('.') == std::string_view::npos;
}

// Nothing where the local part (folded) is none.
std::optional<Forwarded> read_forwarded(std::string_view local) {
    const auto take_separator = [](std::string_view& text) {
        const bool is_one =
            !text.empty() && std::string_view("=+-").find(text.front()) != std::string_view::npos;
        text.remove_prefix(is_one ? 1 : 0);
        return is_one;
    };
    std::string_view rest = local;
    const bool again = take_prefix(rest, "srs1");
    if ((!again && !take_prefix(rest, "srs0")) || !take_separator(rest))
        return std::nullopt;
    Forwarded forwarded{{}, "srs0="};
    if (again) {
        if (!take_stamp(rest))
            return std::nullopt;
        const auto host = take(rest, '=');
        if (!host || host->find('.') == std::string_view::npos || !take_separator(rest))
            return std::nullopt;
        forwarded.prefix = "srs1=" + std::string(*host) + "==";
    }
    if (!take_stamp(rest) || !take_stamp(rest))
        return std::nullopt;
    const auto domain = take(rest, '=');
    if (!domain || domain->find('.') == std::string_view::npos)
        return std::nullopt;
    forwarded.original = mail::fold_address(std::string(rest) + '@' + std::string(*domain));
    return forwarded.original.empty() ? std::nullopt : std::optional(std::move(forwarded));
}

// The folded address without its BATV tags.
std::string without_tags(std::string address) {
    for (;;) {
        const std::string_view whole = address;
        const std::size_t at = whole.rfind('@');
        if (at == std::string_view::npos)
            return address;
        std::string inner = mail::fold_address(without_tag(whole.substr(0, at), whole.substr(at + 1)));
        if (inner.empty())
            return address;
        address = std::move(inner);
    }
}

} // namespace

std::string sender_key(std::string_view reverse_path) {
    const std::string address = without_tags(mail::fold_address(reverse_path));
    const std::size_t at = address.rfind('@');
    const auto forwarded = read_forwarded(std::string_view(address).substr(0, at));
    if (!forwarded)
        return address;
    const std::string original = sender_key(forwarded->original);
    const std::size_t original_at = original.rfind('@');
    std::string key = mail::fold_address(forwarded->prefix + original.substr(original_at + 1) + '=' +
                                         original.substr(0, original_at) + address.substr(at));
    return key.empty() ? address : key;
}

std::string original_sender(std::string_view reverse_path) {
    std::string address = without_tags(mail::fold_address(reverse_path));
    const auto forwarded = read_forwarded(std::string_view(address).substr(0, address.rfind('@')));
    return forwarded ? original_sender(forwarded->original) : address;
}

} // namespace columbarium::reply
