// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables [reply], [tombstone], [submission] and [milter] of columbarium.toml.
#include <array>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"
#include "reply/compose.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";
using Texts = std::vector<std::string>;

SiteConfig config_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig());
}

struct Mistake {
    const char* text;
    const char* fault; // behind the file's name
};

void expect_faults(std::span<const Mistake> mistakes) {
    for (const Mistake& mistake : mistakes) {
        const auto config = parse_site_config(mistake.text, path);
        ASSERT_FALSE(config.has_value()) << mistake.text;
        EXPECT_EQ(config.error().kind, ErrorKind::temporary);
        EXPECT_EQ(
            config.error().text.substr(0, std::string(path).size() + 1 + std::string(mistake.fault).size()),
            std::string(path) + ":" + mistake.fault)
            << config.error().text;
    }
}

TEST(ReplyTable, HasTheDefaultsOfTheManual) {
    const ReplyPolicy policy = config_of("[reply]\n").reply;
    EXPECT_EQ(policy.interval_days, 7U); // AR-3
    EXPECT_FALSE(policy.authenticated_only);
    EXPECT_TRUE(policy.addressed_only); // AR-4
    EXPECT_TRUE(policy.never.empty());
    EXPECT_EQ(policy.message_kib, 51'200U);
    EXPECT_EQ(policy.per_hour, 5'000U);
    EXPECT_EQ(policy.per_domain_hour, 500U);
    EXPECT_EQ(policy.per_sender_day, 20U);
}

TEST(ReplyTable, ReadsAllKeys) {
    const ReplyPolicy policy = config_of(R"(
[reply]
interval_days = 14
authenticated_only = true
authserv_ids = ["MX.example.org", "mx2.example.org"]
addressed_only = false
addressed_domains = ["Example.org"]
never = ["Robot@Example.com", "@Bulk.example.com", "Robot@", "@bücher.example.com"]
message_kib = 100
per_hour = 0
per_domain_hour = 1
per_sender_day = 2
)")
                                   .reply;
    EXPECT_EQ(policy.interval_days, 14U);
    EXPECT_TRUE(policy.authenticated_only);
    EXPECT_EQ(policy.authserv_ids, (Texts{"mx.example.org", "mx2.example.org"}));
    EXPECT_FALSE(policy.addressed_only);
    EXPECT_EQ(policy.addressed_domains, Texts{"example.org"});
    EXPECT_EQ(policy.never,
              (Texts{"robot@example.com", "@bulk.example.com", "robot@", "@xn--bcher-kva.example.com"}));
    EXPECT_EQ(policy.message_kib, 100U);
    EXPECT_EQ(policy.per_hour, 0U);
    EXPECT_EQ(policy.per_domain_hour, 1U);
    EXPECT_EQ(policy.per_sender_day, 2U);
}

TEST(ReplyTable, NamesLineAndKeyOfMistakes) {
    const Mistake mistakes[] = {
        {"reply = 1\n", "1: reply: must be a table, as in [reply]"},
        {"[reply]\nintervall_days = 7\n",
         "2: reply.intervall_days: unknown key; did you mean \"interval_days\"?"},
        {"[reply]\ninterval_days = 0\n", "2: reply.interval_days: must be"},
        {"[reply]\ninterval_days = 367\n", "2: reply.interval_days: must be"},
        {"[reply]\nauthenticated_only = 1\n", "2: reply.authenticated_only: must be true or false"},
        {"[reply]\nauthenticated_only = true\n",
         "2: reply.authenticated_only: needs the names of who checks senders"},
        {"[reply]\nauthserv_ids = []\nauthenticated_only = true\n", "2: reply.authserv_ids: needs the names"},
        {"[reply]\nauthserv_ids = [\"a b\"]\n", "2: reply.authserv_ids: \"a b\" is no name"},
        {"[reply]\nauthserv_ids = [\"\"]\n", "2: reply.authserv_ids: \"\" is no name"},
        {"[reply]\naddressed_domains = [\"x\"]\n", "2: reply.addressed_domains: \"x\" must have a dot"},
        {"[reply]\naddressed_domains = [\"a.b\", \"A.b\"]\n",
         "2: reply.addressed_domains: holds \"a.b\" twice"},
        {"[reply]\n\nnever = [\"robot\"]\n", "3: reply.never: \"robot\" must be an address, \"@domain\""},
        {"[reply]\nnever = [\"@\"]\n", "2: reply.never: \"@\" is no domain"},
        {"[reply]\nnever = \"a@b.c\"\n", "2: reply.never: must be a list of strings"},
        {"[reply]\nmessage_kib = 0\n", "2: reply.message_kib: must be"},
        {"[reply]\nper_hour = -1\n", "2: reply.per_hour: must be"},
    };
    expect_faults(mistakes);
}

TEST(TombstoneTable, HasTheDefaultsOfTheManual) {
    const NoticePolicy policy = config_of("").tombstone;
    EXPECT_EQ(policy.repeated, NoticePolicy::Repeated::refuse);
    EXPECT_EQ(policy.disclose, Disclosure::address); // AR-19
    EXPECT_EQ(policy.roles, (Texts{"abuse", "postmaster"}));
    EXPECT_EQ(policy.subject, "Auto: {{{subject}}}");
    EXPECT_EQ(policy.languages, Texts{"en"});
}

TEST(TombstoneTable, ReadsAllKeys) {
    const NoticePolicy policy = config_of(R"(
[tombstone]
repeated = "drop"
disclose = "address-and-name"
roles = ["Postmaster", "security"]
from = "Change of address <moved@cam.example.org>"
subject = "Moved: {{subject}}"
templates = "/etc/dovecot/columbarium-replies"
languages = ["en", "de-CH", "zh-Hant-TW"]
[tombstone.languages_of]
".DE" = ["de"]
"Example.com" = ["en", "fr"]
".bücher.example" = ["de"]
)")
                                    .tombstone;
    EXPECT_EQ(policy.repeated, NoticePolicy::Repeated::drop);
    EXPECT_EQ(policy.disclose, Disclosure::address_and_name);
    EXPECT_EQ(policy.roles, (Texts{"postmaster", "security"}));
    EXPECT_EQ(policy.from, "Change of address <moved@cam.example.org>");
    EXPECT_EQ(policy.subject, "Moved: {{subject}}");
    EXPECT_EQ(policy.templates, "/etc/dovecot/columbarium-replies");
    EXPECT_EQ(policy.languages, (Texts{"en", "de-CH", "zh-Hant-TW"}));
    EXPECT_EQ(policy.languages_of.size(), 3U);
    EXPECT_EQ(policy.languages_of.at(".de"), Texts{"de"});
    EXPECT_EQ(policy.languages_of.at("example.com"), (Texts{"en", "fr"}));
    EXPECT_EQ(policy.languages_of.at(".xn--bcher-kva.example"), Texts{"de"});
}

TEST(TombstoneTable, NamesLineAndKeyOfMistakes) {
    const Mistake mistakes[] = {
        {"[tombstone]\nrepeat = \"drop\"\n", "2: tombstone.repeat: unknown key; did you mean \"repeated\"?"},
        {"[tombstone]\nrepeated = \"bounce\"\n", "2: tombstone.repeated: "},
        {"[tombstone]\ndisclose = \"adress\"\n", "2: tombstone.disclose: "},
        {"[tombstone]\nroles = [\"post master\"]\n", "2: tombstone.roles: \"post master\" is no local part"},
        {"[tombstone]\nroles = [\"a@b.c\"]\n", "2: tombstone.roles: \"a@b.c\" is no local part"},
        {"[tombstone]\nfrom = \"nobody\"\n", "2: tombstone.from: must be one mailbox"},
        {"[tombstone]\nfrom = \"a@x.example, b@x.example\"\n", "2: tombstone.from: must be one mailbox"},
        {"[tombstone]\nfrom = \"Moved <mo..ved@cam.example.org>\"\n",
         "2: tombstone.from: must be one mailbox"},
        {"[tombstone]\nfrom = \"a@x.example\\nBcc: b@x.example\"\n",
         "2: tombstone.from: must not hold control characters"},
        {"[tombstone]\nsubject = \"\"\n", "2: tombstone.subject: "},
        {"[tombstone]\nsubject = \"a\\nb\"\n", "2: tombstone.subject: must not hold control characters"},
        {"[tombstone]\nsubject = \"{{subjetc}}\"\n", "2: tombstone.subject: line 1: the unknown {{subjetc}}"},
        {"[tombstone]\ntemplates = \"replies\"\n", "2: tombstone.templates: must be absolute"},
        {"[tombstone]\nlanguages = []\n", "2: tombstone.languages: must name a language"},
        {"[tombstone]\nlanguages = [\"e\"]\n", "2: tombstone.languages: \"e\" is no language tag"},
        {"[tombstone]\nlanguages = [\"en-\"]\n", "2: tombstone.languages: \"en-\" is no language tag"},
        {"[tombstone]\nlanguages = [\"../en\"]\n", "2: tombstone.languages: \"../en\" is no language tag"},
        {"[tombstone]\nlanguages = [\"en\", \"en\"]\n", "2: tombstone.languages: holds \"en\" twice"},
        {"[tombstone]\nlanguages = [\"de-CH\", \"DE-ch\"]\n",
         "2: tombstone.languages: holds \"DE-ch\" twice"},
        {"[tombstone]\nlanguages = [\"de\"]\n",
         "1: tombstone.templates: is missing: only \"en\" is built in"},
        {"[tombstone]\n[tombstone.languages_of]\n\".de\" = [\"de\"]\n", "1: tombstone.templates: is missing"},
        {"[tombstone]\nlanguages_of = 1\n", "2: tombstone.languages_of: must be a table"},
        {"[tombstone.languages_of]\n\"de\" = [\"en\"]\n", "2: tombstone.languages_of.de: must have a dot"},
        {"[tombstone.languages_of]\n\".a b\" = [\"en\"]\n", "2: tombstone.languages_of..a b: is no domain"},
        {"[tombstone.languages_of]\n\".x\" = [\"en\"]\n\".X\" = [\"en\"]\n",
         "3: tombstone.languages_of..X: is there twice"},
    };
    expect_faults(mistakes);
}

TEST(TombstoneTable, TakesNoMailboxForFromThatNoReplyCouldComeFrom) {
    for (const std::string& from :
         {std::string(400, 'x') + "@cam.example.org", std::string("=?x?=@cam.example.org"),
          std::string("\\\"a=?x\\\"@cam.example.org"), std::string("bücher@cam.example.org")}) {
        const std::string text = "[tombstone]\nfrom = \"" + from + "\"\n";
        expect_faults(std::array{Mistake{text.c_str(), "2: tombstone.from: must be one mailbox"}});
    }
    // The dot behind a domain goes when it is read.
    EXPECT_EQ(
        reply::from_of(config_of("[tombstone]\nfrom = \"Moved <moved@cam.example.org.>\"\n").tombstone.from)
            .address,
        "moved@cam.example.org");
}

TEST(TombstoneTable, DisclosuresHaveNames) {
    for (const Disclosure disclosure :
         {Disclosure::nothing, Disclosure::address, Disclosure::address_and_name})
        EXPECT_EQ(disclosure_of_name(name_of(disclosure)), disclosure);
    EXPECT_EQ(disclosure_of_name("all"), std::nullopt);
    EXPECT_EQ(disclosure_of_name(""), std::nullopt);
}

TEST(SubmissionTable, IsTheMtaOfThisMachineWhereNothingIsSaid) {
    const SubmissionPlace place = config_of("[submission]\n").submission;
    EXPECT_EQ(place.host, "127.0.0.1");
    EXPECT_EQ(place.port, 25);
    EXPECT_FALSE(place.start_tls);
    EXPECT_EQ(place.seconds, 30U);
}

TEST(SubmissionTable, ReadsAllKeys) {
    const SubmissionPlace place = config_of(R"(
[submission]
host = "smtp.example.org"
port = 587
start_tls = true
ca_file = "/etc/ssl/ca.pem"
user = "columbarium"
password_file = "/etc/dovecot/columbarium-smtp.password"
seconds = 60
)")
                                      .submission;
    EXPECT_EQ(place.host, "smtp.example.org");
    EXPECT_EQ(place.port, 587);
    EXPECT_TRUE(place.start_tls);
    EXPECT_EQ(place.ca_file, "/etc/ssl/ca.pem");
    EXPECT_EQ(place.user, "columbarium");
    EXPECT_EQ(place.password_file, "/etc/dovecot/columbarium-smtp.password");
    EXPECT_EQ(place.seconds, 60U);
    EXPECT_EQ(
        config_of("[submission]\nhost = \"::1\"\nuser = \"a\"\npassword_file = \"/b\"\n").submission.user,
        "a");
}

TEST(SubmissionTable, NamesLineAndKeyOfMistakes) {
    const Mistake mistakes[] = {
        {"[submission]\nhosts = \"x\"\n", "2: submission.hosts: unknown key; did you mean \"host\"?"},
        {"[submission]\nhost = \"a:25\"\n", "2: submission.host: must be a host's name or an IP address"},
        {"[submission]\nport = 0\n", "2: submission.port: must be"},
        {"[submission]\nport = 65536\n", "2: submission.port: must be"},
        {"[submission]\nca_file = \"/ca.pem\"\n", "2: submission.ca_file: needs start_tls = true beside it"},
        {"[submission]\nstart_tls = true\nca_file = \"ca.pem\"\n", "3: submission.ca_file: must be absolute"},
        {"[submission]\nuser = \"x\"\n", "2: submission.user: needs the key password_file beside it"},
        {"[submission]\npassword_file = \"/x\"\n",
         "2: submission.password_file: needs the key user beside it"},
        {"[submission]\nhost = \"a.example\"\nuser = \"x\"\npassword_file = \"/x\"\n",
         "3: submission.user: needs start_tls = true beside it, or a host that is this machine"},
        {"[submission]\npassword = \"secret\"\n", "2: submission.password: must not stand here"},
        {"[submission]\nseconds = 601\n", "2: submission.seconds: must be"},
    };
    expect_faults(mistakes);
    EXPECT_EQ(parse_site_config("[submission]\npassword = \"secret\"\n", path).error().text.find("\"secret"),
              std::string::npos);
}

TEST(MilterTable, HasTheDefaultsOfTheManual) {
    const MilterPolicy policy = config_of("").milter;
    EXPECT_EQ(policy.socket, "unix:/run/columbarium-milter/milter");
    EXPECT_EQ(policy.on_error, MilterPolicy::OnError::tempfail);
    EXPECT_EQ(policy.forwarding, MilterPolicy::Forwarding::rewrite);
    EXPECT_EQ(policy.mixed, MilterPolicy::Mixed::report);
    EXPECT_EQ(policy.connections, 16U);
}

TEST(MilterTable, ReadsAllKeys) {
    const MilterPolicy policy =
        config_of("[milter]\nsocket = \"inet:8891@127.0.0.1\"\non_error = \"accept\"\n"
                  "forwarding = \"leave\"\nmixed = \"drop\"\nconnections = 4\n")
            .milter;
    EXPECT_EQ(policy.socket, "inet:8891@127.0.0.1");
    EXPECT_EQ(policy.on_error, MilterPolicy::OnError::accept);
    EXPECT_EQ(policy.forwarding, MilterPolicy::Forwarding::leave);
    EXPECT_EQ(policy.mixed, MilterPolicy::Mixed::drop);
    EXPECT_EQ(policy.connections, 4U);
    for (const char* socket : {"local:/run/milter", "inet6:8891@::1", "inet6:8891@[::1]", "inet:1@localhost"})
        EXPECT_EQ(config_of(std::string("[milter]\nsocket = \"") + socket + "\"\n").milter.socket, socket);
}

TEST(MilterTable, NamesLineAndKeyOfMistakes) {
    const Mistake mistakes[] = {
        {"[milter]\nsockets = \"x\"\n", "2: milter.sockets: unknown key; did you mean \"socket\"?"},
        {"[milter]\nsocket = \"/run/milter\"\n", "2: milter.socket: must be \"unix:/path/of/socket\""},
        {"[milter]\nsocket = \"unix:milter\"\n", "2: milter.socket: must be absolute"},
        {"[milter]\nsocket = \"inet:x@localhost\"\n", "2: milter.socket: must have a port"},
        {"[milter]\nsocket = \"inet:0@localhost\"\n", "2: milter.socket: must have a port"},
        {"[milter]\nsocket = \"inet:65536@localhost\"\n", "2: milter.socket: must have a port"},
        {"[milter]\nsocket = \"inet:8891\"\n", "2: milter.socket: must name the host beside the port"},
        {"[milter]\nsocket = \"inet:8891@a b\"\n", "2: milter.socket: has a host that is none"},
        {"[milter]\non_error = \"reject\"\n", "2: milter.on_error: "},
        {"[milter]\nforwarding = \"yes\"\n", "2: milter.forwarding: "},
        {"[milter]\nmixed = \"bounce\"\n", "2: milter.mixed: "},
        {"[milter]\nconnections = 0\n", "2: milter.connections: must be"},
        {"[milter]\nconnections = 257\n", "2: milter.connections: must be"},
    };
    expect_faults(mistakes);
}

} // namespace
} // namespace columbarium::config
