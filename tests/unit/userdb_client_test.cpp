// SPDX-License-Identifier: LGPL-2.1-or-later
// The client of Dovecot's userdb against servers that misbehave; a real one is asked in other tests.
#include <optional>
#include <string>
#include <vector>

#include "wire/userdb_client.hpp"
#include "wire/userdb_protocol.hpp"
#include "wire_client_fixture.hpp"

namespace columbarium::wire {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* greeting = "VERSION\t1\t1\nSPID\t4711\n";

// The next line of a client, without its end; nothing when he has gone.
std::optional<std::string> read_line(const test::Peer& peer) {
    std::string line;
    for (char c = 0; recv(peer.socket(), &c, 1, 0) == 1;) {
        if (c == '\n')
            return line;
        line += c;
    }
    return std::nullopt;
}

// What follows the command's word: the number of the request.
std::string id_of(const std::string& line) {
    const std::size_t begin = line.find('\t') + 1;
    return line.substr(begin, line.find('\t', begin) - begin);
}

class UserdbSocket : public ::testing::Test {
  protected:
    // Greets one client, reads his question, answers with these octets ("ID" stands for the number of the
    // request), and closes the connection or waits.
    std::string failure_of(const std::string& hello, const std::string& answer, bool closes,
                           Clock::time_point deadline = in_good_time()) const {
        const test::UnixListener listener(path);
        std::promise<void> is_done;
        Server server([&] {
            test::Peer peer = listener.accept();
            peer.write(hello);
            static_cast<void>(read_line(peer));
            const auto question = read_line(peer);
            std::string octets = answer;
            if (const std::size_t at = octets.find("ID"); question && at != std::string::npos)
                octets.replace(at, 2, id_of(*question));
            peer.write(octets);
            if (!closes)
                is_done.get_future().wait();
        });
        UserdbClient client(path);
        const auto user = client.look_up("ann", deadline);
        is_done.set_value();
        server.finish();
        EXPECT_THAT(connections_to(path), IsEmpty());
        std::filesystem::remove(path);
        if (user) {
            ADD_FAILURE() << answer << ": a reply";
            return {};
        }
        EXPECT_EQ(user.error().kind, ErrorKind::temporary);
        EXPECT_THAT(user.error().text, StartsWith(path + ": "));
        return user.error().text;
    }

