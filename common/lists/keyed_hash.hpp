// SPDX-License-Identifier: LGPL-2.1-or-later
// SipHash-2-4: a hash with a secret key. Whoever does not know the key cannot choose texts that collide.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium::lists {

class COLUMBARIUM_API KeyedHash {
  public:
    static constexpr std::size_t size = 8;      // octets of a hash
    static constexpr std::size_t key_size = 16; // octets of the key; zeros until one is set

    // Takes a random key. Returns an error number, or 0.
    [[nodiscard]] int draw();

    // False where it has not key_size octets.
    [[nodiscard]] bool set_key(std::string_view key);
    [[nodiscard]] std::string_view key() const { return {key_.data(), key_.size()}; }

    [[nodiscard]] std::uint64_t of(std::string_view text) const;

    // The hash of a text, `size` octets, with the text behind it.
    [[nodiscard]] std::string prefixed(std::string_view text) const;

  private:
    std::array<char, key_size> key_{};
};

} // namespace columbarium::lists
