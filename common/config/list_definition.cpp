// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/list_definition.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace columbarium::config {

namespace {

constexpr std::array<ListKindInfo, 4> kinds = {{
    {ListKind::vdir, "vdir", "path"},
    {ListKind::carddav, "carddav", "url"},
    {ListKind::dict, "dict", "uri"},
    {ListKind::file, "file", "path"},
}};

std::string control_fault(std::string_view text) {
    return has_control(text) ? "must not hold control characters" : "";
}

std::string placeholder_fault(std::string_view text) {
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 2)) {
        const char letter = at + 1 < text.size() ? text[at + 1] : ' ';
        if (std::string_view("undh%").find(letter) == std::string_view::npos)
            return "\"%\" must be followed by u, n, d or h (see the manual), or by another \"%\" for itself";
    }
    return control_fault(text);
}

// Whether a text holds the placeholder of this letter; "%%" is none.
bool holds_placeholder(std::string_view text, char letter) {
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 2))
        if (at + 1 < text.size() && text[at + 1] == letter)
            return true;
    return false;
}

std::string path_fault(std::string_view path) {
    if (!path.starts_with('/') && !path.starts_with("~/") && !path.starts_with("%h/"))
        return "must be absolute, or start with \"~/\" for the user's home";
    if (holds_placeholder(path.substr(1), 'h'))
        return "holds \"%h\" elsewhere than at its start";
    for (std::string_view rest = path; !rest.empty();) {
        const std::size_t slash = rest.find('/');
        if (rest.substr(0, slash) == ".." || rest.substr(0, slash) == ".")
            return "must not hold the parts \".\" and \"..\"";
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    }
    return placeholder_fault(path);
}

std::string url_fault(std::string_view url, bool allow_plaintext) {
    const bool https = starts_with_ignoring_case(url, "https://");
    const bool http = starts_with_ignoring_case(url, "http://");
    if (http && !allow_plaintext)
        return "is not protected by TLS: use https:, or allow_plaintext where the network is closed";
    if (!https && !http)
        return "must start with \"https://\"";
    const std::string_view rest = url.substr(https ? 8 : 7);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos)
        return "must hold no user and no password; user and password_file say them";
    if (authority.empty() || authority.find('%') != std::string_view::npos)
        return "must name a host, the same for all users";
    if (std::any_of(url.begin(), url.end(), is_space))
        return "must not hold blanks";
    return placeholder_fault(url);
}

std::string place_fault(const ListDefinition& definition) {
    switch (definition.kind) {
    case ListKind::vdir:
    case ListKind::file:
        return path_fault(definition.place);
    case ListKind::carddav:
        return url_fault(definition.place, definition.allow_plaintext);
    case ListKind::dict:
        break;
    }
    const bool driver = definition.place.find(':', 1) != std::string::npos && definition.place[0] != ':';
    return driver ? control_fault(definition.place)
                  : "must be the URI of a dict, as in \"proxy::contacts\" or \"redis:host=127.0.0.1\"";
}

} // namespace

std::span<const ListKindInfo> list_kinds() {
    return kinds;
}

const ListKindInfo& list_kind_info(ListKind kind) {
    return *std::find_if(kinds.begin(), kinds.end(),
                         [kind](const ListKindInfo& info) { return info.kind == kind; });
}

std::optional<ListKind> list_kind_of_name(std::string_view name) {
    for (const ListKindInfo& info : kinds)
        if (info.name == name)
            return info.kind;
    return std::nullopt;
}

std::optional<DefinitionFault> definition_fault(const ListDefinition& definition) {
    const auto fault = [](const char* key, std::string text) -> std::optional<DefinitionFault> {
        if (text.empty())
            return std::nullopt;
        return DefinitionFault{key, std::move(text)};
    };
    if (auto found = fault(list_kind_info(definition.kind).place_key, place_fault(definition)))
        return found;
    if (auto found = fault("user", placeholder_fault(definition.user)))
        return found;
    if (!definition.password_file.empty() && definition.user.empty())
        return fault("password_file", "needs the key user beside it");
    if (!definition.password_file.empty())
        if (auto found = fault("password_file", path_fault(definition.password_file)))
            return found;
    return definition.ca_file.empty() ? std::nullopt : fault("ca_file", path_fault(definition.ca_file));
}

} // namespace columbarium::config
