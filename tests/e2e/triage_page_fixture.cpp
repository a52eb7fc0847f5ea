// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage_page_fixture.hpp"

namespace columbarium::e2e {

namespace {

// What stands in the brackets of Return-Path, "" for none.
std::string return_path_of(const std::string& message) {
    constexpr std::string_view field = "Return-Path: <";
    if (!message.starts_with(field))
        return "sender@example.com";
    return message.substr(field.size(), message.find('>') - field.size());
}

} // namespace

void TriageDesk::open_desk() {
    if (!is_open_)
        demo::install_triage_script(dovecot(), conf_d);
    is_open_ = true;
}

void TriageDesk::receive(const std::string& file) {
    open_desk();
    const std::string text = rig::mail_file(file);
    deliver(rig::message(text), {.from = return_path_of(text), .to = {desk}});
}

rig::SentMessage TriageDesk::only_forward() {
    const auto sent = sink.wait_for(1);
    if (sent.size() == 1)
        return sent.front();
    ADD_FAILURE() << sent.size() << " messages went out, and not one";
    return {};
}

} // namespace columbarium::e2e
