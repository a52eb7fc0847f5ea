// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/crypto.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "triage/body_text.hpp"
#include "triage/crypto_armour.hpp"
#include "triage/crypto_cms.hpp"
#include "triage/crypto_openpgp.hpp"

namespace columbarium::triage {

namespace {

// S/MIME parts of a message whose recipients are read: each is compared with the policy's certificates.
constexpr std::size_t enveloped_part_limit = 20;

constexpr const char* smime_signed = "smime-signed";
constexpr const char* smime_encrypted = "smime-encrypted";
constexpr const char* pgp_signed = "pgp-signed";
constexpr const char* pgp_encrypted = "pgp-encrypted";

bool is_smime_signature(std::string_view type) {
    return type == "application/pkcs7-signature" || type == "application/x-pkcs7-signature";
}

bool is_smime(std::string_view type) {
    return type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime";
}

// Whether a file name has one of these endings, in lower case with the dot.
bool has_ending(std::string_view name, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [name](std::string_view ending) {
        return name.size() > ending.size() &&
               equals_ignoring_case(name.substr(name.size() - ending.size()), ending);
    });
}

// Whether a part is the signature of the message, or all of it, not of a file that is attached beside it: in
// a multipart/signed, or where a gateway made that a multipart/mixed, by the name that mail programs give it,
// or where it has none.
bool is_of_message(const mail::Part& part, std::span<const mail::Part> parts,
                   std::initializer_list<std::string_view> names) {
    if (part.parent() < 0)
        return false;
    if (parts[static_cast<std::size_t>(part.parent())].content_type() == "multipart/signed")
        return true;
    const std::string name = part.filename();
    return name.empty() || std::ranges::any_of(names, [&name](std::string_view known) {
               return equals_ignoring_case(name, known);
           });
}

// Reads the parts of one message and collects what they say.
class Reader {
  public:
    Reader(mail::Message& message, const config::TriagePolicy& policy) : message_(message), policy_(policy) {}

    Expected<Cryptography> read() {
        const Expected<std::span<const mail::Part>> parts = message_.head_parts();
        if (!parts)
            return tl::make_unexpected(parts.error());
        const Expected<std::uint64_t> size = message_.size();
        if (!size)
            return tl::make_unexpected(size.error());
        int inside = -1; // depth of the message inside the message that is passed over
        for (const mail::Part& part : *parts) {
            if (inside >= 0 && part.depth() > inside)
                continue;
            is_cut_ = *size > mail::head_limit && &part == &parts->back();
            inside = part.is_message() ? part.depth() : -1;
            if (const Expected<void> done = read_part(part, *parts); !done)
                return tl::make_unexpected(done.error());
        }
        if (awaits_data_)
            judge("unknown", "no encrypted part");
        if (has_armour_in_html_ && !has_armour_) {
            const Expected<BodyText> body = read_body_text(message_);
            if (!body)
                return tl::make_unexpected(body.error());
            read_text(body->text, body->text.size() >= body_text_limit);
        }
        return std::move(result_);
    }

  private:
    void add_kind(const char* kind, std::string rule) {
        const auto same = [kind](const Finding& finding) { return finding.value == kind; };
        if (std::ranges::none_of(result_.kinds, same))
            result_.kinds.push_back({kind, std::move(rule)});
    }

    void add_recipient(std::string value, const char* rule) {
        const auto same = [&value](const Finding& finding) { return finding.value == value; };
        if (result_.recipients.size() < key_recipient_limit && std::ranges::none_of(result_.recipients, same))
            result_.recipients.push_back({std::move(value), rule});
    }

    // Adds what is known of one encrypted part; of several the worst stays.
    void judge(const char* readable, const char* rule) {
        const auto badness = [](std::string_view value) {
            return value == "no" ? 2 : value == "unknown" ? 1 : 0;
        };
        if (result_.readable.empty())
            result_.readable.push_back({readable, rule});
        else if (badness(readable) > badness(result_.readable.front().value))
            result_.readable.front() = {readable, rule};
    }

    // What recipients say of one encrypted part.
    struct Recipients {
        bool has_ours = false;
        bool are_all_named = false; // nobody but those who are named can read it
        bool are_any = false;
        bool is_kind_listed = false; // the policy lists a key of this kind
    };

