// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/host_name.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <netdb.h>
#include <sys/socket.h>

#include "base/ascii.hpp"

namespace columbarium::milter {

namespace {

bool is_full(std::string_view name) {
    const auto is_of_name = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; };
    return name.find('.') != std::string_view::npos && name.front() != '.' && name.back() != '.' &&
           !name.starts_with("localhost.") && std::ranges::all_of(name, is_of_name);
}

} // namespace

std::string full_host_name(const std::string& name, const std::string& otherwise) {
    if (is_full(name))
        return name;
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &hints, &first) != 0)
        return otherwise;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(first, &::freeaddrinfo);
    if (found->ai_canonname != nullptr && is_full(found->ai_canonname))
        return found->ai_canonname;
    return otherwise;
}

} // namespace columbarium::milter
