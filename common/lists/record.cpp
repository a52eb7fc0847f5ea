// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/record.hpp"

#include <algorithm>

namespace columbarium::lists {

void RecordWriter::number(std::uint32_t value) {
    octets_ += number_key(value);
}

void RecordWriter::text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    octets_ += value;
}

void RecordWriter::texts(const std::vector<std::string>& values) {
    number(static_cast<std::uint32_t>(values.size()));
    for (const std::string& value : values)
        text(value);
}

std::uint32_t RecordReader::number() {
    if (rest_.size() < 4) {
        ok_ = false;
        rest_ = {};
        return 0;
    }
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i)
        value = value << 8 | static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]);
    rest_.remove_prefix(4);
    return value;
}

std::string_view RecordReader::text() {
    const std::size_t length = number();
    if (length > rest_.size()) {
        ok_ = false;
        rest_ = {};
        return {};
    }
    const std::string_view value = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return value;
}

std::vector<std::string> RecordReader::texts() {
    const std::uint32_t count = number();
    std::vector<std::string> values;
    // Each takes four octets at least: a count that was made up reserves nothing.
    values.reserve(std::min<std::size_t>(count, rest_.size() / 4));
    for (std::uint32_t i = 0; i < count && ok_; ++i)
        values.emplace_back(text());
    return values;
}

void RecordReader::skip_texts() {
    const std::uint32_t count = number();
    for (std::uint32_t i = 0; i < count && ok_; ++i)
        static_cast<void>(text());
}

std::string number_key(std::uint32_t value) {
    std::string octets(4, '\0');
    for (char& octet : octets) {
        octet = static_cast<char>(value & 0xff);
        value >>= 8;
    }
    return octets;
}

std::string encode_card(const Card& card) {
    RecordWriter writer;
    writer.number(card.is_group ? 1 : 0);
    writer.text(card.uid);
    writer.text(card.name);
    writer.texts(card.addresses);
    writer.texts(card.categories);
    writer.texts(card.member_uids);
    writer.texts(card.member_addresses);
    return writer.octets();
}

std::optional<Card> decode_card(std::string_view octets) {
    RecordReader reader(octets);
    Card card;
    card.is_group = reader.number() != 0;
    card.uid = reader.text();
    card.name = reader.text();
    card.addresses = reader.texts();
    card.categories = reader.texts();
    card.member_uids = reader.texts();
    card.member_addresses = reader.texts();
    if (!reader.ok() || !reader.at_end())
        return std::nullopt;
    return card;
}

std::optional<Card> decode_card_addresses(std::string_view octets) {
    RecordReader reader(octets);
    Card card;
    card.is_group = reader.number() != 0;
    static_cast<void>(reader.text());
    card.name = reader.text();
    card.addresses = reader.texts();
    if (card.is_group) {
        reader.skip_texts();
        reader.skip_texts();
        card.member_addresses = reader.texts();
    }
    if (!reader.ok())
        return std::nullopt;
    return card;
}

std::string encode_member(const Member& member, bool recipient) {
    RecordWriter writer;
    writer.number(recipient ? 1 : 0);
    writer.text(member.value);
    writer.text(member.display_name);
    return writer.octets();
}

std::optional<StoredMember> decode_member(std::string_view octets) {
    RecordReader reader(octets);
    StoredMember stored;
    stored.recipient = reader.number() != 0;
    stored.member.value = reader.text();
    stored.member.display_name = reader.text();
    if (!reader.ok() || !reader.at_end())
        return std::nullopt;
    return stored;
}

} // namespace columbarium::lists
