// SPDX-License-Identifier: LGPL-2.1-or-later
// A message as the MTA hands it over, piece by piece: its beginning in memory, the rest counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mail/source.hpp"

namespace columbarium::milter {

class MessageText final : public mail::Source {
  public:
    // Octets that are kept, however long the message is: more than what decides ever reads of one
    // (mail::header_limit, mail::head_limit).
    static constexpr std::size_t most_kept = 1'024 * 1'024;

    // `enough`: octets after which the rest of a body need not be counted any more.
    explicit MessageText(std::uint64_t enough) : enough_(enough) {}

    // A field: its name, and what stands behind the colon, folded with LF or CRLF. `has_leading_blank`: the
    // body is as it stood in the message; else one blank belongs before it.
    void add_field(std::string_view name, std::string_view body, bool has_leading_blank);
    void end_header();
    void add_body(std::string_view octets);

    // Whether that many octets have come.
    [[nodiscard]] bool is_enough() const { return size_ >= enough_; }

    // Forgets all.
    void clear();

    // Of all that has come, kept or not; so read() may come to its end before.
    [[nodiscard]] Expected<std::uint64_t> size() override;
    [[nodiscard]] Expected<std::size_t> read(std::uint64_t offset, std::size_t length,
                                             std::string& buffer) override;

  private:
    void add(std::string_view octets);

    std::uint64_t enough_;
    std::string text_;
    std::uint64_t size_ = 0;
};

} // namespace columbarium::milter
