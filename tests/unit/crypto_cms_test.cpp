// SPDX-License-Identifier: LGPL-2.1-or-later
// The head of CMS objects as OpenSSL writes them, whole and cut.
#include "triage/crypto_cms.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto_samples.hpp"
#include "scratch_folder.hpp"

namespace columbarium::triage {
namespace {

using test::octets;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* curve = "CN=Curve,O=Example Community;0C";

CmsRecipients recipients_of(const std::string& data, const std::vector<std::string>& certificates = {}) {
    const Expected<CmsRecipients> recipients = cms_recipients(data, certificates);
    EXPECT_TRUE(recipients.has_value()) << recipients.error().text;
    return recipients.value_or(CmsRecipients{});
}

TEST(Cms, TellsWhatItHolds) {
    EXPECT_EQ(cms_content(octets(test::cms_agreed)), CmsContent::enveloped);
    EXPECT_EQ(cms_content(octets(test::cms_authenticated)), CmsContent::enveloped);
    EXPECT_EQ(cms_content(octets(test::cms_certificates_head)), CmsContent::certificates);
    EXPECT_EQ(cms_content(octets("3080 06092a864886f70d010702 a080 3080 020101 310b 0609608648016503040201")),
              CmsContent::signed_data);
    EXPECT_EQ(cms_content(octets("3080 06092a864886f70d010706 a080 3080")), CmsContent::encrypted);
    EXPECT_EQ(cms_content(octets("3080 060b2a864886f70d0109100109 a080 3080")), CmsContent::compressed);
    EXPECT_EQ(cms_content(octets("3080 06092a864886f70d010701 a080")), CmsContent::nothing);
    EXPECT_EQ(cms_content("Dear sir"), CmsContent::nothing);
    EXPECT_EQ(cms_content(""), CmsContent::nothing);
}

TEST(Cms, TellsTheRecipientByIssuerAndSerialNumber) {
    const CmsRecipients recipients = recipients_of(octets(test::cms_agreed));
    EXPECT_THAT(recipients.recipients, ElementsAre(curve));
    EXPECT_TRUE(recipients.is_complete);
    EXPECT_FALSE(recipients.has_others);
    EXPECT_FALSE(recipients.has_ours);
}

TEST(Cms, TellsTheRecipientByItsKeyId) {
    EXPECT_THAT(recipients_of(octets(test::cms_agreed_by_key_id)).recipients,
                ElementsAre("F9DE757156F9047503562BB66AB332CBA41B52F7"));
}

TEST(Cms, ReadsWhatWasWrittenWithEndMarks) {
    const CmsRecipients recipients = recipients_of(octets(test::cms_authenticated));
    EXPECT_THAT(recipients.recipients, ElementsAre(curve));
    EXPECT_TRUE(recipients.is_complete);
}

TEST(Cms, KnowsTheCertificateOfARecipient) {
    const test::ScratchFolder folder;
    test::write_file(folder / "curve.pem", test::curve_certificate);
    test::write_file(folder / "team.pem", test::team_certificate);
    for (const std::string_view sample :
         {test::cms_agreed, test::cms_agreed_by_key_id, test::cms_authenticated}) {
        EXPECT_TRUE(recipients_of(octets(sample), {folder / "curve.pem"}).has_ours);
        EXPECT_TRUE(recipients_of(octets(sample), {folder / "team.pem", folder / "curve.pem"}).has_ours);
        EXPECT_FALSE(recipients_of(octets(sample), {folder / "team.pem"}).has_ours);
    }
}

TEST(Cms, ReadsAllCertificatesOfAFile) {
    const test::ScratchFolder folder;
    test::write_file(folder / "all.pem", std::string(test::team_certificate) + "a line between\n" +
                                             std::string(test::curve_certificate));
    EXPECT_TRUE(recipients_of(octets(test::cms_agreed), {folder / "all.pem"}).has_ours);
}

TEST(Cms, CountsAPasswordAsARecipientWithoutAName) {
    const CmsRecipients recipients = recipients_of(octets(test::cms_password));
    EXPECT_THAT(recipients.recipients, IsEmpty());
    EXPECT_TRUE(recipients.has_others);
}

TEST(Cms, IsNeverCompleteWhereItsRecipientsAreCut) {
    const std::string whole = octets(test::cms_agreed);
    const std::size_t recipients_end = whole.size() - 62; // the EncryptedContentInfo behind them
    ASSERT_TRUE(recipients_of(whole.substr(0, recipients_end)).is_complete);
    for (std::size_t size = 0; size < recipients_end; ++size) {
        const CmsRecipients recipients = recipients_of(whole.substr(0, size));
        EXPECT_FALSE(recipients.is_complete) << size;
        EXPECT_THAT(recipients.recipients, IsEmpty()) << size;
    }
}

TEST(Cms, DoesNotLoseRecipientsBehindOneThatCannotBeRead) {
    std::string data = octets(test::cms_agreed);
    // Two octets, a NULL, stand in the list before it: each length around grows by two.
    const std::size_t list = data.find(octets("3181c4"));
    data.insert(list + 3, octets("0500"));
    for (const std::size_t length_at : {std::size_t{3}, std::size_t{18}, std::size_t{22}, list + 2})
        data[length_at] = static_cast<char>(data[length_at] + 2);
    const CmsRecipients recipients = recipients_of(data);
    EXPECT_THAT(recipients.recipients, ElementsAre(curve));
    EXPECT_TRUE(recipients.has_others);
    EXPECT_TRUE(recipients.is_complete);
}

// A value in DER, its length in four octets.
std::string value(const char* tag, const std::string& content) {
    std::string whole = octets(tag) + octets("84");
    for (unsigned shift = 32; shift > 0;) {
        shift -= 8;
        whole += static_cast<char>(content.size() >> shift & 0xFFU);
    }
    return whole + content;
}

TEST(Cms, CutsAVeryLongSerialNumber) {
    const std::string name = octets("3000");
    const std::string issuer = value("30", name + value("02", std::string(30000, '\x7f')));
    const std::string recipient =
        value("30", octets("020100") + issuer + octets("300d06092a864886f70d0101010500 040100"));
    const CmsRecipients recipients =
        recipients_of(octets("3080 06092a864886f70d010703 a080 3080 020100") + value("31", recipient));
    std::string expected = ";";
    for (int count = 0; count < 200; ++count)
        expected += "7F";
    EXPECT_THAT(recipients.recipients, ElementsAre(expected));
}

TEST(Cms, BoundsTheRecipientsThatItReads) {
    const std::string item = octets("0500");
    std::string items;
    for (int count = 0; count < 30000; ++count)
        items += item;
    const std::string data =
        octets("3080 06092a864886f70d010703 a080 3080 020102 3180") + items + octets("0000");
    EXPECT_FALSE(recipients_of(data).is_complete);
}

TEST(Cms, SaysWhichCertificateCannotBeRead) {
    const test::ScratchFolder folder;
    test::write_file(folder / "empty.pem", "no certificate\n");
    const auto missing = cms_recipients(octets(test::cms_agreed), std::vector{folder / "none.pem"});
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().kind, ErrorKind::temporary);
    EXPECT_THAT(missing.error().text, HasSubstr("none.pem"));
    const auto empty = cms_recipients(octets(test::cms_agreed), std::vector{folder / "empty.pem"});
    ASSERT_FALSE(empty.has_value());
    EXPECT_EQ(empty.error().kind, ErrorKind::temporary);
    EXPECT_THAT(empty.error().text, HasSubstr("no certificate"));
}

} // namespace
} // namespace columbarium::triage
