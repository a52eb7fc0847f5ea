// SPDX-License-Identifier: LGPL-2.1-or-later
// What every file of this room needs of GMime and GLib, and common/reply, which writes messages. Not for
// others: their types stay inside these rooms.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gmime/gmime.h>

#include "mail/utf8.hpp"

namespace columbarium::mail {

// Initialises GMime once a process. It is never shut down: GLib's types cannot be unloaded.
void ensure_gmime();

// Lenient parsing, as mail in the wild needs; for every call that takes options.
GMimeParserOptions* parser_options();

struct GFree {
    void operator()(char* text) const { g_free(text); }
};
using GString_ptr = std::unique_ptr<char, GFree>;

struct GUnref {
    template <class T>
    void operator()(T* object) const {
        g_object_unref(object);
    }
};
template <class T>
using GObject_ptr = std::unique_ptr<T, GUnref>;

// The text in UTF-8, from a charset by its MIME name. Where the charset is unknown or "us-ascii" and the
// text is valid UTF-8 it stays as it is; octets that cannot be read are replaced.
std::string to_utf8(std::string_view text, std::string_view charset);

} // namespace columbarium::mail
