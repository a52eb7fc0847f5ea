// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp/xmpp_uri.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::xmpp {
namespace {

using Text = std::optional<std::string>;

struct GoodUri {
    const char* what;
    std::string uri;
    std::string target;
    Text body = std::nullopt;
    Text subject = std::nullopt;
};

void PrintTo(const GoodUri& good, std::ostream* stream) {
    *stream << good.what;
}

class XmppUris : public ::testing::TestWithParam<GoodUri> {};

TEST_P(XmppUris, NameATargetAndWhatItGets) {
    const auto uri = parse_xmpp_uri(GetParam().uri);
    ASSERT_TRUE(uri) << uri.error().text;
    EXPECT_EQ(uri->target.text(), GetParam().target);
    EXPECT_EQ(uri->body, GetParam().body);
    EXPECT_EQ(uri->subject, GetParam().subject);
}

const GoodUri good_uris[] = {
    {"XN_1_Account", "xmpp:romeo@im.example.com", "romeo@im.example.com"},
    {"XN_1_SchemeInAnyCase", "XMPP:Romeo@IM.example.com", "romeo@im.example.com"},
    {"XN_1_DomainAlone", "xmpp:example.com", "example.com"},
    {"XN_2_Resource", "xmpp:romeo@example.com/orchard", "romeo@example.com/orchard"},
    {"XN_2_AuthorityIsNeverUsed", "xmpp://guest@example.com/support@example.org?message",
     "support@example.org"},
    {"XN_2_AuthorityAndResource", "xmpp://guest@example.com/support@example.org/desk",
     "support@example.org/desk"},
    {"XN_2_FragmentIsIgnored", "xmpp:romeo@example.com?message;body=x#part?/", "romeo@example.com", "x"},
    {"XN_2_EmptyQueryAndFragment", "xmpp:romeo@example.com?#", "romeo@example.com"},
    {"XN_3_PercentEncodedParts", "xmpp:ji%C5%99i@%C4%8Dechy.example/v%20Praze", "jiři@čechy.example/v Praze"},
    {"XN_3_NastyLocalPart", "xmpp:nasty!%23$%25()*+,-.;=%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com",
     "nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com"},
    {"XN_3_NastyResource",
     "xmpp:node@example.com/"
     "repulsive%20!%23%22$%25&'()*+,-.%2F:;%3C=%3E%3F%40%5B%5C%5D%5E_%60%7B%7C%7D~resource",
     "node@example.com/repulsive !#\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~resource"},
    {"XN_3_SemicolonAndEqualsInTheLocalPart", "xmpp:a;b=c@example.com", "a;b=c@example.com"},
    {"XN_3_HexadecimalDigitsInAnyCase", "xmpp:%6auliet@%65xample.com", "juliet@example.com"},
    {"XN_3_IpV6", "xmpp:a@[::1]", "a@[::1]"},
    {"XN_3_PlusIsAPlus", "xmpp:a@b?message;body=1+1;subject=c+d", "a@b", "1+1", "c+d"},
    {"XN_3_AmpersandSeparatesNothing", "xmpp:a@b?message;body=x&subject=y", "a@b", "x&subject=y"},
    {"XN_5_BodyAndSubject", "xmpp:romeo@example.com?message;subject=SIEVE%20NOTICE;body=You%27ve%20mail",
     "romeo@example.com", "You've mail", "SIEVE NOTICE"},
    {"XN_5_UnknownAction", "xmpp:romeo@example.com?roster;body=x;subject=y", "romeo@example.com"},
    {"XN_5_ActionMissing", "xmpp:romeo@example.com?;body=x", "romeo@example.com"},
    {"XN_5_ActionIsNoPair", "xmpp:romeo@example.com?body=x;subject=y", "romeo@example.com"},
    {"XN_5_ActionsAreComparedToTheLetter", "xmpp:romeo@example.com?Message;body=x", "romeo@example.com"},
    {"XN_5_UnknownKey", "xmpp:a@b?message;foo=bar;body=x", "a@b", "x"},
    {"XN_5_KeysThatWouldSetWhatIsNotTheirs", "xmpp:a@b?message;from=c@d;id=1;type=chat;thread=t;body=x",
     "a@b", "x"},
    {"XN_5_KeyWithoutValue", "xmpp:a@b?message;body;subject=s", "a@b", std::nullopt, "s"},
    {"XN_5_EmptyValue", "xmpp:a@b?message;body=;subject=", "a@b", "", ""},
    {"XN_5_EqualsInAValue", "xmpp:a@b?message;body=c=d", "a@b", "c=d"},
    {"XN_5_FirstOfARepeatedKey", "xmpp:a@b?message;body=1;subject=2;body=3;subject=4", "a@b", "1", "2"},
    {"XN_5_EmptyPairs", "xmpp:a@b?message;;;body=x;", "a@b", "x"},
    {"XN_5_SeparatorsInAValue", "xmpp:a@b?message;body=a%3Bsubject%3Db%23%26", "a@b", "a;subject=b#&"},
    {"XN_5_IgnoredKeyMayHoldAnyOctets", "xmpp:a@b?message;foo=%FF%00;body=x", "a@b", "x"},
    {"XN_5_LettersBeyondAscii", "xmpp:a@b?message;body=Gr%C3%BC%C3%9Fe%0A2", "a@b", "Grüße\n2"},
    {"XN_18_LineBreaksAreTakenOut", "xmpp:romeo@example.com\r\n   ?message;subject=SIEVE\n\t;body=x\n",
     "romeo@example.com", "x", "SIEVE"},
};

INSTANTIATE_TEST_SUITE_P(Table, XmppUris, ::testing::ValuesIn(good_uris),
                         [](const auto& good) { return std::string(good.param.what); });

struct BadUri {
    const char* what;
    std::string uri;
    std::string expected; // a part of the failure's text
};

void PrintTo(const BadUri& bad, std::ostream* stream) {
    *stream << bad.what;
}

class BadXmppUris : public ::testing::TestWithParam<BadUri> {};

TEST_P(BadXmppUris, AreAPermanentFailureOfOneLine) {
    const auto uri = parse_xmpp_uri(GetParam().uri);
    ASSERT_FALSE(uri) << uri->target.text();
    EXPECT_EQ(uri.error().kind, ErrorKind::permanent);
    EXPECT_NE(uri.error().text.find(GetParam().expected), std::string::npos) << uri.error().text;
    EXPECT_LT(uri.error().text.size(), 400U);
    EXPECT_EQ(uri.error().text.find_first_of("\r\n"), std::string::npos);
}

const BadUri bad_uris[] = {
    {"XN_1_Empty", "", "scheme xmpp"},
    {"XN_1_OtherScheme", "mailto:romeo@example.com", "scheme xmpp"},
    {"XN_1_NoScheme", "romeo@example.com", "scheme xmpp"},
    {"XN_1_NoTarget", "xmpp:", "names nobody"},
    {"XN_1_QueryAlone", "xmpp:?message;body=x", "names nobody"},
    {"XN_1_NoAccount", "xmpp:@example.com", "empty part"},
    {"XN_1_NoDomain", "xmpp:romeo@", "domain is empty"},
    {"XN_1_NoResource", "xmpp:romeo@example.com/", "empty part"},
    {"XN_2_AuthorityAlone", "xmpp://guest@example.com", "names nobody"},
    {"XN_2_AuthorityAndQuery", "xmpp://guest@example.com?message;body=x", "names nobody"},
    {"XN_2_AuthorityAndEmptyPath", "xmpp://guest@example.com/", "names nobody"},
    {"XN_2_AuthorityWithoutUser", "xmpp://example.com/a@b", "authority"},
    {"XN_2_EmptyAuthority", "xmpp:///a@b", "authority"},
    {"XN_2_BrokenAuthority", "xmpp://gue st@example.com/a@b", "must not hold \" \""},
    {"XN_2_BrokenFragment", "xmpp:a@b#\"", "must not hold"},
    {"XN_2_TwoFragments", "xmpp:a@b#c#d", "must not hold \"#\""},
    {"XN_3_Iri", "xmpp:ji\xc5\x99i@example.com", "%C5"},
    {"XN_3_IriInTheQuery", "xmpp:a@b?message;body=\xc3\xbc", "%C3"},
    {"XN_3_Blank", "xmpp:ro meo@example.com", "write %20"},
    {"XN_3_BlankBehind", "xmpp:romeo@example.com ", "write %20"},
    {"XN_3_BlankInTheBody", "xmpp:a@b?message;body=a b", "write %20"},
    {"XN_3_QuoteInAResource", "xmpp:a@b/c\"", "%22"},
    {"XN_3_SecondSlash", "xmpp:a@b/c/d", "%2F"},
    {"XN_3_SecondAt", "xmpp:a@b@c", "%40"},
    {"XN_3_BrokenEncoding", "xmpp:100%@example.com", "hexadecimal"},
    {"XN_3_BrokenEncodingAtEnd", "xmpp:a@b?message;body=%4", "hexadecimal"},
    {"XN_3_BrokenEncodingOfAnIgnoredKey", "xmpp:a@b?roster;foo=%zz", "hexadecimal"},
    {"XN_3_EncodedAtInTheLocalPart", "xmpp:a%40b@example.com", "before \"@\""},
    {"XN_3_EncodedSlashInTheDomain", "xmpp:a@b%2Fc", "domain"},
    {"XN_3_EncodedNul", "xmpp:a%00@b", "no UTF-8"},
    {"XN_3_EncodedLineEnd", "xmpp:a@b/c%0Ad", "behind \"/\""},
    {"XN_3_EncodedOctetsNoUtf8", "xmpp:%FF@b", "no UTF-8"},
    {"XN_3_Nul", std::string("xmpp:a@b\0c", 10), "%00"},
    {"XN_5_BodyNoUtf8", "xmpp:a@b?message;body=%FF", "body is no UTF-8"},
    {"XN_5_SubjectWithNul", "xmpp:a@b?message;subject=a%00b", "subject is no UTF-8"},
    {"TooLong", "xmpp:a@b?message;body=" + std::string(longest_xmpp_uri, 'x'), "is longer than"},
    {"ManyBrokenOctets", "xmpp:" + std::string(200'000, '\xff'), "%FF"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadXmppUris, ::testing::ValuesIn(bad_uris),
                         [](const auto& bad) { return std::string(bad.param.what); });

} // namespace
} // namespace columbarium::xmpp
