// SPDX-License-Identifier: LGPL-2.1-or-later
// A socketmap server in a thread of the test that is made of the product's own parser and replies;
// rig/socketmap_server.hpp shares no code with the product.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "unit/scratch_folder.hpp"
#include "unit/unix_listener.hpp"

namespace columbarium::e2e {

// Serves one client after the other, from its construction to its destruction. `answer` runs in its thread.
class OwnCodecServer {
  public:
    using Answer = std::function<wire::Reply(const wire::Request& request)>;

    explicit OwnCodecServer(Answer answer);
    OwnCodecServer(const OwnCodecServer&) = delete;
    OwnCodecServer& operator=(const OwnCodecServer&) = delete;
    ~OwnCodecServer();

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    void serve() const;

    test::ScratchFolder folder_;
    std::string path_ = folder_ / "socket";
    Answer answer_;
    test::UnixListener listener_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

} // namespace columbarium::e2e
