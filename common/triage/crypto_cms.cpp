// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/crypto_cms.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/regular_file.hpp"
#include "mail/utf8.hpp"
#include "triage/crypto.hpp"

namespace columbarium::triage {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t certificate_file_limit = 1024 * 1024;
constexpr std::size_t issuer_limit = 400; // octets of a name, digits of a number that are shown

template <auto free_function>
struct Free {
    template <class T>
    void operator()(T* object) const {
        free_function(object);
    }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using ContentInfo = std::unique_ptr<CMS_ContentInfo, Free<CMS_ContentInfo_free>>;

// OpenSSL keeps what went wrong in a queue of the thread, and the host may look into it: what this file adds
// is taken off again.
class QuietErrors {
  public:
    QuietErrors() { ERR_set_mark(); }
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;
    ~QuietErrors() { ERR_pop_to_mark(); }
};

// Tags of ASN.1 (X.690) that stand here.
constexpr unsigned char integer_tag = 0x02;
constexpr unsigned char identifier_tag = 0x06;
constexpr unsigned char sequence_tag = 0x30;
constexpr unsigned char set_tag = 0x31;
constexpr unsigned char context_0_tag = 0xA0;

// A value with its tag. Where it is cut, or ends only where its end mark stands, the content is all that is
// there.
struct Value {
    unsigned char tag = 0;
    std::string_view whole;
    std::string_view content;
    bool is_cut = false;
    bool has_end_mark = false;
};

// Takes a value off the front of `rest`; nothing where none is there. Long forms of tags are not read.
std::optional<Value> take_value(std::string_view& rest) {
    const auto octet = [&rest](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
    if (rest.size() < 2 || (octet(0) & 0x1FU) == 0x1FU)
        return std::nullopt;
    Value value;
    value.tag = octet(0);
    std::size_t header = 2;
    std::uint64_t length = octet(1);
    if (length == 0x80) {
        value.has_end_mark = true;
    } else if (length > 0x80) {
        const std::size_t octets = length & 0x7FU;
        header += octets;
        length = 0;
        if (octets > 4 || rest.size() < header)
            return std::nullopt;
        for (std::size_t at = 2; at < header; ++at)
            length = length << 8U | octet(at);
    }
    value.is_cut = value.has_end_mark || length > rest.size() - header;
    value.content =
        rest.substr(header, value.is_cut ? std::string_view::npos : static_cast<std::size_t>(length));
    value.whole = rest.substr(0, header + value.content.size());
    rest.remove_prefix(value.whole.size());
    return value;
}

// The same where its tag is this one.
std::optional<Value> take_value(std::string_view& rest, unsigned char tag) {
    std::string_view after = rest;
    std::optional<Value> value = take_value(after);
    if (!value || value->tag != tag)
        return std::nullopt;
    rest = after;
    return value;
}

// ContentInfo (RFC 5652 section 3): the identifier of the type, and what stands in the content's SEQUENCE.
struct Opened {
    CmsContent content = CmsContent::nothing;
    std::string_view inside;
};

CmsContent content_of(std::string_view identifier) {
    constexpr std::pair<std::string_view, CmsContent> known[] = {
        {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"sv, CmsContent::signed_data},
        {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03"sv, CmsContent::enveloped},
        {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x06"sv, CmsContent::encrypted},
        {"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17"sv, CmsContent::enveloped},
        {"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x09"sv, CmsContent::compressed},
    };
    const auto* const found =
        std::ranges::find(known, identifier, &std::pair<std::string_view, CmsContent>::first);
    return found == std::end(known) ? CmsContent::nothing : found->second;
}

Opened open(std::string_view octets) {
    Opened opened;
    const auto info = take_value(octets, sequence_tag);
    if (!info)
        return opened;
    std::string_view rest = info->content;
    const auto identifier = take_value(rest, identifier_tag);
    if (!identifier)
        return opened;
    opened.content = content_of(identifier->content);
    const auto wrapper = take_value(rest, context_0_tag);
    std::string_view wrapped = wrapper ? wrapper->content : std::string_view{};
    if (const auto sequence = take_value(wrapped, sequence_tag))
        opened.inside = sequence->content;
    return opened;
}

// A value of these octets in DER.
std::string der(unsigned char tag, std::string_view content) {
    std::string value(1, static_cast<char>(tag));
    if (content.size() < 0x80) {
        value += static_cast<char>(content.size());
    } else {
        value += '\x84';
        for (unsigned shift = 32; shift > 0;) {
            shift -= 8;
            value += static_cast<char>(content.size() >> shift & 0xFFU);
        }
    }
    return value.append(content);
}

// One recipient as OpenSSL reads it: an EnvelopedData with this RecipientInfo and nothing encrypted. So one
// that it cannot read does not hide the others, and what is encrypted need not be there.
ContentInfo parse_recipient(std::string_view recipient) {
    constexpr std::string_view version = "\x02\x01\x02"sv;
    constexpr std::string_view encrypted_content = "\x30\x18"                                     // SEQUENCE
                                                   "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01" // data
                                                   "\x30\x0B\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2A"sv;
    const std::string enveloped =
        der(sequence_tag, std::string(version).append(der(set_tag, recipient)).append(encrypted_content));
    const std::string info = der(sequence_tag, der(identifier_tag, "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03"sv) +
                                                   der(context_0_tag, enveloped));
    const auto* at = reinterpret_cast<const unsigned char*>(info.data()); // NOLINT: octets
    return ContentInfo(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(info.size())));
}

// What was written to a memory BIO.
std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long octets = BIO_get_mem_data(bio, &data); // NOLINT: OpenSSL's macro casts
    return octets > 0 ? std::string(data, static_cast<std::size_t>(octets)) : std::string();
}

// "CN=x,O=y;1A2B"
std::string issuer_and_serial(const X509_NAME* issuer, const ASN1_INTEGER* serial) {
    const Bio bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), issuer, 0,
                       XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    std::string text = text_of(bio.get());
    if (text.size() > issuer_limit)
        text.resize(issuer_limit);
    const BigNumber number(ASN1_INTEGER_to_BN(serial, nullptr));
    const std::unique_ptr<char, Free<[](char* digits) { OPENSSL_free(digits); }>> digits(
        number ? BN_bn2hex(number.get()) : nullptr);
    return mail::valid_utf8(text).append(";").append(
        std::string_view(digits ? digits.get() : "").substr(0, issuer_limit));
}

std::string hexadecimal(const ASN1_OCTET_STRING* octets) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    const unsigned char* data = ASN1_STRING_get0_data(octets);
    const auto count = std::min(static_cast<std::size_t>(ASN1_STRING_length(octets)), issuer_limit);
    for (std::size_t at = 0; at < count; ++at) {
        text += digits[data[at] >> 4U];
        text += digits[data[at] & 15U];
    }
    return text;
}

// Adds a recipient that is named by issuer and serial number, or by a subject key id.
void add(CmsRecipients& result, const ASN1_OCTET_STRING* key_id, const X509_NAME* issuer,
         const ASN1_INTEGER* serial) {
    if (result.recipients.size() >= key_recipient_limit)
        result.is_complete = false;
    else if (issuer != nullptr && serial != nullptr)
        result.recipients.push_back(issuer_and_serial(issuer, serial));
    else if (key_id != nullptr)
        result.recipients.push_back(hexadecimal(key_id));
    else
        result.has_others = true;
}

void add_transport(CmsRecipients& result, CMS_RecipientInfo* info, std::span<const Certificate> ours) {
    ASN1_OCTET_STRING* key_id = nullptr;
    X509_NAME* issuer = nullptr;
    ASN1_INTEGER* serial = nullptr;
    if (CMS_RecipientInfo_ktri_get0_signer_id(info, &key_id, &issuer, &serial) != 1) {
        result.has_others = true;
        return;
    }
    add(result, key_id, issuer, serial);
    result.has_ours = result.has_ours || std::ranges::any_of(ours, [info](const Certificate& certificate) {
                          return CMS_RecipientInfo_ktri_cert_cmp(info, certificate.get()) == 0;
                      });
}

void add_agreement(CmsRecipients& result, CMS_RecipientInfo* info, std::span<const Certificate> ours) {
    STACK_OF(CMS_RecipientEncryptedKey)* keys = CMS_RecipientInfo_kari_get0_reks(info);
    for (int at = 0; at < sk_CMS_RecipientEncryptedKey_num(keys); ++at) { // NOLINT: OpenSSL's macros cast
        CMS_RecipientEncryptedKey* key = sk_CMS_RecipientEncryptedKey_value(keys, at); // NOLINT
        ASN1_OCTET_STRING* key_id = nullptr;
        X509_NAME* issuer = nullptr;
        ASN1_INTEGER* serial = nullptr;
        if (CMS_RecipientEncryptedKey_get0_id(key, &key_id, nullptr, nullptr, &issuer, &serial) != 1) {
            result.has_others = true;
            continue;
        }
        add(result, key_id, issuer, serial);
        result.has_ours = result.has_ours || std::ranges::any_of(ours, [key](const Certificate& certificate) {
                              return CMS_RecipientEncryptedKey_cert_cmp(key, certificate.get()) == 0;
                          });
    }
}

Expected<void> read_certificates(std::vector<Certificate>& certificates, const std::string& path) {
    // Links are followed: the administrator names these files.
    const OpenedFile file = open_regular(AT_FDCWD, path, true);
    std::string text;
    int problem = file.error_number;
    if (problem == 0)
        problem = read_blocks(file.descriptor, certificate_file_limit, [&text](std::string_view block) {
            text.append(block);
            return true;
        });
    if (problem != 0)
        return temporary_failure(system_text(path, "cannot read the certificate", problem));
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    // Nobody is asked for a password: certificates have none.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    const std::size_t before = certificates.size();
    while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr))
        certificates.emplace_back(certificate);
    if (certificates.size() == before)
        return temporary_failure(path + ": no certificate in it; smime_certificates of [triage] wants "
                                        "files with certificates (PEM)");
    return {};
}

} // namespace

