// SPDX-License-Identifier: LGPL-2.1-or-later
// The packets in front of an OpenPGP message, made by hand from RFC 9580 sections 4.2 and 5.1.
#include "triage/crypto_openpgp.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto_samples.hpp"
#include "triage/crypto.hpp"

namespace columbarium::triage {
namespace {

using Content = OpenPgpMessage::Content;
using test::octets;

const std::string fingerprint_4 = "00112233445566778899AABBCCDDEEFF01234567";
const std::string fingerprint_6 = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";

struct Row {
    const char* what;
    std::string digits;
    Content content = Content::nothing;
    std::vector<std::string> ids;
    bool has_password = false;
    bool is_complete = false;
};

TEST(OpenPgp, TellsTheRecipientsThatStandInFront) {
    const std::string session_3 = "03 1122334455667788 01 0008FF";
    const Row table[] = {
        {"version 3 in the current format",
         "C10D" + session_3 + "D20101",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"version 3 in the former format",
         "840D" + session_3 + "A401FF",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"the former format with a length of two octets",
         "85000D" + session_3 + "A401FF",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"a length of five octets",
         "C1FF0000000D" + session_3 + "D20101",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"a length of two octets",
         "C1C000 03 1122334455667788 01" + std::string(2 * 182, '7') + "D20101",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"encrypted data in parts",
         "C10D" + session_3 + "D2E90102",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"encrypted data to the end",
         "840D" + session_3 + "A7 01020304",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"two recipients and a marker",
         "CA03504750 C10D" + session_3 + "C10D 03 8877665544332211 01 0008FF D20101",
         Content::encrypted,
         {"1122334455667788", "8877665544332211"},
         false,
         true},
        {"a hidden recipient",
         "C10D 03 0000000000000000 01 0008FF D20101",
         Content::encrypted,
         {"0000000000000000"},
         false,
         true},
        {"version 6 with a key of version 6",
         "C124 06 21 06" + fingerprint_6 + "19 D20101",
         Content::encrypted,
         {"0011223344556677"},
         false,
         true},
        {"version 6 with a key of version 4",
         "C118 06 15 04" + fingerprint_4 + "19 D20101",
         Content::encrypted,
         {"CCDDEEFF01234567"},
         false,
         true},
        {"version 6, hidden", "C103 06 00 19 D20101", Content::encrypted, {"0000000000000000"}, false, true},
        {"version 6, its length wrong",
         "C104 06 FF 06 01 D20101",
         Content::encrypted,
         {"0000000000000000"},
         false,
         true},
        {"a version that nobody knows",
         "C10D 63 1122334455667788 01 0008FF D20101",
         Content::encrypted,
         {"0000000000000000"},
         false,
         true},
        {"a password", "C304 04 09 00 08 D20101", Content::encrypted, {}, true, true},
        {"a recipient and a password",
         "C10D" + session_3 + "C304 04 09 00 08 D20101",
         Content::encrypted,
         {"1122334455667788"},
         true,
         true},
        {"data without a session", "C90101", Content::encrypted, {}, false, true},
        {"data of LibrePGP",
         "C10D" + session_3 + "D40101",
         Content::encrypted,
         {"1122334455667788"},
         false,
         true},
        {"cut behind the first recipient",
         "C10D" + session_3,
         Content::encrypted,
         {"1122334455667788"},
         false,
         false},
        {"cut in the second recipient",
         "C10D" + session_3 + "C10D 03 8877",
         Content::encrypted,
         {"1122334455667788"},
         false,
         false},
        {"cut in the length", "C1FF0000", Content::encrypted, {}, false, false},
        {"rubbish behind a recipient",
         "C10D" + session_3 + "414243",
         Content::encrypted,
         {"1122334455667788"},
         false,
         false},
        {"data in clear behind a recipient",
         "C10D" + session_3 + "CB0162",
         Content::encrypted,
         {"1122334455667788"},
         false,
         false},
        {"a signature in front", "C20104", Content::only_signed, {}, false, false},
        {"a one-pass signature", "900D03", Content::only_signed, {}, false, false},
        {"compressed", "A3010203", Content::compressed, {}, false, false},
        {"neither", "CB0162", Content::literal, {}, false, false},
        {"a key", "990102", Content::nothing, {}, false, false},
        {"text", "48656C6C6F", Content::nothing, {}, false, false},
        {"nothing", "", Content::nothing, {}, false, false},
    };
    for (const Row& row : table) {
        SCOPED_TRACE(row.what);
        const OpenPgpMessage message = read_openpgp(octets(row.digits));
        EXPECT_EQ(message.content, row.content);
        std::vector<std::string> ids;
        for (const OpenPgpKey& key : message.recipients)
            ids.push_back(key.id);
        EXPECT_EQ(ids, row.ids);
        EXPECT_EQ(message.has_password, row.has_password);
        EXPECT_EQ(message.is_complete, row.is_complete);
    }
}

TEST(OpenPgp, ReadsNoMoreRecipientsThanItsLimit) {
    std::string many;
    for (std::size_t count = 0; count <= key_recipient_limit; ++count)
        many += octets("C10D 03 1122334455667788 01 0008FF");
    const OpenPgpMessage message = read_openpgp(many + octets("D20101"));
    EXPECT_EQ(message.recipients.size(), key_recipient_limit);
    EXPECT_FALSE(message.is_complete);
}

TEST(OpenPgp, KnowsAListedKeyByItsIdAndByItsFingerprint) {
    const OpenPgpKey by_id{"CCDDEEFF01234567", ""};
    EXPECT_TRUE(is_one_of(by_id, std::vector<std::string>{"CCDDEEFF01234567"}));
    EXPECT_TRUE(is_one_of(by_id, std::vector<std::string>{"1122334455667788", fingerprint_4}));
    EXPECT_FALSE(is_one_of(by_id, std::vector<std::string>{"CCDDEEFF01234568", fingerprint_6}));
    EXPECT_FALSE(is_one_of(by_id, {}));
    EXPECT_TRUE(is_one_of({"0011223344556677", ""}, std::vector<std::string>{fingerprint_6}));

    const OpenPgpKey by_fingerprint{"CCDDEEFF01234567", fingerprint_4};
    EXPECT_TRUE(is_one_of(by_fingerprint, std::vector<std::string>{fingerprint_4}));
    EXPECT_TRUE(is_one_of(by_fingerprint, std::vector<std::string>{"CCDDEEFF01234567"}));
    EXPECT_FALSE(
        is_one_of(by_fingerprint, std::vector<std::string>{"FF112233445566778899AABBCCDDEEFF01234567"}));
}

TEST(OpenPgp, TakesAHiddenKeyForNobodys) {
    const OpenPgpKey hidden{"0000000000000000", ""};
    EXPECT_TRUE(is_hidden(hidden));
    EXPECT_FALSE(is_one_of(hidden, std::vector<std::string>{"0000000000000000"}));
}

} // namespace
} // namespace columbarium::triage
