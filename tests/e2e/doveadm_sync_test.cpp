// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium sync: what it says and how it ends. What it does with servers is in
// carddav_delivery_test.cpp.
#include <filesystem>

#include <gmock/gmock.h>

#include "doveadm_fixture.hpp"
#include "rig/http_server.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class DoveadmSync : public DoveadmTest {
  protected:
    // A book for everybody on a server that is not there.
    void use_book_on_a_dead_server() {
        const auto port = std::to_string(rig::listen_on_loopback().port);
        options.site_config =
            "[lists.\":addrbook:default\"]\ntype = \"carddav\"\nurl = \"https://127.0.0.1:" + port +
            "/%u/book/\"\nuser = \"%u\"\npassword_file = \"~/.dav\"\n";
    }
};

TEST_F(DoveadmSync, HasNothingToDoWithoutBooksOnServers) {
    const auto result = columbarium({"sync", "-u", "alice"}, "tab");
    EXPECT_EQ(result.status, 0) << to_string(result);
}

TEST_F(DoveadmSync, TellsWhatFailedForEachUserAndGoesOn) {
    use_book_on_a_dead_server();
    write_private_file("home/alice/.dav", "secret of alice\n");
    write_private_file("home/bob/.dav", "secret of bob\n");
    const auto result = columbarium({"sync", "-A"});
    EXPECT_EQ(result.status, status_temporary);
    const auto all = rows(result);
    ASSERT_THAT(all, SizeIs(2)) << to_string(result);
    for (const auto& row : all) {
        EXPECT_EQ(row.at("list"), ":addrbook:default");
        EXPECT_EQ(row.at("total"), 0);
        EXPECT_THAT(row.at("result").get<std::string>(), HasSubstr("https://127.0.0.1:"));
    }
    EXPECT_NE(all[0].at("username"), all[1].at("username"));
    for (const char* user : {"alice", "bob"})
        EXPECT_THAT(result.errors, ContainsRegex(std::string(user) + ".*https://127.0.0.1:[0-9]+/" + user))
            << "a cron job sees standard error only";
    EXPECT_THAT(result.output + result.errors, Not(HasSubstr("secret")));
}

TEST_F(DoveadmSync, RefusesAPasswordFileThatOthersCanRead) {
    use_book_on_a_dead_server();
    const auto path = write_private_file("home/alice/.dav", "secret\n");
    std::filesystem::permissions(path, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    const auto result = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(result.status, status_not_possible);
    EXPECT_THAT(rows(result)[0].at("result").get<std::string>(),
                AllOf(HasSubstr(path), HasSubstr("0604"), HasSubstr("chmod 600")));
}

TEST_F(DoveadmSync, RefusesAPasswordFileThatIsMissingEmptyOrNoFile) {
    use_book_on_a_dead_server();
    EXPECT_EQ(columbarium({"sync", "-u", "alice"}).status, status_not_possible);
    write_private_file("home/alice/.dav", "\nsecret on the second line\n");
    EXPECT_EQ(columbarium({"sync", "-u", "alice"}).status, status_not_possible);
    std::filesystem::remove(home("alice") / ".dav");
    std::filesystem::create_directory(home("alice") / ".dav");
    const auto folder = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(folder.status, status_not_possible);
    EXPECT_THAT(rows(folder)[0].at("result").get<std::string>(), HasSubstr(".dav"));
}

// A DAV:response with these properties.
std::string found(const std::string& path, const std::string& properties) {
    return "<d:response><d:href>" + path + "</d:href><d:propstat><d:prop>" + properties +
           "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>";
}

// A book of one card at /book/. The card takes longer to come than the command waits with its progress.
rig::HttpAnswer give_slowly(const rig::HttpRequest& request) {
    const std::string collection = "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>";
    const std::string etag = "<d:getetag>\"1\"</d:getetag>";
    const bool is_report = request.method == "REPORT";
    std::string content;
    if (is_report)
        content =
            found("/book/fred.vcf", etag + "<c:address-data>" + vcard("fred", "Fred", "fred@example.org") +
                                        "</c:address-data>");
    else
        content = found("/book/", collection);
    if (!is_report && request.fields.at("depth") == "1")
        content += found("/book/fred.vcf", "<d:resourcetype/>" + etag);
    rig::HttpAnswer answer{.status = 207, .fields = {{"Content-Type", "application/xml"}}};
    answer.body = R"(<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">)" + content +
                  "</d:multistatus>";
    if (is_report)
        answer.drip = rig::Milliseconds(2'500 / static_cast<int>(answer.body.size()) + 1);
    return answer;
}

class DoveadmSyncProgress : public DoveadmSync {
  protected:
    DoveadmSyncProgress() {
        options.site_config = "[lists.\":addrbook:default\"]\ntype = \"carddav\"\nurl = \"" +
                              server.url("/book/") + "\"\nallow_plaintext = true\n";
    }

    rig::HttpServer server{give_slowly};
};

TEST_F(DoveadmSyncProgress, IsNotWrittenWhereNobodyWatches) {
    const auto result = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(rows(result).at(0).at("result"), "ok") << to_string(result);
    EXPECT_GT(std::stod(rows(result).at(0).at("seconds").get<std::string>()), 2.0)
        << "so that there is something to tell";
    EXPECT_EQ(result.errors, "");
}

TEST_F(DoveadmSyncProgress, IsShownAtATerminal) {
    // script(1) gives the command a terminal.
    std::string command = "env ";
    for (const std::string& variable : dovecot().layout().modules.doveadm_environment)
        command += "'" + variable + "' ";
    command += "doveadm -c " + dovecot().configuration().string() + " columbarium sync -u alice";
    const auto result = dovecot().run({"script", "--quiet", "--return", "--command", command, "/dev/null"});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.output, HasSubstr("\r:addrbook:default: 1 of 1\r")) << to_string(result);
}

TEST_F(DoveadmSyncProgress, ABookThatSaysNothingForThisUserDoesNotStopTheOthers) {
    options.site_config = "[lists.\":addrbook:company\"]\ntype = \"carddav\"\nurl = "
                          "\"https://dav.example.org/%d/\"\n\n" +
                          options.site_config;
    const auto result = columbarium({"sync", "-u", "alice"});
    EXPECT_EQ(result.status, status_temporary) << to_string(result);
    const auto all = rows(result);
    ASSERT_THAT(all, SizeIs(2)) << to_string(result);
    EXPECT_EQ(all[0].at("list"), ":addrbook:company");
    EXPECT_THAT(all[0].at("result").get<std::string>(), HasSubstr("%d"));
    EXPECT_EQ(all[1].at("list"), ":addrbook:default");
    EXPECT_EQ(all[1].at("result"), "ok");
    EXPECT_THAT(result.errors, HasSubstr(":addrbook:company"));
}

} // namespace
} // namespace columbarium::e2e
