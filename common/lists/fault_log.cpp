// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/fault_log.hpp"

#include <functional>
#include <memory>

#include <fmt/format.h>

namespace columbarium::lists {

void FaultLog::add(std::size_t line, std::string_view text) {
    ++count_;
    if (shown_.size() >= shown_limit)
        return;
    shown_.push_back(line == 0 ? fmt::format("{}: {}", file_, text)
                               : fmt::format("{}:{}: {}", file_, line, text));
}

std::string FaultLog::digest() const {
    if (count_ == 0)
        return "";
    std::string all = std::to_string(count_);
    for (const std::string& line : shown_)
        all.append(1, '\n').append(line);
    return fmt::format("{:x}", std::hash<std::string>()(all));
}

void FaultLog::report(const Warn& warn) const {
    if (!warn)
        return;
    for (const std::string& line : shown_)
        warn(line);
    if (count_ > shown_.size())
        warn(fmt::format("{}: {} more faults like these", file_, count_ - shown_.size()));
}

Warn bounded(const Warn& warn, std::size_t limit) {
    if (!warn)
        return [](const std::string&) {};
    const auto left = std::make_shared<std::size_t>(limit + 1);
    return [warn, left](const std::string& text) {
        if (*left == 0)
            return;
        --*left;
        warn(*left > 0 ? text : "there are more faults in this book; no more of them are shown now");
    };
}

} // namespace columbarium::lists
