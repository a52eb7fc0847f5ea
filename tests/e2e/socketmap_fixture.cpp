// SPDX-License-Identifier: LGPL-2.1-or-later
#include "socketmap_fixture.hpp"

#include <exception>
#include <iostream>
#include <utility>

namespace columbarium::e2e {

OwnCodecServer::OwnCodecServer(Answer answer)
    : answer_(std::move(answer)), listener_(path_), thread_([this] { serve(); }) {}

OwnCodecServer::~OwnCodecServer() {
    stopping_ = true;
    // Wakes it up.
    const test::Peer last(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = test::unix_address(path_);
    if (connect(last.socket(), test::as_sockaddr(address), sizeof(address)) != 0)
        std::terminate();
    thread_.join();
}

void OwnCodecServer::serve() const {
    for (;;) {
        test::Peer peer = listener_.accept(-1);
        if (stopping_)
            return;
        try {
            while (const auto request = peer.read()) {
                const wire::Reply reply = answer_(*request);
                peer.reply(reply.status, reply.text);
            }
        } catch (const std::exception& error) {
            std::cerr << "socketmap server: " << error.what() << '\n';
        }
    }
}

} // namespace columbarium::e2e
