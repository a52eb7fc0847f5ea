// SPDX-License-Identifier: LGPL-2.1-or-later
// Every example of README.md and docs/ works as it stands, or is refused in the words that are shown.
#include <algorithm>
#include <cctype>
#include <filesystem>

#include <gmock/gmock.h>

#include "code_blocks.hpp"
#include "config/site_config.hpp"
#include "rig/directory.hpp"
#include "rig/mail_test.hpp"

namespace columbarium::docs {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string name_of(const ::testing::TestParamInfo<CodeBlock>& block) {
    std::string name;
    for (const char c : block.param.page)
        name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return name + "_line_" + std::to_string(block.param.line);
}

// Blanks and line ends as one blank each, so that a page may break a long line.
std::string flowing(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\n' || c == '\r';
        if (!blank)
            result += c;
        else if (!result.empty() && result.back() != ' ')
            result += ' ';
    }
    while (!result.empty() && result.back() == ' ')
        result.pop_back();
    return result;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

// columbarium.toml as it is shipped, with the channels' addresses that it shows as comments switched on, and
// its files where a private server has them.
std::string shipped_site() {
    std::string text = replaced(read_page("conf.d/columbarium.toml"), "\n#forward_to =", "\nforward_to =");
    text = replaced(std::move(text), "/etc/dovecot/", "@directory@/");
    return text + "\n[store]\nsqlite = \"@directory@/store.sqlite\"\n";
}

// The lists that the page about them defines first.
std::string lists_of_the_page() {
    const auto blocks = code_blocks("docs/lists.md", read_page("docs/lists.md"));
    const auto example =
        std::ranges::find_if(blocks, [](const CodeBlock& block) { return block.mark == "toml"; });
    return example == blocks.end() ? std::string() : example->text;
}

// A server with the extensions as sieve-plugin.conf enables them, and the lists of the pages.
class ServerOfExamples : public rig::MailTest {
  protected:
    ServerOfExamples() {
        options.extra_conf = read_page("conf.d/sieve-plugin.conf");
        options.site_config = shipped_site() + lists_of_the_page();
        options.plugin_settings["columbarium_jid"] = "me@example.org"; // whom the pages ask for
        options.service = true;
        const auto scripts = std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "conf.d/sieve";
        for (const auto& script : std::filesystem::directory_iterator(scripts))
            options.sieve_global_scripts[script.path().stem()] = rig::read_file(script.path());
    }

