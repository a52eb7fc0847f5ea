// SPDX-License-Identifier: LGPL-2.1-or-later
// The site's configuration as this process goes by it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "config/site_config.hpp"

namespace columbarium::deliver {

// Remembers the last configuration that was good, for the life of the process: a mistake in the file must not
// stop the mail of all domains.
class SiteInForce {
  public:
    // As host::site_config(). Where that fails, and the same file was good before, what it said then: `warn`
    // is told of it, once for each mistake. Else the failure: nobody knows whose mail is ours.
    [[nodiscard]] Expected<std::shared_ptr<const config::SiteConfig>>
    read(const std::function<const char*(const char* name)>& setting,
         const std::function<void(const std::string& text)>& warn);

  private:
    std::shared_ptr<const config::SiteConfig> good_;
    std::string good_path_; // what named it
    std::string told_;      // the mistake that was told of; "" for none
};

} // namespace columbarium::deliver