CmsContent cms_content(std::string_view octets) {
    Opened opened = open(octets);
    if (opened.content != CmsContent::signed_data)
        return opened.content;
    // Certificates alone have no digest algorithms, since they have no signer.
    take_value(opened.inside, integer_tag);
    const auto algorithms = take_value(opened.inside, set_tag);
    return algorithms && algorithms->content.empty() ? CmsContent::certificates : opened.content;
}

Expected<CmsRecipients> cms_recipients(std::string_view octets, std::span<const std::string> certificates) {
    const QuietErrors quiet;
    std::vector<Certificate> ours;
    for (const std::string& path : certificates)
        if (const Expected<void> read = read_certificates(ours, path); !read)
            return tl::make_unexpected(read.error());

    CmsRecipients result;
    std::string_view inside = open(octets).inside;
    take_value(inside, integer_tag);
    take_value(inside, context_0_tag); // who sends it, where that matters to the keys
    const auto set = take_value(inside, set_tag);
    if (!set)
        return result;
    result.is_complete = !set->is_cut || set->has_end_mark;
    std::string_view rest = set->content;
    for (std::size_t count = 0; !rest.empty(); ++count) {
        if (set->has_end_mark && rest.starts_with("\0\0"sv))
            return result;
        const std::optional<Value> value = take_value(rest);
        if (!value || value->is_cut || count == key_recipient_limit) {
            result.is_complete = false;
            return result;
        }
        const ContentInfo info = parse_recipient(value->whole);
        STACK_OF(CMS_RecipientInfo)* infos = info ? CMS_get0_RecipientInfos(info.get()) : nullptr;
        CMS_RecipientInfo* recipient =
            infos == nullptr ? nullptr
                             : sk_CMS_RecipientInfo_value(infos, 0); // NOLINT: OpenSSL's macro casts
        switch (recipient == nullptr ? -1 : CMS_RecipientInfo_type(recipient)) {
        case CMS_RECIPINFO_TRANS:
            add_transport(result, recipient, ours);
            break;
        case CMS_RECIPINFO_AGREE:
            add_agreement(result, recipient, ours);
            break;
        default:
            result.has_others = true;
        }
    }
    result.is_complete = result.is_complete && !set->has_end_mark;
    return result;
}

} // namespace columbarium::triage
