// SPDX-License-Identifier: LGPL-2.1-or-later
// What a user sees and sets of himself over IMAP METADATA (RFC 5464).
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "people_service_fixture.hpp"

namespace columbarium::e2e {
namespace {

using rig::ImapResult;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* forwarding = "/private/vendor/vendor.columbarium/forwarding";
constexpr const char* tombstone_entry = "/private/vendor/vendor.columbarium/tombstone";
constexpr const char* disclosure_entry = "/private/vendor/vendor.columbarium/disclosure";

// What was said behind NO, and nothing that a mail client would not show.
MATCHER_P(SaysNo, text, "") {
    *result_listener << arg.status << " " << arg.text;
    for (const char letter : arg.text)
        if (letter < ' ' || letter > '~')
            return false;
    return arg.status == "NO" && arg.text.find(text) != std::string::npos;
}

MATCHER(SaysOk, "") {
    *result_listener << arg.status << " " << arg.text;
    return arg.ok();
}

class Metadata : public PeopleServiceTest {
  protected:
    Metadata() { options.imap_plugins = {"imap_columbarium"}; }

    // The value of an entry; "NIL" where there is none.
    std::string get(rig::ImapSession& session, const std::string& entry) {
        const ImapResult result = session.command("GETMETADATA \"\" " + entry);
        EXPECT_THAT(result, SaysOk());
        if (result.untagged.size() != 1) {
            ADD_FAILURE() << result.untagged.size() << " responses";
            return "";
        }
        const rig::ImapResponse& response = result.untagged.front();
        EXPECT_TRUE(response.text.starts_with("* METADATA \"\" (" + entry)) << response.text;
        return response.literals.empty() ? (response.text.ends_with(" NIL)") ? "NIL" : response.text)
                                         : response.literals.front();
    }
    std::string get(const std::string& user, const std::string& entry) {
        auto session = people_server().imap(user);
        return get(session, entry);
    }

