// SPDX-License-Identifier: LGPL-2.1-or-later
// What facts cost beside GMime's parse of the same octets. Over ../shared/corpus where it is there, else over
// tests/mail.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmime/gmime.h>

#include "mail/message.hpp"
#include "paired.hpp"
#include "triage/facts.hpp"

namespace {

using namespace columbarium;

constexpr int rounds = 15;

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

void parse_with_gmime(const std::string& text) {
    GMimeStream* stream = g_mime_stream_mem_new_with_buffer(text.data(), text.size());
    GMimeParser* parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
    if (message != nullptr)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
}

void read_fact(triage::Facts& facts, triage::Fact fact) {
    const auto values = facts.values(fact);
    if (!values)
        throw std::runtime_error(values.error().text);
    benchmark::DoNotOptimize(values->data());
}

void read_class(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    triage::Facts facts(message);
    read_fact(facts, triage::Fact::message_class);
}

void read_all(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    triage::Facts facts(message);
    for (const triage::FactInfo& info : triage::fact_registry())
        read_fact(facts, info.fact);
}

void facts_against_gmime(benchmark::State& state, const std::string& folder) {
    g_mime_init();
    const std::vector<std::string> messages = read_folder(folder);
    const auto over_all = [&messages](void (*function)(const std::string&)) {
        return [&messages, function] {
            for (const std::string& message : messages)
                function(message);
        };
    };
    bench::compare(
        state,
        {{"gmime", over_all(parse_with_gmime)}, {"class", over_all(read_class)}, {"all", over_all(read_all)}},
        rounds);
    state.counters["messages"] = static_cast<double>(messages.size());
}

BENCHMARK_CAPTURE(facts_against_gmime, bounce, "bounce")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(facts_against_gmime, ham, "ham")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(facts_against_gmime, ham_list, "ham-list")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(facts_against_gmime, spam, "spam")->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
