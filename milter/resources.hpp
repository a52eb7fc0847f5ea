// SPDX-License-Identifier: LGPL-2.1-or-later
// What all sessions share.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <utility>

#include "milter/mailer.hpp"
#include "milter/settings.hpp"
#include "milter/store_pool.hpp"

namespace columbarium::milter {

struct Resources {
    // `host_name`: how reports name this host.
    Resources(Settings read, std::string host_name)
        : settings(std::move(read)),
          stores(settings.site.store, settings.store_password, settings.site.milter.connections),
          mailer(settings.site.submission, settings.submission_password, settings.site.milter.connections),
          host(std::move(host_name)) {}

    [[nodiscard]] const config::SiteConfig& site() const { return settings.site; }
    [[nodiscard]] static std::chrono::sys_seconds now() {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }

    // Whether it is time to forget claims whose time is over: true for one thread, once a minute.
    [[nodiscard]] bool is_time_to_forget(std::chrono::sys_seconds now) {
        auto due = forgotten_at.load();
        return now >= due + std::chrono::minutes(1) && forgotten_at.compare_exchange_strong(due, now);
    }

    const Settings settings;
    StorePool stores;
    Mailer mailer;
    const std::string host;
    std::atomic<std::chrono::sys_seconds> forgotten_at{std::chrono::sys_seconds()};
};

} // namespace columbarium::milter
