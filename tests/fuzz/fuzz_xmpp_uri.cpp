// SPDX-License-Identifier: LGPL-2.1-or-later
// What scripts and XMPP servers bring: URIs and JIDs. What is accepted has one form, which is accepted again
// and stays.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "notify/compose.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/xml_text.hpp"
#include "xmpp/xmpp_uri.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void require_failure(const Error& error) {
    require(error.kind == ErrorKind::permanent && !error.text.empty());
    require(!has_control(error.text) && xmpp::is_xml_text(error.text) && error.text.size() < 1000);
}

void require_sound(const xmpp::Jid& jid) {
    require(!jid.domain().empty() && jid.domain().find_first_of("@/ ") == std::string::npos);
    require(jid.local().find_first_of("@/ \"&'<>:") == std::string::npos);
    for (const std::string& part : {jid.local(), jid.domain(), jid.resource()})
        require(part.size() <= xmpp::longest_jid_part && xmpp::is_xml_text(part) && !has_control(part));
    const auto again = xmpp::Jid::parse(jid.text());
    require(again && *again == jid && again->text() == jid.text());
    require(xmpp::Jid::make(jid.local(), jid.domain(), jid.resource()) == jid);
    require(jid.bare().is_bare() && xmpp::Jid::parse(jid.bare().text()) == jid.bare());
}

std::string encoded(std::string_view text) {
    std::string result;
    for (const char c : text)
        result += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    return result;
}

std::string uri_of(const xmpp::XmppUri& uri) {
    std::string text = "xmpp:";
    if (!uri.target.local().empty())
        text += encoded(uri.target.local()) + "@";
    text += encoded(uri.target.domain());
    if (!uri.target.is_bare())
        text += "/" + encoded(uri.target.resource());
    text += "?message";
    if (uri.body)
        text += ";body=" + encoded(*uri.body);
    if (uri.subject)
        text += ";subject=" + encoded(*uri.subject);
    return text;
}

void check_uri(std::string_view text) {
    const auto uri = xmpp::parse_xmpp_uri(text);
    if (!uri) {
        require_failure(uri.error());
        return;
    }
    require_sound(uri->target);
    require(xmpp::is_utf8(uri->body.value_or("")) && xmpp::is_utf8(uri->subject.value_or("")));
    const std::string form = uri_of(*uri);
    if (form.size() > xmpp::longest_xmpp_uri)
        return;
    const auto again = xmpp::parse_xmpp_uri(form);
    require(again && again->target == uri->target && again->body == uri->body &&
            again->subject == uri->subject && uri_of(*again) == form);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view text(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    if (const auto jid = xmpp::Jid::parse(text))
        require_sound(*jid);
    else
        require_failure(jid.error());
    check_uri(text);
    check_uri("xmpp:" + std::string(text));
    check_uri("xmpp:a@b?message;" + std::string(text));
    check_uri("xmpp:" + encoded(text) + "@b");
    if (notify::is_valid_from(text))
        require(!has_control(text) && text.find('@') != std::string_view::npos && text.size() <= 320);
    return 0;
}
