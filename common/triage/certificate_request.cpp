// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/certificate_request.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <re2/re2.h>

#include "base/ascii.hpp"
#include "triage/notice.hpp"

namespace columbarium::triage {

namespace {

// Octets of a file that is looked into, and files.
constexpr std::size_t request_limit = 64 * 1024;
constexpr std::size_t file_limit = 50;

// In each PEM request.
constexpr std::string_view pem_words = "CERTIFICATE REQUEST-----";

// RFC 7468 section 7: "CERTIFICATE REQUEST"; older programs write "NEW" before it. Editors put a byte order
// mark in front of a file, people indent what they paste.
const RE2& pem_request() {
    static const RE2* const pattern =
        new RE2("(?m)^\\x{FEFF}?[ \\t]*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----[ \\t\\r]*\\n"
                "(?:[ \\t\\r]*\\n|[ \\t]*[A-Za-z-]+: [^\\n]*\\n)*" // headers and blank lines of programs that
                                                                   // write them
                "[ \\t]*MI[A-Za-z0-9+/]"); // how the DER of a SEQUENCE of its size begins
    return *pattern;
}

bool holds_pem(std::string_view text) {
    // The words first: the search for them costs next to nothing.
    return text.find(pem_words) != std::string_view::npos &&
           RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pem_request());
}

bool is_der_request(std::string_view octets) {
    ERR_set_mark();
    const auto* at = reinterpret_cast<const unsigned char*>(octets.data()); // NOLINT: octets
    X509_REQ* request = d2i_X509_REQ(nullptr, &at, static_cast<long>(octets.size()));
    X509_REQ_free(request);
    ERR_pop_to_mark();
    return request != nullptr;
}

// RFC 5967, RFC 8551 section 3.7, and the names before them.
bool is_request_type(std::string_view type) {
    return type == "application/pkcs10" || type == "application/x-pkcs10" ||
           type == "application/certificate-request" || type == "application/x-certificate-request";
}

// Whether a file of this name may hold a request. Many send it as a text.
bool may_be_request(std::string_view name) {
    for (const std::string_view ending : {".csr", ".p10", ".req", ".certSigningRequest", ".pem", ".txt"})
        if (name.size() > ending.size() &&
            equals_ignoring_case(name.substr(name.size() - ending.size()), ending))
            return true;
    return false;
}

std::optional<Finding> of_parts(std::span<const mail::Part> parts) {
    int inside = -1; // depth of the message inside the message that is passed over
    std::size_t files = 0;
    for (const mail::Part& part : parts) {
        if (inside >= 0 && part.depth() > inside)
            continue;
        inside = part.is_message() ? part.depth() : -1;
        if (part.is_multipart() || part.is_message())
            continue;
        if (is_request_type(part.content_type()))
            return Finding{"pkcs10", "media type"};
        if (!may_be_request(part.filename()) || ++files > file_limit)
            continue;
        const std::string content = part.content(request_limit);
        if (holds_pem(content) || is_der_request(content))
            return Finding{"pkcs10", "file name"};
    }
    return std::nullopt;
}

// What the author of a text has written, also between and below quoted lines. A line before those that ends
// in a colon says whom they are of: "On Monday Jane wrote:". Where nothing is quoted below it, what follows
// it is not the author's.
std::string own_text(std::string_view text) {
    std::string own;
    std::size_t last = 0; // where the last line with words begins
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        const std::string_view words = trim(line);
        if (words.starts_with('>')) {
            if (trim(std::string_view(own).substr(last)).ends_with(':'))
                own.resize(last);
            continue;
        }
        if (!words.empty())
            last = own.size();
        own.append(line).append("\n");
    }
    return own_words(own);
}

// The text with each run of blanks and line ends as one blank, in lower case: programs break lines where they
// like.
std::string squeezed(std::string_view text) {
    std::string result;
    for (const char c : text)
        if (!is_space(c))
            result += to_lower(c);
        else if (!result.empty() && result.back() != ' ')
            result += ' ';
    return result;
}

// Whether a text has the rarest words of the sentences below, which stand in one piece wherever lines break.
bool may_be_of_keychain_assistant(std::string_view text) {
    return std::ranges::any_of(
        std::array<std::string_view, 4>{"closure", "(CSR)", "CLOSURE", "(csr)"},
        [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Apple's keychain assistant writes these sentences.
bool is_of_keychain_assistant(std::string_view text) {
    const std::string words = squeezed(text);
    const auto says = [&words](std::string_view sentence) {
        return words.find(sentence) != std::string::npos;
    };
    return says("has sent you a certificate request. click the enclosure to complete the request.") ||
           (says("has sent you a certificate request") &&
            says("a certificate signing request (csr) is information generated by the computer"));
}

} // namespace

Expected<std::vector<Finding>> certificate_requests(mail::Message& message, const BodyText& body) {
    Expected<std::span<const mail::Part>> parts = message.head_parts();
    // A request may stand behind a picture.
    if (parts && !parts->empty() && parts->front().is_multipart())
        parts = message.all_parts();
    if (!parts)
        return tl::make_unexpected(parts.error());
    std::vector<Finding> findings;
    if (std::optional<Finding> attached = of_parts(*parts))
        findings.push_back(std::move(*attached));
    // Few texts may be one, even of those to people who hand out certificates.
    const bool may_hold_pem = findings.empty() && body.text.find(pem_words) != std::string::npos;
    const bool may_be_of_assistant = may_be_of_keychain_assistant(body.text);
    if (!may_hold_pem && !may_be_of_assistant)
        return findings;
    const std::string own = own_text(body.text);
    if (may_hold_pem && holds_pem(own))
        findings.push_back({"pkcs10", "PEM in the text"});
    if (may_be_of_assistant && is_of_keychain_assistant(own))
        findings.push_back({"keychain-assistant", "sentences of the text"});
    return findings;
}

} // namespace columbarium::triage
