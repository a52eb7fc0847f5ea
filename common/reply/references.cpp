// SPDX-License-Identifier: LGPL-2.1-or-later
// The fields that keep answers in their thread.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "reply/lines.hpp"
#include "reply/mime.hpp"

namespace columbarium::reply {

namespace {

constexpr std::size_t most_references = 20;

// Each on a line of its own: they may be long.
std::string folded(const std::vector<std::string>& ids) {
    return fmt::format("{}", fmt::join(ids, "\n\t"));
}

} // namespace

Expected<void> add_references(GMimeMessage* answer, mail::Message& message) {
    const auto header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    auto own = message_ids((*header)->raw("Message-ID"));
    if (own.empty())
        return {};
    own.resize(1);
    auto references = message_ids((*header)->raw("References"));
    if (references.empty()) {
        references = message_ids((*header)->raw("In-Reply-To"));
        if (references.size() != 1)
            references.clear();
    }
    std::vector<std::string> last{own.front()}; // the newest first
    for (auto id = references.rbegin(); id != references.rend() && last.size() < most_references; ++id)
        if (std::ranges::find(last, *id) == last.end())
            last.push_back(std::move(*id));
    std::ranges::reverse(last);
    set_field(GMIME_OBJECT(answer), "In-Reply-To", own.front());
    set_field(GMIME_OBJECT(answer), "References", folded(last));
    return {};
}

} // namespace columbarium::reply
