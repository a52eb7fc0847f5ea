// SPDX-License-Identifier: LGPL-2.1-or-later
// The Authentication-Results field (RFC 8601): what a mail system found out about who sent a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"
#include "mail/header_fields.hpp"

namespace columbarium::mail {

// Results of one field, and properties of one result, that are read; what follows is not looked at.
inline constexpr std::size_t authentication_results_limit = 100;

// "smtp.mailfrom=example.com": `type` "smtp", `name` "mailfrom", both in lower case; `value` as written,
// without quotes. Some systems write "action=none": `type` is "" then.
struct AuthenticationProperty {
    std::string type;
    std::string name;
    std::string value;
    friend bool operator==(const AuthenticationProperty&, const AuthenticationProperty&) = default;
};

// "spf=pass smtp.mailfrom=example.com"
struct AuthenticationResult {
    std::string method; // lower case, without a version
    std::string result; // lower case: "pass"
    std::vector<AuthenticationProperty> properties;
    friend bool operator==(const AuthenticationResult&, const AuthenticationResult&) = default;

    // The value of the first property of this type and name, or "".
    [[nodiscard]] COLUMBARIUM_API std::string_view property(std::string_view of_type,
                                                            std::string_view of_name) const;
};

struct AuthenticationResults {
    std::string authserv_id; // as written, without quotes
    std::vector<AuthenticationResult> results;
    friend bool operator==(const AuthenticationResults&, const AuthenticationResults&) = default;
};

// Reads a field's body (RFC 8601 section 2.2). Nothing where it has no authserv-id, an unknown version
// (section 2.2 wants such a field ignored), or a comment or quote that never ends. A single result that
// cannot be read is left out.
[[nodiscard]] COLUMBARIUM_API std::optional<AuthenticationResults>
parse_authentication_results(std::string_view field_body);

// The domains (lower case) that a mail system of these names has seen proved by a method: "spf" proves the
// one of smtp.mailfrom, "dmarc" the one of header.from. Names are compared without regard to ASCII case
// (section 2.5). Fields of all other systems may be anybody's, and are not looked at. Where one system says
// of one domain that it passed and that it did not, one of the two is forged: it is not proved.
[[nodiscard]] COLUMBARIUM_API std::vector<std::string>
proved_domains(const HeaderFields& header, const std::vector<std::string>& authserv_ids,
               std::string_view method);

} // namespace columbarium::mail
