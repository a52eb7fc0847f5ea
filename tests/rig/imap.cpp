// SPDX-License-Identifier: LGPL-2.1-or-later
#include "imap.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "mail_text.hpp"

namespace columbarium::rig {

namespace {

[[nodiscard]] std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') {
            result += '\\';
        }
        result += letter;
    }
    return result + "\"";
}

[[nodiscard]] std::string list_of(const std::set<std::string>& flags) {
    std::string list;
    for (const auto& flag : flags) {
        list += (list.empty() ? "" : " ") + flag;
    }
    return "(" + list + ")";
}

// The size in a literal's "{n}" at the end of the line.
[[nodiscard]] std::optional<std::size_t> literal_size(const std::string& line) {
    const std::size_t open = line.rfind('{');
    if (open == std::string::npos || line.back() != '}') {
        return std::nullopt;
    }
    std::size_t size = 0;
    const char* end = line.data() + line.size() - 1;
    const auto parsed = std::from_chars(line.data() + open + 1, end, size);
    return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(size) : std::nullopt;
}

[[nodiscard]] std::uint32_t number_after(const std::string& text, std::string_view word) {
    const std::size_t at = text.find(word);
    std::uint32_t number = 0;
    if (at != std::string::npos) {
        std::from_chars(text.data() + at + word.size(), text.data() + text.size(), number);
    }
    return number;
}

[[nodiscard]] std::set<std::string> flags_in(const std::string& text) {
    constexpr std::string_view opening = "FLAGS (";
    const std::size_t at = text.find(opening);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + opening.size();
    std::istringstream words(text.substr(begin, text.find(')', begin) - begin));
    std::set<std::string> flags;
    for (std::string word; words >> word;) {
        flags.insert(word);
    }
    flags.erase("\\Recent");
    return flags;
}

// The name at the end of `LIST (\HasNoChildren) "/" name`, which is an atom, a quoted string or a literal.
[[nodiscard]] std::string listed_name(const ImapResponse& response) {
    if (!response.literals.empty()) {
        return response.literals.front();
    }
    const std::string& text = response.text;
    if (text.back() != '"') {
        return text.substr(text.rfind(' ') + 1);
    }
    std::string name;
    for (std::size_t at = text.find("\" \"") + 3; at + 1 < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        }
        name += text[at];
    }
    return name;
}

} // namespace

std::string StoredMessage::header(std::string_view name) const {
    return header_field(text, name);
}

std::string StoredMessage::body() const {
    return body_of(text);
}

ImapSession::ImapSession(std::uint16_t port, const std::string& user) : connection_("the IMAP server", port) {
    if (const std::string greeting = connection_.read_line(); !greeting.starts_with("* OK")) {
        throw std::runtime_error("the IMAP server's greeting is: " + greeting);
    }
    require("LOGIN " + quoted(user) + " secret");
}

ImapResponse ImapSession::read_response() {
    ImapResponse response;
    for (;;) {
        const std::string line = connection_.read_line();
        response.text += line;
        const auto size = literal_size(line);
        if (!size) {
            return response;
        }
        response.literals.push_back(connection_.read_bytes(*size));
    }
}

ImapResult ImapSession::read_result(const std::string& tag) {
    ImapResult result;
    for (;;) {
        ImapResponse response = read_response();
        if (response.text.starts_with(tag)) {
            const std::string rest = response.text.substr(tag.size());
            const std::size_t end = std::min(rest.find(' '), rest.size());
            result.status = rest.substr(0, end);
            result.text = rest.substr(std::min(end + 1, rest.size()));
            return result;
        }
        result.untagged.push_back(std::move(response));
    }
}

ImapResult ImapSession::command(const std::string& text) {
    const std::string tag = "t" + std::to_string(++tags_) + " ";
    connection_.write(tag + text + "\r\n");
    return read_result(tag);
}

ImapResult ImapSession::require(const std::string& text) {
    ImapResult result = command(text);
    if (!result.ok()) {
        throw std::runtime_error("IMAP command \"" + text.substr(0, 200) + "\" got " + result.status + " " +
                                 result.text);
    }
    return result;
}

std::vector<StoredMessage> ImapSession::messages(const std::string& mailbox) {
    // EXAMINE does not touch flags, and its answer says by itself when there is nothing.
    const ImapResult selected = command("EXAMINE " + quoted(mailbox));
    if (!selected.ok()) {
        if (selected.text.find("NONEXISTENT") != std::string::npos ||
            selected.text.find("doesn't exist") != std::string::npos) {
            return {};
        }
        throw std::runtime_error("cannot open mailbox " + mailbox + ": " + selected.text);
    }
    std::vector<StoredMessage> messages;
    for (auto& response : require("UID FETCH 1:* (FLAGS BODY.PEEK[])").untagged) {
        if (response.text.find(" FETCH ") != std::string::npos && response.literals.size() == 1) {
            messages.push_back({number_after(response.text, "UID "), flags_in(response.text),
                                std::move(response.literals.front())});
        }
    }
    return messages;
}

std::vector<std::string> ImapSession::mailboxes() {
    std::vector<std::string> names;
    for (const auto& response : require("LIST \"\" \"*\"").untagged) {
        if (response.text.starts_with("* LIST ")) {
            names.push_back(listed_name(response));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

void ImapSession::create(const std::string& mailbox) {
    require("CREATE " + quoted(mailbox));
}

void ImapSession::append(const std::string& mailbox, const std::string& message,
                         const std::set<std::string>& flags) {
    // A non-synchronizing literal (RFC 7888), which Dovecot announces as LITERAL+.
    require("APPEND " + quoted(mailbox) + " " + list_of(flags) + " {" + std::to_string(message.size()) +
            "+}\r\n" + message);
}

void ImapSession::copy(std::uint32_t uid, const std::string& from, const std::string& to) {
    require("SELECT " + quoted(from));
    require("UID COPY " + std::to_string(uid) + " " + quoted(to));
}

void ImapSession::move(std::uint32_t uid, const std::string& from, const std::string& to) {
    require("SELECT " + quoted(from));
    require("UID MOVE " + std::to_string(uid) + " " + quoted(to));
}

void ImapSession::add_flags(std::uint32_t uid, const std::string& mailbox,
                            const std::set<std::string>& flags) {
    require("SELECT " + quoted(mailbox));
    require("UID STORE " + std::to_string(uid) + " +FLAGS " + list_of(flags));
}

} // namespace columbarium::rig
