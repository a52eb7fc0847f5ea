// SPDX-License-Identifier: LGPL-2.1-or-later
#include "test_authority.hpp"

#include <stdexcept>
#include <utility>

#include "process.hpp"

namespace columbarium::rig {

namespace {

// The machine's own openssl.cnf is not asked.
constexpr const char* settings = R"([req]
distinguished_name = name
prompt = no
[name]
CN = Columbarium test
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
)";

} // namespace

TestAuthority::TestAuthority(const TemporaryDirectory& directory, std::string folder)
    : directory_(directory), folder_(std::move(folder)) {
    directory_.write(folder_ + "/openssl.cnf", settings);
    const RunResult made = run({"openssl",
                                "req",
                                "-x509",
                                "-config",
                                path("openssl.cnf"),
                                "-extensions",
                                "authority",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=" + folder_,
                                "-keyout",
                                path("ca.key"),
                                "-out",
                                path("ca.pem")});
    if (made.status != 0) {
        throw std::runtime_error("openssl makes no authority: " + to_string(made));
    }
    hand_over(path("ca.pem"), server_account());
}

ServerCertificate TestAuthority::sign(const std::string& names) const {
    directory_.write(folder_ + "/server.cnf", settings + ("subjectAltName = " + names + "\n"));
    const RunResult made = run({"openssl",
                                "req",
                                "-x509",
                                "-config",
                                path("server.cnf"),
                                "-extensions",
                                "server",
                                "-CA",
                                path("ca.pem"),
                                "-CAkey",
                                path("ca.key"),
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=server of a test",
                                "-keyout",
                                path("server.key"),
                                "-out",
                                path("server.pem")});
    if (made.status != 0) {
        throw std::runtime_error("openssl signs no certificate: " + to_string(made));
    }
    hand_over(path("server.key"), server_account());
    hand_over(path("server.pem"), server_account());
    return {path("server.pem"), path("server.key")};
}

std::filesystem::path TestAuthority::path(const char* name) const {
    return directory_.path() / folder_ / name;
}

} // namespace columbarium::rig
