// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <fcntl.h>

#include <fmt/format.h>

#include "base/regular_file.hpp"
#include "feed/has_changed.hpp"
#include "feed/octets.hpp"

namespace columbarium::feed {

namespace {

constexpr std::size_t block_limit = std::size_t{64} << 10;

class FileOctets : public Octets {
  public:
    explicit FileOctets(std::string path) : path_(std::move(path)) {}

    Expected<void> read(const Take& take) override {
        const OpenedFile file = open_regular(AT_FDCWD, path_, true);
        if (file.error_number == not_regular)
            return permanent_failure(fmt::format("{}: is no regular file", path_));
        if (file.error_number != 0)
            return temporary_failure(system_text(path_, "cannot be opened", file.error_number));
        Expected<void> taken;
        const int fault = read_blocks(file.descriptor, std::numeric_limits<std::size_t>::max(),
                                      [&](std::string_view octets) {
                                          while (!octets.empty() && taken) {
                                              taken = take(octets.substr(0, block_limit));
                                              octets.remove_prefix(std::min(octets.size(), block_limit));
                                          }
                                          return taken.has_value();
                                      });
        if (fault != 0)
            return temporary_failure(system_text(path_, "cannot be read", fault));
        if (taken && has_changed(file))
            return temporary_failure(fmt::format(
                "{}: changed while it was read; write it beside and rename it when it is complete", path_));
        return taken;
    }

    std::string name() const override { return path_; }

  private:
    std::string path_;
};

} // namespace

std::unique_ptr<Octets> file_octets(std::string path) {
    return std::make_unique<FileOctets>(std::move(path));
}

} // namespace columbarium::feed
