// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/keyed_hash.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>

#include <sys/random.h>

namespace columbarium::lists {

namespace {

// Eight octets at most, the first one lowest.
std::uint64_t little_endian(std::string_view octets) {
    std::uint64_t number = 0;
    for (std::size_t i = octets.size(); i-- > 0;)
        number = number << 8 | static_cast<unsigned char>(octets[i]);
    return number;
}

struct SipState {
    std::uint64_t a, b, c, d;

    void round() {
        a += b;
        c += d;
        b = std::rotl(b, 13) ^ a;
        d = std::rotl(d, 16) ^ c;
        a = std::rotl(a, 32);
        c += b;
        a += d;
        b = std::rotl(b, 17) ^ c;
        d = std::rotl(d, 21) ^ a;
        c = std::rotl(c, 32);
    }

    void take(std::uint64_t word) {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

} // namespace

int KeyedHash::draw() {
    std::size_t length = 0;
    while (length < key_.size()) {
        const ssize_t got = getrandom(key_.data() + length, key_.size() - length, 0);
        if (got < 0 && errno != EINTR)
            return errno;
        length += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    return 0;
}

bool KeyedHash::set_key(std::string_view key) {
    if (key.size() != key_size)
        return false;
    std::ranges::copy(key, key_.begin());
    return true;
}

std::uint64_t KeyedHash::of(std::string_view text) const {
    const std::uint64_t low = little_endian(key().substr(0, 8));
    const std::uint64_t high = little_endian(key().substr(8));
    // The constants spell "somepseudorandomlygeneratedbytes".
    SipState state{low ^ 0x736f6d6570736575U, high ^ 0x646f72616e646f6dU, low ^ 0x6c7967656e657261U,
                   high ^ 0x7465646279746573U};
    const std::uint64_t length = text.size();
    for (; text.size() >= 8; text.remove_prefix(8))
        state.take(little_endian(text.substr(0, 8)));
    state.take(length << 56 | little_endian(text));
    state.c ^= 0xff;
    for (int i = 0; i < 4; ++i)
        state.round();
    return state.a ^ state.b ^ state.c ^ state.d;
}

std::string KeyedHash::prefixed(std::string_view text) const {
    std::string octets;
    octets.reserve(size + text.size());
    for (std::uint64_t number = of(text), i = 0; i < size; ++i, number >>= 8)
        octets += static_cast<char>(number & 0xff);
    octets += text;
    return octets;
}

} // namespace columbarium::lists
