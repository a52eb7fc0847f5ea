// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/ldap_source.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "feed/ldap_connection.hpp"

namespace columbarium::feed {

namespace {

// Makes a row of an entry, and remembers what is wrong with it.
class RowOfEntry {
  public:
    RowOfEntry(const LdapEntry& entry, const config::FeedColumns& columns) : entry_(entry) {
        row_.where = entry.name();
        row_.username = username(columns.username);
        row_.id = only(columns.id).value_or("");
        row_.full_name = first(columns.full_name);
        row_.affiliation = first(columns.affiliation);
        row_.forwarding_address = only(columns.forwarding_address);
        row_.tombstone_address = only(columns.tombstone_address);
        row_.disclosure = only(columns.disclosure);
    }

    tombstone::Row take() { return std::move(row_); }

  private:
    void wrong(std::string text) {
        if (row_.fault.empty())
            row_.fault = std::move(text);
    }

    std::string short_enough(std::string value, const std::string& attribute) {
        if (value.size() <= longest_field)
            return value;
        wrong(fmt::format("the value of {} is too long", attribute));
        return {};
    }

    std::string username(const std::string& attribute) {
        std::vector<std::string> values = entry_.values(attribute);
        if (values.size() == 1)
            return short_enough(std::move(values.front()), attribute);
        if (values.empty()) {
            wrong(fmt::format("has no {} that can be read", attribute));
            return {};
        }
        std::string own = entry_.value_in_name(attribute);
        if (own.empty())
            wrong(
                fmt::format("has {} values of {}, and its name has none of them", values.size(), attribute));
        return short_enough(std::move(own), attribute);
    }

    std::string first(const std::string& attribute) {
        std::vector<std::string> values = entry_.values(attribute);
        return values.empty() ? std::string() : short_enough(std::move(values.front()), attribute);
    }

    // Nothing where the feed has none; "" where the entry has none.
    std::optional<std::string> only(const std::string& attribute) {
        if (attribute.empty())
            return std::nullopt;
        const std::size_t count = entry_.values(attribute).size();
        if (count > 1)
            wrong(fmt::format("has {} values of {}; one is allowed", count, attribute));
        return first(attribute);
    }

    const LdapEntry& entry_;
    tombstone::Row row_;
};

class LdapSource : public Source {
  public:
    LdapSource(const config::FeedSource& source, std::string password)
        : source_(source), password_(std::move(password)) {}

    Expected<void> read(const std::function<void(tombstone::Row)>& take) override {
        LdapConnection connection(source_, password_);
        if (auto opened = connection.open(); !opened)
            return opened;
        std::size_t rows = 0;
        std::size_t empty_pages = 0;
        std::string cookie;
        do {
            const std::size_t before = rows;
            auto next = read_page(connection, cookie, [&](tombstone::Row row) {
                ++rows;
                take(std::move(row));
            });
            if (!next)
                return tl::make_unexpected(std::move(next.error()));
            cookie = std::move(*next);
            empty_pages = rows == before ? empty_pages + 1 : 0;
            if (empty_pages > most_empty_pages)
                return failure(connection, "gives one empty page after the other", LDAP_OTHER);
        } while (!cookie.empty());
        if (rows == 0)
            return temporary_failure(
                fmt::format("{}: is empty: no entry matches {} and can be read", name(), source_.filter));
        return {};
    }

    std::string name() const override {
        return fmt::format("{}{}{}", source_.url, source_.url.ends_with('/') ? "" : "/", source_.base);
    }

  private:
    static constexpr std::size_t most_empty_pages = 1'000;

    [[nodiscard]] tl::unexpected<Error> failure(const LdapConnection& connection, std::string_view what,
                                                int code, std::string_view words = {}) const {
        return connection.failure(fmt::format("the search below {} {}", source_.base, what), code, words);
    }