    // `value` as it stands in the command.
    ImapResult set(rig::ImapSession& session, const std::string& entry, const std::string& value) {
        return session.command("SETMETADATA \"\" (" + entry + " " + value + ")");
    }
    ImapResult set(const std::string& user, const std::string& entry, const std::string& value) {
        auto session = people_server().imap(user);
        return set(session, entry, value);
    }
};

TEST_F(Metadata, TellsBothAddresses) {
    put(somebody("present", "present@hermes.example.org", "present@example.com"));
    EXPECT_EQ(get("present", forwarding), "present@hermes.example.org");
    EXPECT_EQ(get("present", tombstone_entry), "present@example.com");
    auto session = people_server().imap("present");
    const ImapResult both =
        session.command(std::string("GETMETADATA \"\" (") + forwarding + " " + tombstone_entry + ")");
    EXPECT_THAT(both, SaysOk());
    ASSERT_THAT(both.untagged, SizeIs(1));
    EXPECT_THAT(both.untagged.front().literals,
                ElementsAre("present@hermes.example.org", "present@example.com"));
}

TEST_F(Metadata, HasNilForWhatIsUnset) {
    put_everybody();
    EXPECT_EQ(get("newcomer", forwarding), "NIL");
    EXPECT_EQ(get("newcomer", tombstone_entry), "NIL");
}

TEST_F(Metadata, LC_3_SetsAForwardingAddressAndClearsTheNewFlag) {
    put_everybody();
    auto session = people_server().imap("newcomer");
    EXPECT_THAT(set(session, forwarding, "\" newcomer@Example.COM \""), SaysOk());
    EXPECT_EQ(get(session, forwarding), "newcomer@example.com");
    EXPECT_EQ(person("newcomer").forwarding_address, "newcomer@example.com");
    EXPECT_FALSE(person("newcomer").is_new);
    EXPECT_THAT(look_up("forwarding", "newcomer@cam.example.org"), IsOk("newcomer@example.com"));
}

TEST_F(Metadata, LC_4_SetsATombstoneAddressAndClearsTheNewFlag) {
    put_everybody();
    EXPECT_THAT(set("newcomer", tombstone_entry, "\"newcomer@example.com\""), SaysOk());
    EXPECT_EQ(person("newcomer").tombstone_address, "newcomer@example.com");
    EXPECT_FALSE(person("newcomer").is_new);
    EXPECT_THAT(look_up("tombstone", "newcomer@cam.example.org"), IsOk("newcomer@example.com"));
}

TEST_F(Metadata, RecordsWhoHasChangedWhat) {
    put_everybody();
    auto session = people_server().imap("present");
    EXPECT_THAT(set(session, tombstone_entry, "present@example.com"), SaysOk());
    EXPECT_THAT(set(session, tombstone_entry, "present@example.com"), SaysOk()) << "what is so already";
    const auto entries = history("present");
    ASSERT_THAT(entries, SizeIs(1));
    EXPECT_EQ(entries.front().who, "metadata");
    EXPECT_EQ(entries.front().change.kind, tombstone::ChangeKind::tombstone);
    EXPECT_EQ(entries.front().change.before, "");
    EXPECT_EQ(entries.front().change.after, "present@example.com");
}

TEST_F(Metadata, AR_19_SetsWhatCorrespondentsMayBeTold) {
    put_everybody();
    auto session = people_server().imap("departed");
    EXPECT_EQ(get(session, disclosure_entry), "NIL");
    for (const char* word : {"nothing", "address", "address-and-name"}) {
        EXPECT_THAT(set(session, disclosure_entry, word), SaysOk());
        EXPECT_EQ(get(session, disclosure_entry), word);
    }
    EXPECT_EQ(person("departed").disclosure, config::Disclosure::address_and_name);
    EXPECT_THAT(set(session, disclosure_entry, "everything"), SaysNo("address-and-name"));
    EXPECT_THAT(set(session, disclosure_entry, "NIL"), SaysOk());
    EXPECT_EQ(person("departed").disclosure, std::nullopt);
    EXPECT_EQ(person("departed").tombstone_address, "departed@example.com");
    const auto entries = history("departed");
    ASSERT_THAT(entries, SizeIs(4));
    EXPECT_EQ(entries.back().change,
              (tombstone::Change{tombstone::ChangeKind::disclosure, "", "nothing", "set by himself"}));
}

TEST_F(Metadata, TakesLiterals) {
    put_everybody();
    const std::string address = "present@example.com";
    EXPECT_THAT(set("present", tombstone_entry, "{" + std::to_string(address.size()) + "+}\r\n" + address),
                SaysOk());
    EXPECT_EQ(person("present").tombstone_address, address);
}

TEST_F(Metadata, TakesAnAddressAwayByNilAndByNothing) {
    put(somebody("present", "present@hermes.example.org", "present@example.com"));
    auto session = people_server().imap("present");
    EXPECT_THAT(set(session, forwarding, "NIL"), SaysOk());
    EXPECT_EQ(get(session, forwarding), "NIL");
    EXPECT_EQ(person("present").forwarding_address, "");
    EXPECT_THAT(set(session, tombstone_entry, "\"\""), SaysOk());
    EXPECT_EQ(person("present").tombstone_address, "");
}

TEST_F(Metadata, LC_26_LeavesTheTombstoneAddressToWhoUnsetsForwarding) {
    put(somebody("present", "present@hermes.example.org", "present@example.com"));
    EXPECT_THAT(set("present", forwarding, "NIL"), SaysOk());
    EXPECT_THAT(look_up("resolve", "present@cam.example.org"),
                IsOk("DUNNO change-of-address present@example.com"));
}

TEST_F(Metadata, LC_27_LetsWhoHasDepartedChangeTheTombstoneAddressOnly) {
    put_everybody();
    auto session = people_server().imap("departed");
    EXPECT_THAT(set(session, tombstone_entry, "elsewhere@example.com"), SaysOk());
    EXPECT_THAT(look_up("tombstone", "departed@cam.example.org"), IsOk("elsewhere@example.com"));
    for (const char* value : {"departed@example.com", "NIL"})
        EXPECT_THAT(set(session, forwarding, value), SaysNo("[CANNOT] "));
    EXPECT_EQ(person("departed").forwarding_address, "departed@hermes.example.org");
    EXPECT_THAT(look_up("forwarding", "departed@cam.example.org"), IsNotFound());
}

TEST_F(Metadata, SaysWhatIsWrongWithAnAddress) {
    put_everybody();
    auto session = people_server().imap("present");
    for (const char* value :
         {"\"no address\"", "\"present\"", "\"present@localhost\"", "\"<a@example.com>\"",
          "\"a@example.com, b@example.com\"", "{15+}\r\na@example\r\n.com", "{14+}\r\n\xff\xfe@example.com",
          "\"a@@example.com\"", "\"\\\"a b\\\"@example.com\""})
        for (const char* entry : {forwarding, tombstone_entry}) {
            const ImapResult result = set(session, entry, value);
            EXPECT_THAT(result, SaysNo("[CANNOT] ")) << value;
            EXPECT_GT(result.text.size(), 20U) << "a reason";
        }
    EXPECT_EQ(person("present").forwarding_address, "present@hermes.example.org");
    EXPECT_EQ(person("present").tombstone_address, "");
}

TEST_F(Metadata, RefusesALoop) {
    put_everybody();
    auto session = people_server().imap("present");
    for (const char* value : {"present@cam.example.org", "Present+x@example.ac.uk"})
        EXPECT_THAT(set(session, forwarding, value), SaysNo("[CANNOT] ")) << value;
    EXPECT_EQ(person("present").forwarding_address, "present@hermes.example.org");
}

TEST_F(Metadata, RefusesWhatIsLongerThanAnAddress) {
    put_everybody();
    auto session = people_server().imap("present");
    const std::string tail = "@example.com";
    for (const std::size_t size : {std::size_t{255}, std::size_t{1'000'000}}) {
        const std::string address = std::string(size - tail.size(), 'a') + tail;
        EXPECT_THAT(set(session, tombstone_entry, "{" + std::to_string(size) + "+}\r\n" + address),
                    SaysNo("[METADATA MAXSIZE 254] "));
    }
    EXPECT_THAT(set(session, tombstone_entry, "\"" + std::string(300, 'a') + "\""),
                SaysNo("[METADATA MAXSIZE 254] "));
    EXPECT_EQ(person("present").tombstone_address, "");
    EXPECT_THAT(set(session, tombstone_entry, "present@example.com"), SaysOk()) << "the session goes on";
}

TEST_F(Metadata, HasNothingForWhoIsNoPersonOfTheSite) {
    put_everybody();
    auto session = people_server().imap("stranger");
    EXPECT_EQ(get(session, forwarding), "NIL");
    EXPECT_EQ(get(session, tombstone_entry), "NIL");
    EXPECT_THAT(set(session, forwarding, "stranger@example.com"),
                SaysNo("nobody who has an address of the site"));
    EXPECT_THAT(set(session, forwarding, "NIL"), SaysNo("nobody who has an address of the site"));
}

TEST_F(Metadata, IsPrivateAndOfTheServerOnly) {
    put_everybody();
    auto session = people_server().imap("present");
    EXPECT_THAT(
        session.command("SETMETADATA \"\" (/shared/vendor/vendor.columbarium/forwarding \"a@example.com\")"),
        SaysNo(""));
    EXPECT_THAT(session.command(std::string("SETMETADATA INBOX (") + forwarding + " \"a@example.com\")"),
                SaysNo(""));
    const ImapResult of_inbox = session.command(std::string("GETMETADATA INBOX ") + forwarding);
    EXPECT_TRUE(of_inbox.untagged.empty() || of_inbox.untagged.front().literals.empty());
    EXPECT_EQ(person("present").forwarding_address, "present@hermes.example.org");
}

TEST_F(Metadata, FindsItsEntriesBelowTheVendor) {
    put(somebody("present", "present@hermes.example.org", "present@example.com"));
    auto session = people_server().imap("present");
    const ImapResult result =
        session.command("GETMETADATA (DEPTH infinity) \"\" /private/vendor/vendor.columbarium");
    EXPECT_THAT(result, SaysOk());
    ASSERT_THAT(result.untagged, SizeIs(1));
    EXPECT_THAT(result.untagged.front().literals,
                ElementsAre("present@hermes.example.org", "present@example.com"));
}

TEST_F(Metadata, WorksBesideOrdinaryMetadata) {
    options.extra_conf =
        "mail_attribute_dict = file:%h/attributes\nprotocol imap {\n  imap_metadata = yes\n}\n";
    put_everybody();
    auto session = people_server().imap("present");
    EXPECT_THAT(session.command("CAPABILITY").untagged.front().text, HasSubstr(" METADATA"));
    EXPECT_THAT(set(session, "/private/comment", "\"mine\""), SaysOk());
    EXPECT_THAT(set(session, tombstone_entry, "\"present@example.com\""), SaysOk());
    EXPECT_EQ(get(session, "/private/comment"), "mine");
    EXPECT_EQ(get(session, tombstone_entry), "present@example.com");
    EXPECT_EQ(rig::read_file(people_server().directory() / "home/present/attributes").find("example.com"),
              std::string::npos)
        << "the service has it, nobody else";
}

TEST_F(Metadata, SaysNoWhereTheServiceDoesNotRun) {
    options.extra_conf = "service columbarium {\n  executable = /bin/false\n}\n";
    expect_alarm("service(columbarium)");
    auto session = people_server().imap("present");
    EXPECT_THAT(set(session, tombstone_entry, "present@example.com"), SaysNo("[UNAVAILABLE] "));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return people_server().log().find("columbarium-settings: ") != std::string::npos;
    }));
}

