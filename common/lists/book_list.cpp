// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/book_list.hpp"

#include <string_view>

#include <sys/stat.h>

#include <fmt/format.h>

#include "lists/source_kind.hpp"
#include "mail/address.hpp"

namespace columbarium::lists {

namespace {

// The keys of a file of values for what is asked, in their order.
std::vector<std::string> keys_of_file(const LookupKeys& keys) {
    std::vector<std::string> all = keys.addresses;
    if (!keys.domain.empty())
        all.push_back(keys.domain);
    if (keys.text.empty())
        return all;
    all.push_back(keys.text);
    if (keys.addresses.empty() && keys.text.find('@') == std::string::npos) {
        const std::string as_address = mail::fold_address("a@" + keys.text);
        if (!as_address.empty())
            all.push_back(as_address.substr(1));
    }
    return all;
}

// When what lies at the path changed last, as far as its own time tells.
std::optional<std::chrono::system_clock::time_point> changed(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) < 0)
        return std::nullopt;
    return std::chrono::system_clock::from_time_t(status.st_mtim.tv_sec);
}

} // namespace

Expected<const BookIndex*> Book::index() {
    if (!index_)
        index_ = open_();
    if (!*index_)
        return tl::make_unexpected(index_->error());
    return &**index_;
}

SourceDescription Book::description() const {
    return {source_kind(kind_), place_().value_or(written_)};
}

Expected<std::optional<Member>> BookList::find(const LookupKeys& keys) {
    const std::vector<std::string> all =
        book_->kind() == config::ListKind::file ? keys_of_file(keys) : keys.addresses;
    if (all.empty())
        return std::nullopt; // no member of any book: nothing to open
    const auto index = book_->index();
    if (!index)
        return tl::make_unexpected(index.error());
    for (const std::string& key : all) {
        auto found = group_ ? (*index)->find_in_group(*group_, key) : (*index)->find(key);
        if (!found || *found)
            return found;
    }
    return std::nullopt;
}

Expected<std::vector<Member>> BookList::enumerate(std::size_t limit, bool recipients_only) {
    const auto index = book_->index();
    if (!index)
        return tl::make_unexpected(index.error());
    std::vector<Member> all;
    bool too_many = false;
    const auto read = (*index)->each_member(group_.value_or(""), recipients_only, [&](const Member& member) {
        too_many = all.size() >= limit;
        if (!too_many)
            all.push_back(member);
        return !too_many;
    });
    if (!read)
        return tl::make_unexpected(read.error());
    if (too_many)
        return permanent_failure(fmt::format("the list holds more than {} members", limit));
    return all;
}

Expected<std::vector<Member>> BookList::members(std::size_t limit) {
    return enumerate(limit, false);
}

Expected<std::vector<Member>> BookList::recipients(std::size_t limit) {
    return enumerate(limit, true);
}

Expected<std::uint64_t> BookList::count(const BookIndex& index) const {
    if (!group_)
        return index.size();
    std::uint64_t members = 0;
    return index
        .each_member(*group_, false,
                     [&members](const Member&) {
                         ++members;
                         return true;
                     })
        .map([&members] { return members; });
}

Expected<SourceStatus> BookList::status() {
    const auto place = book_->place();
    if (!place)
        return tl::make_unexpected(place.error());
    const auto index = book_->index();
    if (!index)
        return tl::make_unexpected(index.error());
    const auto members = count(**index);
    if (!members)
        return tl::make_unexpected(members.error());
    SourceStatus status;
    status.members = *members;
    if (book_->kind() == config::ListKind::carddav)
        status.changed = (*index)->confirmed();
    else
        status.changed = changed(*place);
    return status;
}

} // namespace columbarium::lists
