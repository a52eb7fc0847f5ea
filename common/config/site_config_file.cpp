// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads columbarium.toml from disk, once for each state of the file.
#include "config/site_config.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace columbarium::config {

namespace {

// Octets; a file beyond this is not what an administrator wrote.
constexpr off_t size_limit = 1024 * 1024;

// What tells one state of a file from another.
using Fingerprint = std::tuple<dev_t, ino_t, off_t, std::int64_t, std::int64_t>;

Fingerprint fingerprint_of(const struct stat& status) {
    return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

using SharedConfig = std::shared_ptr<const SiteConfig>;

struct CachedConfig {
    Fingerprint fingerprint;
    Expected<SharedConfig> config; // a file with an error is not parsed again either
};

// Never destroyed: modules of Dovecot are unloaded at odd times, and no destructor may run then.
std::map<std::string, CachedConfig>& cache() {
    static auto* const cached = new std::map<std::string, CachedConfig>;
    return *cached;
}

tl::unexpected<Error> file_failure(const std::string& path, std::string_view what, int error_number) {
    return temporary_failure(
        fmt::format("{}: {}: {}", path, what, std::generic_category().message(error_number)));
}

class File {
  public:
    explicit File(const std::string& path)
        : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0)
            close(descriptor_);
    }
    [[nodiscard]] int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

Expected<std::string> read_all(const File& file, const std::string& path) {
    std::string text;
    char block[16 * 1024];
    for (;;) {
        const ssize_t length = read(file.descriptor(), block, sizeof(block));
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return file_failure(path, "cannot read", errno);
        if (length == 0)
            return text;
        text.append(block, static_cast<std::size_t>(length));
        if (text.size() > static_cast<std::size_t>(size_limit))
            return temporary_failure(fmt::format("{}: is larger than {} octets", path, size_limit));
    }
}

} // namespace

Expected<SharedConfig> read_site_config(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) < 0)
        return file_failure(path, "cannot read", errno);
    const auto known = cache().find(path);
    if (known != cache().end() && known->second.fingerprint == fingerprint_of(status))
        return known->second.config;

    const File file(path);
    if (file.descriptor() < 0)
        return file_failure(path, "cannot open", errno);
    // The file may have been replaced since: keep what is known of the one that is read.
    if (fstat(file.descriptor(), &status) < 0)
        return file_failure(path, "cannot read", errno);
    if (!S_ISREG(status.st_mode))
        return temporary_failure(fmt::format("{}: is not a regular file", path));
    const auto text = read_all(file, path);
    if (!text)
        return tl::make_unexpected(text.error());
    Expected<SharedConfig> config =
        parse_site_config(*text, path).map([](SiteConfig&& parsed) -> SharedConfig {
            return std::make_shared<const SiteConfig>(std::move(parsed));
        });
    cache().insert_or_assign(path, CachedConfig{fingerprint_of(status), config});
    return config;
}

} // namespace columbarium::config