    void judge(const Recipients& recipients) {
        if (recipients.has_ours)
            judge("yes", "a recipient is one of the listed keys");
        else if (!recipients.is_kind_listed)
            judge("unknown", "no key of this kind is listed");
        else if (recipients.are_all_named && recipients.are_any)
            judge("no", "no recipient is one of the listed keys");
        else
            judge("unknown", "not all recipients are named");
    }

    void read_openpgp_data(const std::string& octets, const char* rule) {
        using Content = OpenPgpMessage::Content;
        const OpenPgpMessage data = read_openpgp(octets);
        switch (data.content) {
        case Content::encrypted:
            break;
        case Content::only_signed:
        case Content::compressed: // who compresses in text has signed before
            add_kind(pgp_signed, rule);
            return;
        case Content::nothing:
        case Content::literal:
            return;
        }
        add_kind(pgp_encrypted, rule);
        Recipients recipients;
        recipients.is_kind_listed = !policy_.openpgp_keys.empty();
        recipients.are_any = !data.recipients.empty();
        recipients.are_all_named = data.is_complete && !data.has_password;
        for (const OpenPgpKey& key : data.recipients) {
            recipients.are_all_named = recipients.are_all_named && !is_hidden(key);
            recipients.has_ours = recipients.has_ours || is_one_of(key, policy_.openpgp_keys);
            add_recipient(key.id, "session key packet");
        }
        judge(recipients);
    }

    void read_text(const std::string& text, bool is_cut) {
        for (const Armour& armour : find_armours(text, is_cut)) {
            has_armour_ = true;
            if (armour.kind == Armour::Kind::signed_text)
                add_kind(pgp_signed, "signed cleartext");
            else
                read_openpgp_data(armour.octets, "armour in the text");
        }
    }

    Expected<void> read_smime(const mail::Part& part, std::span<const mail::Part> parts) {
        // What was made before it was attached has a name of its own: an invoice that is signed, say. Its
        // signature is not the message's; that it is encrypted matters here as with OpenPGP.
        const bool is_file = part.parent() >= 0 && !is_of_message(part, parts, {"smime.p7m"});
        const std::string type = to_lower(part.parameter("smime-type"));
        const std::string octets = part.content(encrypted_head_limit);
        CmsContent content = cms_content(octets);
        const bool is_readable = content != CmsContent::nothing;
        if (type == "certs-only" || has_ending(part.filename(), {".p7c"}))
            content = CmsContent::certificates;
        else if (is_file && content != CmsContent::enveloped && content != CmsContent::encrypted)
            content = CmsContent::nothing;
        else if (!is_readable && type == "signed-data")
            content = CmsContent::signed_data;
        else if (!is_readable && type == "compressed-data")
            content = CmsContent::compressed;
        else if (!is_readable && is_smime(part.content_type()) && !octets.empty())
            content = CmsContent::encrypted; // nobody can tell, so nobody here can read it
        switch (content) {
        case CmsContent::nothing:
        case CmsContent::certificates:
        case CmsContent::compressed:
            return {};
        case CmsContent::signed_data:
            add_kind(smime_signed, is_readable ? "CMS signed-data" : "smime-type");
            return {};
        case CmsContent::encrypted:
            add_kind(smime_encrypted, is_readable ? "CMS encrypted-data" : "media type");
            judge("unknown", is_readable ? "no recipients in it" : "cannot be read");
            return {};
        case CmsContent::enveloped:
            break;
        }
        add_kind(smime_encrypted, "CMS enveloped-data");
        if (++enveloped_parts_ > enveloped_part_limit) {
            judge("unknown", "too many encrypted parts");
            return {};
        }
        Expected<CmsRecipients> known = cms_recipients(octets, policy_.smime_certificates);
        if (!known)
            return tl::make_unexpected(known.error());
        judge(Recipients{.has_ours = known->has_ours,
                         .are_all_named = known->is_complete && !known->has_others,
                         .are_any = !known->recipients.empty(),
                         .is_kind_listed = !policy_.smime_certificates.empty()});
        for (std::string& recipient : known->recipients)
            add_recipient(std::move(recipient), "recipient info");
        return {};
    }

