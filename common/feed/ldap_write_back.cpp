// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/ldap_write_back.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "feed/ldap_connection.hpp"
#include "tombstone/person.hpp"

namespace columbarium::feed {

namespace {

// As it is kept; what is no address stays as it is.
std::string as_kept(const std::string& address) {
    return tombstone::prepare_address(address).value_or(address);
}

// What the directory has of a person.
struct Entry {
    std::string name;
    std::vector<std::string> forwarding_address;
    std::vector<std::string> tombstone_address;
    std::vector<std::string> mail;
};

// The modifications of one LDAP modify, in the form that libldap takes.
class Modification {
  public:
    void add(const std::string& attribute, const std::string& value) {
        append(LDAP_MOD_ADD, attribute, value);
    }
    void remove(const std::string& attribute, const std::string& value) {
        append(LDAP_MOD_DELETE, attribute, value);
    }
    [[nodiscard]] bool is_empty() const { return parts_.empty(); }

    // For one call of libldap.
    [[nodiscard]] std::vector<LDAPMod*> list() {
        std::vector<LDAPMod*> list;
        for (Part& part : parts_)
            list.push_back(&part.change);
        list.push_back(nullptr);
        return list;
    }

  private:
    struct Part {
        std::string attribute;
        std::string value;
        berval octets{};
        berval* values[2] = {};
        LDAPMod change{};
    };

    void append(int operation, const std::string& attribute, const std::string& value) {
        Part& part = parts_.emplace_back();
        part.attribute = attribute;
        part.value = value;
        part.octets = {.bv_len = part.value.size(), .bv_val = part.value.data()};
        part.values[0] = &part.octets;
        part.change.mod_op = operation | LDAP_MOD_BVALUES;
        part.change.mod_type = part.attribute.data();
        part.change.mod_bvalues = part.values; // NOLINT: a C union
    }

    std::deque<Part> parts_; // they are pointed at
};

class LdapWriteBack : public WriteBack {
  public:
    LdapWriteBack(const config::FeedSource& source, const std::string& password)
        : source_(source), connection_(source, password) {}

    DirectoryParts parts() const override {
        const config::FeedColumns& columns = source_.columns;
        return {.forwarding_address = !columns.forwarding_address.empty(),
                .tombstone_address = !columns.tombstone_address.empty(),
                .mail = !columns.mail.empty()};
    }

    Expected<WriteResult> write(const DirectoryChange& change) override {
        const DirectoryParts carried = parts();
        if ((change.forwarding_address && !carried.forwarding_address) ||
            (change.tombstone_address && !carried.tombstone_address) ||
            (!change.mail.empty() && !carried.mail))
            return permanent_failure(fmt::format(
                "{}: [feed.columns] names no attribute for what is to be written", change.username));
        const bool was_open = connection_.is_open();
        bool is_lost_now = false;
        auto result = attempt(change, is_lost_now);
        if (!is_lost_now)
            return result;
        connection_.close();
        // A kept connection may have ended long ago. What became of the change shows when it is read again.
        if (was_open) {
            is_lost_now = false;
            result = attempt(change, is_lost_now);
            if (is_lost_now)
                connection_.close();
        }
        return result;
    }

  private:
    static constexpr int tries = 5;
    using Part = std::optional<DirectoryChange::Value>;

    [[nodiscard]] tl::unexpected<Error> failure(const DirectoryChange& change, std::string_view what,
                                                int code) const {
        return connection_.failure(fmt::format("{}: {}", change.username, what), code);
    }

