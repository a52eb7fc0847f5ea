// SPDX-License-Identifier: LGPL-2.1-or-later
#include "managesieve.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace columbarium::rig {

namespace {

[[nodiscard]] std::string literal(const std::string& text) {
    return "{" + std::to_string(text.size()) + "+}\r\n" + text;
}

[[nodiscard]] std::string base64(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t index = 0; index < 3; ++index) {
            bits = bits << 8U | (index < group.size() ? static_cast<unsigned char>(group[index]) : 0U);
        }
        for (std::size_t index = 0; index < 4; ++index) {
            text += index <= group.size() ? alphabet[bits >> (18 - 6 * index) & 63U] : '=';
        }
    }
    return text;
}

[[nodiscard]] bool ends_an_answer(const std::string& word) {
    return word == "OK" || word == "NO" || word == "BYE";
}

[[nodiscard]] SieveCapabilities capabilities_in(const std::vector<std::vector<std::string>>& lines) {
    SieveCapabilities capabilities;
    for (const auto& line : lines) {
        if (!line.empty()) {
            capabilities[line[0]] = line.size() > 1 ? line[1] : "";
        }
    }
    return capabilities;
}

// Takes a quoted string off the text, which begins with its quote.
[[nodiscard]] std::string take_quoted(std::string_view& text) {
    std::string value;
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') {
            ++at;
        }
        if (at < text.size()) {
            value += text[at];
        }
    }
    text.remove_prefix(std::min(at + 1, text.size()));
    return value;
}

} // namespace

std::string to_string(const SieveResult& result) {
    return result.status + (result.code.empty() ? "" : " (" + result.code + ")") + " \"" + result.text + "\"";
}

ManageSieveSession::ManageSieveSession(std::uint16_t port) : connection_("the ManageSieve server", port) {
    std::vector<Line> lines;
    if (const auto result = read_result(lines); !result.ok()) {
        throw std::runtime_error("the ManageSieve server's greeting is: " + to_string(result));
    }
    greeting_ = capabilities_in(lines);
}

// A quoted string cannot hold a line end in what servers send, so that lines are the unit; only literals
// ("{n}") go beyond them. A response code comes as one word, its strings included: "(CODE \"x\")".
ManageSieveSession::Line ManageSieveSession::read_line() {
    Line words;
    std::string line = connection_.read_line();
    std::string_view rest = line;
    while (!rest.empty()) {
        if (rest.front() == ' ') {
            rest.remove_prefix(1);
        } else if (rest.front() == '"') {
            words.push_back(take_quoted(rest));
        } else if (rest.front() == '{') {
            words.push_back(connection_.read_bytes(std::stoul(std::string(rest.substr(1)))));
            line = connection_.read_line();
            rest = line;
        } else {
            const char stop = rest.front() == '(' ? ')' : ' ';
            const std::size_t end = std::min(rest.find(stop), rest.size());
            const std::size_t length = std::min(end + (stop == ')' ? 1 : 0), rest.size());
            words.emplace_back(rest.substr(0, length));
            rest.remove_prefix(length);
        }
    }
    return words;
}

SieveResult ManageSieveSession::read_result(std::vector<Line>& lines) {
    for (;;) {
        Line line = read_line();
        if (line.empty() || !ends_an_answer(line.front())) {
            lines.push_back(std::move(line));
            continue;
        }
        SieveResult result;
        result.status = line[0];
        std::size_t next = 1;
        if (line.size() > next && line[next].starts_with('(')) {
            result.code = line[next].substr(1, line[next].size() - 2);
            ++next;
        }
        if (line.size() > next) {
            result.text = line[next];
        }
        return result;
    }
}

SieveResult ManageSieveSession::command(const std::string& text, std::vector<Line>& lines) {
    connection_.write(text + "\r\n");
    return read_result(lines);
}

SieveResult ManageSieveSession::command(const std::string& text) {
    std::vector<Line> unused;
    return command(text, unused);
}

void ManageSieveSession::login(const std::string& user) {
    using namespace std::string_literals;
    const std::string credentials = "\0"s + user + "\0secret"s;
    const auto result = command("AUTHENTICATE \"PLAIN\" \"" + base64(credentials) + "\"");
    if (!result.ok()) {
        throw std::runtime_error("ManageSieve login of " + user + " got " + to_string(result));
    }
}

SieveCapabilities ManageSieveSession::capabilities() {
    std::vector<Line> lines;
    command("CAPABILITY", lines);
    return capabilities_in(lines);
}

SieveResult ManageSieveSession::put_script(const std::string& name, const std::string& script) {
    return command("PUTSCRIPT " + literal(name) + " " + literal(script));
}

SieveResult ManageSieveSession::check_script(const std::string& script) {
    return command("CHECKSCRIPT " + literal(script));
}

SieveResult ManageSieveSession::activate(const std::string& name) {
    return command("SETACTIVE " + literal(name));
}

std::string ManageSieveSession::script(const std::string& name) {
    std::vector<Line> lines;
    const auto result = command("GETSCRIPT " + literal(name), lines);
    if (!result.ok() || lines.empty() || lines.front().empty()) {
        throw std::runtime_error("ManageSieve has no script " + name + ": " + to_string(result));
    }
    return lines.front().front();
}

std::vector<std::pair<std::string, bool>> ManageSieveSession::scripts() {
    std::vector<Line> lines;
    command("LISTSCRIPTS", lines);
    std::vector<std::pair<std::string, bool>> scripts;
    for (const auto& line : lines) {
        if (!line.empty()) {
            scripts.emplace_back(line[0], line.size() > 1 && line[1] == "ACTIVE");
        }
    }
    return scripts;
}

} // namespace columbarium::rig
