// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/mailer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace columbarium::milter {

namespace {

constexpr std::chrono::seconds pause_after_failure{1};

// Given back whatever happens.
class Turn {
  public:
    explicit Turn(std::counting_semaphore<256>& turns) : turns_(turns) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { turns_.release(); }

  private:
    std::counting_semaphore<256>& turns_;
};

} // namespace

Mailer::Mailer(config::SubmissionPlace place, std::string password, std::size_t most)
    : place_(std::move(place)), password_(std::move(password)),
      turns_(static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(most, 1, 256))) {}

submission::Outcome Mailer::hand_over(const std::string& recipient, const std::string& text) {
    if (!turns_.try_acquire_for(std::chrono::seconds(place_.seconds)))
        return {submission::Outcome::Kind::not_now,
                "too many mails are on their way: [milter] connections is too small, or the server is slow"};
    const Turn turn(turns_);
    {
        const std::lock_guard lock(mutex_);
        if (std::chrono::steady_clock::now() < pause_)
            return failure_;
    }
    submission::Outcome outcome = submission::submit({"", recipient, text}, place_, password_);
    if (outcome.is_unreachable) {
        const std::lock_guard lock(mutex_);
        pause_ = std::chrono::steady_clock::now() + pause_after_failure;
        failure_ = outcome;
    }
    return outcome;
}

} // namespace columbarium::milter
