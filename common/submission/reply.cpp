// SPDX-License-Identifier: LGPL-2.1-or-later
#include "submission/reply.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace columbarium::submission {

namespace {

constexpr std::size_t longest_text = 300;

// "250-" or "250 " or "250": the code; nothing for all else.
std::optional<int> code_of(std::string_view line) {
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit))
        return std::nullopt;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
        return std::nullopt;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

} // namespace

Expected<std::optional<Reply>> take_reply(std::string& received) {
    Reply reply;
    std::string_view rest = received;
    for (;;) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) {
            if (received.size() > longest_reply)
                return temporary_failure("the server's reply is too long");
            return std::nullopt;
        }
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        const auto code = code_of(line);
        if (!code || (reply.code != 0 && reply.code != *code))
            return temporary_failure("the server does not speak SMTP: " + printable_line(line));
        reply.text += (reply.code == 0 ? std::string(line) : std::string(line.substr(3)));
        reply.code = *code;
        if (line.size() > 3 && line[3] == '-')
            continue;
        reply.text = printable_line(reply.text);
        received.erase(0, received.size() - rest.size());
        return reply;
    }
}

std::string keyword_of(std::string_view line) {
    if (line.size() < 4)
        return {};
    line.remove_prefix(4);
    const std::size_t end = line.find_first_of(" \r\n");
    std::string keyword(line.substr(0, end));
    for (char& letter : keyword)
        letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    return keyword;
}

std::string printable_line(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' '))
        text.remove_suffix(1);
    std::string line(text.substr(0, longest_text));
    std::replace_if(
        line.begin(), line.end(), [](char letter) { return is_control(letter) || !is_ascii(letter); }, '?');
    return line;
}

std::string stuffed(std::string_view text) {
    std::string data;
    data.reserve(text.size() + text.size() / 64 + 8);
    while (!text.empty()) {
        const std::size_t end = text.find_first_of("\r\n");
        const std::string_view line = text.substr(0, end);
        if (line.starts_with('.'))
            data += '.';
        data.append(line) += "\r\n";
        if (end == std::string_view::npos)
            break;
        text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
    return data += ".\r\n";
}

} // namespace columbarium::submission
