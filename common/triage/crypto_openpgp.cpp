// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/crypto_openpgp.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "triage/crypto.hpp"

namespace columbarium::triage {

namespace {

// Packet types, RFC 9580 section 5; 20 is LibrePGP's encrypted data.
enum PacketType : unsigned {
    public_key_session = 1,
    signature = 2,
    password_session = 3,
    one_pass_signature = 4,
    compressed_data = 8,
    encrypted_data = 9,
    marker = 10,
    literal_data = 11,
    protected_data = 18,
    ocb_data = 20,
    padding = 21,
};

constexpr std::size_t id_digits = 16;

unsigned octet(std::string_view octets, std::size_t at) {
    return static_cast<unsigned char>(octets[at]);
}

std::string hexadecimal(std::string_view octets) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (std::size_t at = 0; at < octets.size(); ++at) {
        text += digits[octet(octets, at) >> 4U];
        text += digits[octet(octets, at) & 15U];
    }
    return text;
}

struct Packet {
    unsigned type = 0;
    std::string_view body;
    bool is_whole = false; // all of its body is there, in one piece
};

// A number of `count` octets off the front of `rest`, or nothing where they are not there.
std::optional<std::uint32_t> take_number(std::string_view& rest, std::size_t count) {
    if (rest.size() < count)
        return std::nullopt;
    std::uint32_t number = 0;
    for (std::size_t at = 0; at < count; ++at)
        number = number << 8U | octet(rest, at);
    rest.remove_prefix(count);
    return number;
}

// The length in a header of the current format (section 4.2.1); nothing for the length of a part, which only
// packets with data have, and where it is cut.
std::optional<std::uint32_t> take_length(std::string_view& rest) {
    const std::optional<std::uint32_t> first = take_number(rest, 1);
    if (!first || *first < 192)
        return first;
    if (*first == 255)
        return take_number(rest, 4);
    if (*first >= 224)
        return std::nullopt;
    const std::optional<std::uint32_t> second = take_number(rest, 1);
    return second ? std::optional((*first - 192) * 256 + *second + 192) : std::nullopt;
}

// Takes a packet off the front of `rest`; nothing where none is there.
std::optional<Packet> take_packet(std::string_view& rest) {
    if (rest.empty() || octet(rest, 0) < 0x80)
        return std::nullopt;
    const unsigned tag = octet(rest, 0);
    rest.remove_prefix(1);
    Packet packet;
    std::optional<std::uint32_t> length;
    if ((tag & 0x40U) != 0) {
        packet.type = tag & 0x3FU;
        length = take_length(rest);
    } else { // the former format, section 4.2.2; its length type 3 is "to the end"
        packet.type = tag >> 2U & 15U;
        const unsigned length_type = tag & 3U;
        if (length_type != 3)
            length = take_number(rest, std::size_t{1} << length_type);
    }
    packet.is_whole = length && *length <= rest.size();
    packet.body = rest.substr(0, packet.is_whole ? *length : rest.size());
    rest.remove_prefix(packet.body.size());
    return packet;
}

// Section 5.1: version 3 names a key id, version 6 the version of a key and its fingerprint. What is of
// another version is as good as hidden.
OpenPgpKey key_of_session(std::string_view body) {
    OpenPgpKey key{std::string(id_digits, '0'), {}};
    const unsigned version = body.empty() ? 0 : octet(body, 0);
    if ((version == 2 || version == 3) && body.size() > 9) {
        key.id = hexadecimal(body.substr(1, 8));
    } else if (version == 6 && body.size() > 2) {
        const unsigned length = octet(body, 1);
        const unsigned key_version = octet(body, 2);
        const std::size_t expected = key_version == 4 ? 20 : 32;
        if (length == expected + 1 && body.size() > 2 + length) {
            key.fingerprint = hexadecimal(body.substr(3, expected));
            key.id = key_version == 4 ? key.fingerprint.substr(key.fingerprint.size() - id_digits)
                                      : key.fingerprint.substr(0, id_digits);
        }
    }
    return key;
}

} // namespace

OpenPgpMessage read_openpgp(std::string_view octets) {
    using Content = OpenPgpMessage::Content;
    OpenPgpMessage message;
    while (const std::optional<Packet> packet = take_packet(octets)) {
        switch (packet->type) {
        case public_key_session:
            message.content = Content::encrypted;
            if (!packet->is_whole || message.recipients.size() == key_recipient_limit)
                return message;
            message.recipients.push_back(key_of_session(packet->body));
            break;
        case password_session:
            message.content = Content::encrypted;
            message.has_password = true;
            break;
        case encrypted_data:
        case protected_data:
        case ocb_data:
            message.content = Content::encrypted;
            message.is_complete = true;
            return message;
        case marker:
        case padding:
            break;
        case signature:
        case one_pass_signature:
        case compressed_data:
        case literal_data:
            // Behind the packets of a session they make no sense.
            if (message.content == Content::nothing)
                message.content = packet->type == compressed_data ? Content::compressed
                                  : packet->type == literal_data  ? Content::literal
                                                                  : Content::only_signed;
            return message;
        default:
            return message;
        }
    }
    return message;
}

bool is_hidden(const OpenPgpKey& key) {
    return std::ranges::all_of(key.id, [](char digit) { return digit == '0'; });
}

bool is_one_of(const OpenPgpKey& key, std::span<const std::string> openpgp_keys) {
    constexpr std::size_t version_4_digits = 40;
    constexpr std::size_t version_6_digits = 64;
    if (is_hidden(key))
        return false;
    return std::ranges::any_of(openpgp_keys, [&key](const std::string& ours) {
        if (ours.size() == key.fingerprint.size())
            return ours == key.fingerprint;
        if (ours.size() == version_4_digits)
            return ours.ends_with(key.id);
        if (ours.size() == version_6_digits)
            return ours.starts_with(key.id);
        return ours == key.id;
    });
}

} // namespace columbarium::triage
