// SPDX-License-Identifier: LGPL-2.1-or-later
// One LMTP connection: which of its recipients are ours, and what becomes of them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "config/site_config.hpp"
#include "deliver/notice.hpp"
#include "deliver/reply_line.hpp"
#include "deliver/site_in_force.hpp"
#include "host/service_client.hpp"
#include "tombstone/notice.hpp"

struct client;
struct istream;
struct smtp_address;
struct smtp_server_recipient;
struct smtp_server_transaction;

namespace columbarium::deliver {

class LmtpSender;

// What is to be done at RCPT.
struct RcptStep {
    enum class Kind {
        leave,  // to the host; its path may have been changed to the person's account
        accept, // it is ours, and waits for the message
        refuse, // with `reply`
    };
    Kind kind = Kind::leave;
    ReplyLine reply;
};

// A recipient's reply after DATA.
struct DataReply {
    smtp_server_recipient* recipient = nullptr;
    ReplyLine reply; // code 250, too
};

// Lives as long as the connection. Nothing of it is kept from one transaction to the next.
class LmtpSession {
  public:
    LmtpSession(client& connection, host::ServiceClient& service, SiteInForce& force)
        : connection_(connection), service_(service), force_(force) {}

    [[nodiscard]] RcptStep at_recipient(smtp_server_recipient& recipient);

    // Whether this recipient was accepted by us; the host knows nothing of him.
    [[nodiscard]] bool is_ours(const smtp_server_recipient* recipient) const {
        return ours_.contains(recipient);
    }

    [[nodiscard]] bool has_recipients() const { return !ours_.empty(); }

    // Decides on all that are ours, sends what is to be sent, and returns the replies. The stream is set
    // back.
    [[nodiscard]] std::vector<DataReply> at_end_of_data(const smtp_server_transaction& transaction,
                                                        istream* message);

    // The transaction is over.
    void reset();

  private:
    [[nodiscard]] Expected<void> read_site();
    [[nodiscard]] Expected<std::optional<tombstone::Addressee>> look_up(const std::string& username,
                                                                        const std::string& address);
    [[nodiscard]] const tombstone::Recipient* accepted_before(smtp_server_transaction& transaction,
                                                              smtp_server_recipient& recipient) const;
    [[nodiscard]] const tombstone::Recipient* accepted_there(const smtp_server_transaction& transaction,
                                                             const smtp_address* path) const;
    [[nodiscard]] RcptStep accept(const smtp_server_recipient& recipient, tombstone::Recipient found);
    // To the host. `names_original`: the client sent ORCPT.
    [[nodiscard]] RcptStep leave(smtp_server_recipient& recipient, const smtp_server_transaction& transaction,
                                 bool names_original);
    [[nodiscard]] RcptStep decide(smtp_server_recipient& recipient, const tombstone::Sender& sender,
                                  tombstone::Recipient found);
    [[nodiscard]] tombstone::Sender sender_of(const smtp_server_transaction& transaction) const;
    [[nodiscard]] Ending decide_all(const tombstone::Transaction& envelope, LmtpSender& sender,
                                    istream* input);

    client& connection_;
    host::ServiceClient& service_;
    SiteInForce& force_;
    std::shared_ptr<const config::SiteConfig> site_; // of this transaction
    std::map<const smtp_server_recipient*, tombstone::Recipient> ours_;
    // Whom the service was asked for in this transaction, by username: he is one and the same in all of it,
    // whatever changes meanwhile. The host lives through no recipient that is ours and its own.
    std::map<std::string, std::optional<tombstone::Addressee>> people_;
    bool has_accounts_ = false; // a path was changed in this transaction
    std::string trouble_;       // the service did not answer in this transaction: nobody waits for it again
};

} // namespace columbarium::deliver
