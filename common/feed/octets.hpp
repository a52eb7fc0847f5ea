// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the text of a feed comes from: a file, or what a command writes. Private to common/feed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace columbarium::feed {

class Octets {
  public:
    using Take = std::function<Expected<void>(std::string_view)>;

    Octets() = default;
    Octets(const Octets&) = delete;
    Octets& operator=(const Octets&) = delete;
    virtual ~Octets() = default;

    // Gives all octets, in blocks of at most 64 KiB, to `take`. A failure of `take` ends it and is returned.
    // Success means that all octets came, and that whoever wrote them says so: see below.
    [[nodiscard]] virtual Expected<void> read(const Take& take) = 0;

    // The file's name; the program's, without its arguments: a secret may be among them.
    [[nodiscard]] virtual std::string name() const = 0;
};

// A regular file, or a link to one. A failure where it changes while it is read.
[[nodiscard]] std::unique_ptr<Octets> file_octets(std::string path);

// The standard output of a program, which is started without a shell; its standard input is empty. A failure
// where its exit status is not 0, a signal ended it, or it takes longer than `time`; the text has the last
// line that it wrote to its standard error. It and all that it started in its process group is killed then.
[[nodiscard]] std::unique_ptr<Octets> command_octets(std::vector<std::string> command,
                                                     std::chrono::milliseconds time);

} // namespace columbarium::feed
