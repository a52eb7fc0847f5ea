// SPDX-License-Identifier: LGPL-2.1-or-later
// Letters beyond ASCII may stand in a name as they are (RFC 3987): people type them.
#include "lists/list_name.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <glib.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "base/utf8.hpp"

namespace columbarium::lists {

namespace {

constexpr std::string_view sieve_prefix = "urn:ietf:params:sieve:";

// What a segment holds without percent-encoding: pchar of RFC 3986 section 3.3.
bool is_segment_char(char c) {
    return !is_ascii(c) || is_unreserved(c) ||
           std::string_view("!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

// What the value of a label holds: a query of RFC 3986 section 3.4, but the "&" that starts another one.
bool is_label_char(char c) {
    return c == '/' || c == '?' || (c != '&' && is_segment_char(c));
}

bool has_control(std::string_view utf8) {
    while (!utf8.empty()) {
        if (g_unichar_iscntrl(g_utf8_get_char(utf8.data())))
            return true;
        utf8.remove_prefix(g_utf8_skip[static_cast<unsigned char>(utf8.front())]);
    }
    return false;
}

int hex_value(char c) {
    return g_ascii_xdigit_value(c);
}

// Reads one name; what is wrong with it stays in fault_.
class NameReader {
  public:
    explicit NameReader(std::string_view text) : text_(text) {}

    Expected<ListName> read() {
        ListName name;
        if (!read_any(name))
            return permanent_failure(fmt::format("list name \"{}\": {}", printable(text_), fault_));
        return name;
    }

  private:
    bool failed(std::string_view why) {
        fault_ = why;
        return false;
    }

    bool read_any(ListName& name) {
        if (text_.size() > list_name_limit)
            return failed(fmt::format("is longer than {} octets", list_name_limit));
        if (!g_utf8_validate_len(text_.data(), text_.size(), nullptr))
            return failed("is no UTF-8");
        if (has_control(text_) || std::any_of(text_.begin(), text_.end(), is_space))
            return failed("holds a blank or a control character");
        if (text_.starts_with(':'))
            return read_sieve_parameter(text_.substr(1), name);
        if (starts_with_ignoring_case(text_, sieve_prefix))
            return read_sieve_parameter(text_.substr(sieve_prefix.size()), name);
        const std::size_t colon = text_.find(':');
        if (!is_scheme(text_.substr(0, colon)) || colon == std::string_view::npos)
            return failed("is no absolute URI; names look like \":addrbook:default\" or "
                          "\"tag:example.org,2026:staff\"");
        const std::string_view scheme = text_.substr(0, colon);
        const std::string_view rest = text_.substr(colon + 1);
        if (rest.empty())
            return failed("names nothing");
        if (equals_ignoring_case(scheme, "tag")) {
            // Whatever the authority looks like (RFC 4151 section 2.1); compared octet by octet.
            name.kind = NameKind::tag;
            name.normal = text_;
            return true;
        }
        if (equals_ignoring_case(scheme, "urn"))
            return read_urn(rest, name);
        return failed("this site supports urn: and tag: names");
    }

    static bool is_scheme(std::string_view scheme) {
        return !scheme.empty() && is_letter(scheme.front()) &&
               std::all_of(scheme.begin(), scheme.end(), [](char c) {
                   return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
               });
    }

    // urn: NID ":" NSS, RFC 8141 section 2.
    bool read_urn(std::string_view rest, ListName& name) {
        const std::size_t colon = rest.find(':');
        const std::string_view identifier = rest.substr(0, colon);
        const bool sound = colon != std::string_view::npos && identifier.size() >= 2 &&
                           identifier.size() <= 32 && identifier.front() != '-' && identifier.back() != '-' &&
                           std::all_of(identifier.begin(), identifier.end(),
                                       [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
        if (!sound || colon + 1 == rest.size())
            return failed("is no URN; one looks like \"urn:example:staff\"");
        name.kind = NameKind::urn;
        name.normal = fmt::format("urn:{}{}", to_lower(identifier), rest.substr(colon));
        return true;
    }

    // What stands behind urn:ietf:params:sieve: .
    bool read_sieve_parameter(std::string_view parameter, ListName& name) {
        const std::size_t colon = parameter.find(':');
        std::string keyword;
        if (!decode(parameter.substr(0, colon), is_unreserved, keyword))
            return false;
        if (!equals_ignoring_case(keyword, "addrbook"))
            return failed("no parameter of Sieve but \"addrbook\" names lists");
        if (colon == std::string_view::npos)
            return failed("\"addrbook\" alone names no list; \":addrbook:default\" does");
        std::string_view rest = parameter.substr(colon + 1);
        const std::size_t question = rest.find('?');
        if (!decode(rest.substr(0, question), is_segment_char, name.book))
            return false;
        if (name.book.empty())
            return failed("names no address book");
        if (name.book.find('/') != std::string::npos)
            return failed("a name of an address book holds no \"/\", encoded or not");
        if (equals_ignoring_case(name.book, "default"))
            name.book = "default";
        name.kind = NameKind::address_book;
        name.normal = fmt::format("{}addrbook:{}", sieve_prefix, encode_segment(name.book));
        return question == std::string_view::npos || read_query(rest.substr(question + 1), name);
    }

    bool read_query(std::string_view query, ListName& name) {
        constexpr std::string_view label = "label=";
        std::string value;
        if (!query.starts_with(label))
            return failed("after \"?\" only \"label=GROUP\" is supported");
        if (!decode(query.substr(label.size()), is_label_char, value))
            return false;
        if (value.empty())
            return failed("has an empty label");
        name.normal += fmt::format("?{}{}", label, encode_segment(value));
        name.label = std::move(value);
        return true;
    }

    // Takes the percent-encoding off.
    bool decode(std::string_view encoded, bool (*allowed)(char), std::string& decoded) {
        for (std::size_t i = 0; i < encoded.size(); ++i) {
            if (encoded[i] != '%') {
                if (encoded[i] == '/' && !allowed('/'))
                    return failed("must not hold \"/\" here");
                if (!allowed(encoded[i]))
                    return failed(fmt::format("must not hold \"{}\" here; write %{:02X}", encoded[i],
                                              static_cast<unsigned char>(encoded[i])));
                decoded += encoded[i];
                continue;
            }
            const int high = i + 2 < encoded.size() ? hex_value(encoded[i + 1]) : -1;
            const int low = high < 0 ? -1 : hex_value(encoded[i + 2]);
            if (low < 0)
                return failed("holds a \"%\" that is not followed by two hexadecimal digits");
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (!g_utf8_validate_len(decoded.data(), decoded.size(), nullptr))
            return failed("its percent-encoded octets are no UTF-8");
        if (has_control(decoded))
            return failed("holds a percent-encoded control character");
        return true;
    }

    std::string_view text_;
    std::string fault_;
};

} // namespace

std::string encode_segment(std::string_view decoded) {
    std::string encoded;
    for (const char c : decoded) {
        if (is_segment_char(c) && c != '&')
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

Expected<ListName> parse_list_name(std::string_view text) {
    return NameReader(text).read();
}

} // namespace columbarium::lists
