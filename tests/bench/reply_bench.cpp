// SPDX-License-Identifier: LGPL-2.1-or-later
// What it costs to ask whether a message may be answered, beside triage's facts of a header: wanted is at
// most twice as much. Over ../shared/corpus where it is there, else over tests/mail.
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "mail/message.hpp"
#include "paired.hpp"
#include "reply/objections.hpp"
#include "triage/facts.hpp"

namespace {

using namespace columbarium;

constexpr int rounds = 31;

constexpr std::array header_facts{triage::Fact::message_class, triage::Fact::auto_submitted,
                                  triage::Fact::list_id, triage::Fact::mailer, triage::Fact::header_charset};

// The messages of one folder of the corpus.
std::vector<std::string> read_folder(const std::string& name) {
    const std::filesystem::path project = PROJECT_DIRECTORY;
    std::filesystem::path folder = project / "../shared/corpus" / name;
    if (!std::filesystem::exists(folder))
        folder = project / "tests/mail";
    std::vector<std::string> messages;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        messages.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return messages;
}

const mail::Envelope envelope{.sender = "walter@example.com"};

void read_facts(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source, envelope);
    triage::Facts facts(message);
    for (const triage::Fact fact : header_facts)
        if (!facts.values(fact))
            throw std::runtime_error("a fact cannot be read");
}

void read_objections(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source, envelope);
    reply::Question question;
    question.sender = *envelope.sender;
    question.recipients = {"abc1@cam.example.org"};
    question.own_addresses = {"abc1@hermes.example.org", "ann@example.net"};
    question.domains = {"cam.example.org"};
    const auto found = reply::objections(message, question, {});
    if (!found)
        throw std::runtime_error(found.error().text);
    benchmark::DoNotOptimize(found->data());
}

void objections_against_facts(benchmark::State& state, const std::string& folder) {
    const std::vector<std::string> messages = read_folder(folder);
    const auto over_all = [&messages](void (*function)(const std::string&)) {
        return [&messages, function] {
            for (const std::string& message : messages)
                function(message);
        };
    };
    bench::compare(state, {{"facts", over_all(read_facts)}, {"objections", over_all(read_objections)}},
                   rounds);
    state.counters["messages"] = static_cast<double>(messages.size());
}

BENCHMARK_CAPTURE(objections_against_facts, ham, "ham")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(objections_against_facts, ham_list, "ham-list")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(objections_against_facts, spam, "spam")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(objections_against_facts, bounce, "bounce")->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
