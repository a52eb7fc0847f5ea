// SPDX-License-Identifier: LGPL-2.1-or-later
// The match type :list of the extension extlists in real deliveries.
#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(Extlists, EL_3_EL_4_MatchesInAddressEnvelopeAndHeader) {
    write_book();
    EXPECT_EQ(flags_of(R"(
        if address :list "from" ":addrbook:default" { addflag "address"; }
        if envelope :list "from" ":addrbook:default" { addflag "envelope"; }
        if header :list "x-contact" ":addrbook:default" { addflag "header"; }
        if address :list "to" ":addrbook:default" { addflag "stranger"; }
        if header :list "x-name" ":addrbook:default" { addflag "the-name-is-no-value"; }
    )",
                       letter("From: Fred <fred@example.com>\nX-Contact: ann@example.net\n"
                              "X-Name: :addrbook:default"),
                       "fred@example.com"),
              (Flags{"address", "envelope", "header"}));
}

TEST_F(Extlists, EL_5_MatchesInString) {
    write_book();
    EXPECT_EQ(flags_of(R"(
        if header :matches "subject" "*for *" { set "whom" "${2}"; }
        if string :list "${whom}" ":addrbook:default" { addflag "known"; }
        if string :list "nobody@example.net" ":addrbook:default" { addflag "stranger"; }
    )",
                       letter("Subject: for ann@example.net")),
              Flags{"known"});
}

TEST_F(Extlists, EL_11_EL_12_AnyValueInAnyListIsEnough) {
    write_lists();
    write_book();
    EXPECT_EQ(flags_of(R"(
        if address :list "to" "tag:example.com,2026:staff" { addflag "one-name"; }
        if address :list "to" ["tag:example.com,2026:empty", "tag:example.com,2026:staff"] { addflag "second"; }
        if address :list ["from", "to"] [":addrbook:default", "tag:example.com,2026:staff"] { addflag "both"; }
        if address :list ["from", "to"] ["tag:example.com,2026:empty", "tag:example.com,2026:team"]
            { addflag "none"; }
    )",
                       letter("From: x@example.com\nTo: a@example.com, wilma@example.org")),
              (Flags{"one-name", "second", "both"}));
}

TEST_F(Extlists, EL_13_IgnoresBlanksAroundAValue) {
    write_lists();
    EXPECT_EQ(flags_of(R"(
        if header :list "subject" "tag:example.com,2026:words" { addflag "header"; }
        if string :list "  hello world	" "tag:example.com,2026:words" { addflag "string"; }
        if string :list "hello  world" "tag:example.com,2026:words" { addflag "inside"; }
    )",
                       letter("Subject:    hello world  ")),
              (Flags{"header", "string"}));
}

TEST_F(Extlists, EL_14_AsksEveryFieldOfEveryName) {
    write_lists();
    EXPECT_EQ(flags_of(R"(if header :list ["to", "cc"] "tag:example.com,2026:staff" { addflag "third"; })",
                       letter("To: a@example.com\nCc: b@example.com\nCc: wilma@example.org")),
              Flags{"third"});
}

TEST_F(Extlists, EL_15_AsksNothingMoreOnceSomethingWasFound) {
    write_lists();
    // The list that is missing would defer the message.
    EXPECT_EQ(flags_of(R"(
        if anyof (true, header :list "from" "tag:example.com,2026:missing") { addflag "anyof"; }
        if allof (false, header :list "from" "tag:example.com,2026:missing") { addflag "allof"; }
        if address :list "to" ["tag:example.com,2026:staff", "tag:example.com,2026:missing"] { addflag "first"; }
    )",
                       letter("From: x@example.com\nTo: wilma@example.org, a@example.com")),
              (Flags{"anyof", "first"}));
    const auto traced = trace(script(R"(
        if address :list "to" "tag:example.com,2026:staff" { keep; })"),
                              letter("To: wilma@example.org, a@example.com"));
    EXPECT_THAT(traced.output, AllOf(HasSubstr("value `wilma@example.org' => member"),
                                     Not(HasSubstr("value `a@example.com'"))));
}

TEST_F(Extlists, EL_16_AsksEachMailboxAndOnlyThePartThatIsWanted) {
    write_lists();
    write_book();
    EXPECT_EQ(flags_of(R"(
        if address :list "to" ":addrbook:default" { addflag "member-of-group"; }
        if address :localpart :list "to" "tag:example.com,2026:words" { addflag "localpart"; }
        if address :domain :list "to" "tag:example.com,2026:words" { addflag "domain"; }
        if address :detail :list "to" "tag:example.com,2026:words" { addflag "detail"; }
        if address :all :list "to" "tag:example.com,2026:words" { addflag "all"; }
        if address :localpart :list "cc" "tag:example.com,2026:words" { addflag "broken"; }
    )",
                       letter("To: Friends: Fred <fred@example.com>, x+site@example.org;\nCc: fred")),
              (Flags{"member-of-group", "localpart", "domain", "detail"}));
}