    void search_text(const mail::Part& part) {
        const std::string content = part.content(mail::head_limit);
        if (content.find(armour_words) == std::string::npos)
            return;
        if (part.content_type() == "text/html")
            has_armour_in_html_ = true;
        else
            read_text(part.text(mail::head_limit), is_cut_);
    }

    // multipart/signed (RFC 1847) by its protocol; where that is missing its signature tells.
    void read_signed(const mail::Part& part) {
        const std::string protocol = to_lower(part.parameter("protocol"));
        if (protocol == "application/pgp-signature")
            add_kind(pgp_signed, "multipart/signed");
        else if (is_smime_signature(protocol))
            add_kind(smime_signed, "multipart/signed");
    }

    Expected<void> read_part(const mail::Part& part, std::span<const mail::Part> parts) {
        const std::string& type = part.content_type();
        if (awaits_data_ && !part.is_multipart() && type != "application/pgp-encrypted") {
            awaits_data_ = false;
            read_encrypted(part);
            return {};
        }
        if (type == "multipart/signed") {
            read_signed(part);
        } else if (type == "application/pgp-encrypted" ||
                   (type == "multipart/encrypted" &&
                    equals_ignoring_case(part.parameter("protocol"), "application/pgp-encrypted"))) {
            // PGP/MIME (RFC 3156 section 4): this part is its version, the next one holds the data. So, too,
            // where a gateway made the multipart/encrypted a multipart/mixed.
            add_kind(pgp_encrypted,
                     part.is_multipart() ? "multipart/encrypted" : "application/pgp-encrypted");
            awaits_data_ = true;
        } else if (is_smime_signature(type)) {
            if (is_of_message(part, parts, {"smime.p7s"}))
                add_kind(smime_signed, "signature part");
        } else if (type == "application/pgp-signature") {
            if (is_of_message(part, parts,
                              {"signature.asc", "OpenPGP_signature.asc", "OpenPGP_signature", "PGP.sig"}))
                add_kind(pgp_signed, "signature part");
        } else if (is_smime(type)) {
            return read_smime(part, parts);
        } else if (part.is_multipart() ? part.children() == 0 : is_text(part)) {
            search_text(part);
        } else if (!part.is_multipart() && !part.is_message()) {
            return read_file(part, parts);
        }
        return {};
    }

    static bool is_text(const mail::Part& part) {
        const std::string& type = part.content_type();
        // application/pgp: what some programs wrote before RFC 2015.
        return (type.starts_with("text/") || type == "application/pgp") && !part.is_attachment();
    }

    void read_encrypted(const mail::Part& part) {
        const std::string octets = without_armour(part.content(encrypted_head_limit));
        if (read_openpgp(octets).content == OpenPgpMessage::Content::encrypted)
            read_openpgp_data(octets, "application/pgp-encrypted");
        else
            judge("unknown", "cannot be read");
    }

    // Files by their names: S/MIME of a gateway that knows no better type (RFC 8551 section 3.9), and what
    // was encrypted before it was attached.
    Expected<void> read_file(const mail::Part& part, std::span<const mail::Part> parts) {
        const std::string name = part.filename();
        if (has_ending(name, {".p7m"}))
            return read_smime(part, parts);
        if (has_ending(name, {".p7s"}) && is_of_message(part, parts, {"smime.p7s"}))
            add_kind(smime_signed, "file name");
        if (has_ending(name, {".pgp", ".gpg", ".asc"})) {
            const std::string octets = without_armour(part.content(encrypted_head_limit));
            if (read_openpgp(octets).content == OpenPgpMessage::Content::encrypted)
                read_openpgp_data(octets, "attached file");
        }
        return {};
    }

    mail::Message& message_;
    const config::TriagePolicy& policy_;
    Cryptography result_;
    std::size_t enveloped_parts_ = 0;
    bool is_cut_ = false;      // whether there is more of this part than the message's head has
    bool awaits_data_ = false; // PGP/MIME whose data has not come yet
    bool has_armour_ = false;
    bool has_armour_in_html_ = false;
};

} // namespace

Expected<Cryptography> read_cryptography(mail::Message& message, const config::TriagePolicy& policy) {
    return Reader(message, policy).read();
}

} // namespace columbarium::triage
