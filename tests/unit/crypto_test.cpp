// SPDX-License-Identifier: LGPL-2.1-or-later
// Signed and encrypted mail: what is recognised, what is not, and who can read it.
#include "triage/crypto.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto_samples.hpp"
#include "crypto_told.hpp"
#include "mail_samples.hpp"
#include "scratch_folder.hpp"
#include "triage/crypto_armour.hpp"

namespace columbarium::triage {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string quoted(std::string_view text, std::string_view mark) {
    std::string result;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        result.append(mark).append(text.substr(0, end)).append("\n");
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return result;
}

TEST(Cryptography, OfEachTestMailIsRecognised) {
    const struct {
        const char* file;
        Values kinds;
        Values readable;
        Values recipients;
    } table[] = {
        {"smime-signed.eml", {"smime-signed"}, {}, {}},
        {"smime-opaque-signed.eml", {"smime-signed"}, {}, {}},
        {"smime-encrypted.eml",
         {"smime-encrypted"},
         {"unknown"},
         {"CN=Support Team,O=Example Community;1A2B"}},
        {"pgp-signed.eml", {"pgp-signed"}, {}, {}},
        {"pgp-encrypted.eml", {"pgp-encrypted"}, {"unknown"}, {team_key, walters_key}},
        {"pgp-inline-signed.eml", {"pgp-signed"}, {}, {}},
        {"pgp-inline-encrypted.eml", {"pgp-encrypted"}, {"unknown"}, {team_key}},
        {"certificate-request-keychain.eml", {}, {}, {}},
        {"certificate-request-pkcs10.eml", {}, {}, {}},
        {"personal-plain.eml", {}, {}, {}},
        {"personal-html.eml", {}, {}, {}},
        {"personal-with-attachment.eml", {}, {}, {}},
    };
    for (const auto& row : table) {
        SCOPED_TRACE(row.file);
        const Told known = told(test::test_mail(row.file));
        EXPECT_EQ(known.kinds, row.kinds);
        EXPECT_EQ(known.readable, row.readable);
        EXPECT_EQ(known.recipients, row.recipients);
    }
}

TEST(Cryptography, IsTheSameWithEitherLineEnd) {
    for (const char* file : {"smime-signed.eml", "smime-encrypted.eml", "pgp-signed.eml", "pgp-encrypted.eml",
                             "pgp-inline-signed.eml", "pgp-inline-encrypted.eml"}) {
        SCOPED_TRACE(file);
        const std::string text = test::test_mail(file);
        std::string crlf;
        for (const char c : text)
            crlf.append(c == '\n' ? "\r\n" : std::string(1, c));
        EXPECT_EQ(told(crlf).kinds, told(text).kinds);
        EXPECT_EQ(told(crlf).recipients, told(text).recipients);
    }
}

TEST(Cryptography, IsReadableWhereARecipientIsAListedKey) {
    for (const char* file : {"pgp-encrypted.eml", "pgp-inline-encrypted.eml"})
        for (const char* key : {team_key, team_fingerprint})
            EXPECT_EQ(told(test::test_mail(file), with_keys({strangers_key, key})).readable, Values{"yes"})
                << file << key;
}

TEST(Cryptography, IsUnreadableWhereNoRecipientIs) {
    for (const char* file : {"pgp-encrypted.eml", "pgp-inline-encrypted.eml"})
        EXPECT_EQ(told(test::test_mail(file), with_keys({strangers_key})).readable, Values{"no"}) << file;
}

TEST(Cryptography, OfSmimeIsReadableByTheCertificatesOfTheTeam) {
    const test::ScratchFolder folder;
    test::write_file(folder / "team.pem", test::team_certificate);
    test::write_file(folder / "curve.pem", test::curve_certificate);
    const std::string text = test::test_mail("smime-encrypted.eml");
    config::TriagePolicy policy;
    policy.smime_certificates = {folder / "curve.pem"};
    EXPECT_EQ(told(text, policy).readable, Values{"no"});
    policy.smime_certificates = {folder / "curve.pem", folder / "team.pem"};
    EXPECT_EQ(told(text, policy).readable, Values{"yes"});
}

TEST(Cryptography, IsNotJudgedByKeysOfTheOtherKind) {
    EXPECT_EQ(told(test::test_mail("smime-encrypted.eml"), with_keys({team_key})).readable,
              Values{"unknown"});
}

TEST(Cryptography, HoldsTheMailBackWhereACertificateCannotBeRead) {
    config::TriagePolicy policy;
    policy.smime_certificates = {"/nonexistent/team.pem"};
    const std::string text = test::test_mail("smime-encrypted.eml");
    mail::StringSource source(text);
    mail::Message message(source);
    const auto known = read_cryptography(message, policy);
    ASSERT_FALSE(known.has_value());
    EXPECT_EQ(known.error().kind, ErrorKind::temporary);
    EXPECT_THAT(known.error().text, HasSubstr("/nonexistent/team.pem"));
    // Only where it matters.
    EXPECT_EQ(told(test::test_mail("smime-signed.eml"), policy).kinds, Values{"smime-signed"});
}

TEST(Cryptography, IsUnknownWhereTheRecipientIsHiddenOrAPassword) {
    const config::TriagePolicy policy = with_keys({team_key});
    for (const std::string_view armour : {test::pgp_hidden, test::pgp_password}) {
        const Told known = told(plain_mail(armour), policy);
        EXPECT_EQ(known.kinds, Values{"pgp-encrypted"});
        EXPECT_EQ(known.readable, Values{"unknown"});
    }
    EXPECT_EQ(told(plain_mail(test::pgp_hidden)).recipients, Values{"0000000000000000"});
    EXPECT_THAT(told(plain_mail(test::pgp_password)).recipients, IsEmpty());
}

TEST(Cryptography, OfSeveralPartsIsAsBadAsTheWorst) {
    const std::string inline_mail = test::test_mail("pgp-inline-encrypted.eml");
    const std::string to_team = inline_mail.substr(inline_mail.find("Content-Type:"));
    const std::string to_hidden = "Content-Type: text/plain\n\n" + std::string(test::pgp_hidden);
    EXPECT_EQ(told(mixed_mail({to_team, to_hidden}), with_keys({team_key})).readable, Values{"unknown"});
    EXPECT_EQ(told(mixed_mail({to_hidden, to_team}), with_keys({strangers_key})).readable, Values{"no"});
    EXPECT_EQ(told(mixed_mail({to_team, to_team}), with_keys({team_key})).readable, Values{"yes"});
}

TEST(Cryptography, KnowsWhatIsSignedAloneInAnArmouredMessage) {
    for (const std::string_view armour : {test::pgp_compressed, test::pgp_opaque}) {
        const Told known = told(plain_mail(armour));
        EXPECT_EQ(known.kinds, Values{"pgp-signed"});
        EXPECT_THAT(known.readable, IsEmpty());
    }
}

TEST(Cryptography, IsNotWhatIsQuotedForwardedOrTalkedAbout) {
    const std::string signed_mail = test::test_mail("pgp-inline-signed.eml");
    const std::string cleartext = signed_mail.substr(signed_mail.find("\n\n") + 2);
    const struct {
        const char* what;
        std::string body;
    } table[] = {
        {"a quoted message", "You wrote:\n" + quoted(test::pgp_hidden, "> ") + "I cannot read this.\n"},
        {"a quoted cleartext", "Thanks!\n\n" + quoted(cleartext, "> ")},
        {"quoted twice", quoted(cleartext, ">> ")},
        {"an indented one", "It looks like this:\n" + quoted(test::pgp_hidden, "    ")},
        {"another mark", quoted(test::pgp_hidden, "| ")},
        {"below a forward",
         "FYI\n\n-------- Forwarded Message --------\nSubject: x\n\n" + std::string(test::pgp_hidden)},
        {"below an answer's mark", "No idea.\n\n-----Original Message-----\nFrom: x\n\n" + cleartext},
        {"the words alone", "What does -----BEGIN PGP MESSAGE----- mean?\n"},
        {"the line alone", "What does this mean:\n-----BEGIN PGP MESSAGE-----\nThank you\n"},
        {"a line that is no base64",
         "-----BEGIN PGP MESSAGE-----\n\n[my secret stands here]\n-----END PGP MESSAGE-----\n"},
        {"cleartext without a signature",
         "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIs this how it begins?\n"},
        {"words that are no name of an armour",
         "-----BEGIN PGP MESSAGE: -----" + std::string(test::pgp_hidden).substr(27)},
        {"a part of several without a number",
         "-----BEGIN PGP MESSAGE, PART -----" + std::string(test::pgp_hidden).substr(27)},
        {"far behind its first line",
         "-----BEGIN PGP MESSAGE-----" + std::string(60, '\n') + std::string(test::pgp_hidden).substr(29)},
        {"a key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"},
        {"a certificate", std::string(test::team_certificate)},
    };
    for (const auto& row : table) {
        const Told known = told(plain_mail(row.body));
        EXPECT_THAT(known.kinds, IsEmpty()) << row.what;
        EXPECT_THAT(known.readable, IsEmpty()) << row.what;
    }
}

TEST(Cryptography, IsWhatAPersonWritesAroundAnArmour) {
    EXPECT_EQ(told(plain_mail("Only for you:\n\n" + std::string(test::pgp_hidden) + "\n-- \nWalter\n")).kinds,
              Values{"pgp-encrypted"});
    std::string with_headers(test::pgp_hidden);
    with_headers.insert(with_headers.find("\n\n") + 1, "Version: PGP 2.6.3i\nComment: http://example.com/\n");
    EXPECT_EQ(told(plain_mail(with_headers)).recipients, Values{"0000000000000000"});
    std::string part_of_several(test::pgp_hidden);
    part_of_several.insert(part_of_several.find("MESSAGE") + 7, ", PART 01/02");
    EXPECT_EQ(told(plain_mail(part_of_several)).kinds, Values{"pgp-encrypted"});
    // A signed answer that quotes: the mark stands inside of what is signed.
    EXPECT_EQ(
        told(plain_mail("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nNo.\n\nOn Monday, 2 March 2026, "
                        "Anna wrote:\n> Is it?\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n=abcd\n"
                        "-----END PGP SIGNATURE-----\n"))
            .kinds,
        Values{"pgp-signed"});
}

TEST(Cryptography, InHtmlAloneIsFound) {
    const std::string html =
        "<html><body><p>-----BEGIN PGP MESSAGE-----</p><div><br></div><div>hF4DAAAAAAAAAAAS"
        "AQdAP20CMoVbJtXB4hI4mK9odajHBDgttXTsYs1FtPKbygAw</div><div>=90Vh</div><div>-----END PGP "
        "MESSAGE-----</div></body></html>\n";
    EXPECT_EQ(told(plain_mail(html, "Content-Type: text/html\n")).kinds, Values{"pgp-encrypted"});
    const auto laid_out = [](const std::string& text) {
        return plain_mail("<p>Hi</p><pre>" + text + "</pre>\n", "Content-Type: text/html\n");
    };
    EXPECT_EQ(told(laid_out(std::string(test::pgp_hidden))).kinds, Values{"pgp-encrypted"});
    EXPECT_THAT(told(laid_out(quoted(test::pgp_hidden, "&gt; "))).kinds, IsEmpty());
    EXPECT_THAT(told(laid_out(quoted(test::pgp_hidden, "    "))).kinds, IsEmpty());
}

TEST(Cryptography, OfATextFullOfFirstLinesTakesLinearTime) {
    for (const char* first : {"-----BEGIN PGP MESSAGE: -----\n", "-----BEGIN PGP MESSAGE-----\n"}) {
        std::string text;
        while (text.size() < mail::head_limit / 2)
            text += first;
        text.append(mail::head_limit / 2, '\n');
        const auto start = std::chrono::steady_clock::now();
        EXPECT_THAT(told(plain_mail(text)).kinds, IsEmpty());
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1)) << first;
    }
}

