// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/presence_table.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/utf8.hpp"
#include "xmpp/xml_text.hpp"

namespace columbarium::presence {

namespace {

using Statuses = std::vector<StatusText>;

// JIDs with and without a resource are the same person.
struct BareHash {
    std::size_t operator()(const xmpp::Jid& jid) const {
        const std::hash<std::string> hash;
        return hash(jid.local()) * 31 + hash(jid.domain());
    }
};
struct SameBare {
    bool operator()(const xmpp::Jid& a, const xmpp::Jid& b) const {
        return a.local() == b.local() && a.domain() == b.domain();
    }
};

struct Person {
    std::uint64_t session = 0; // that said last that this person is known
    std::int64_t known_since = 0;
    bool is_untold = false;          // who may tell it did not, or there is no room for it
    bool is_heard = false;           // something was heard in this session
    std::vector<Resource> resources; // the available ones
    Statuses last_words;             // where there are none: what was said when leaving
    std::int64_t left = 0;
};

std::size_t octets_of(const Statuses& statuses) {
    std::size_t octets = 0;
    for (const StatusText& status : statuses)
        octets += status.text.size() + status.language.size();
    return octets;
}

} // namespace

struct PresenceTable::People {
    explicit People(std::size_t octet_limit) : most_octets(octet_limit) {}

    std::unordered_map<xmpp::Jid, Person, BareHash, SameBare> of;
    std::optional<std::int64_t> connected; // since then
    std::uint64_t session = 1;             // the number of this session, or of the next one
    bool has_begun = false;                // something was heard in this session
    std::size_t most_octets;
    std::size_t octets = 0;     // of status texts and names of resources, in this session
    std::size_t known = 0;      // in this session
    std::size_t last_known = 0; // at the end of the one before
    std::size_t available = 0;  // with a resource

    // Null where nobody is known by this JID in this session.
    Person* find(const xmpp::Jid& jid) {
        const auto found = of.find(jid);
        return found == of.end() || found->second.session != session ? nullptr : &found->second;
    }

    Statuses keep(const Statuses& given) {
        Statuses kept;
        for (const StatusText& status : given) {
            if (kept.size() == most_statuses)
                break;
            if (status.language.size() > longest_language)
                continue;
            // Cut before for the work, and after because broken octets grow to three.
            const std::string text = xmpp::xml_text(cut(status.text));
            kept.push_back({xmpp::xml_text(status.language), std::string(cut(text))});
        }
        if (!take_room(octets_of(kept), most_octets))
            kept.clear();
        return kept;
    }

    // Whether there is room for so many octets more; then they are counted.
    [[nodiscard]] bool take_room(std::size_t more, std::size_t most) {
        if (octets + more > most)
            return false;
        octets += more;
        return true;
    }

    void drop(Statuses& statuses) {
        octets -= octets_of(statuses);
        statuses.clear();
    }

    void drop(Resource& resource) {
        octets -= resource.name.size();
        drop(resource.statuses);
    }

    // Of a person of another session nothing is counted any more.
    void drop(Person& person) {
        if (person.session == session) {
            available -= person.resources.empty() ? 0 : 1;
            for (Resource& resource : person.resources)
                drop(resource);
            drop(person.last_words);
        }
        person.resources.clear();
        person.last_words.clear();
        person.left = 0;
        person.is_heard = false;
    }

    static std::string_view cut(const std::string& text) { return cut_at_character(text, longest_status); }

