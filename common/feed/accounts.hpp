// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether people have an account in the mail system.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "config/people_policy.hpp"
#include "tombstone/lifecycle.hpp"

namespace columbarium::feed {

class Accounts {
  public:
    Accounts() = default;
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;
    virtual ~Accounts() = default;

    // Whether this person has one. Unknown where nobody answers; trouble() says why, the first time.
    [[nodiscard]] virtual tombstone::Account ask(const std::string& username) = 0;

    // Why the last unknown answer was one; "" where there was none.
    [[nodiscard]] virtual const std::string& trouble() const = 0;
};

// What policy.accounts names:
//   ""        everybody is unknown;
//   list:     the file's names, read once; a file that cannot be read, is empty, or changes while it is read:
//             everybody is unknown;
//   userdb:   Dovecot's auth socket. Where more than a few are asked about, all users are listed first (where
//   the
//             userdb can iterate): who is listed has an account; all others are looked up one by one. After
//             three failures in a row nobody is asked any more: unknown.
// A permanent failure for what is none of these.
[[nodiscard]] Expected<std::unique_ptr<Accounts>> open_accounts(const config::PeoplePolicy& policy);

} // namespace columbarium::feed
