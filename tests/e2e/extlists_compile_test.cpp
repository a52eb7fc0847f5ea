// SPDX-License-Identifier: LGPL-2.1-or-later
// What the compiler says to scripts with external lists, over ManageSieve and with sievec.
#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ExtlistsCompiler : public ExtlistsTest {
  protected:
    // What an author is told of a script.
    rig::SieveResult told(const std::string& text) { return check_script("user", text); }

    void expect_refusal(const std::string& text, const char* reason) {
        const auto result = told(text);
        EXPECT_EQ(result.status, "NO") << text;
        EXPECT_THAT(result.text, HasSubstr(reason)) << text;
    }

    void expect_no_word(const std::string& text) {
        const auto result = told(text);
        EXPECT_EQ(result.status, "OK") << text << to_string(result);
        EXPECT_EQ(result.code, "") << text << to_string(result);
    }
};

TEST_F(ExtlistsCompiler, EL_1_KnowsTheCapabilityByItsName) {
    expect_no_word("require \"extlists\";");
    const auto capabilities = dovecot().capabilities("user").at("SIEVE");
    EXPECT_THAT(" " + capabilities + " ", HasSubstr(" extlists "));
    expect_no_word(R"(require ["ihave", "fileinto"];
        if ihave "extlists" { if header :list "from" ":addrbook:default" { redirect :list ":addrbook:default"; } }
    )");
}

TEST_F(ExtlistsCompiler, EL_2_RefusesEverythingOfItWithoutTheRequire) {
    expect_refusal(R"(if header :list "from" ":addrbook:default" { keep; })",
                   "unknown tagged argument ':list'");
    expect_refusal(R"(if valid_ext_list ":addrbook:default" { keep; })", "unknown test 'valid_ext_list'");
    expect_refusal(R"(redirect :list ":addrbook:default";)", "unknown tagged argument ':list'");
}

TEST_F(ExtlistsCompiler, EL_7_RefusesListInTestsWithoutMatchTypes) {
    for (const char* test :
         {R"(exists :list ["from"])", R"(size :list :over 1)", R"(true :list)",
          R"(allof (true, not false :list))", R"(valid_ext_list :list ":addrbook:default")"})
        expect_refusal(script(std::string("if ") + test + " { keep; }"), "':list'");
    expect_refusal(script(R"(keep :list ":addrbook:default";)"), "':list'");
}

TEST_F(ExtlistsCompiler, EL_9_RefusesAComparatorBesideList) {
    for (const char* tags :
         {R"(:list :comparator "i;ascii-casemap")", R"(:comparator "i;ascii-casemap" :list)",
          R"(:comparator "i;octet" :list)", R"(:list :comparator "i;ascii-numeric")",
          R"(:list :all :comparator "i;octet")", R"(:comparator "i;octet" :all :list)"})
        expect_refusal(script(std::string("if address ") + tags + R"( "from" ":addrbook:default" { keep; })"),
                       "comparator");
    expect_refusal(script(R"(if string :comparator "i;octet" :list "x" ":addrbook:default" { keep; })"),
                   "comparator");
    expect_refusal(
        script(R"(if header :index 1 :list :comparator "i;octet" "to" ":addrbook:default" { keep; })"),
        "comparator");
}

TEST_F(ExtlistsCompiler, EL_10_RefusesASecondMatchType) {
    for (const char* tags :
         {":list :is", ":is :list", ":list :contains", ":list :matches", ":matches :list", ":list :regex",
          ":regex :list", R"(:list :count "ge")", R"(:count "ge" :list)", R"(:list :value "ge")",
          R"(:value "ge" :list)", ":list :list", R"(:count "eq" :all :list)"})
        expect_refusal(script(std::string("if address ") + tags + R"( "from" ":addrbook:default" { keep; })"),
                       "duplicate");
}

