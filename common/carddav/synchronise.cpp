// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/synchronise.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "carddav/card_fetch.hpp"
#include "carddav/changes.hpp"
#include "carddav/discovery.hpp"
#include "carddav/http_client.hpp"
#include "carddav/index_lock.hpp"
#include "carddav/warnings.hpp"
#include "lists/book_index.hpp"

namespace columbarium::carddav {

namespace {

// Cards that changed between the report and their fetching are looked at again so many times at once (SY-7).
constexpr int round_limit = 3;

constexpr const char* sync_collection = "sync-collection";
constexpr const char* etags = "etags";
constexpr const char* note_token = "sync-token";
constexpr const char* note_collection = "collection";
constexpr const char* note_method = "method";
constexpr const char* note_resources = "resources";

class Synchronisation {
  public:
    Synchronisation(HttpClient& client, const Limits& limits, std::optional<lists::BookIndex> index,
                    const Progress& progress, Warn warn)
        : client_(client), limits_(limits), old_(std::move(index)), progress_(progress),
          warn_(std::move(warn)) {}

    // Asks and fetches until the copy in memory is right.
    [[nodiscard]] Expected<void> run();

    // Writes what changed, or confirms that nothing did.
    [[nodiscard]] Expected<SyncReport> finish(const std::string& index_path, const std::string& origin,
                                              std::chrono::system_clock::time_point now);

  private:
    [[nodiscard]] std::string old_note(const char* name) const { return old_ ? old_->note(name) : ""; }
    [[nodiscard]] const char* method() const { return by_report_ ? sync_collection : etags; }
    [[nodiscard]] std::string new_token() const { return by_report_ ? token_ : ""; }
    void recall_collection();
    [[nodiscard]] Expected<void> find();
    [[nodiscard]] Expected<Changes> changes();
    [[nodiscard]] Expected<void> follow();
    [[nodiscard]] bool differs_from_old() const;
    void forget_old();
    [[nodiscard]] Expected<void> load_stamps();
    void remove(const std::string& id);
    [[nodiscard]] Expected<std::map<std::string, Change>> apply(const Changes& changes);
    [[nodiscard]] Expected<bool> fetch(const std::map<std::string, Change>& wanted);
    [[nodiscard]] Expected<void> write(const std::string& index_path, const std::string& origin,
                                       std::chrono::system_clock::time_point now, SyncReport& report);

    HttpClient& client_;
    const Limits& limits_;
    std::optional<lists::BookIndex> old_;
    const Progress& progress_;
    Warn warn_;

