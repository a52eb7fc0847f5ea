// SPDX-License-Identifier: LGPL-2.1-or-later
// A directory in a file: a feed, and what is written back to it. It outlives the process that dies at work.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "feed/source.hpp"
#include "feed/write_back.hpp"

namespace columbarium::e2e {

struct Entry {
    std::string forwarding_address;
    std::string tombstone_address;
    std::vector<std::string> mail;

    friend bool operator==(const Entry&, const Entry&) = default;
};

class FileDirectory : public feed::Source, public feed::WriteBack {
  public:
    explicit FileDirectory(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] std::map<std::string, Entry> entries() const;
    void set(const std::map<std::string, Entry>& entries) const;

    Expected<void> read(const std::function<void(tombstone::Row)>& take) override;
    [[nodiscard]] std::string name() const override { return path_; }
    [[nodiscard]] feed::DirectoryParts parts() const override { return carried; }
    Expected<feed::WriteResult> write(const feed::DirectoryChange& change) override;

    // What it has a place for, as a feed and for what is written back.
    feed::DirectoryParts carried{.forwarding_address = true, .tombstone_address = true, .mail = true};
    // Called in front of each write; what it returns is the answer where it is a failure.
    std::function<Expected<void>(const feed::DirectoryChange&)> before_write;
    // Called behind each.
    std::function<void(const feed::DirectoryChange&)> after_write;

  private:
    std::string path_;
};

} // namespace columbarium::e2e
