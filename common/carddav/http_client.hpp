// SPDX-License-Identifier: LGPL-2.1-or-later
// One account's conversation with its server: HTTP over verified TLS, everything bounded.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "carddav/account.hpp"
#include "carddav/url.hpp"

namespace columbarium::carddav {

struct HttpRequest {
    std::string method; // "PROPFIND", "REPORT", "GET"
    Url url;
    std::string depth = {}; // RFC 4918 section 10.2; "" for none
    std::string body = {};  // XML; "" for none
};

struct HttpResponse {
    int status = 0;
    Url url; // of the request that was answered, after redirects
    std::string body;
    std::string etag = {};  // of the field ETag
    bool too_large = false; // the answer went on after Limits::answer_octets, and was not read further
};

// Speaks to one origin only. What it never does: use a proxy or a .netrc of the environment, keep cookies,
// ask for compressed answers, send the password to anybody but the account's own scheme, host and port.
class HttpClient {
  public:
    // A permanent failure where the URL is http: and plain text is not allowed, or is no URL.
    // Limits::whole counts from here.
    [[nodiscard]] static Expected<HttpClient> create(const Account& account, const Limits& limits);

    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    ~HttpClient();

    // The account's URL.
    [[nodiscard]] const Url& url() const;

    // Sends a request, follows at most five redirects to the same origin, and returns the answer whatever its
    // status is: see failure_of(). Failures: no answer, not all of it, or a redirect to somewhere else.
    [[nodiscard]] Expected<HttpResponse> send(const HttpRequest& request);

  private:
    struct State;
    explicit HttpClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Whether a request that was answered so may succeed another time.
[[nodiscard]] bool may_pass(int status);

// What an answer means that is not the wanted one (CD-12): names the URL, the status and what to do.
[[nodiscard]] tl::unexpected<Error> failure_of(const HttpResponse& response);

} // namespace columbarium::carddav