TEST(Cryptography, LooksAtTwentyArmoursOfAText) {
    const std::string first_line = "-----BEGIN PGP MESSAGE-----\nno base64\n";
    std::string text;
    for (std::size_t count = 1; count < armour_limit; ++count)
        text += first_line;
    EXPECT_EQ(told(plain_mail(text + std::string(test::pgp_hidden))).kinds, Values{"pgp-encrypted"});
    EXPECT_THAT(told(plain_mail(text + first_line + std::string(test::pgp_hidden))).kinds, IsEmpty());
}

TEST(Cryptography, OfVeryManyEncryptedPartsIsNotReadToTheEnd) {
    const test::ScratchFolder folder;
    test::write_file(folder / "team.pem", test::team_certificate);
    const std::string mail = test::test_mail("smime-encrypted.eml");
    const std::string part = mail.substr(mail.find("Content-Type:"));
    config::TriagePolicy policy;
    policy.smime_certificates = {folder / "team.pem"};
    EXPECT_EQ(told(mixed_mail(std::vector<std::string>(20, part)), policy).readable, Values{"yes"});
    EXPECT_EQ(told(mixed_mail(std::vector<std::string>(21, part)), policy).readable, Values{"unknown"});
}

TEST(Cryptography, OfALargeMailIsReadFromItsHead) {
    std::string text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n";
    while (text.size() < 2 * mail::head_limit)
        text += "a line of a long letter\n";
    EXPECT_EQ(told(plain_mail(text)).kinds, Values{"pgp-signed"});
    // Words of another line are no signed text, and a small text is whole in a large mail.
    std::string explained = text;
    explained.replace(explained.find("Hash"), 4, "What");
    EXPECT_THAT(told(plain_mail(explained)).kinds, IsEmpty());
    EXPECT_THAT(told(mixed_mail({"Content-Type: text/plain\n\n" + text.substr(0, 100),
                                 "Content-Type: application/octet-stream\n\n" + text}))
                    .kinds,
                IsEmpty());
    std::string encrypted = test::test_mail("smime-encrypted.eml");
    while (encrypted.size() < 3 * mail::head_limit)
        encrypted += "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n";
    test::CountingSource source(encrypted);
    mail::Message message(source);
    const auto known = read_cryptography(message, {});
    ASSERT_TRUE(known.has_value());
    EXPECT_EQ(values(known->recipients), Values{"CN=Support Team,O=Example Community;1A2B"});
    EXPECT_LE(source.octets_read, mail::head_limit + mail::header_limit);
}

} // namespace
} // namespace columbarium::triage
