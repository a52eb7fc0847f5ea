// SPDX-License-Identifier: LGPL-2.1-or-later
// Sends replies and reports, a bounded number at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <semaphore>
#include <string>

#include "config/submission_place.hpp"
#include "submission/submission.hpp"

namespace columbarium::milter {

class Mailer {
  public:
    // `most`: mails on their way at once, at most 256.
    Mailer(config::SubmissionPlace place, std::string password, std::size_t most);
    Mailer(const Mailer&) = delete; // threads wait on it
    Mailer& operator=(const Mailer&) = delete;

    // Hands over one mail with the null reverse-path. It waits at most place.seconds for its turn, and as
    // long again for the server. Where no connection could be made, nobody tries again for a second.
    [[nodiscard]] submission::Outcome hand_over(const std::string& recipient, const std::string& text);

  private:
    const config::SubmissionPlace place_;
    const std::string password_;
    std::counting_semaphore<256> turns_;

    std::mutex mutex_;
    std::chrono::steady_clock::time_point pause_; // until then there is no server
    submission::Outcome failure_;                 // which of them has found that
};

} // namespace columbarium::milter
