// SPDX-License-Identifier: LGPL-2.1-or-later
// The external lists of the user that a Sieve instance works for.
//
// A catalog keeps what it opened, and it is of one moment. So there is one for all scripts of a delivery, and
// in IMAP, where an instance lives as long as the client is connected, one for each script that runs. While a
// script is compiled there is another one: the compiler knows no message, and so fewer of the user's
// addresses.
#pragma once

#include <memory>

#include "base/expected.hpp"
#include "lists/catalog.hpp"

struct sieve_instance;
struct sieve_runtime_env;

namespace columbarium::sieve {

// Belongs to one Sieve instance; not thread-safe.
class ListContext {
  public:
    ListContext() = default;
    ListContext(const ListContext&) = delete; // the host holds a pointer to it
    ListContext& operator=(const ListContext&) = delete;

    // The catalog while a script runs; good until forget_run(). Warnings go to the host's log and to the
    // script's. Temporary failures only.
    [[nodiscard]] Expected<lists::Catalog*> running(const sieve_runtime_env* renv);

    // The catalog while a script is compiled; good until forget_compilation().
    [[nodiscard]] Expected<lists::Catalog*> compiling(sieve_instance* svinst);

    void forget_run() { running_.reset(); }
    void forget_compilation() { compiling_.reset(); }

  private:
    std::unique_ptr<lists::Catalog> running_;
    std::unique_ptr<lists::Catalog> compiling_;
    // Of the operation that asked last: where a warning belongs. The host keeps it as long as it runs.
    const sieve_runtime_env* renv_ = nullptr;
};

} // namespace columbarium::sieve
