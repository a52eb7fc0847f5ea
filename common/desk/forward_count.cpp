// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward_count.hpp"

#include "base/json_object.hpp"

namespace columbarium::desk {

namespace {

constexpr std::size_t longest_key = 4'000;  // octets
constexpr std::size_t longest_name = 1'000; // octets

constexpr std::string_view counted = "counted";
constexpr std::string_view limit_reached = "limit ";

} // namespace

std::string to_key(const ForwardCount& count) {
    JsonWriter writer;
    writer.text("user", count.user).text("channel", count.channel);
    if (count.give_back)
        writer.flag("give_back", true);
    return writer.take();
}

Expected<ForwardCount> read_forward_count(std::string_view key) {
    auto reader = JsonReader::parse(key, longest_key);
    if (!reader)
        return permanent_failure("a forward to be counted " + reader.error().text);
    ForwardCount count{reader->text("user"), reader->text("channel"), reader->flag("give_back")};
    if (!reader->fault().empty())
        return permanent_failure("a forward to be counted: " + reader->fault());
    for (const std::string* name : {&count.user, &count.channel})
        if (name->empty() || name->size() > longest_name)
            return permanent_failure("a forward to be counted has no \"user\" or no \"channel\", or one that "
                                     "is too long");
    return count;
}

std::string to_value(std::string_view limit) {
    return limit.empty() ? std::string(counted) : std::string(limit_reached) + std::string(limit);
}

Expected<std::string> read_limit(std::string_view value) {
    if (value == counted)
        return std::string();
    if (value.starts_with(limit_reached) && value.size() > limit_reached.size())
        return std::string(value.substr(limit_reached.size()));
    return permanent_failure("the answer about a forward is neither \"counted\" nor a limit");
}

} // namespace columbarium::desk
