// SPDX-License-Identifier: LGPL-2.1-or-later
#include "doveadm_fixture.hpp"

#include <filesystem>

namespace columbarium::e2e {

DoveadmTest::DoveadmTest() {
    options.users = {{"alice", ""}, {"bob", ""}};
    options.site_config = R"([lists.":addrbook:default"]
type = "vdir"
path = "~/contacts"

[lists."tag:example.org,2026:staff"]
type = "file"
path = "@directory@/staff"

[lists."tag:example.org,2026:down"]
type = "dict"
uri = "redis:host=127.0.0.1:port=1:password=hidden"
)";
}

rig::RunResult DoveadmTest::columbarium(const std::vector<std::string>& words, const std::string& format) {
    std::vector<std::string> arguments = {"-f", format, "columbarium"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return dovecot().tool("doveadm", arguments);
}

nlohmann::json DoveadmTest::rows(const rig::RunResult& result) {
    auto rows = nlohmann::json::parse(result.output, nullptr, false);
    if (rows.is_array())
        return rows;
    ADD_FAILURE() << "no rows: " << to_string(result);
    return nlohmann::json::array();
}

void DoveadmTest::write_card(const std::string& user, const std::string& uid, const std::string& name,
                             const std::string& address) {
    dovecot().write_file("home/" + user + "/contacts/" + uid + ".vcf", vcard(uid, name, address));
}

std::string DoveadmTest::write_private_file(const std::string& name, std::string_view text) {
    const auto path = dovecot().write_file(name, text);
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path.string();
}

std::string vcard(const std::string& uid, const std::string& name, const std::string& address) {
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + name + "\r\nN:" + name +
           ";;;;\r\nEMAIL:" + address + "\r\nEND:VCARD\r\n";
}

} // namespace columbarium::e2e
