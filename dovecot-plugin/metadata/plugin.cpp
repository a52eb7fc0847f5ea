// SPDX-License-Identifier: LGPL-2.1-or-later
// lib95_imap_columbarium_plugin.so: a user's forwarding and tombstone addresses, and what replies may tell of
// him ("nothing", "address", "address-and-name"), as entries of IMAP METADATA (RFC 5464) on the server
// itself:
//   /private/vendor/vendor.columbarium/forwarding
//   /private/vendor/vendor.columbarium/tombstone
//   /private/vendor/vendor.columbarium/disclosure
// They are kept by the service, nowhere else. NIL, and an empty value, unset. The host sets the entries of
// one SETMETADATA one after the other: where the second is refused, the first has been set.
//
//   protocol imap { mail_plugins = $mail_plugins imap_columbarium }
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "guarded.hpp"
#include "service_question.hpp"
#include "tombstone/person.hpp"

#include "metadata_headers.hpp"

using namespace columbarium;

#define COLUMBARIUM_ENTRY __attribute__((visibility("default")))

#define COLUMBARIUM_VENDOR MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT_SERVER "vendor/vendor.columbarium/"

namespace {

using metadata::Answer;
using tombstone::OwnSetting;

constexpr const char* forwarding_key = COLUMBARIUM_VENDOR "forwarding";
constexpr const char* tombstone_key = COLUMBARIUM_VENDOR "tombstone";
constexpr const char* disclosure_key = COLUMBARIUM_VENDOR "disclosure";

OwnSetting setting_of(const char* key) {
    if (std::strcmp(key, tombstone_key) == 0)
        return OwnSetting::tombstone;
    return std::strcmp(key, disclosure_key) == 0 ? OwnSetting::disclosure : OwnSetting::forwarding;
}

// What the host's callbacks return.
constexpr int failed = -1;
constexpr int found = 1;
constexpr int done = 0; // of a read: there is no value

int refuse(mail_storage* storage, mail_error error, const std::string& text) {
    mail_storage_set_error(storage, error, text.c_str());
    return failed;
}

int unavailable(mail_storage* storage, const Answer& answer) {
    i_error("columbarium: %s", str_sanitize(answer.reason.c_str(), 512));
    return refuse(storage, MAIL_ERROR_UNAVAILABLE, answer.text);
}

// Whatever is thrown must leave an error behind: the host asks for it.
template <class Body>
int with_error(const char* where, mail_storage* storage, Body&& body) {
    bool has_ended = false;
    const int result = host::guarded(where, failed, [&] {
        const int returned = body();
        has_ended = true;
        return returned;
    });
    if (!has_ended)
        mail_storage_set_error(storage, MAIL_ERROR_TEMP, MAIL_ERRSTR_CRITICAL_MSG);
    return result;
}

Answer ask(mail_storage* storage, const char* key, std::optional<std::string> value) {
    const mail_user* user = mail_storage_get_user(storage);
    return metadata::ask_service(user->set->base_dir, {user->username, setting_of(key), std::move(value)});
}

int get_attribute(mailbox* box, const char* key, mail_attribute_value* value) {
    mail_storage* storage = mailbox_get_storage(box);
    return with_error("IMAP METADATA", storage, [=] {
        const Answer answer = ask(storage, key, std::nullopt);
        switch (answer.kind) {
        case Answer::Kind::value:
            if (answer.text.empty())
                return done;
            value->value = t_strdup(answer.text.c_str());
            return found;
        case Answer::Kind::nobody:
            return done;
        case Answer::Kind::refused:
            return refuse(storage, MAIL_ERROR_NOTPOSSIBLE, answer.text);
        case Answer::Kind::unavailable:
            break;
        }
        return unavailable(storage, answer);
    });
}

// True, with the text that was sent. False with an error where it is longer than an address (which all
// else that is kept is shorter than), or cannot be read. Blanks around an address are no fault, and count.
bool read_value(mail_storage* storage, const mail_attribute_value* value, std::string& text) {
    uoff_t size = 0;
    const char* content = value->value;
    if (value->value_stream != nullptr && i_stream_get_size(value->value_stream, true, &size) < 0) {
        refuse(storage, MAIL_ERROR_TEMP, MAIL_ERRSTR_CRITICAL_MSG);
        return false;
    }
    if (content != nullptr)
        size = std::strlen(content);
    if (size > tombstone::longest_address) {
        refuse(storage, MAIL_ERROR_LIMIT,
               "[METADATA MAXSIZE " + std::to_string(tombstone::longest_address) +
                   "] This is longer than any value of this entry can be");
        return false;
    }
    if (value->value_stream != nullptr && mailbox_attribute_value_to_string(storage, value, &content) < 0)
        return false;
    text = content == nullptr ? "" : content;
    return true;
}

int set_attribute(mailbox_transaction_context* transaction, const char* key,
                  const mail_attribute_value* value) {
    mail_storage* storage = mailbox_get_storage(mailbox_transaction_get_mailbox(transaction));
    return with_error("IMAP METADATA", storage, [=] {
        std::string text;
        if (!read_value(storage, value, text))
            return failed;
        const Answer answer = ask(storage, key, std::move(text));
        switch (answer.kind) {
        case Answer::Kind::value:
            return done;
        case Answer::Kind::nobody:
        case Answer::Kind::refused:
            return refuse(storage, MAIL_ERROR_PARAMS, answer.text);
        case Answer::Kind::unavailable:
            break;
        }
        return unavailable(storage, answer);
    });
}

mailbox_attribute_internal attribute(const char* key) {
    mailbox_attribute_internal described{};
    described.type = MAIL_ATTRIBUTE_TYPE_PRIVATE;
    described.key = key;
    described.rank = MAIL_ATTRIBUTE_INTERNAL_RANK_AUTHORITY;
    described.flags = MAIL_ATTRIBUTE_INTERNAL_FLAG_VALIDATED;
    described.get = get_attribute;
    described.set = set_attribute;
    return described;
}

std::array<mailbox_attribute_internal, 3> attributes() {
    return {attribute(forwarding_key), attribute(tombstone_key), attribute(disclosure_key)};
}

} // namespace

extern "C" {

// Compared with the host's own before anything is called. A pointer, as the host reads it.
extern COLUMBARIUM_ENTRY const char* const imap_columbarium_plugin_version;
const char* const imap_columbarium_plugin_version = DOVECOT_ABI_VERSION;

COLUMBARIUM_ENTRY void imap_columbarium_plugin_init();
COLUMBARIUM_ENTRY void imap_columbarium_plugin_deinit();

void imap_columbarium_plugin_init() {
    const auto all = attributes();
    mailbox_attribute_register_internals(all.data(), all.size());
}

void imap_columbarium_plugin_deinit() {
    const auto all = attributes();
    mailbox_attribute_unregister_internals(all.data(), all.size());
}
}
