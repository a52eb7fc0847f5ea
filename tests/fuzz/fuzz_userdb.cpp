// SPDX-License-Identifier: LGPL-2.1-or-later
// What an auth socket answers: lines in pieces. The first octet says how long the pieces are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wire/userdb_protocol.hpp"

namespace {

using namespace columbarium;
using Kind = wire::UserdbLine::Kind;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void check_line(std::string_view text) {
    const auto line = wire::read_userdb_line(text);
    if (!line) {
        require(line.error().kind == ErrorKind::permanent);
        require(line.error().text.find('\n') == std::string::npos);
        return;
    }
    const bool has_name = line->kind == Kind::user || line->kind == Kind::listed;
    require(has_name != line->name.empty());
    require(line->name.size() <= text.size() && line->reason.size() <= text.size());
    require(!line->uid || line->kind == Kind::user);
    require(line->reason.empty() || line->kind == Kind::failed);
    require(!line->is_complete || line->kind == Kind::done);
}

std::vector<std::string> lines_of(std::string_view octets, std::size_t piece) {
    wire::LineBuffer buffer;
    std::vector<std::string> lines;
    for (; !octets.empty() && !buffer.is_overlong(); octets.remove_prefix(std::min(piece, octets.size()))) {
        buffer.octets() += octets.substr(0, piece);
        while (const auto line = buffer.next())
            lines.emplace_back(*line);
    }
    return lines;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    if (octets == 0)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, octets - 1); // NOLINT: text here
    const std::vector<std::string> lines = lines_of(text, text.size() + 1);
    require(lines_of(text, std::size_t{data[0]} % 16 + 1) == lines);
    for (const std::string& line : lines) {
        require(line.find('\n') == std::string::npos);
        check_line(line);
    }
    check_line(text.substr(0, text.find('\n')));
    return 0;
}
