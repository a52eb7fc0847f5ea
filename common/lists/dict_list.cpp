// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/dict_list.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/uri.hpp"
#include "lists/source_kind.hpp"
#include "mail/utf8.hpp"

namespace columbarium::lists {

namespace {

Member member_of(std::string name, std::string_view value) {
    return {std::move(name), mail::valid_utf8(value)};
}

std::vector<std::string> names_of(const LookupKeys& keys) {
    std::vector<std::string> names = keys.addresses;
    const auto add = [&names](const std::string& name) {
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    };
    if (keys.addresses.empty())
        add(keys.text);
    add(keys.exact);
    return names;
}

} // namespace

Expected<DictReader*> DictList::reader() {
    if (!reader_) {
        if (open_)
            reader_ = open_(uri_);
        else
            reader_ = temporary_failure("this program cannot ask dicts");
        if (!*reader_)
            reader_ =
                temporary_failure(fmt::format("dict {}: {}", without_secrets(uri_), reader_->error().text));
    }
    if (!*reader_)
        return tl::make_unexpected(reader_->error());
    return (*reader_)->get();
}

Expected<std::optional<Member>> DictList::find(const LookupKeys& keys) {
    const std::vector<std::string> names = names_of(keys);
    if (names.empty())
        return std::nullopt;
    const auto dict = reader();
    if (!dict)
        return tl::make_unexpected(dict.error());
    for (const std::string& name : names) {
        const auto value = (*dict)->look_up(dict_prefix, name);
        if (!value)
            return tl::make_unexpected(value.error());
        if (*value)
            return member_of(name, **value);
    }
    return std::nullopt;
}

Expected<std::vector<Member>> DictList::members(std::size_t limit) {
    const auto dict = reader();
    if (!dict)
        return tl::make_unexpected(dict.error());
    auto names = (*dict)->enumerate(dict_prefix, limit + 1);
    if (!names)
        return tl::make_unexpected(names.error());
    if (names->size() > limit)
        return permanent_failure(fmt::format("the list holds more than {} members", limit));
    std::vector<Member> members;
    members.reserve(names->size());
    for (auto& [name, value] : *names)
        members.push_back(member_of(std::move(name), value));
    return members;
}

SourceDescription DictList::description() const {
    return {source_kind(config::ListKind::dict), without_secrets(uri_)};
}

Expected<SourceStatus> DictList::status() {
    // RFC 2606 section 2: nobody ever has an address in ".invalid".
    constexpr const char* nobody = "nobody@columbarium.invalid";
    const auto dict = reader();
    if (!dict)
        return tl::make_unexpected(dict.error());
    if (const auto answer = (*dict)->look_up(dict_prefix, nobody); !answer)
        return tl::make_unexpected(answer.error());
    return SourceStatus{};
}

} // namespace columbarium::lists