    [[nodiscard]] Expected<WriteResult> attempt(const DirectoryChange& change, bool& is_lost_now) {
        if (auto opened = connection_.open(); !opened)
            return tl::make_unexpected(
                Error{opened.error().kind, fmt::format("{}: {}", change.username, opened.error().text)});
        for (int i = 0; i < tries; ++i) {
            const auto entry = find(change, is_lost_now);
            if (!entry)
                return tl::make_unexpected(entry.error());
            if (!*entry)
                return WriteResult::absent;
            Modification modification;
            const auto& columns = source_.columns;
            if (!put(modification, columns.forwarding_address, (*entry)->forwarding_address,
                     change.forwarding_address) ||
                !put(modification, columns.tombstone_address, (*entry)->tombstone_address,
                     change.tombstone_address))
                return WriteResult::differs;
            if (!change.mail.empty() && !has((*entry)->mail, change.mail))
                modification.add(columns.mail, change.mail);
            if (modification.is_empty())
                return WriteResult::written;
            const int code = ldap_modify_ext_s(connection_.handle(), (*entry)->name.c_str(),
                                               modification.list().data(), nullptr, nullptr);
            if (code == LDAP_SUCCESS)
                return WriteResult::written;
            is_lost_now = is_lost(code);
            // Somebody was faster: it is looked at again.
            if (code != LDAP_NO_SUCH_ATTRIBUTE && code != LDAP_TYPE_OR_VALUE_EXISTS &&
                code != LDAP_NO_SUCH_OBJECT)
                return failure(change, fmt::format("{} was not changed", (*entry)->name), code);
        }
        return failure(change, "is changed by somebody else all the time", LDAP_BUSY);
    }

    // Adds what has to be done for one address. False where the directory has another one by now.
    static bool put(Modification& modification, const std::string& attribute,
                    const std::vector<std::string>& values, const Part& wanted) {
        if (!wanted)
            return true;
        if (values.size() > 1)
            return false;
        const std::string now = values.empty() ? std::string() : as_kept(values.front());
        if (now == wanted->after)
            return true;
        if (now != as_kept(wanted->before))
            return false;
        if (!values.empty())
            modification.remove(attribute, values.front());
        if (!wanted->after.empty())
            modification.add(attribute, wanted->after);
        return true;
    }

    static bool has(const std::vector<std::string>& values, const std::string& address) {
        return std::any_of(values.begin(), values.end(),
                           [&](const std::string& value) { return equals_ignoring_case(value, address); });
    }

    // The person's entry; nothing where there is none.
    [[nodiscard]] Expected<std::optional<Entry>> find(const DirectoryChange& change, bool& is_lost_now) {
        const auto& columns = source_.columns;
        const std::string filter =
            fmt::format("(&{}({}={}))", source_.filter, columns.username, filter_value(change.username));
        LdapAttributes attributes(
            {columns.username, columns.forwarding_address, columns.tombstone_address, columns.mail});
        LDAPMessage* answer = nullptr;
        const int code =
            ldap_search_ext_s(connection_.handle(), source_.base.c_str(), LDAP_SCOPE_SUBTREE, filter.c_str(),
                              attributes.get(), 0, nullptr, nullptr, nullptr, LDAP_NO_LIMIT, &answer);
        const LdapPointer<LDAPMessage> owner(answer);
        is_lost_now = is_lost(code);
        if (code != LDAP_SUCCESS)
            return failure(change, "the search failed", code);
        std::optional<Entry> found;
        for (LDAPMessage* message = ldap_first_entry(connection_.handle(), answer); message != nullptr;
             message = ldap_next_entry(connection_.handle(), message)) {
            const LdapEntry entry(connection_.handle(), message);
            // Of several usernames only the one that the feed takes.
            if (entry.values(columns.username).size() > 1 &&
                !equals_ignoring_case(entry.value_in_name(columns.username), change.username))
                continue;
            if (found)
                return failure(change, fmt::format("is {} as well as {}", found->name, entry.name()),
                               LDAP_OTHER);
            found = Entry{entry.name(), entry.values(columns.forwarding_address),
                          entry.values(columns.tombstone_address), entry.values(columns.mail)};
        }
        return found;
    }

    config::FeedSource source_;
    LdapConnection connection_;
};

} // namespace

std::unique_ptr<WriteBack> ldap_write_back(const config::FeedSource& source, const std::string& password) {
    return std::make_unique<LdapWriteBack>(source, password);
}

} // namespace columbarium::feed