    // The user's address book: one friend.
    void write_address_book() {
        (void)dovecot().write_file("home/user/contacts/fred.vcf",
                                   "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:fred\r\nFN:Fred Foobar\r\n"
                                   "EMAIL:Fred@example.com\r\nCATEGORIES:Friends,B\u00fcro\r\nEND:VCARD\r\n");
    }
};

// columbarium.toml as it is shipped, with the lists that it shows as comments switched on: `book` is the kind
// of address book, of which it shows two.
std::string shipped_site_with_lists(std::string_view book) {
    std::string text;
    std::string table;
    bool in_lists = false;
    const auto end_table = [&] {
        const bool is_book = table.find("[lists.\":addrbook:default\"]") != std::string::npos;
        if (!is_book || table.find("\"" + std::string(book) + "\"") != std::string::npos)
            text += table;
        table.clear();
    };
    for (const std::string& line : lines_of(read_page("conf.d/columbarium.toml"))) {
        in_lists = in_lists || line == "#[lists]";
        if (in_lists && line.starts_with('#') && line.size() > 1 && line[1] != ' ') {
            table += line.substr(1) + "\n";
        } else {
            end_table();
            text += line + "\n";
        }
    }
    end_table();
    return text;
}

TEST(ShippedSite, IsAConfigurationWithTheListsThatItShows) {
    for (const char* book : {"vdir", "carddav"}) {
        const auto config = config::parse_site_config(shipped_site_with_lists(book), "columbarium.toml");
        ASSERT_TRUE(config.has_value()) << config.error().text;
        EXPECT_THAT(config->lists.definitions, SizeIs(2)) << book;
        EXPECT_THAT(config->lists.redirect, SizeIs(1)) << book;
        EXPECT_EQ(config->xmpp.kind, config::XmppAccount::Kind::client);
        EXPECT_THAT(config->presence.languages, SizeIs(1));
        EXPECT_THAT(config->notify.domains, SizeIs(1));
        EXPECT_THAT(config->people.affiliations, SizeIs(1));
        EXPECT_EQ(config->feed.kind, config::FeedSource::Kind::csv);
    }
}

// The fields of a passwd-file that the page shows, as Dovecot hands them to its users.
class UsersOfTheListsPage : public rig::MailTest {};

TEST_F(UsersOfTheListsPage, HaveTheAddressBooksThatAreShown) {
    for (const CodeBlock& block : blocks_marked("conf")) {
        if (block.page != "docs/lists.md" ||
            block.text.find("userdb_columbarium_addrbook") == std::string::npos)
            continue;
        for (const std::string& line : lines_of(block.text))
            options.users[line.substr(0, line.find(':'))] = line.substr(line.find("userdb_"));
    }
    ASSERT_THAT(options.users, SizeIs(2));
    for (const auto& [user, field] : options.users) {
        const auto shown = dovecot().tool("doveadm", {"user", "-f", "columbarium_addrbook", user});
        ASSERT_EQ(shown.status, 0) << to_string(shown);
        const std::string value = shown.output.substr(0, shown.output.find('\n'));
        EXPECT_EQ("userdb_columbarium_addrbook=" + value, field);
        EXPECT_TRUE(config::parse_list_setting(value)) << value;
    }
}

class SieveExample : public ServerOfExamples, public ::testing::WithParamInterface<CodeBlock> {};

TEST_P(SieveExample, CompilesWithoutAWarning) {
    write_address_book();
    const auto checked = check_script("user", GetParam().text);
    EXPECT_EQ(checked.status, "OK") << checked.text;
    EXPECT_EQ(checked.code, "") << checked.text;
}

INSTANTIATE_TEST_SUITE_P(In, SieveExample, ::testing::ValuesIn(blocks_marked("sieve")), name_of);

class RefusedSieveExample : public ServerOfExamples, public ::testing::WithParamInterface<CodeBlock> {};

TEST_P(RefusedSieveExample, IsRefusedInTheWordsThatAreShown) {
    const auto checked = check_script("user", GetParam().text);
    EXPECT_EQ(checked.status, "NO");
    EXPECT_THAT(flowing(checked.text), HasSubstr(flowing(GetParam().next_text)));
}

INSTANTIATE_TEST_SUITE_P(In, RefusedSieveExample, ::testing::ValuesIn(blocks_marked("sieve refused")),
                         name_of);

class TomlExample : public ::testing::TestWithParam<CodeBlock> {};

TEST_P(TomlExample, IsAWholeConfiguration) {
    const auto config = config::parse_site_config(GetParam().text, "columbarium.toml");
    ASSERT_TRUE(config.has_value()) << config.error().text;
    EXPECT_TRUE(!config->destinations.empty() || !config->lists.definitions.empty() ||
                config->xmpp.kind != config::XmppAccount::Kind::none || !config->people.domains.empty() ||
                config->store.kind == config::StorePlace::Kind::postgresql ||
                config->feed.kind != config::FeedSource::Kind::none || !config->reply.authserv_ids.empty() ||
                config->milter.socket != config::MilterPolicy().socket || !config->triage.tokens.empty() ||
                config->store.keep_bounces_days != config::StorePlace().keep_bounces_days);
}

INSTANTIATE_TEST_SUITE_P(In, TomlExample, ::testing::ValuesIn(blocks_marked("toml")), name_of);

class RefusedTomlExample : public ::testing::TestWithParam<CodeBlock> {};

TEST_P(RefusedTomlExample, IsRefusedInTheWordsThatAreShown) {
    const auto config = config::parse_site_config(GetParam().text, "/etc/dovecot/columbarium.toml");
    ASSERT_FALSE(config.has_value());
    EXPECT_THAT(flowing(config.error().text), HasSubstr(flowing(GetParam().next_text)));
}

INSTANTIATE_TEST_SUITE_P(In, RefusedTomlExample, ::testing::ValuesIn(blocks_marked("toml refused")), name_of);

constexpr std::string_view our_command = "columbarium ";

// The console blocks that run our command; the others would change the machine.
std::vector<CodeBlock> blocks_with_our_command() {
    std::vector<CodeBlock> blocks = blocks_marked("console");
    std::erase_if(blocks, [](const CodeBlock& block) {
        return std::ranges::none_of(console_commands(block.text), [](const ConsoleCommand& example) {
            return example.command.starts_with(our_command);
        });
    });
    return blocks;
}

class ConsoleExample : public ::testing::TestWithParam<CodeBlock> {};

// In tests/mail, where the messages of the examples are.
TEST_P(ConsoleExample, PrintsWhatIsShown) {
    for (const ConsoleCommand& example : console_commands(GetParam().text)) {
        if (!example.command.starts_with(our_command))
            continue;
        const std::string line = "exec 2>&1; PATH='" COLUMBARIUM_COMMAND_DIR "':$PATH; " + example.command;
        const auto result =
            rig::run({"/bin/sh", "-c", line}, {.directory = COLUMBARIUM_SOURCE_DIR "/tests/mail"});
        EXPECT_TRUE(is_as_shown(lines_of(result.output), example.output)) << "$ " << example.command << '\n'
                                                                          << to_string(result);
    }
}

INSTANTIATE_TEST_SUITE_P(In, ConsoleExample, ::testing::ValuesIn(blocks_with_our_command()), name_of);

// A mark that is misspelt would take its block out of the tests.
TEST(Examples, BearMarksThatAreKnown) {
    for (const std::string& page : pages())
        for (const CodeBlock& block : code_blocks(page, read_page(page)))
            EXPECT_THAT(block.mark, ::testing::AnyOf("sieve", "sieve refused", "toml", "toml refused",
                                                     "console", "text", "conf", "json"))
                << place_of(block);
}

TEST(Examples, AreThereToBeTested) {
    for (const char* mark : {"sieve", "sieve refused", "toml", "toml refused"})
        EXPECT_THAT(blocks_marked(mark), Not(IsEmpty())) << mark;
    EXPECT_THAT(blocks_with_our_command(), Not(IsEmpty()));
}

class ScriptOfTheReadme : public ServerOfExamples {};

TEST_F(ScriptOfTheReadme, HasTheEffectThatIsTold) {
    const auto blocks = code_blocks("README.md", read_page("README.md"));
    const auto example =
        std::ranges::find_if(blocks, [](const CodeBlock& block) { return block.mark == "sieve"; });
    ASSERT_NE(example, blocks.end());
    use_script("user", example->text);
    for (const char* name :
         {"arf-abuse-report.eml", "dsn-failed-user-unknown.eml", "dsn-failed-with-transient-status.eml",
          "vacation-auto-submitted.eml", "cron-output.eml", "personal-plain.eml"})
        deliver(rig::message(rig::mail_file(name)), {.from = ""});
    EXPECT_THAT(mailbox("user", "Abuse"), SizeIs(1));
    const auto returns = mailbox("user", "Returns");
    ASSERT_THAT(returns, SizeIs(4));
    for (std::size_t i = 0; i < returns.size(); ++i)
        EXPECT_EQ(returns[i].has_flag("$DeadAddress"), i == 0) << returns[i].header("Subject");
    EXPECT_EQ(only_message("user").header("Subject"), "I cannot log in");
}

class OneMailbox : public ServerOfExamples {};

// The userdb field that the pages and 90-columbarium.conf show, with the paths of a private server.
TEST_F(OneMailbox, IsSortedByTheFieldThatIsShown) {
    const std::string field = "userdb_sieve_before=/etc/dovecot/sieve/triage.sieve";
    for (const char* page : {"README.md", "docs/administration.md", "conf.d/90-columbarium.conf"})
        EXPECT_THAT(read_page(page), HasSubstr(field)) << page;
    options.users = {{"support", replaced(field, "/etc/dovecot/", "@directory@/")}, {"other", ""}};
    const auto script = dovecot().write_file("sieve/triage.sieve", read_page("conf.d/sieve/triage.sieve"));
    const auto compiled = dovecot().tool("sievec", {script.string()});
    ASSERT_EQ(compiled.status, 0) << to_string(compiled);
    deliver(rig::message(rig::mail_file("dsn-failed-user-unknown.eml")),
            {.from = "", .to = {"support@example.org", "other@example.org"}});
    EXPECT_THAT(mailbox("support", "Returns"), SizeIs(1));
    EXPECT_THAT(mailbox("other"), SizeIs(1));
}

class RecipesOfTheListsPage : public ServerOfExamples {
  protected:
    // The script of the page that holds these words.
    static std::string script_with(std::string_view words) {
        for (const CodeBlock& block : code_blocks("docs/lists.md", read_page("docs/lists.md")))
            if (block.mark == "sieve" && block.text.find(words) != std::string::npos)
                return block.text;
        ADD_FAILURE() << "no script of docs/lists.md holds " << words;
        return {};
    }

