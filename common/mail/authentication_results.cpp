// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/authentication_results.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "mail/structured_field.hpp"

namespace columbarium::mail {

namespace {

// tspecials of RFC 2045 section 5.1, and what separates words here.
bool ends_word(char c) {
    return is_space(c) || c == ';' || c == '(' || c == '"';
}

// Reads a field's body from left to right.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    // Whether a comment or quoted text was never closed.
    [[nodiscard]] bool is_broken() const { return is_broken_; }

    [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

    void pass_blanks() { is_broken_ |= !mail::pass_blanks(rest_); }

    bool take(char wanted) {
        if (rest_.empty() || rest_.front() != wanted)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    // A quoted text, or what stands before the next of `stops` and whatever else ends a word; "" for nothing.
    std::string take_value(std::string_view stops) {
        if (!rest_.empty() && rest_.front() == '"')
            return take_quoted();
        std::size_t length = 0;
        while (length < rest_.size() && !ends_word(rest_[length]) &&
               stops.find(rest_[length]) == std::string_view::npos)
            ++length;
        std::string value(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return value;
    }

    // Passes what is left of a result, up to the ";" behind it.
    void pass_result() {
        while (!rest_.empty() && rest_.front() != ';') {
            if (rest_.front() == '"')
                static_cast<void>(take_quoted());
            else if (rest_.front() == '(')
                pass_blanks();
            else
                rest_.remove_prefix(1);
        }
    }

  private:
    std::string take_quoted() {
        std::string value;
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\' && rest_.size() > 1)
                rest_.remove_prefix(1);
            value += rest_.front();
            rest_.remove_prefix(1);
        }
        is_broken_ |= rest_.empty();
        if (!rest_.empty())
            rest_.remove_prefix(1);
        return value;
    }

    std::string_view rest_;
    bool is_broken_ = false;
};

bool is_keyword(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    });
}

// propspec, or reasonspec, which is not kept. False where it is neither.
bool read_property(Scanner& scanner, AuthenticationResult& result) {
    AuthenticationProperty property;
    property.name = to_lower(scanner.take_value("=."));
    scanner.pass_blanks();
    if (scanner.take('.')) {
        scanner.pass_blanks();
        property.type = std::exchange(property.name, to_lower(scanner.take_value("=")));
        scanner.pass_blanks();
        if (!is_keyword(property.type))
            return false;
    }
    if (!is_keyword(property.name) || !scanner.take('='))
        return false;
    scanner.pass_blanks();
    property.value = scanner.take_value("");
    // A local part in quotes: "fred"@example.com.
    if (scanner.take('@'))
        property.value += '@' + scanner.take_value("");
    if (property.type.empty() && property.name == "reason")
        return true;
    if (result.properties.size() < authentication_results_limit)
        result.properties.push_back(std::move(property));
    return true;
}

// resinfo behind its ";". Nothing where it cannot be read, and for "none".
std::optional<AuthenticationResult> read_result(Scanner& scanner) {
    AuthenticationResult result;
    result.method = to_lower(scanner.take_value("=/"));
    scanner.pass_blanks();
    if (scanner.take('/')) {
        scanner.pass_blanks();
        if (scanner.take_value("=") != "1")
            return std::nullopt;
        scanner.pass_blanks();
    }
    if (!is_keyword(result.method) || !scanner.take('='))
        return std::nullopt;
    scanner.pass_blanks();
    result.result = to_lower(scanner.take_value("="));
    if (!is_keyword(result.result))
        return std::nullopt;
    for (scanner.pass_blanks(); !scanner.is_at_end() && !scanner.take(';'); scanner.pass_blanks())
        if (!read_property(scanner, result))
            return std::nullopt;
    return result;
}

std::string domain_of(std::string_view address) {
    const std::size_t at = address.rfind('@');
    return to_lower(at == std::string_view::npos ? address : address.substr(at + 1));
}

// The domain (lower case) that a result speaks of, "" for none.
std::string domain_of(const AuthenticationResult& result) {
    return domain_of(result.method == "spf" ? result.property("smtp", "mailfrom")
                                            : result.property("header", "from"));
}

} // namespace

std::string_view AuthenticationResult::property(std::string_view of_type, std::string_view of_name) const {
    for (const AuthenticationProperty& known : properties)
        if (known.type == of_type && known.name == of_name)
            return known.value;
    return {};
}

std::optional<AuthenticationResults> parse_authentication_results(std::string_view field_body) {
    Scanner scanner(field_body);
    AuthenticationResults parsed;
    scanner.pass_blanks();
    parsed.authserv_id = scanner.take_value("=");
    scanner.pass_blanks();
    if (parsed.authserv_id.empty())
        return std::nullopt;
    const std::string version = scanner.take_value("");
    if (!version.empty() && version != "1")
        return std::nullopt;
    scanner.pass_blanks();
    if (!scanner.is_at_end() && !scanner.take(';'))
        return std::nullopt;
    while (!scanner.is_at_end() && parsed.results.size() < authentication_results_limit) {
        scanner.pass_blanks();
        if (scanner.take(';'))
            continue;
        if (std::optional<AuthenticationResult> result = read_result(scanner))
            parsed.results.push_back(std::move(*result));
        else
            scanner.pass_result();
    }
    return scanner.is_broken() ? std::nullopt : std::optional(std::move(parsed));
}

std::vector<std::string> proved_domains(const HeaderFields& header,
                                        const std::vector<std::string>& authserv_ids,
                                        std::string_view method) {
    using Told = std::set<std::pair<std::string, std::string>>; // authserv-id, domain
    Told passed;
    Told failed;
    for (const HeaderField& field : header.fields()) {
        if (!equals_ignoring_case(field.name, "Authentication-Results"))
            continue;
        const std::optional<AuthenticationResults> parsed = parse_authentication_results(field.raw);
        if (!parsed || std::ranges::none_of(authserv_ids, [&parsed](const std::string& trusted) {
                return equals_ignoring_case(trusted, parsed->authserv_id);
            }))
            continue;
        for (const AuthenticationResult& result : parsed->results)
            if (std::string domain = domain_of(result); result.method == method && !domain.empty())
                (result.result == "pass" ? passed : failed)
                    .emplace(to_lower(parsed->authserv_id), std::move(domain));
    }
    std::vector<std::string> domains;
    for (const auto& told : passed)
        if (!failed.contains(told))
            domains.push_back(told.second);
    return domains;
}

} // namespace columbarium::mail
