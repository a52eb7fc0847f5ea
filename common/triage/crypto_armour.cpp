// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/crypto_armour.hpp"

#include <algorithm>

#include <glib.h>

#include "base/ascii.hpp"
#include "triage/crypto.hpp"
#include "triage/notice.hpp"

namespace columbarium::triage {

namespace {

constexpr std::string_view message_start = "-----BEGIN PGP MESSAGE";
constexpr std::string_view signed_start = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view signature_start = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view line_of_dashes = "-----";
constexpr std::string_view part_words = ", PART ";

// Lines between the first one of an armour and its base64.
constexpr int armour_header_limit = 50;

// "-----BEGIN PGP MESSAGE-----", and "-----BEGIN PGP MESSAGE, PART 1/3-----" (RFC 4880 section 6.2).
bool begins_message(std::string_view line) {
    if (!line.starts_with(message_start) || !line.ends_with(line_of_dashes))
        return false;
    line.remove_prefix(message_start.size());
    line.remove_suffix(line_of_dashes.size());
    if (line.empty())
        return true;
    return line.starts_with(part_words) && line.size() > part_words.size() &&
           std::ranges::all_of(line.substr(part_words.size()),
                               [](char c) { return is_digit(c) || c == '/'; });
}

// Whether a text begins as signed cleartext does behind its first line (RFC 9580 section 7): with its header,
// or the empty line behind that.
bool begins_cleartext(std::string_view text) {
    const std::string_view line = trim(take_line(text));
    return line.empty() || line.starts_with("Hash: ");
}

std::string decode_base64(std::string_view text) {
    std::string decoded(text.size() / 4 * 3 + 3, '\0');
    gint state = 0;
    guint save = 0;
    decoded.resize(g_base64_decode_step(text.data(), text.size(),
                                        reinterpret_cast<guchar*>(decoded.data()), // NOLINT: octets
                                        &state, &save));
    return decoded;
}

bool is_base64(std::string_view line) {
    return !line.empty() && std::ranges::all_of(line, [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
    });
}

// The octets of an armour whose first line is gone: its headers ("Version: ...") are passed over, and its
// checksum ("=abcd") ends it. "" where what stands there is no base64 of an OpenPGP packet (RFC 9580
// section 4.2: its first bit is set).
std::string armoured_octets(std::string_view text) {
    std::string base64;
    int headers = 0;
    while (!text.empty() && base64.size() < encrypted_head_limit) {
        const std::string_view line = trim(take_line(text));
        if (base64.empty() && headers < armour_header_limit &&
            (line.empty() || line.find(": ") != std::string_view::npos || line.ends_with(':'))) {
            ++headers;
            continue;
        }
        if (line.starts_with('=') || !is_base64(line))
            break;
        base64.append(line);
    }
    std::string octets = decode_base64(base64);
    const bool is_packet = octets.size() > 1 && !is_ascii(octets.front());
    return is_packet ? octets : std::string();
}

// Whether a line of the text begins with these words.
bool has_line(std::string_view text, std::string_view words) {
    for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1))
        if (at == 0 || text[at - 1] == '\n')
            return true;
    return false;
}

} // namespace

std::vector<Armour> find_armours(std::string_view text, bool is_cut) {
    std::vector<Armour> armours;
    if (text.find(armour_words) == std::string_view::npos)
        return armours;
    const std::string own = own_words(text);
    const bool has_signature = has_line(text, signature_start);
    std::string_view rest = own;
    for (std::size_t tried = 0; !rest.empty() && tried < armour_limit;) {
        const std::string_view line = trim(take_line(rest));
        // trim() has taken blanks off the front, too: what is indented is somebody's example.
        if (line.empty() || !line.starts_with(line_of_dashes) || !line.ends_with(line_of_dashes) ||
            (line.data() != own.data() && *(line.data() - 1) != '\n'))
            continue;
        const bool is_message = begins_message(line);
        if (!is_message && line != signed_start)
            continue;
        ++tried;
        if (!is_message) {
            if (has_signature || (is_cut && begins_cleartext(rest)))
                armours.push_back({Armour::Kind::signed_text, {}});
        } else if (std::string octets = armoured_octets(rest); !octets.empty()) {
            armours.push_back({Armour::Kind::message, std::move(octets)});
        }
    }
    return armours;
}

std::string without_armour(std::string content) {
    content.resize(std::min(content.size(), encrypted_head_limit));
    // Nothing of OpenPGP in binary form is ASCII in its first octet.
    if (content.empty() || !is_ascii(content.front()))
        return content;
    std::string_view rest = content;
    while (!rest.empty())
        if (begins_message(trim(take_line(rest))))
            return armoured_octets(rest);
    return {};
}

} // namespace columbarium::triage
