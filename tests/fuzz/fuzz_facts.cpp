// SPDX-License-Identifier: LGPL-2.1-or-later
// A message to all its facts. The first octet chooses what the transport says of the sender: "0" the null
// reverse-path, "1" an address, else nothing; so a message as it stands is a good seed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mail/message.hpp"
#include "mail/source.hpp"
#include "triage/facts.hpp"

namespace {

using namespace columbarium;

mail::Envelope chosen_envelope(std::string_view& input) {
    mail::Envelope envelope;
    if (input.starts_with('0'))
        envelope.sender = "";
    else if (input.starts_with('1'))
        envelope.sender = "walter@example.com";
    else
        return envelope;
    input.remove_prefix(1);
    return envelope;
}

// What must hold for every message: facts that promise a value have one, the facts of failed recipients are
// as many as there are recipients, and each value has its rule.
void require(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    std::string_view input(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const mail::Envelope envelope = chosen_envelope(input);
    mail::StringSource source(input);
    mail::Message message(source, envelope);
    triage::Facts facts(message);
    std::size_t recipients = 0;
    for (const triage::FactInfo& info : triage::fact_registry()) {
        const auto values = facts.values(info.fact);
        require(values.has_value());
        for (const triage::Finding& finding : *values)
            require(!finding.rule.empty() || finding.value.empty());
        if (info.fact == triage::Fact::message_class || info.fact == triage::Fact::size)
            require(!values->empty());
        if (info.fact == triage::Fact::bounce_action)
            recipients = values->size();
        if (info.fact == triage::Fact::bounce_status || info.fact == triage::Fact::bounce_reason)
            require(values->size() == recipients);
    }
    return 0;
}
