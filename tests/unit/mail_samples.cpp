// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail_samples.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gtest/gtest.h>

namespace columbarium::test {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string test_mail(std::string_view name) {
    return read_file(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "tests/mail" / name);
}

Expected<std::uint64_t> CountingSource::size() {
    return text_.size();
}

Expected<std::size_t> CountingSource::read(std::uint64_t offset, std::size_t length, std::string& buffer) {
    ++reads;
    if (offset >= text_.size())
        return 0;
    const std::string_view piece = text_.substr(offset, length);
    buffer.append(piece);
    octets_read += piece.size();
    return piece.size();
}

Expected<std::uint64_t> FailingSource::size() {
    return text_.size();
}

Expected<std::size_t> FailingSource::read(std::uint64_t offset, std::size_t length, std::string& buffer) {
    if (offset + length > broken_from_)
        return temporary_failure("the disk is broken");
    const std::string_view piece = text_.substr(std::min<std::size_t>(offset, text_.size()), length);
    buffer.append(piece);
    return piece.size();
}

std::vector<std::string> values_of(triage::Facts& facts, triage::Fact fact) {
    const auto findings = facts.values(fact);
    if (!findings) {
        ADD_FAILURE() << findings.error().text;
        return {};
    }
    std::vector<std::string> values;
    for (const triage::Finding& finding : *findings)
        values.push_back(finding.value);
    return values;
}

std::string nested_multiparts(int depth) {
    std::string text = "From: deep@example.com\nSubject: deep\nMIME-Version: 1.0\n";
    for (int level = 0; level < depth; ++level) {
        const std::string boundary = "level-" + std::to_string(level) + "-end";
        text += "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\n\n--" + boundary + "\n";
    }
    text += "Content-Type: text/plain\n\nthe bottom\n";
    for (int level = depth - 1; level >= 0; --level)
        text += "--level-" + std::to_string(level) + "-end--\n";
    return text;
}

std::string nested_messages(int depth) {
    std::string text;
    for (int level = 0; level < depth; ++level)
        text += "From: deep@example.com\nSubject: deep\nContent-Type: message/rfc822\n\n";
    return text + "From: deep@example.com\nSubject: the bottom\nContent-Type: text/plain\n\nthe bottom\n";
}

} // namespace columbarium::test