TEST_F(Metadata, SaysNoWhereTheStoreCannotBeOpenedAndKeepsItsPathToItself) {
    people_server().write_file("store/people.sqlite", std::string(8'192, 'x'));
    auto session = people_server().imap("present");
    const ImapResult result = set(session, tombstone_entry, "present@example.com");
    EXPECT_THAT(result, SaysNo("[UNAVAILABLE] "));
    EXPECT_THAT(result.text, Not(HasSubstr("sqlite")));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return people_server().log().find("people.sqlite") != std::string::npos;
    }));
}

TEST_F(Metadata, OutlivesAReloadBetweenTwoCommands) {
    put_everybody();
    auto session = people_server().imap("present");
    EXPECT_THAT(set(session, tombstone_entry, "one@example.com"), SaysOk());
    reload();
    EXPECT_THAT(set(session, tombstone_entry, "two@example.com"), SaysOk());
    EXPECT_EQ(get(session, tombstone_entry), "two@example.com");
}

TEST_F(Metadata, IsTheSameForAnAdministratorWithDoveadm) {
    options.extra_conf = "protocol doveadm {\n  mail_plugins = $mail_plugins imap_columbarium\n}\n";
    put_everybody();
    const auto got = people_server().tool(
        "doveadm", {"mailbox", "metadata", "get", "-s", "-u", "present", "", forwarding});
    EXPECT_EQ(got.status, 0) << to_string(got);
    EXPECT_THAT(got.output, HasSubstr("present@hermes.example.org"));
}

TEST_F(Metadata, ModuleShowsItsEntryPointsAndNothingElse) {
    const std::string file =
        (people_server().layout().modules.directory / "lib95_imap_columbarium_plugin.so").string();
    const auto listed = people_server().run({"nm", "-D", "--defined-only", "--format=posix", file});
    EXPECT_EQ(listed.status, 0) << to_string(listed);
    std::set<std::string> names;
    std::istringstream lines(listed.output);
    for (std::string line; std::getline(lines, line);)
        names.insert(line.substr(0, line.find(' ')));
    EXPECT_EQ(names, (std::set<std::string>{"imap_columbarium_plugin_version", "imap_columbarium_plugin_init",
                                            "imap_columbarium_plugin_deinit"}));
    const auto shown = people_server().run({"readelf", "-d", file});
    EXPECT_THAT(shown.output, AllOf(HasSubstr("NODELETE"), Not(HasSubstr("libdovecot"))));
}

} // namespace
} // namespace columbarium::e2e
