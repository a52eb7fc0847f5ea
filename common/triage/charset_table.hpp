// SPDX-License-Identifier: LGPL-2.1-or-later
// The eight-bit charsets that texts are wrongly read in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace columbarium::triage {

enum class Charset { windows_1252, windows_1251, koi8_r, ibm866, iso_8859_5, mac_cyrillic };
inline constexpr std::size_t charset_count = 6;

class CharsetTable {
  public:
    explicit CharsetTable(const char* name);

    // The octet that stands for a character beyond ASCII, or nothing. C1 controls stand for themselves where
    // the charset has no character there.
    [[nodiscard]] std::optional<std::uint8_t> octet_of(char32_t code) const;

    // The character that an octet from 0x80 on stands for.
    [[nodiscard]] char32_t character_of(std::uint8_t octet) const { return characters_[octet - 0x80U]; }

  private:
    std::array<char32_t, 128> characters_{};
    std::unordered_map<char32_t, std::uint8_t> octets_;
};

// Made once a process.
[[nodiscard]] const CharsetTable& charset_table(Charset charset);

} // namespace columbarium::triage
