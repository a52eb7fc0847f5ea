// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/mustache.hpp"

#include <algorithm>

#include <fcntl.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/regular_file.hpp"
#include "mail/utf8.hpp"
#include "reply/lines.hpp"
#include "reply/templates.hpp"

namespace columbarium::reply {

namespace mustache = kainjow::mustache;

namespace {

// Stands for a line end while the library has the text: by its own rules it would take line ends away, but
// not all that the manual of Mustache says. No template and no value holds it.
constexpr char line_end = '\x1f';

// Whether a line holds nothing but one tag that shows nothing: such a line is not there ("standalone tags").
bool is_standalone(std::string_view line) {
    line = trim(line);
    return line.starts_with("{{") && line.find("}}") == line.size() - 2 &&
           std::string_view("#^/!").find(trim(line.substr(2)).front()) != std::string_view::npos;
}

tl::unexpected<Error> file_failure(std::string_view path, std::string_view fault) {
    return temporary_failure(fmt::format("{}: {}", path, fault));
}

} // namespace

mustache::data text_data(std::string_view text, std::size_t most_characters) {
    const std::string line = one_line(text, most_characters);
    return line.empty() ? mustache::data(false) : mustache::data(line);
}

Expected<std::string> read_template(const std::string& path) {
    const OpenedFile file = open_regular(AT_FDCWD, path, true);
    if (file.descriptor.number() < 0)
        return temporary_failure(system_text(path, "cannot open the template", file.error_number));
    std::string text;
    const int error_number = read_blocks(file.descriptor, longest_template, [&text](std::string_view block) {
        text += block;
        return true;
    });
    if (error_number == EFBIG)
        return file_failure(path, fmt::format("is longer than {} octets", longest_template));
    if (error_number != 0)
        return temporary_failure(system_text(path, "cannot read the template", error_number));
    return text;
}

Expected<std::string> prepare_template(std::string_view text, std::string_view path,
                                       config::TemplateNames names) {
    if (mail::valid_utf8(text) != text)
        return file_failure(path, "is not UTF-8");
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    if (trim(text).empty())
        return file_failure(path, "is empty");
    const auto is_unfit = [](char c) { return is_control(c) && c != '\r' && c != '\n' && c != '\t'; };
    if (std::ranges::any_of(text, is_unfit))
        return file_failure(path, "holds control characters");
    if (const std::string fault = config::template_fault(text, names); !fault.empty())
        return file_failure(path, fault);
    std::string prepared;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (is_standalone(line))
            prepared += trim(line);
        else
            prepared.append(line) += line_end;
    }
    return prepared;
}

Expected<std::string> render(const std::string& prepared, const mustache::data& data) {
    mustache::mustache made(prepared);
    made.set_custom_escape([](const std::string& value) { return value; });
    std::string result = made.render(data);
    if (!made.is_valid())
        return permanent_failure(fmt::format("the template cannot be used: {}", made.error_message()));
    std::ranges::replace(result, line_end, '\n');
    return result;
}

} // namespace columbarium::reply