TEST_F(ExtlistsCompiler, EL_33_WarnsOfLiteralNamesThatAreNoLists) {
    write_book();
    const auto warned =
        put_script("user", "main",
                   script("if header :list \"from\" [\":addrbook:default\",\n\"tag:example.com,2026:nobody\"]"
                          " { keep; }"));
    EXPECT_EQ(warned.status, "OK");
    EXPECT_EQ(warned.code, "WARNINGS");
    EXPECT_THAT(warned.text, AllOf(HasSubstr("line 3"), HasSubstr("tag:example.com,2026:nobody"),
                                   Not(HasSubstr("addrbook"))));
    const auto malformed = told(script(R"(if header :list "from" "mylist" { keep; })"));
    EXPECT_EQ(malformed.code, "WARNINGS");
    EXPECT_THAT(malformed.text, HasSubstr("mylist"));
    EXPECT_EQ(told(script(R"(redirect :list "tag:example.com,2026:nobody";)")).code, "WARNINGS");
}

TEST_F(ExtlistsCompiler, EL_33_SaysNothingOfNamesThatAreListsOrVariables) {
    write_lists();
    write_book();
    expect_no_word(script(R"(
        set "name" "nobody";
        if header :list "from" "tag:example.com,2026:${name}" { keep; }
        if header :list "from" [":addrbook:default", ":addrbook:friends", "tag:example.com,2026:remote"] { keep; }
        if valid_ext_list "tag:example.com,2026:nobody" { keep; }
        redirect :list "tag:example.com,2026:team";
        redirect :list "tag:example.com,2026:${name}";
    )"));
}

TEST_F(ExtlistsCompiler, EL_33_WarnsOnTheCommandLineToo) {
    const auto source = dovecot().write_file(
        "a.sieve", R"(require "extlists"; if header :list "from" "tag:example.com,2026:nobody" { keep; })");
    const auto compiled =
        dovecot().tool("sievec", {source.string(), (dovecot().directory() / "a.svbin").string()});
    EXPECT_EQ(compiled.status, 0) << to_string(compiled);
    EXPECT_THAT(compiled.errors, AllOf(HasSubstr("warning"), HasSubstr("tag:example.com,2026:nobody")));
}

TEST_F(ExtlistsCompiler, EL_54_RefusesComparatorsAndMatchTypesInValidExtList) {
    expect_refusal(script(R"(if valid_ext_list :is ":addrbook:default" { keep; })"), "':is'");
    expect_refusal(script(R"(if valid_ext_list :comparator "i;octet" ":addrbook:default" { keep; })"),
                   "':comparator'");
    expect_refusal(script(R"(if valid_ext_list { keep; })"), "positional argument");
    expect_no_word(script(R"(if valid_ext_list ["x", ":addrbook:default"] { keep; })"));
}

TEST_F(ExtlistsCompiler, EL_58_TakesOneNameOfAListToRedirectTo) {
    write_lists();
    expect_no_word(script(R"(redirect :list "tag:example.com,2026:team";)"));
    expect_no_word(script(R"(redirect :copy :list "tag:example.com,2026:team";)"));
    expect_no_word(script(R"(redirect :list :copy "tag:example.com,2026:team";)"));
    expect_refusal(script(R"(redirect :list ["tag:example.com,2026:team", ":addrbook:default"];)"),
                   "list name");
    expect_refusal(script(R"(redirect :list;)"), "positional argument");
    expect_refusal(script(R"(redirect :list :list "tag:example.com,2026:team";)"), "duplicate");
    expect_refusal(script(R"(redirect :list 5;)"), "list name");
}

TEST_F(ExtlistsCompiler, EL_58_StillChecksAddressesOfPlainRedirects) {
    expect_no_word(script(R"(redirect "help@example.net"; redirect :copy "other@example.net";)"));
    expect_refusal(script(R"(redirect "tag:example.com,2026:team";)"), "is invalid");
    expect_refusal(script(R"(redirect ["a@example.net"];)"), "address");
}

TEST_F(ExtlistsCompiler, EL_62_WarnsOfAListThatMayNotBeRedirectedTo) {
    write_lists();
    const auto warned = told(script(R"(redirect :list "tag:example.com,2026:staff";)"));
    EXPECT_EQ(warned.status, "OK");
    EXPECT_EQ(warned.code, "WARNINGS");
    EXPECT_THAT(warned.text, HasSubstr("does not allow"));
}

TEST_F(ExtlistsCompiler, EL_63_RefusesRedirectsWhereTheSiteForbidsThem) {
    options.plugin_settings["sieve_max_redirects"] = "0";
    expect_refusal(script(R"(redirect :list "tag:example.com,2026:team";)"), "local policy prohibits");
}

// The five scripts of RFC 6133. Presence is a matter of the method's; they compile without one.
TEST_F(ExtlistsCompiler, TakesTheScriptsOfTheRfcAboutAutoResponders) {
    options.sieve_extensions += " +vacation-seconds";
    options.plugin_settings["sieve_vacation_min_period"] = "0";
    write_card("user", "Family", "family@example.com",
               "CATEGORIES:family,friends,co-workers,staff,customers\r\n");
    expect_no_word(R"(require ["envelope", "extlists", "enotify", "variables", "vacation-seconds"];
        if allof (envelope :list "from" ":addrbook:default",
                  notify_method_capability "xmpp:me@example.com" "show" "xa") {
            # :matches "*" is used here to extract the value
            if notify_method_capability :matches "xmpp:myjid@example.com" "status" "*" {
                set "resp_msg" "${1}";
            } else {
                set "resp_msg" "Away for a while, without access to email.";
            }
            vacation :handle "ext-away" :seconds 1800 "${resp_msg}";
        })");
    expect_no_word(R"(require ["envelope", "extlists", "enotify", "vacation-seconds"];
        if envelope :is "from" "assistant@example.com" {
            if notify_method_capability "xmpp:me@example.com" "show" "away" {
                vacation :handle "away" :seconds 600 "I'm away for now, but I'll be back soon.";
            } elsif notify_method_capability "xmpp:me@example.com" "busy" "yes" {
                vacation :handle "busy" :seconds 1800 "I'm very busy, but might check email now and then.";
            }
        } elsif envelope :list "from" [":addrbook:family", ":addrbook:friends"] {
            if notify_method_capability "xmpp:me@example.com" "show" ["away", "dnd", "xa"] {
                vacation :handle "away" :seconds 3600 "I'm not available to respond to email.";
            }
        } else {
        })");
    expect_no_word(R"(require ["envelope", "extlists", "enotify", "vacation"];
        if envelope :list "from" ":addrbook:co-workers" {
            if notify_method_capability "xmpp:me@example.com" "show" "xa" {
                vacation :handle "bigtrip" :days 3 "I'm on an extended business trip to Texas.";
            }
        })");
    expect_no_word(R"(require ["envelope", "extlists", "vacation-seconds"];
        if not envelope :list "from" ":addrbook:staff" {
            vacation :handle "auto-resp" :seconds 0 "Your request has been received.";
        })");
    expect_no_word(R"(require ["envelope", "extlists", "enotify"];
        if anyof (envelope :list "from" [":addrbook:customers", ":addrbook:co-workers"],
                  header :contains "subject" "urgent") {
            if notify_method_capability "xmpp:me@example.com" "show" "xa" {
                redirect "susan@example.com";
                keep;
            }
        })");
}

TEST_F(ExtlistsCompiler, IsShownBySieveDump) {
    const auto source = dovecot().write_file("dumped.sieve", script(R"(
        if header :list "from" ":addrbook:default" { redirect :copy :list "tag:example.com,2026:team"; }
        if valid_ext_list "tag:example.com,2026:team" { redirect "help@example.net"; }
    )"));
    const std::string binary = (dovecot().directory() / "dumped.svbin").string();
    ASSERT_EQ(dovecot().tool("sievec", {source.string(), binary}).status, 0);
    EXPECT_THAT(dovecot().tool("sieve-dump", {binary}).output,
                AllOf(HasSubstr("match type: list"), HasSubstr("REDIRECT_LIST"), HasSubstr("VALID_EXT_LIST"),
                      HasSubstr("list name: STR[25] \"tag:example.com,2026:team\""),
                      HasSubstr("REDIRECT\n")));
}

} // namespace
} // namespace columbarium::e2e
