// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of the triage desk as it is shipped: the scripts and tables of conf.d, with addresses
// filled in.
#pragma once

#include <filesystem>
#include <string>

#include "demo/shipped_configuration.hpp"
#include "rig/mail_test.hpp"

namespace columbarium::e2e {

class TriageDesk : public rig::MailTest {
  protected:
    TriageDesk() {
        options = demo::shipped_configuration(conf_d);
        options.submission_port = sink.port();
    }

    // Starts the server and installs the scripts, once; the verbs below do it.
    void open_desk();

    // Delivers a file of tests/mail to the desk, from whom its Return-Path names.
    void receive(const std::string& file);

    // The only message that went out, and that nothing else did.
    [[nodiscard]] rig::SentMessage only_forward();

    const std::filesystem::path conf_d = std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "conf.d";
    static constexpr const char* desk = "support@example.org";

  private:
    bool is_open_ = false;
};

} // namespace columbarium::e2e