TEST_F(Extlists, EL_16_KnowsADomainOfAListInADomainPart) {
    write_lists();
    EXPECT_EQ(flags_of(R"(
        if address :list "from" "tag:example.com,2026:staff" { addflag "address"; }
        if address :domain :list "from" "tag:example.com,2026:staff" { addflag "domain"; }
        if address :domain :list "to" "tag:example.com,2026:staff" { addflag "other"; }
    )",
                       letter("From: anybody@Sub.Example.org\nTo: user@example.org")),
              (Flags{"address", "domain"}));
}

TEST_F(Extlists, EL_17_TheNullSenderIsNoMember) {
    write_book();
    write_lists();
    EXPECT_EQ(flags_of(R"(
        if envelope :list "from" [":addrbook:default", "tag:example.com,2026:words"] { addflag "all"; }
        if envelope :localpart :list "from" [":addrbook:default", "tag:example.com,2026:words"] { addflag "part"; }
        addflag "went-on";
    )",
                       letter("Subject: returned"), ""),
              Flags{"went-on"});
}

TEST_F(Extlists, EL_18_AnAbsentFieldAsksNothingAndAnEmptyOneIsNoMember) {
    write_lists();
    // Asking the list that is missing would defer the message.
    EXPECT_EQ(flags_of(R"(
        if header :list "x-absent" "tag:example.com,2026:missing" { addflag "absent"; }
        if address :list "cc" "tag:example.com,2026:missing" { addflag "absent-address"; }
        if header :list "x-empty" "tag:example.com,2026:words" { addflag "empty"; }
        addflag "went-on";
    )",
                       letter("X-Empty:")),
              Flags{"went-on"});
    EXPECT_THAT(trace(script(R"(if header :list "x-empty" "tag:example.com,2026:words" { keep; })"),
                      letter("X-Empty:"))
                    .output,
                HasSubstr("value `' => no member"));
}

TEST_F(Extlists, EL_19_HeaderFindsTheAddressesInAField) {
    write_lists();
    write_book();
    EXPECT_EQ(flags_of(R"(
        if header :list "from" ":addrbook:default" { addflag "one"; }
        if header :list "to" ":addrbook:default" { addflag "second"; }
        if header :list "subject" "tag:example.com,2026:words" { addflag "literal"; }
        if header :list "cc" ":addrbook:default" { addflag "none"; }
    )",
                       letter("From: Fred <fred@example.com>\nTo: X <x@example.com>, Ann <ann@example.net>\n"
                              "Cc: fred@example.com.invalid\nSubject: hello world")),
              (Flags{"one", "second", "literal"}));
}

TEST_F(Extlists, EL_20_ComparesDecodedFields) {
    write_lists();
    EXPECT_EQ(flags_of(R"(if header :list "subject" "tag:example.com,2026:words" { addflag "decoded"; })",
                       letter("Subject: =?iso-8859-1?Q?B=FCro?=")),
              Flags{"decoded"});
}

TEST_F(Extlists, EL_21_ComparesAddressesWithoutRegardToCase) {
    write_book();
    EXPECT_EQ(flags_of(R"(if address :list "from" ":addrbook:default" { addflag "known"; })",
                       letter("From: FRED@exAMPLE.COM")),
              Flags{"known"});
}

TEST_F(Extlists, EL_21_FindsAnAddressByItsSubaddressesWhereTheSiteWantsItSo) {
    write_book();
    const std::string text = R"(
        addflag "went-on";
        if address :list "from" ":addrbook:default" { addflag "${0}"; }
        if envelope :list "from" ":addrbook:default" { addflag "envelope"; }
        if header :list "reply-to" ":addrbook:default" { addflag "header"; }
        if address :list "to" ":addrbook:default" { addflag "other-delimiter"; }
    )";
    const std::string fields = "From: FRED+Lists@example.com\nReply-To: Fred <fred+a+b@example.com>\n"
                               "To: fred-lists@example.com\nSubject: ";
    EXPECT_EQ(flags_of(text, letter(fields + "not by default"), "fred+x@example.com"), Flags{"went-on"});
    change_site(rig::with_directory(
        "[lists]\nsubaddress_delimiters = \"+\"\n" + options.site_config.substr(8), dovecot().directory()));
    EXPECT_EQ(flags_of(text, letter(fields + "with the setting"), "fred+x@example.com"),
              (Flags{"went-on", "Fred@Example.com", "envelope", "header"}));
}

