// SPDX-License-Identifier: LGPL-2.1-or-later
// The facts of the message that a Sieve instance works on.
//
// Pigeonhole keeps a pointer for us with each message (sieve_message_context_extension_set), but tells nobody
// when the message goes. So the facts live in the extension's context, which Pigeonhole does give back, one
// message at a time; and with the message stays only a mark, plain memory of the host, that says which facts
// are its own. All scripts of a delivery share the message, and so its facts. Where a script changes the
// message (editheader, a filter program) the facts are computed anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "triage/facts.hpp"

struct mail;
struct sieve_extension;
struct sieve_runtime_env;

namespace columbarium::sieve {

class MessageFacts;

// Belongs to one Sieve instance; not thread-safe.
class TriageContext {
  public:
    TriageContext();
    TriageContext(const TriageContext&) = delete; // the host holds a pointer to it
    TriageContext& operator=(const TriageContext&) = delete;
    ~TriageContext();

    // The facts of the message as it is now, by the site's policy. The pointer is good until the script runs
    // on. A temporary failure where the message or the site's configuration could not be read.
    [[nodiscard]] Expected<triage::Facts*> facts(const sieve_runtime_env* renv, const sieve_extension* ext);

    // Remembers that a test of a fact (of its name, in lower case) was true for the message that facts() gave
    // last.
    void note_match(const std::string& name);
    // Those names, each once, in the order in which they came; at most eight.
    [[nodiscard]] const std::vector<std::string>& matches() const { return matches_; }

    // Gives back what is kept of the message.
    void forget();

  private:
    std::unique_ptr<MessageFacts> current_;
    std::vector<std::string> matches_;
    std::uint64_t generation_ = 0; // counts the messages, so that a stale mark is told from a fresh one
};

} // namespace columbarium::sieve
