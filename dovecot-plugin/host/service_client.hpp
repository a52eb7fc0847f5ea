// SPDX-License-Identifier: LGPL-2.1-or-later
// What the modules ask the service columbarium, which has the store.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "desk/bounce_record.hpp"
#include "reply/claim.hpp"
#include "tombstone/addressee.hpp"
#include "wire/client.hpp"

namespace columbarium::host {

// One connection, made at the first question and kept. A question takes five seconds at most; a service that
// is being replaced is waited for. All failures are temporary ones. Not thread-safe.
class ServiceClient {
  public:
    // For everybody's mail: the socket "columbarium-delivery" below Dovecot's base_dir.
    [[nodiscard]] static std::unique_ptr<ServiceClient> for_everybody(const std::string& base_dir);
    // For that of one user (his login name), as which the process runs: "columbarium-settings".
    [[nodiscard]] static std::unique_ptr<ServiceClient> for_user(const std::string& base_dir,
                                                                 std::string user);

    // Who is behind an address; nothing where mail to it is to be left alone: nobody whom the site knows, and
    // for a user all others.
    [[nodiscard]] Expected<std::optional<tombstone::Addressee>> addressee(std::string_view address);

    // Whether the last question had no answer at all: the next would wait as long.
    [[nodiscard]] bool fell_silent() const { return fell_silent_; }

    [[nodiscard]] Expected<reply::ClaimOutcome> claim(const reply::Claim& claim);
    [[nodiscard]] Expected<void> settle(const reply::Claim& granted, reply::Settlement settlement);

    // Counts a forward of the user through this channel. "" where it may go out; else the key of the limit
    // that is reached, and it was not counted.
    [[nodiscard]] Expected<std::string> count_forward(const std::string& channel);
    // Takes that back: it has not gone out.
    [[nodiscard]] Expected<void> give_back_forward(const std::string& channel);

    // Keeps what a bounce to the user says. False where so much was kept for him lately that this was not.
    [[nodiscard]] Expected<bool> record_bounces(std::vector<desk::BounceRecord> records);

  private:
    ServiceClient(const std::string& socket, std::string user) : client_(socket), user_(std::move(user)) {}

    [[nodiscard]] Expected<wire::Reply> ask(const std::string& map, std::string key);

    wire::Client client_;
    std::string user_; // "" for everybody
    bool fell_silent_ = false;
};

} // namespace columbarium::host
