// SPDX-License-Identifier: LGPL-2.1-or-later
#include "directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace columbarium::rig {

TemporaryDirectory::TemporaryDirectory(Account owner) : owner_(std::move(owner)) {
    std::string name = "/tmp/columbarium.XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("cannot create a directory in /tmp: " +
                                 std::generic_category().message(errno));
    }
    path_ = name;
    hand_over(path_, owner_);
}

TemporaryDirectory::~TemporaryDirectory() {
    if (!kept_) {
        remove();
    }
}

std::filesystem::path TemporaryDirectory::make_directory(const std::filesystem::path& name) const {
    std::filesystem::path made = path_;
    for (const auto& part : name) {
        made /= part;
        if (std::filesystem::create_directory(made)) {
            hand_over(made, owner_);
        }
    }
    return made;
}

std::filesystem::path TemporaryDirectory::write(const std::filesystem::path& name,
                                                std::string_view text) const {
    make_directory(name.parent_path());
    auto file_path = path_ / name;
    std::ofstream file(file_path, std::ios::binary | std::ios::trunc);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + file_path.string());
    }
    hand_over(file_path, owner_);
    return file_path;
}

void TemporaryDirectory::remove() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    std::ostringstream content;
    // Inserting an empty file counts as a failure of the stream, hence no check here.
    content << file.rdbuf();
    return std::move(content).str();
}

} // namespace columbarium::rig