    std::optional<Collection> collection_;
    bool by_report_ = false;
    std::string token_; // up to which the copy is right
    // What the new copy will hold: the id and the stamp of each resource. Loaded when something changed.
    std::optional<std::map<std::string, std::string>> stamps_;
    FetchedCards fetched_;
    bool differs_ = false;   // from the old copy
    bool damaged_ = false;   // the old copy
    bool named_any_ = false; // a report was complete, or named a member: its token is worth writing
};

// The collection of the last time, so that nothing need be discovered. The index belongs to the user: it may
// not lead the account's password to another server.
void Synchronisation::recall_collection() {
    const Expected<Url> url = parse_url(old_note(note_collection));
    if (!url || !same_origin(*url, client_.url()) || old_note(note_method) != sync_collection)
        return;
    token_ = old_note(note_token);
    if (!token_.empty())
        collection_ = Collection{*url, true};
}

Expected<void> Synchronisation::find() {
    Expected<Collection> found = find_collection(client_);
    if (!found)
        return tl::make_unexpected(found.error());
    // A token belongs to one collection.
    if (!collection_ || collection_->url != found->url)
        token_.clear();
    collection_ = *std::move(found);
    return {};
}

Expected<Changes> Synchronisation::changes() {
    while (collection_->reports_sync) {
        Expected<Report> report = report_changes(client_, collection_->url, token_, limits_, warn_);
        if (!report)
            return tl::make_unexpected(report.error());
        if (report->outcome == ReportOutcome::changes) {
            by_report_ = true;
            return std::move(report->changes);
        }
        // Without a token no server can take it for invalid.
        if (report->outcome == ReportOutcome::not_offered || token_.empty())
            collection_->reports_sync = false;
        token_.clear();
    }
    by_report_ = false;
    return list_members(client_, collection_->url, limits_, warn_);
}

Expected<void> Synchronisation::load_stamps() {
    if (stamps_)
        return {};
    stamps_.emplace();
    if (!old_)
        return {};
    Expected<void> read = old_->each_resource([this](lists::Resource&& resource) {
        stamps_->emplace(std::move(resource.id), std::move(resource.stamp));
        return true;
    });
    damaged_ = !read;
    return read;
}

// As if there had been no copy: a damaged one can say nothing of what changed.
void Synchronisation::forget_old() {
    warn_(fmt::format("{}: the local copy is damaged; all cards are fetched anew", to_string(client_.url())));
    damaged_ = false;
    old_.reset();
    collection_.reset();
    by_report_ = false;
    token_.clear();
    stamps_.reset();
    fetched_ = {};
    differs_ = false;
    named_any_ = false;
}

// Whether the old copy or what it says of itself has to be replaced.
bool Synchronisation::differs_from_old() const {
    return !old_ || differs_ || (named_any_ && old_note(note_token) != new_token()) ||
           old_note(note_method) != method() || old_note(note_collection) != to_string(collection_->url);
}

void Synchronisation::remove(const std::string& id) {
    differs_ |= stamps_->erase(id) > 0;
    if (const auto known = fetched_.by_id.find(id); known != fetched_.by_id.end()) {
        fetched_.octets -= octets_of(known->second);
        fetched_.by_id.erase(known);
    }
    fetched_.unreadable.erase(id);
    fetched_.postponed.erase(id);
}

// Takes removals at once, and returns what is to be fetched.
Expected<std::map<std::string, Change>> Synchronisation::apply(const Changes& changes) {
    std::map<std::string, Change> wanted;
    if (changes.by_id.empty() && !changes.complete)
        return wanted;
    named_any_ = true;
    if (const Expected<void> loaded = load_stamps(); !loaded)
        return tl::make_unexpected(loaded.error());
    if (changes.complete)
        for (auto known = stamps_->begin(); known != stamps_->end();)
            if (const std::string id = (known++)->first; !changes.by_id.contains(id))
                remove(id);
    for (const auto& [id, change] : changes.by_id) {
        const auto known = stamps_->find(id);
        if (change.removed)
            remove(id);
        else if (known == stamps_->end() || change.etag.empty() || known->second != change.etag)
            wanted.emplace(id, change);
    }
    return wanted;
}

// Whether a card had changed once more since the report.
Expected<bool> Synchronisation::fetch(const std::map<std::string, Change>& wanted) {
    FetchedCards round;
    if (progress_)
        progress_(0, wanted.size());
    CardFetch cards(client_, collection_->url,
                    limits_.card_octets - std::min(limits_.card_octets, fetched_.octets), warn_);
    const Expected<void> done = cards.fetch(
        wanted,
        [&](std::size_t count) {
            if (progress_)
                progress_(count, wanted.size());
        },
        round);
    if (!done)
        return tl::make_unexpected(done.error());
    bool changed_meanwhile = !round.gone.empty();
    for (const std::string& id : round.gone)
        remove(id);
    for (auto& [id, resource] : round.by_id) {
        const std::string& announced = wanted.at(id).etag;
        changed_meanwhile |= !announced.empty() && !resource.stamp.empty() && announced != resource.stamp;
        (*stamps_)[id] = resource.stamp;
        fetched_.unreadable.erase(id);
        fetched_.postponed.erase(id);
        lists::Resource& kept = fetched_.by_id[id];
        fetched_.octets += octets_of(resource) - octets_of(kept);
        kept = std::move(resource);
        differs_ = true;
    }
    fetched_.unreadable.merge(round.unreadable);
    fetched_.postponed.merge(round.postponed);
    if (stamps_->size() > limits_.cards)
        return permanent_failure(fmt::format("{}: the collection holds more than {} cards; use a smaller one",
                                             to_string(collection_->url), limits_.cards));
    return changed_meanwhile;
}

Expected<void> Synchronisation::run() {
    Expected<void> done = follow();
    if (done && differs_from_old())
        done = load_stamps();
    if (done || !damaged_)
        return done;
    forget_old();
    return follow();
}

// Takes what changed since the old copy.
Expected<void> Synchronisation::follow() {
    recall_collection();
    std::optional<Changes> answer;
    if (collection_) {
        Expected<Changes> known = changes();
        if (known)
            answer = *std::move(known);
        else if (known.error().kind == ErrorKind::temporary)
            return tl::make_unexpected(known.error());
        // Else it may be gone, or be none any more: the server is asked where it is now.
    }
    if (!answer)
        if (Expected<void> found = find(); !found)
            return found;
    for (int round = 0; round < round_limit; ++round) {
        if (!answer) {
            Expected<Changes> asked = changes();
            if (!asked)
                return tl::make_unexpected(asked.error());
            answer = *std::move(asked);
        }
        const std::string token = answer->token;
        const Expected<std::map<std::string, Change>> wanted = apply(*std::exchange(answer, std::nullopt));
        if (!wanted)
            return tl::make_unexpected(wanted.error());
        Expected<bool> again = false;
        if (!wanted->empty())
            again = fetch(*wanted);
        if (!again)
            return tl::make_unexpected(again.error());
        // What was postponed is named again only to who asks with the old token.
        if (!fetched_.postponed.empty())
            return {};
        if (named_any_)
            token_ = token;
        if (!*again)
            return {};
    }
    return {};
}

Expected<void> Synchronisation::write(const std::string& index_path, const std::string& origin,
                                      std::chrono::system_clock::time_point now, SyncReport& report) {
    Expected<lists::BookIndexWriter> writer = lists::BookIndexWriter::create(index_path, origin);
    if (!writer)
        return tl::make_unexpected(writer.error());
    std::size_t kept = 0;
    if (old_) {
        Expected<void> copied = old_->each_resource([&](lists::Resource&& resource) {
            if (!stamps_->contains(resource.id)) {
                ++report.removed;
            } else if (fetched_.by_id.contains(resource.id)) {
                ++report.changed;
            } else {
                ++kept;
                writer->add(std::move(resource));
            }
            return true;
        });
        if (!copied)
            return copied;
    }
    report.added = fetched_.by_id.size() - report.changed;
    report.total = kept + fetched_.by_id.size();
    for (auto& [id, resource] : fetched_.by_id)
        writer->add(std::move(resource));
    writer->set_note(note_token, new_token());
    writer->set_note(note_collection, to_string(collection_->url));
    writer->set_note(note_method, method());
    writer->set_note(note_resources, std::to_string(report.total));
    return writer->commit(now);
}

Expected<SyncReport> Synchronisation::finish(const std::string& index_path, const std::string& origin,
                                             std::chrono::system_clock::time_point now) {
    SyncReport report;
    report.method = method();
    report.unreadable = fetched_.unreadable.size() + fetched_.postponed.size();
    if (differs_from_old()) {
        if (const Expected<void> loaded = load_stamps(); !loaded)
            return tl::make_unexpected(loaded.error());
        if (const Expected<void> written = write(index_path, origin, now, report); !written)
            return tl::make_unexpected(written.error());
        return report;
    }
    old_->confirm(now);
    const std::string resources = old_note(note_resources);
    std::from_chars(resources.data(), resources.data() + resources.size(), report.total);
    return report;
}

} // namespace

Expected<SyncReport> synchronise(const Account& account, const Limits& limits, const std::string& index_path,
                                 const std::string& origin, std::chrono::system_clock::time_point now,
                                 const Progress& progress, const Warn& warn) {
    Expected<HttpClient> client = HttpClient::create(account, limits);
    if (!client)
        return tl::make_unexpected(client.error());
    const Expected<IndexLock> lock = IndexLock::take(index_path);
    if (!lock)
        return tl::make_unexpected(lock.error());
    Expected<std::optional<lists::BookIndex>> index = lists::BookIndex::open(index_path, origin);
    if (!index)
        return tl::make_unexpected(index.error());

    Warnings warnings(warn);
    Synchronisation synchronisation(*client, limits, *std::move(index), progress,
                                    [&warnings](const std::string& text) { warnings(text); });
    const Expected<void> done = synchronisation.run();
    warnings.finish(to_string(client->url()));
    if (!done)
        return tl::make_unexpected(done.error());
    return synchronisation.finish(index_path, origin, now);
}

} // namespace columbarium::carddav
