// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/site_in_force.hpp"

#include <utility>

#include "host/user_lists.hpp"

namespace columbarium::deliver {

Expected<std::shared_ptr<const config::SiteConfig>>
SiteInForce::read(const std::function<const char*(const char* name)>& setting,
                  const std::function<void(const std::string& text)>& warn) {
    const char* named = setting("columbarium_config");
    std::string path = named == nullptr ? "" : named;
    auto site = host::site_config(setting);
    if (site) {
        good_ = *site;
        good_path_ = std::move(path);
        told_.clear();
        return site;
    }
    if (good_ == nullptr || path != good_path_)
        return site;
    if (told_ != site.error().text) {
        told_ = site.error().text;
        warn(told_ + "; going on with what the file said before");
    }
    return good_;
}

} // namespace columbarium::deliver
