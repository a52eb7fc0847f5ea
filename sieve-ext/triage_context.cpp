// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage_context.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dovecot_source.hpp"
#include "mail/message.hpp"
#include "site.hpp"

#include "desk_place.hpp"
#include "ext_triage.hpp"

namespace columbarium::sieve {

namespace {

// Tests whose outcome explains a forward; a script that asks for more says no more by it.
constexpr std::size_t most_matches = 8;

// What stays with the message, in its own memory pool.
struct MessageMark {
    std::uint64_t generation;
};

// The state of a message: the host's view on it, and for a changed one the hash of its header. An edited
// header keeps its view, and nothing else tells that it was edited.
struct Version {
    const struct mail* view;
    std::size_t header_hash;
    bool operator==(const Version&) const = default;
};

Expected<Version> current_version(const sieve_runtime_env* renv) {
    struct mail* view = sieve_message_get_mail(renv->msgctx);
    if (view == renv->exec_env->msgdata->mail)
        return Version{view, 0};
    DovecotSource source(renv->msgctx);
    std::string header;
    const auto length = source.read(0, mail::header_limit, header);
    if (!length)
        return tl::make_unexpected(length.error());
    const std::size_t end = mail::HeaderFields(header).length();
    return Version{view, std::hash<std::string_view>()(std::string_view(header).substr(0, end))};
}

} // namespace

// Everything that is known of one message. Destroying it does not touch the host's message, which may be
// gone.
class MessageFacts {
  public:
    MessageFacts(const sieve_runtime_env* renv, Version version,
                 std::shared_ptr<const config::SiteConfig> site)
        : version_(version), site_(std::move(site)), source_(renv->msgctx),
          message_(source_, {reverse_path(renv->exec_env)}), facts_(message_, site_->triage) {}

    [[nodiscard]] const Version& version() const { return version_; }
    [[nodiscard]] triage::Facts& facts() { return facts_; }

  private:
    Version version_;
    std::shared_ptr<const config::SiteConfig> site_; // the facts go by its policy
    DovecotSource source_;
    mail::Message message_;
    triage::Facts facts_;
};

TriageContext::TriageContext() = default;
TriageContext::~TriageContext() = default;

Expected<triage::Facts*> TriageContext::facts(const sieve_runtime_env* renv, const sieve_extension* ext) {
    const auto version = current_version(renv);
    if (!version)
        return tl::make_unexpected(version.error());
    const auto* mark =
        static_cast<const MessageMark*>(sieve_message_context_extension_get(renv->msgctx, ext));
    const bool known = mark != nullptr && current_ != nullptr && mark->generation == generation_ &&
                       current_->version() == *version;
    if (!known) {
        auto site = site_config(renv->exec_env->svinst);
        if (!site)
            return tl::make_unexpected(site.error());
        current_ = std::make_unique<MessageFacts>(renv, *version, *std::move(site));
        matches_.clear();
        ++generation_;
        auto* fresh = p_new(sieve_message_context_pool(renv->msgctx), MessageMark, 1);
        fresh->generation = generation_;
        sieve_message_context_extension_set(renv->msgctx, ext, fresh);
    }
    return &current_->facts();
}

void TriageContext::note_match(const std::string& name) {
    if (matches_.size() < most_matches && std::ranges::find(matches_, name) == matches_.end())
        matches_.push_back(name);
}

void TriageContext::forget() {
    current_.reset();
    matches_.clear();
}

} // namespace columbarium::sieve
