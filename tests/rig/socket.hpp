// SPDX-License-Identifier: LGPL-2.1-or-later
// Sockets of the rig: owned descriptors, listeners on loopback, and a connection that reads lines and counted
// bytes with a deadline. All failures are thrown as std::runtime_error with a text that names the peer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventually.hpp"

namespace columbarium::rig {

// Owns one file descriptor and closes it. Movable only.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    void close();

  private:
    int number_ = -1;
};

// A socket that listens on 127.0.0.1, on a port the kernel chose. As it stays open from the choice of the
// port to its last use, nobody else can take the port in between.
struct Listener {
    Descriptor descriptor;
    std::uint16_t port = 0;
};

// Throws when the kernel has no port left.
[[nodiscard]] Listener listen_on_loopback();

// A stream connection for line protocols (LMTP, SMTP, IMAP, ManageSieve).
class Connection {
  public:
    // Connects to 127.0.0.1:port. `name` is used in error texts ("the LMTP server"). `deadline` holds for
    // each single read or write. Throws when nobody listens.
    Connection(std::string name, std::uint16_t port, Milliseconds deadline = default_deadline);

    // Takes over a socket that was accepted.
    Connection(std::string name, Descriptor accepted, Milliseconds deadline = default_deadline);

    // Sends all of it. Throws when the peer is gone or does not read before the deadline.
    void write(std::string_view bytes);

    // The next line without its line end (CRLF or LF). Throws at the end of the stream and at the deadline.
    [[nodiscard]] std::string read_line();

    // As read_line, but an ordered or a broken end of the stream is nullopt.
    [[nodiscard]] std::optional<std::string> next_line();

    // Exactly `count` bytes. Throws at the end of the stream and at the deadline.
    [[nodiscard]] std::string read_bytes(std::size_t count);

    // The socket itself, for shutdown(2) from another thread.
    [[nodiscard]] int descriptor() const { return descriptor_.get(); }

  private:
    // Appends what has come to buffer_. False at the end of the stream.
    [[nodiscard]] bool fill();

    std::string name_;
    Descriptor descriptor_;
    Milliseconds deadline_;
    std::string buffer_;
    std::size_t consumed_ = 0;
};

} // namespace columbarium::rig
