// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp/xmpp_uri.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <glib.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "base/utf8.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::xmpp {

namespace {

constexpr auto npos = std::string_view::npos;

bool is_one_of(char c, std::string_view characters) {
    return characters.find(c) != npos;
}

// inodeid and iresid of RFC 5122 section 2.2, beside the percent-encoded.
bool is_local_char(char c) {
    return is_unreserved(c) || is_one_of(c, "!$()*+,;=");
}

bool is_resource_char(char c) {
    return is_local_char(c) || is_one_of(c, "&':");
}

// ihost: a name, or an IP literal.
bool is_host_char(char c) {
    return is_unreserved(c) || is_one_of(c, "!$&'()*+,;=[]:");
}

// A query or a fragment of RFC 3986.
bool is_query_char(char c) {
    return is_resource_char(c) || is_one_of(c, "@/?");
}

// What stands before the first `separator` is taken off the text, and the separator, too.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view taken = text.substr(0, end);
    text = end == npos ? std::string_view() : text.substr(end + 1);
    return taken;
}

std::string without_folding(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    bool folded = false;
    for (const char c : text) {
        if (c == '\r' || c == '\n')
            folded = true;
        else if (!folded || !is_blank(c)) {
            folded = false;
            result += c;
        }
    }
    return result;
}

// Reads one URI; what is wrong with it stays in fault_.
class UriReader {
  public:
    explicit UriReader(std::string_view text) : text_(text) {}

    Expected<XmppUri> read() {
        auto target = read_target();
        if (!target)
            return permanent_failure(fmt::format("\"{}\": {}", printable(text_), fault_));
        XmppUri uri{*std::move(target), std::nullopt, std::nullopt};
        if (!read_query(uri))
            return permanent_failure(fmt::format("\"{}\": {}", printable(text_), fault_));
        return uri;
    }

  private:
    bool failed(std::string why) {
        fault_ = std::move(why);
        return false;
    }

    // Splits the URI and reads its path; the query stays in query_.
    std::optional<Jid> read_target() {
        std::string_view rest = text_;
        if (!starts_with_ignoring_case(rest, "xmpp:")) {
            failed("is no URI of the scheme xmpp");
            return std::nullopt;
        }
        rest.remove_prefix(5);
        std::string ignored;
        const std::string_view whole = take_until(rest, '#');
        if (!decode(rest, is_query_char, ignored))
            return std::nullopt;
        query_ = whole;
        std::string_view path = take_until(query_, '?');
        if (path.starts_with("//")) {
            path.remove_prefix(2);
            const std::string_view authority = take_until(path, '/');
            if (authority.find('@') == npos) {
                failed("its authority is no \"user@host\"");
                return std::nullopt;
            }
            if (!read_address(authority))
                return std::nullopt;
        }
        if (path.empty()) {
            failed("names nobody");
            return std::nullopt;
        }
        return read_address(path);
    }

    std::optional<Jid> read_address(std::string_view address) {
        const bool has_resource = address.find('/') != npos;
        std::string_view resource = address;
        std::string_view host = take_until(resource, '/');
        const bool has_local = host.find('@') != npos;
        const std::string_view local = has_local ? take_until(host, '@') : std::string_view();
        std::string decoded_local;
        std::string decoded_host;
        std::string decoded_resource;
        if (!decode(local, is_local_char, decoded_local) || !decode(host, is_host_char, decoded_host) ||
            !decode(resource, is_resource_char, decoded_resource))
            return std::nullopt;
        if ((has_local && decoded_local.empty()) || (has_resource && decoded_resource.empty())) {
            failed("has an empty part beside \"@\" or \"/\"");
            return std::nullopt;
        }
        auto jid = Jid::make(decoded_local, decoded_host, decoded_resource);
        if (!jid) {
            failed(std::move(jid.error().text));
            return std::nullopt;
        }
        return *std::move(jid);
    }

    // XEP-0147: "message" with the keys that RFC 5437 asks for. Others would set what is not theirs.
    bool read_query(XmppUri& uri) {
        const std::string_view action = take_until(query_, ';');
        std::string ignored;
        if (!decode(action, is_query_char, ignored))
            return false;
        while (!query_.empty()) {
            std::string_view value = take_until(query_, ';');
            const bool has_value = value.find('=') != npos;
            const std::string_view key = take_until(value, '=');
            std::string decoded;
            if (!decode(key, is_query_char, ignored) || !decode(value, is_query_char, decoded))
                return false;
            if (action != "message" || !has_value)
                continue;
            std::optional<std::string>* wanted = nullptr;
            if (key == "body")
                wanted = &uri.body;
            else if (key == "subject")
                wanted = &uri.subject;
            if (wanted == nullptr || wanted->has_value())
                continue;
            if (!is_utf8(decoded))
                return failed(fmt::format("its {} is no UTF-8", key));
            *wanted = std::move(decoded);
        }
        return true;
    }

    // Takes the percent-encoding off.
    bool decode(std::string_view encoded, bool (*allowed)(char), std::string& decoded) {
        decoded.clear();
        for (std::size_t i = 0; i < encoded.size(); ++i) {
            if (encoded[i] != '%') {
                if (!allowed(encoded[i]))
                    return failed(fmt::format("must not hold {} here; write %{:02X}",
                                              is_printable(encoded[i]) ? fmt::format("\"{}\"", encoded[i])
                                                                       : std::string("such an octet"),
                                              static_cast<unsigned char>(encoded[i])));
                decoded += encoded[i];
                continue;
            }
            const int high = i + 2 < encoded.size() ? g_ascii_xdigit_value(encoded[i + 1]) : -1;
            const int low = high < 0 ? -1 : g_ascii_xdigit_value(encoded[i + 2]);
            if (low < 0)
                return failed("holds a \"%\" that is not followed by two hexadecimal digits");
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        }
        return true;
    }

    static bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

    std::string_view text_;
    std::string_view query_;
    std::string fault_;
};

} // namespace

Expected<XmppUri> parse_xmpp_uri(std::string_view uri) {
    if (uri.size() > longest_xmpp_uri)
        return permanent_failure(
            fmt::format("\"{}\": is longer than {} octets", printable(uri), longest_xmpp_uri));
    const std::string text = without_folding(uri);
    return UriReader(text).read();
}

} // namespace columbarium::xmpp