    static std::string letter(const std::string& from, const std::string& to) {
        return rig::message("From: " + from + "\nTo: " + to + "\nSubject: hello\nMessage-ID: <" + from +
                            ">\n\nHello.\n");
    }
};

TEST_F(RecipesOfTheListsPage, PutStrangersAside) {
    write_address_book();
    use_script("user", script_with("Strangers"));
    deliver(letter("fred@example.com", "user@example.org"), {.from = "fred@EXAMPLE.com"});
    deliver(letter("stranger@example.net", "user@example.org"), {.from = "stranger@example.net"});
    EXPECT_EQ(only_message("user").header("From"), "fred@example.com");
    EXPECT_EQ(only_message("user", "Strangers").header("From"), "stranger@example.net");
}

TEST_F(RecipesOfTheListsPage, AnswerPeopleOneKnowsForWhicheverAddressTheyWroteTo) {
    options.submission_port = sink.port();
    options.plugin_settings["columbarium_addresses"] = "Alias@example.org";
    write_address_book();
    use_script("user", script_with("vacation"));
    deliver(letter("stranger@example.net", "alias@example.org"), {.from = "stranger@example.net"});
    deliver(letter("fred@example.com", "alias@example.org"), {.from = "fred@example.com"});
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    ASSERT_THAT(sent[0].to, SizeIs(1));
    EXPECT_EQ(sent[0].to[0].address, "fred@example.com");
}

class TraceOfTheAdministrationPage : public ServerOfExamples {};

TEST_F(TraceOfTheAdministrationPage, IsWhatSieveTestPrints) {
    const auto blocks = blocks_marked("console");
    const auto example = std::ranges::find_if(
        blocks, [](const CodeBlock& block) { return block.text.starts_with("$ sieve-test "); });
    ASSERT_NE(example, blocks.end());
    const auto script = dovecot().write_file("triage.sieve", read_page("conf.d/sieve/triage.sieve"));
    const auto mail = dovecot().write_file("message.eml", rig::mail_file("dsn-failed-user-unknown.eml"));
    const auto traced =
        dovecot().tool("sieve-test", {"-t", "-", "-Tlevel=matching", script.string(), mail.string()});
    EXPECT_TRUE(is_as_shown(lines_of(traced.output), lines_of(example->next_text)))
        << place_of(*example) << '\n'
        << to_string(traced);
}

} // namespace
} // namespace columbarium::docs
