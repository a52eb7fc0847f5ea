// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "reply/claim.hpp"

namespace columbarium::reply {

namespace {

constexpr int most_wrappings = 4; // an SRS of an SRS of a BATV; more is nobody's address

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

// SRS: "SRS0=HASH=TT=DOMAIN=LOCAL", "SRS1=HASH=HOST==HASH=TT=DOMAIN=LOCAL". The character behind the version
// may be "=", "+" or "-", and SRS1 keeps that of SRS0. "" where it is none.
std::string before_forwarding(std::string_view local) {
    const auto is_separator = [](std::string_view text) {
        return !text.empty() && std::string_view("=+-").find(text.front()) != std::string_view::npos;
    };
    std::string_view rest = local;
    const bool again = rest.starts_with("srs1");
    if (!again && !rest.starts_with("srs0"))
        return {};
    rest.remove_prefix(4);
    if (!is_separator(rest))
        return {};
    rest.remove_prefix(1);
    if (again) {
        if (!take(rest, '=') || !take(rest, '=') || !is_separator(rest))
            return {};
        rest.remove_prefix(1);
    }
    if (!take(rest, '=') || !take(rest, '='))
        return {};
    const auto domain = take(rest, '=');
    if (!domain)
        return {};
    return std::string(rest) + '@' + std::string(*domain);
}

} // namespace

std::string sender_key(std::string_view reverse_path) {
    std::string key = mail::fold_address(reverse_path);
    for (int i = 0; i < most_wrappings && !key.empty(); ++i) {
        const std::string_view whole = key;
        const std::size_t at = whole.rfind('@');
        const std::string_view local = whole.substr(0, at);
        std::string inner = without_tag(local, whole.substr(at + 1));
        if (inner.empty())
            inner = before_forwarding(local);
        inner = mail::fold_address(inner);
        if (inner.empty())
            break;
        key = std::move(inner);
    }
    return key;
}

} // namespace columbarium::reply
