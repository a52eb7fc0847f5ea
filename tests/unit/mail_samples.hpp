// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages for tests, and sources that watch how they are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mail/message.hpp"
#include "mail/source.hpp"
#include "triage/facts.hpp"

namespace columbarium::test {

// A file's octets. Throws where it cannot be read: a test without its message is a broken test.
std::string read_file(const std::filesystem::path& path);

// A message of tests/mail by its file name.
std::string test_mail(std::string_view name);

// A message in memory that counts what is read of it.
class CountingSource final : public mail::Source {
  public:
    explicit CountingSource(std::string_view text) : text_(text) {}

    Expected<std::uint64_t> size() override;
    Expected<std::size_t> read(std::uint64_t offset, std::size_t length, std::string& buffer) override;

    std::size_t octets_read = 0;
    std::size_t reads = 0;

  private:
    std::string_view text_;
};

// A message on a disk that fails from an offset on.
class FailingSource final : public mail::Source {
  public:
    FailingSource(std::string_view text, std::uint64_t broken_from)
        : text_(text), broken_from_(broken_from) {}

    Expected<std::uint64_t> size() override;
    Expected<std::size_t> read(std::uint64_t offset, std::size_t length, std::string& buffer) override;

  private:
    std::string_view text_;
    std::uint64_t broken_from_;
};

// The values of a fact as a script sees them.
std::vector<std::string> values_of(triage::Facts& facts, triage::Fact fact);

// A message in memory with its facts.
struct Sample {
    explicit Sample(std::string message_text, mail::Envelope envelope = {})
        : text(std::move(message_text)), source(text), message(source, std::move(envelope)), facts(message) {}

    std::vector<std::string> operator[](triage::Fact fact) { return values_of(facts, fact); }

    std::string text;
    CountingSource source;
    mail::Message message;
    triage::Facts facts;
};

// A multipart/mixed in a multipart/mixed in ..., `depth` of them, with a text in the innermost.
std::string nested_multiparts(int depth);

// A message/rfc822 in a message/rfc822 in ..., `depth` of them, with a text in the innermost.
std::string nested_messages(int depth);

} // namespace columbarium::test
