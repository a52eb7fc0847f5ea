// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail_text.hpp"

#include <cctype>

#include "directory.hpp"

namespace columbarium::rig {

namespace {

[[nodiscard]] bool same_without_case(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) {
        return false;
    }
    for (std::size_t index = 0; index < left.size(); ++index) {
        if (std::tolower(static_cast<unsigned char>(left[index])) !=
            std::tolower(static_cast<unsigned char>(right[index]))) {
            return false;
        }
    }
    return true;
}

// Takes the first line off the text, without its line end.
[[nodiscard]] std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

[[nodiscard]] std::string_view without_leading_space(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

} // namespace

std::string message(std::string_view text) {
    std::string result;
    result.reserve(text.size() + text.size() / 32 + 2);
    for (const char letter : text) {
        if (letter == '\n' && !result.ends_with('\r')) {
            result += '\r';
        }
        result += letter;
    }
    if (!result.ends_with("\r\n")) {
        result += "\r\n";
    }
    return result;
}

std::string mail_file(const std::filesystem::path& name) {
    return read_file(std::filesystem::path(COLUMBARIUM_TEST_MAIL_DIR) / name);
}

std::string header_field(std::string_view message, std::string_view name) {
    while (!message.empty()) {
        const std::string_view line = take_line(message);
        if (line.empty()) {
            break;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !same_without_case(line.substr(0, colon), name)) {
            continue;
        }
        std::string value(without_leading_space(line.substr(colon + 1)));
        while (message.starts_with(' ') || message.starts_with('\t')) {
            value += take_line(message);
        }
        return value;
    }
    return {};
}

std::string body_of(std::string_view message) {
    while (!message.empty()) {
        if (take_line(message).empty()) {
            return std::string(message);
        }
    }
    return {};
}

} // namespace columbarium::rig
