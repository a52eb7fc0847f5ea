// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp/jid.hpp"

#include <array>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <idn-free.h>
#include <idna.h>
#include <stringprep.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::xmpp {

namespace {

constexpr int domain_flags = IDNA_ALLOW_UNASSIGNED | IDNA_USE_STD3_ASCII_RULES;

struct IdnFree {
    void operator()(char* text) const { idn_free(text); }
};
using IdnText = std::unique_ptr<char, IdnFree>;

// Characters that Unicode 3.2 did not know are let through, as servers do: people name their devices with
// them.
bool prepare_once(std::string& text, const Stringprep_profile* profile) {
    std::array<char, longest_jid_part + 1> buffer{};
    std::memcpy(buffer.data(), text.data(), text.size());
    if (stringprep(buffer.data(), buffer.size(), static_cast<Stringprep_profile_flags>(0), profile) !=
        STRINGPREP_OK)
        return false;
    text = buffer.data();
    return true;
}

// What is wrong with it; "" for nothing.
std::string_view prepare(std::string_view text, const Stringprep_profile* profile, std::string& prepared) {
    if (text.size() > longest_jid_part)
        return "is longer than 1023 octets";
    if (!is_utf8(text))
        return "is no UTF-8";
    prepared = text;
    if (!prepare_once(prepared, profile))
        return "holds what none may hold";
    if (prepared.empty())
        return "is empty";
    // Some newer characters change at each turn: what has no form of its own is equal to nothing.
    std::string again = prepared;
    if (!is_ascii(text) && (!prepare_once(again, profile) || again != prepared))
        return "holds what none may hold";
    return {};
}

// The A-label form in lower case (RFC 3490, ToASCII with UseSTD3ASCIIRules); "" where there is none.
std::string in_a_labels(const std::string& domain) {
    char* raw = nullptr;
    if (idna_to_ascii_8z(domain.c_str(), &raw, domain_flags) != IDNA_SUCCESS)
        return {};
    const IdnText text(raw);
    return to_lower(text.get());
}

std::string in_unicode(const std::string& a_labels) {
    char* raw = nullptr;
    if (idna_to_unicode_8z8z(a_labels.c_str(), &raw, domain_flags) != IDNA_SUCCESS)
        return {};
    const IdnText text(raw);
    return text.get();
}

// "[...]" with an IPv6 address; in its shortest form.
std::string_view prepare_address_literal(std::string_view text, std::string& prepared) {
    constexpr std::string_view fault = "is no IPv6 address in brackets";
    if (text.size() < 4 || text.size() > INET6_ADDRSTRLEN + 2 || text.back() != ']')
        return fault;
    in6_addr address{};
    std::array<char, INET6_ADDRSTRLEN> shortest{};
    if (inet_pton(AF_INET6, std::string(text.substr(1, text.size() - 2)).c_str(), &address) != 1 ||
        inet_ntop(AF_INET6, &address, shortest.data(), shortest.size()) == nullptr)
        return fault;
    prepared = fmt::format("[{}]", shortest.data());
    return {};
}

// RFC 6122, 2.2.
std::string_view prepare_domain(std::string_view text, std::string& prepared) {
    constexpr std::string_view fault = "is no name of a host";
    if (text.starts_with('['))
        return prepare_address_literal(text, prepared);
    if (text.empty())
        return "is empty";
    if (text.size() > longest_jid_part)
        return "is longer than 1023 octets";
    if (!is_utf8(text))
        return "is no UTF-8";
    std::string a_labels = in_a_labels(std::string(text));
    if (a_labels.ends_with('.'))
        a_labels.pop_back();
    if (a_labels.empty() || a_labels.size() > longest_jid_part)
        return fault;
    prepared = in_unicode(a_labels);
    if (prepared.empty() || prepared.size() > longest_jid_part || in_a_labels(prepared) != a_labels)
        return fault;
    return {};
}

std::string joined(std::string_view local, std::string_view domain, std::string_view resource) {
    std::string text;
    text.reserve(local.size() + domain.size() + resource.size() + 2);
    if (!local.empty())
        text.append(local).append(1, '@');
    text += domain;
    if (!resource.empty())
        text.append(1, '/').append(resource);
    return text;
}

tl::unexpected<Error> no_jid(std::string_view text, std::string_view fault) {
    return permanent_failure(fmt::format("JID \"{}\": {}", printable(text), fault));
}

} // namespace

Expected<Jid> Jid::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view bare = text.substr(0, slash);
    const std::string_view resource =
        slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
    const std::size_t at = bare.find('@');
    if (at == 0)
        return no_jid(text, "nothing stands before \"@\"");
    if (slash != std::string_view::npos && resource.empty())
        return no_jid(text, "nothing stands behind \"/\"");
    if (at == std::string_view::npos)
        return make({}, bare, resource);
    return make(bare.substr(0, at), bare.substr(at + 1), resource);
}

Expected<Jid> Jid::make(std::string_view local, std::string_view domain, std::string_view resource) {
    Jid jid;
    std::string_view fault;
    if (!local.empty() && !(fault = prepare(local, stringprep_xmpp_nodeprep, jid.local_)).empty())
        return no_jid(joined(local, domain, resource), fmt::format("the part before \"@\" {}", fault));
    if (!(fault = prepare_domain(domain, jid.domain_)).empty())
        return no_jid(joined(local, domain, resource), fmt::format("the domain {}", fault));
    if (!resource.empty() &&
        !(fault = prepare(resource, stringprep_xmpp_resourceprep, jid.resource_)).empty())
        return no_jid(joined(local, domain, resource), fmt::format("the part behind \"/\" {}", fault));
    return jid;
}

Jid Jid::bare() const {
    Jid jid;
    jid.local_ = local_;
    jid.domain_ = domain_;
    return jid;
}

std::string Jid::text() const {
    return joined(local_, domain_, resource_);
}

} // namespace columbarium::xmpp
