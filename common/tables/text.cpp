// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of lines: texthash of Postfix, lsearch of Exim.
#include <string>

#include "tables/output.hpp"

namespace columbarium::tables {

namespace {

constexpr std::size_t block_size = 256 * 1024;

class TextOutput : public Output {
  public:
    explicit TextOutput(const Descriptor& descriptor) : descriptor_(descriptor) {}

    int finish() override {
        const int error = write_all(descriptor_, block_);
        block_.clear();
        return error;
    }

  protected:
    int write_line(std::string_view key, std::string_view between, std::string_view value) {
        block_.append(key).append(between).append(value) += '\n';
        return block_.size() < block_size ? 0 : finish();
    }

  private:
    const Descriptor& descriptor_;
    std::string block_;
};

// Postfix wants a key in quotes only where its local part needs them, and takes a line with "#" in front for
// a comment: there is no way to write such a key.
class Texthash final : public TextOutput {
  public:
    using TextOutput::TextOutput;

    const char* fault(std::string_view key, std::string_view) const override {
        return key.front() == '#' ? "a key that begins with \"#\" is a comment in this format" : nullptr;
    }

    int add(std::string_view key, std::string_view value) override { return write_line(key, " ", value); }
};

// Exim: "a colon or white space ends the key, unless the key is in double quotes".
class Lsearch final : public TextOutput {
  public:
    using TextOutput::TextOutput;

    const char* fault(std::string_view, std::string_view) const override { return nullptr; }

    int add(std::string_view key, std::string_view value) override {
        if (key.front() != '#' && key.find(':') == std::string_view::npos)
            return write_line(key, ": ", value);
        return write_line('"' + std::string(key) + '"', ": ", value);
    }
};

} // namespace

std::unique_ptr<Output> open_text(const Descriptor& descriptor, Format format) {
    if (format == Format::exim_lsearch)
        return std::make_unique<Lsearch>(descriptor);
    return std::make_unique<Texthash>(descriptor);
}

} // namespace columbarium::tables
