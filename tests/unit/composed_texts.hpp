// SPDX-License-Identifier: LGPL-2.1-or-later
// What a message that we composed says to its reader.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mail/message.hpp"
#include "mail/source.hpp"

namespace columbarium::test {

// The texts of its parts, one behind the other.
inline std::vector<std::string> texts_of(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    std::vector<std::string> texts;
    const auto parts = message.all_parts();
    EXPECT_TRUE(parts.has_value());
    if (parts)
        for (const mail::Part& part : *parts)
            if (!part.is_multipart())
                texts.push_back(part.text(100'000));
    return texts;
}

} // namespace columbarium::test
