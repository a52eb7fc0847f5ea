// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/http_client.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/ascii.hpp"

namespace columbarium::carddav {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int redirect_limit = 5;
constexpr std::size_t header_octet_limit = 256 * 1024; // of one answer
constexpr std::chrono::seconds longest_silence{60};

struct FreeHeaders {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeHeaders>;

void add(Headers& headers, const std::string& line) {
    curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr)
        throw std::bad_alloc();
    static_cast<void>(headers.release());
    headers.reset(longer);
}

// What comes back for one request, as far as it is kept.
struct Answer {
    std::string body;
    std::size_t body_limit = 0;
    std::size_t header_octets = 0;
    std::string location;
    std::string etag;
    bool offers_basic = false;
    bool offers_digest = false;
    bool too_large = false;
    bool headers_too_large = false;
    bool out_of_memory = false;
};

// C calls these two: no exception may pass.
std::size_t take_body(const char* octets, std::size_t, std::size_t count, void* context) noexcept {
    Answer& answer = *static_cast<Answer*>(context);
    if (count > answer.body_limit - answer.body.size()) {
        answer.too_large = true;
        return 0;
    }
    try {
        answer.body.append(octets, count);
    } catch (const std::exception&) {
        answer.out_of_memory = true;
        return 0;
    }
    return count;
}

std::string_view value_of(std::string_view line, std::string_view name) {
    if (!starts_with_ignoring_case(line, name) || line.size() <= name.size() || line[name.size()] != ':')
        return {};
    return trim(line.substr(name.size() + 1));
}

std::size_t take_header(const char* octets, std::size_t, std::size_t count, void* context) noexcept {
    Answer& answer = *static_cast<Answer*>(context);
    answer.header_octets += count;
    if (answer.header_octets > header_octet_limit) {
        answer.headers_too_large = true;
        return 0;
    }
    const std::string_view line(octets, count);
    try {
        if (const std::string_view location = value_of(line, "Location"); !location.empty())
            answer.location = location;
        if (const std::string_view etag = value_of(line, "ETag"); !etag.empty())
            answer.etag = etag;
    } catch (const std::exception&) {
        answer.out_of_memory = true;
        return 0;
    }
    if (const std::string_view scheme = value_of(line, "WWW-Authenticate"); !scheme.empty()) {
        answer.offers_basic |= starts_with_ignoring_case(scheme, "Basic");
        answer.offers_digest |= starts_with_ignoring_case(scheme, "Digest");
    }
    return count;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 307 || status == 308;
}

} // namespace

struct HttpClient::State {
    Account account;
    Limits limits;
    Url url;
    Clock::time_point end;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{nullptr, &curl_easy_cleanup};
    std::array<char, CURL_ERROR_SIZE> reason{};
    long authentication = CURLAUTH_BASIC;

    template <class T>
    void set(CURLoption option, T value) const {
        curl_easy_setopt(curl.get(), option, value);
    }

    void set_up() {
        set(CURLOPT_ERRORBUFFER, reason.data());
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_NOPROXY, "*");
        set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_HTTP09_ALLOWED, 0L);
        set(CURLOPT_USERAGENT, "Columbarium");
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        if (!account.ca_file.empty()) {
            set(CURLOPT_CAINFO, account.ca_file.c_str());
            set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
        }
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(milliseconds(limits.connect).count()));
        set(CURLOPT_LOW_SPEED_LIMIT, 1L);
        set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::min(limits.answer, longest_silence).count()));
        set(CURLOPT_WRITEFUNCTION, &take_body);
        set(CURLOPT_HEADERFUNCTION, &take_header);
    }

    [[nodiscard]] milliseconds time_left() const {
        const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now());
        return std::min(left, milliseconds(limits.answer));
    }

    [[nodiscard]] tl::unexpected<Error> failure(CURLcode code, const Url& target) const;
    [[nodiscard]] Expected<HttpResponse> ask(const HttpRequest& request, const Url& target, Answer& answer);
    [[nodiscard]] Expected<Url> redirected(const Url& from, const std::string& location) const;
};

tl::unexpected<Error> HttpClient::State::failure(CURLcode code, const Url& target) const {
    const std::string name = to_string(target);
    const std::string why = reason[0] != '\0' ? reason.data() : curl_easy_strerror(code);
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
        return permanent_failure(fmt::format(
            "{}: the server's certificate is not trusted ({}); name its authority in ca_file, or mend the "
            "server's certificate",
            name, why));
    case CURLE_SSL_CACERT_BADFILE:
        return permanent_failure(
            fmt::format("{}: ca_file {} cannot be read as certificates ({})", name, account.ca_file, why));
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return permanent_failure(
            fmt::format("{}: what answers there is no web server ({}); look at the URL", name, why));
    case CURLE_OPERATION_TIMEDOUT:
        return temporary_failure(
            fmt::format("{}: no whole answer in time ({}); look at the server and the network", name, why));
    default:
        return temporary_failure(fmt::format("{}: {}; look at the server and the network", name, why));
    }
}

