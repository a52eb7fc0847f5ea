// SPDX-License-Identifier: LGPL-2.1-or-later
#include "host/host_dict.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/uri.hpp"

#include "dict_headers.hpp"

#include "compat.hpp"
#include "host/data_stack_frame.hpp"

namespace columbarium::host {

namespace {

constexpr std::string_view private_prefix = "priv/";
constexpr std::string_view shared_prefix = "shared/";

// Octets of a key that memcached takes.
constexpr std::size_t memcached_key_limit = 250;

// Memory for one answer.
class AnswerPool {
  public:
    AnswerPool() : pool_(pool_alloconly_create(MEMPOOL_GROWING "columbarium dict", 1024)) {}
    AnswerPool(const AnswerPool&) = delete; // owns the pool
    AnswerPool& operator=(const AnswerPool&) = delete;
    ~AnswerPool() { pool_unref(&pool_); }

    [[nodiscard]] pool_t get() const { return pool_; }

  private:
    pool_t pool_;
};

void replace_all(std::string& text, const std::string& what, std::string_view with) {
    if (what.empty())
        return;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
}

// The size of what memcached's driver puts before each key.
std::size_t memcached_prefix_size(std::string_view uri) {
    constexpr std::string_view setting = "prefix=";
    std::size_t size = 0;
    while (!uri.empty()) {
        const std::size_t end = std::min(uri.find(':'), uri.size());
        if (const std::string_view part = uri.substr(0, end); part.starts_with(setting))
            size = part.size() - setting.size();
        uri.remove_prefix(std::min(end + 1, uri.size()));
    }
    return size;
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

class HostDict final : public lists::DictReader {
  public:
    HostDict(dict* handle, const std::string& uri, DictUser user)
        : dict_(handle), place_(dict_place(uri)), user_(std::move(user)),
          is_memcached_ascii_(uri.starts_with("memcached_ascii:")),
          memcached_prefix_size_(memcached_prefix_size(uri)) {}

    ~HostDict() override { dict_deinit(&dict_); }

    Expected<std::optional<std::string>> look_up(const std::string& prefix, const std::string& name) override;
    Expected<std::vector<std::pair<std::string, std::string>>> enumerate(const std::string& prefix,
                                                                         std::size_t limit) override;

  private:
    [[nodiscard]] dict_op_settings settings() const {
        return {user_.username.empty() ? nullptr : user_.username.c_str(),
                user_.home.empty() ? nullptr : user_.home.c_str()};
    }
    // The host stops the process when a private key comes without a user, or a key that is neither.
    [[nodiscard]] Expected<void> check_key(std::string_view key) const;
    // Whether a key of memcached can be this prefix and this escaped name.
    [[nodiscard]] bool fits_memcached(std::string_view prefix, std::string_view name) const;
    [[nodiscard]] std::string failure_text(const char* error, const std::string& name) const;

    dict* dict_;
    std::string place_;
    DictUser user_;
    bool is_memcached_ascii_;
    std::size_t memcached_prefix_size_;
};

Expected<void> HostDict::check_key(std::string_view key) const {
    const bool is_private = key.starts_with(private_prefix);
    if (!is_private && !key.starts_with(shared_prefix))
        return temporary_failure(
            fmt::format("dict {}: keys begin with \"priv/\" or \"shared/\", not as \"{}\"", place_, key));
    if (is_private && user_.username.empty())
        return temporary_failure(fmt::format("dict {}: nobody knows whose private keys to ask for", place_));
    if (has_control_character(user_.username) ||
        (is_memcached_ascii_ && user_.username.find(' ') != std::string::npos))
        return temporary_failure(fmt::format("dict {}: no key can hold this user's name", place_));
    return {};
}

bool HostDict::fits_memcached(std::string_view prefix, std::string_view name) const {
    // The driver writes its own prefix, then of a private key the user's name and "/", with two characters
    // for some of the name's, and then what stands behind "priv/" or "shared/".
    std::size_t size = memcached_prefix_size_ + prefix.size() + name.size();
    if (prefix.starts_with(private_prefix)) {
        const auto escaped = std::count_if(user_.username.begin(), user_.username.end(),
                                           [](char c) { return c == '/' || c == '\\'; });
        size += user_.username.size() + static_cast<std::size_t>(escaped) + 1;
        size -= private_prefix.size();
    } else {
        size -= shared_prefix.size();
    }
    return size <= memcached_key_limit && name.find(' ') == std::string_view::npos;
}

// The host's texts may quote the key, and with it a value that no log may hold.
std::string HostDict::failure_text(const char* error, const std::string& name) const {
    std::string text = error == nullptr || *error == '\0' ? "no answer" : error;
    replace_all(text, dict_escape_string(name.c_str()), "...");
    replace_all(text, name, "...");
    return fmt::format("dict {}: {}", place_, text);
}

Expected<std::optional<std::string>> HostDict::look_up(const std::string& prefix, const std::string& name) {
    if (has_control_character(name))
        return std::nullopt;
    if (const auto checked = check_key(prefix); !checked)
        return tl::make_unexpected(checked.error());
    const DataStackFrame frame;
    const AnswerPool pool;
    const std::string escaped = dict_escape_string(name.c_str());
    if (is_memcached_ascii_ && !fits_memcached(prefix, escaped))
        return std::nullopt;
    const std::string key = prefix + escaped;
    const dict_op_settings operation = settings();
    const char* value = nullptr;
    const char* error = nullptr;
    const int found = dict_lookup(dict_, &operation, pool.get(), key.c_str(), &value, &error);
    if (found < 0)
        return temporary_failure(failure_text(error, name));
    if (found == 0 || value == nullptr)
        return std::nullopt;
    std::string answer = value;
    if (answer.size() > dict_value_limit)
        return temporary_failure(fmt::format("dict {}: a value of {} octets; at most {}", place_,
                                             answer.size(), dict_value_limit));
    return answer;
}

Expected<std::vector<std::pair<std::string, std::string>>> HostDict::enumerate(const std::string& prefix,
                                                                               std::size_t limit) {
    if (const auto checked = check_key(prefix); !checked)
        return tl::make_unexpected(checked.error());
    const DataStackFrame frame;
    const dict_op_settings operation = settings();
    std::vector<std::pair<std::string, std::string>> found;
    bool too_long = false;
    // Recursive, though names have no "/" (it is escaped) and what lies deeper is passed over: of what lies
    // directly below a private key, dict-sql of 2.3 makes a wrong query.
    dict_iterate_context* iteration =
        dict_iterate_init(dict_, &operation, prefix.c_str(), DICT_ITERATE_FLAG_RECURSE);
    // No limit for the host: some drivers count the rows of other keys as well.
    while (found.size() < limit && !too_long) {
        const char* key = nullptr;
        const char* value = nullptr;
        if (!dict_iterate(iteration, &key, &value))
            break;
        const std::string_view name = std::string_view(key).substr(std::min(prefix.size(), strlen(key)));
        const std::string_view text = value == nullptr ? "" : value;
        too_long = text.size() > dict_value_limit;
        const DataStackFrame row;
        if (!too_long && !name.empty() && name.find('/') == std::string_view::npos)
            found.emplace_back(dict_unescape_string(std::string(name).c_str()), text);
    }
    const char* error = nullptr;
    if (dict_iterate_deinit(&iteration, &error) < 0) {
        const std::string text = failure_text(error, {});
        // There is no other sign of a driver that cannot iterate, here or behind the proxy.
        if (text.find("not support") != std::string::npos)
            return permanent_failure(text + "; the members of this list cannot be enumerated");
        return temporary_failure(text);
    }
    if (too_long)
        return temporary_failure(
            fmt::format("dict {}: a value of more than {} octets", place_, dict_value_limit));
    return found;
}

} // namespace

std::string dict_place(std::string_view uri) {
    return without_secrets(uri);
}

Expected<std::unique_ptr<lists::DictReader>> open_host_dict(const std::string& uri, const DictUser& user) {
    const std::size_t colon = uri.find(':');
    if (colon == std::string::npos)
        return temporary_failure("this is no URI of a dict; write DRIVER:PARAMETERS");
    const DataStackFrame frame;
    dict* handle = nullptr;
    const char* error = nullptr;
    if (open_dict(uri.c_str(), user.base_dir.c_str(), &handle, &error) < 0) {
        std::string text = error == nullptr ? "cannot be opened" : error;
        replace_all(text, uri.substr(colon + 1), "...");
        return temporary_failure(text +
                                 "; SQL, LDAP and CDB are asked through the dict service, as proxy::NAME");
    }
    return std::make_unique<HostDict>(handle, uri, user);
}

} // namespace columbarium::host