    [[nodiscard]] bool is_settling(const Person& person, std::int64_t now) const {
        const std::int64_t passed = now - std::max(connected.value_or(now), person.known_since);
        return passed >= 0 && passed < settling_seconds;
    }
};

PresenceTable::PresenceTable(std::size_t octet_limit) : people_(std::make_unique<People>(octet_limit)) {}

PresenceTable::~PresenceTable() = default;

void PresenceTable::connected(std::int64_t now) {
    people_->connected = now;
    people_->has_begun = true;
    // Those of the last session stay until this one has settled, those of the one before do not.
    std::erase_if(people_->of,
                  [this](const auto& entry) { return entry.second.session + 1 < people_->session; });
}

void PresenceTable::disconnected() {
    people_->connected.reset();
    if (!std::exchange(people_->has_begun, false))
        return; // one more try that failed
    // What was heard counts no more by that: nobody waits until it is thrown away.
    ++people_->session;
    people_->last_known = std::exchange(people_->known, 0);
    people_->available = 0;
    people_->octets = 0;
}

void PresenceTable::set_subscription(const xmpp::Jid& jid, Subscription subscription, std::int64_t now) {
    people_->has_begun = true;
    const auto found = people_->of.find(jid);
    if (subscription != Subscription::to && subscription != Subscription::both) {
        if (found != people_->of.end()) {
            people_->known -= found->second.session == people_->session ? 1 : 0;
            people_->drop(found->second);
            people_->of.erase(found);
        }
        return;
    }
    if (found != people_->of.end() && found->second.session == people_->session)
        return;
    if (found == people_->of.end() && people_->of.size() >= most_jids)
        return;
    Person& person = found == people_->of.end() ? people_->of[jid.bare()] : found->second;
    people_->drop(person);
    person.session = people_->session;
    ++people_->known;
    person.known_since = now;
    person.is_untold = false;
}

void PresenceTable::heard(const PresenceStanza& stanza, std::int64_t now) {
    Person* const person = people_->find(stanza.from);
    if (person == nullptr)
        return;
    const std::string& name = stanza.from.resource();
    auto& resources = person->resources;
    auto found = std::ranges::find(resources, name, &Resource::name);
    if (!stanza.available && stanza.from.is_bare())
        people_->drop(*person);
    else if (found != resources.end()) {
        people_->drop(*found);
        resources.erase(found);
        people_->available -= resources.empty() ? 1 : 0;
    }
    person->is_heard = true;
    person->is_untold = false;
    if (stanza.available) {
        if (resources.size() == most_resources) {
            const auto oldest = std::ranges::min_element(resources, {}, &Resource::since);
            people_->drop(*oldest);
            resources.erase(oldest);
        }
        people_->drop(person->last_words);
        if (!people_->take_room(name.size(), 2 * people_->most_octets)) {
            person->is_untold = resources.empty();
            return;
        }
        people_->available += resources.empty() ? 1 : 0;
        resources.push_back(
            {name, stanza.show, people_->keep(stanza.statuses), std::clamp(stanza.priority, -128, 127), now});
    } else if (resources.empty()) {
        people_->drop(person->last_words);
        person->last_words = people_->keep(stanza.statuses);
        person->left = now;
    }
}

void PresenceTable::forbidden(const xmpp::Jid& jid) {
    if (Person* const person = people_->find(jid)) {
        people_->drop(*person);
        person->is_untold = true;
    }
}

std::optional<Presence> PresenceTable::look_up(const xmpp::Jid& jid,
                                               const std::vector<std::string>& languages,
                                               std::int64_t now) const {
    const auto found = people_->of.find(jid);
    if (found == people_->of.end())
        return std::nullopt;
    if (!people_->connected)
        return Presence();
    const Person& person = found->second;
    const bool settling = people_->is_settling(person, now);
    if (person.session != people_->session)
        return settling ? std::optional(Presence()) : std::nullopt;
    if (person.is_untold)
        return Presence();
    Presence presence = merge(person.resources, jid.resource(), languages);
    if (presence.knowledge == Knowledge::available)
        return presence;
    // Not there: not yet heard of, or gone. Of several devices one can be heard before the other.
    const bool has_left = person.is_heard && person.resources.empty();
    if (settling && !has_left)
        return Presence();
    if (has_left) {
        presence.status = choose_status(person.last_words, languages);
        presence.since = person.left;
    }
    return presence;
}

std::size_t PresenceTable::known() const {
    return people_->has_begun ? people_->known : people_->last_known;
}

std::size_t PresenceTable::available() const {
    return people_->available;
}

} // namespace columbarium::presence
