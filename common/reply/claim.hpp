// SPDX-License-Identifier: LGPL-2.1-or-later
// Who was told what: the right to reply is claimed in the store before a reply is sent, and confirmed when it
// was handed over. A process that dies in between leaves a claim that nobody confirms: the sender may or may
// not have been told, so nobody tells him again, and nobody drops his mail for having told him.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/reply_policy.hpp"

namespace columbarium::reply {

// A sender as he is remembered: mail::fold_address() of the reverse-path, with what changes from message to
// message taken off: a BATV tag ("prvs=1234abcdef=fred@x" is fred@x), the hashes and the time stamp of SRS
// ("SRS0=hash=tt=x.org=fred@y" is srs0=x.org=fred@y, "SRS1=hash=y==hash=tt=x.org=fred@z" is
// srs1=y==x.org=fred@z). The domain is always the one that a reply goes to: whoever forwards can name any
// address as the original one, and speaks for himself only.
// "" where it is no address. The key of a key is that key.
[[nodiscard]] COLUMBARIUM_API std::string sender_key(std::string_view reverse_path);

// The address that SRS and BATV say was there before them, in its folded form; the address itself where there
// is none of them, "" where it is no address. Anybody can claim any: good for objections only.
[[nodiscard]] std::string original_sender(std::string_view reverse_path);

struct Claim {
    std::string sender;              // sender_key()
    std::vector<std::string> people; // for whom: usernames, or names of desks; each once, at least one
    std::chrono::sys_seconds now;
    std::chrono::sys_seconds until; // now and the interval

    std::size_t per_hour = 0; // the caps of config::ReplyPolicy
    std::size_t per_domain_hour = 0;
    std::size_t per_sender_day = 0;

    friend bool operator==(const Claim&, const Claim&) = default;
};

// A claim with the policy's interval and caps.
[[nodiscard]] COLUMBARIUM_API Claim claim_of(std::string sender, std::vector<std::string> people,
                                             std::chrono::sys_seconds now, const config::ReplyPolicy& policy);

enum class ClaimState {
    granted, // this one may be told now, and is nobody else's to tell until `until`
    told,    // was told within the interval
    pending, // somebody has claimed, and not said what became of it
};

struct ClaimOutcome {
    std::vector<ClaimState> states; // one for each of Claim::people, in their order
    std::string cap; // the cap that was reached ("per_hour"), and then nothing is granted; "" for none
    friend bool operator==(const ClaimOutcome&, const ClaimOutcome&) = default;
};

// What becomes of granted claims. Their people only are named in the claim that goes with it.
enum class Settlement {
    confirm, // the reply was handed over
    release, // it was certainly not: somebody may try again
};

// "claim", "confirm", "release" with a Claim: the keys of the service's map `reply`, one JSON object.
struct ClaimRequest {
    enum class Kind { claim, confirm, release };
    Kind kind = Kind::claim;
    std::string user; // the login name of who asks for himself (LDA); "" for those who may ask for everybody
    Claim claim;
    friend bool operator==(const ClaimRequest&, const ClaimRequest&) = default;
};
[[nodiscard]] COLUMBARIUM_API std::string to_key(const ClaimRequest& request);
// A permanent failure says what is wrong: no object, a key that is missing, a time that is none, no people,
// more than 1,000 of them.
[[nodiscard]] COLUMBARIUM_API Expected<ClaimRequest> read_claim_request(std::string_view key);

// The map's values: to a claim its outcome, else "done".
[[nodiscard]] COLUMBARIUM_API std::string to_value(const ClaimOutcome& outcome);
[[nodiscard]] COLUMBARIUM_API Expected<ClaimOutcome> read_claim_outcome(std::string_view value);

} // namespace columbarium::reply