    // RFC 2696. Returns the cookie of the next page, "" after the last.
    [[nodiscard]] Expected<std::string> read_page(LdapConnection& connection, std::string& cookie,
                                                  const std::function<void(tombstone::Row)>& take) const {
        const Expected<int> request = ask(connection, cookie);
        if (!request)
            return tl::make_unexpected(request.error());
        for (;;) {
            timeval time = connection.answer_time();
            LDAPMessage* answer = nullptr;
            const int type = ldap_result(connection.handle(), *request, LDAP_MSG_ONE, &time, &answer);
            const LdapPointer<LDAPMessage> owner(answer);
            if (type < 0)
                return failure(connection, "ended early", last_code(connection));
            switch (type) {
            case 0:
                return failure(connection,
                               fmt::format("got no answer within {} seconds", source_.answer_seconds),
                               LDAP_TIMEOUT);
            case LDAP_RES_SEARCH_ENTRY:
                take(RowOfEntry(LdapEntry(connection.handle(), answer), source_.columns).take());
                break;
            case LDAP_RES_SEARCH_REFERENCE:
                return failure(
                    connection,
                    "refers to another directory, and is not the whole feed; choose a base below it",
                    LDAP_REFERRAL);
            case LDAP_RES_SEARCH_RESULT:
                return cookie_of(connection, answer);
            default:
                break;
            }
        }
    }

    // The number of the request.
    [[nodiscard]] Expected<int> ask(LdapConnection& connection, std::string& cookie) const {
        berval cookie_value{.bv_len = cookie.size(), .bv_val = cookie.data()};
        LDAPControl* page = nullptr;
        const auto size = static_cast<ber_int_t>(source_.page_size);
        int code = ldap_create_page_control(connection.handle(), size,
                                            cookie.empty() ? nullptr : &cookie_value, 0, &page);
        if (code != LDAP_SUCCESS)
            return failure(connection, "cannot be paged", code);
        const LdapPointer<LDAPControl> owner(page);
        LDAPControl* controls[] = {page, nullptr};
        const auto& columns = source_.columns;
        LdapAttributes attributes({columns.username, columns.id, columns.full_name, columns.affiliation,
                                   columns.forwarding_address, columns.tombstone_address,
                                   columns.disclosure});
        int request = 0;
        code = ldap_search_ext(connection.handle(), source_.base.c_str(), LDAP_SCOPE_SUBTREE,
                               source_.filter.c_str(), attributes.get(), 0, controls, nullptr, nullptr,
                               LDAP_NO_LIMIT, &request);
        if (code != LDAP_SUCCESS)
            return failure(connection, "cannot be asked for", code);
        return request;
    }

    [[nodiscard]] Expected<std::string> cookie_of(LdapConnection& connection, LDAPMessage* answer) const {
        int code = LDAP_SUCCESS;
        char* words = nullptr;
        LDAPControl** controls = nullptr;
        const int parsed =
            ldap_parse_result(connection.handle(), answer, &code, nullptr, &words, nullptr, &controls, 0);
        const LdapPointer<char> words_owner(words);
        const LdapPointer<LDAPControl*> controls_owner(controls);
        if (parsed != LDAP_SUCCESS)
            return failure(connection, "got an answer that cannot be read", parsed);
        if (code != LDAP_SUCCESS)
            return failure(connection, "failed", code, words == nullptr ? "" : words);
        // Without this control the directory knows no pages, and this was all.
        LDAPControl* const page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
        if (page == nullptr)
            return std::string();
        ber_int_t estimate = 0;
        berval cookie{};
        code = ldap_parse_pageresponse_control(connection.handle(), page, &estimate, &cookie);
        if (code != LDAP_SUCCESS)
            return failure(connection, "got a page that cannot be read", code);
        const LdapPointer<char> cookie_owner(cookie.bv_val);
        return cookie.bv_val == nullptr ? std::string() : std::string(cookie.bv_val, cookie.bv_len);
    }

    static int last_code(const LdapConnection& connection) {
        int code = LDAP_OTHER;
        ldap_get_option(connection.handle(), LDAP_OPT_RESULT_CODE, &code);
        return code;
    }

    config::FeedSource source_;
    std::string password_;
};

} // namespace

std::unique_ptr<Source> ldap_source(const config::FeedSource& source, const std::string& password) {
    return std::make_unique<LdapSource>(source, password);
}

} // namespace columbarium::feed
