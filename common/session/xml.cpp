// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/xml.hpp"

#include <utility>

namespace columbarium::session {

namespace {

struct StringWriter : pugi::xml_writer {
    std::string text;
    void write(const void* data, std::size_t size) override {
        text.append(static_cast<const char*>(data), size);
    }
};

} // namespace

pugi::xml_node add_element(pugi::xml_node parent, const char* name, const char* xml_namespace) {
    pugi::xml_node element = parent.append_child(name);
    if (xml_namespace != nullptr)
        element.append_attribute("xmlns") = xml_namespace;
    return element;
}

void set_attribute(pugi::xml_node element, const char* name, std::string_view value) {
    element.append_attribute(name) = std::string(value).c_str();
}

void set_text(pugi::xml_node element, std::string_view text) {
    element.text().set(std::string(text).c_str());
}

std::string to_text(const pugi::xml_document& stanza) {
    StringWriter writer;
    stanza.document_element().print(writer, "", pugi::format_raw, pugi::encoding_utf8);
    return writer.text;
}

} // namespace columbarium::session
