// SPDX-License-Identifier: LGPL-2.1-or-later
#include "file_source.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace columbarium::tools {

namespace {

tl::unexpected<Error> cannot(const char* what, const std::string& path) {
    return temporary_failure("cannot " + std::string(what) + " " + path + ": " + std::strerror(errno));
}

class FileSource final : public mail::Source {
  public:
    FileSource(int file, std::uint64_t size, std::string path)
        : file_(file), size_(size), path_(std::move(path)) {}
    ~FileSource() override { ::close(file_); }

    Expected<std::uint64_t> size() override { return size_; }

    Expected<std::size_t> read(std::uint64_t offset, std::size_t length, std::string& buffer) override {
        if (offset >= size_)
            return 0;
        const std::size_t before = buffer.size();
        const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - offset));
        buffer.resize(before + wanted);
        std::size_t done = 0;
        while (done < wanted) {
            const ssize_t got = ::pread(file_, buffer.data() + before + done, wanted - done,
                                        static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0) {
                buffer.resize(before);
                return cannot("read", path_);
            }
            if (got == 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        buffer.resize(before + done);
        return done;
    }

  private:
    int file_;
    std::uint64_t size_;
    std::string path_;
};

// A message that was read whole.
class OwnedSource final : public mail::Source {
  public:
    explicit OwnedSource(std::string text) : text_(std::move(text)), source_(text_) {}

    Expected<std::uint64_t> size() override { return source_.size(); }
    Expected<std::size_t> read(std::uint64_t offset, std::size_t length, std::string& buffer) override {
        return source_.read(offset, length, buffer);
    }

  private:
    std::string text_;
    mail::StringSource source_;
};

Expected<std::unique_ptr<mail::Source>> read_all(int file, const std::string& name) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = ::read(file, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot("read", name);
        if (got == 0)
            break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return std::make_unique<OwnedSource>(std::move(text));
}

} // namespace

Expected<std::unique_ptr<mail::Source>> open_message(const std::string& path) {
    if (path == "-")
        return read_all(STDIN_FILENO, "standard input");
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return cannot("open", path);
    struct stat status {};
    if (::fstat(file, &status) != 0) {
        const auto failure = cannot("look at", path);
        ::close(file);
        return failure;
    }
    if (S_ISREG(status.st_mode))
        return std::make_unique<FileSource>(file, static_cast<std::uint64_t>(status.st_size), path);
    Expected<std::unique_ptr<mail::Source>> piped = read_all(file, path);
    ::close(file);
    return piped;
}

} // namespace columbarium::tools
