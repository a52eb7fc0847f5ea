// SPDX-License-Identifier: LGPL-2.1-or-later
// How records of an index are written: numbers as four octets, texts with their length before them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lists/card.hpp"
#include "lists/member.hpp"

namespace columbarium::lists {

class RecordWriter {
  public:
    void number(std::uint32_t value);
    void text(std::string_view value);
    void texts(const std::vector<std::string>& values);
    [[nodiscard]] const std::string& octets() const { return octets_; }
    void clear() { octets_.clear(); }

  private:
    std::string octets_;
};

// Reads what may be damaged: once something does not fit, everything is empty and ok() is false.
class RecordReader {
  public:
    explicit RecordReader(std::string_view octets) : rest_(octets) {}
    [[nodiscard]] std::uint32_t number();
    [[nodiscard]] std::string_view text();
    [[nodiscard]] std::vector<std::string> texts();
    void skip_texts();
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

// Four octets of a number, for keys.
[[nodiscard]] std::string number_key(std::uint32_t value);

[[nodiscard]] std::string encode_card(const Card& card);
[[nodiscard]] std::optional<Card> decode_card(std::string_view octets);

// The same without uid, categories and member_uids: what members are made of, cheap for a card in thousands
// of categories.
[[nodiscard]] std::optional<Card> decode_card_addresses(std::string_view octets);

// A member, and whether mail for the whole list goes to it.
struct StoredMember {
    Member member;
    bool recipient = true;
};

[[nodiscard]] std::string encode_member(const Member& member, bool recipient);
[[nodiscard]] std::optional<StoredMember> decode_member(std::string_view octets);

} // namespace columbarium::lists
