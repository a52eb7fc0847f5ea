// SPDX-License-Identifier: LGPL-2.1-or-later
// The test valid_ext_list of the extension extlists in real deliveries.
#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {
namespace {

class ValidExtList : public ExtlistsTest {
  protected:
    Flags flags_of(const std::string& text, const std::string& message) {
        use_script("user", script(text));
        deliver(message);
        return only_message("user").flags;
    }
};

TEST_F(ValidExtList, EL_53_EL_54_EL_57_IsTrueWhereAllNamesAreListsAndElseFalse) {
    write_lists();
    write_book();
    EXPECT_EQ(flags_of(R"(
        if valid_ext_list ":addrbook:default" { addflag "default"; }
        if valid_ext_list [":addrbook:default", "tag:example.com,2026:staff", ":addrbook:Friends"] { addflag "all"; }
        if valid_ext_list [":addrbook:default", "tag:example.com,2026:unknown"] { addflag "unknown"; }
        if valid_ext_list ":addrbook:no such group" { addflag "blank"; }
        if valid_ext_list ["mylist", ""] { addflag "no-uri"; }
        set "name" "staff";
        if valid_ext_list "tag:example.com,2026:${name}" { addflag "variable"; }
        set "name" "nobody";
        if valid_ext_list "tag:example.com,2026:${name}" { addflag "wrong-variable"; }
    )",
                       letter("Subject: x")),
              (Flags{"default", "all", "variable"}));
}

TEST_F(ValidExtList, EL_55_SaysWhatATestWithListDoes) {
    write_book();
    write_lists();
    const auto quoted = [](const char* name) { return "\"" + std::string(name) + "\""; };
    const auto expect = [&](const char* name, bool valid) {
        use_script("user", script("if valid_ext_list " + quoted(name) + " { addflag \"valid\"; }"));
        deliver(letter("Subject: valid"));
        EXPECT_EQ(mailbox("user").back().flags, valid ? Flags{"valid"} : Flags()) << name;
        // The field is not there: nothing but the name can be wrong.
        use_script("user",
                   script("if header :list \"x-absent\" " + quoted(name) + " { } addflag \"valid\";"));
        deliver(letter("Subject: header"));
        EXPECT_EQ(mailbox("user").back().flags, valid ? Flags{"valid"} : Flags()) << name;
    };
    for (const char* name : {":addrbook:default", ":ADDRBOOK:DeFauLt", ":addrbook:%44efault",
                             ":addrbook:personal", ":addrbook:myself", ":addrbook:friends",
                             ":addrbook:personal?label=Friends", "tag:example.com,2026:staff",
                             "tag:example.com,2026:missing", "urn:ietf:params:sieve:addrbook:default"})
        expect(name, true);
    for (const char* name : {":addrbook:enemies", ":addrbook:", ":addrbook", ":addrbook:a/b", ":frobnicate:x",
                             ":addrbook:personal?name.contains=fred", "mylist", "", "//x",
                             "tag:EXAMPLE.com,2026:staff", "urn:example:x", "https://example.com/list"})
        expect(name, false);
}

TEST_F(ValidExtList, EL_56_AnOutageDoesNotMakeANameInvalid) {
    write_lists();
    EXPECT_EQ(flags_of(R"(
        if valid_ext_list ["tag:example.com,2026:missing", "tag:example.com,2026:remote"] { addflag "valid"; })",
                       letter("Subject: x")),
              Flags{"valid"});
}

} // namespace
} // namespace columbarium::e2e
