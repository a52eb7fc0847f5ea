// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/ldap_connection.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::feed {

namespace {

bool is_temporary(int code) {
    return is_lost(code) || code == LDAP_BUSY || code == LDAP_UNAVAILABLE;
}

// libldap writes to connections that the directory has closed; the failure is told all the same.
void ignore_broken_pipes() {
    struct sigaction action {};
    if (::sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) { // NOLINT: a C union
        action.sa_handler = SIG_IGN;                                                   // NOLINT
        ::sigaction(SIGPIPE, &action, nullptr);
    }
}

} // namespace

std::string LdapEntry::name() const {
    const LdapPointer<char> name(ldap_get_dn(handle_, entry_));
    return name ? name.get() : "";
}

std::vector<std::string> LdapEntry::values(const std::string& attribute) const {
    std::vector<std::string> values;
    if (attribute.empty())
        return values;
    berval** const found = ldap_get_values_len(handle_, entry_, attribute.c_str());
    for (berval** value = found; value != nullptr && *value != nullptr; ++value)
        values.emplace_back((*value)->bv_val, (*value)->bv_len);
    ldap_value_free_len(found);
    return values;
}

std::string LdapEntry::value_in_name(const std::string& attribute) const {
    LDAPDN parts = nullptr;
    if (ldap_str2dn(name().c_str(), &parts, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || parts == nullptr)
        return {};
    std::string value;
    if (parts[0] != nullptr)
        for (LDAPAVA** pair = parts[0]; *pair != nullptr; ++pair)
            if (equals_ignoring_case({(*pair)->la_attr.bv_val, (*pair)->la_attr.bv_len}, attribute))
                value.assign((*pair)->la_value.bv_val, (*pair)->la_value.bv_len);
    ldap_dnfree(parts);
    return value;
}

LdapAttributes::LdapAttributes(std::initializer_list<std::string> names) {
    for (const std::string& name : names)
        if (!name.empty() && std::ranges::find(names_, name) == names_.end())
            names_.push_back(name);
    for (std::string& name : names_)
        pointers_.push_back(name.data());
    pointers_.push_back(nullptr);
}

LdapConnection::LdapConnection(const config::FeedSource& source, std::string password)
    : source_(source),
      password_(std::move(password)), time_{.tv_sec = static_cast<time_t>(source.answer_seconds),
                                            .tv_usec = 0} {}

LdapConnection::~LdapConnection() {
    close();
}

void LdapConnection::close() {
    if (handle_ != nullptr)
        ldap_unbind_ext(std::exchange(handle_, nullptr), nullptr, nullptr);
}

Expected<void> LdapConnection::open() {
    if (is_open())
        return {};
    ignore_broken_pipes();
    const std::chrono::seconds time(source_.answer_seconds);
    auto opened = prepare();
    deadline_.begin(time);
    if (opened)
        opened = encrypt();
    deadline_.begin(time);
    if (opened)
        opened = bind();
    deadline_.end();
    if (!opened) {
        close();
        // Until somebody mends it nothing can be said about any change.
        opened.error().kind = ErrorKind::temporary;
    }
    return opened;
}

// All that libldap is told before it connects. Nothing goes over the network yet.
Expected<void> LdapConnection::prepare() {
    if (const int code = ldap_initialize(&handle_, source_.url.c_str()); code != LDAP_SUCCESS) {
        handle_ = nullptr;
        return failure("is no URL of a directory", code);
    }
    const int version = LDAP_VERSION3;
    const int demand = LDAP_OPT_X_TLS_DEMAND;
    const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int client = 0;
    const bool has_authority = !source_.ca_file.empty();
    struct Option {
        int name;
        const void* value;
    };
    const std::array options = {
        Option{LDAP_OPT_PROTOCOL_VERSION, &version},
        Option{LDAP_OPT_REFERRALS, LDAP_OPT_OFF},
        Option{LDAP_OPT_RESTART, LDAP_OPT_ON},
        Option{LDAP_OPT_NETWORK_TIMEOUT, &time_},
        Option{LDAP_OPT_TIMEOUT, &time_},
        Option{LDAP_OPT_X_TLS_REQUIRE_CERT, &demand},
        Option{LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest},
        Option{has_authority ? LDAP_OPT_X_TLS_CACERTFILE : 0, source_.ca_file.c_str()},
        // The last one: makes libldap take the other ones of TLS over.
        Option{LDAP_OPT_X_TLS_NEWCTX, &client},
    };
    for (const Option& option : options)
        if (option.name != 0 && ldap_set_option(handle_, option.name, option.value) != LDAP_OPT_SUCCESS)
            return failure(option.name == LDAP_OPT_X_TLS_NEWCTX
                               ? fmt::format("TLS cannot be prepared; is {} a certificate authority?",
                                             has_authority ? source_.ca_file : "the system's")
                               : fmt::format("libldap refuses option {:#x}", option.name),
                           LDAP_LOCAL_ERROR);
    if (!deadline_.watch(handle_))
        return failure("libldap lets nobody watch its connections", LDAP_LOCAL_ERROR);
    return {};
}

Expected<void> LdapConnection::encrypt() {
    if (!source_.start_tls || !starts_with_ignoring_case(source_.url, "ldap://"))
        return {};
    const int code = ldap_start_tls_s(handle_, nullptr, nullptr);
    if (code != LDAP_SUCCESS)
        return failure("StartTLS failed (is the certificate good for this host, and its authority known?)",
                       code);
    return {};
}

// Anonymously, too: it shows whether the directory answers.
Expected<void> LdapConnection::bind() {
    if (!source_.bind_dn.empty() && password_.empty())
        return failure(fmt::format("there is no password for {}; name a password_file", source_.bind_dn),
                       LDAP_PARAM_ERROR);
    berval credentials{.bv_len = 0, .bv_val = nullptr};
    if (!source_.bind_dn.empty())
        credentials = {.bv_len = password_.size(), .bv_val = password_.data()};
    const int code = ldap_sasl_bind_s(handle_, source_.bind_dn.c_str(), LDAP_SASL_SIMPLE, &credentials,
                                      nullptr, nullptr, nullptr);
    if (code == LDAP_SUCCESS)
        return {};
    if (is_lost(code))
        return failure(starts_with_ignoring_case(source_.url, "ldaps:")
                           ? "cannot be reached, or its certificate is not good for this host"
                           : "cannot be reached",
                       code);
    return failure(source_.bind_dn.empty() ? std::string("refuses who does not say who he is")
                                           : fmt::format("refuses {}", source_.bind_dn),
                   code);
}

tl::unexpected<Error> LdapConnection::failure(std::string_view what, int code, std::string_view words) const {
    std::string own(words);
    if (own.empty() && handle_ != nullptr) {
        char* text = nullptr;
        if (ldap_get_option(handle_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) == LDAP_OPT_SUCCESS &&
            text != nullptr) {
            own = text;
            ldap_memfree(text);
        }
    }
    std::string line = fmt::format("{}: {}: {} ({}){}{}", source_.url, what, ldap_err2string(code), code,
                                   own.empty() ? "" : ": ", printable(own));
    return is_temporary(code) ? temporary_failure(std::move(line)) : permanent_failure(std::move(line));
}

bool is_lost(int code) {
    return code == LDAP_SERVER_DOWN || code == LDAP_TIMEOUT || code == LDAP_CONNECT_ERROR;
}

std::string filter_value(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '*' || c == '(' || c == ')' || c == '\\' || is_control(c) || !is_ascii(c))
            text += fmt::format("\\{:02x}", static_cast<unsigned char>(c));
        else
            text += c;
    }
    return text;
}

} // namespace columbarium::feed
