// SPDX-License-Identifier: LGPL-2.1-or-later
#include <utility>

#include "host/user_lists.hpp"

#include "command.hpp"

#include "compat.hpp"

namespace columbarium::doveadm {

namespace {

constexpr int log_text_limit = 1024;     // octets
constexpr int printed_text_limit = 8192; // characters

} // namespace

bool is_command_line(const doveadm_mail_cmd_context* context) {
    return context->cctx->conn_type == DOVEADM_CONNECTION_TYPE_CLI && !doveadm_server;
}

std::unique_ptr<lists::Catalog> Run::open_catalog() {
    auto catalog = host::open_catalog(host::input_of(user_, warn));
    if (catalog)
        return std::move(*catalog);
    report(catalog.error());
    return nullptr;
}

std::unique_ptr<host::UserPresence> Run::open_presence(std::shared_ptr<wire::Client> service) {
    host::UserPresenceInput input = host::presence_input_of(user_, warn);
    input.service = std::move(service);
    return std::make_unique<host::UserPresence>(std::move(input));
}

std::shared_ptr<lists::Source> Run::resolve(lists::Catalog& catalog, const std::string& name) {
    auto source = catalog.resolve(name);
    if (source)
        return std::move(*source);
    if (source.error().kind == ErrorKind::permanent) {
        i_error("columbarium: %s", str_sanitize(source.error().text.c_str(), log_text_limit));
        fail(EX_USAGE);
    } else {
        report(source.error());
    }
    return nullptr;
}

void Run::report(const Error& error) {
    i_error("columbarium: %s", str_sanitize(error.text.c_str(), log_text_limit));
    fail(error);
}

void Run::fail(int exit_status) {
    failed_ = true;
    if (context_->exit_code == 0 || exit_status == EX_TEMPFAIL)
        context_->exit_code = exit_status;
}

void warn(const std::string& text) {
    i_warning("columbarium: %s", str_sanitize(text.c_str(), log_text_limit));
}

void print(const std::string& value) {
    doveadm_print(str_sanitize_utf8(value.c_str(), printed_text_limit));
}

void print(std::uint64_t value) {
    doveadm_print_num(value);
}

int count_arguments(const char* const* arguments) {
    int count = 0;
    while (arguments[count] != nullptr)
        ++count;
    return count;
}

} // namespace columbarium::doveadm
