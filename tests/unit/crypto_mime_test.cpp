// SPDX-License-Identifier: LGPL-2.1-or-later
// Signed and encrypted mail by its MIME structure: as the standards write it, and as gateways leave it.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto_samples.hpp"
#include "crypto_told.hpp"
#include "mail_samples.hpp"
#include "triage/crypto.hpp"

namespace columbarium::triage {
namespace {

using ::testing::IsEmpty;

TEST(CryptographyMime, OfAMultipartIsToldByItsProtocolOrItsSignature) {
    const std::string text = "Content-Type: text/plain\n\nhello\n";
    const std::string pgp = "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n";
    const std::string smime = "Content-Type: application/x-pkcs7-signature; name=smime.p7s\n\nx\n";
    // A list that took the signature away, a program that forgot the protocol, a gateway that rewrote the
    // type.
    EXPECT_EQ(told(mixed_mail({text}, "multipart/signed; protocol=\"application/pgp-signature\"")).kinds,
              Values{"pgp-signed"});
    EXPECT_EQ(told(mixed_mail({text}, "multipart/signed; protocol=\"application/X-PKCS7-signature\"")).kinds,
              Values{"smime-signed"});
    EXPECT_EQ(told(mixed_mail({text, pgp}, "multipart/signed")).kinds, Values{"pgp-signed"});
    EXPECT_EQ(told(mixed_mail({text, smime}, "multipart/signed")).kinds, Values{"smime-signed"});
    EXPECT_EQ(told(mixed_mail({text, pgp})).kinds, Values{"pgp-signed"});
    EXPECT_EQ(told(mixed_mail({text, smime})).kinds, Values{"smime-signed"});
    EXPECT_EQ(told(mixed_mail({text, "Content-Type: application/octet-stream; name=smime.p7s\n\nx\n"})).kinds,
              Values{"smime-signed"});
    // Programs write two names into one signature, and the name of the disposition is taken.
    for (const char* name : {"OpenPGP_signature", "OpenPGP_signature.asc"})
        EXPECT_EQ(
            told(mixed_mail({text, "Content-Type: application/pgp-signature; name=OpenPGP_signature.asc\n"
                                   "Content-Disposition: attachment; filename=" +
                                       std::string(name) + "\n\n-----BEGIN PGP SIGNATURE-----\n"}))
                .kinds,
            Values{"pgp-signed"})
            << name;
    // A list's footer around it.
    EXPECT_EQ(told(mixed_mail({"Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; "
                               "boundary=inner\n\n--inner\n" +
                                   text + "--inner\n" + pgp + "--inner--\n",
                               text}))
                  .kinds,
              Values{"pgp-signed"});
}

TEST(CryptographyMime, IsNotTheSignatureOfAnAttachedFile) {
    EXPECT_THAT(told(mixed_mail({"Content-Type: text/plain\n\nthe release\n",
                                 "Content-Type: application/pgp-signature; name=pigeon-3.1.tar.gz.asc\n"
                                 "Content-Disposition: attachment\n\n-----BEGIN PGP SIGNATURE-----\n"}))
                    .kinds,
                IsEmpty());
}

TEST(CryptographyMime, OfASignedFileIsTheMessagesByItsNameOnly) {
    const std::string text = "Content-Type: text/plain\n\nthe invoice\n";
    const std::string data = "\nContent-Transfer-Encoding: base64\n\n"
                             "MC4GCSqGSIb3DQEHAqAhMB8CAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcB\n";
    const struct {
        const char* type;
        Values kinds;
    } table[] = {
        {"application/pkcs7-mime; name=smime.p7m", {"smime-signed"}},
        {"application/pkcs7-mime; smime-type=signed-data", {"smime-signed"}},
        {"application/octet-stream; name=smime.p7m", {"smime-signed"}},
        {"application/pkcs7-mime; name=IT01234567890_00001.xml.p7m", {}},
        {"application/pkcs7-mime; smime-type=signed-data; name=invoice.xml.p7m", {}},
        {"application/octet-stream; name=contract.pdf.p7m", {}},
    };
    for (const auto& row : table)
        EXPECT_EQ(told(mixed_mail({text, "Content-Type: " + std::string(row.type) + data})).kinds, row.kinds)
            << row.type;
    // What cannot be read is no encrypted message, either; the top part is the message, whatever its name.
    EXPECT_THAT(
        told(mixed_mail({text, "Content-Type: application/pkcs7-mime; name=invoice.xml.p7m\n\nrubbish\n"}))
            .kinds,
        IsEmpty());
    EXPECT_EQ(told("Content-Type: application/pkcs7-mime; name=invoice.xml.p7m" + data).kinds,
              Values{"smime-signed"});
}

TEST(CryptographyMime, OfAnEncryptedFileIsFound) {
    std::string mail = test::test_mail("smime-encrypted.eml");
    const std::string data = mail.substr(mail.find("\n\n"));
    EXPECT_EQ(told(mixed_mail({"Content-Type: text/plain\n\nsee the file\n",
                               "Content-Type: application/octet-stream; name=letter.pdf.p7m\n"
                               "Content-Transfer-Encoding: base64" +
                                   data}))
                  .kinds,
              Values{"smime-encrypted"});
}

TEST(CryptographyMime, IsNotThatOfAnAttachedMessage) {
    for (const char* file :
         {"smime-signed.eml", "smime-encrypted.eml", "pgp-encrypted.eml", "pgp-inline-signed.eml"})
        EXPECT_THAT(told(mixed_mail({"Content-Type: text/plain\n\nwhat is this?\n",
                                     "Content-Type: message/rfc822\n\n" + test::test_mail(file)}))
                        .kinds,
                    IsEmpty())
            << file;
}

TEST(CryptographyMime, OfPgpMimeIsFoundWhereAGatewayRewroteItsType) {
    const std::string version = "Content-Type: application/pgp-encrypted\n\nVersion: 1\n";
    const std::string data = "Content-Type: application/octet-stream; name=encrypted.asc\n\n";
    const Told known =
        told(mixed_mail({"Content-Type: text/plain\n\n\n", version, data + std::string(test::pgp_hidden)}));
    EXPECT_EQ(known.kinds, Values{"pgp-encrypted"});
    EXPECT_EQ(known.recipients, Values{"0000000000000000"});
    // Without its data, or with what is none, nobody can tell.
    for (const std::string& text :
         {mixed_mail({version}), mixed_mail({version, data + "rubbish"}),
          mixed_mail({}, "multipart/encrypted; protocol=\"application/pgp-encrypted\"")}) {
        EXPECT_EQ(told(text, with_keys({team_key})).kinds, Values{"pgp-encrypted"}) << text;
        EXPECT_EQ(told(text, with_keys({team_key})).readable, Values{"unknown"}) << text;
    }
}

TEST(CryptographyMime, OfAnAttachedFileIsFoundByItsName) {
    const std::string text = "Content-Type: text/plain\n\nsee the file\n";
    EXPECT_EQ(told(mixed_mail({text, "Content-Type: application/octet-stream; name=letter.pdf.asc\n\n" +
                                         std::string(test::pgp_hidden)}))
                  .recipients,
              Values{"0000000000000000"});
    EXPECT_THAT(told(mixed_mail({text, "Content-Type: application/octet-stream; name=key.asc\n\n"
                                       "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEAAAA\n"}))
                    .kinds,
                IsEmpty());
}

TEST(CryptographyMime, OfSmimeIsToldByItsContentBeforeItsName) {
    const std::string mail = test::test_mail("smime-encrypted.eml");
    const std::string data = mail.substr(mail.find("\n\n"));
    const std::string base64 = "Content-Transfer-Encoding: base64\n";
    const struct {
        const char* what;
        std::string fields;
        std::string body;
        Values kinds;
    } table[] = {
        {"the wrong smime-type",
         "Content-Type: application/pkcs7-mime; smime-type=signed-data\n" + base64,
         data,
         {"smime-encrypted"}},
        {"no smime-type", "Content-Type: application/x-pkcs7-mime\n" + base64, data, {"smime-encrypted"}},
        {"a gateway's type",
         "Content-Type: application/octet-stream; name=smime.p7m\n" + base64,
         data,
         {"smime-encrypted"}},
        {"a gateway's type with something else",
         "Content-Type: application/octet-stream; name=smime.p7m\n",
         "hello",
         {}},
        {"signed, cannot be read",
         "Content-Type: application/pkcs7-mime; smime-type=signed-data\n",
         "rubbish",
         {"smime-signed"}},
        {"cannot be read",
         "Content-Type: application/pkcs7-mime; name=smime.p7m\n",
         "rubbish",
         {"smime-encrypted"}},
        {"compressed", "Content-Type: application/pkcs7-mime; smime-type=compressed-data\n", "rubbish", {}},
        {"certificates",
         "Content-Type: application/pkcs7-mime; smime-type=certs-only; name=smime.p7c\n",
         "rubbish",
         {}},
        {"nothing", "Content-Type: application/pkcs7-mime; name=smime.p7m\n", "", {}},
    };
    for (const auto& row : table)
        EXPECT_EQ(told(plain_mail(row.body, row.fields)).kinds, row.kinds) << row.what;
}

} // namespace
} // namespace columbarium::triage
