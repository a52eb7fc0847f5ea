// SPDX-License-Identifier: LGPL-2.1-or-later
// The lines of Dovecot's auth-master protocol, as far as a userdb socket speaks it. Private to common/wire.
//
//   server:  VERSION TAB 1 TAB minor LF  SPID TAB pid LF            when somebody connects
//   client:  VERSION TAB 1 TAB 0 LF
//   client:  USER TAB id TAB name TAB service=... LF
//   server:  USER TAB id TAB name (TAB field)* LF  |  NOTFOUND TAB id LF  |  FAIL TAB id [TAB reason=...] LF
//   client:  LIST TAB id TAB service=... LF
//   server:  (LIST TAB id TAB name LF)*  DONE TAB id TAB ["fail"] LF
//
// In names and fields the octet 1 begins an escape: "0" stands for NUL, "1" for itself, "t", "r", "n".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace columbarium::wire {

inline constexpr std::size_t longest_userdb_line = std::size_t{64} << 10;
// Dovecot takes 1,024 octets for a request, and has to find its end in them.
inline constexpr std::size_t longest_userdb_name = 900;

struct UserdbLine {
    enum class Kind { version, process, user, not_found, failed, listed, done };
    Kind kind = Kind::failed;
    std::uint32_t id = 0;             // of the request that is answered; of version: the major version
    std::string name;                 // of user and listed
    std::optional<std::uint32_t> uid; // of user
    std::string reason;               // of failed: "" where the server gives none
    bool is_complete = false;         // of done: the list did not fail
};

// Reads a line without its end. A permanent failure for what is none of the protocol.
[[nodiscard]] Expected<UserdbLine> read_userdb_line(std::string_view line);

[[nodiscard]] std::string userdb_version_line();
[[nodiscard]] std::string userdb_user_line(std::uint32_t id, std::string_view name);
[[nodiscard]] std::string userdb_list_line(std::uint32_t id);

// Cuts what a server sends into lines.
class LineBuffer {
  public:
    // The next line without its end; nothing where none is complete. Valid until octets are added.
    [[nodiscard]] std::optional<std::string_view> next();

    // Where received octets are to be appended.
    [[nodiscard]] std::string& octets();

    // Whether the line that is not complete is longer than any line of the protocol.
    [[nodiscard]] bool is_overlong() const { return octets_.size() - begin_ > longest_userdb_line; }
    [[nodiscard]] bool is_empty() const { return begin_ == octets_.size(); }

  private:
    std::string octets_;
    std::size_t begin_ = 0; // of the next line
};

} // namespace columbarium::wire
