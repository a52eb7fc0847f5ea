// SPDX-License-Identifier: LGPL-2.1-or-later
// Include this last: see host_headers.hpp.
#pragma once

#include "host_headers.hpp"

namespace columbarium::host {

// Gives back what the host's functions leave on its data stack. T_BEGIN would do the same, but not when an
// exception passes.
class DataStackFrame {
  public:
    DataStackFrame() : id_(t_push("columbarium")) {}
    DataStackFrame(const DataStackFrame&) = delete; // one frame
    DataStackFrame& operator=(const DataStackFrame&) = delete;
    ~DataStackFrame() { t_pop(&id_); }

  private:
    data_stack_frame_t id_;
};

} // namespace columbarium::host
