// SPDX-License-Identifier: LGPL-2.1-or-later
#include "service_status.hpp"

#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/expected.hpp"
#include "exit_status.hpp"
#include "printable.hpp"
#include "wire/client.hpp"

namespace columbarium::tools {

namespace {

using Json = nlohmann::ordered_json;

// Where conf.d lets the service listen.
constexpr const char* default_socket = "/run/dovecot/columbarium";

// A person waits; the service may have to be started first.
constexpr std::chrono::seconds patience{10};

// What the user asked for.
struct Request {
    bool json = false;
    std::string socket = default_socket;
};

Expected<Json> ask_for_status(const std::string& socket) {
    wire::Client client(socket);
    const auto reply = client.ask({"service", "status"}, wire::Clock::now() + patience);
    if (!reply)
        return tl::make_unexpected(reply.error());
    if (reply->status == wire::ReplyStatus::not_found)
        return permanent_failure(socket +
                                 ": who answers there knows no key \"status\" in the map \"service\"");
    if (reply->status != wire::ReplyStatus::ok)
        return temporary_failure(fmt::format("{}: the service does not tell: {}", socket, reply->text));
    Json status = Json::parse(reply->text, nullptr, false);
    if (!status.is_object())
        return permanent_failure(socket + ": the answer is no status: no JSON object");
    return status;
}

// Reads one object of the status. Whatever is missing or of another type is "-": an older or newer service.
class Part {
  public:
    // The object of this name, or the whole where `name` is "".
    Part(const Json& status, const char* name) {
        if (*name == '\0')
            part_ = &status;
        else if (const auto found = status.find(name); found != status.end() && found->is_object())
            part_ = &*found;
    }

    [[nodiscard]] std::string text(const char* key) const {
        const Json* value = find(key);
        if (value == nullptr || !value->is_string() || value->get_ref<const std::string&>().empty())
            return "-";
        return printable(value->get_ref<const std::string&>());
    }

    [[nodiscard]] std::optional<std::int64_t> integer(const char* key) const {
        const Json* value = find(key);
        if (value == nullptr || !value->is_number_integer())
            return std::nullopt;
        return value->get<std::int64_t>();
    }

    [[nodiscard]] std::string number(const char* key) const {
        const auto value = integer(key);
        return value ? std::to_string(*value) : "-";
    }

    [[nodiscard]] std::optional<bool> boolean(const char* key) const {
        const Json* value = find(key);
        if (value == nullptr || !value->is_boolean())
            return std::nullopt;
        return value->get<bool>();
    }

  private:
    [[nodiscard]] const Json* find(const char* key) const {
        if (part_ == nullptr)
            return nullptr;
        const auto found = part_->find(key);
        return found == part_->end() ? nullptr : &*found;
    }

    const Json* part_ = nullptr;
};

// The two greatest units: "3 d 4 h", "2 min 5 s", "7 s".
std::string duration(std::optional<std::int64_t> seconds) {
    if (!seconds || *seconds < 0)
        return "-";
    const std::int64_t all = *seconds;
    if (all < 60)
        return fmt::format("{} s", all);
    if (all < 3'600)
        return fmt::format("{} min {} s", all / 60, all % 60);
    if (all < 86'400)
        return fmt::format("{} h {} min", all / 3'600, all % 3'600 / 60);
    return fmt::format("{} d {} h", all / 86'400, all % 86'400 / 3'600);
}

std::string session_line(const Part& xmpp) {
    if (!xmpp.boolean("configured").value_or(true))
        return "not configured";
    const auto connected = xmpp.boolean("connected");
    if (!connected)
        return "-";
    if (*connected)
        return fmt::format("connected for {}", duration(xmpp.integer("age")));
    const auto retry = xmpp.integer("retry_in");
    return retry ? fmt::format("not connected, next try in {}", duration(retry)) : "not connected";
}

std::string to_text(const Json& status) {
    const Part whole(status, "");
    const Part xmpp(status, "xmpp");
    const Part queue(status, "queue");
    std::string text;
    const auto line = [&text](std::string_view name, std::string_view value) {
        text += fmt::format("{:<14} {}\n", name, value);
    };
    line("session", session_line(xmpp));
    line("address", fmt::format("{} ({})", xmpp.text("address"), xmpp.text("kind")));
    line("presence", fmt::format("{} known, {} available", xmpp.number("known"), xmpp.number("available")));
    line("session error", xmpp.text("last_error"));
    line("notifications", fmt::format("{} waiting, {} sent, {} dropped", queue.number("waiting"),
                                      queue.number("sent"), queue.number("dropped")));
    line("last refusal", queue.text("last_error"));
    line("service", fmt::format("version {}, process {}, up for {}", whole.text("version"),
                                whole.number("pid"), duration(whole.integer("uptime"))));
    return text;
}

int show_status(const Request& request) {
    const Expected<Json> status = ask_for_status(request.socket);
    if (!status) {
        std::cerr << "columbarium: " << printable(status.error().text) << '\n';
        return exit_failure;
    }
    if (request.json)
        std::cout << status->dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    else
        std::cout << to_text(*status);
    std::cout.flush();
    if (std::cout)
        return exit_success;
    std::cerr << "columbarium: cannot write to standard output\n";
    return exit_failure;
}

} // namespace

void add_service_status(CLI::App& service, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        service.add_subcommand("status", "Print how the XMPP session and the notifications are doing");
    command->add_flag("--json", request->json, "One JSON object on a line, as the service tells it");
    command->add_option("--socket", request->socket, "The socket of the service")
        ->type_name("PATH")
        ->capture_default_str();
    command->callback([request, &status] { status = show_status(*request); });
}

} // namespace columbarium::tools
