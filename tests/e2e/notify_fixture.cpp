// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notify_fixture.hpp"

namespace columbarium::e2e {

void NotifyTest::take_notifications(const std::string& reply) {
    service_ = &serve([reply](const rig::SocketmapRequest& request) {
        return request.map == "notify" ? reply : std::string("NOTFOUND ");
    });
}

std::string NotifyTest::script(const std::string& commands) {
    return "require [\"enotify\", \"variables\", \"fileinto\", \"mailbox\", \"envelope\"];\n" + commands +
           "\n";
}

std::vector<nlohmann::json> NotifyTest::notifications() const {
    std::vector<nlohmann::json> found;
    for (const auto& request : service_->requests("notify"))
        found.push_back(nlohmann::json::parse(request.key));
    return found;
}

std::vector<nlohmann::json> NotifyTest::notifications_of(const std::string& commands,
                                                         const std::string& message,
                                                         const rig::Envelope& envelope) {
    if (service_ == nullptr)
        take_notifications();
    use_script("user", script(commands));
    const auto before = static_cast<std::ptrdiff_t>(notifications().size());
    deliver(message, envelope);
    // A delivery is answered when all that it sends is sent.
    auto found = notifications();
    found.erase(found.begin(), found.begin() + before);
    return found;
}

nlohmann::json NotifyTest::notification_of(const std::string& commands, const std::string& message) {
    const auto found = notifications_of(commands, message);
    EXPECT_EQ(found.size(), 1U) << commands;
    return found.size() == 1 ? found.front() : nlohmann::json::object();
}

} // namespace columbarium::e2e
