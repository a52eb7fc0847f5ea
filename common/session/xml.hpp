// SPDX-License-Identifier: LGPL-2.1-or-later
// Writing stanzas with pugixml.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace columbarium::session {

// Texts are UTF-8 without what XML forbids. They are escaped where they are written.
pugi::xml_node add_element(pugi::xml_node parent, const char* name, const char* xml_namespace = nullptr);
void set_attribute(pugi::xml_node element, const char* name, std::string_view value);
void set_text(pugi::xml_node element, std::string_view text);

// The first element, without an XML declaration, in one line.
[[nodiscard]] std::string to_text(const pugi::xml_document& stanza);

} // namespace columbarium::session
