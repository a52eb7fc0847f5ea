// SPDX-License-Identifier: LGPL-2.1-or-later
// A certificate authority of a test's own, and a server's certificate that it signed.
#pragma once

#include <filesystem>
#include <string>

#include "directory.hpp"

namespace columbarium::rig {

struct ServerCertificate {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

// Files of the openssl command in a folder of `directory`, which has to outlive this.
class TestAuthority {
  public:
    // Throws std::runtime_error where openssl fails.
    TestAuthority(const TemporaryDirectory& directory, std::string folder);

    // The authority's own certificate: who trusts it, trusts what it signs.
    [[nodiscard]] std::filesystem::path ca_file() const { return path("ca.pem"); }

    // Signs a certificate for these names, as openssl writes them: "DNS:localhost,IP:127.0.0.1".
    [[nodiscard]] ServerCertificate sign(const std::string& names) const;

  private:
    [[nodiscard]] std::filesystem::path path(const char* name) const;

    const TemporaryDirectory& directory_;
    std::string folder_;
};

} // namespace columbarium::rig
