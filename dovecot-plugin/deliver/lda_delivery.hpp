// SPDX-License-Identifier: LGPL-2.1-or-later
// One delivery of LDA to a user who is a person of the site.
#pragma once

#include <memory>
#include <string>

#include "base/expected.hpp"
#include "config/site_config.hpp"
#include "deliver/notice.hpp"
#include "deliver/submit.hpp"
#include "tombstone/notice.hpp"

struct mail_deliver_context;

namespace columbarium::deliver {

// What LDA is to do.
struct LdaStep {
    enum class Kind {
        leave, // deliver as it would have
        done,  // nothing more: the message was answered, sent on, refused by a report, or dropped
        defer, // a temporary failure with `text`
    };
    Kind kind = Kind::leave;
    std::string text;
};

class LdaDelivery {
  public:
    explicit LdaDelivery(mail_deliver_context& context) : context_(context) {}

    [[nodiscard]] LdaStep run();

  private:
    [[nodiscard]] Ending decide(const tombstone::Transaction& envelope, istream* input,
                                const config::SiteConfig& site, host::ServiceClient& service) const;
    [[nodiscard]] LdaStep carry_out(const tombstone::Transaction& envelope, const tombstone::Verdict& verdict,
                                    const config::SiteConfig& site, std::string& reason) const;
    [[nodiscard]] LdaStep forward(const tombstone::Transaction& envelope, const std::string& address,
                                  const config::SiteConfig& site, std::string& reason) const;
    [[nodiscard]] LdaStep report(const tombstone::Transaction& envelope, const std::string& refusal,
                                 const config::SiteConfig& site, std::string& reason) const;
    // nullptr where the message cannot be read.
    [[nodiscard]] istream* open_message() const;
    [[nodiscard]] Sent send(const Mail& mail) const;

    mail_deliver_context& context_;
};

} // namespace columbarium::deliver