    test::ScratchFolder folder;
    const std::string path = folder / "userdb";
};

TEST_F(UserdbSocket, IsAskedOverOneConnection) {
    const test::UnixListener listener(path);
    std::vector<std::string> lines;
    Server server([&] {
        test::Peer peer = listener.accept();
        peer.write(greeting);
        lines.push_back(*read_line(peer));
        for (const char* answer : {"\tann@example.org\tuid=1000\tgid=1000\thome=/h\n", "\n", "\tann\n"}) {
            lines.push_back(*read_line(peer));
            peer.write((*answer == '\n' ? "NOTFOUND\t" : "USER\t") + id_of(lines.back()) + answer);
        }
    });
    UserdbClient client(path);
    const auto known = client.look_up("ann", in_good_time());
    ASSERT_TRUE(known && *known);
    EXPECT_EQ((*known)->name, "ann@example.org");
    EXPECT_EQ((*known)->uid, 1000U);
    const auto unknown = client.look_up("bob", in_good_time());
    ASSERT_TRUE(unknown);
    EXPECT_FALSE(*unknown);
    const auto without_uid = client.look_up("ann", in_good_time());
    ASSERT_TRUE(without_uid && *without_uid);
    EXPECT_EQ((*without_uid)->uid, std::nullopt);
    server.finish();
    EXPECT_THAT(lines, ElementsAre("VERSION\t1\t0", "USER\t1\tann\tservice=columbarium",
                                   "USER\t2\tbob\tservice=columbarium", "USER\t3\tann\tservice=columbarium"));
}

TEST_F(UserdbSocket, ListsAllUsers) {
    const test::UnixListener listener(path);
    Server server([&] {
        test::Peer peer = listener.accept();
        peer.write(greeting);
        static_cast<void>(read_line(peer));
        const std::string id = id_of(*read_line(peer));
        for (int i = 0; i < 10'000; ++i)
            peer.write("LIST\t" + id + "\tuser" + std::to_string(i) + "\n");
        peer.write("LIST\t" + id + "\ta\001tb\001\061c\nDONE\t" + id + "\t\n");
    });
    UserdbClient client(path);
    std::vector<std::string> names;
    const auto done = client.list([&](std::string_view name) { names.emplace_back(name); }, in_good_time());
    EXPECT_TRUE(done) << done.error().text;
    server.finish();
    ASSERT_EQ(names.size(), 10'001U);
    EXPECT_EQ(names[9'999], "user9999");
    EXPECT_EQ(names.back(), "a\tb\001c");
}

TEST_F(UserdbSocket, DoesNotTakeAPartOfTheListForAllOfIt) {
    for (const char* end : {"DONE\t1\tfail\n", "", "FAIL\t1\n", "LIST\t1\n"}) {
        const test::UnixListener listener(path);
        Server server([&] {
            test::Peer peer = listener.accept();
            peer.write(greeting);
            static_cast<void>(read_line(peer));
            static_cast<void>(read_line(peer));
            peer.write(std::string("LIST\t1\tann\n") + end);
        });
        UserdbClient client(path);
        const auto done = client.list([](std::string_view) {}, in_good_time());
        EXPECT_FALSE(done) << end;
        server.finish();
        std::filesystem::remove(path);
    }
}

TEST_F(UserdbSocket, ConnectsAnewWhereTheServerHasClosedTheConnection) {
    const test::UnixListener listener(path);
    Server server([&] {
        for (int i = 0; i < 3; ++i) {
            test::Peer peer = listener.accept();
            peer.write(greeting);
            static_cast<void>(read_line(peer));
            peer.write("NOTFOUND\t" + id_of(*read_line(peer)) + "\n");
        }
    });
    UserdbClient client(path);
    for (int i = 0; i < 3; ++i) {
        const auto user = client.look_up("ann", in_good_time());
        EXPECT_TRUE(user) << user.error().text;
    }
    server.finish();
}

TEST_F(UserdbSocket, SaysWhatIsWrongWithTheServer) {
    EXPECT_THAT(failure_of(greeting, "FAIL\tID\treason=the database is away\n", true),
                HasSubstr("look-up failed: the database is away"));
    EXPECT_THAT(failure_of(greeting, "FAIL\tID\n", true), HasSubstr("look-up failed"));
    EXPECT_THAT(failure_of(greeting, "", true), HasSubstr("without a reply"));
    EXPECT_THAT(failure_of(greeting, "USER\tID\tann", true), HasSubstr("the server closed"));
    EXPECT_THAT(failure_of(greeting, "NOTFOUND\t99999999\n", true), HasSubstr("nobody had asked"));
    EXPECT_THAT(failure_of(greeting, "USER\tID\n", true), HasSubstr("no line of the userdb protocol"));
    EXPECT_THAT(failure_of(greeting, "USER\tID\tann\tuid=-1\n", true), HasSubstr("no line of"));
    EXPECT_THAT(failure_of(greeting, "PASS\tID\tann\n", true), HasSubstr("of the kind userdb?"));
    EXPECT_THAT(failure_of(greeting, "DONE\tID\t\n", true), HasSubstr("none to a look-up"));
    EXPECT_THAT(failure_of(greeting, std::string(100'000, 'x'), false), HasSubstr("too long"));
    EXPECT_THAT(failure_of("VERSION\t2\t0\nSPID\t1\n", "NOTFOUND\tID\n", true), HasSubstr("version 1"));
    EXPECT_THAT(failure_of("SPID\t1\n", "NOTFOUND\tID\n", true), HasSubstr("version 1"));
    EXPECT_THAT(failure_of("VERSION\t1\t2\nMECH\tPLAIN\n", "", true), HasSubstr("of the kind userdb?"));
    EXPECT_THAT(failure_of("* OK IMAP\r\n", "", true), HasSubstr("no line of the userdb protocol"));
}

TEST_F(UserdbSocket, IsWaitedForUntilTheDeadline) {
    EXPECT_THAT(failure_of("", "", false, soon()), HasSubstr("the deadline passed before a reply came"));
    EXPECT_THAT(failure_of(greeting, "USER\tID\tann", false, soon()), HasSubstr("the deadline passed"));
}

TEST_F(UserdbSocket, MayNotBeThere) {
    UserdbClient client(path);
    const auto user = client.look_up("ann", in_good_time());
    ASSERT_FALSE(user);
    EXPECT_EQ(user.error().kind, ErrorKind::temporary);
    EXPECT_THAT(user.error().text, HasSubstr("nobody listens there"));
}

TEST_F(UserdbSocket, IsNotAskedForNamesThatNobodyHas) {
    UserdbClient client(path);
    for (const std::string& name : {std::string(), std::string("a\tb"), std::string("a\nUSER\t2\tb"),
                                    std::string("a\0b", 3), std::string(longest_userdb_name + 1, 'x')}) {
        const auto user = client.look_up(name, in_good_time());
        ASSERT_FALSE(user);
        EXPECT_EQ(user.error().kind, ErrorKind::permanent);
    }
}

} // namespace
} // namespace columbarium::wire
