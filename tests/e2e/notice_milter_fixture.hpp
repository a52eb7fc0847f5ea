// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of columbarium-milter: a site with people, the milter's process, and an SMTP server
// that takes all that is sent.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "rig/account.hpp"
#include "rig/directory.hpp"
#include "rig/process.hpp"
#include "rig/smtp_sink.hpp"
#include "store/store.hpp"
#include "tombstone/person.hpp"

namespace columbarium::e2e {

class NoticeMilterTest : public testing::Test {
  protected:
    NoticeMilterTest();
    ~NoticeMilterTest() override;

    // Writes the configuration: [milter] gets these lines, and behind it stand these tables.
    void configure(const std::string& milter = {}, const std::string& tables = {});
    // Starts the milter as the account of the rig; returns when it listens. configure() comes first, or is
    // done with nothing.
    void start();
    // Ends it with this signal.
    void stop(int signal = 15);
    // `columbarium-milter ARGUMENTS --config ...`.
    [[nodiscard]] rig::RunResult run(std::vector<std::string> arguments) const;

    // Runs statements in the store's file; the milter goes on.
    void change_store(const std::string& sql) const;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // libmilter's form.
    [[nodiscard]] std::string socket() const;
    [[nodiscard]] std::string log() const;
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
    [[nodiscard]] const rig::TemporaryDirectory& folder() const { return folder_; }

    // As another process has it.
    [[nodiscard]] store::Store& people();
    void put(tombstone::Person person);
    [[nodiscard]] static tombstone::Person somebody(const std::string& username,
                                                    const std::string& forwarding_address,
                                                    const std::string& tombstone_address,
                                                    bool has_departed = false);

    // "present" has his mail in hermes.example.org, the site's own; "traveller" at example.net; "departed"
    // and "gone" left an address, "silent" left none; "newcomer" is new; "closed" has unset his; "private"
    // left one, and discloses nothing.
    void put_everybody();

    // The store cannot be read any more, and can again.
    void take_store_away();
    void bring_store_back();

    // What has come to the sink for this recipient, after `count` messages have come in all.
    [[nodiscard]] std::vector<rig::SentMessage> sent_to(const std::string& recipient, std::size_t count);

    rig::SmtpSink sink;
    std::vector<std::string> environment; // of the milter: "NAME=value"

    static constexpr const char* writer = "writer@example.com";
    static constexpr const char* present = "present@cam.example.org";
    static constexpr const char* traveller = "traveller@cam.example.org";
    static constexpr const char* departed = "departed@cam.example.org";
    static constexpr const char* gone = "gone@cam.example.org";
    static constexpr const char* silent = "silent@cam.example.org";
    static constexpr const char* newcomer = "newcomer@cam.example.org";
    static constexpr const char* closed = "closed@cam.example.org";
    static constexpr const char* discreet = "private@cam.example.org";
    static constexpr const char* nobody = "nobody@cam.example.org";

  private:
    [[nodiscard]] bool start_on(std::uint16_t port);

    rig::Account account_ = rig::server_account();
    rig::TemporaryDirectory folder_{account_};
    std::unique_ptr<store::Store> people_;
    std::string milter_;
    std::string tables_;
    std::uint16_t port_ = 8891;
    pid_t pid_ = -1;
};

} // namespace columbarium::e2e