TEST_F(Extlists, EL_22_AsksTheListForEachValueAndTracesItsAnswer) {
    write_lists();
    const auto traced = trace(script(R"(
        if address :list "to" ["tag:example.com,2026:empty", "tag:example.com,2026:staff"] { keep; })"),
                              letter("To: a@example.com, BARNEY@example.org"));
    EXPECT_EQ(traced.status, 0) << to_string(traced);
    EXPECT_THAT(traced.output,
                AllOf(HasSubstr("starting `:list' match"),
                      HasSubstr("asking list `tag:example.com,2026:empty'"),
                      HasSubstr("asking list `tag:example.com,2026:staff'"),
                      HasSubstr("value `a@example.com' => no member"),
                      HasSubstr("value `BARNEY@example.org' => member `Barney@Example.org' of list "
                                "`tag:example.com,2026:staff'"),
                      HasSubstr("finishing match with result: matched")));
}

TEST_F(Extlists, EL_23_AValueThatIsTooLongIsNoMember) {
    write_lists();
    EXPECT_EQ(flags_of(R"(
        if header :list "subject" "tag:example.com,2026:words" { addflag "long"; }
        addflag "went-on";
    )",
                       letter("Subject: hello world" + std::string(20'000, 'x'))),
              Flags{"went-on"});
}

TEST_F(Extlists, EL_24_EL_25_GivesWhatTheListHolds) {
    write_book();
    write_lists();
    use_script("user", script(R"(
        if address :list "from" ":AddrBook:%44efault" { addheader "X-From" "${0}|${1}|${2}|${3}"; }
        if address :list "to" "tag:example.com,2026:staff" { addheader "X-To" "${0}|${1}|${2}|${3}"; }
        if envelope :list "from" "tag:example.com,2026:staff" { addheader "X-Envelope" "${0}|${1}|${2}|${3}"; }
    )"));
    deliver(letter("From: Somebody Else <fred@example.com>\nTo: wilma@EXAMPLE.org"),
            {.from = "barney@example.org"});
    const auto stored = only_message("user");
    EXPECT_EQ(stored.header("X-From"), "Fred@Example.com|Fred Foobar|:AddrBook:%44efault|");
    EXPECT_EQ(stored.header("X-To"), "wilma@example.org||tag:example.com,2026:staff|");
    EXPECT_EQ(stored.header("X-Envelope"), "Barney@Example.org|Barney Rubble|tag:example.com,2026:staff|");
}

TEST_F(Extlists, EL_26_AFalseTestLeavesTheVariablesAlone) {
    write_book();
    EXPECT_EQ(flags_of(R"(
        if header :matches "subject" "*" { addflag "matched"; }
        if address :list "to" ":addrbook:default" { addflag "found"; }
        addflag "${1}";
    )",
                       letter("Subject: before\nTo: stranger@example.com")),
              (Flags{"matched", "before"}));
}

TEST_F(Extlists, EL_27_WorksWithoutTheVariablesExtension) {
    write_book();
    use_script("user", R"(require ["extlists", "editheader"];
        if address :list "from" ":addrbook:default" { addheader "X-Found" "${0}"; })");
    deliver(letter("From: fred@example.com"));
    EXPECT_EQ(only_message("user").header("X-Found"), "${0}");
}

TEST_F(Extlists, EL_28_TheFirstValueInTheFirstListWins) {
    write_book();
    write_lists();
    EXPECT_EQ(flags_of(R"(
        if address :list "to" ["tag:example.com,2026:team", ":addrbook:default"] { addflag ["${0}", "${2}"]; }
    )",
                       letter("To: x@example.com, Ann@example.net, fred@example.com, bob@example.net")),
              (Flags{"ann@example.net", "tag:example.com,2026:team"}));
}

TEST_F(Extlists, EL_36_AUserWithoutABookHasAnEmptyOne) {
    EXPECT_EQ(flags_of(R"(
        if address :list "from" ":addrbook:default" { addflag "known"; }
        if valid_ext_list ":addrbook:default" { addflag "valid"; }
    )",
                       letter("From: fred@example.com")),
              Flags{"valid"});
}

TEST_F(Extlists, EL_72_EachUserHasABookOfHisOwn) {
    write_card("one", "Fred Foobar", "fred@example.com");
    write_card("two", "Ann Example", "ann@example.net");
    for (const char* user : {"one", "two"})
        use_script(user, script(R"(if address :list "from" ":addrbook:default" { addflag "known"; })"));
    deliver(letter("From: fred@example.com"), {.to = {"one@example.org", "two@example.org"}});
    EXPECT_EQ(only_message("one").flags, Flags{"known"});
    EXPECT_EQ(only_message("two").flags, Flags());
}

} // namespace
} // namespace columbarium::e2e