// One request and its answer, without redirects.
Expected<HttpResponse> HttpClient::State::ask(const HttpRequest& request, const Url& target, Answer& answer) {
    const milliseconds left = time_left();
    if (left.count() <= 0)
        return temporary_failure(fmt::format("{}: the whole synchronisation took longer than {} s; try "
                                             "again, or look at why the server is slow",
                                             to_string(url), limits.whole.count()));
    answer = {};
    answer.body_limit = limits.answer_octets;
    Headers headers;
    add(headers, "Accept: text/xml, application/xml, text/vcard, */*;q=0.1");
    add(headers, "Expect:");
    if (!request.depth.empty())
        add(headers, "Depth: " + request.depth);
    if (request.body.empty()) {
        set(CURLOPT_HTTPGET, 1L);
    } else {
        add(headers, "Content-Type: application/xml; charset=utf-8");
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_URL, to_string(target).c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    set(CURLOPT_WRITEDATA, &answer);
    set(CURLOPT_HEADERDATA, &answer);
    if (!account.user.empty()) {
        set(CURLOPT_HTTPAUTH, authentication);
        set(CURLOPT_USERNAME, account.user.c_str());
        set(CURLOPT_PASSWORD, account.password.c_str());
    }
    reason[0] = '\0';
    const CURLcode code = curl_easy_perform(curl.get());
    if (answer.out_of_memory)
        throw std::bad_alloc();
    if (answer.headers_too_large)
        return permanent_failure(to_string(target) + ": the answer's header does not end; look at the URL");
    if (code != CURLE_OK && !answer.too_large)
        return failure(code, target);
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    return HttpResponse{static_cast<int>(status), target, std::move(answer.body), std::move(answer.etag),
                        answer.too_large};
}

Expected<Url> HttpClient::State::redirected(const Url& from, const std::string& location) const {
    const std::optional<Url> target = resolve(from, location);
    if (!target)
        return permanent_failure(fmt::format("{}: the server redirects to \"{}\", which is no URL",
                                             to_string(from), printable_reference(location)));
    if (!same_origin(url, *target))
        return permanent_failure(
            fmt::format("{}: the server redirects to another place, {}; where that is right, configure it as "
                        "the URL",
                        to_string(from), to_string(*target)));
    return *target;
}

Expected<HttpClient> HttpClient::create(const Account& account, const Limits& limits) {
    Expected<Url> url = parse_url(account.url);
    if (!url)
        return tl::make_unexpected(url.error());
    if (url->scheme != "https" && !account.allow_plaintext)
        return permanent_failure(to_string(*url) +
                                 " is not encrypted; write https://, or set allow_plaintext = true in a "
                                 "network that nobody else can listen to");
    auto state = std::make_unique<State>();
    state->account = account;
    state->limits = limits;
    state->url = *std::move(url);
    state->end = Clock::now() + limits.whole;
    state->curl.reset(curl_easy_init());
    if (!state->curl)
        throw std::bad_alloc();
    state->set_up();
    return HttpClient(std::move(state));
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

const Url& HttpClient::url() const {
    return state_->url;
}

Expected<HttpResponse> HttpClient::send(const HttpRequest& request) {
    Url target = request.url;
    if (!same_origin(target, state_->url))
        return permanent_failure(to_string(target) + " is not on the server of this account");
    Answer answer;
    for (int redirects = 0; redirects <= redirect_limit; ++redirects) {
        Expected<HttpResponse> response = state_->ask(request, target, answer);
        // The password goes out unasked for (Basic); a server that wants Digest only says so.
        if (response && response->status == 401 && !state_->account.user.empty() && answer.offers_digest &&
            !answer.offers_basic && state_->authentication == CURLAUTH_BASIC) {
            state_->authentication = CURLAUTH_DIGEST;
            response = state_->ask(request, target, answer);
        }
        if (!response || !is_redirect(response->status))
            return response;
        Expected<Url> next = state_->redirected(target, answer.location);
        if (!next)
            return tl::make_unexpected(next.error());
        target = *std::move(next);
    }
    return permanent_failure(fmt::format("{}: the server redirects more than {} times; look at the URL",
                                         to_string(request.url), redirect_limit));
}

bool may_pass(int status) {
    return status >= 500 || status == 408 || status == 423 || status == 425 || status == 429;
}

tl::unexpected<Error> failure_of(const HttpResponse& response) {
    const std::string name = to_string(response.url);
    const int status = response.status;
    if (status == 401)
        return permanent_failure(name + ": 401: the server does not accept user and password; mend user "
                                        "and password_file");
    if (status == 403)
        return permanent_failure(name + ": 403: the server does not let this user read there; look at the "
                                        "user's rights and at the URL");
    if (status == 404 || status == 410)
        return permanent_failure(
            fmt::format("{}: {}: there is no such collection; look at the URL", name, status));
    if (may_pass(status))
        return temporary_failure(
            fmt::format("{}: {}: the server cannot answer now; look at its log", name, status));
    if (response.too_large)
        return permanent_failure(name + ": the answer is longer than it may be; look at the URL");
    return permanent_failure(
        fmt::format("{}: {}: no answer of a CardDAV server; look at the URL", name, status));
}

} // namespace columbarium::carddav
