// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/changes.hpp"

#include <set>

#include <fmt/format.h>

#include "carddav/dav_requests.hpp"

namespace columbarium::carddav {

namespace {

constexpr std::size_t part_limit = 100'000; // answers that make up one report

bool is_collection_itself(const Url& collection, const std::string& href) {
    const std::optional<Url> url = resolve(collection, href);
    return url && same_origin(*url, collection) &&
           (url->path == collection.path || url->path + "/" == collection.path);
}

tl::unexpected<Error> too_many_members(const Url& collection, const Limits& limits) {
    return permanent_failure(fmt::format("{}: the collection holds more than {} cards; use a smaller one",
                                         to_string(collection), limits.cards));
}

// Statuses by which servers refuse a report that they do not know, or a token that they do not like.
bool is_refusal(int status) {
    return status == 400 || status == 405 || status == 409 || status == 410 || status == 412 ||
           status == 415 || status == 422 || status == 501 || status == 507;
}

// What a sync-collection report that is no multistatus means; nothing where it is a failure.
std::optional<ReportOutcome> refusal(const HttpResponse& response, bool with_token) {
    if (response.too_large || response.status < 400)
        return std::nullopt;
    if (with_token && (holds_error(response.body, "valid-sync-token") || is_refusal(response.status)))
        return ReportOutcome::token_invalid;
    if (is_refusal(response.status) || holds_error(response.body, "supported-report"))
        return ReportOutcome::not_offered;
    return std::nullopt;
}

struct Part {
    bool truncated = false;
    bool named_any = false;
};

// Applies one answer of a report.
Part take_part(const Multistatus& multistatus, const Url& collection, Changes& changes, const Warn& warn) {
    Part part;
    for (const ResponseEntry& entry : multistatus.entries) {
        if (entry.status == 507 && is_collection_itself(collection, entry.href)) {
            part.truncated = true;
            continue;
        }
        const std::string id = entry.is_collection ? "" : member_id(collection, entry.href, warn);
        if (id.empty())
            continue;
        part.named_any = true;
        if (entry.status == 0 || entry.status == 200 || entry.status == 404 || entry.status == 410)
            changes.by_id[id] = {entry.href, entry.etag, entry.status >= 400};
        else
            // It is there, and may be read another time: its own request shows.
            changes.by_id[id] = {entry.href, "", false};
    }
    return part;
}

} // namespace

std::string member_id(const Url& collection, const std::string& href, const Warn& warn) {
    const std::optional<Url> url = resolve(collection, href);
    if (url && same_origin(*url, collection)) {
        if (is_member_path(collection.path, url->path))
            return url->path;
        if (is_collection_itself(collection, href) ||
            (url->path.starts_with(collection.path) && url->path.ends_with('/')))
            return {};
    }
    warn(fmt::format("{}: the server names \"{}\", which is not in this collection; ignored",
                     to_string(collection), printable_reference(href)));
    return {};
}

Expected<Report> report_changes(HttpClient& client, const Url& collection, const std::string& token,
                                const Limits& limits, const Warn& warn) {
    Report report;
    report.changes.token = token;
    report.changes.complete = token.empty();
    std::set<std::string> tokens{token};
    for (std::size_t parts = 0; parts < part_limit; ++parts) {
        Expected<HttpResponse> response = client.send({.method = "REPORT",
                                                       .url = collection,
                                                       .depth = "0",
                                                       .body = sync_request(report.changes.token)});
        if (!response)
            return tl::make_unexpected(response.error());
        if (response->status != 207 || response->too_large) {
            if (const std::optional<ReportOutcome> outcome =
                    refusal(*response, !report.changes.token.empty()))
                return Report{*outcome, {}};
            return failure_of(*response);
        }
        const std::string name = to_string(collection);
        Expected<Multistatus> multistatus = parse_multistatus(std::move(response->body), name);
        if (!multistatus)
            return tl::make_unexpected(multistatus.error());
        if (multistatus->sync_token.empty())
            return permanent_failure(name + ": the server's report has no sync-token; look at the server");
        const Part part = take_part(*multistatus, collection, report.changes, warn);
        if (report.changes.by_id.size() > limits.cards)
            return too_many_members(collection, limits);
        report.changes.token = multistatus->sync_token;
        if (!part.truncated)
            return report;
        if (!part.named_any || !tokens.insert(report.changes.token).second)
            break;
    }
    return permanent_failure(to_string(collection) +
                             ": the server cuts its report (507) and does not go on; look at the server");
}

Expected<Changes> list_members(HttpClient& client, const Url& collection, const Limits& limits,
                               const Warn& warn) {
    Expected<HttpResponse> response =
        client.send({.method = "PROPFIND", .url = collection, .depth = "1", .body = listing_request()});
    if (!response)
        return tl::make_unexpected(response.error());
    if (response->status != 207 || response->too_large)
        return failure_of(*response);
    const std::string name = to_string(collection);
    Expected<Multistatus> multistatus = parse_multistatus(std::move(response->body), name);
    if (!multistatus)
        return tl::make_unexpected(multistatus.error());
    Changes changes;
    changes.complete = true;
    bool names_itself = false;
    for (const ResponseEntry& entry : multistatus->entries)
        names_itself |= is_collection_itself(collection, entry.href);
    // RFC 4918 section 9.1: the collection is in its own listing. Without it this is no empty collection.
    if (!names_itself)
        return permanent_failure(name +
                                 ": the server's listing does not name the collection; look at the URL");
    if (take_part(*multistatus, collection, changes, warn).truncated)
        return temporary_failure(name + ": the server cuts its listing (507); look at the server's limits");
    if (changes.by_id.size() > limits.cards)
        return too_many_members(collection, limits);
    return changes;
}

} // namespace columbarium::carddav
