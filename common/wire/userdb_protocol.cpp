// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/userdb_protocol.hpp"

#include <charconv>

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace columbarium::wire {

namespace {

// Takes the next field off the line; nothing where there is none.
std::optional<std::string_view> take_field(std::optional<std::string_view>& rest) {
    if (!rest)
        return std::nullopt;
    const std::size_t tab = rest->find('\t');
    const std::string_view field = rest->substr(0, tab);
    if (tab == std::string_view::npos)
        rest.reset();
    else
        rest->remove_prefix(tab + 1);
    return field;
}

std::string unescaped(std::string_view field) {
    std::string text;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\001' || i + 1 == field.size()) {
            text += field[i];
            continue;
        }
        switch (const char code = field[++i]) {
        case '0':
            text += '\0';
            break;
        case '1':
            text += '\001';
            break;
        case 't':
            text += '\t';
            break;
        case 'r':
            text += '\r';
            break;
        case 'n':
            text += '\n';
            break;
        default:
            text += code;
        }
    }
    return text;
}

std::optional<std::uint32_t> number(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

std::optional<UserdbLine::Kind> kind_of(std::string_view word) {
    using Kind = UserdbLine::Kind;
    if (word == "VERSION")
        return Kind::version;
    if (word == "SPID")
        return Kind::process;
    if (word == "USER")
        return Kind::user;
    if (word == "NOTFOUND")
        return Kind::not_found;
    if (word == "FAIL")
        return Kind::failed;
    if (word == "LIST")
        return Kind::listed;
    if (word == "DONE")
        return Kind::done;
    return std::nullopt;
}

tl::unexpected<Error> no_protocol(std::string_view line) {
    return permanent_failure(fmt::format("no line of the userdb protocol: \"{}\"", printable(line)));
}

} // namespace

Expected<UserdbLine> read_userdb_line(std::string_view line) {
    std::optional<std::string_view> rest = line;
    const auto kind = kind_of(*take_field(rest));
    if (!kind)
        return no_protocol(line);
    UserdbLine read;
    read.kind = *kind;
    if (read.kind == UserdbLine::Kind::process)
        return read;
    const auto digits = take_field(rest);
    const auto id = digits ? number(*digits) : std::nullopt;
    if (!id)
        return no_protocol(line);
    read.id = *id;
    if (read.kind == UserdbLine::Kind::user || read.kind == UserdbLine::Kind::listed) {
        const auto name = take_field(rest);
        if (!name || name->empty())
            return no_protocol(line);
        read.name = unescaped(*name);
    }
    read.is_complete = read.kind == UserdbLine::Kind::done;
    while (const auto field = take_field(rest)) {
        if (read.kind == UserdbLine::Kind::user && field->starts_with("uid=")) {
            read.uid = number(field->substr(4));
            if (!read.uid)
                return no_protocol(line);
        }
        if (read.kind == UserdbLine::Kind::failed && field->starts_with("reason="))
            read.reason = unescaped(field->substr(7));
        if (read.kind == UserdbLine::Kind::done && !field->empty())
            read.is_complete = false;
    }
    return read;
}

std::string userdb_version_line() {
    return "VERSION\t1\t0\n";
}

std::string userdb_user_line(std::uint32_t id, std::string_view name) {
    return fmt::format("USER\t{}\t{}\tservice=columbarium\n", id, name);
}

std::string userdb_list_line(std::uint32_t id) {
    return fmt::format("LIST\t{}\tservice=columbarium\n", id);
}

std::optional<std::string_view> LineBuffer::next() {
    const std::string_view rest = std::string_view(octets_).substr(begin_);
    const std::size_t end = rest.find('\n');
    if (end > longest_userdb_line) // also where there is no end
        return std::nullopt;
    begin_ += end + 1;
    return rest.substr(0, end);
}

std::string& LineBuffer::octets() {
    octets_.erase(0, begin_);
    begin_ = 0;
    return octets_;
}

} // namespace columbarium::wire
