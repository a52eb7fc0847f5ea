// SPDX-License-Identifier: LGPL-2.1-or-later
// How far a long run is, on a line of standard error that draws itself anew.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace columbarium::tools {

// Shows nothing where standard error is no terminal, and nothing in its first two seconds. Its own thread
// draws, so that the seconds go on while somebody else is waited for.
class Progress {
  public:
    Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress(); // clears the line

    // What is being done, and how much of it is: "reading the feed", 512, "rows".
    void tell(const std::string& what, std::size_t done, const std::string& unit);

    // Clears the line, for other output; until the next tell().
    void hide();

  private:
    void draw();
    void clear();

    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::mutex mutex_; // of all below
    std::condition_variable wake_;
    bool ends_ = false;
    bool is_drawn_ = false;
    std::string what_; // "" while hidden
    std::size_t done_ = 0;
    std::string unit_;
    std::thread thread_;
};

} // namespace columbarium::tools
