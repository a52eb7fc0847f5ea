// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages made of parts for the tests of signed and encrypted mail, and what is told of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mail/message.hpp"
#include "mail/source.hpp"
#include "triage/crypto.hpp"

namespace columbarium::triage {

using Values = std::vector<std::string>;

// The keys that pgp-encrypted.eml is encrypted to, and the first alone pgp-inline-encrypted.eml.
inline constexpr const char* team_key = "FD245381791EE281";
inline constexpr const char* team_fingerprint = "8078A65E9BA5B1F4EE864E85FD245381791EE281";
inline constexpr const char* walters_key = "E80EB16BADDC8C07";
inline constexpr const char* strangers_key = "1122334455667788";

struct Told {
    Values kinds;
    Values readable;
    Values recipients;
};

inline Values values(const std::vector<Finding>& findings) {
    Values result;
    for (const Finding& finding : findings) {
        EXPECT_FALSE(finding.rule.empty()) << finding.value;
        result.push_back(finding.value);
    }
    return result;
}

inline Told told(const std::string& text, const config::TriagePolicy& policy = {}) {
    mail::StringSource source(text);
    mail::Message message(source);
    const Expected<Cryptography> known = read_cryptography(message, policy);
    EXPECT_TRUE(known.has_value()) << known.error().text;
    return known ? Told{values(known->kinds), values(known->readable), values(known->recipients)} : Told{};
}

inline config::TriagePolicy with_keys(Values keys) {
    config::TriagePolicy policy;
    policy.openpgp_keys = std::move(keys);
    return policy;
}

inline std::string plain_mail(std::string_view body, std::string_view fields = "Content-Type: text/plain\n") {
    return "From: walter@example.com\nSubject: x\nMIME-Version: 1.0\n" + std::string(fields) + "\n" +
           std::string(body);
}

// A multipart/mixed with these parts, each with its header.
inline std::string mixed_mail(const std::vector<std::string>& parts,
                              std::string_view type = "multipart/mixed") {
    std::string text = "From: walter@example.com\nMIME-Version: 1.0\nContent-Type: " + std::string(type) +
                       "; boundary=\"edge\"\n\n";
    for (const std::string& part : parts)
        text += "--edge\n" + part + "\n";
    return text + "--edge--\n";
}

} // namespace columbarium::triage
