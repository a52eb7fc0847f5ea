// SPDX-License-Identifier: LGPL-2.1-or-later
#include "host/bounded_dict.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <sys/un.h>

#include "compat.hpp"
#include "guarded.hpp"
#include "host/data_stack_frame.hpp"

namespace columbarium::host {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view proxy_scheme = "proxy:";
constexpr std::string_view timeout_parameter = "timeout_msecs=";

// A loop of our own: nobody else's timers and descriptors are served while an answer is waited for.
class OwnLoop {
  public:
    OwnLoop() : loop_(io_loop_create()) {}
    OwnLoop(const OwnLoop&) = delete; // one loop
    OwnLoop& operator=(const OwnLoop&) = delete;
    ~OwnLoop() { io_loop_destroy(&loop_); }

    [[nodiscard]] ioloop* get() const { return loop_; }

  private:
    ioloop* loop_;
};

// What a question in the background came to. It outlives the dict, which holds a pointer to it.
struct Outcome {
    ioloop* loop = nullptr;
    bool answered = false;
    int found = 0;
    std::string value;
    std::string error;
};

void take_answer(const dict_lookup_result* result, void* context) {
    auto* outcome = static_cast<Outcome*>(context);
    outcome->answered = true;
    outcome->found = -1;
    guarded("answer of a dict", [&] {
        if (result->ret > 0 && result->value != nullptr)
            outcome->value = result->value;
        if (result->ret < 0)
            outcome->error = result->error == nullptr ? "no answer" : result->error;
        outcome->found = result->ret;
    });
    io_loop_stop(outcome->loop);
}

void stop_loop(void* context) {
    io_loop_stop(static_cast<ioloop*>(context));
}

// Closes the dict. A question that still waits is answered then, with a failure.
class OpenDict {
  public:
    explicit OpenDict(dict* handle) : dict_(handle) {}
    OpenDict(const OpenDict&) = delete; // owns the handle
    OpenDict& operator=(const OpenDict&) = delete;
    ~OpenDict() { close_dict_at_once(dict_); }

  private:
    dict* dict_;
};

// The socket of "proxy:[idle_msecs=N:][warn_slow_msecs=N:][PATH]:URI", where the driver looks for it.
std::string proxy_socket(std::string_view uri, const std::string& base_dir) {
    uri.remove_prefix(proxy_scheme.size());
    while (uri.starts_with("idle_msecs=") || uri.starts_with("warn_slow_msecs="))
        uri.remove_prefix(std::min(uri.find(':') + 1, uri.size()));
    const std::string path(uri.substr(0, uri.find(':')));
    if (path.empty())
        return base_dir + "/dict";
    return path.front() == '/' ? path : base_dir + "/" + path;
}

// Whether a connection to the socket is taken at once. Where it is not, the driver tries again and again,
// asleep, for a second. Other failures it reports at once, and better.
bool is_too_busy(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return false;
    path.copy(address.sun_path, path.size());
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return false;
    const int connected = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    const bool busy = connected < 0 && (errno == EAGAIN || errno == ECONNREFUSED);
    close(probe);
    return busy;
}

Expected<std::optional<std::string>> ask_proxy(milliseconds time, const std::string& uri,
                                               const DictUser& user, const std::string& key) {
    const std::string place = dict_place(uri);
    if (is_too_busy(proxy_socket(uri, user.base_dir)))
        return temporary_failure(fmt::format("dict {}: the dict service takes no connection", place));
    const DataStackFrame frame;
    Outcome outcome;
    const OwnLoop loop;
    outcome.loop = loop.get();
    dict* handle = nullptr;
    const char* error = nullptr;
    if (open_dict(uri.c_str(), user.base_dir.c_str(), &handle, &error) < 0)
        return temporary_failure(fmt::format("dict {}: cannot be opened", place));
    const OpenDict opened(handle);
    const dict_op_settings operation = {user.username.c_str(),
                                        user.home.empty() ? nullptr : user.home.c_str()};
    // In parentheses, so that it is the function: the host's macros of these names are C only.
    (dict_lookup_async)(handle, &operation, key.c_str(), take_answer, &outcome);
    if (!outcome.answered) {
        timeout* timer =
            (timeout_add)(static_cast<unsigned>(time.count()), __FILE__, __LINE__, stop_loop, loop.get());
        io_loop_run(loop.get());
        timeout_remove(&timer);
    }
    if (!outcome.answered)
        return temporary_failure(fmt::format("dict {}: no answer within {} ms", place, time.count()));
    if (outcome.found < 0)
        return temporary_failure(fmt::format("dict {}: {}", place, outcome.error));
    if (outcome.found == 0)
        return std::nullopt;
    if (outcome.value.size() > dict_value_limit)
        return temporary_failure(fmt::format("dict {}: a value of {} octets; at most {}", place,
                                             outcome.value.size(), dict_value_limit));
    return outcome.value;
}

// Whether "file:PATH" names something that could be waited for, a pipe for instance.
bool is_no_file(std::string_view uri) {
    constexpr std::string_view scheme = "file:";
    if (!uri.starts_with(scheme))
        return false;
    const std::string path(uri.substr(scheme.size(), uri.find(':', scheme.size()) - scheme.size()));
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

} // namespace

std::string with_timeout(std::string_view uri, milliseconds time) {
    const std::string_view driver = uri.substr(0, uri.find(':'));
    if (driver != "redis" && driver != "memcached" && driver != "memcached_ascii")
        return std::string(uri);
    // The driver of memcached_ascii waits twice: for the connection, and for the answer.
    auto limit = static_cast<unsigned long>(driver == "memcached_ascii" ? time.count() / 2 : time.count());
    std::string bounded(driver);
    std::string_view parameters = uri.substr(std::min(driver.size() + 1, uri.size()));
    while (!parameters.empty()) {
        const std::string_view parameter = parameters.substr(0, parameters.find(':'));
        parameters.remove_prefix(std::min(parameter.size() + 1, parameters.size()));
        if (!parameter.starts_with(timeout_parameter)) {
            bounded.append(":").append(parameter);
            continue;
        }
        const std::string_view number = parameter.substr(timeout_parameter.size());
        unsigned long said = 0;
        const auto read = std::from_chars(number.data(), number.data() + number.size(), said);
        if (read.ec == std::errc() && said > 0)
            limit = std::min(limit, said);
    }
    return fmt::format("{}:{}{}", bounded, timeout_parameter, std::max(limit, 1UL));
}

Expected<std::optional<std::string>> look_up_within(milliseconds time, const std::string& uri,
                                                    const DictUser& user, const std::string& prefix,
                                                    const std::string& name) {
    if (is_no_file(uri))
        return temporary_failure(fmt::format("dict {}: this is no regular file", dict_place(uri)));
    if (!uri.starts_with(proxy_scheme)) {
        auto opened = open_host_dict(with_timeout(uri, time), user);
        if (!opened)
            return tl::make_unexpected(
                Error{opened.error().kind, fmt::format("dict {}: {}", dict_place(uri), opened.error().text)});
        return (*opened)->look_up(prefix, name);
    }
    const DataStackFrame frame;
    // What the other drivers are kept from, too: see host_dict.hpp.
    if (has_control_character(name))
        return std::nullopt;
    if (user.username.empty() || has_control_character(user.username))
        return temporary_failure(
            fmt::format("dict {}: nobody knows whose private keys to ask for", dict_place(uri)));
    return ask_proxy(time, uri, user, prefix + dict_escape_string(name.c_str()));
}

} // namespace columbarium::host
